/* fused.c - the cutout method that samples the picture once
 *
 * The crop is a share of the picture on both axes, somewhere within it, or around it if larger.
 * What lies outside of the picture is its mirror image or its border, never black: black corners
 * are something that CLIP sees and steering answers to.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "config.h"
#include "core/steer/fused.h"

#include "core/base/random.h"
#include "core/steer/draws.h"

/* From a picture's pixel to the cutout's. */
static void
draw_crop (TlHomography *h, const TlCutting *cutting, guint cutout, gint64 width, gint64 height)
{
  const TlSettings *settings = cutting->settings;
  gdouble size = cutting->cut_size;
  gdouble share, room, left, top;
  TlRandom random;

  tl_random_init (&random, cutting->seed, cutting->iteration, TL_PURPOSE_CUTOUTS, cutout);
  share = tl_random_range (&random, MIN (settings->crop_min, settings->crop_max),
                           MAX (settings->crop_min, settings->crop_max));
  room = 1 - share;
  left = tl_random_uniform (&random) * room;
  top = tl_random_uniform (&random) * room;

  /* Pixel centres are half a pixel inside of their edges, in the picture as in the cutout. */
  *h = (TlHomography){ { size / (share * width), 0, (0.5 / width - left) * size / share - 0.5, 0,
                         size / (share * height), (0.5 / height - top) * size / share - 0.5, 0, 0,
                         1 } };
}

/* Puts what @draw says of @cutout behind @h. */
static void
compose (TlHomography *h, const TlDraw *draw, guint cutout)
{
  gdouble center = (draw->size - 1) / 2.0;
  TlAffine affine = { .center_x = center, .center_y = center, .scale_x = 1, .scale_y = 1 };
  TlHomography next;
  TlQuad quad;

  tl_homography_init_identity (&next);
  if (draw->augment->kind == TL_AUGMENT_AFFINE && tl_draw_affine (draw, cutout, &affine))
    tl_homography_from_affine (&next, &affine);
  else if (draw->augment->kind == TL_AUGMENT_ROTATION
           && tl_draw_rotation (draw, cutout, &affine.angle))
    tl_homography_from_affine (&next, &affine);
  else if (draw->augment->kind == TL_AUGMENT_PERSPECTIVE
           && tl_draw_perspective (draw, cutout, &quad)
           && !tl_homography_from_points (&next, quad.from, quad.to))
    tl_homography_init_identity (&next);

  tl_homography_multiply (h, &next, h);
}

static gboolean
is_geometric (TlAugmentKind kind)
{
  return kind == TL_AUGMENT_AFFINE || kind == TL_AUGMENT_PERSPECTIVE || kind == TL_AUGMENT_ROTATION;
}

/* Both were looked at when CLIP was trained for the starter; which it is changes by iteration. */
static TlSampleMode
draw_outside (const TlCutting *cutting)
{
  TlRandom random;

  tl_random_init (&random, cutting->seed, cutting->iteration, TL_PURPOSE_CUTOUTS,
                  TL_DRAW_MAX_CUTOUTS);
  return tl_random_uniform (&random) < 0.5 ? TL_SAMPLE_REFLECT : TL_SAMPLE_BORDER;
}

/* picture: [1, 3, h, w] -> [n, 3, cut_size, cut_size] */
static TlTensor *
sample (TlScope *s, TlTensor *picture, const TlCutting *cutting)
{
  const TlAugmentList *augments = &cutting->settings->augments;
  guint n = (guint) cutting->settings->n_cutouts;
  g_autofree TlHomography *homographies = g_new (TlHomography, n);

  for (guint i = 0; i < n; i++)
    {
      draw_crop (&homographies[i], cutting, i, tl_tensor_get_size (picture, 3),
                 tl_tensor_get_size (picture, 2));
      for (guint k = 0; k < augments->n; k++)
        if (is_geometric (augments->items[k].kind))
          compose (&homographies[i],
                   &(TlDraw){ .augment = &augments->items[k],
                              .seed = cutting->seed,
                              .iteration = cutting->iteration,
                              .size = cutting->cut_size },
                   i);
    }

  return tl_augment_warp (s, picture, homographies, n, cutting->cut_size, draw_outside (cutting));
}

static TlTensor *
erase (TlScope *s, TlTensor *x, const TlCutting *cutting, const TlAugment *augment)
{
  TlDraw draw = { .augment = augment,
                  .seed = cutting->seed,
                  .iteration = cutting->iteration,
                  .size = cutting->cut_size };
  guint n = (guint) cutting->settings->n_cutouts;
  g_autofree TlEraser *rows = g_new0 (TlEraser, n);
  g_autofree gboolean *on = g_new (gboolean, n);

  for (guint i = 0; i < n; i++)
    on[i] = tl_draw_own_eraser (&draw, i, &rows[i]);
  return tl_augment_erase (s, x, on, rows);
}

/* What of the list is not in the homographies, in its order. */
static TlTensor *
recolour (TlScope *s, TlTensor *x, const TlCutting *cutting)
{
  const TlAugmentList *augments = &cutting->settings->augments;

  for (guint i = 0; i < augments->n; i++)
    {
      TlAugmentList one = { .items = { augments->items[i] }, .n = 1 };

      if (augments->items[i].kind == TL_AUGMENT_ERASING)
        x = erase (s, x, cutting, &augments->items[i]);
      else if (!is_geometric (augments->items[i].kind))
        x = tl_augment_all (s, x, &one, cutting->seed, cutting->iteration);
    }
  return x;
}

TlTensor *
tl_cutouts_make_fused (TlScope *outer, TlTensor *picture, const TlCutting *cutting)
{
  TlScope *s;
  gint64 height, width;

  if (tl_scope_has_failed (outer))
    return NULL;

  s = tl_scope_enter (outer);
  height = MIN (tl_tensor_get_size (picture, 2), cutting->cut_size);
  width = MIN (tl_tensor_get_size (picture, 3), cutting->cut_size);
  if (height < tl_tensor_get_size (picture, 2) || width < tl_tensor_get_size (picture, 3))
    picture = tl_cutouts_pool_to (s, picture, height, width);
  picture = sample (s, picture, cutting);
  return tl_scope_leave (s, recolour (s, picture, cutting));
}
