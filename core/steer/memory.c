/* memory.c - how much memory a run takes, said before it starts
 *
 * An iteration is largest at one of two places: when CLIP has looked at the cutouts, and holds what
 * its way back needs on top of what the decoder's needs; or on the decoder's way back, which
 * tl_vqgan_estimate() knows.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "config.h"
#include "core/steer/memory.h"

/* The program, libtorch's tables and code, other buffers: measured. */
#define PROGRAM_BYTES (380 * G_GUINT64_CONSTANT (1000000))
/* CLIP's cutouts at once hold about as much at most. */
#define CHUNK_BYTES (1280 * G_GUINT64_CONSTANT (1000000))
/* Copies of the cutouts that augmentations keep for their way back: measured with the longest list
 * of the defaults. */
#define CUTOUT_COPIES 11
/* Left to the system and other programs when the run could do with less. */
#define COMFORT(available) ((available) / 4 * 3)
/* Of a large machine no more than it takes up to here is asked for, or a third of all. */
#define ENOUGH (6 * G_GUINT64_CONSTANT (1000000000))

/* --- CLIP --- */

static guint64
count_tokens (const TlClipConfig *clip)
{
  guint64 grid = clip->resolution / clip->patch;

  return 1 + grid * grid;
}

/* Numbers that a ViT keeps of one cutout: of each layer both layer norms' inputs, queries, keys,
 * values, attention and the wide layer. */
static guint64
count_kept_vit (const TlClipConfig *clip)
{
  guint64 tokens = count_tokens (clip);

  return clip->n_layers * (9 * tokens * clip->width + clip->n_heads * tokens * tokens)
         + 4 * tokens * clip->width;
}

/* Numbers that a ResNet keeps of one cutout: the results of its rectifiers, and pooled ones. */
static guint64
count_kept_resnet (const TlClipConfig *clip)
{
  guint64 side = clip->resolution / 2;
  guint64 kept = 3 * side * side * clip->width;

  for (guint i = 0; i < G_N_ELEMENTS (clip->stages); i++)
    {
      guint64 planes = (guint64) clip->width << i;

      side /= 2;
      kept += clip->stages[i] * 8 * planes * side * side;
    }
  return kept;
}

static guint64
count_kept (const TlClipConfig *clip)
{
  return clip->is_resnet ? count_kept_resnet (clip) : count_kept_vit (clip);
}

gint64
tl_memory_get_chunk (const TlClipConfig *clip)
{
  guint64 each = count_kept (clip) * sizeof (gfloat);

  return (gint64) CLAMP (CHUNK_BYTES / MAX (each, 1), 1, 4096);
}

static guint64
count_weights_tower (guint64 width, guint64 n_layers)
{
  return n_layers * 12 * width * width;
}

/* Both towers. The picture tower of a ResNet is 26 numbers per square of its width and block, as
 * near as it matters. */
static guint64
count_weights (const TlClipConfig *clip)
{
  guint64 text = count_weights_tower (clip->text_width, clip->text_layers)
                 + (guint64) clip->n_tokens * clip->text_width;
  guint64 picture = 0;

  if (!clip->is_resnet)
    return text + count_weights_tower (clip->width, clip->n_layers)
           + 3 * (guint64) clip->patch * clip->patch * clip->width;
  for (guint i = 0; i < G_N_ELEMENTS (clip->stages); i++)
    picture += clip->stages[i] * 26 * ((guint64) clip->width << i) * ((guint64) clip->width << i);
  return text + picture;
}

/* Products for one cutout: patches and layers, and queries with keys with values. */
static void
count_products_vit (const TlClipConfig *clip, gdouble *linear, gdouble *attention)
{
  gdouble tokens = (gdouble) count_tokens (clip), width = clip->width;

  *linear = (tokens - 1) * 3 * clip->patch * clip->patch * width
            + clip->n_layers * tokens * 12 * width * width + width * clip->embed_dim;
  *attention = clip->n_layers * 2 * tokens * tokens * width;
}

/* The first block of a stage but the first works on pictures of the side before it, up to its
 * pooling. */
static gdouble
count_products_stage (gdouble n_blocks, gdouble in, gdouble planes, gdouble before, gdouble side)
{
  gdouble inner = planes * planes * (9 + 4), outer = 4 * planes;
  gdouble first =
    before * before * (in * planes + 9 * planes * planes) + side * side * outer * (planes + in);

  return first + (n_blocks - 1) * side * side * (outer * planes + inner);
}

/* Likewise of a ResNet: its stem, stages, and the attention that pools, of one query. */
static void
count_products_resnet (const TlClipConfig *clip, gdouble *linear, gdouble *attention)
{
  gdouble half = clip->resolution / 2, width = clip->width, in = width, side = half / 2, tokens;

  *linear = half * half * 9 * width / 2 * (3 + width / 2 + width);
  for (guint i = 0; i < G_N_ELEMENTS (clip->stages); i++)
    {
      gdouble before = side, planes = clip->width << i;

      side = i == 0 ? side : side / 2;
      *linear += count_products_stage (clip->stages[i], in, planes, before, side);
      in = 4 * planes;
    }
  tokens = side * side + 1;
  *linear += (2 * tokens + 1) * in * in + in * clip->embed_dim;
  *attention = 2 * tokens * in;
}

void
tl_memory_count_clip (const TlClipConfig *clip, guint n, gdouble *forward, gdouble *backward)
{
  gdouble linear, attention;

  if (clip->is_resnet)
    count_products_resnet (clip, &linear, &attention);
  else
    count_products_vit (clip, &linear, &attention);
  *forward = 2.0 * n * (linear + attention);
  *backward = 2.0 * n * (linear + 2 * attention);
}

/* --- all together --- */

/* What an iteration holds besides the decoder's share. */
typedef struct
{
  guint64 models;
  guint64 cutouts; /* on the way back through them */
  guint64 looking; /* while CLIP looks at them */
} Rest;

static Rest
measure_rest (const TlMemoryQuestion *q, guint64 vqgan_weights)
{
  guint64 element = tl_dtype_size (q->dtype);
  guint64 plane = 3 * (guint64) q->clip->resolution * q->clip->resolution * sizeof (gfloat);
  guint64 at_once = MIN ((guint64) q->n_cutouts, (guint64) tl_memory_get_chunk (q->clip));
  guint64 cutouts = q->n_cutouts * plane * CUTOUT_COPIES;

  return (Rest){ .models = PROGRAM_BYTES + vqgan_weights + count_weights (q->clip) * element,
                 .cutouts = cutouts,
                 .looking = cutouts + at_once * count_kept (q->clip) * element };
}

static guint64
add_all (const Rest *rest, const TlVqganCost *decoder)
{
  return rest->models + MAX (decoder->held + rest->looking, decoder->peak);
}

void
tl_memory_estimate (const TlMemoryQuestion *q, TlMemoryEstimate *estimate)
{
  TlVqganCost fastest, least;
  Rest rest;

  tl_vqgan_estimate (q->vqgan, q->dtype, q->height, q->width, G_MAXUINT64, &fastest);
  tl_vqgan_estimate (q->vqgan, q->dtype, q->height, q->width, 0, &least);
  rest = measure_rest (q, fastest.weights);
  estimate->models = rest.models;
  estimate->fastest = add_all (&rest, &fastest);
  estimate->least = add_all (&rest, &least);
}

guint64
tl_memory_get_decoder_budget (const TlMemoryQuestion *q, guint64 budget)
{
  TlVqganCost cost;
  Rest rest;

  tl_vqgan_estimate (q->vqgan, q->dtype, q->height, q->width, G_MAXUINT64, &cost);
  rest = measure_rest (q, cost.weights);
  if (add_all (&rest, &cost) <= budget)
    return G_MAXUINT64;

  /* Where CLIP needs more than the decoder's way back, less may be held, not less at its peak. */
  budget -= MIN (budget, rest.models);
  return budget - MIN (budget, MAX (cost.held + rest.looking, cost.peak) - cost.peak);
}

guint64
tl_memory_get_available (TlDevice device)
{
  TlMemory memory = tl_device_get_memory (device);

  return memory.free == TL_BYTES_UNKNOWN ? TL_BYTES_UNKNOWN : memory.used + memory.free;
}

guint64
tl_memory_get_budget (guint64 available)
{
  if (available == TL_BYTES_UNKNOWN)
    return G_MAXUINT64;
  return MIN (COMFORT (available), MAX (ENOUGH, available / 3));
}

TlMemoryVerdict
tl_memory_judge (const TlMemoryEstimate *estimate, guint64 available)
{
  if (available == TL_BYTES_UNKNOWN)
    return TL_MEMORY_UNKNOWN;
  if (estimate->least > available)
    return TL_MEMORY_TOO_LARGE;
  return estimate->fastest > COMFORT (available) ? TL_MEMORY_TIGHT : TL_MEMORY_FITS;
}
