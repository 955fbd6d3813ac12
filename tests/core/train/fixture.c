/* fixture.c - the starter's VQGAN, and numbers about pictures
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "config.h"
#include "fixture.h"

#include "core/base/paths.h"

#include <math.h>

TlVqgan *
open_starter_vqgan (void)
{
  g_autofree char *path = tl_path_starter ("starter-vqgan.safetensors");
  g_autoptr (GError) error = NULL;
  g_autoptr (TlWeights) weights = tl_weights_open (path, &error);
  TlVqganConfig config;
  TlVqgan *vqgan;

  g_assert_no_error (error);
  g_assert_true (tl_vqgan_config_infer (&config, weights, &error));
  vqgan = tl_vqgan_load (&config, weights, TL_FLOAT32, (TlDevice){ TL_CPU, 0 }, &error);
  g_assert_no_error (error);
  return vqgan;
}

gdouble
distance (const gfloat *a, const gfloat *b)
{
  gdouble sum = 0;

  for (gsize i = 0; i < EACH; i++)
    sum += fabs ((gdouble) a[i] - b[i]) / EACH;
  return sum;
}

gdouble
mean_red (const gfloat *pictures, guint n)
{
  gdouble sum = 0;

  for (guint i = 0; i < n; i++)
    for (guint k = 0; k < SIZE * SIZE; k++)
      sum += pictures[i * EACH + k] / (n * SIZE * SIZE);
  return sum;
}
