/* test-random.c - the generator against the vectors that its authors publish
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "config.h"
#include "core/base/random.h"

#include <math.h>
#include <string.h>

/* Known-answer vectors of philox4x32-10 in Random123's tests (kat_vectors). */
static void
published_vectors (void)
{
  static const struct
  {
    guint32 counter[4], key[2], expected[4];
  } cases[] = {
    { { 0, 0, 0, 0 }, { 0, 0 }, { 0x6627e8d5, 0xe169c58d, 0xbc57ac4c, 0x9b00dbd8 } },
    { { 0xffffffff, 0xffffffff, 0xffffffff, 0xffffffff },
      { 0xffffffff, 0xffffffff },
      { 0x408f276d, 0x41c83b0e, 0xa20bc7c6, 0x6d5451fd } },
    { { 0x243f6a88, 0x85a308d3, 0x13198a2e, 0x03707344 },
      { 0xa4093822, 0x299f31d0 },
      { 0xd16cfe09, 0x94fdcceb, 0x5001e420, 0x24126ea1 } },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      guint32 out[4];

      tl_philox (cases[i].counter, cases[i].key, out);
      g_assert_cmpmem (out, sizeof out, cases[i].expected, sizeof cases[i].expected);
    }
}

static void
streams_differ_and_repeat (void)
{
  static const struct
  {
    guint64 seed, iteration;
    TlPurpose purpose;
    guint32 index;
  } streams[] = {
    { 1, 0, TL_PURPOSE_START, 0 },
    { 2, 0, TL_PURPOSE_START, 0 },
    { 1, 1, TL_PURPOSE_START, 0 },
    { 1, 0, TL_PURPOSE_CUTOUTS, 0 },
    { 1, 0, TL_PURPOSE_START, 1 },
    { G_MAXUINT64, 0, TL_PURPOSE_START, 0 },
    { 1, G_GUINT64_CONSTANT (1) << 40, TL_PURPOSE_START, 0 },
  };
  guint32 first[G_N_ELEMENTS (streams)];

  for (gsize i = 0; i < G_N_ELEMENTS (streams); i++)
    {
      TlRandom a, b;

      tl_random_init (&a, streams[i].seed, streams[i].iteration, streams[i].purpose,
                      streams[i].index);
      b = a;
      first[i] = tl_random_next (&a);
      g_assert_cmpuint (first[i], ==, tl_random_next (&b));
      for (gsize j = 0; j < i; j++)
        g_assert_cmpuint (first[i], !=, first[j]);
    }
}

/* From any place in the stream, and the stream goes on behind them. */
static void
many_normals_are_as_one_by_one (void)
{
  static const gsize counts[] = { 0, 1, 3, 4, 7, 255, 256, 257, 1001 };

  for (guint before = 0; before < 9; before++)
    for (guint k = 0; k < G_N_ELEMENTS (counts); k++)
      {
        g_autofree gfloat *found = g_new (gfloat, counts[k] + 1);
        TlRandom one, many;

        tl_random_init (&one, 5, 6, TL_PURPOSE_NOISE, 7);
        many = one;
        for (guint i = 0; i < before; i++)
          if (i % 3 == 0)
            g_assert_cmpuint (tl_random_next (&one), ==, tl_random_next (&many));
          else
            g_assert_cmpfloat (tl_random_normal (&one), ==, tl_random_normal (&many));
        tl_random_fill_normal (&many, found, counts[k]);
        for (gsize i = 0; i < counts[k]; i++)
          g_assert_cmpfloat_with_epsilon (found[i], tl_random_normal (&one), 1e-6);
        g_assert_cmpfloat_with_epsilon (tl_random_normal (&many), tl_random_normal (&one), 1e-12);
        g_assert_cmpuint (tl_random_next (&many), ==, tl_random_next (&one));
      }
}

static void
uniform_and_normal_have_their_moments (void)
{
  const guint n = 200000;
  gdouble sum = 0, normal_sum = 0, normal_squares = 0;
  TlRandom r;

  tl_random_init (&r, 7, 3, TL_PURPOSE_NOISE, 0);
  for (guint i = 0; i < n; i++)
    {
      gdouble u = tl_random_uniform (&r);
      gdouble g = tl_random_normal (&r);

      g_assert_true (u >= 0 && u < 1);
      g_assert_true (isfinite (g));
      sum += u;
      normal_sum += g;
      normal_squares += g * g;
    }
  /* Five standard errors of each estimate. */
  g_assert_cmpfloat (fabs (sum / n - 0.5), <, 5 * sqrt (1.0 / 12 / n));
  g_assert_cmpfloat (fabs (normal_sum / n), <, 5 / sqrt (n));
  g_assert_cmpfloat (fabs (normal_squares / n - 1), <, 5 * sqrt (2.0 / n));
}

static void
below_stays_below (void)
{
  guint counts[5] = { 0 };
  TlRandom r;

  tl_random_init (&r, 1, 0, TL_PURPOSE_CUTOUTS, 0);
  for (guint i = 0; i < 50000; i++)
    counts[tl_random_below (&r, 5)]++;
  for (guint i = 0; i < 5; i++)
    g_assert_cmpfloat (fabs (counts[i] - 10000.0), <, 5 * sqrt (10000 * 0.8));
  g_assert_cmpuint (tl_random_below (&r, 1), ==, 0);
}

static void
variations_are_other_seeds (void)
{
  const guint32 counter[4] = { 0xffffffff, 0x7fffffff, 0, TL_PURPOSE_VARIATION << 16 };
  const guint32 key[2] = { 0x89abcdef, 0x01234567 };
  guint32 block[4];

  tl_philox (counter, key, block);
  g_assert_cmphex (tl_random_vary_seed (G_GUINT64_CONSTANT (0x0123456789abcdef), G_MAXINT64), ==,
                   (guint64) block[1] << 32 | block[0]);
  g_assert_cmphex (tl_random_vary_seed (7, 0), ==, 7);
  g_assert_cmphex (tl_random_vary_seed (7, 1), !=, tl_random_vary_seed (7, 2));
  g_assert_cmphex (tl_random_vary_seed (7, 1), !=, tl_random_vary_seed (8, 1));
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/random/philox/published-vectors", published_vectors);
  g_test_add_func ("/random/streams/differ-and-repeat", streams_differ_and_repeat);
  g_test_add_func ("/random/variations", variations_are_other_seeds);
  g_test_add_func ("/random/many-normals", many_normals_are_as_one_by_one);
  g_test_add_func ("/random/moments", uniform_and_normal_have_their_moments);
  g_test_add_func ("/random/below/unbiased", below_stays_below);
  return g_test_run ();
}
