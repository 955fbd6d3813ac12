/* augments.c - augmentations with given parameters against kornia
 *
 * Each stage takes the previous stage's output, as the reference recorded it, so that one stage's
 * error does not spread to the next. A stage is checked by its output and by the gradient of the
 * sum of that output's squares.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "app/verify/verify.h"
#include "config.h"

#include "core/steer/augments.h"

#define TOLERANCE 5e-5
#define MAX_CUTOUTS 64

typedef struct
{
  Report *report;
  Golden *golden;
  const char *stage;
  gint64 n; /* cutouts */
  gint64 size;
  gboolean on[MAX_CUTOUTS];
} Stage;

typedef TlTensor *(*StageFunc) (TlScope *s, const Stage *stage, TlTensor *x);

/* A column of parameters, one row for each cutout that the stage applies to: spread to all. */
static void
read_parameters (TlScope *s, const Stage *stage, const char *name, guint column, guint n_columns,
                 gdouble *values)
{
  TlTensor *x = golden_get (s, stage->golden, "%s.param.%s", stage->stage, name);
  gfloat rows[MAX_CUTOUTS * 8] = { 0 };
  gsize n = 0;
  guint row = 0;

  if (tl_scope_has_failed (s))
    return;
  n = tl_tensor_get_n_elements (x);
  if (n > G_N_ELEMENTS (rows) || !tl_to_floats (s, x, rows, n))
    return;

  for (gint64 i = 0; i < stage->n; i++)
    {
      gsize at = row * n_columns + column;

      values[i] = stage->on[i] && at < n ? rows[at] : 0;
      row += stage->on[i];
    }
}

static void
report_matrices (TlScope *s, const Stage *stage, const TlHomography *matrices)
{
  g_autofree char *line = g_strdup_printf ("%s.matrix", stage->stage);
  TlTensor *expected = golden_get (s, stage->golden, "%s.matrix", stage->stage);
  gdouble worst = 0;
  gfloat rows[MAX_CUTOUTS * 9];

  if (!tl_to_floats (s, expected, rows, stage->n * 9))
    return;
  for (gint64 i = 0; i < stage->n; i++)
    for (guint j = 0; stage->on[i] && j < 9; j++)
      worst = MAX (worst, ABS (matrices[i].m[j] - rows[i * 9 + j]));
  report_number (stage->report, line, worst, 1e-3);
}

static TlTensor *
apply_affine (TlScope *s, const Stage *stage, TlTensor *x)
{
  static const struct
  {
    const char *name;
    guint column, n_columns;
  } columns[] = {
    { "translations", 0, 2 }, { "translations", 1, 2 }, { "center", 0, 2 },
    { "center", 1, 2 },       { "scale", 0, 2 },        { "scale", 1, 2 },
    { "angle", 0, 1 },        { "sx", 0, 1 },           { "sy", 0, 1 },
  };
  gdouble values[G_N_ELEMENTS (columns)][MAX_CUTOUTS] = { { 0 } };
  TlHomography matrices[MAX_CUTOUTS] = { 0 };
  TlAffine rows[MAX_CUTOUTS];

  for (gsize c = 0; c < G_N_ELEMENTS (columns); c++)
    read_parameters (s, stage, columns[c].name, columns[c].column, columns[c].n_columns, values[c]);
  for (gint64 i = 0; i < stage->n; i++)
    {
      rows[i] = (TlAffine){
        .translate_x = values[0][i],
        .translate_y = values[1][i],
        .center_x = values[2][i],
        .center_y = values[3][i],
        .scale_x = stage->on[i] ? values[4][i] : 1,
        .scale_y = stage->on[i] ? values[5][i] : 1,
        .angle = values[6][i],
        .shear_x = values[7][i],
        .shear_y = values[8][i],
      };

      tl_homography_from_affine (&matrices[i], &rows[i]);
    }
  report_matrices (s, stage, matrices);
  return tl_augment_affine (s, x, stage->on, rows);
}

static TlTensor *
apply_perspective (TlScope *s, const Stage *stage, TlTensor *x)
{
  gdouble from[8][MAX_CUTOUTS] = { { 0 } }, to[8][MAX_CUTOUTS] = { { 0 } };
  TlHomography matrices[MAX_CUTOUTS] = { 0 };
  TlQuad rows[MAX_CUTOUTS];

  for (guint j = 0; j < 8; j++)
    {
      read_parameters (s, stage, "start_points", j, 8, from[j]);
      read_parameters (s, stage, "end_points", j, 8, to[j]);
    }
  for (gint64 i = 0; i < stage->n; i++)
    {
      for (guint j = 0; j < 8; j++)
        {
          rows[i].from[j] = from[j][i];
          rows[i].to[j] = to[j][i];
        }
      if (stage->on[i])
        tl_homography_from_points (&matrices[i], rows[i].from, rows[i].to);
    }
  report_matrices (s, stage, matrices);
  return tl_augment_perspective (s, x, stage->on, rows);
}

static TlTensor *
jitter (TlScope *s, const Stage *stage, TlTensor *x, gboolean additive)
{
  Stage parameters = *stage;
  gdouble values[4][MAX_CUTOUTS] = { { 0 } };
  TlColourJitter rows[MAX_CUTOUTS];
  TlJitterStep order[4];
  gint64 numbers[4] = { 0 };

  /* jitter_0_5 shares the parameters of jitter. */
  parameters.stage = "jitter";
  read_parameters (s, &parameters, "brightness_factor", 0, 1, values[0]);
  read_parameters (s, &parameters, "contrast_factor", 0, 1, values[1]);
  read_parameters (s, &parameters, "saturation_factor", 0, 1, values[2]);
  read_parameters (s, &parameters, "hue_factor", 0, 1, values[3]);
  tl_to_int64s (s, golden_get (s, stage->golden, "jitter.param.order"), numbers, 4);
  for (guint i = 0; i < 4; i++)
    order[i] = (TlJitterStep) numbers[i];
  for (gint64 i = 0; i < stage->n; i++)
    rows[i] = (TlColourJitter){ (gfloat) values[0][i], (gfloat) values[1][i], (gfloat) values[2][i],
                                (gfloat) values[3][i] };
  return tl_augment_jitter (s, x, stage->on, rows, order, additive);
}

static TlTensor *
apply_jitter (TlScope *s, const Stage *stage, TlTensor *x)
{
  return jitter (s, stage, x, FALSE);
}

static TlTensor *
apply_jitter_0_5 (TlScope *s, const Stage *stage, TlTensor *x)
{
  return jitter (s, stage, x, TRUE);
}

static TlTensor *
apply_erasing (TlScope *s, const Stage *stage, TlTensor *x)
{
  static const char *const names[] = { "xs", "ys", "widths", "heights", "values" };
  gdouble values[G_N_ELEMENTS (names)][MAX_CUTOUTS] = { { 0 } };
  TlEraser rows[MAX_CUTOUTS];

  for (gsize c = 0; c < G_N_ELEMENTS (names); c++)
    read_parameters (s, stage, names[c], 0, 1, values[c]);
  for (gint64 i = 0; i < stage->n; i++)
    rows[i] = (TlEraser){ (gint64) values[0][i], (gint64) values[1][i], (gint64) values[2][i],
                          (gint64) values[3][i], (gfloat) values[4][i] };
  return tl_augment_erase (s, x, stage->on, rows);
}

static void
read_flags (TlScope *s, Stage *stage, const char *parameters)
{
  TlTensor *flags = golden_get (s, stage->golden, "%s.param.batch_prob", parameters);
  gfloat values[MAX_CUTOUTS] = { 0 };

  tl_to_floats (s, flags, values, stage->n);
  for (gint64 i = 0; i < stage->n; i++)
    stage->on[i] = values[i] > 0.5f;
}

/* The manifest states a tolerance for outputs; gradients get ten times the reference's own error.
 */
static gdouble
gradient_tolerance (const Stage *stage)
{
  JsonObject *stages = json_object_get_object_member (stage->golden->json, "stages");
  JsonObject *entry = NULL;

  if (json_object_has_member (stages, stage->stage))
    entry = json_object_get_object_member (stages, stage->stage);
  if (entry == NULL)
    entry = json_object_get_object_member (stages, "jitter");
  entry = json_object_get_object_member (entry, "fp32_vs_fp64");
  return MAX (TOLERANCE, 10 * golden_reference_error (entry, "grad"));
}

static void
check_stage (TlScope *outer, Stage *stage, StageFunc func, const char *input)
{
  TlScope *s = tl_scope_enter (outer);
  g_autofree char *output_line = g_strdup_printf ("%s.output", stage->stage);
  g_autofree char *gradient_line = g_strdup_printf ("%s.gradient", stage->stage);
  TlTensor *leaf, *y, *gradient;

  tl_scope_set_grad (s, TRUE);
  leaf = tl_leaf (s, golden_get (s, stage->golden, "%s", input));
  y = func (s, stage, leaf);
  gradient = tl_backward (s, tl_sum (s, tl_mul (s, y, y), NULL, 0, FALSE), leaf);
  tl_scope_set_grad (s, FALSE);
  report_tensors (stage->report, s, output_line, y,
                  golden_get (s, stage->golden, "%s.output", stage->stage), TOLERANCE);
  report_tensors (stage->report, s, gradient_line, gradient,
                  golden_get (s, stage->golden, "%s.grad_of_sum_of_squares", stage->stage),
                  gradient_tolerance (stage));
  tl_scope_leave (s, NULL);
}

void
verify_augments (Report *report, Golden *golden)
{
  static const struct
  {
    const char *stage, *parameters, *input;
    StageFunc func;
  } stages[] = {
    { "affine", "affine", "input", apply_affine },
    { "perspective", "perspective", "affine.output", apply_perspective },
    { "jitter", "jitter", "perspective.output", apply_jitter },
    { "jitter_0_5", "jitter", "perspective.output", apply_jitter_0_5 },
    { "erasing", "erasing", "jitter.output", apply_erasing },
  };
  TlScope *s = tl_scope_open (NULL);
  g_autoptr (GError) error = NULL;
  Stage stage = {
    .report = report,
    .golden = golden,
    .n = json_object_get_int_member (golden->json, "cutouts"),
    .size = json_object_get_int_member (golden->json, "size"),
  };

  report->subject = golden->name;
  if (stage.n < 1 || stage.n > MAX_CUTOUTS)
    report_failure (report, "cutouts", "more cutouts than this program checks");
  for (gsize i = 0; stage.n >= 1 && stage.n <= MAX_CUTOUTS && i < G_N_ELEMENTS (stages); i++)
    if (golden_has (golden, "%s.output", stages[i].stage))
      {
        stage.stage = stages[i].stage;
        read_flags (s, &stage, stages[i].parameters);
        check_stage (s, &stage, stages[i].func, stages[i].input);
      }
  if (!tl_scope_close (s, &error))
    report_failure (report, "augmentations", error->message);
}
