/* sha256.c - SHA-256, by the processor's own instructions where it has them
 *
 * FIPS 180-4, section 6.2. The instructions keep the eight words of state in two registers, as
 * ABEF and CDGH, highest first, and do two rounds each; four of them make the next sixteen words of
 * the schedule out of the last sixteen.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "config.h"
#include "core/base/sha256.h"

#include <string.h>

#ifdef __x86_64__
#include <cpuid.h>
#include <immintrin.h>
#endif

#ifdef __x86_64__

/* Section 4.2.2. */
static const guint32 round_constants[64] __attribute__ ((aligned (16))) = {
  0x428a2f98, 0x71374491, 0xb5c0fbcf, 0xe9b5dba5, 0x3956c25b, 0x59f111f1, 0x923f82a4, 0xab1c5ed5,
  0xd807aa98, 0x12835b01, 0x243185be, 0x550c7dc3, 0x72be5d74, 0x80deb1fe, 0x9bdc06a7, 0xc19bf174,
  0xe49b69c1, 0xefbe4786, 0x0fc19dc6, 0x240ca1cc, 0x2de92c6f, 0x4a7484aa, 0x5cb0a9dc, 0x76f988da,
  0x983e5152, 0xa831c66d, 0xb00327c8, 0xbf597fc7, 0xc6e00bf3, 0xd5a79147, 0x06ca6351, 0x14292967,
  0x27b70a85, 0x2e1b2138, 0x4d2c6dfc, 0x53380d13, 0x650a7354, 0x766a0abb, 0x81c2c92e, 0x92722c85,
  0xa2bfe8a1, 0xa81a664b, 0xc24b8b70, 0xc76c51a3, 0xd192e819, 0xd6990624, 0xf40e3585, 0x106aa070,
  0x19a4c116, 0x1e376c08, 0x2748774c, 0x34b0bcb5, 0x391c0cb3, 0x4ed8aa4a, 0x5b9cca4f, 0x682e6ff3,
  0x748f82ee, 0x78a5636f, 0x84c87814, 0x8cc70208, 0x90befffa, 0xa4506ceb, 0xbef9a3f7, 0xc67178f2,
};

static gboolean
processor_has_sha (void)
{
  unsigned int a, b, c, d;

  return __builtin_cpu_supports ("sse4.1") && __get_cpuid_count (7, 0, &a, &b, &c, &d)
         && (b >> 29 & 1) != 0;
}

/* words: the sixteen before, four to a register, the oldest first; becomes the sixteen after */
__attribute__ ((target ("sha,sse4.1"))) static inline void
extend (__m128i words[4])
{
  for (guint i = 0; i < 4; i++)
    {
      __m128i before = words[(i + 3) % 4];
      __m128i seventh = _mm_alignr_epi8 (before, words[(i + 2) % 4], 4);
      __m128i next = _mm_sha256msg1_epu32 (words[i], words[(i + 1) % 4]);

      words[i] = _mm_sha256msg2_epu32 (_mm_add_epi32 (next, seventh), before);
    }
}

__attribute__ ((target ("sha,sse4.1"))) static void
compress (guint32 state[8], const guint8 *data, gsize n_blocks)
{
  const __m128i big_endian = _mm_set_epi64x (0x0c0d0e0f08090a0b, 0x0405060700010203);
  __m128i abef = _mm_set_epi32 ((int) state[0], (int) state[1], (int) state[4], (int) state[5]);
  __m128i cdgh = _mm_set_epi32 ((int) state[2], (int) state[3], (int) state[6], (int) state[7]);

  for (; n_blocks > 0; n_blocks--, data += TL_SHA256_BLOCK)
    {
      const __m128i abef_before = abef, cdgh_before = cdgh;
      __m128i words[4];

      for (guint i = 0; i < 4; i++)
        words[i] =
          _mm_shuffle_epi8 (_mm_loadu_si128 ((const __m128i *) (data + 16 * i)), big_endian);
      for (guint round = 0; round < 64; round += 16)
        {
          if (round > 0)
            extend (words);
          for (guint i = 0; i < 4; i++)
            {
              __m128i sum = _mm_add_epi32 (
                words[i], _mm_load_si128 ((const __m128i *) (round_constants + round + 4 * i)));

              cdgh = _mm_sha256rnds2_epu32 (cdgh, abef, sum);
              abef = _mm_sha256rnds2_epu32 (abef, cdgh, _mm_shuffle_epi32 (sum, 0x0e));
            }
        }
      abef = _mm_add_epi32 (abef, abef_before);
      cdgh = _mm_add_epi32 (cdgh, cdgh_before);
    }

  state[0] = (guint32) _mm_extract_epi32 (abef, 3);
  state[1] = (guint32) _mm_extract_epi32 (abef, 2);
  state[2] = (guint32) _mm_extract_epi32 (cdgh, 3);
  state[3] = (guint32) _mm_extract_epi32 (cdgh, 2);
  state[4] = (guint32) _mm_extract_epi32 (abef, 1);
  state[5] = (guint32) _mm_extract_epi32 (abef, 0);
  state[6] = (guint32) _mm_extract_epi32 (cdgh, 1);
  state[7] = (guint32) _mm_extract_epi32 (cdgh, 0);
}

#else

static gboolean
processor_has_sha (void)
{
  return FALSE;
}

static void
compress (guint32 state[8], const guint8 *data, gsize n_blocks)
{
  g_assert_not_reached ();
}

#endif

void
tl_sha256_init (TlSha256 *self)
{
  /* Section 5.3.3. */
  *self = (TlSha256){ .state = { 0x6a09e667, 0xbb67ae85, 0x3c6ef372, 0xa54ff53a, 0x510e527f,
                                 0x9b05688c, 0x1f83d9ab, 0x5be0cd19 } };
  if (!processor_has_sha ())
    self->portable = g_checksum_new (G_CHECKSUM_SHA256);
}

void
tl_sha256_init_portable (TlSha256 *self)
{
  *self = (TlSha256){ .portable = g_checksum_new (G_CHECKSUM_SHA256) };
}

void
tl_sha256_clear (TlSha256 *self)
{
  g_clear_pointer (&self->portable, g_checksum_free);
}

static void
add (TlSha256 *self, const guint8 *data, gsize size)
{
  gsize n_rest = self->n_bytes % TL_SHA256_BLOCK, n_blocks;

  self->n_bytes += size;
  if (n_rest > 0)
    {
      gsize n = MIN (size, TL_SHA256_BLOCK - n_rest);

      memcpy (self->rest + n_rest, data, n);
      if (n_rest + n < TL_SHA256_BLOCK)
        return;
      compress (self->state, self->rest, 1);
      data += n;
      size -= n;
    }
  n_blocks = size / TL_SHA256_BLOCK;
  compress (self->state, data, n_blocks);
  memcpy (self->rest, data + n_blocks * TL_SHA256_BLOCK, size % TL_SHA256_BLOCK);
}

void
tl_sha256_update (TlSha256 *self, const guint8 *data, gsize size)
{
  if (size == 0)
    return;
  if (self->portable == NULL)
    {
      add (self, data, size);
      return;
    }
  /* GChecksum takes no more than a gssize at a time. */
  g_return_if_fail (size <= G_MAXSSIZE);
  g_checksum_update (self->portable, data, (gssize) size);
}

char *
tl_sha256_finish (TlSha256 *self)
{
  guint64 n_bits = GUINT64_TO_BE (self->n_bytes * 8);
  guint8 padding[2 * TL_SHA256_BLOCK] = { 0x80 };
  gsize n_rest = self->n_bytes % TL_SHA256_BLOCK;
  gsize n = (n_rest < 56 ? TL_SHA256_BLOCK : 2 * TL_SHA256_BLOCK) - n_rest;
  GString *digits;

  if (self->portable != NULL)
    return g_strdup (g_checksum_get_string (self->portable));

  memcpy (padding + n - sizeof n_bits, &n_bits, sizeof n_bits);
  add (self, padding, n);
  digits = g_string_new (NULL);
  for (guint i = 0; i < G_N_ELEMENTS (self->state); i++)
    g_string_append_printf (digits, "%08x", self->state[i]);
  return g_string_free (digits, FALSE);
}
