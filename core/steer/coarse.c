/* coarse.c - forms before details: a latent of half the size
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "config.h"
#include "core/steer/coarse.h"

/* A picture that a run starts from has its forms already, until others are asked for. */
static gboolean
has_beginning (const TlSettings *settings, const TlStartValues *start)
{
  return settings->coarse > 0 && (start->image == NULL || settings->coarse_from > 0);
}

gboolean
tl_coarse_is_wanted (const TlSettings *settings, const TlStartValues *start, guint64 iteration)
{
  guint64 from = (guint64) settings->coarse_from;

  return has_beginning (settings, start) && iteration >= from
         && iteration - from < (guint64) settings->coarse;
}

gdouble
tl_coarse_get_share (const TlSettings *settings, const TlStartValues *start, guint64 iteration)
{
  if (!tl_coarse_is_wanted (settings, start, iteration))
    return 1;
  return (gdouble) (iteration - (guint64) settings->coarse_from) / (gdouble) settings->coarse;
}

gdouble
tl_coarse_get_lr (const TlSettings *settings, const TlStartValues *start, guint64 iteration)
{
  if (has_beginning (settings, start) && !tl_coarse_is_wanted (settings, start, iteration))
    return settings->lr * settings->detail_rate;
  return settings->lr;
}

void
tl_coarse_get_shape (const TlStartValues *start, const TlVqganConfig *config, gboolean is_coarse,
                     gint64 shape[4])
{
  gint64 height = start->height / config->downscale, width = start->width / config->downscale;

  shape[0] = 1;
  shape[1] = config->e_dim;
  shape[2] = is_coarse ? (height + 1) / 2 : height;
  shape[3] = is_coarse ? (width + 1) / 2 : width;
}

gboolean
tl_coarse_is (const TlStartValues *start, const TlVqganConfig *config, TlTensor *z)
{
  gint64 whole[4];

  if (z == NULL)
    return FALSE;
  tl_coarse_get_shape (start, config, FALSE, whole);
  return tl_tensor_get_size (z, 2) != whole[2] || tl_tensor_get_size (z, 3) != whole[3];
}

TlTensor *
tl_coarse_enlarge (TlScope *outer, TlTensor *picture, const TlStartValues *start)
{
  TlScope *s = tl_scope_enter (outer);
  TlTensor *x;

  if (tl_scope_has_failed (s))
    return tl_scope_leave (s, NULL);
  x = tl_interpolate_bicubic (s, picture, 2 * tl_tensor_get_size (picture, 2),
                              2 * tl_tensor_get_size (picture, 3), FALSE);
  x = tl_narrow (s, tl_narrow (s, x, 2, 0, start->height), 3, 0, start->width);
  return tl_scope_leave (s, x);
}

/* -> half as high and wide, in whole cells: what is missing at the edge repeats it */
static TlTensor *
shrink (TlScope *s, TlTensor *picture, const TlStartValues *start, const gint64 shape[4],
        guint downscale)
{
  gint64 height = 2 * shape[2] * downscale, width = 2 * shape[3] * downscale;

  picture =
    tl_pad2d (s, picture, 0, width - start->width, 0, height - start->height, TL_PAD_REPLICATE);
  return tl_avg_pool2d (s, picture, 2);
}

TlTensor *
tl_coarse_encode (TlScope *outer, TlTensor *picture, const TlStartValues *start, gboolean is_coarse,
                  TlModels *models)
{
  TlVqgan *vqgan = tl_models_get_vqgan (models);
  const TlVqganConfig *config = tl_vqgan_get_config (vqgan);
  TlScope *s = tl_scope_enter (outer);
  TlTensor *x = picture;
  gint64 shape[4];

  tl_scope_set_grad (s, FALSE);
  tl_coarse_get_shape (start, config, is_coarse, shape);
  if (is_coarse)
    x = shrink (s, x, start, shape, config->downscale);
  x = tl_vqgan_encode_latent (s, vqgan, tl_vqgan_from_picture (s, x));
  return tl_scope_leave (s, tl_contiguous (s, x));
}
