/* denoiser.c - what latents of pictures look like, behind noise
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "config.h"
#include "core/denoiser/denoiser.h"

#include "core/clip/transformer.h"
#include "core/denoiser/examples.h"

#include <math.h>

#define EPSILON 1e-5

/* Waves that a place is told apart by, on each axis, and a level. */
#define N_WAVES 4
#define N_PLACE (4 * N_WAVES + 2)
#define N_LEVEL (2 * N_WAVES + 1)

#define MOST_BLOCKS 64

/* Cells a side of what a block sees around one. */
#define AROUND 3

/* Of what is told to a block: Muon's first moves are long. */
#define LOUDNESS 0.25

/* A latent of so many cells a side says 0 for its size. */
#define USUAL_SIDE 8

/* What a block has beside a transformer's. */
typedef struct
{
  TlTensor *near; /* [width, 1, 3, 3]: how it looks at neighbours */
  TlLinear told;  /* width -> 2 width: what it makes of what the denoiser is told */
} Block;

struct _TlDenoiser
{
  TlDenoiserConfig config;
  TlTensor *center;  /* [e_dim]: of the codes */
  TlTensor *axes;    /* [n_axes, e_dim]: along which they differ most */
  TlTensor *spread;  /* [n_axes]: their deviations along these */
  TlTensor *silence; /* [1, words] */
  TlLinear in, place, out;
  TlLinear level, words, both; /* what it is told */
  TlNorm told, last;
  Block *blocks;
  TlClipTransformer transformer;
};

/* (nullable): of the file's denoiser, where it is a matrix */
static const TlBlob *
find_matrix (TlWeights *weights, const char *name)
{
  g_autofree char *full = g_strconcat (TL_DENOISER_PREFIX, name, ".weight", NULL);
  const TlBlob *blob = tl_weights_lookup (weights, full);

  return blob != NULL && blob->n_dims == 2 ? blob : NULL;
}

gboolean
tl_denoiser_config_infer (TlDenoiserConfig *config, TlWeights *weights)
{
  const TlBlob *in = find_matrix (weights, "in"), *words = find_matrix (weights, "words");
  const TlBlob *axes = tl_weights_lookup (weights, TL_DENOISER_PREFIX "axes");

  *config = (TlDenoiserConfig){ 0 };
  if (in == NULL || words == NULL || axes == NULL || axes->n_dims != 2)
    return FALSE;
  config->width = (guint) in->shape[0];
  config->n_axes = (guint) in->shape[1];
  config->e_dim = (guint) axes->shape[1];
  config->words = (guint) words->shape[1];
  for (gboolean is_there = TRUE; is_there && config->n_blocks < MOST_BLOCKS;)
    {
      g_autofree char *name = g_strdup_printf (TL_DENOISER_BLOCKS "%u.mlp.c_fc", config->n_blocks);
      const TlBlob *fc = find_matrix (weights, name);

      is_there = fc != NULL;
      config->n_blocks += is_there;
      config->inner = is_there ? (guint) fc->shape[0] : config->inner;
    }
  return config->n_blocks > 0 && config->width >= TL_DENOISER_HEAD
         && config->width % TL_DENOISER_HEAD == 0;
}

TlDenoiser *
tl_denoiser_load (const TlDenoiserConfig *config, TlWeights *weights, TlDtype dtype,
                  TlDevice device, GError **error)
{
  g_autoptr (TlLoader) loader = tl_loader_new (weights, TL_DENOISER_PREFIX, dtype, device);
  g_autoptr (TlDenoiser) self = NULL;

  tl_loader_ignore (loader, TL_EXAMPLES_PREFIX);
  self = tl_denoiser_load_with (config, loader, dtype, error);
  if (self == NULL || !tl_loader_finish (loader, error))
    return NULL;
  return g_steal_pointer (&self);
}

TlDenoiser *
tl_denoiser_load_with (const TlDenoiserConfig *config, TlLoader *loader, TlDtype dtype,
                       GError **error)
{
  g_autoptr (TlDenoiser) self = g_new0 (TlDenoiser, 1);
  const TlClipConfig names = { .names = TL_CLIP_OPENAI, .quick_gelu = TRUE };
  const TlClipTransformerSizes sizes = { config->width, config->width / TL_DENOISER_HEAD,
                                         config->n_blocks, FALSE, config->inner };
  TlScope *s = tl_scope_open (NULL);
  TlClipLoad load = { &names, loader, s, dtype };
  gint64 width = config->width;

  self->config = *config;
  self->center = tl_loader_take_float32 (loader, TL_SHAPE (config->e_dim), "center");
  self->axes = tl_loader_take_float32 (loader, TL_SHAPE (config->n_axes, config->e_dim), "axes");
  self->spread = tl_loader_take_float32 (loader, TL_SHAPE (config->n_axes), "spread");
  self->silence = tl_loader_take_float32 (loader, TL_SHAPE (1, config->words), "silence");
  tl_loader_linear (loader, &self->in, config->n_axes, width, TRUE, "in");
  tl_loader_linear (loader, &self->place, N_PLACE, width, FALSE, "place");
  tl_loader_linear (loader, &self->level, N_LEVEL, width, FALSE, "level");
  tl_loader_linear (loader, &self->words, config->words, width, FALSE, "words");
  tl_loader_linear (loader, &self->both, width, width, TRUE, "both");
  tl_loader_norm (loader, &self->told, width, "told");
  tl_clip_transformer_load (&self->transformer, &load, &sizes, "");
  self->blocks = g_new0 (Block, config->n_blocks);
  for (guint i = 0; i < config->n_blocks; i++)
    {
      Block *b = &self->blocks[i];

      b->near = tl_loader_take (loader, TL_SHAPE (width, 1, AROUND, AROUND),
                                TL_DENOISER_BLOCKS "%u.near.weight", i);
      tl_loader_linear (loader, &b->told, width, 2 * width, TRUE, TL_DENOISER_BLOCKS "%u.told", i);
    }
  tl_loader_norm (loader, &self->last, width, "last");
  tl_loader_linear (loader, &self->out, width, config->n_axes, TRUE, "out");
  if (!tl_scope_close (s, error))
    return NULL;
  return g_steal_pointer (&self);
}

void
tl_denoiser_free (TlDenoiser *self)
{
  g_clear_pointer (&self->center, tl_tensor_free);
  g_clear_pointer (&self->axes, tl_tensor_free);
  g_clear_pointer (&self->spread, tl_tensor_free);
  g_clear_pointer (&self->silence, tl_tensor_free);
  tl_linear_clear (&self->in);
  tl_linear_clear (&self->place);
  tl_linear_clear (&self->level);
  tl_linear_clear (&self->words);
  tl_linear_clear (&self->both);
  tl_norm_clear (&self->told);
  for (guint i = 0; self->blocks != NULL && i < self->config.n_blocks; i++)
    {
      g_clear_pointer (&self->blocks[i].near, tl_tensor_free);
      tl_linear_clear (&self->blocks[i].told);
    }
  g_free (self->blocks);
  tl_clip_transformer_clear (&self->transformer);
  tl_norm_clear (&self->last);
  tl_linear_clear (&self->out);
  g_free (self);
}

const TlDenoiserConfig *
tl_denoiser_get_config (TlDenoiser *self)
{
  return &self->config;
}

TlTensor *
tl_denoiser_get_silence (TlDenoiser *self)
{
  return self->silence;
}

/* --- what it is told --- */

static void
put_waves (gfloat *out, gdouble value)
{
  for (guint k = 0; k < N_WAVES; k++)
    {
      out[2 * k] = (gfloat) sin (G_PI_2 * (k + 1) * value);
      out[2 * k + 1] = (gfloat) cos (G_PI_2 * (k + 1) * value);
    }
}

/* [height width, 1, N_PLACE]: where a cell is, from -1 to 1 on either axis, and among how many */
static TlTensor *
describe_places (TlScope *s, gint64 height, gint64 width)
{
  gfloat *out;
  TlTensor *x = tl_floats_to_fill (s, TL_SHAPE (height * width, 1, N_PLACE), &out);

  if (x == NULL)
    return NULL;
  for (gint64 i = 0; i < height * width; i++, out += N_PLACE)
    {
      put_waves (out, (2.0 * (i / width) + 1) / height - 1);
      put_waves (out + 2 * N_WAVES, (2.0 * (i % width) + 1) / width - 1);
      out[N_PLACE - 2] = (gfloat) log2 ((gdouble) height / USUAL_SIDE);
      out[N_PLACE - 1] = (gfloat) log2 ((gdouble) width / USUAL_SIDE);
    }
  return x;
}

/* [1, n, N_LEVEL] */
static TlTensor *
describe_levels (TlScope *s, TlTensor *levels)
{
  gint64 n = (gint64) tl_tensor_get_n_elements (levels);
  g_autofree gfloat *values = g_new0 (gfloat, n);
  gfloat *out;
  TlTensor *x = tl_floats_to_fill (s, TL_SHAPE (1, n, N_LEVEL), &out);

  if (x == NULL || !tl_to_floats (s, levels, values, (gsize) n))
    return NULL;
  for (gint64 i = 0; i < n; i++, out += N_LEVEL)
    {
      put_waves (out, values[i]);
      out[N_LEVEL - 1] = values[i];
    }
  return x;
}

/* --- running --- */

static TlTensor *
linear (TlScope *s, const TlLinear *layer, TlTensor *x)
{
  return tl_linear (s, tl_to_like (s, x, layer->weight), layer->weight, layer->bias);
}

TlTensor *
tl_denoiser_mix (TlScope *outer, TlTensor *z, TlTensor *codes, TlTensor *levels)
{
  TlScope *s = tl_scope_enter (outer);
  TlTensor *t = tl_reshape (s, levels, TL_SHAPE (-1, 1, 1, 1));

  return tl_scope_leave (s, tl_add (s, z, tl_mul (s, tl_sub (s, codes, z), t)));
}

TlTensor *
tl_denoiser_project (TlScope *outer, TlDenoiser *self, TlTensor *z)
{
  TlScope *s = tl_scope_enter (outer);
  gint64 n = tl_tensor_get_size (z, 0), e_dim = tl_tensor_get_size (z, 1);

  z = tl_permute (s, tl_reshape (s, z, TL_SHAPE (n, e_dim, -1)), TL_SHAPE (2, 0, 1));
  z = tl_linear (s, tl_sub (s, z, self->center), self->axes, NULL);
  return tl_scope_leave (s, tl_div (s, z, self->spread));
}

/* -> [n, e_dim, height, width] */
static TlTensor *
go_back (TlScope *outer, TlDenoiser *self, TlTensor *x, gint64 height, gint64 width)
{
  TlScope *s = tl_scope_enter (outer);
  gint64 n = tl_tensor_get_size (x, 1), e_dim = self->config.e_dim;

  x = tl_matmul (s, tl_mul (s, x, self->spread), self->axes);
  x = tl_permute (s, tl_add (s, x, self->center), TL_SHAPE (1, 2, 0));
  return tl_scope_leave (s, tl_reshape (s, x, TL_SHAPE (n, e_dim, height, width)));
}

/* x: [height width, n, channels] -> the same shape: what each cell sees of itself and its
 * neighbours. Cells come first, so all n are side by side as the channels of one picture, and
 * nothing has to be moved for it. */
static TlTensor *
look_around_at_once (TlScope *outer, TlTensor *x, TlTensor *weight, gint64 height)
{
  TlScope *s = tl_scope_enter (outer);
  gint64 n_cells = tl_tensor_get_size (x, 0), n = tl_tensor_get_size (x, 1);
  gint64 channels = tl_tensor_get_size (x, 2), all = n * channels;
  TlTensor *weights = tl_expand (s, tl_reshape (s, weight, TL_SHAPE (1, channels, AROUND, AROUND)),
                                 TL_SHAPE (n, channels, AROUND, AROUND));
  TlTensor *y = tl_reshape (s, x, TL_SHAPE (1, height, n_cells / height, all));

  y = tl_permute (s, y, TL_SHAPE (0, 3, 1, 2));
  y = tl_conv2d (s, y, tl_reshape (s, weights, TL_SHAPE (all, 1, AROUND, AROUND)), NULL, 1,
                 AROUND / 2, all);
  y = tl_permute (s, y, TL_SHAPE (0, 2, 3, 1));
  return tl_scope_leave (s, tl_reshape (s, y, TL_SHAPE (n_cells, n, channels)));
}

/* The same, as n pictures: graphics cards move memory faster than they gather a gradient from so
 * many channels. */
static TlTensor *
look_around_each (TlScope *outer, TlTensor *x, TlTensor *weight, gint64 height)
{
  TlScope *s = tl_scope_enter (outer);
  gint64 n_cells = tl_tensor_get_size (x, 0), n = tl_tensor_get_size (x, 1);
  gint64 channels = tl_tensor_get_size (x, 2);
  TlTensor *y = tl_contiguous (s, tl_permute (s, x, TL_SHAPE (1, 2, 0)));

  y = tl_reshape (s, y, TL_SHAPE (n, channels, height, n_cells / height));
  y = tl_conv2d (s, y, weight, NULL, 1, AROUND / 2, channels);
  y = tl_permute (s, tl_reshape (s, y, TL_SHAPE (n, channels, n_cells)), TL_SHAPE (2, 0, 1));
  return tl_scope_leave (s, tl_contiguous (s, y));
}

static TlTensor *
look_around (TlScope *s, TlTensor *x, TlTensor *weight, gint64 height)
{
  return tl_tensor_is_on_cpu (x) ? look_around_at_once (s, x, weight, height)
                                 : look_around_each (s, x, weight, height);
}

/* levels: [n], words: [n, words] -> [1, n, width], of about 1 */
static TlTensor *
hear (TlScope *outer, TlDenoiser *self, TlTensor *levels, TlTensor *words)
{
  TlScope *s = tl_scope_enter (outer);
  const gdouble length = sqrt ((gdouble) self->config.words); /* of numbers of about 1 */
  TlTensor *x = tl_reshape (s, words, TL_SHAPE (1, tl_tensor_get_size (words, 0), -1));

  x = linear (s, &self->words, tl_mul_scalar (s, x, length));
  x = tl_add (s, x, linear (s, &self->level, describe_levels (s, levels)));
  x = tl_add (s, x, linear (s, &self->both, tl_silu (s, x)));
  return tl_scope_leave (s, tl_layer_norm (s, x, self->told.weight, self->told.bias, EPSILON));
}

/* x: [height width, n, width], told: [1, n, width] -> as x */
static TlTensor *
run_block (TlScope *outer, TlDenoiser *self, guint which, TlTensor *x, TlTensor *told,
           gint64 height)
{
  const Block *block = &self->blocks[which];
  const gint64 width = self->config.width;
  TlScope *s = tl_scope_enter (outer);
  TlTensor *change = tl_mul_scalar (s, linear (s, &block->told, told), LOUDNESS);
  TlTensor *factor = tl_add_scalar (s, tl_narrow (s, change, 2, 0, width), 1);
  TlTensor *shift = tl_narrow (s, change, 2, width, width);

  x = tl_add (s, x, look_around (s, x, block->near, height));
  x = tl_clip_block_forward_told (s, x, &self->transformer.blocks[which], factor, shift);
  return tl_scope_leave (s, x);
}

/* x: [height width, n, n_axes], of about 1 -> the same shape */
static TlTensor *
run (TlScope *outer, TlDenoiser *self, TlTensor *x, gint64 height, TlTensor *levels,
     TlTensor *words)
{
  TlScope *s = tl_scope_enter (outer);
  TlTensor *places = describe_places (s, height, tl_tensor_get_size (x, 0) / height);
  TlTensor *told = hear (s, self, levels, words);

  x = tl_add (s, linear (s, &self->in, x), linear (s, &self->place, places));
  for (guint i = 0; i < self->config.n_blocks; i++)
    x = run_block (s, self, i, x, told, height);
  x = tl_layer_norm (s, x, self->last.weight, self->last.bias, EPSILON);
  return tl_scope_leave (s, tl_to_dtype (s, linear (s, &self->out, x), TL_FLOAT32));
}

/* As run(), with guidance: the pictures for the words, and beside them those for none. */
static TlTensor *
ask (TlScope *outer, TlDenoiser *self, TlTensor *x, gint64 height, TlTensor *levels,
     const TlDenoiserWish *wish)
{
  gint64 n = tl_tensor_get_size (x, 1);
  TlTensor *words = wish->words, *none;
  TlScope *s;

  if (wish->guidance == 1)
    return run (outer, self, x, height, levels, words);
  s = tl_scope_enter (outer);
  words = tl_cat (s, (TlTensor *const[]){ words, tl_zeros_like (s, words) }, 2, 0);
  levels = tl_cat (s, (TlTensor *const[]){ levels, levels }, 2, 0);
  x = run (s, self, tl_cat (s, (TlTensor *const[]){ x, x }, 2, 1), height, levels, words);
  none = tl_narrow (s, x, 1, n, n);
  x = tl_sub (s, tl_narrow (s, x, 1, 0, n), none);
  return tl_scope_leave (s, tl_add (s, none, tl_mul_scalar (s, x, wish->guidance)));
}

/* Of a mixture (1 - t) z + t codes, both of the same spread, the best that a factor can make of
 * it is (1 - t) / ((1 - t)² + t²) of it, and what is left is t / sqrt ((1 - t)² + t²) of that
 * spread: only this is asked of the network (Karras et al. 2022, arXiv:2206.00364, section 5). */
TlTensor *
tl_denoiser_run (TlScope *outer, TlDenoiser *self, TlTensor *mixture, TlTensor *levels,
                 const TlDenoiserWish *wish)
{
  TlScope *s = tl_scope_enter (outer);
  gint64 height = tl_tensor_get_size (mixture, 2), width = tl_tensor_get_size (mixture, 3);
  TlTensor *t = tl_reshape (s, levels, TL_SHAPE (1, -1, 1));
  TlTensor *rest = tl_add_scalar (s, tl_mul_scalar (s, t, -1), 1);
  TlTensor *square = tl_add (s, tl_mul (s, t, t), tl_mul (s, rest, rest));
  TlTensor *root = tl_sqrt (s, square);
  TlTensor *x = tl_denoiser_project (s, self, mixture);
  TlTensor *missing = ask (s, self, tl_div (s, x, root), height, levels, wish);

  x = tl_add (s, tl_mul (s, x, tl_div (s, rest, square)), tl_mul (s, missing, tl_div (s, t, root)));
  return tl_scope_leave (s, go_back (s, self, x, height, width));
}

/* What is left of a mixture, behind which there is z, from one level down to the next. Had it been
 * z all the time, it would be on the line to it; it is another at each level, and goes on changing
 * as it did since @before (nullable), a step as long above. (A multistep method of second order
 * that is exact in the rest, as DPM-Solver++ is for gaussian noise: Lu et al. 2022,
 * arXiv:2211.01095.) */
static TlTensor *
descend (TlScope *outer, TlTensor *mixture, TlTensor *z, TlTensor *before, gdouble from, gdouble to)
{
  const gdouble further = 1 - to * log (from / to) / (from - to);
  TlScope *s = tl_scope_enter (outer);
  TlTensor *x = tl_add (s, z, tl_mul_scalar (s, tl_sub (s, mixture, z), to / from));

  if (before != NULL)
    x = tl_add (s, x, tl_mul_scalar (s, tl_sub (s, z, before), further));
  return tl_scope_leave (s, x);
}

TlTensor *
tl_denoiser_draw (TlScope *outer, TlDenoiser *self, TlTensor *mixture, const TlDenoiserWish *wish,
                  const TlDenoiserWay *way)
{
  const gdouble step = (way->first - way->last) / way->n_answers;
  TlScope *s = tl_scope_enter (outer);
  gint64 n = tl_tensor_get_size (mixture, 0);
  TlTensor *before = NULL, *z = NULL;

  for (guint i = 0; i < way->n_answers; i++)
    {
      gdouble level = way->first - i * step;
      TlTensor *levels = tl_to_like (s, tl_full (s, level, TL_SHAPE (n)), mixture);

      if (i > 0)
        mixture = descend (s, mixture, z, before, level + step, level);
      before = z;
      z = tl_denoiser_run (s, self, mixture, levels, wish);
    }
  return tl_scope_leave (s, z);
}
