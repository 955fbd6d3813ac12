/* test-frugal.c - codes that give way to others that cost less
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "config.h"
#include "core/train/frugal.h"

#include "core/base/random.h"

#include <math.h>
#include <string.h>

/* A rare code beside one that comes often gives way; one that shows another thing does not, nor
 * does one that nobody has. */
static void
test_gives_way (void)
{
  static const gfloat vectors[] = { 0, 0, 0.5f, 0, 10, 10, 0.4f, 0 };
  gint16 cells[100];

  for (guint i = 0; i < 100; i++)
    cells[i] = i == 50 ? 1 : i % 10 == 0 ? 2 : 0;
  tl_frugal_choose (vectors, 4, 2, 0.02, cells, 100);
  for (guint i = 0; i < 100; i++)
    g_assert_cmpint (cells[i], ==, i % 10 == 0 && i != 50 ? 2 : 0);
}

static void
test_for_nothing (void)
{
  static const gfloat vectors[] = { 0, 0.01f, 10 };
  const gint16 before[] = { 0, 0, 0, 1, 2, 0 };
  gint16 cells[G_N_ELEMENTS (before)];

  memcpy (cells, before, sizeof before);
  tl_frugal_choose (vectors, 3, 1, 0, cells, G_N_ELEMENTS (cells));
  g_assert_cmpmem (cells, sizeof cells, before, sizeof before);

  /* All alike: nothing varies, so nothing costs. */
  memset (cells, 0, sizeof cells);
  tl_frugal_choose (vectors, 3, 1, 1, cells, G_N_ELEMENTS (cells));
  for (guint i = 0; i < G_N_ELEMENTS (cells); i++)
    g_assert_cmpint (cells[i], ==, 0);
}

#define N_CODES 200
#define D 4
#define N_CELLS 5000

/* Bits of a cell, by how often each code comes. */
static gdouble
find_entropy (const gint16 *cells)
{
  guint uses[N_CODES] = { 0 };
  gdouble bits = 0;

  for (guint i = 0; i < N_CELLS; i++)
    uses[cells[i]]++;
  for (guint i = 0; i < N_CODES; i++)
    if (uses[i] > 0)
      bits -= uses[i] / (gdouble) N_CELLS * log2 (uses[i] / (gdouble) N_CELLS);
  return bits;
}

static gdouble
find_variance (const gfloat *vectors, const gint16 *cells)
{
  gdouble variance = 0;

  for (guint k = 0; k < D; k++)
    {
      gdouble sum = 0, squares = 0;

      for (guint i = 0; i < N_CELLS; i++)
        {
          const gdouble x = vectors[cells[i] * D + k];

          sum += x / N_CELLS;
          squares += x * x / N_CELLS;
        }
      variance += squares - sum * sum;
    }
  return variance;
}

/* What is lost is worth less than the bits that are won, and more is paid for more of them. */
static void
test_worth (void)
{
  gfloat vectors[N_CODES * D];
  gint16 before[N_CELLS], cells[N_CELLS];
  gdouble bits = 0;
  TlRandom random;

  tl_random_init (&random, 1, 0, TL_PURPOSE_TRAINING, 0);
  tl_random_fill_normal (&random, vectors, G_N_ELEMENTS (vectors));
  for (guint i = 0; i < N_CELLS; i++)
    before[i] = (gint16) (N_CODES * pow (tl_random_uniform (&random), 3));
  for (gdouble price = 0.01; price < 0.1; price *= 2)
    {
      gint16 instead[N_CODES];
      gdouble lost = 0, won;

      memset (instead, -1, sizeof instead);
      memcpy (cells, before, sizeof cells);
      tl_frugal_choose (vectors, N_CODES, D, price, cells, N_CELLS);
      for (guint i = 0; i < N_CELLS; i++)
        {
          g_assert_true (instead[before[i]] < 0 || instead[before[i]] == cells[i]);
          instead[before[i]] = cells[i];
          for (guint k = 0; k < D; k++)
            lost += pow (vectors[before[i] * D + k] - vectors[cells[i] * D + k], 2) / N_CELLS;
        }
      won = find_entropy (before) - find_entropy (cells);
      g_assert_cmpfloat (won, >, bits);
      g_assert_cmpfloat (lost, >, 0);
      g_assert_cmpfloat (lost, <=, price * find_variance (vectors, before) * won * (1 + 1e-6));
      bits = won;
    }
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/train/frugal/gives-way", test_gives_way);
  g_test_add_func ("/train/frugal/for-nothing", test_for_nothing);
  g_test_add_func ("/train/frugal/worth", test_worth);
  return g_test_run ();
}
