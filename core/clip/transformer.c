/* transformer.c - the transformer that both towers of CLIP are made of
 *
 * Every function is pure: the same input gives the same output, so that a block may be computed
 * again in the backward pass.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "config.h"
#include "core/clip/transformer.h"

#include <math.h>

#define EPSILON 1e-5
#define MLP_RATIO 4

/* x sigmoid (1.702 x) = silu (1.702 x) / 1.702 (openai/CLIP clip/model.py, QuickGELU) */
#define QUICK_GELU 1.702

/* --- loading --- */

void
tl_clip_attention_load_apart (TlClipAttention *self, TlClipLoad *load, const char *const *names,
                              gint64 width, gint64 out)
{
  tl_loader_linear (load->loader, &self->q, width, width, TRUE, "%s", names[0]);
  tl_loader_linear (load->loader, &self->k, width, width, TRUE, "%s", names[1]);
  tl_loader_linear (load->loader, &self->v, width, width, TRUE, "%s", names[2]);
  tl_loader_linear (load->loader, &self->out, width, out, TRUE, "%s", names[3]);
}

/* The @i-th third of a fused layer [3 width, width], sharing its storage */
static void
cut_out (TlClipLoad *load, TlLinear *part, const TlLinear *fused, gint64 i, gint64 width)
{
  TlScope *s = tl_scope_enter (load->scope);

  part->weight = tl_own_in_graph (tl_narrow (s, fused->weight, 0, i * width, width));
  part->bias = tl_own_in_graph (tl_narrow (s, fused->bias, 0, i * width, width));
  tl_scope_leave (s, NULL);
}

static void
load_fused (TlClipAttention *self, TlClipLoad *load, const char *name, gint64 width)
{
  TlLinear fused = { 0 };
  TlLinear *const parts[] = { &self->q, &self->k, &self->v };

  fused.weight =
    tl_loader_take (load->loader, TL_SHAPE (3 * width, width), "%s.in_proj_weight", name);
  fused.bias = tl_loader_take (load->loader, TL_SHAPE (3 * width), "%s.in_proj_bias", name);
  if (!tl_loader_has_failed (load->loader))
    for (guint i = 0; i < G_N_ELEMENTS (parts); i++)
      cut_out (load, parts[i], &fused, i, width);
  tl_linear_clear (&fused);
  tl_loader_linear (load->loader, &self->out, width, width, TRUE, "%s.out_proj", name);
}

static void
load_attention (TlClipAttention *self, TlClipLoad *load, const char *name, gint64 width)
{
  g_autofree char *q = g_strconcat (name, ".q_proj", NULL);
  g_autofree char *k = g_strconcat (name, ".k_proj", NULL);
  g_autofree char *v = g_strconcat (name, ".v_proj", NULL);
  g_autofree char *out = g_strconcat (name, ".out_proj", NULL);
  const char *names[] = { q, k, v, out };

  if (load->config->names == TL_CLIP_HUGGING_FACE)
    tl_clip_attention_load_apart (self, load, names, width, width);
  else
    load_fused (self, load, name, width);
}

static void
load_mlp (TlClipBlock *self, TlClipLoad *load, const TlClipTransformerSizes *sizes,
          const char *name)
{
  gdouble factor = load->config->quick_gelu ? QUICK_GELU : 1;
  g_autofree char *fc = g_strconcat (name, ".mlp.c_fc", NULL);
  g_autofree char *proj = g_strconcat (name, ".mlp.c_proj", NULL);
  gint64 width = sizes->width, inner = sizes->inner > 0 ? sizes->inner : MLP_RATIO * width;

  self->quick_gelu = load->config->quick_gelu;
  self->fc.weight = tl_clip_load_scaled (load, TL_SHAPE (inner, width), factor, fc, "weight");
  self->fc.bias = tl_clip_load_scaled (load, TL_SHAPE (inner), factor, fc, "bias");
  self->proj.weight =
    tl_clip_load_scaled (load, TL_SHAPE (width, inner), 1 / factor, proj, "weight");
  self->proj.bias = tl_clip_load_scaled (load, TL_SHAPE (width), 1, proj, "bias");
}

void
tl_clip_transformer_load (TlClipTransformer *self, TlClipLoad *load,
                          const TlClipTransformerSizes *sizes, const char *prefix)
{
  self->blocks = g_new0 (TlClipBlock, sizes->n_blocks);
  self->n_blocks = sizes->n_blocks;
  for (guint i = 0; i < sizes->n_blocks; i++)
    {
      TlClipBlock *block = &self->blocks[i];
      g_autofree char *name = g_strdup_printf ("%sresblocks.%u", prefix, i);
      g_autofree char *attention = g_strconcat (name, ".attn", NULL);

      block->attention.n_heads = sizes->n_heads;
      block->attention.is_causal = sizes->is_causal;
      tl_loader_norm (load->loader, &block->ln_1, sizes->width, "%s.ln_1", name);
      load_attention (&block->attention, load, attention, sizes->width);
      tl_loader_norm (load->loader, &block->ln_2, sizes->width, "%s.ln_2", name);
      load_mlp (block, load, sizes, name);
    }
}

void
tl_clip_attention_clear (TlClipAttention *self)
{
  tl_linear_clear (&self->q);
  tl_linear_clear (&self->k);
  tl_linear_clear (&self->v);
  tl_linear_clear (&self->out);
}

void
tl_clip_transformer_clear (TlClipTransformer *self)
{
  for (guint i = 0; i < self->n_blocks; i++)
    {
      tl_norm_clear (&self->blocks[i].ln_1);
      tl_clip_attention_clear (&self->blocks[i].attention);
      tl_norm_clear (&self->blocks[i].ln_2);
      tl_linear_clear (&self->blocks[i].fc);
      tl_linear_clear (&self->blocks[i].proj);
    }
  g_clear_pointer (&self->blocks, g_free);
}

/* --- forward --- */

static TlTensor *
linear (TlScope *s, const TlLinear *layer, TlTensor *x)
{
  return tl_linear (s, x, layer->weight, layer->bias);
}

static TlTensor *
layer_norm (TlScope *s, const TlNorm *norm, TlTensor *x)
{
  return tl_layer_norm (s, x, norm->weight, norm->bias, EPSILON);
}

/* x: [tokens, n, width] -> [n heads, tokens, width / heads], a view */
static TlTensor *
split_heads (TlScope *s, TlTensor *x, gint64 n_heads)
{
  gint64 n_tokens = tl_tensor_get_size (x, 0);
  gint64 n = tl_tensor_get_size (x, 1);
  gint64 width = tl_tensor_get_size (x, 2);

  x = tl_reshape (s, x, TL_SHAPE (n_tokens, n * n_heads, width / n_heads));
  return tl_transpose (s, x, 0, 1);
}

TlTensor *
tl_clip_attention_forward (TlScope *outer, const TlClipAttention *self, TlTensor *queries,
                           TlTensor *x)
{
  TlScope *s = tl_scope_enter (outer);
  gint64 n_tokens = tl_tensor_get_size (queries, 0);
  gint64 n = tl_tensor_get_size (queries, 1);
  gint64 width = tl_tensor_get_size (queries, 2);
  gdouble scale = 1 / sqrt ((gdouble) width / self->n_heads);
  TlTensor *q = split_heads (s, linear (s, &self->q, queries), self->n_heads);
  TlTensor *k = split_heads (s, linear (s, &self->k, x), self->n_heads);
  TlTensor *v = split_heads (s, linear (s, &self->v, x), self->n_heads);

  x = tl_attention (s, q, k, v, scale, self->is_causal);
  x = tl_reshape (s, tl_transpose (s, x, 0, 1), TL_SHAPE (n_tokens, n, width));
  return tl_scope_leave (s, linear (s, &self->out, x));
}

/* h: [tokens, n, width] -> x + what attention makes of it */
static TlTensor *
add_attention (TlScope *s, const TlClipBlock *b, TlTensor *x, TlTensor *h)
{
  return tl_sweep (s, tl_add (s, x, tl_clip_attention_forward (s, &b->attention, h, h)));
}

/* x + what the two layers make of h */
static TlTensor *
add_mlp (TlScope *outer, const TlClipBlock *b, TlTensor *x, TlTensor *h)
{
  TlScope *s = tl_scope_enter (outer);

  h = linear (s, &b->fc, h);
  h = b->quick_gelu ? tl_silu (s, h) : tl_gelu (s, h);
  return tl_scope_leave (s, tl_add (s, x, linear (s, &b->proj, h)));
}

TlTensor *
tl_clip_block_forward (TlScope *outer, TlTensor *x, gconstpointer block)
{
  const TlClipBlock *b = block;
  TlScope *s = tl_scope_enter (outer);

  x = add_attention (s, b, x, layer_norm (s, &b->ln_1, x));
  return tl_scope_leave (s, add_mlp (s, b, x, layer_norm (s, &b->ln_2, x)));
}

TlTensor *
tl_clip_block_forward_told (TlScope *outer, TlTensor *x, const TlClipBlock *b, TlTensor *factor,
                            TlTensor *shift)
{
  TlScope *s = tl_scope_enter (outer);
  TlTensor *h = tl_add (s, tl_mul (s, layer_norm (s, &b->ln_1, x), factor), shift);

  x = add_attention (s, b, x, h);
  h = tl_add (s, tl_mul (s, layer_norm (s, &b->ln_2, x), factor), shift);
  return tl_scope_leave (s, add_mlp (s, b, x, h));
}

/* Of x: [tokens, n, width] the first token's result alone, [1, n, width]: the others are looked at
 * and not computed. */
static TlTensor *
forward_first (TlScope *outer, const TlClipBlock *b, TlTensor *x)
{
  TlScope *s = tl_scope_enter (outer);
  TlTensor *h = layer_norm (s, &b->ln_1, x);
  TlTensor *first = tl_narrow (s, h, 0, 0, 1);

  h = tl_clip_attention_forward (s, &b->attention, first, h);
  x = tl_sweep (s, tl_add (s, tl_narrow (s, x, 0, 0, 1), h));
  return tl_scope_leave (s, add_mlp (s, b, x, layer_norm (s, &b->ln_2, x)));
}

TlTensor *
tl_clip_transformer_forward (TlScope *outer, const TlClipTransformer *self, TlTensor *x)
{
  TlScope *s = tl_scope_enter (outer);

  for (guint i = 0; i < self->n_blocks; i++)
    x = tl_sweep (s, tl_clip_block_forward (s, x, &self->blocks[i]));
  return tl_scope_leave (s, x);
}

TlTensor *
tl_clip_transformer_forward_first (TlScope *outer, const TlClipTransformer *self, TlTensor *x)
{
  TlScope *s = tl_scope_enter (outer);

  for (guint i = 0; i + 1 < self->n_blocks; i++)
    x = tl_sweep (s, tl_clip_block_forward (s, x, &self->blocks[i]));
  if (self->n_blocks > 0)
    x = forward_first (s, &self->blocks[self->n_blocks - 1], x);
  return tl_scope_leave (s, tl_narrow (s, x, 0, 0, 1));
}
