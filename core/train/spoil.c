/* spoil.c - codes of a picture with some of them wrong
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "config.h"
#include "core/train/spoil.h"

#include "core/base/random.h"

#define STREAM_DAMAGE 8
#define STREAM_NOISE 9
#define STREAM_EXCHANGE 10

#define MAX_NOISE 1.0
#define N_IN_BLOCKS 0.5

/* Which pictures, and how much each: the same whoever asks. */
typedef struct
{
  gdouble noise;     /* of the latents' root mean square */
  gdouble exchanged; /* share of the codes */
  gint64 block;
} Damage;

static Damage *
draw_damage (const TlSpoiling *self, gint64 n)
{
  Damage *all = g_new0 (Damage, n);
  TlRandom random;

  tl_random_init (&random, self->seed, self->step, TL_PURPOSE_TRAINING, STREAM_DAMAGE);
  for (gint64 i = 0; i < n; i++)
    {
      gboolean is_spoilt = tl_random_uniform (&random) < self->share;
      Damage drawn = { .noise = tl_random_range (&random, 0, MAX_NOISE),
                       .exchanged = tl_random_range (&random, 0, self->most),
                       .block = tl_random_uniform (&random) < N_IN_BLOCKS ? 2 : 1 };

      if (is_spoilt)
        all[i] = drawn;
    }
  return all;
}

TlTensor *
tl_spoil_latents (TlScope *outer, const TlSpoiling *self, TlTensor *z)
{
  TlScope *s;
  g_autofree Damage *damage = NULL;
  g_autofree gfloat *noise = NULL;
  TlTensor *size, *added;
  gint64 n;
  gsize each;
  TlRandom random;

  if (tl_scope_has_failed (outer) || !(self->share > 0))
    return z;
  s = tl_scope_enter (outer);
  n = tl_tensor_get_size (z, 0);
  each = (gsize) (tl_tensor_get_n_elements (z) / n);
  damage = draw_damage (self, n);
  noise = g_new (gfloat, n * each);
  tl_random_init (&random, self->seed, self->step, TL_PURPOSE_TRAINING, STREAM_NOISE);
  tl_random_fill_normal (&random, noise, n * each);
  for (gsize i = 0; i < n * each; i++)
    noise[i] *= (gfloat) damage[i / each].noise;
  size = tl_sqrt (s, tl_mean (s, tl_mul (s, z, z), NULL, 0, FALSE));
  added = tl_from_floats (
    s, noise,
    TL_SHAPE (n, tl_tensor_get_size (z, 1), tl_tensor_get_size (z, 2), tl_tensor_get_size (z, 3)));
  return tl_scope_leave (s, tl_add (s, z, tl_mul (s, tl_to_like (s, added, z), size)));
}

/* codes: [height, width] */
static void
exchange (gint64 *codes, gint64 height, gint64 width, const Damage *damage, guint n_codes,
          TlRandom *random)
{
  for (gint64 y = 0; y < height; y += damage->block)
    for (gint64 x = 0; x < width; x += damage->block)
      {
        if (tl_random_uniform (random) >= damage->exchanged)
          continue;
        for (gint64 v = y; v < MIN (y + damage->block, height); v++)
          for (gint64 u = x; u < MIN (x + damage->block, width); u++)
            codes[v * width + u] = tl_random_below (random, n_codes);
      }
}

TlTensor *
tl_spoil_codes (TlScope *outer, const TlSpoiling *self, TlTensor *choices)
{
  TlScope *s;
  g_autofree Damage *damage = NULL;
  g_autofree gint64 *codes = NULL;
  gint64 n, height, width;
  TlRandom random;

  if (tl_scope_has_failed (outer) || !(self->share > 0))
    return choices;
  s = tl_scope_enter (outer);
  n = tl_tensor_get_size (choices, 0);
  height = tl_tensor_get_size (choices, 1);
  width = tl_tensor_get_size (choices, 2);
  damage = draw_damage (self, n);
  codes = g_new0 (gint64, n * height * width);
  tl_to_int64s (s, choices, codes, (gsize) (n * height * width));
  tl_random_init (&random, self->seed, self->step, TL_PURPOSE_TRAINING, STREAM_EXCHANGE);
  for (gint64 i = 0; i < n; i++)
    if (damage[i].block > 0)
      exchange (codes + i * height * width, height, width, &damage[i], self->n_codes, &random);
  choices = tl_to_like (s, tl_from_int64s (s, codes, TL_SHAPE (n, height, width)), choices);
  return tl_scope_leave (s, choices);
}
