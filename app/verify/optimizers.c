/* optimizers.c - trajectories of the eight optimisers against torch and pytorch-optimizer
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "app/verify/verify.h"
#include "config.h"

#include "core/session/settings.h"
#include "core/steer/optimizer.h"

#define TOLERANCE 1e-5
#define LR 0.1

static const struct
{
  const char *name; /* in the golden */
  TlOptimizer optimizer;
} optimizers[] = {
  { "Adam", TL_OPTIMIZER_ADAM },         { "AdamW", TL_OPTIMIZER_ADAMW },
  { "Adagrad", TL_OPTIMIZER_ADAGRAD },   { "Adamax", TL_OPTIMIZER_ADAMAX },
  { "DiffGrad", TL_OPTIMIZER_DIFFGRAD }, { "AdamP", TL_OPTIMIZER_ADAMP },
  { "RAdam", TL_OPTIMIZER_RADAM },       { "RMSprop", TL_OPTIMIZER_RMSPROP },
};

static TlTensor *
pick (TlScope *s, TlTensor *x, gint64 index, TlTensor *like)
{
  gint64 shape[TL_MAX_DIMS];
  guint n_dims;

  if (tl_scope_has_failed (s))
    return NULL;

  n_dims = tl_tensor_get_n_dims (like);
  for (guint i = 0; i < n_dims; i++)
    shape[i] = tl_tensor_get_size (like, i);
  return tl_reshape (s, tl_narrow (s, x, 0, index, 1), shape, n_dims);
}

static gdouble
run_optimizer (TlScope *s, Golden *golden, TlOptimizer optimizer, const char *name)
{
  TlTensor *z = golden_get (s, golden, "z0");
  TlTensor *gradients = golden_get (s, golden, "grads");
  TlTensor *expected = golden_get (s, golden, "%s", name);
  TlMoments moments = { 0 };
  gdouble worst = 0;

  for (gint64 i = 0; !tl_scope_has_failed (s) && i < tl_tensor_get_size (gradients, 0); i++)
    {
      TlMoments next = { 0 };
      gdouble difference;

      z = tl_optimizer_step (s, optimizer, LR, &moments, z, pick (s, gradients, i, z), &next);
      tl_moments_clear (&moments);
      moments = next;
      difference = largest_difference (s, z, pick (s, expected, i, z));
      /* MAX () would lose NAN. */
      worst = difference <= worst ? worst : difference;
    }
  tl_moments_clear (&moments);
  return worst;
}

void
verify_optimizers (Report *report, Golden *golden)
{
  report->subject = golden->name;
  for (gsize i = 0; i < G_N_ELEMENTS (optimizers); i++)
    {
      TlScope *s = tl_scope_open (NULL);
      gdouble worst = run_optimizer (s, golden, optimizers[i].optimizer, optimizers[i].name);
      g_autoptr (GError) error = NULL;

      if (tl_scope_close (s, &error))
        report_number (report, optimizers[i].name, worst, TOLERANCE);
      else
        report_failure (report, optimizers[i].name, error->message);
    }
}
