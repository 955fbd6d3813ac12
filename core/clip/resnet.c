/* resnet.c - CLIP's other picture tower, a residual network
 *
 * A batch norm in evaluation is a factor and a shift for each channel. Both are multiplied into the
 * convolution before it when the model is loaded, which leaves nothing to compute for them.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "config.h"
#include "core/clip/resnet.h"

#define EPSILON 1e-5
#define CHANNELS 3

/* Of a bottleneck's inner to its outer channels */
#define EXPANSION 4

/* --- loading --- */

typedef struct
{
  TlTensor *weight, *bias, *mean, *variance;
} BatchNorm;

static void
take_batch_norm (BatchNorm *self, TlLoader *loader, gint64 n, const char *name)
{
  self->weight = tl_loader_take_float32 (loader, TL_SHAPE (n), "%s.weight", name);
  self->bias = tl_loader_take_float32 (loader, TL_SHAPE (n), "%s.bias", name);
  self->mean = tl_loader_take_float32 (loader, TL_SHAPE (n), "%s.running_mean", name);
  self->variance = tl_loader_take_float32 (loader, TL_SHAPE (n), "%s.running_var", name);
}

static void
batch_norm_clear (BatchNorm *self)
{
  tl_tensor_free (self->weight);
  tl_tensor_free (self->bias);
  tl_tensor_free (self->mean);
  tl_tensor_free (self->variance);
}

typedef struct
{
  gint64 in, out, kernel;
  gboolean takes_pictures;
} ConvSizes;

/* norm (conv x) = f conv x + bias - f mean, with f = weight / sqrt (variance + epsilon) */
static void
fold (TlClipLoad *load, TlConv *self, TlTensor *weight, const BatchNorm *norm)
{
  TlScope *s = tl_scope_enter (load->scope);
  gint64 n = tl_tensor_get_size (weight, 0);
  TlTensor *deviation = tl_sqrt (s, tl_add_scalar (s, norm->variance, EPSILON));
  TlTensor *factor = tl_div (s, norm->weight, deviation);

  weight = tl_mul (s, weight, tl_reshape (s, factor, TL_SHAPE (n, 1, 1, 1)));
  self->weight = tl_own_in_graph (tl_channels_last (s, tl_to_dtype (s, weight, load->dtype)));
  self->bias = tl_clip_load_own (load, tl_sub (s, norm->bias, tl_mul (s, factor, norm->mean)));
  tl_scope_leave (s, NULL);
}

static void
load_conv (TlConv *self, TlClipLoad *load, const ConvSizes *sizes, const char *conv_name,
           const char *norm_name)
{
  g_autoptr (TlTensor) weight = NULL;
  BatchNorm norm = { 0 };
  TlScope *s = tl_scope_enter (load->scope);

  weight = tl_loader_take_float32 (load->loader,
                                   TL_SHAPE (sizes->out, sizes->in, sizes->kernel, sizes->kernel),
                                   "%s.weight", conv_name);
  take_batch_norm (&norm, load->loader, sizes->out, norm_name);
  if (!tl_loader_has_failed (load->loader))
    {
      TlTensor *folded =
        sizes->takes_pictures ? tl_clip_fold_deviation (s, load->config, weight) : weight;

      fold (load, self, folded, &norm);
    }
  batch_norm_clear (&norm);
  tl_scope_leave (s, NULL);
}

/* Convolution and batch norm "NAMEconvI" and "NAMEbnI" */
static void
load_numbered (TlConv *self, TlClipLoad *load, const ConvSizes *sizes, const char *name, guint i)
{
  g_autofree char *conv = g_strdup_printf ("%sconv%u", name, i);
  g_autofree char *norm = g_strdup_printf ("%sbn%u", name, i);

  load_conv (self, load, sizes, conv, norm);
}

static void
load_bottleneck (TlClipBottleneck *self, TlClipLoad *load, gint64 in, gint64 inner,
                 const char *name)
{
  gint64 out = EXPANSION * inner;
  const ConvSizes narrow = { in, inner, 1 }, middle = { inner, inner, 3 };
  const ConvSizes widen = { inner, out, 1 }, shortcut = { in, out, 1 };
  g_autofree char *conv = g_strconcat (name, "downsample.0", NULL);
  g_autofree char *norm = g_strconcat (name, "downsample.1", NULL);

  load_numbered (&self->conv1, load, &narrow, name, 1);
  load_numbered (&self->conv2, load, &middle, name, 2);
  load_numbered (&self->conv3, load, &widen, name, 3);
  if (self->stride > 1 || in != out)
    load_conv (&self->downsample, load, &shortcut, conv, norm);
}

static void
load_stage (TlClipResnet *self, TlClipLoad *load, guint stage)
{
  guint n_blocks = load->config->stages[stage];
  gint64 inner = (gint64) load->config->width << stage;
  gint64 out = EXPANSION * inner;
  gint64 in = stage == 0 ? load->config->width : out / 2;

  self->stages[stage] = g_new0 (TlClipBottleneck, n_blocks);
  self->n_blocks[stage] = n_blocks;
  for (guint i = 0; i < n_blocks; i++)
    {
      g_autofree char *name = g_strdup_printf ("visual.layer%u.%u.", stage + 1, i);

      self->stages[stage][i].stride = i == 0 && stage > 0 ? 2 : 1;
      load_bottleneck (&self->stages[stage][i], load, i == 0 ? in : out, inner, name);
    }
}

static void
load_pool (TlClipPool *self, TlClipLoad *load)
{
  static const char *const names[] = { "visual.attnpool.q_proj", "visual.attnpool.k_proj",
                                       "visual.attnpool.v_proj", "visual.attnpool.c_proj" };
  gint64 width = (gint64) load->config->width << (TL_CLIP_N_STAGES - 1);
  gint64 channels = EXPANSION * width;
  gint64 grid = load->config->resolution / TL_CLIP_RESNET_DOWNSCALE;
  gint64 n_positions = 1 + grid * grid;

  self->position = tl_clip_load_reshaped (load, TL_SHAPE (n_positions, channels),
                                          TL_SHAPE (n_positions, 1, channels),
                                          "visual.attnpool.positional_embedding");
  self->attention.n_heads = load->config->n_heads;
  tl_clip_attention_load_apart (&self->attention, load, names, channels, load->config->embed_dim);
}

void
tl_clip_resnet_load (TlClipResnet *self, TlClipLoad *load)
{
  gint64 width = load->config->width;
  const ConvSizes first = { CHANNELS, width / 2, 3, .takes_pictures = TRUE };
  const ConvSizes second = { width / 2, width / 2, 3 }, third = { width / 2, width, 3 };

  load_numbered (&self->conv1, load, &first, "visual.", 1);
  load_numbered (&self->conv2, load, &second, "visual.", 2);
  load_numbered (&self->conv3, load, &third, "visual.", 3);
  for (guint i = 0; i < TL_CLIP_N_STAGES; i++)
    load_stage (self, load, i);
  load_pool (&self->pool, load);
}

static void
bottleneck_clear (TlClipBottleneck *self)
{
  tl_conv_clear (&self->conv1);
  tl_conv_clear (&self->conv2);
  tl_conv_clear (&self->conv3);
  tl_conv_clear (&self->downsample);
}

void
tl_clip_resnet_clear (TlClipResnet *self)
{
  tl_conv_clear (&self->conv1);
  tl_conv_clear (&self->conv2);
  tl_conv_clear (&self->conv3);
  for (guint i = 0; i < TL_CLIP_N_STAGES; i++)
    {
      for (guint j = 0; j < self->n_blocks[i]; j++)
        bottleneck_clear (&self->stages[i][j]);
      g_clear_pointer (&self->stages[i], g_free);
    }
  g_clear_pointer (&self->pool.position, tl_tensor_free);
  tl_clip_attention_clear (&self->pool.attention);
}

/* --- forward --- */

static TlTensor *
conv (TlScope *s, const TlConv *layer, TlTensor *x, gint64 stride, gint64 padding)
{
  return tl_conv2d (s, x, layer->weight, layer->bias, stride, padding, 1);
}

static TlTensor *
conv_relu (TlScope *s, const TlConv *layer, TlTensor *x, gint64 stride, gint64 padding)
{
  return tl_relu (s, conv (s, layer, x, stride, padding));
}

/* x: [n, in, h, w] -> [n, 4 inner, h / stride, w / stride] */
TlTensor *
tl_clip_bottleneck_forward (TlScope *outer, TlTensor *x, gconstpointer block)
{
  const TlClipBottleneck *b = block;
  TlScope *s = tl_scope_enter (outer);
  TlTensor *h = conv_relu (s, &b->conv1, x, 1, 0);

  h = tl_sweep (s, conv_relu (s, &b->conv2, h, 1, 1));
  if (b->stride > 1)
    {
      h = tl_avg_pool2d (s, h, b->stride);
      x = tl_avg_pool2d (s, x, b->stride);
    }
  h = conv (s, &b->conv3, h, 1, 0);
  if (b->downsample.weight != NULL)
    x = conv (s, &b->downsample, x, 1, 0);
  return tl_scope_leave (s, tl_relu (s, tl_add (s, h, x)));
}

/* x: [n, 3, h, w] -> [n, width, h / 4, w / 4] */
static TlTensor *
stem (TlScope *outer, const TlClipResnet *self, TlTensor *x)
{
  TlScope *s = tl_scope_enter (outer);

  x = tl_sweep (s, conv_relu (s, &self->conv1, x, 2, 1));
  x = tl_sweep (s, conv_relu (s, &self->conv2, x, 1, 1));
  x = tl_sweep (s, conv_relu (s, &self->conv3, x, 1, 1));
  return tl_scope_leave (s, tl_avg_pool2d (s, x, 2));
}

/* x: [n, channels, h, w] -> [h w, n, channels] */
static TlTensor *
to_cells (TlScope *s, TlTensor *x)
{
  gint64 n = tl_tensor_get_size (x, 0), channels = tl_tensor_get_size (x, 1);

  return tl_permute (s, tl_reshape (s, x, TL_SHAPE (n, channels, -1)), TL_SHAPE (2, 0, 1));
}

/* x: [n, channels, h, w] -> [n, embed_dim]: what the mean of all cells finds in them */
static TlTensor *
pool (TlScope *outer, const TlClipPool *self, TlTensor *x)
{
  TlScope *s = tl_scope_enter (outer);
  gint64 n = tl_tensor_get_size (x, 0);
  TlTensor *mean;

  x = to_cells (s, x);
  mean = tl_mean (s, x, (const gint64[]){ 0 }, 1, TRUE);
  x = tl_cat (s, (TlTensor *const[]){ mean, x }, 2, 0);
  x = tl_add (s, x, self->position); /* [1 + cells, n, channels] */

  x = tl_clip_attention_forward (s, &self->attention, tl_narrow (s, x, 0, 0, 1), x);
  return tl_scope_leave (s, tl_reshape (s, x, TL_SHAPE (n, tl_tensor_get_size (x, 2))));
}

/* x: [n, 3, h, w] -> [n, channels, h / f, w / f] */
static TlTensor *
stages (TlScope *outer, const TlClipResnet *self, TlTensor *x, guint n_blocks)
{
  TlScope *s = tl_scope_enter (outer);

  x = tl_sweep (s, stem (s, self, tl_channels_last (s, x)));
  for (guint i = 0; i < TL_CLIP_N_STAGES; i++)
    for (guint j = 0; j < self->n_blocks[i] && n_blocks > 0; j++, n_blocks--)
      x = tl_sweep (s, tl_clip_bottleneck_forward (s, x, &self->stages[i][j]));
  return tl_scope_leave (s, x);
}

TlTensor *
tl_clip_resnet_forward (TlScope *outer, const TlClipResnet *self, TlTensor *x)
{
  TlScope *s = tl_scope_enter (outer);

  return tl_scope_leave (s, pool (s, &self->pool, stages (s, self, x, G_MAXUINT)));
}

TlTensor *
tl_clip_resnet_forward_cells (TlScope *outer, const TlClipResnet *self, TlTensor *x, guint n_blocks)
{
  TlScope *s = tl_scope_enter (outer);

  return tl_scope_leave (s, to_cells (s, stages (s, self, x, n_blocks)));
}
