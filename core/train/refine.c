/* refine.c - what makes rebuilt pictures crisp, late in a VQGAN's training
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "config.h"
#include "core/train/refine.h"

#include "core/train/losses.h"
#include "core/train/parameters.h"

#define NAME "critic."
#define WIDTH 32
#define N_GROUPS 8
#define EPSILON 1e-6
#define LEAK 0.2

#define WEIGHT_DECAY 1e-4
#define MAX_NORM 1
#define AVERAGE 0.998

/* A part that the critic judges is 26 pixels wide. */
static const struct
{
  gint64 in, out, kernel, stride;
} layers[] = {
  { 3, WIDTH, 4, 2 },
  { WIDTH, 2 * WIDTH, 4, 2 },
  { 2 * WIDTH, 4 * WIDTH, 3, 1 },
  { 4 * WIDTH, 1, 3, 1 },
};

struct _TlRefine
{
  TlRefining refining;
  TlClip *clip;
  guint n_blocks; /* of the CLIP: half of them see places still, and shapes already */
  TlParameters *parameters;
};

/* --- the critic --- */

static TlTensor *
provide (TlRefine *self, const gint64 *shape, guint n_dims, guint layer, const char *what)
{
  g_autofree char *name = g_strdup_printf ("layers.%u.%s", layer, what);

  return tl_parameters_provide (name, shape, n_dims, self->parameters);
}

/* Every layer but the first and the last is normed. */
static gboolean
is_normed (guint layer)
{
  return layer > 0 && layer + 1 < G_N_ELEMENTS (layers);
}

static void
declare (TlRefine *self)
{
  for (guint i = 0; i < G_N_ELEMENTS (layers); i++)
    {
      gint64 out = layers[i].out, kernel = layers[i].kernel;

      provide (self, TL_SHAPE (out, layers[i].in, kernel, kernel), i, "conv.weight");
      provide (self, TL_SHAPE (out), i, "conv.bias");
      if (!is_normed (i))
        continue;
      provide (self, TL_SHAPE (out), i, "norm.weight");
      provide (self, TL_SHAPE (out), i, "norm.bias");
    }
}

static TlTensor *
leaky_relu (TlScope *s, TlTensor *x)
{
  return tl_maximum (s, x, tl_mul_scalar (s, x, LEAK));
}

/* x: [n, 3, h, w] in [0, 1] -> [n, 1, h / 4, w / 4]: higher where it looks drawn */
static TlTensor *
judge (TlScope *outer, TlRefine *self, TlTensor *x)
{
  TlScope *s = tl_scope_enter (outer);

  x = tl_add_scalar (s, tl_mul_scalar (s, x, 2), -1);
  for (guint i = 0; i < G_N_ELEMENTS (layers); i++)
    {
      x = tl_conv2d (s, x, provide (self, NULL, 0, i, "conv.weight"),
                     provide (self, NULL, 0, i, "conv.bias"), layers[i].stride, 1, 1);
      if (is_normed (i))
        x = tl_group_norm (s, x, N_GROUPS, provide (self, NULL, 0, i, "norm.weight"),
                           provide (self, NULL, 0, i, "norm.bias"), EPSILON, FALSE);
      if (i + 1 < G_N_ELEMENTS (layers))
        x = leaky_relu (s, x);
    }
  return tl_scope_leave (s, x);
}

/* --- losses --- */

static TlTensor *
see (TlScope *s, TlRefine *self, TlTensor *pictures)
{
  guint side = tl_clip_get_config (self->clip)->resolution;

  if (tl_tensor_get_size (pictures, 2) != side || tl_tensor_get_size (pictures, 3) != side)
    pictures = tl_adaptive_avg_pool2d (s, pictures, side, side);
  return tl_clip_encode_grid (s, self->clip, pictures, self->n_blocks);
}

static TlTensor *
add (TlScope *s, TlTensor *loss, TlTensor *more)
{
  return loss != NULL ? tl_add (s, loss, more) : more;
}

TlTensor *
tl_refine_loss (TlScope *s, TlRefine *self, TlTensor *x, TlTensor *y, TlRefineReport *report)
{
  TlTensor *loss = NULL;

  if (self->refining.perceptual > 0)
    {
      TlTensor *seen = tl_loss_seen (s, see (s, self, x), see (s, self, y));

      report->seen = tl_to_double (s, seen);
      loss = add (s, loss, tl_mul_scalar (s, seen, self->refining.perceptual));
    }
  if (self->refining.critic > 0)
    {
      TlTensor *found_out;

      tl_parameters_show (self->parameters, s, TL_PARAMETERS_VALUES);
      found_out = tl_loss_found_out (s, judge (s, self, y));
      loss = add (s, loss, tl_mul_scalar (s, found_out, self->refining.critic));
    }
  return loss;
}

gboolean
tl_refine_learn (TlScope *s, TlRefine *self, TlTensor *x, TlTensor *y, gdouble lr,
                 TlRefineReport *report)
{
  const TlStepRule rule = {
    .lr = lr, .weight_decay = WEIGHT_DECAY, .max_norm = MAX_NORM, .average = AVERAGE
  };
  TlTensor *loss;
  gdouble norm;

  if (self->refining.critic <= 0)
    return !tl_scope_has_failed (s);
  tl_parameters_show (self->parameters, s, TL_PARAMETERS_LEAVES);
  loss = tl_loss_critic (s, judge (s, self, tl_detach (s, x)), judge (s, self, tl_detach (s, y)));
  report->critic = tl_to_double (s, loss);
  return tl_parameters_step (self->parameters, s, loss, &rule, &norm);
}

/* --- life and files --- */

TlRefine *
tl_refine_new (const TlRefining *refining, TlClip *clip, guint64 seed, TlDevice device,
               GError **error)
{
  g_autoptr (TlRefine) self = NULL;

  g_return_val_if_fail (refining->perceptual <= 0 || clip != NULL, NULL);

  self = g_new0 (TlRefine, 1);
  self->refining = *refining;
  self->clip = clip;
  self->n_blocks = clip != NULL ? (tl_clip_get_n_blocks (clip) + 1) / 2 : 0;
  self->parameters = tl_parameters_new (seed, NAME, device);
  declare (self);
  return tl_parameters_seal (self->parameters, error) ? g_steal_pointer (&self) : NULL;
}

void
tl_refine_free (TlRefine *self)
{
  tl_parameters_free (self->parameters);
  g_free (self);
}

gboolean
tl_refine_save (TlRefine *self, TlSafetensorsWriter *writer, GError **error)
{
  return self->refining.critic <= 0 || tl_parameters_save (self->parameters, writer, error);
}

gboolean
tl_refine_load (TlRefine *self, TlWeights *weights, GError **error)
{
  if (self->refining.critic <= 0 || !tl_parameters_are_in (self->parameters, weights))
    return TRUE;
  return tl_parameters_load (self->parameters, weights, error);
}
