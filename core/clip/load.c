/* load.c - what the parts of CLIP share while they are loaded
 *
 * A loader that has failed hands out NULL while the scope is still sound, so each function looks at
 * the loader before it computes.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "config.h"
#include "core/clip/load.h"

TlTensor *
tl_clip_load_own (TlClipLoad *load, TlTensor *x)
{
  TlScope *s = tl_scope_enter (load->scope);
  TlTensor *owned = tl_own_in_graph (tl_contiguous (s, tl_to_dtype (s, x, load->dtype)));

  tl_scope_leave (s, NULL);
  return owned;
}

TlTensor *
tl_clip_load_scaled (TlClipLoad *load, const gint64 *shape, guint n_dims, gdouble factor,
                     const char *layer, const char *part)
{
  g_autoptr (TlTensor) x = NULL;
  TlTensor *scaled;
  TlScope *s;

  x = tl_loader_take_float32 (load->loader, shape, n_dims, "%s.%s", layer, part);
  if (tl_loader_has_failed (load->loader))
    return NULL;

  s = tl_scope_enter (load->scope);
  scaled = tl_clip_load_own (load, factor == 1 ? x : tl_mul_scalar (s, x, factor));
  tl_scope_leave (s, NULL);
  return scaled;
}

TlTensor *
tl_clip_load_reshaped (TlClipLoad *load, const gint64 *file_shape, guint n_file_dims,
                       const gint64 *shape, guint n_dims, const char *name)
{
  g_autoptr (TlTensor) x = NULL;
  TlTensor *reshaped;
  TlScope *s;

  x = tl_loader_take_float32 (load->loader, file_shape, n_file_dims, "%s", name);
  if (tl_loader_has_failed (load->loader))
    return NULL;

  s = tl_scope_enter (load->scope);
  reshaped = tl_clip_load_own (load, tl_reshape (s, x, shape, n_dims));
  tl_scope_leave (s, NULL);
  return reshaped;
}

void
tl_clip_load_projection (TlClipLoad *load, TlLinear *self, gint64 in, gint64 out, const char *name)
{
  g_autoptr (TlTensor) x = NULL;
  TlScope *s;

  if (load->config->names == TL_CLIP_HUGGING_FACE)
    {
      self->weight = tl_loader_take (load->loader, TL_SHAPE (out, in), "%s", name);
      return;
    }

  x = tl_loader_take (load->loader, TL_SHAPE (in, out), "%s", name);
  if (tl_loader_has_failed (load->loader))
    return;

  s = tl_scope_enter (load->scope);
  self->weight = tl_clip_load_own (load, tl_transpose (s, x, 0, 1));
  tl_scope_leave (s, NULL);
}

TlTensor *
tl_clip_get_mean (TlScope *s, const TlClipConfig *config)
{
  return tl_from_floats (s, config->mean, TL_SHAPE (1, 3, 1, 1));
}

TlTensor *
tl_clip_fold_deviation (TlScope *outer, const TlClipConfig *config, TlTensor *weight)
{
  TlScope *s = tl_scope_enter (outer);
  TlTensor *divisor = tl_from_floats (s, config->deviation, TL_SHAPE (1, 3, 1, 1));

  return tl_scope_leave (s, tl_div (s, weight, tl_to_like (s, divisor, weight)));
}
