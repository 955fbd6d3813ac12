/* test-parameters.c - the registry of weights and its steps
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "config.h"
#include "core/train/muon.h"
#include "core/train/parameters.h"

#include "core/base/error.h"

#include <math.h>
#include <string.h>

static const TlDevice cpu = { TL_CPU, 0 };

#define N_MATRIX 6
#define N 9

/* A matrix [2, 3] and a vector [3]. */
static TlTensor *
take (TlParameters *parameters, guint i)
{
  return i == 0 ? tl_parameters_provide ("a.weight", TL_SHAPE (2, 3), parameters)
                : tl_parameters_provide ("b.bias", TL_SHAPE (3), parameters);
}

static TlParameters *
make (void)
{
  TlParameters *parameters = tl_parameters_new (4, "", cpu);
  g_autoptr (GError) error = NULL;

  take (parameters, 0);
  take (parameters, 1);
  take (parameters, 0); /* asked again: the same */
  g_assert_true (tl_parameters_seal (parameters, &error));
  g_assert_no_error (error);
  g_assert_cmpuint (tl_parameters_get_n_values (parameters), ==, N);
  return parameters;
}

static void
read_values (TlParameters *parameters, TlParametersView view, gfloat *values)
{
  TlScope *s = tl_scope_open (NULL);

  tl_parameters_show (parameters, s, view);
  g_assert_true (tl_to_floats (s, take (parameters, 0), values, N_MATRIX));
  g_assert_true (tl_to_floats (s, take (parameters, 1), values + N_MATRIX, N - N_MATRIX));
  g_assert_true (tl_scope_close (s, NULL));
}

static const char *const all[] = { "", NULL };

static const TlStepRule rule = { .lr = 0.1, .weight_decay = 0.5, .max_norm = 1000, .average = 0.9 };

/* loss = factor (sum (matrix²) + sum (vector)) */
static gdouble
step (TlParameters *parameters, const TlStepRule *how, gdouble factor)
{
  TlScope *s = tl_scope_open (NULL);
  TlTensor *loss;
  gdouble norm = 0;

  tl_scope_set_grad (s, TRUE);
  tl_parameters_show (parameters, s, TL_PARAMETERS_LEAVES);
  loss = tl_sum (s, tl_mul (s, take (parameters, 0), take (parameters, 0)), NULL, 0, FALSE);
  loss = tl_add (s, loss, tl_sum (s, take (parameters, 1), NULL, 0, FALSE));
  g_assert_true (tl_parameters_step (parameters, s, tl_mul_scalar (s, loss, factor), how, &norm));
  g_assert_true (tl_scope_close (s, NULL));
  return norm;
}

/* AdamW in plain C: Loshchilov and Hutter 2019, algorithm 2. */
static void
test_steps_are_adamw (void)
{
  g_autoptr (TlParameters) parameters = make ();
  gfloat values[N], found[N];
  gdouble x[N], m[N] = { 0 }, v[N] = { 0 }, average[N];

  read_values (parameters, TL_PARAMETERS_LEAVES, values);
  for (guint i = 0; i < N; i++)
    x[i] = average[i] = values[i];
  for (guint t = 1; t <= 4; t++)
    {
      gdouble share = MIN (0.9, t / (t + 9.0)), square = 0;

      for (guint i = 0; i < N; i++)
        {
          gdouble g = i < N_MATRIX ? 2 * x[i] : 1;

          square += g * g;
          m[i] = 0.9 * m[i] + 0.1 * g;
          v[i] = 0.98 * v[i] + 0.02 * g * g;
          x[i] -= 0.1 * (i < N_MATRIX ? 0.5 : 0) * x[i]
                  + 0.1 * m[i] / (1 - pow (0.9, t)) / (sqrt (v[i] / (1 - pow (0.98, t))) + 1e-8);
          average[i] = share * average[i] + (1 - share) * x[i];
        }
      g_assert_cmpfloat_with_epsilon (step (parameters, &rule, 1), sqrt (square), 1e-4);
    }
  read_values (parameters, TL_PARAMETERS_LEAVES, found);
  for (guint i = 0; i < N; i++)
    g_assert_cmpfloat_with_epsilon (found[i], x[i], 1e-5);
  read_values (parameters, TL_PARAMETERS_AVERAGES, found);
  for (guint i = 0; i < N; i++)
    g_assert_cmpfloat_with_epsilon (found[i], average[i], 1e-5);
  g_assert_cmpuint (tl_parameters_get_n_steps (parameters), ==, 4);
}

/* The first move of a matrix that learns by Muon is its gradient's, made as long in all directions;
 * the rest moves two fifths of what it does by AdamW alone. */
static void
test_matrices_learn_by_muon (void)
{
  g_autoptr (TlParameters) adamw = make (), parameters = make ();
  TlStepRule by_muon = rule;
  gfloat first[N], expected[N], found[N], move[N_MATRIX];
  TlScope *s = tl_scope_open (NULL);

  by_muon.matrices = (const char *const[]){ "other.", "a.", NULL };
  read_values (parameters, TL_PARAMETERS_LEAVES, first);
  step (adamw, &rule, 1);
  step (parameters, &by_muon, 1);
  read_values (adamw, TL_PARAMETERS_LEAVES, expected);
  read_values (parameters, TL_PARAMETERS_LEAVES, found);
  /* The gradient of sum (x²) is 2 x. */
  tl_to_floats (s, tl_muon_orthogonalize (s, tl_from_floats (s, first, TL_SHAPE (1, 2, 3))), move,
                N_MATRIX);
  g_assert_true (tl_scope_close (s, NULL));
  for (guint i = 0; i < N_MATRIX; i++)
    {
      expected[i] = first[i] - (gfloat) rule.lr * move[i];
      expected[i] -= (gfloat) (rule.lr * rule.weight_decay) * first[i];
    }
  for (guint i = N_MATRIX; i < N; i++)
    expected[i] = first[i] + 0.4f * (expected[i] - first[i]);
  for (guint i = 0; i < N; i++)
    g_assert_cmpfloat_with_epsilon (found[i], expected[i], 1e-5);
}

/* A convolution is the matrix of what its channels look for; one that touches a picture is none. */
static void
test_convolutions_learn_by_muon (void)
{
  g_autoptr (TlParameters) parameters = tl_parameters_new (4, "", cpu);
  const TlStepRule by_muon = { .lr = 1, .max_norm = 1e9, .matrices = all };
  g_autoptr (GError) error = NULL;
  TlTensor *inner, *last, *loss, *expected;
  gfloat found[8 * 72], wanted[8 * 72], before[3 * 8], after[3 * 8];
  gdouble norm;
  TlScope *s;

  tl_parameters_provide ("inner.weight", TL_SHAPE (8, 8, 3, 3), parameters);
  tl_parameters_provide ("last.weight", TL_SHAPE (3, 8, 1, 1), parameters);
  g_assert_true (tl_parameters_seal (parameters, &error));
  s = tl_scope_open (NULL);
  tl_scope_set_grad (s, TRUE);
  tl_parameters_show (parameters, s, TL_PARAMETERS_LEAVES);
  inner = tl_parameters_provide ("inner.weight", TL_SHAPE (8, 8, 3, 3), parameters);
  last = tl_parameters_provide ("last.weight", TL_SHAPE (3, 8, 1, 1), parameters);
  g_assert_true (tl_to_floats (s, last, before, G_N_ELEMENTS (before)));
  loss = tl_add (s, tl_sum (s, tl_mul (s, inner, inner), NULL, 0, FALSE),
                 tl_sum (s, last, NULL, 0, FALSE));
  g_assert_true (tl_parameters_step (parameters, s, loss, &by_muon, &norm));
  expected = tl_reshape (s, tl_detach (s, inner), TL_SHAPE (1, 8, 72));
  expected = tl_sub (s, expected, tl_muon_orthogonalize (s, expected));
  g_assert_true (tl_to_floats (s, expected, wanted, G_N_ELEMENTS (wanted)));
  tl_parameters_show (parameters, s, TL_PARAMETERS_VALUES);
  inner = tl_parameters_provide ("inner.weight", TL_SHAPE (8, 8, 3, 3), parameters);
  last = tl_parameters_provide ("last.weight", TL_SHAPE (3, 8, 1, 1), parameters);
  g_assert_true (tl_to_floats (s, inner, found, G_N_ELEMENTS (found)));
  g_assert_true (tl_to_floats (s, last, after, G_N_ELEMENTS (after)));
  g_assert_true (tl_scope_close (s, NULL));
  for (guint i = 0; i < G_N_ELEMENTS (found); i++)
    g_assert_cmpfloat_with_epsilon (found[i], wanted[i], 1e-4);
  for (guint i = 0; i < G_N_ELEMENTS (after); i++)
    g_assert_cmpfloat_with_epsilon (after[i], before[i] - 0.4f, 1e-4); /* AdamW's first */
}

/* A fused layer is three matrices: one that is a thousand times longer does not stand in the way of
 * the others. */
static void
test_fused_matrices_learn_apart (void)
{
  g_autoptr (TlParameters) parameters = tl_parameters_new (4, "", cpu);
  const gfloat factors[3] = { 1000, 1, 0.001f };
  g_autoptr (GError) error = NULL;
  TlStepRule by_muon = { .lr = 1, .max_norm = 1e9, .matrices = all };
  TlScope *s;
  TlTensor *x, *loss;
  gfloat before[12], after[12];
  gdouble norm;

  tl_parameters_provide ("attn.in_proj_weight", TL_SHAPE (6, 2), parameters);
  g_assert_true (tl_parameters_seal (parameters, &error));
  s = tl_scope_open (NULL);
  tl_scope_set_grad (s, TRUE);
  tl_parameters_show (parameters, s, TL_PARAMETERS_LEAVES);
  x = tl_parameters_provide ("attn.in_proj_weight", TL_SHAPE (6, 2), parameters);
  g_assert_true (tl_to_floats (s, x, before, 12));
  loss = tl_mul (s, tl_reshape (s, tl_mul (s, x, x), TL_SHAPE (3, 4)),
                 tl_from_floats (s, factors, TL_SHAPE (3, 1)));
  g_assert_true (
    tl_parameters_step (parameters, s, tl_sum (s, loss, NULL, 0, FALSE), &by_muon, &norm));
  tl_parameters_show (parameters, s, TL_PARAMETERS_VALUES);
  x = tl_parameters_provide ("attn.in_proj_weight", TL_SHAPE (6, 2), parameters);
  g_assert_true (tl_to_floats (s, x, after, 12));
  g_assert_true (tl_scope_close (s, NULL));
  for (guint i = 0; i < 3; i++)
    {
      gdouble square = 0;

      for (guint j = 4 * i; j < 4 * i + 4; j++)
        square += (after[j] - before[j]) * (after[j] - before[j]);
      /* Two singular values of about 1, times 0.2 times the root of 2 */
      g_assert_cmpfloat (sqrt (square), >, 0.2 * sqrt (2) * sqrt (2) * 0.65);
      g_assert_cmpfloat (sqrt (square), <, 0.2 * sqrt (2) * sqrt (2) * 1.25);
    }
}

/* Neither the gradient nor decay moves what is held; the rest goes its way. */
static void
test_held_stay (void)
{
  g_autoptr (TlParameters) free = make (), held = tl_parameters_new (4, "", cpu);
  g_autoptr (GError) error = NULL;
  gfloat first[N], x[N], y[N];

  tl_parameters_hold (held, "a.");
  take (held, 0);
  take (held, 1);
  g_assert_true (tl_parameters_seal (held, &error));
  read_values (held, TL_PARAMETERS_LEAVES, first);
  for (guint i = 0; i < 2; i++)
    {
      step (free, &rule, 1);
      step (held, &rule, 1);
    }
  read_values (free, TL_PARAMETERS_LEAVES, x);
  for (TlParametersView view = TL_PARAMETERS_LEAVES; view <= TL_PARAMETERS_AVERAGES; view++)
    {
      read_values (held, view, y);
      g_assert_cmpmem (first, N_MATRIX * sizeof *first, y, N_MATRIX * sizeof *y);
    }
  read_values (held, TL_PARAMETERS_LEAVES, y);
  for (guint i = 0; i < N_MATRIX; i++)
    g_assert_cmpfloat (x[i], !=, first[i]);
  g_assert_cmpmem (x + N_MATRIX, (N - N_MATRIX) * sizeof *x, y + N_MATRIX,
                   (N - N_MATRIX) * sizeof *y);
}

/* loss = held sum (matrix) + free sum (vector) */
static gdouble
step_apart (TlParameters *parameters, gdouble held, gdouble free)
{
  const TlStepRule short_steps = { .lr = 0.1, .max_norm = 1, .average = 0.9 };
  TlScope *s = tl_scope_open (NULL);
  TlTensor *loss;
  gdouble norm = 0;

  tl_scope_set_grad (s, TRUE);
  tl_parameters_show (parameters, s, TL_PARAMETERS_LEAVES);
  loss = tl_mul_scalar (s, tl_sum (s, take (parameters, 0), NULL, 0, FALSE), held);
  loss =
    tl_add (s, loss, tl_mul_scalar (s, tl_sum (s, take (parameters, 1), NULL, 0, FALSE), free));
  g_assert_true (tl_parameters_step (parameters, s, loss, &short_steps, &norm));
  g_assert_true (tl_scope_close (s, NULL));
  return norm;
}

/* Whatever the loss would do with what is held, the rest moves as if that had nothing to say. */
static void
test_held_do_not_count (void)
{
  static const gdouble lengths[] = { 1e6, 3, INFINITY };
  g_autoptr (TlParameters) alone = make (), beside = tl_parameters_new (4, "", cpu);
  g_autoptr (GError) error = NULL;
  gfloat x[N], y[N];

  tl_parameters_hold (beside, "a.");
  take (beside, 0);
  take (beside, 1);
  g_assert_true (tl_parameters_seal (beside, &error));
  for (guint i = 0; i < G_N_ELEMENTS (lengths); i++)
    {
      const gdouble norm = step_apart (alone, 0, 0.1 + i);

      g_assert_cmpfloat (step_apart (beside, lengths[i], 0.1 + i), ==, norm);
    }
  read_values (alone, TL_PARAMETERS_LEAVES, x);
  read_values (beside, TL_PARAMETERS_LEAVES, y);
  g_assert_cmpfloat (y[N_MATRIX], !=, 0);
  g_assert_cmpmem (x + N_MATRIX, (N - N_MATRIX) * sizeof *x, y + N_MATRIX,
                   (N - N_MATRIX) * sizeof *y);
}

/* Adam does not care for a gradient's length, so its moments tell whether it was cut. */
static void
test_long_gradients_are_shortened (void)
{
  TlStepRule shorter = rule;
  g_autoptr (TlParameters) a = make (), b = make ();
  gfloat x[N], y[N];
  gdouble norm;

  shorter.max_norm = 0.5;
  norm = step (a, &rule, 1);
  step (a, &rule, 1);
  step (b, &shorter, 1000); /* as 0.5 / norm */
  step (b, &rule, 0.5 / norm);
  g_assert_cmpfloat (norm, >, 0.5);
  read_values (a, TL_PARAMETERS_LEAVES, x);
  read_values (b, TL_PARAMETERS_LEAVES, y);
  for (guint i = 0; i < N; i++)
    g_assert_cmpfloat_with_epsilon (x[i], y[i], 1e-5);
}

static void
test_infinite_gradients_are_left_out (void)
{
  g_autoptr (TlParameters) parameters = make ();
  gfloat before[N], after[N];

  step (parameters, &rule, 1);
  read_values (parameters, TL_PARAMETERS_LEAVES, before);
  g_assert_false (isfinite (step (parameters, &rule, INFINITY)));
  read_values (parameters, TL_PARAMETERS_LEAVES, after);
  g_assert_cmpmem (before, sizeof before, after, sizeof after);
  g_assert_cmpuint (tl_parameters_get_n_steps (parameters), ==, 2);
}

/* What a projection and a layer make of 16 numbers is as large as these. */
static void
test_first_values_suit_what_is_read (void)
{
  static const struct
  {
    const char *name;
    gint64 shape[2];
  } cases[] = {
    { "visual.proj", { 16, 1024 } },
    { "text_projection", { 16, 1024 } },
    { "heads.image.weight", { 1024, 16 } },
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autoptr (TlParameters) parameters = tl_parameters_new (4, "", cpu);
      TlTensor *x = tl_parameters_provide (cases[i].name, cases[i].shape, 2, parameters);
      TlScope *s = tl_scope_open (NULL);
      const gdouble square = tl_to_double (s, tl_mean (s, tl_mul (s, x, x), NULL, 0, FALSE));

      g_assert_true (tl_scope_close (s, NULL));
      g_assert_cmpfloat_with_epsilon (16 * square, 1, 0.05);
    }
}

static void
test_schedule (void)
{
  g_assert_cmpfloat_with_epsilon (tl_schedule_get_lr (1, 0, 9, 100), 0.1, 1e-9);
  g_assert_cmpfloat_with_epsilon (tl_schedule_get_lr (1, 8, 9, 100), 0.9, 1e-9);
  g_assert_cmpfloat_with_epsilon (tl_schedule_get_lr (1, 10, 10, 110), 1, 1e-9);
  g_assert_cmpfloat_with_epsilon (tl_schedule_get_lr (1, 60, 10, 110), 0.505, 1e-9);
  g_assert_cmpfloat_with_epsilon (tl_schedule_get_lr (1, 110, 10, 110), 0.01, 1e-9);
  g_assert_cmpfloat_with_epsilon (tl_schedule_get_lr (1, 500, 10, 110), 0.01, 1e-9);
}

/* --- files --- */

static TlWeights *
save (TlParameters *parameters)
{
  g_autoptr (TlSafetensorsWriter) writer = tl_safetensors_writer_new ();
  g_autoptr (GBytes) bytes = NULL;
  g_autoptr (GError) error = NULL;
  TlWeights *weights;

  g_assert_true (tl_parameters_save (parameters, writer, &error));
  bytes = tl_safetensors_writer_finish (writer);
  weights = tl_weights_new_from_safetensors (bytes, "checkpoint", &error);
  g_assert_no_error (error);
  return weights;
}

static void
test_going_on_is_going_on (void)
{
  g_autoptr (TlParameters) a = make (), b = make ();
  g_autoptr (TlWeights) weights = NULL;
  g_autoptr (GError) error = NULL;
  gfloat x[N], y[N];

  for (guint i = 0; i < 3; i++)
    step (a, &rule, 1);
  weights = save (a);
  g_assert_true (tl_parameters_load (b, weights, &error));
  for (guint i = 0; i < 3; i++)
    {
      step (a, &rule, 1);
      step (b, &rule, 1);
    }
  for (TlParametersView view = TL_PARAMETERS_LEAVES; view <= TL_PARAMETERS_AVERAGES; view++)
    {
      read_values (a, view, x);
      read_values (b, view, y);
      g_assert_cmpmem (x, sizeof x, y, sizeof y);
    }
}

/* A checkpoint of other parameters, or one that lost a part: refused, and nothing has changed. */
static void
test_other_checkpoints_are_refused (void)
{
  g_autoptr (TlParameters) other = tl_parameters_new (4, "", cpu), same = make ();
  g_autoptr (TlWeights) weights = save (same), partial = NULL;
  g_autoptr (TlSafetensorsWriter) writer = tl_safetensors_writer_new ();
  g_autoptr (GBytes) bytes = NULL, values = NULL;
  g_autoptr (GError) error = NULL;
  const gint64 n = N;
  gfloat before[N], after[N];

  tl_parameters_provide ("a.weight", TL_SHAPE (3, 2), other);
  tl_parameters_provide ("b.bias", TL_SHAPE (3), other);
  g_assert_true (tl_parameters_seal (other, NULL));
  g_assert_false (tl_parameters_load (other, weights, &error));
  g_assert_error (error, TL_ERROR, TL_ERROR_FORMAT);
  g_clear_error (&error);

  step (same, &rule, 1);
  read_values (same, TL_PARAMETERS_LEAVES, before);
  tl_safetensors_writer_set_metadata (writer, "layout",
                                      tl_weights_get_metadata (weights, "layout"));
  tl_safetensors_writer_set_metadata (writer, "steps", "7");
  values = g_bytes_new (after, sizeof (gfloat) * N);
  tl_safetensors_writer_add (writer, "values", TL_FLOAT32, 1, &n, values);
  bytes = tl_safetensors_writer_finish (writer);
  partial = tl_weights_new_from_safetensors (bytes, "checkpoint", NULL);
  g_assert_false (tl_parameters_load (same, partial, &error));
  g_assert_error (error, TL_ERROR, TL_ERROR_FORMAT);
  read_values (same, TL_PARAMETERS_LEAVES, after);
  g_assert_cmpmem (before, sizeof before, after, sizeof after);
  g_assert_cmpuint (tl_parameters_get_n_steps (same), ==, 1);
}

static void
test_exports_averages_by_name (void)
{
  g_autoptr (TlParameters) parameters = make ();
  g_autoptr (TlSafetensorsWriter) writer = tl_safetensors_writer_new ();
  g_autoptr (GBytes) bytes = NULL;
  g_autoptr (TlWeights) weights = NULL;
  const TlBlob *blob;

  step (parameters, &rule, 1);
  g_assert_true (tl_parameters_export (parameters, writer, "b.", FALSE, NULL));
  bytes = tl_safetensors_writer_finish (writer);
  weights = tl_weights_new_from_safetensors (bytes, "model", NULL);
  g_assert_cmpuint (tl_weights_get_n_blobs (weights), ==, 1);
  blob = tl_weights_get_blob (weights, 0);
  g_assert_cmpstr (blob->name, ==, "a.weight");
  g_assert_cmpint (blob->dtype, ==, TL_FLOAT16);
  g_assert_cmpint (blob->shape[0], ==, 2);
  g_assert_cmpint (blob->shape[1], ==, 3);
}

static TlWeights *export(TlParameters *parameters, const char *prefix, gboolean has_prefix)
{
  g_autoptr (TlSafetensorsWriter) writer = tl_safetensors_writer_new ();
  g_autoptr (GBytes) bytes = NULL;

  g_assert_true (tl_parameters_export (parameters, writer, prefix, has_prefix, NULL));
  bytes = tl_safetensors_writer_finish (writer);
  return tl_weights_new_from_safetensors (bytes, "model", NULL);
}

/* Of a model: the parts that are there, in values and averages, as float16 has them. */
static void
test_begins_with_a_model (void)
{
  g_autoptr (TlParameters) old = make (), new = make (), other = tl_parameters_new (4, "", cpu);
  g_autoptr (TlWeights) vector = NULL, matrix = NULL;
  g_autoptr (GError) error = NULL;
  gfloat from[N], before[N], after[N];

  for (guint i = 0; i < 3; i++)
    step (old, &rule, 1);
  step (new, &rule, 1);
  vector = export(old, "b.", TRUE);
  matrix = export(old, "a.", TRUE);
  read_values (old, TL_PARAMETERS_AVERAGES, from);
  for (TlParametersView view = TL_PARAMETERS_VALUES; view <= TL_PARAMETERS_AVERAGES; view++)
    {
      read_values (new, view, before);
      g_assert_true (tl_parameters_adopt (new, vector, &error));
      g_assert_no_error (error);
      read_values (new, view, after);
      g_assert_cmpmem (before, N_MATRIX * sizeof *before, after, N_MATRIX * sizeof *after);
      for (guint i = N_MATRIX; i < N; i++)
        g_assert_cmpfloat_with_epsilon (after[i], from[i], 1e-3);
    }
  g_assert_cmpuint (tl_parameters_get_n_steps (new), ==, 1);
  step (new, &rule, 1);

  tl_parameters_provide ("a.weight", TL_SHAPE (3, 2), other);
  g_assert_true (tl_parameters_seal (other, NULL));
  g_assert_false (tl_parameters_adopt (other, matrix, &error));
  g_assert_error (error, TL_ERROR, TL_ERROR_FORMAT);
  g_clear_error (&error);
  g_assert_false (tl_parameters_adopt (other, vector, &error));
  g_assert_error (error, TL_ERROR, TL_ERROR_FORMAT);
}

/* Statistics of a batch norm are in the model's file, and nothing moves them. */
static void
test_statistics_stay (void)
{
  g_autoptr (TlParameters) parameters = tl_parameters_new (4, "", cpu);
  g_autoptr (GError) error = NULL;
  static const char *const names[] = { "visual.layer1.0.bn3.running_var",
                                       "visual.layer1.0.bn3.bias",
                                       "visual.layer1.0.bn3.running_mean",
                                       "visual.layer1.0.bn3.weight" };
  static const gfloat first[] = { 1, 0, 0, 0 };
  TlTensor *loss = NULL;
  TlScope *s;
  gdouble norm = 0;

  for (guint i = 0; i < G_N_ELEMENTS (names); i++)
    tl_parameters_provide (names[i], TL_SHAPE (1), parameters);
  g_assert_true (tl_parameters_seal (parameters, &error));

  s = tl_scope_open (NULL);
  tl_scope_set_grad (s, TRUE);
  tl_parameters_show (parameters, s, TL_PARAMETERS_LEAVES);
  for (guint i = 0; i < G_N_ELEMENTS (names); i++)
    {
      TlTensor *x = tl_parameters_provide (names[i], TL_SHAPE (1), parameters);

      loss = loss == NULL ? x : tl_add (s, loss, x);
    }
  loss = tl_sum (s, loss, NULL, 0, FALSE);
  g_assert_true (tl_parameters_step (parameters, s, loss, &rule, &norm));
  g_assert_cmpfloat_with_epsilon (norm, G_SQRT2, 1e-6);
  g_assert_true (tl_scope_close (s, &error));

  s = tl_scope_open (NULL);
  tl_parameters_show (parameters, s, TL_PARAMETERS_VALUES);
  for (guint i = 0; i < G_N_ELEMENTS (names); i++)
    {
      gdouble value = tl_to_double (s, tl_parameters_provide (names[i], TL_SHAPE (1), parameters));
      gboolean is_statistic = strstr (names[i], "running") != NULL;

      g_assert_cmpfloat_with_epsilon (value, first[i] - (is_statistic ? 0 : rule.lr), 1e-4);
    }
  g_assert_true (tl_scope_close (s, &error));
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/train/parameters/steps-are-adamw", test_steps_are_adamw);
  g_test_add_func ("/train/parameters/matrices-learn-by-muon", test_matrices_learn_by_muon);
  g_test_add_func ("/train/parameters/convolutions-learn-by-muon", test_convolutions_learn_by_muon);
  g_test_add_func ("/train/parameters/fused-matrices-learn-apart", test_fused_matrices_learn_apart);
  g_test_add_func ("/train/parameters/held-stay", test_held_stay);
  g_test_add_func ("/train/parameters/held-do-not-count", test_held_do_not_count);
  g_test_add_func ("/train/parameters/long-gradients-are-shortened",
                   test_long_gradients_are_shortened);
  g_test_add_func ("/train/parameters/infinite-gradients-are-left-out",
                   test_infinite_gradients_are_left_out);
  g_test_add_func ("/train/parameters/first-values-suit-what-is-read",
                   test_first_values_suit_what_is_read);
  g_test_add_func ("/train/parameters/schedule", test_schedule);
  g_test_add_func ("/train/parameters/going-on-is-going-on", test_going_on_is_going_on);
  g_test_add_func ("/train/parameters/other-checkpoints-are-refused",
                   test_other_checkpoints_are_refused);
  g_test_add_func ("/train/parameters/exports-averages-by-name", test_exports_averages_by_name);
  g_test_add_func ("/train/parameters/begins-with-a-model", test_begins_with_a_model);
  g_test_add_func ("/train/parameters/statistics-stay", test_statistics_stay);
  return g_test_run ();
}
