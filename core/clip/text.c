/* text.c - CLIP's text tower
 *
 * A text is known by what the tower makes of its end mark, which is the largest id of its row; the
 * zeros behind it are seen by nothing before them.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "config.h"
#include "core/clip/text.h"

#define EPSILON 1e-5

void
tl_clip_text_load (TlClipText *self, TlClipLoad *load)
{
  const TlClipConfig *config = load->config;
  const TlClipTransformerSizes sizes = { .width = config->text_width,
                                         .n_heads = config->text_heads,
                                         .n_blocks = config->text_layers,
                                         .is_causal = TRUE };
  gint64 width = config->text_width;
  gint64 context = config->context;

  self->token =
    tl_loader_take (load->loader, TL_SHAPE (config->n_tokens, width), "token_embedding.weight");
  self->position = tl_clip_load_reshaped (load, TL_SHAPE (context, width),
                                          TL_SHAPE (context, 1, width), "positional_embedding");
  tl_clip_transformer_load (&self->transformer, load, &sizes, "transformer.");
  tl_loader_norm (load->loader, &self->ln_final, width, "ln_final");
  tl_clip_load_projection (load, &self->projection, width, config->embed_dim, "text_projection");
}

void
tl_clip_text_clear (TlClipText *self)
{
  g_clear_pointer (&self->token, tl_tensor_free);
  g_clear_pointer (&self->position, tl_tensor_free);
  tl_clip_transformer_clear (&self->transformer);
  tl_norm_clear (&self->ln_final);
  tl_linear_clear (&self->projection);
}

/* x: [context, n, width], ids: [n, context] -> [n, width]: each text's row at its end mark */
static TlTensor *
take_ends (TlScope *outer, TlTensor *x, TlTensor *ids)
{
  TlScope *s = tl_scope_enter (outer);
  gint64 n = tl_tensor_get_size (x, 1);
  gint64 width = tl_tensor_get_size (x, 2);
  TlTensor *end = tl_argmax (s, ids, 1);
  TlTensor *stride = tl_to_like (s, tl_from_int64s (s, &n, TL_SHAPE (1)), ids);
  TlTensor *row = tl_add (s, tl_mul (s, end, stride), tl_to_like (s, tl_arange (s, n), ids));

  x = tl_reshape (s, x, TL_SHAPE (tl_tensor_get_size (x, 0) * n, width));
  return tl_scope_leave (s, tl_take_rows (s, x, row));
}

TlTensor *
tl_clip_text_forward (TlScope *outer, const TlClipText *self, TlTensor *ids)
{
  TlScope *s = tl_scope_enter (outer);
  TlTensor *x = tl_take_rows (s, self->token, tl_transpose (s, ids, 0, 1));
  TlTensor *position = tl_narrow (s, self->position, 0, 0, tl_tensor_get_size (ids, 1));

  x = tl_sweep (s, tl_add (s, x, position)); /* [context, n, width] */
  x = tl_sweep (s, tl_clip_transformer_forward (s, &self->transformer, x));
  x = take_ends (s, x, ids);
  x = tl_layer_norm (s, x, self->ln_final.weight, self->ln_final.bias, EPSILON);
  return tl_scope_leave (s, tl_linear (s, x, self->projection.weight, NULL));
}
