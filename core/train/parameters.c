/* parameters.c - the weights that are learnt, by the names that they have in a model's file
 *
 * Views of the one long tensor become the leaves, so nothing is copied to make them, and the
 * gradients are laid end to end again. A step makes new tensors and swaps them in at its end.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "config.h"
#include "core/train/parameters-private.h"

#include "core/base/error.h"
#include "core/base/random.h"
#include "core/torch/training.h"
#include "core/train/muon.h"

#include <glib/gi18n-lib.h>
#include <math.h>
#include <string.h>

#define BETA_1 0.9
#define BETA_2 0.98
#define EPSILON 1e-8
#define LAST_LR 0.01

/* The rate of what learns by AdamW beside matrices that learn by Muon, as a share of theirs. */
#define BESIDE_MUON 0.4

/* Convolutions from or to fewer channels are those that touch pictures, or look at each channel
 * alone: no matrices to speak of. */
#define LEAST_CHANNELS 8

/* CLIP's first temperature is 0.07 (openai/CLIP clip/model.py). */
#define LOGIT_SCALE 2.6592600f

static void
parameter_clear (gpointer data)
{
  TlParameter *p = data;

  g_free (p->name);
  g_clear_pointer (&p->first, tl_tensor_free);
}

TlParameters *
tl_parameters_new (guint64 seed, const char *name, TlDevice device)
{
  TlParameters *self = g_new0 (TlParameters, 1);

  self->seed = seed;
  self->name = g_strdup (name);
  self->device = device;
  self->parameters = g_array_new (FALSE, FALSE, sizeof (TlParameter));
  g_array_set_clear_func (self->parameters, parameter_clear);
  self->index = g_hash_table_new (g_str_hash, g_str_equal);
  self->held = g_ptr_array_new_with_free_func (g_free);
  return self;
}

void
tl_parameters_free (TlParameters *self)
{
  g_hash_table_unref (self->index);
  g_array_unref (self->parameters);
  g_ptr_array_unref (self->held);
  for (guint i = 0; i < N_TENSORS; i++)
    g_clear_pointer (&self->tensors[i], tl_tensor_free);
  g_clear_pointer (&self->decays, tl_tensor_free);
  g_clear_pointer (&self->moves, tl_tensor_free);
  g_free (self->shown);
  g_free (self->name);
  g_free (self);
}

/* --- first values --- */

/* Deviations are these over the square root of the fan in, which is 1 for embeddings: openai/CLIP's
 * initialize_parameters(), with a fifth for what is added to a residual stream; torch's own uniform
 * for convolutions has a third of the variance. Others 1. */
static const struct
{
  const char *suffix;
  gdouble deviation;
  gboolean is_embedding;
} first_deviations[] = {
  { "token_embedding.weight", 0.02, TRUE }, { "visual.positional_embedding", 0.05, TRUE },
  { "visual.class_embedding", 0.05, TRUE }, { "positional_embedding", 0.01, TRUE },
  { "out_proj.weight", 0.4, FALSE },        { "mlp.c_proj.weight", 0.8, FALSE },
  { "mlp.c_fc.weight", 0.7, FALSE },
};

/* Batch norms learn as a factor and a shift: their statistics stay 0 and 1, so that a step is the
 * same function of each picture, whatever the others are. */
static gboolean
is_statistic (const char *name)
{
  return g_str_has_suffix (name, ".running_mean") || g_str_has_suffix (name, ".running_var");
}

/* A convolution of CLIP's residual network; a ViT's patches are larger. */
static gboolean
is_before_relu (const char *name, const gint64 *shape, guint n_dims)
{
  return n_dims == 4 && shape[3] <= 3 && g_str_has_prefix (name, "visual.");
}

/* CLIP multiplies by these from the right: [in, out], where layers are [out, in]. */
static gboolean
is_projection (const char *name)
{
  return g_str_equal (name, "visual.proj") || g_str_equal (name, "text_projection");
}

static gdouble
get_deviation (const char *name, const gint64 *shape, guint n_dims, gint64 n)
{
  gint64 fan_in = n_dims == 0 ? 1 : is_projection (name) ? shape[0] : n / shape[0];

  /* He et al. 2015, arXiv:1502.01852 */
  if (is_before_relu (name, shape, n_dims))
    return sqrt (2.0 / fan_in);

  for (gsize i = 0; i < G_N_ELEMENTS (first_deviations); i++)
    if (g_str_has_suffix (name, first_deviations[i].suffix))
      return first_deviations[i].deviation / (first_deviations[i].is_embedding ? 1 : sqrt (fan_in));
  return (n_dims == 4 ? 1 / sqrt (3) : 1) / sqrt (fan_in);
}

/* The last norm of each residual block begins with 0 (openai/CLIP's initialize_parameters()): what
 * such a network, without statistics, needs to be trained at all. */
static gfloat
get_constant (const char *name)
{
  if (g_str_equal (name, "logit_scale"))
    return LOGIT_SCALE;
  if (g_str_has_prefix (name, "visual.layer") && g_str_has_suffix (name, ".bn3.weight"))
    return 0;
  return g_str_has_suffix (name, "weight") || g_str_has_suffix (name, ".running_var") ? 1 : 0;
}

static void
fill (TlParameters *self, const TlParameter *p, gfloat *out)
{
  gboolean is_random = p->n_dims > 1 || g_str_has_suffix (p->name, "embedding");
  gfloat constant = get_constant (p->name);
  gdouble deviation = get_deviation (p->name, p->shape, p->n_dims, p->n);
  TlRandom random;

  tl_random_init (&random, self->seed, 0, TL_PURPOSE_WEIGHTS, g_str_hash (p->name));
  for (gint64 i = 0; i < p->n; i++)
    out[i] = is_random ? (gfloat) (deviation * tl_random_normal (&random)) : constant;
}

static TlTensor *
declare (TlParameters *self, const char *name, const gint64 *shape, guint n_dims)
{
  TlParameter p = { .name = g_strdup (name),
                    .n_dims = n_dims,
                    .offset = self->n_values,
                    .n = 1,
                    .is_constant = is_statistic (name) };
  g_autofree gfloat *values = NULL;
  TlScope *s;

  for (guint i = 0; i < n_dims; i++)
    {
      p.shape[i] = shape[i];
      p.n *= shape[i];
    }
  values = g_new (gfloat, p.n);
  fill (self, &p, values);
  s = tl_scope_open (NULL);
  p.first = tl_own (tl_from_floats (s, values, shape, n_dims));
  tl_scope_close (s, NULL); /* tl_own (NULL) is told by tl_parameters_seal () */
  self->n_values += p.n;
  g_array_append_val (self->parameters, p);
  g_hash_table_insert (self->index, p.name, GUINT_TO_POINTER (self->parameters->len));
  return p.first;
}

TlTensor *
tl_parameters_provide (const char *name, const gint64 *shape, guint n_dims, gpointer data)
{
  TlParameters *self = data;
  guint at = GPOINTER_TO_UINT (g_hash_table_lookup (self->index, name));

  if (at == 0 && !self->is_sealed)
    return declare (self, name, shape, n_dims);
  g_return_val_if_fail (at > 0, NULL);
  return self->is_sealed ? self->shown[at - 1]
                         : g_array_index (self->parameters, TlParameter, at - 1).first;
}

TlTensor *
tl_parameters_lay (TlScope *s, TlTensor **xs, guint n)
{
  for (guint i = 0; i < n; i++)
    xs[i] = tl_reshape (s, xs[i], TL_SHAPE (-1));
  return tl_cat (s, xs, n, 0);
}

void
tl_parameters_hold (TlParameters *self, const char *prefix)
{
  g_return_if_fail (!self->is_sealed);

  g_ptr_array_add (self->held, g_strdup (prefix));
}

static gboolean
is_held (TlParameters *self, const char *name)
{
  for (guint i = 0; i < self->held->len; i++)
    if (g_str_has_prefix (name, g_ptr_array_index (self->held, i)))
      return TRUE;
  return FALSE;
}

gboolean
tl_parameters_seal (TlParameters *self, GError **error)
{
  guint n = self->parameters->len;
  g_autofree TlTensor **firsts = g_new (TlTensor *, n), **decays = g_new (TlTensor *, n);
  g_autofree TlTensor **moves = g_new (TlTensor *, n);
  TlScope *s = tl_scope_open (NULL);
  TlTensor *values;

  for (guint i = 0; i < n; i++)
    {
      TlParameter *p = &g_array_index (self->parameters, TlParameter, i);

      firsts[i] = tl_to_device (s, p->first, self->device);
      decays[i] = tl_full (s, p->n_dims > 1 ? 1 : 0, &p->n, 1);
      p->is_held = is_held (self, p->name);
      moves[i] = tl_full (s, p->is_held ? 0 : 1, &p->n, 1);
    }
  values = tl_parameters_lay (s, firsts, n);
  self->tensors[VALUES] = tl_own (values);
  self->tensors[MEAN] = tl_own (tl_zeros_like (s, values));
  self->tensors[SQUARE] = tl_own (tl_zeros_like (s, values));
  self->tensors[AVERAGE] = tl_own (tl_clone (s, values));
  self->decays = tl_own (tl_to_like (s, tl_parameters_lay (s, decays, n), values));
  if (self->held->len > 0)
    self->moves = tl_own (tl_to_like (s, tl_parameters_lay (s, moves, n), values));
  for (guint i = 0; i < n; i++)
    g_clear_pointer (&g_array_index (self->parameters, TlParameter, i).first, tl_tensor_free);
  self->shown = g_new0 (TlTensor *, n);
  self->is_sealed = TRUE;
  return tl_scope_close (s, error);
}

guint64
tl_parameters_get_n_values (TlParameters *self)
{
  return (guint64) self->n_values;
}

guint64
tl_parameters_get_n_steps (TlParameters *self)
{
  return self->n_steps;
}

/* --- steps --- */

TlTensor *
tl_parameters_cut (TlScope *s, TlTensor *all, const TlParameter *p)
{
  return tl_reshape (s, tl_narrow (s, all, 0, p->offset, p->n), p->shape, p->n_dims);
}

/* What stays has no gradients: they would count as the step's, and cost as much as others. */
static gboolean
is_leaf (const TlParameter *p)
{
  return !p->is_constant && !p->is_held;
}

void
tl_parameters_show (TlParameters *self, TlScope *s, TlParametersView view)
{
  TlTensor *all = self->tensors[view == TL_PARAMETERS_AVERAGES ? AVERAGE : VALUES];

  g_return_if_fail (self->is_sealed);

  for (guint i = 0; i < self->parameters->len; i++)
    {
      const TlParameter *p = &g_array_index (self->parameters, TlParameter, i);
      TlTensor *x = tl_parameters_cut (s, all, p);

      self->shown[i] = view == TL_PARAMETERS_LEAVES && is_leaf (p) ? tl_leaf (s, x) : x;
    }
}

gdouble
tl_schedule_get_lr (gdouble peak, guint64 step, guint64 n_warm, guint64 n_steps)
{
  gdouble done;

  if (step < n_warm)
    return peak * (step + 1) / (n_warm + 1);
  if (step >= n_steps)
    return peak * LAST_LR;
  done = (gdouble) (step - n_warm) / (n_steps - n_warm);
  return peak * (LAST_LR + (1 - LAST_LR) * (0.5 + 0.5 * cos (G_PI * done)));
}

/* old share + new (1 - share); what is there already stays, to the bit */
static TlTensor *
blend (TlScope *s, TlTensor *old, TlTensor *new, gdouble share)
{
  return tl_add (s, old, tl_mul_scalar (s, tl_sub (s, new, old), 1 - share));
}

static gboolean
begins_with_any (const char *name, const char *const *prefixes)
{
  for (guint i = 0; prefixes != NULL && prefixes[i] != NULL; i++)
    if (g_str_has_prefix (name, prefixes[i]))
      return TRUE;
  return FALSE;
}

/* How many matrices of the same shape, one below the other, are one for Muon each; 0: it is none
 * for it. Queries, keys and values are such three. */
static guint
count_matrices (const TlParameter *p, const TlStepRule *rule)
{
  if (!begins_with_any (p->name, rule->matrices))
    return 0;
  if (p->n_dims == 4)
    return MIN (p->shape[0], p->shape[1]) >= LEAST_CHANNELS;
  if (p->n_dims != 2)
    return 0;
  return g_str_has_suffix (p->name, ".in_proj_weight") ? 3 : 1;
}

/* One of the matrices that learn by Muon. */
typedef struct
{
  TlTensor *x; /* [1, n, m]; NULL: done */
  gint64 n, m;
  guint part; /* whose place it takes among the parts of all parameters */
} Matrix;

/* The rows of a convolution's matrix are what its channels look for. */
static void
add_matrices (TlScope *s, TlTensor *x, guint n, GArray *matrices, GPtrArray *parts)
{
  const gint64 n_rows = tl_tensor_get_size (x, 0) / n;

  x = tl_reshape (s, x, TL_SHAPE (n, n_rows, -1));
  for (guint i = 0; i < n; i++)
    {
      const Matrix matrix = { tl_narrow (s, x, 0, i, 1), n_rows, tl_tensor_get_size (x, 2),
                              parts->len };

      g_array_append_val (matrices, matrix);
      g_ptr_array_add (parts, NULL);
    }
}

/* Those from @first on of the same size, in one go. */
static void
orthogonalize (TlScope *s, GArray *matrices, guint first, GPtrArray *parts)
{
  const gint64 n = g_array_index (matrices, Matrix, first).n;
  const gint64 m = g_array_index (matrices, Matrix, first).m;
  g_autofree TlTensor **xs = g_new (TlTensor *, matrices->len);
  g_autofree guint *at = g_new (guint, matrices->len);
  guint n_same = 0;
  TlTensor *moves;

  for (guint i = first; i < matrices->len; i++)
    {
      Matrix *matrix = &g_array_index (matrices, Matrix, i);

      if (matrix->x == NULL || matrix->n != n || matrix->m != m)
        continue;
      at[n_same] = matrix->part;
      xs[n_same++] = g_steal_pointer (&matrix->x);
    }
  moves = tl_muon_orthogonalize (s, tl_cat (s, xs, n_same, 0));
  for (guint i = 0; i < n_same; i++)
    parts->pdata[at[i]] = tl_narrow (s, moves, 0, i, 1);
}

/* @move: AdamW's, of all parameters; @ahead: the mean of gradients as it will be -> @move, but for
 * the matrices that learn by Muon */
static TlTensor *
move_matrices (TlParameters *self, TlScope *outer, TlTensor *move, TlTensor *ahead,
               const TlStepRule *rule)
{
  TlScope *s = tl_scope_enter (outer);
  g_autoptr (GPtrArray) parts = g_ptr_array_new ();
  g_autoptr (GArray) matrices = g_array_new (FALSE, FALSE, sizeof (Matrix));

  for (guint i = 0; i < self->parameters->len; i++)
    {
      const TlParameter *p = &g_array_index (self->parameters, TlParameter, i);
      guint n_matrices = count_matrices (p, rule);

      if (n_matrices == 0)
        g_ptr_array_add (parts, tl_narrow (s, move, 0, p->offset, p->n));
      else
        add_matrices (s, tl_parameters_cut (s, ahead, p), n_matrices, matrices, parts);
    }
  for (guint i = 0; i < matrices->len; i++)
    if (g_array_index (matrices, Matrix, i).x != NULL)
      orthogonalize (s, matrices, i, parts);
  return tl_scope_leave (s, tl_parameters_lay (s, (TlTensor **) parts->pdata, parts->len));
}

static void
update (TlParameters *self, TlScope *outer, TlTensor *gradient, const TlStepRule *rule,
        TlTensor *next[N_TENSORS])
{
  TlScope *s = tl_scope_enter (outer);
  gdouble t = self->n_steps + 1;
  gdouble average = MIN (rule->average, t / (t + 9));
  TlTensor *mean = blend (s, self->tensors[MEAN], gradient, BETA_1);
  TlTensor *square = blend (s, self->tensors[SQUARE], tl_mul (s, gradient, gradient), BETA_2);
  TlTensor *root = tl_sqrt (s, tl_mul_scalar (s, square, 1 / (1 - pow (BETA_2, t))));
  TlTensor *move = tl_div (s, mean, tl_add_scalar (s, root, EPSILON));
  TlTensor *decay = tl_mul (s, self->tensors[VALUES], self->decays);
  TlTensor *values;

  move =
    tl_mul_scalar (s, move, (rule->matrices != NULL ? BESIDE_MUON : 1) / (1 - pow (BETA_1, t)));
  if (rule->matrices != NULL)
    move = move_matrices (self, s, move, blend (s, mean, gradient, BETA_1), rule);
  move = tl_mul_scalar (s, move, -rule->lr);
  decay = tl_mul_scalar (s, decay, -rule->lr * rule->weight_decay);
  move = tl_add (s, move, decay);
  if (self->moves != NULL)
    move = tl_mul (s, move, self->moves);
  values = tl_add (s, self->tensors[VALUES], move);

  next[VALUES] = tl_own (values);
  next[MEAN] = tl_own (mean);
  next[SQUARE] = tl_own (square);
  next[AVERAGE] = tl_own (blend (s, self->tensors[AVERAGE], values, average));
  tl_scope_leave (s, NULL);
}

void
tl_parameters_swap (TlParameters *self, TlTensor *next[N_TENSORS])
{
  for (guint i = 0; i < N_TENSORS; i++)
    {
      tl_tensor_free (self->tensors[i]);
      self->tensors[i] = next[i];
    }
}

/* (nullable): of all parameters end to end, zeros for those that stay */
static TlTensor *
compute_gradient (TlParameters *self, TlScope *s, TlTensor *loss)
{
  guint n = self->parameters->len, n_leaves = 0;
  g_autofree TlTensor **leaves = g_new (TlTensor *, n), **found = g_new0 (TlTensor *, n);
  g_autofree TlTensor **gradients = g_new (TlTensor *, n);

  for (guint i = 0; i < n; i++)
    if (is_leaf (&g_array_index (self->parameters, TlParameter, i)))
      leaves[n_leaves++] = self->shown[i];
  if (!tl_backward_many (s, loss, leaves, n_leaves, found))
    return NULL;

  tl_scope_set_grad (s, FALSE);
  for (guint i = 0, at = 0; i < n; i++)
    gradients[i] = is_leaf (&g_array_index (self->parameters, TlParameter, i))
                     ? found[at++]
                     : tl_zeros_like (s, self->shown[i]);
  return tl_parameters_lay (s, gradients, n);
}

gboolean
tl_parameters_step (TlParameters *self, TlScope *s, TlTensor *loss, const TlStepRule *rule,
                    gdouble *norm)
{
  TlTensor *next[N_TENSORS] = { 0 }, *gradient = compute_gradient (self, s, loss);

  if (gradient == NULL)
    return FALSE;
  *norm = sqrt (tl_to_double (s, tl_sum (s, tl_mul (s, gradient, gradient), NULL, 0, FALSE)));
  if (isfinite (*norm))
    {
      if (*norm > rule->max_norm)
        gradient = tl_mul_scalar (s, gradient, rule->max_norm / *norm);
      update (self, s, gradient, rule, next);
    }
  if (tl_scope_has_failed (s))
    {
      for (guint i = 0; i < N_TENSORS; i++)
        tl_tensor_free (next[i]);
      return FALSE;
    }
  if (isfinite (*norm))
    tl_parameters_swap (self, next);
  self->n_steps++;
  return TRUE;
}
