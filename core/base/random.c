/* random.c - random numbers as a function of (seed, iteration, purpose, index)
 *
 * The counter holds (block, index, iteration's low word, purpose and the iteration's high bits), the key holds the seed, so
 * every stream is a range of the cipher's input space of its own.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "config.h"
#include "core/base/random.h"

#include <math.h>

#define N_ROUNDS 10

/* Multipliers and Weyl increments of Philox 4x32 (Salmon et al., SC11, section 4.3). */
#define MULTIPLIER_0 0xD2511F53u
#define MULTIPLIER_1 0xCD9E8D57u
#define WEYL_0 0x9E3779B9u
#define WEYL_1 0xBB67AE85u

void
tl_philox (const guint32 counter[4], const guint32 key[2], guint32 out[4])
{
  guint32 c0 = counter[0], c1 = counter[1], c2 = counter[2], c3 = counter[3];
  guint32 k0 = key[0], k1 = key[1];

  for (guint round = 0; round < N_ROUNDS; round++)
    {
      guint64 p0 = (guint64) MULTIPLIER_0 * c0;
      guint64 p1 = (guint64) MULTIPLIER_1 * c2;

      c0 = (guint32) (p1 >> 32) ^ c1 ^ k0;
      c1 = (guint32) p1;
      c2 = (guint32) (p0 >> 32) ^ c3 ^ k1;
      c3 = (guint32) p0;
      k0 += WEYL_0;
      k1 += WEYL_1;
    }

  out[0] = c0;
  out[1] = c1;
  out[2] = c2;
  out[3] = c3;
}

void
tl_random_init (TlRandom *self, guint64 seed, guint64 iteration, TlPurpose purpose, guint32 index)
{
  *self = (TlRandom) {
    .key = { (guint32) seed, (guint32) (seed >> 32) },
    .counter = { 0, index, (guint32) iteration,
                 (guint32) purpose << 16 | (guint32) (iteration >> 32 & 0xFFFF) },
  };
}

guint64
tl_random_vary_seed (guint64 seed, guint64 variation)
{
  const guint32 key[2] = { (guint32) seed, (guint32) (seed >> 32) };
  const guint32 counter[4] = { (guint32) variation, (guint32) (variation >> 32), 0,
                               (guint32) TL_PURPOSE_VARIATION << 16 };
  guint32 block[4];

  if (variation == 0)
    return seed;

  tl_philox (counter, key, block);
  return block[0] | (guint64) block[1] << 32;
}

guint32
tl_random_next (TlRandom *self)
{
  if (self->n_left == 0)
    {
      tl_philox (self->counter, self->key, self->block);
      self->counter[0]++;
      self->n_left = 4;
    }

  return self->block[4 - self->n_left--];
}

gdouble
tl_random_uniform (TlRandom *self)
{
  return (tl_random_next (self) >> 8) * (1.0 / 16777216.0);
}

gdouble
tl_random_range (TlRandom *self, gdouble low, gdouble high)
{
  return low + (high - low) * tl_random_uniform (self);
}

guint32
tl_random_below (TlRandom *self, guint32 n)
{
  guint32 reject_below;
  guint64 product;

  g_return_val_if_fail (n > 0, 0);

  /* Lemire, "Fast random integer generation in an interval" (2019): the few low products that would favour some values
   * are drawn again. */
  reject_below = -n % n;
  do
    product = (guint64) tl_random_next (self) * n;
  while ((guint32) product < reject_below);

  return product >> 32;
}

gdouble
tl_random_normal (TlRandom *self)
{
  gdouble radius, angle;

  if (self->has_spare)
    {
      self->has_spare = FALSE;
      return self->spare;
    }

  /* 1 - u is in (0, 1], so the logarithm is finite. */
  radius = sqrt (-2.0 * log (1.0 - tl_random_uniform (self)));
  angle = 2.0 * G_PI * tl_random_uniform (self);
  self->spare = radius * sin (angle);
  self->has_spare = TRUE;
  return radius * cos (angle);
}

void
tl_random_fill_normal (TlRandom *self, gfloat *out, gsize n)
{
  for (gsize i = 0; i < n; i++)
    out[i] = (gfloat) tl_random_normal (self);
}
