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

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/train/negatives/rebuilds-and-adds-garbage", test_rebuilds_and_adds_garbage);
  return g_test_run ();
}
