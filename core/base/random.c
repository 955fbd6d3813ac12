/* random.c - random numbers as a function of (seed, iteration, purpose, index)
 *
 * The counter holds (block, index, iteration's low word, purpose and the iteration's high bits), the key holds the seed, so
 * every stream is a range of the cipher's input space of its own.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "config.h"
#include "core/base/random.h"

#include "core/base/normals.h"
#include "core/base/philox.h"

#include <math.h>
#include <string.h>

/* Of the cipher, where many numbers are wanted. */
#define BLOCKS_AT_ONCE 128

void
tl_philox (const guint32 counter[4], const guint32 key[2], guint32 out[4])
{
  tl_philox_rounds (counter, key, out);
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

/* Of @n_pairs pairs of numbers, from words that are left of the last block and those of new ones;
 * what is left of the last new one stays for the next. */
static void
fill_pairs (TlRandom *self, gfloat *out, gsize n_pairs)
{
  guint32 words[4 + 4 * BLOCKS_AT_ONCE];
  gsize n_words = self->n_left;

  memcpy (words, self->block + 4 - n_words, n_words * sizeof *words);
  while (n_pairs > 0)
    {
      gsize n_missing = 2 * n_pairs > n_words ? 2 * n_pairs - n_words : 0;
      gsize n_blocks = MIN ((n_missing + 3) / 4, BLOCKS_AT_ONCE), n;

      tl_normals_encipher (self->counter, self->key, n_blocks, words + n_words);
      self->counter[0] += (guint32) n_blocks;
      n_words += 4 * n_blocks;
      n = MIN (n_pairs, n_words / 2);
      tl_normals_from_words (words, n, out);
      out += 2 * n;
      n_pairs -= n;
      n_words -= 2 * n;
      memmove (words, words + 2 * n, n_words * sizeof *words);
    }
  self->n_left = (guint) n_words;
  memcpy (self->block + 4 - n_words, words, n_words * sizeof *words);
}

void
tl_random_fill_normal (TlRandom *self, gfloat *out, gsize n)
{
  gsize n_pairs;

  if (n > 0 && self->has_spare)
    {
      *out++ = (gfloat) tl_random_normal (self);
      n--;
    }
  n_pairs = n / 2;
  fill_pairs (self, out, n_pairs);
  if (n % 2 == 1)
    out[2 * n_pairs] = (gfloat) tl_random_normal (self);
}
