/* latent.c - the latent that a run starts from
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "config.h"
#include "core/steer/latent.h"

#include "core/base/error.h"
#include "core/base/random.h"
#include "core/clip/preprocess.h"
#include "core/session/picture.h"

#include <glib/gi18n-lib.h>
#include <math.h>

gboolean
tl_latent_check_size (const TlStartValues *start, TlVqgan *vqgan, GError **error)
{
  guint step = tl_vqgan_get_config (vqgan)->downscale;

  if (start->width % step != 0 || start->height % step != 0)
    return tl_error_set (error, TL_ERROR_FORMAT,
                         _ ("%u × %u is no size for this model, which works in steps of %u"),
                         start->width, start->height, step);
  return TRUE;
}

TlTensor *
tl_latent_draw_codes (TlScope *outer, TlVqgan *vqgan, TlDevice device, TlRandom *random, gint64 n,
                      gint64 height, gint64 width)
{
  const guint n_codes = tl_vqgan_get_config (vqgan)->n_codes;
  g_autofree gint64 *codes = g_new (gint64, n * height * width);
  TlScope *s = tl_scope_enter (outer);
  TlTensor *indices;

  for (gint64 i = 0; i < n * height * width; i++)
    codes[i] = tl_random_below (random, n_codes);
  indices = tl_to_device (s, tl_from_int64s (s, codes, TL_SHAPE (n, height, width)), device);
  return tl_scope_leave (s, tl_vqgan_lookup (s, vqgan, indices));
}

static TlTensor *
draw_start (TlScope *s, const TlStartValues *start, TlModels *models)
{
  TlVqgan *vqgan = tl_models_get_vqgan (models);
  guint downscale = tl_vqgan_get_config (vqgan)->downscale;
  TlRandom random;

  tl_random_init (&random, start->seed, 0, TL_PURPOSE_START, 0);
  return tl_latent_draw_codes (s, vqgan, tl_models_get_device (models), &random, 1,
                               start->height / downscale, start->width / downscale);
}

/* --- a picture --- */

/* The middle of it, in the proportions of the run. */
static TlTensor *
crop (TlScope *s, TlTensor *picture, gdouble height, gdouble width, gdouble ratio)
{
  gint64 kept_width = MAX (1, (gint64) nearbyint (MIN (width, height * ratio)));
  gint64 kept_height = MAX (1, (gint64) nearbyint (MIN (height, width / ratio)));

  picture = tl_narrow (s, picture, 2, ((gint64) height - kept_height) / 2, kept_height);
  return tl_narrow (s, picture, 3, ((gint64) width - kept_width) / 2, kept_width);
}

/* The whole of it at the largest size that fits, in the middle of its mean colour. */
static TlTensor *
pad (TlScope *s, TlTensor *picture, const TlStartValues *start, gdouble ratio)
{
  gint64 width = MIN (start->width, (gint64) nearbyint (start->height * ratio));
  gint64 height = MIN (start->height, (gint64) nearbyint (start->width / ratio));
  gint64 left, top;
  TlTensor *color = tl_mean (s, picture, TL_SHAPE (2, 3), TRUE);

  width = MAX (1, width);
  height = MAX (1, height);
  left = (start->width - width) / 2;
  top = (start->height - height) / 2;
  picture = tl_sub (s, tl_resize_antialiased (s, picture, height, width), color);
  picture = tl_pad2d (s, picture, left, start->width - width - left, top,
                      start->height - height - top, TL_PAD_ZEROS);
  return tl_add (s, picture, color);
}

/* picture: [1, 3, h, w] -> [1, 3, start->height, start->width] */
static TlTensor *
fit (TlScope *s, TlTensor *picture, const TlStartValues *start)
{
  gdouble height, width;

  if (tl_scope_has_failed (s))
    return NULL;

  height = tl_tensor_get_size (picture, 2);
  width = tl_tensor_get_size (picture, 3);
  if (start->fit == TL_FIT_PAD)
    return pad (s, picture, start, width / height);
  if (start->fit == TL_FIT_CROP)
    picture = crop (s, picture, height, width, (gdouble) start->width / start->height);
  return tl_resize_antialiased (s, picture, start->height, start->width);
}

static TlFrame *
read_picture (TlAsset *asset, GError **error)
{
  GBytes *bytes = tl_asset_get_bytes (asset);

  if (bytes != NULL)
    return tl_picture_read (bytes, tl_asset_get_name (asset), error);

  tl_error_set (error, TL_ERROR_MISSING, _ ("The start picture “%s” is not here"),
                tl_asset_get_name (asset));
  return NULL;
}

static TlTensor *
encode_picture (TlScope *s, const TlStartValues *start, TlModels *models)
{
  GError *error = NULL;
  g_autoptr (TlFrame) frame = read_picture (start->image, &error);
  TlTensor *picture;

  if (frame == NULL)
    {
      tl_scope_fail (s, error);
      return NULL;
    }

  picture = tl_from_argb32 (s, g_bytes_get_data (tl_frame_get_pixels (frame), NULL),
                            tl_frame_get_stride (frame), tl_frame_get_width (frame),
                            tl_frame_get_height (frame));
  /* The resize overshoots at edges. */
  picture = tl_sweep (s, tl_clamp (s, fit (s, picture, start), 0, 1));
  picture = tl_vqgan_from_picture (s, picture);
  picture = tl_to_device (s, picture, tl_models_get_device (models));
  return tl_vqgan_encode_latent (s, tl_models_get_vqgan (models), picture);
}

TlTensor *
tl_latent_start (TlScope *outer, const TlStartValues *start, TlModels *models)
{
  TlScope *s = tl_scope_enter (outer);

  tl_scope_set_grad (s, FALSE);
  return tl_scope_leave (s, start->image != NULL ? encode_picture (s, start, models)
                                                 : draw_start (s, start, models));
}

/* --- jitter ----------------------------------------------------------------------------------- */

static TlTensor *
spread_of (TlScope *s, TlTensor *x)
{
  TlTensor *away = tl_sub (s, x, tl_mean (s, x, NULL, 0, FALSE));

  return tl_sqrt (s, tl_mean (s, tl_mul (s, away, away), NULL, 0, FALSE));
}

static TlTensor *
draw_noise (TlScope *s, TlTensor *like, const TlJitter *jitter, guint64 seed, guint64 iteration)
{
  gint64 shape[4];
  gsize n = 1;
  g_autofree gfloat *noise = NULL;
  TlRandom random;

  for (guint i = 0; i < G_N_ELEMENTS (shape); i++)
    {
      shape[i] = tl_tensor_get_size (like, (gint) i);
      n *= (gsize) shape[i];
    }
  noise = g_new (gfloat, n);
  tl_random_init (&random, seed, iteration, TL_PURPOSE_JITTER, jitter->index);
  tl_random_fill_normal (&random, noise, n);
  return tl_to_like (s, tl_from_floats (s, noise, shape, G_N_ELEMENTS (shape)), like);
}

TlTensor *
tl_latent_jitter (TlScope *outer, TlTensor *z, const TlJitter *jitter, guint64 seed,
                  guint64 iteration, TlModels *models)
{
  TlVqgan *vqgan = tl_models_get_vqgan (models);
  TlScope *s = tl_scope_enter (outer);
  TlTensor *noise = draw_noise (s, z, jitter, seed, iteration);

  tl_scope_set_grad (s, FALSE);
  noise = tl_mul (s, noise, spread_of (s, tl_vqgan_get_codebook (vqgan)));
  z = tl_add (s, z, tl_mul_scalar (s, noise, jitter->sigma));
  z = tl_maximum (s, z, tl_vqgan_get_z_min (vqgan));
  return tl_scope_leave (s, tl_contiguous (s, tl_minimum (s, z, tl_vqgan_get_z_max (vqgan))));
}
