/* fixture.c - models of files, and numbers about pictures
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "config.h"
#include "fixture.h"

#include "core/base/paths.h"
#include "core/torch/layer.h"

#include <math.h>

static const TlDevice processor = { TL_CPU, 0 };

static TlWeights *
open_starter_file (void)
{
  g_autofree char *path = tl_path_starter ("starter-vqgan.safetensors");
  g_autoptr (GError) error = NULL;
  TlWeights *weights = tl_weights_open (path, &error);

  g_assert_no_error (error);
  return weights;
}

TlVqgan *
open_starter_vqgan (void)
{
  g_autoptr (TlWeights) weights = open_starter_file ();
  g_autoptr (GError) error = NULL;
  TlVqganConfig config;
  TlVqgan *vqgan;

  g_assert_true (tl_vqgan_config_infer (&config, weights, &error));
  vqgan = tl_vqgan_load (&config, weights, TL_FLOAT32, processor, &error);
  g_assert_no_error (error);
  return vqgan;
}

TlDenoiser *
open_starter_denoiser (void)
{
  g_autoptr (TlWeights) weights = open_starter_file ();
  g_autoptr (GError) error = NULL;
  TlDenoiserConfig config;
  TlDenoiser *denoiser;

  g_assert_true (tl_denoiser_config_infer (&config, weights));
  denoiser = tl_denoiser_load (&config, weights, TL_FLOAT32, processor, &error);
  g_assert_no_error (error);
  return denoiser;
}

TlClip *
load_clip (TlWeights *weights)
{
  g_autoptr (GError) error = NULL;
  TlClipConfig config;
  TlClip *clip;

  g_assert_true (tl_clip_config_infer (&config, weights, &error));
  clip = tl_clip_load (&config, weights, TL_FLOAT32, processor, &error);
  g_assert_no_error (error);
  return clip;
}

/* How many numbers it has; @values: (out) (transfer full) */
static gsize
read_tensor (GBytes *model, const char *name, gfloat **values)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (TlWeights) weights = tl_weights_new_from_safetensors (model, "model", &error);
  const TlBlob *blob = tl_weights_lookup (weights, name);
  g_autoptr (TlLoader) loader = tl_loader_new (weights, "", TL_FLOAT32, processor);
  TlScope *s = tl_scope_open (NULL);
  TlTensor *x;
  gsize n;

  g_assert_nonnull (blob);
  x = tl_loader_take (loader, blob->shape, blob->n_dims, "%s", name);
  n = tl_tensor_get_n_elements (x);
  *values = g_new (gfloat, n);
  g_assert_true (tl_to_floats (s, x, *values, n));
  g_assert_true (tl_scope_close (s, NULL));
  tl_tensor_free (x);
  return n;
}

void
check_first_move (GBytes *before, GBytes *after, const char *name, gboolean by_muon)
{
  g_autofree gfloat *x = NULL, *y = NULL;
  const gsize n = read_tensor (before, name, &x);
  gsize n_moved = 0, n_far = 0;
  gdouble most = 0;

  g_assert_cmpuint (read_tensor (after, name, &y), ==, n);
  for (gsize i = 0; i < n; i++)
    most = MAX (most, fabs ((gdouble) y[i] - x[i]));
  for (gsize i = 0; i < n; i++)
    {
      n_moved += y[i] != x[i];
      n_far += fabs ((gdouble) y[i] - x[i]) > 0.7 * most;
    }
  g_test_message ("%s: of %" G_GSIZE_FORMAT " %" G_GSIZE_FORMAT " moved, %" G_GSIZE_FORMAT " far",
                  name, n, n_moved, n_far);
  g_assert_cmpuint (n_moved, >, n / 4);
  if (by_muon)
    g_assert_cmpuint (n_far, <, n_moved / 4);
  else
    g_assert_cmpuint (n_far, >, n_moved * 3 / 4);
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
