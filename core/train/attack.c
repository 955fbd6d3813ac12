/* attack.c - pictures changed a little so that a model errs most
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "config.h"
#include "core/train/attack.h"

#include "core/base/random.h"

#include <math.h>

#define STREAM_ATTACK 5

/* All moves together would go this many radii far in a straight line. */
#define REACH 1.6

/* Starts lie this share of the radius from the picture. */
#define START 0.7

#define LEAST_NORM 1e-9

/* [n, values]: of the radius' length times START each; @radii: [n] */
static TlTensor *
draw_start (TlScope *s, const TlAttack *self, gint64 n, gint64 n_values, gfloat *radii)
{
  g_autofree gfloat *start = g_new (gfloat, n * n_values);
  TlRandom random;

  tl_random_init (&random, self->seed, self->step, TL_PURPOSE_TRAINING, STREAM_ATTACK);
  for (gint64 i = 0; i < n; i++)
    {
      gfloat scale;

      radii[i] = (gfloat) tl_random_range (&random, 0, self->radius);
      scale = (gfloat) (START * radii[i] / sqrt ((gdouble) n_values));
      tl_random_fill_normal (&random, start + i * n_values, (gsize) n_values);
      for (gint64 k = 0; k < n_values; k++)
        start[i * n_values + k] *= scale;
    }
  return tl_from_floats (s, start, TL_SHAPE (n, n_values));
}

/* [n, 1], never 0 */
static TlTensor *
lengths (TlScope *s, TlTensor *rows)
{
  TlTensor *length = tl_norm (s, rows, 1);

  return tl_maximum (s, length, tl_to_like (s, tl_full (s, LEAST_NORM, NULL, 0), length));
}

/* rows: [n, values], no longer than @radii [n, 1] afterwards */
static TlTensor *
project (TlScope *s, TlTensor *rows, TlTensor *radii)
{
  TlTensor *share = tl_div (s, radii, lengths (s, rows));

  return tl_mul (s, rows, tl_clamp (s, share, 0, 1));
}

/* [n, values] -> the shape of @like, [n, c, h, w] */
static TlTensor *
shaped_like (TlScope *s, TlTensor *rows, TlTensor *like)
{
  return tl_reshape (s, rows,
                     TL_SHAPE (tl_tensor_get_size (like, 0), tl_tensor_get_size (like, 1),
                               tl_tensor_get_size (like, 2), tl_tensor_get_size (like, 3)));
}

/* The gradient of the loss at @x + @offset: [n, values] */
static TlTensor *
find_ascent (TlScope *outer, TlTensor *x, TlTensor *offset, TlBlockFunc loss, gconstpointer data)
{
  TlScope *s = tl_scope_enter (outer);
  TlTensor *leaf;

  tl_scope_set_grad (s, TRUE);
  leaf = tl_leaf (s, tl_add (s, tl_detach (s, x), shaped_like (s, offset, x)));
  leaf = tl_backward (s, loss (s, leaf, data), leaf);
  return tl_scope_leave (s, tl_reshape (s, leaf, TL_SHAPE (tl_tensor_get_size (x, 0), -1)));
}

TlTensor *
tl_attack_apply (TlScope *outer, const TlAttack *self, TlTensor *x, TlBlockFunc loss,
                 gconstpointer data)
{
  gint64 n = tl_tensor_get_size (x, 0), n_values;
  g_autofree gfloat *radii = NULL;
  TlTensor *offset, *radius;
  TlScope *s;

  if (tl_scope_has_failed (outer))
    return NULL;

  s = tl_scope_enter (outer);
  tl_scope_set_grad (s, FALSE);
  n_values = (gint64) tl_tensor_get_n_elements (x) / n;
  radii = g_new (gfloat, n);
  offset = tl_to_like (s, draw_start (s, self, n, n_values, radii), x);
  radius = tl_to_like (s, tl_from_floats (s, radii, TL_SHAPE (n, 1)), x);
  offset = project (s, offset, radius);
  for (guint i = 0; i < self->n_moves; i++)
    {
      TlTensor *ascent = find_ascent (s, x, offset, loss, data);

      ascent = tl_mul (s, tl_div (s, ascent, lengths (s, ascent)), radius);
      offset = tl_add (s, offset, tl_mul_scalar (s, ascent, REACH / self->n_moves));
      offset = project (s, offset, radius);
    }
  return tl_scope_leave (s, tl_add (s, x, shaped_like (s, offset, x)));
}
