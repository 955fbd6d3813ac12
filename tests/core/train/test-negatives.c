/* test-negatives.c - pictures as a VQGAN makes them
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "config.h"
#include "core/train/negatives.h"

#include "core/base/paths.h"
#include "core/train/feed.h"

#include <math.h>

#define SIZE 64
#define N 6
#define EACH (3 * SIZE * SIZE)

static TlVqgan *
open_starter (void)
{
  g_autofree char *path = tl_path_starter ("starter-vqgan.safetensors");
  g_autoptr (TlWeights) weights = tl_weights_open (path, NULL);
  g_autoptr (GError) error = NULL;
  TlVqganConfig config;
  TlVqgan *vqgan;

  g_assert_nonnull (weights);
  g_assert_true (tl_vqgan_config_infer (&config, weights, &error));
  vqgan = tl_vqgan_load (&config, weights, TL_FLOAT32, (TlDevice){ TL_CPU, 0 }, &error);
  g_assert_no_error (error);
  return vqgan;
}

static void
apply (const TlNegatives *negatives, const TlBatch *batch, gfloat *out)
{
  TlScope *s = tl_scope_open (NULL);
  TlTensor *x = tl_negatives_apply (s, negatives, tl_batch_get_pictures (s, batch));

  g_assert_true (tl_to_floats (s, x, out, (N + negatives->n_garbage) * EACH));
  g_assert_true (tl_scope_close (s, NULL));
}

static gdouble
distance (const gfloat *a, const gfloat *b)
{
  gdouble sum = 0;

  for (guint i = 0; i < EACH; i++)
    sum += fabs ((gdouble) a[i] - b[i]) / EACH;
  return sum;
}

static void
test_rebuilds_and_adds_garbage (void)
{
  g_autoptr (TlVqgan) vqgan = open_starter ();
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

/* "Matches" the more, the redder: a TlMatchFunc. */
static TlTensor *
redness (TlScope *s, TlTensor *pictures, gconstpointer data)
{
  return tl_mean (s, tl_narrow (s, pictures, 1, 0, 1), NULL, 0, FALSE);
}

static gdouble
mean_red (const gfloat *pictures, guint n)
{
  gdouble sum = 0;

  for (guint i = 0; i < n; i++)
    for (guint k = 0; k < SIZE * SIZE; k++)
      sum += pictures[i * EACH + k] / (n * SIZE * SIZE);
  return sum;
}

/* Attacked, rebuilt scenes are less red than they would be; steered, garbage is redder. */
static void
test_latents_are_led (void)
{
  g_autoptr (TlVqgan) vqgan = open_starter ();
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
  negatives.n_steered_moves = 3;
  apply (&negatives, batch, led);
  g_test_message ("rebuilt %.3f -> %.3f, garbage %.3f -> %.3f", mean_red (plain, 4),
                  mean_red (led, 4), mean_red (plain + N * EACH, 2), mean_red (led + N * EACH, 2));
  g_assert_cmpfloat (mean_red (led, 4), <, mean_red (plain, 4) - 0.02);
  g_assert_cmpfloat (mean_red (led + N * EACH, 2), >, mean_red (plain + N * EACH, 2) + 0.05);
  g_assert_cmpmem (plain + 4 * EACH, 2 * EACH * sizeof *led, led + 4 * EACH,
                   2 * EACH * sizeof *led);
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
  return g_test_run ();
}
