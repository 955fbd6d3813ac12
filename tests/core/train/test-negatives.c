/* test-negatives.c - pictures as a VQGAN makes them
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "config.h"
#include "core/train/negatives.h"

#include "core/train/feed.h"
#include "fixture.h"

#define N 6
#define N_CELLS (SIZE * SIZE / 64)
#define N_DRAWS 16

static void
apply (const TlNegatives *negatives, const TlBatch *batch, gfloat *out)
{
  TlScope *s = tl_scope_open (NULL);
  TlTensor *x = tl_negatives_apply (s, negatives, tl_batch_get_pictures (s, batch));

  g_assert_true (tl_to_floats (s, x, out, (N + negatives->n_garbage + negatives->n_spoilt) * EACH));
  g_assert_true (tl_scope_close (s, NULL));
}

static void
test_rebuilds_and_adds_garbage (void)
{
  g_autoptr (TlVqgan) vqgan = open_starter_vqgan ();
  const TlFeedOptions feed = { .seed = 1, .n = N, .size = SIZE };
  g_autoptr (TlBatch) batch = tl_batch_draw (&feed, 0);
  TlNegatives negatives = {
    .vqgan = vqgan, .device = { TL_CPU, 0 }, .seed = 2, .step = 3, .n_rebuilt = 4, .n_garbage = 2
  };
  g_autofree gfloat *a = g_new (gfloat, (N + 2) * EACH), *b = g_new (gfloat, (N + 2) * EACH);

  apply (&negatives, batch, a);
  for (guint i = 0; i < N; i++)
    {
      gdouble d = distance (a + i * EACH, batch->pixels + i * EACH);

      if (i >= 4)
        g_assert_cmpfloat (d, ==, 0); /* left as it was */
      else
        g_assert_cmpfloat (d, >, 0);
    }
  for (guint i = 0; i < (N + 2) * EACH; i++)
    g_assert_true (a[i] >= 0 && a[i] <= 1);
  g_assert_cmpfloat (distance (a + N * EACH, a + (N + 1) * EACH), >, 0.01);

  /* The same step again is the same, another is not. */
  apply (&negatives, batch, b);
  g_assert_cmpmem (a, (N + 2) * EACH * sizeof *a, b, (N + 2) * EACH * sizeof *b);
  negatives.step = 4;
  apply (&negatives, batch, b);
  g_assert_cmpfloat (distance (a + N * EACH, b + N * EACH), >, 0.01);
}

static int
compare_codes (gconstpointer a, gconstpointer b)
{
  gint64 x = *(const gint64 *) a, y = *(const gint64 *) b;

  return x < y ? -1 : x > y;
}

static void
read_codes (TlVqgan *vqgan, const gfloat *pixels, gint64 *codes)
{
  TlScope *s = tl_scope_open (NULL);
  TlTensor *x = tl_from_floats (s, pixels, TL_SHAPE (1, 3, SIZE, SIZE));

  x = tl_vqgan_encode (s, vqgan, tl_add_scalar (s, tl_mul_scalar (s, x, 2), -1));
  g_assert_true (tl_to_int64s (s, tl_vqgan_encode_indices (s, vqgan, x), codes, N_CELLS));
  g_assert_true (tl_scope_close (s, NULL));
}

/* What share of the scene's codes are in the picture: in their places, and wherever. */
typedef struct
{
  gdouble in_place, anywhere;
} Kept;

static Kept
compare (TlVqgan *vqgan, const gfloat *picture, const gfloat *scene)
{
  gint64 found[N_CELLS], own[N_CELLS];
  guint n_kept = 0, n_in_place = 0;

  read_codes (vqgan, picture, found);
  read_codes (vqgan, scene, own);
  for (guint k = 0; k < N_CELLS; k++)
    n_in_place += found[k] == own[k];
  qsort (found, N_CELLS, sizeof *found, compare_codes);
  qsort (own, N_CELLS, sizeof *own, compare_codes);
  for (guint k = 0, at = 0; k < N_CELLS; k++)
    {
      while (at < N_CELLS && own[at] < found[k])
        at++;
      if (at == N_CELLS || own[at] != found[k])
        continue;
      n_kept++;
      at++;
    }
  return (Kept){ (gdouble) n_in_place / N_CELLS, (gdouble) n_kept / N_CELLS };
}

/* The first scenes again, from a little to wholly spoilt: by other codes, or by their own in other
 * places. */
static void
test_spoils (void)
{
  g_autoptr (TlVqgan) vqgan = open_starter_vqgan ();
  const TlFeedOptions feed = { .seed = 1, .n = N, .size = SIZE };
  g_autoptr (TlBatch) batch = tl_batch_draw (&feed, 0);
  TlNegatives with = { .vqgan = vqgan,
                       .device = { TL_CPU, 0 },
                       .seed = 2,
                       .n_rebuilt = 4,
                       .n_garbage = 2,
                       .n_spoilt = 3 };
  const guint n_before = N + 2;
  g_autofree gfloat *a = g_new (gfloat, (n_before + 3) * EACH);
  g_autofree gfloat *b = g_new (gfloat, (n_before + 3) * EACH);
  gdouble nearest = 1, farthest = 0, moved = 0;
  guint n_other = 0;

  for (with.step = 0; with.step < N_DRAWS; with.step++)
    {
      TlNegatives without = with;

      without.n_spoilt = 0;
      apply (&with, batch, a);
      apply (&without, batch, b);
      /* Everything before is what it is without. */
      g_assert_cmpmem (a, n_before * EACH * sizeof *a, b, n_before * EACH * sizeof *b);
      for (guint i = 0; i < 3; i++)
        {
          const gfloat *spoilt = a + (n_before + i) * EACH, *scene = batch->pixels + i * EACH;
          gdouble d = distance (spoilt, scene);
          Kept kept = compare (vqgan, spoilt, scene);

          nearest = MIN (nearest, d);
          farthest = MAX (farthest, d);
          moved += (kept.anywhere - kept.in_place) / (N_DRAWS * with.n_spoilt);
          n_other += kept.anywhere < 0.4;
        }
    }
  g_test_message ("%.3f to %.3f from the scene, %.3f moved, %u with other codes", nearest, farthest,
                  moved, n_other);
  g_assert_cmpfloat (farthest, >, 2 * nearest);
  /* Where none are exchanged with each other, 0.014 are found elsewhere by chance. One code that
   * another processor rounds otherwise is 0.0003 of it. */
  g_assert_cmpfloat (moved, >, 0.024);
  g_assert_cmpuint (n_other, >=, 3);
}

/* "Matches" the more, the redder: a TlMatchFunc. */
static TlTensor *
redness (TlScope *s, TlTensor *pictures, gconstpointer data)
{
  return tl_mean (s, tl_narrow (s, pictures, 1, 0, 1), NULL, 0, FALSE);
}

/* Attacked, rebuilt scenes are less red than they would be; garbage is left alone. */
static void
test_latents_are_led (void)
{
  g_autoptr (TlVqgan) vqgan = open_starter_vqgan ();
  const TlFeedOptions feed = { .seed = 1, .n = N, .size = SIZE };
  g_autoptr (TlBatch) batch = tl_batch_draw (&feed, 0);
  TlNegatives negatives = { .vqgan = vqgan,
                            .device = { TL_CPU, 0 },
                            .seed = 2,
                            .step = 3,
                            .n_rebuilt = 4,
                            .n_garbage = 2,
                            .match = redness };
  g_autofree gfloat *plain = g_new (gfloat, (N + 2) * EACH), *led = g_new (gfloat, (N + 2) * EACH),
                    *again = g_new (gfloat, (N + 2) * EACH);

  apply (&negatives, batch, plain);
  negatives.radius = 0.5;
  negatives.n_attack_moves = 3;
  apply (&negatives, batch, led);
  g_test_message ("rebuilt %.3f -> %.3f", mean_red (plain, 4), mean_red (led, 4));
  g_assert_cmpfloat (mean_red (led, 4), <, mean_red (plain, 4) - 0.02);
  g_assert_cmpmem (plain + 4 * EACH, 4 * EACH * sizeof *led, led + 4 * EACH,
                   4 * EACH * sizeof *led);
  for (guint i = 0; i < (N + 2) * EACH; i++)
    g_assert_true (led[i] >= 0 && led[i] <= 1);

  apply (&negatives, batch, again);
  g_assert_cmpmem (led, (N + 2) * EACH * sizeof *led, again, (N + 2) * EACH * sizeof *again);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/train/negatives/rebuilds-and-adds-garbage", test_rebuilds_and_adds_garbage);
  g_test_add_func ("/train/negatives/latents-are-led", test_latents_are_led);
  g_test_add_func ("/train/negatives/spoils", test_spoils);
  return g_test_run ();
}
