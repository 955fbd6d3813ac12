/* views.c - how a CLIP that learns looks at pictures: as steering would show them to it
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "config.h"
#include "core/train/views.h"

#include "core/base/random.h"
#include "core/steer/cutouts.h"

#include <math.h>

/* Indices of the streams of TL_PURPOSE_TRAINING. */
enum
{
  STREAM_PATCHES = 1,
  STREAM_POOLING = 2,
};

/* Mild forms of what the starter's cutouts go through. */
void
tl_views_init (TlViews *self, guint64 seed, TlDevice device, const TlClipConfig *clip, gdouble kept,
               gdouble augment)
{
  *self = (TlViews){
    .seed = seed,
    .device = device,
    .resolution = clip->resolution,
    .patch = clip->patch,
    .kept = kept,
  };
  tl_settings_init_starter (&self->cutouts);
  self->cutouts.noise *= augment;
  for (guint i = 0; i < self->cutouts.augments.n; i++)
    if (self->cutouts.augments.items[i].kind == TL_AUGMENT_ERASING)
      self->cutouts.augments.items[i].parameters[4] *= augment;
}

TlTensor *
tl_views_pool (TlScope *s, const TlViews *self, guint64 step, TlTensor *pictures)
{
  TlRandom random;

  if (tl_tensor_get_size (pictures, 2) == self->resolution)
    return pictures;
  tl_random_init (&random, self->seed, step, TL_PURPOSE_TRAINING, STREAM_POOLING);
  if (tl_random_uniform (&random) < 0.5)
    return tl_cutouts_pool (s, pictures, self->resolution);
  return tl_adaptive_avg_pool2d (s, pictures, self->resolution, self->resolution);
}

TlTensor *
tl_views_take (TlScope *s, const TlViews *self, guint64 step, TlTensor *pictures)
{
  TlSettings cutouts = self->cutouts;
  const TlCutting cutting = {
    .settings = &cutouts, .seed = self->seed, .iteration = step, .cut_size = self->resolution
  };

  cutouts.n_cutouts = tl_tensor_get_size (pictures, 0);
  return tl_cutouts_make (s, pictures, &cutting);
}

TlTensor *
tl_views_choose_patches (TlScope *s, const TlViews *self, guint64 step, gint64 n)
{
  guint side = self->resolution / self->patch, n_patches = side * side;
  guint k = (guint) MAX (1, lround (self->kept * n_patches));
  g_autofree gint64 *chosen = NULL, *order = NULL;
  TlRandom random;

  if (k >= n_patches)
    return NULL;
  chosen = g_new (gint64, k * n);
  order = g_new (gint64, n_patches);
  for (guint i = 0; i < n_patches; i++)
    order[i] = i;
  tl_random_init (&random, self->seed, step, TL_PURPOSE_TRAINING, STREAM_PATCHES);
  for (gint64 i = 0; i < n; i++)
    for (guint at = 0; at < k; at++)
      {
        guint other = at + tl_random_below (&random, n_patches - at);
        gint64 patch = order[other];

        order[other] = order[at];
        order[at] = patch;
        chosen[at * n + i] = patch;
      }
  return tl_to_device (s, tl_from_int64s (s, chosen, TL_SHAPE (k, n)), self->device);
}
