/* normals.c - many normal numbers at once, for the compiler to vectorise
 *
 * The logarithm, sine and cosine are the C library's vector functions, which need -ffast-math to be
 * used: this file alone is compiled with it. Nothing here may see an infinity or a NaN.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "config.h"
#include "core/base/normals.h"

#include "core/base/philox.h"

#include <math.h>

/* Once for each instruction set; the processor chooses when the program starts, which sanitizers do
 * not survive. */
#if defined __x86_64__ && !defined __clang__ && !defined __SANITIZE_ADDRESS__
#define FOR_EACH_LEVEL                                                                             \
  __attribute__ ((target_clones ("default", "arch=x86-64-v3", "arch=x86-64-v4")))
#else
#define FOR_EACH_LEVEL
#endif

#define N 256 /* pairs at a time */

FOR_EACH_LEVEL void
tl_normals_encipher (const guint32 counter[4], const guint32 key[2], gsize n_blocks, guint32 *words)
{
  for (gsize i = 0; i < n_blocks; i++)
    {
      const guint32 own[4] = { counter[0] + (guint32) i, counter[1], counter[2], counter[3] };

      tl_philox_rounds (own, key, words + 4 * i);
    }
}

/* 24 bits, in [0, 1) */
static inline gdouble
uniform (guint32 word)
{
  return (gdouble) (gint32) (word >> 8) * (1.0 / 16777216.0);
}

FOR_EACH_LEVEL void
tl_normals_from_words (const guint32 *words, gsize n_pairs, gfloat *out)
{
  gdouble radius[N], angle[N], cosine[N];

  for (gsize done = 0; done < n_pairs; done += N, words += 2 * N, out += 2 * N)
    {
      const gsize n = MIN (N, n_pairs - done);

      /* 1 - u is in (0, 1], so the logarithm is finite. */
      for (gsize i = 0; i < n; i++)
        radius[i] = sqrt (-2.0 * log (1.0 - uniform (words[2 * i])));
      for (gsize i = 0; i < n; i++)
        angle[i] = 2.0 * G_PI * uniform (words[2 * i + 1]);
      for (gsize i = 0; i < n; i++)
        cosine[i] = cos (angle[i]);
      /* Of sine and cosine in one loop the compiler would make one call that has no vector form. */
      __asm__ volatile("" : : : "memory");
      for (gsize i = 0; i < n; i++)
        {
          out[2 * i] = (gfloat) (radius[i] * cosine[i]);
          out[2 * i + 1] = (gfloat) (radius[i] * sin (angle[i]));
        }
    }
}
