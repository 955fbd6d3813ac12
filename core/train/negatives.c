/* negatives.c - pictures as a VQGAN makes them, for a CLIP to learn from
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "config.h"
#include "core/train/negatives.h"

#include "core/base/random.h"
#include "core/train/attack.h"

#include <math.h>

#define STREAM_CODES 3
#define DAMAGED 0.3
#define MAX_DAMAGE 0.2
#define MAX_BLOCK 4

/* Of spoilt scenes: those that are spoilt code by code, not by blocks of 2 x 2; those whose codes
 * are exchanged with each other, not for any; the least share that is. */
#define SCATTERED 0.4
#define EXCHANGED 0.5
#define MIN_SPOILT 0.1

/* --- attacked latents --- */

typedef struct
{
  const TlNegatives *negatives;
  gdouble length; /* of a latent */
} Lead;

/* z: latents of length 1 about -> pictures in [0, 1], of the nearest codes */
static TlTensor *
decode_latents (TlScope *s, const Lead *lead, TlTensor *z)
{
  TlVqgan *vqgan = lead->negatives->vqgan;
  TlTensor *x = tl_vqgan_quantize (s, vqgan, tl_mul_scalar (s, z, lead->length));

  x = tl_vqgan_decode (s, vqgan, x);
  return tl_clamp_with_grad (s, tl_vqgan_to_picture (s, x), 0, 1);
}

/* A TlBlockFunc of a Lead. */
static TlTensor *
lead_loss (TlScope *s, TlTensor *z, gconstpointer data)
{
  const Lead *lead = data;
  TlTensor *x = decode_latents (s, lead, z);

  return tl_mul_scalar (s, lead->negatives->match (s, x, lead->negatives->match_data), -1);
}

/* z: latents of codes -> pictures of latents near by, which match less */
static TlTensor *
lead (TlScope *outer, const TlNegatives *self, TlTensor *z)
{
  TlScope *s = tl_scope_enter (outer);
  gint64 n = tl_tensor_get_size (z, 0);
  TlTensor *length = tl_norm (s, tl_reshape (s, z, TL_SHAPE (n, -1)), 1);
  const Lead how = { .negatives = self,
                     .length = tl_to_double (s, tl_mean (s, length, NULL, 0, FALSE)) };
  const TlAttack attack = {
    .seed = self->seed, .step = self->step, .radius = self->radius, .n_moves = self->n_attack_moves
  };

  if (tl_scope_has_failed (s))
    return tl_scope_leave (s, NULL);
  z = tl_mul_scalar (s, z, 1 / MAX (how.length, G_MINFLOAT));
  z = tl_attack_apply (s, &attack, z, lead_loss, &how);
  return tl_scope_leave (s, decode_latents (s, &how, z));
}

/* --- from codes --- */

/* [n, e_dim, h, w] */
static TlTensor *
look_up (TlScope *s, const TlNegatives *self, const gint64 *codes, const gint64 *shape)
{
  TlTensor *indices = tl_to_device (s, tl_from_int64s (s, codes, shape, 3), self->device);

  return tl_vqgan_lookup (s, self->vqgan, indices);
}

/* codes: [n, h, w] -> their pictures [n, 3, h f, w f] in [0, 1] */
static TlTensor *
decode (TlScope *s, const TlNegatives *self, const gint64 *codes, const gint64 *shape)
{
  TlTensor *x = tl_vqgan_decode (s, self->vqgan, look_up (s, self, codes, shape));

  return tl_clamp (s, tl_vqgan_to_picture (s, x), 0, 1);
}

static void
damage (gint64 *codes, gsize n, guint n_codes, TlRandom *random)
{
  gdouble share =
    tl_random_uniform (random) < DAMAGED ? tl_random_range (random, 0, MAX_DAMAGE) : 0;

  for (gsize i = 0; i < n; i++)
    if (tl_random_uniform (random) < share)
      codes[i] = tl_random_below (random, n_codes);
}

/* Codes of pictures. */
typedef struct
{
  gint64 *codes;
  gint64 shape[3]; /* n, h, w */
} Grids;

static void
grids_clear (Grids *self)
{
  g_free (self->codes);
}

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Grids, grids_clear)

static gsize
count_cells (const Grids *self)
{
  return (gsize) (self->shape[1] * self->shape[2]);
}

/* x: [n, 3, h, w] in [0, 1] */
static gboolean
encode (TlScope *outer, const TlNegatives *self, TlTensor *x, Grids *grids)
{
  TlScope *s = tl_scope_enter (outer);
  TlTensor *z = tl_vqgan_encode (s, self->vqgan, tl_vqgan_from_picture (s, x));
  gsize n;

  grids->shape[0] = tl_tensor_get_size (z, 0);
  grids->shape[1] = tl_tensor_get_size (z, 2);
  grids->shape[2] = tl_tensor_get_size (z, 3);
  n = (gsize) grids->shape[0] * count_cells (grids);
  grids->codes = g_new0 (gint64, n);
  tl_to_int64s (s, tl_vqgan_encode_indices (s, self->vqgan, z), grids->codes, n);
  tl_scope_leave (s, NULL);
  return !tl_scope_has_failed (outer);
}

/* -> [n, 3, h, w]: pictures of @grids, rebuilt */
static TlTensor *
rebuild (TlScope *s, const TlNegatives *self, const Grids *grids, TlRandom *random)
{
  const guint n_codes = tl_vqgan_get_config (self->vqgan)->n_codes;
  gsize each = count_cells (grids);
  g_autofree gint64 *codes = g_memdup2 (grids->codes, grids->shape[0] * each * sizeof *codes);

  for (gint64 i = 0; i < grids->shape[0]; i++)
    damage (codes + (gsize) i * each, each, n_codes, random);
  if (self->radius > 0)
    return lead (s, self, look_up (s, self, codes, grids->shape));
  return decode (s, self, codes, grids->shape);
}

/* Codes as blocks of a grid; what does not fill a block is none of them. */
typedef struct
{
  gint64 *codes;
  gint64 width, block, columns;
} Blocks;

/* Code (@x, @y) of block @i */
static gint64 *
code_at (const Blocks *self, gint64 i, gint64 x, gint64 y)
{
  gint64 row = i / self->columns * self->block + y, column = i % self->columns * self->block + x;

  return &self->codes[row * self->width + column];
}

static void
swap_blocks (const Blocks *self, gint64 a, gint64 b)
{
  for (gint64 y = 0; y < self->block; y++)
    for (gint64 x = 0; x < self->block; x++)
      {
        gint64 *p = code_at (self, a, x, y), *q = code_at (self, b, x, y), code = *p;

        *p = *q;
        *q = code;
      }
}

static void
fill_block (const Blocks *self, gint64 i, guint n_codes, TlRandom *random)
{
  for (gint64 y = 0; y < self->block; y++)
    for (gint64 x = 0; x < self->block; x++)
      *code_at (self, i, x, y) = tl_random_below (random, n_codes);
}

/* A share of the blocks, from a tenth to all, gets other codes or each other's. */
static void
spoil (gint64 *codes, gint64 height, gint64 width, guint n_codes, TlRandom *random)
{
  const gint64 block = tl_random_uniform (random) < SCATTERED ? 1 : 2;
  const Blocks blocks = { codes, width, block, width / block };
  const gboolean is_exchange = tl_random_uniform (random) < EXCHANGED;
  gint64 n = blocks.columns * (height / block), n_spoilt;
  g_autofree gint64 *order = g_new (gint64, n);

  n_spoilt = MAX (2, llround (tl_random_range (random, MIN_SPOILT, 1) * n));
  for (gint64 i = 0; i < n; i++)
    order[i] = i;
  for (gint64 i = 0; i < MIN (n_spoilt, n); i++)
    {
      gint64 other = i + tl_random_below (random, (guint) (n - i)), chosen = order[other];

      order[other] = order[i];
      order[i] = chosen;
      if (!is_exchange)
        fill_block (&blocks, chosen, n_codes, random);
      else if (i > 0)
        swap_blocks (&blocks, chosen, order[i - 1]);
    }
}

/* The first n_spoilt of @grids */
static TlTensor *
make_spoilt (TlScope *s, const TlNegatives *self, const Grids *grids, TlRandom *random)
{
  const guint n_codes = tl_vqgan_get_config (self->vqgan)->n_codes;
  const gint64 shape[] = { self->n_spoilt, grids->shape[1], grids->shape[2] };
  gsize each = count_cells (grids);
  g_autofree gint64 *codes = g_memdup2 (grids->codes, self->n_spoilt * each * sizeof *codes);

  for (guint i = 0; i < self->n_spoilt; i++)
    spoil (codes + i * each, shape[1], shape[2], n_codes, random);
  return decode (s, self, codes, shape);
}

static void
fill_blocks (gint64 *codes, gint64 height, gint64 width, guint n_codes, TlRandom *random)
{
  gint64 block = 1 + tl_random_below (random, MAX_BLOCK);

  for (gint64 y = 0; y < height; y++)
    for (gint64 x = 0; x < width; x++)
      if (y % block != 0)
        codes[y * width + x] = codes[(y - 1) * width + x];
      else if (x % block != 0)
        codes[y * width + x] = codes[y * width + x - 1];
      else
        codes[y * width + x] = tl_random_below (random, n_codes);
}

/* -> [n_garbage, 3, h, w] of the size of @like */
static TlTensor *
make_garbage (TlScope *outer, const TlNegatives *self, TlTensor *like, TlRandom *random)
{
  const TlVqganConfig *config = tl_vqgan_get_config (self->vqgan);
  const gint64 shape[] = { self->n_garbage, tl_tensor_get_size (like, 2) / config->downscale,
                           tl_tensor_get_size (like, 3) / config->downscale };
  gsize each = (gsize) (shape[1] * shape[2]);
  g_autofree gint64 *codes = g_new (gint64, self->n_garbage * each);
  TlScope *s = tl_scope_enter (outer);

  for (guint i = 0; i < self->n_garbage; i++)
    fill_blocks (codes + i * each, shape[1], shape[2], config->n_codes, random);
  return tl_scope_leave (s, decode (s, self, codes, shape));
}

TlTensor *
tl_negatives_apply (TlScope *outer, const TlNegatives *self, TlTensor *x)
{
  gint64 n = tl_tensor_get_size (x, 0), n_rebuilt = MIN (self->n_rebuilt, n);
  g_auto (Grids) grids = { 0 };
  TlTensor *parts[4];
  guint n_parts = 0;
  TlRandom random;
  TlScope *s;

  g_return_val_if_fail (self->n_spoilt <= n_rebuilt, NULL);

  s = tl_scope_enter (outer);
  tl_scope_set_grad (s, FALSE);
  tl_random_init (&random, self->seed, self->step, TL_PURPOSE_TRAINING, STREAM_CODES);
  if (n_rebuilt > 0 && !encode (s, self, tl_narrow (s, x, 0, 0, n_rebuilt), &grids))
    return tl_scope_leave (s, NULL);
  if (n_rebuilt > 0)
    parts[n_parts++] = tl_to_like (s, rebuild (s, self, &grids, &random), x);
  if (n_rebuilt < n)
    parts[n_parts++] = tl_narrow (s, x, 0, n_rebuilt, n - n_rebuilt);
  if (self->n_garbage > 0)
    parts[n_parts++] = tl_to_like (s, make_garbage (s, self, x, &random), x);
  if (self->n_spoilt > 0)
    parts[n_parts++] = tl_to_like (s, make_spoilt (s, self, &grids, &random), x);
  return tl_scope_leave (s, tl_cat (s, parts, n_parts, 0));
}
