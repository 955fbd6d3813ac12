/* blocks.c - the building blocks of encoder and decoder, and sequences of them
 *
 * Every block is a struct of layers with a load and a forward side by side. Nothing here names a
 * device, a precision or a memory format: with channels-last weights and input, each view below
 * stays one.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "config.h"
#include "core/vqgan/blocks.h"
#include "core/vqgan/plan.h"

#include <math.h>

/* torch.nn.GroupNorm (..., eps=1e-6) in taming's Normalize () */
#define EPSILON 1e-6

typedef struct
{
  TlBlockFunc forward;
  gpointer data;
  GDestroyNotify free;
  TlBlockShape shape;
} Block;

struct _TlBlocks
{
  TlLoader *loader; /* (nullable) (not owned) */
  guint n_groups;
  GArray *blocks; /* of Block */
};

static void
add (TlBlocks *self, TlBlockShape shape, TlBlockFunc forward, gpointer data,
     GDestroyNotify free_data)
{
  const Block block = { forward, data, free_data, shape };

  g_array_append_val (self->blocks, block);
}

/* --- convolution --- */

typedef struct
{
  TlConv conv;
  guint padding;
} ConvBlock;

static TlTensor *
conv (TlScope *s, const TlConv *layer, TlTensor *x, gint64 padding)
{
  return tl_conv2d (s, x, layer->weight, layer->bias, 1, padding, 1);
}

static TlTensor *
conv_block (TlScope *s, TlTensor *x, gconstpointer data)
{
  const ConvBlock *b = data;

  return conv (s, &b->conv, x, b->padding);
}

static void
conv_block_free (gpointer data)
{
  ConvBlock *b = data;

  tl_conv_clear (&b->conv);
  g_free (b);
}

void
tl_blocks_add_conv (TlBlocks *self, guint in, guint out, guint kernel, const char *name)
{
  ConvBlock *b = g_new0 (ConvBlock, 1);

  if (self->loader != NULL)
    tl_loader_conv (self->loader, &b->conv, in, out, kernel, TRUE, "%s", name);
  b->padding = kernel / 2;
  add (self, (TlBlockShape){ TL_BLOCK_CONV, in, out, kernel }, conv_block, b, conv_block_free);
}

/* --- residual block --- */

typedef struct
{
  TlNorm norm1;
  TlConv conv1;
  TlNorm norm2;
  TlConv conv2;
  TlConv shortcut; /* 1 x 1, only where the number of channels changes */
  guint n_groups;
} ResBlock;

static TlTensor *
norm_swish (TlScope *s, const TlNorm *norm, TlTensor *x, guint n_groups)
{
  return tl_group_norm (s, x, n_groups, norm->weight, norm->bias, EPSILON, TRUE);
}

/* x: [n, in, h, w] -> [n, out, h, w] */
static TlTensor *
res_block (TlScope *outer, TlTensor *x, gconstpointer data)
{
  const ResBlock *b = data;
  TlScope *s = tl_scope_enter (outer);
  TlTensor *h;

  h = tl_sweep (s, conv (s, &b->conv1, norm_swish (s, &b->norm1, x, b->n_groups), 1));
  h = tl_sweep (s, conv (s, &b->conv2, norm_swish (s, &b->norm2, h, b->n_groups), 1));
  if (b->shortcut.weight != NULL)
    x = conv (s, &b->shortcut, x, 0);

  return tl_scope_leave (s, tl_add (s, x, h));
}

static void
res_block_free (gpointer data)
{
  ResBlock *b = data;

  tl_norm_clear (&b->norm1);
  tl_conv_clear (&b->conv1);
  tl_norm_clear (&b->norm2);
  tl_conv_clear (&b->conv2);
  tl_conv_clear (&b->shortcut);
  g_free (b);
}

static void
load_res (ResBlock *b, TlLoader *loader, guint in, guint out, const char *name)
{
  tl_loader_norm (loader, &b->norm1, in, "%s.norm1", name);
  tl_loader_conv (loader, &b->conv1, in, out, 3, TRUE, "%s.conv1", name);
  tl_loader_norm (loader, &b->norm2, out, "%s.norm2", name);
  tl_loader_conv (loader, &b->conv2, out, out, 3, TRUE, "%s.conv2", name);
  if (in != out)
    tl_loader_conv (loader, &b->shortcut, in, out, 1, TRUE, "%s.nin_shortcut", name);
}

void
tl_blocks_add_res (TlBlocks *self, guint in, guint out, const char *name)
{
  ResBlock *b = g_new0 (ResBlock, 1);

  if (self->loader != NULL)
    load_res (b, self->loader, in, out, name);
  b->n_groups = self->n_groups;
  add (self, (TlBlockShape){ TL_BLOCK_RES, in, out, 3 }, res_block, b, res_block_free);
}

/* --- attention --- */

typedef struct
{
  TlNorm norm;
  TlConv q, k, v;
  TlConv proj_out;
  guint channels;
  guint n_groups;
} AttnBlock;

/* [n, c, h, w] -> [n, h w, c] */
static TlTensor *
to_tokens (TlScope *s, TlTensor *x)
{
  gint64 n = tl_tensor_get_size (x, 0), c = tl_tensor_get_size (x, 1);

  return tl_transpose (s, tl_reshape (s, x, TL_SHAPE (n, c, -1)), 1, 2);
}

/* [n, h w, c] -> the shape of @like, [n, c, h, w] */
static TlTensor *
to_picture (TlScope *s, TlTensor *x, TlTensor *like)
{
  return tl_reshape (s, tl_transpose (s, x, 1, 2),
                     TL_SHAPE (tl_tensor_get_size (like, 0), tl_tensor_get_size (like, 1),
                               tl_tensor_get_size (like, 2), tl_tensor_get_size (like, 3)));
}

/* x: [n, c, h, w] -> [n, c, h, w]; one head, scale c^-1/2 */
static TlTensor *
attn_block (TlScope *outer, TlTensor *x, gconstpointer data)
{
  const AttnBlock *b = data;
  TlScope *s = tl_scope_enter (outer);
  TlTensor *h, *q, *k, *v;

  h = tl_group_norm (s, x, b->n_groups, b->norm.weight, b->norm.bias, EPSILON, FALSE);
  q = to_tokens (s, conv (s, &b->q, h, 0));
  k = to_tokens (s, conv (s, &b->k, h, 0));
  v = to_tokens (s, conv (s, &b->v, h, 0));

  h = tl_sweep (s, tl_attention (s, q, k, v, 1 / sqrt (b->channels), FALSE));
  h = conv (s, &b->proj_out, to_picture (s, h, x), 0);

  return tl_scope_leave (s, tl_add (s, x, h));
}

static void
attn_block_free (gpointer data)
{
  AttnBlock *b = data;

  tl_norm_clear (&b->norm);
  tl_conv_clear (&b->q);
  tl_conv_clear (&b->k);
  tl_conv_clear (&b->v);
  tl_conv_clear (&b->proj_out);
  g_free (b);
}

static void
load_attn (AttnBlock *b, TlLoader *loader, guint channels, const char *name)
{
  tl_loader_norm (loader, &b->norm, channels, "%s.norm", name);
  tl_loader_conv (loader, &b->q, channels, channels, 1, TRUE, "%s.q", name);
  tl_loader_conv (loader, &b->k, channels, channels, 1, TRUE, "%s.k", name);
  tl_loader_conv (loader, &b->v, channels, channels, 1, TRUE, "%s.v", name);
  tl_loader_conv (loader, &b->proj_out, channels, channels, 1, TRUE, "%s.proj_out", name);
}

void
tl_blocks_add_attn (TlBlocks *self, guint channels, const char *name)
{
  AttnBlock *b = g_new0 (AttnBlock, 1);

  if (self->loader != NULL)
    load_attn (b, self->loader, channels, name);
  b->channels = channels;
  b->n_groups = self->n_groups;
  add (self, (TlBlockShape){ TL_BLOCK_ATTN, channels, channels, 1 }, attn_block, b,
       attn_block_free);
}

/* --- change of size --- */

/* A convolution by another way. */
static void
add_resampling (TlBlocks *self, TlBlockKind kind, guint channels, TlBlockFunc forward,
                const char *name)
{
  Block *block;

  tl_blocks_add_conv (self, channels, channels, 3, name);
  block = &g_array_index (self->blocks, Block, self->blocks->len - 1);
  block->shape.kind = kind;
  block->forward = forward;
}

/* The convolution of stride 2 sees one more row below and one more column to the right, as in
 * taming's Downsample: padding on both sides would shift the picture. */
static TlTensor *
downsample (TlScope *outer, TlTensor *x, gconstpointer data)
{
  const ConvBlock *b = data;
  TlScope *s = tl_scope_enter (outer);

  x = tl_pad2d (s, x, 0, 1, 0, 1, TL_PAD_ZEROS);

  return tl_scope_leave (s, tl_conv2d (s, x, b->conv.weight, b->conv.bias, 2, 0, 1));
}

static TlTensor *
downsample_plain (TlScope *s, TlTensor *x, gconstpointer data)
{
  return tl_avg_pool2d (s, x, 2);
}

void
tl_blocks_add_downsample (TlBlocks *self, guint channels, gboolean has_conv, const char *name)
{
  if (!has_conv)
    {
      add (self, (TlBlockShape){ TL_BLOCK_DOWN, channels, channels, 0 }, downsample_plain, NULL,
           NULL);
      return;
    }
  add_resampling (self, TL_BLOCK_DOWN, channels, downsample, name);
}

static TlTensor *
upsample (TlScope *outer, TlTensor *x, gconstpointer data)
{
  TlScope *s = tl_scope_enter (outer);

  return tl_scope_leave (s, conv_block (s, tl_upsample_nearest2x (s, x), data));
}

static TlTensor *
upsample_plain (TlScope *s, TlTensor *x, gconstpointer data)
{
  return tl_upsample_nearest2x (s, x);
}

void
tl_blocks_add_upsample (TlBlocks *self, guint channels, gboolean has_conv, const char *name)
{
  if (!has_conv)
    {
      add (self, (TlBlockShape){ TL_BLOCK_UP, channels, channels, 0 }, upsample_plain, NULL, NULL);
      return;
    }
  add_resampling (self, TL_BLOCK_UP, channels, upsample, name);
}

/* --- the end --- */

typedef struct
{
  TlNorm norm;
  TlConv conv;
  guint n_groups;
} OutBlock;

static TlTensor *
out_block (TlScope *outer, TlTensor *x, gconstpointer data)
{
  const OutBlock *b = data;
  TlScope *s = tl_scope_enter (outer);

  return tl_scope_leave (s, conv (s, &b->conv, norm_swish (s, &b->norm, x, b->n_groups), 1));
}

static void
out_block_free (gpointer data)
{
  OutBlock *b = data;

  tl_norm_clear (&b->norm);
  tl_conv_clear (&b->conv);
  g_free (b);
}

void
tl_blocks_add_out (TlBlocks *self, guint in, guint out, const char *name)
{
  OutBlock *b = g_new0 (OutBlock, 1);

  if (self->loader != NULL)
    {
      tl_loader_norm (self->loader, &b->norm, in, "%s.norm_out", name);
      tl_loader_conv (self->loader, &b->conv, in, out, 3, TRUE, "%s.conv_out", name);
    }
  b->n_groups = self->n_groups;
  add (self, (TlBlockShape){ TL_BLOCK_OUT, in, out, 3 }, out_block, b, out_block_free);
}

/* --- sequences --- */

static void
block_clear (gpointer data)
{
  Block *block = data;

  if (block->free != NULL)
    block->free (block->data);
}

gboolean
tl_blocks_have_failed (TlBlocks *self)
{
  return self->loader != NULL && tl_loader_has_failed (self->loader);
}

TlBlocks *
tl_blocks_new (TlLoader *loader, guint n_groups)
{
  TlBlocks *self = g_new0 (TlBlocks, 1);

  self->loader = loader;
  self->n_groups = n_groups;
  self->blocks = g_array_new (FALSE, FALSE, sizeof (Block));
  g_array_set_clear_func (self->blocks, block_clear);
  return self;
}

void
tl_blocks_free (TlBlocks *self)
{
  g_array_unref (self->blocks);
  g_free (self);
}

/* (transfer full): for each block whether it is computed again */
static gboolean *
make_plan (TlBlocks *self, const TlPlanRequest *request, TlVqganCost *cost)
{
  const guint n = self->blocks->len;
  g_autofree TlBlockShape *shapes = g_new (TlBlockShape, n);
  gboolean *recompute = g_new0 (gboolean, n);

  for (guint i = 0; i < n; i++)
    shapes[i] = g_array_index (self->blocks, Block, i).shape;
  tl_plan_make (shapes, n, request, recompute, cost);
  return recompute;
}

void
tl_blocks_estimate (TlBlocks *self, TlDtype dtype, gint64 height, gint64 width, guint64 budget,
                    TlVqganCost *cost)
{
  const TlPlanRequest request = { height, width, tl_dtype_size (dtype), budget };

  g_free (make_plan (self, &request, cost));
}

TlTensor *
tl_blocks_run (TlScope *outer, TlBlocks *self, TlTensor *x, guint64 budget)
{
  TlScope *s = tl_scope_enter (outer);
  TlPlanRequest request = { .budget = budget };
  g_autofree gboolean *recompute = NULL;
  TlVqganCost cost;

  if (!tl_scope_has_failed (s))
    {
      request.height = tl_tensor_get_size (x, 0) * tl_tensor_get_size (x, 2);
      request.width = tl_tensor_get_size (x, 3);
      request.element = tl_dtype_size (tl_tensor_get_dtype (x));
    }
  recompute = make_plan (self, &request, &cost);
  for (guint i = 0; i < self->blocks->len; i++)
    {
      const Block *block = &g_array_index (self->blocks, Block, i);

      x = recompute[i] ? tl_checkpoint (s, block->forward, x, block->data)
                       : block->forward (s, x, block->data);
      x = tl_sweep (s, x);
    }
  return tl_scope_leave (s, x);
}
