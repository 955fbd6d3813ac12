/* loss.c - how far cutouts are from what the clauses say
 *
 * Formulas: nerdyrodent/VQGAN-CLIP generate.py, class Prompt and ascend_txt().
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "config.h"
#include "core/steer/loss.h"

#include <math.h>

/* Opposite vectors are 2 apart, where the slope of the arcsine has no end. */
#define MAX_HALF_DISTANCE (1 - 1e-6)

/* features: [n, d], embed: [m, d] -> [n, m, 1] */
static TlTensor *
spherical_distance (TlScope *outer, TlTensor *features, TlTensor *embed)
{
  TlScope *s = tl_scope_enter (outer);
  TlTensor *a = tl_normalize (s, features);
  TlTensor *b = tl_normalize (s, embed);
  TlTensor *half, *angle;

  if (tl_scope_has_failed (s))
    return tl_scope_leave (s, NULL);

  a = tl_reshape (s, a, TL_SHAPE (tl_tensor_get_size (a, 0), 1, tl_tensor_get_size (a, 1)));
  half = tl_mul_scalar (s, tl_norm (s, tl_sub (s, a, b), 2), 0.5);
  angle = tl_asin (s, tl_clamp (s, half, 0, MAX_HALF_DISTANCE));
  return tl_scope_leave (s, tl_mul_scalar (s, tl_mul (s, angle, angle), 2));
}

/* The gradient of maximum (x, stop): none where x is below it. */
static TlTensor *
hold_back (TlScope *s, TlTensor *x, gdouble stop)
{
  TlTensor *floor;

  if (stop == -INFINITY)
    return x;

  floor = tl_to_like (s, tl_full (s, stop, TL_SHAPE (1)), x);
  return tl_straight_through (s, x, tl_maximum (s, x, floor));
}

TlTensor *
tl_loss_clause (TlScope *outer, TlTensor *features, TlTensor *embed, gdouble weight, gdouble stop)
{
  TlScope *s = tl_scope_enter (outer);
  TlTensor *distance = spherical_distance (s, features, embed);

  if (weight < 0)
    distance = tl_mul_scalar (s, distance, -1);
  distance = hold_back (s, distance, stop);
  return tl_scope_leave (s,
                         tl_mul_scalar (s, tl_mean (s, distance, NULL, 0, FALSE), fabs (weight)));
}

TlTensor *
tl_loss_start (TlScope *outer, TlTensor *z, TlTensor *z_start, gdouble weight, gdouble decay,
               guint64 iteration)
{
  TlScope *s = tl_scope_enter (outer);
  TlTensor *apart = z_start == NULL ? z : tl_sub (s, z, z_start);
  TlTensor *error = tl_mean (s, tl_mul (s, apart, apart), NULL, 0, FALSE);
  gdouble pull = weight / (1 + decay * (gdouble) iteration) / 2;

  return tl_scope_leave (s, tl_mul_scalar (s, error, pull));
}

TlTensor *
tl_loss_cosine (TlScope *outer, TlTensor *a, TlTensor *b)
{
  TlScope *s = tl_scope_enter (outer);
  TlTensor *transposed = tl_transpose (s, tl_normalize (s, b), 0, 1);

  return tl_scope_leave (s, tl_matmul (s, tl_normalize (s, a), transposed));
}
