/* philox.h - the rounds of Philox 4x32-10, for those who draw one block and those who draw many
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

#define TL_PHILOX_N_ROUNDS 10

/* Multipliers and Weyl increments of Philox 4x32 (Salmon et al., SC11, section 4.3). */
#define TL_PHILOX_MULTIPLIER_0 0xD2511F53u
#define TL_PHILOX_MULTIPLIER_1 0xCD9E8D57u
#define TL_PHILOX_WEYL_0 0x9E3779B9u
#define TL_PHILOX_WEYL_1 0xBB67AE85u

/* One block of the cipher. */
static inline void
tl_philox_rounds (const guint32 counter[4], const guint32 key[2], guint32 out[4])
{
  guint32 c0 = counter[0], c1 = counter[1], c2 = counter[2], c3 = counter[3];
  guint32 k0 = key[0], k1 = key[1];

  for (guint round = 0; round < TL_PHILOX_N_ROUNDS; round++)
    {
      guint64 p0 = (guint64) TL_PHILOX_MULTIPLIER_0 * c0;
      guint64 p1 = (guint64) TL_PHILOX_MULTIPLIER_1 * c2;

      c0 = (guint32) (p1 >> 32) ^ c1 ^ k0;
      c1 = (guint32) p1;
      c2 = (guint32) (p0 >> 32) ^ c3 ^ k1;
      c3 = (guint32) p0;
      k0 += TL_PHILOX_WEYL_0;
      k1 += TL_PHILOX_WEYL_1;
    }

  out[0] = c0;
  out[1] = c1;
  out[2] = c2;
  out[3] = c3;
}

G_END_DECLS
