/* optimizer.c - eight optimisers whose whole state is two or three tensors and a count
 *
 * A step is a pure function from (z, gradient, moments) to (z, moments). One table says which
 * function an optimiser is and what its moments are called; the arithmetic is in the order of the
 * originals, so that trajectories agree to rounding.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "config.h"
#include "core/steer/optimizer.h"

#include <math.h>

/* torch.optim's and pytorch-optimizer's defaults. */
#define BETA_1 0.9
#define BETA_2 0.999
#define EPSILON 1e-8

typedef struct
{
  TlScope *s;
  gdouble lr;
  gint64 n; /* of this step, from 1 */
  TlTensor *z, *gradient;
  TlTensor *const *old; /* NULL on the first step */
  TlTensor *next[TL_MOMENTS_MAX];
} Step;

typedef struct
{
  guint n_moments;
  const char *moments[TL_MOMENTS_MAX];
  TlTensor *(*step) (Step *step); /* fills next, returns the new z */
} Optimizer;

/* 1 - beta^n: how far the average of n steps that began at zero falls short. */
static gdouble
correction (const Step *k, gdouble beta)
{
  return 1 - pow (beta, (gdouble) k->n);
}

/* beta · moment + (1 - beta) · x */
static TlTensor *
decay (const Step *k, TlTensor *moment, TlTensor *x, gdouble beta)
{
  x = tl_mul_scalar (k->s, x, 1 - beta);
  return moment == NULL ? x : tl_add (k->s, tl_mul_scalar (k->s, moment, beta), x);
}

static void
decay_both (Step *k, TlTensor *gradient)
{
  k->next[0] = decay (k, k->old[0], gradient, BETA_1);
  k->next[1] = decay (k, k->old[1], tl_mul (k->s, gradient, gradient), BETA_2);
}

/* sqrt (x) / divisor + epsilon */
static TlTensor *
denominator (const Step *k, TlTensor *x, gdouble divisor, gdouble epsilon)
{
  x = tl_sqrt (k->s, x);
  if (divisor != 1)
    x = tl_mul_scalar (k->s, x, 1 / divisor);
  return tl_add_scalar (k->s, x, epsilon);
}

/* z - rate · numerator / divisor */
static TlTensor *
descend (const Step *k, TlTensor *z, TlTensor *numerator, TlTensor *divisor, gdouble rate)
{
  TlTensor *direction = tl_div (k->s, numerator, divisor);

  return tl_add (k->s, z, tl_mul_scalar (k->s, direction, -rate));
}

static TlTensor *
adam_from (Step *k, TlTensor *z)
{
  TlTensor *below;

  decay_both (k, k->gradient);
  below = denominator (k, k->next[1], sqrt (correction (k, BETA_2)), EPSILON);
  return descend (k, z, k->next[0], below, k->lr / correction (k, BETA_1));
}

/* torch/optim/adam.py */
static TlTensor *
step_adam (Step *k)
{
  return adam_from (k, k->z);
}

/* torch/optim/adamw.py: weight decay 0.01, apart from the gradient */
static TlTensor *
step_adamw (Step *k)
{
  return adam_from (k, tl_mul_scalar (k->s, k->z, 1 - k->lr * 0.01));
}

/* torch/optim/adagrad.py: no decay of the rate */
static TlTensor *
step_adagrad (Step *k)
{
  TlTensor *square = tl_mul (k->s, k->gradient, k->gradient);

  k->next[0] = k->old[0] == NULL ? square : tl_add (k->s, k->old[0], square);
  return descend (k, k->z, k->gradient, denominator (k, k->next[0], 1, 1e-10), k->lr);
}

/* torch/optim/adamax.py */
static TlTensor *
step_adamax (Step *k)
{
  TlTensor *size = tl_add_scalar (k->s, tl_abs (k->s, k->gradient), EPSILON);

  k->next[0] = decay (k, k->old[0], k->gradient, BETA_1);
  k->next[1] =
    k->old[1] == NULL ? size : tl_maximum (k->s, tl_mul_scalar (k->s, k->old[1], BETA_2), size);
  return descend (k, k->z, k->next[0], k->next[1], k->lr / correction (k, BETA_1));
}

/* torch/optim/radam.py: plain momentum until the variance of the step is known well enough */
static TlTensor *
step_radam (Step *k)
{
  const gdouble rho_inf = 2 / (1 - BETA_2) - 1;
  gdouble beta_2_n = pow (BETA_2, (gdouble) k->n);
  gdouble rho = rho_inf - 2 * k->n * beta_2_n / (1 - beta_2_n);
  gdouble rate = k->lr / correction (k, BETA_1);
  gdouble rectification;

  decay_both (k, k->gradient);
  if (rho <= 5)
    return tl_add (k->s, k->z, tl_mul_scalar (k->s, k->next[0], -rate));

  rectification = sqrt ((rho - 4) * (rho - 2) * rho_inf / ((rho_inf - 4) * (rho_inf - 2) * rho));
  return descend (k, k->z, k->next[0], denominator (k, k->next[1], 1, EPSILON),
                  rate * sqrt (1 - beta_2_n) * rectification);
}

/* torch/optim/rmsprop.py: alpha 0.99, no momentum */
static TlTensor *
step_rmsprop (Step *k)
{
  k->next[0] = decay (k, k->old[0], tl_mul (k->s, k->gradient, k->gradient), 0.99);
  return descend (k, k->z, k->gradient, denominator (k, k->next[0], 1, EPSILON), k->lr);
}

/* pytorch-optimizer torch_optimizer/diffgrad.py (Dubey et al., "diffGrad", 2019); epsilon and
 * weight decay are generate.py's. */
static TlTensor *
step_diffgrad (Step *k)
{
  const gdouble small = 1e-9;
  TlTensor *gradient = tl_add (k->s, k->gradient, tl_mul_scalar (k->s, k->z, small));
  TlTensor *change = k->old[2] == NULL ? gradient : tl_sub (k->s, k->old[2], gradient);
  TlTensor *friction = tl_sigmoid (k->s, tl_abs (k->s, change));

  decay_both (k, gradient);
  k->next[2] = gradient;
  return descend (k, k->z, tl_mul (k->s, k->next[0], friction),
                  denominator (k, k->next[1], 1, small),
                  k->lr * sqrt (correction (k, BETA_2)) / correction (k, BETA_1));
}

/* Takes the part along z out of @step if z is invariant to its own length, seen as @n_rows rows:
 * the gradient is then at a right angle to z. NULL if it is not. */
static TlTensor *
project_rows (const Step *k, TlTensor *step, gint64 n_rows)
{
  TlScope *s = k->s;
  gint64 n = (gint64) tl_tensor_get_n_elements (k->z) / n_rows;
  TlTensor *z = tl_reshape (s, k->z, TL_SHAPE (n_rows, n));
  TlTensor *gradient = tl_reshape (s, k->gradient, TL_SHAPE (n_rows, n));
  TlTensor *length = tl_add_scalar (s, tl_norm (s, z, 1), EPSILON);
  TlTensor *steepness = tl_add_scalar (s, tl_norm (s, gradient, 1), EPSILON);
  TlTensor *dot = tl_abs (s, tl_sum (s, tl_mul (s, gradient, z), TL_SHAPE (1), TRUE));
  TlTensor *cosine = tl_div (s, tl_div (s, dot, steepness), length);

  if (!(tl_to_double (s, tl_amax (s, cosine, 0, FALSE)) < 0.1 / sqrt ((gdouble) n)))
    return NULL;

  z = tl_div (s, z, length);
  step = tl_reshape (s, step, TL_SHAPE (n_rows, n));
  step = tl_sub (s, step, tl_mul (s, z, tl_sum (s, tl_mul (s, z, step), TL_SHAPE (1), TRUE)));
  return step;
}

/* step or its projection, in the shape of z */
static TlTensor *
project (const Step *k, TlTensor *step)
{
  gint64 shape[4];
  TlTensor *projected;

  if (tl_scope_has_failed (k->s))
    return NULL;

  projected = project_rows (k, step, tl_tensor_get_size (k->z, 0));
  if (projected == NULL)
    projected = project_rows (k, step, 1);
  if (projected == NULL)
    return step;

  for (guint i = 0; i < G_N_ELEMENTS (shape); i++)
    shape[i] = tl_tensor_get_size (k->z, (gint) i);
  return tl_reshape (k->s, projected, shape, G_N_ELEMENTS (shape));
}

/* pytorch-optimizer torch_optimizer/adamp.py (Heo et al., "AdamP", 2020): delta 0.1, no weight
 * decay */
static TlTensor *
step_adamp (Step *k)
{
  TlTensor *step;

  decay_both (k, k->gradient);
  step =
    tl_div (k->s, k->next[0], denominator (k, k->next[1], sqrt (correction (k, BETA_2)), EPSILON));
  step = project (k, step);
  return tl_add (k->s, k->z, tl_mul_scalar (k->s, step, -k->lr / correction (k, BETA_1)));
}

static const Optimizer optimizers[TL_N_OPTIMIZERS] = {
  [TL_OPTIMIZER_ADAM] = { 2, { "exp_avg", "exp_avg_sq" }, step_adam },
  [TL_OPTIMIZER_ADAMW] = { 2, { "exp_avg", "exp_avg_sq" }, step_adamw },
  [TL_OPTIMIZER_ADAGRAD] = { 1, { "sum" }, step_adagrad },
  [TL_OPTIMIZER_ADAMAX] = { 2, { "exp_avg", "exp_inf" }, step_adamax },
  [TL_OPTIMIZER_RADAM] = { 2, { "exp_avg", "exp_avg_sq" }, step_radam },
  [TL_OPTIMIZER_RMSPROP] = { 1, { "square_avg" }, step_rmsprop },
  [TL_OPTIMIZER_DIFFGRAD] = { 3, { "exp_avg", "exp_avg_sq", "previous_grad" }, step_diffgrad },
  [TL_OPTIMIZER_ADAMP] = { 2, { "exp_avg", "exp_avg_sq" }, step_adamp },
};

void
tl_moments_clear (TlMoments *self)
{
  for (guint i = 0; i < TL_MOMENTS_MAX; i++)
    g_clear_pointer (&self->moments[i], tl_tensor_free);
  self->n_steps = 0;
}

guint
tl_optimizer_get_n_moments (TlOptimizer optimizer)
{
  g_return_val_if_fail ((guint) optimizer < TL_N_OPTIMIZERS, 0);

  return optimizers[optimizer].n_moments;
}

const char *
tl_optimizer_get_moment_name (TlOptimizer optimizer, guint index)
{
  g_return_val_if_fail (index < tl_optimizer_get_n_moments (optimizer), NULL);

  return optimizers[optimizer].moments[index];
}

TlTensor *
tl_optimizer_step (TlScope *s, TlOptimizer optimizer, gdouble lr, const TlMoments *moments,
                   TlTensor *z, TlTensor *gradient, TlMoments *next_moments)
{
  Step step = {
    .s = s,
    .lr = lr,
    .n = moments->n_steps + 1,
    .z = z,
    /* Row by row, as a checkpoint holds the moments: a sigmoid's last bit depends on the order in
     * memory. */
    .gradient = tl_contiguous (s, gradient),
    .old = moments->moments,
  };

  g_return_val_if_fail ((guint) optimizer < TL_N_OPTIMIZERS, NULL);

  z = optimizers[optimizer].step (&step);

  *next_moments = (TlMoments){ .n_steps = step.n };
  for (guint i = 0; i < optimizers[optimizer].n_moments; i++)
    next_moments->moments[i] = tl_own (step.next[i]);
  return z;
}
