/* test-blocks.c - blocks against their definitions, written out in loops
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "config.h"
#include "core/vqgan/blocks.h"

#include "tests/core/vqgan/support.h"

#include <math.h>
#include <string.h>

static const TlDevice cpu = { TL_CPU, 0 };

static TlBlocks *
start (TlLoader **loader)
{
  *loader = tl_loader_new_random (7, TL_FLOAT32, cpu);
  return tl_blocks_new (*loader, 2);
}

static void
run (TlBlocks *blocks, const gfloat *in, const gint64 *shape, guint n_dims, gfloat *out, gsize n)
{
  TlScope *s = tl_scope_open (NULL);
  TlTensor *x = tl_channels_last (s, tl_from_floats (s, in, shape, n_dims));

  tl_to_floats (s, tl_blocks_run (s, blocks, x, G_MAXUINT64), out, n);
  test_close (s);
}

static void
read_floats (TlTensor *x, gfloat *out, gsize n)
{
  TlScope *s = tl_scope_open (NULL);

  tl_to_floats (s, x, out, n);
  test_close (s);
}

/* The same numbers as the block's own, by name. */
static void
read_conv (TlLoader *loader, const char *name, guint in, guint out, guint kernel, gfloat *weight,
           gfloat *bias)
{
  TlConv conv = { NULL };

  tl_loader_conv (loader, &conv, in, out, kernel, TRUE, "%s", name);
  read_floats (conv.weight, weight, out * in * kernel * kernel);
  read_floats (conv.bias, bias, out);
  tl_conv_clear (&conv);
}

static gdouble
at (const gfloat *x, guint c, gint row, gint column, gint height, gint width)
{
  return row < 0 || row >= height || column < 0 || column >= width
           ? 0
           : x[(c * height + row) * width + column];
}

/* Stride 2 from the upper left corner: what lies beyond the picture is below and to the right. */
static void
downsample_pads_below_and_right (void)
{
  enum
  {
    C = 2,
    H = 4,
    W = 6,
  };
  TlLoader *loader;
  g_autoptr (TlBlocks) blocks = start (&loader);
  gfloat x[C * H * W], y[C * H / 2 * W / 2], weight[C * C * 9], bias[C];

  for (guint i = 0; i < G_N_ELEMENTS (x); i++)
    x[i] = (gfloat) sin (i);
  tl_blocks_add_downsample (blocks, C, TRUE, "down");
  read_conv (loader, "down", C, C, 3, weight, bias);
  run (blocks, x, TL_SHAPE (1, C, H, W), y, G_N_ELEMENTS (y));

  for (gint o = 0; o < C; o++)
    for (gint row = 0; row < H / 2; row++)
      for (gint column = 0; column < W / 2; column++)
        {
          gdouble sum = bias[o];

          for (gint i = 0; i < C * 9; i++)
            sum +=
              weight[o * C * 9 + i] * at (x, i / 9, 2 * row + i % 9 / 3, 2 * column + i % 3, H, W);
          g_assert_cmpfloat_with_epsilon (y[(o * H / 2 + row) * W / 2 + column], sum, 1e-5);
        }
  tl_loader_free (loader);
}

static void
upsample_repeats_then_convolves (void)
{
  enum
  {
    C = 2,
    H = 3,
    W = 2,
  };
  TlLoader *loader;
  g_autoptr (TlBlocks) blocks = start (&loader);
  gfloat x[C * H * W], big[C * 2 * H * 2 * W], y[C * 2 * H * 2 * W], weight[C * C * 9], bias[C];

  for (guint i = 0; i < G_N_ELEMENTS (x); i++)
    x[i] = (gfloat) sin (i);
  for (guint i = 0; i < G_N_ELEMENTS (big); i++)
    big[i] = x[(i / (4 * H * W) * H + i / (2 * W) % (2 * H) / 2) * W + i % (2 * W) / 2];
  tl_blocks_add_upsample (blocks, C, TRUE, "up");
  read_conv (loader, "up", C, C, 3, weight, bias);
  run (blocks, x, TL_SHAPE (1, C, H, W), y, G_N_ELEMENTS (y));

  for (gint o = 0; o < C; o++)
    for (gint row = 0; row < 2 * H; row++)
      for (gint column = 0; column < 2 * W; column++)
        {
          gdouble sum = bias[o];

          for (gint i = 0; i < C * 9; i++)
            sum += weight[o * C * 9 + i]
                   * at (big, i / 9, row - 1 + i % 9 / 3, column - 1 + i % 3, 2 * H, 2 * W);
          g_assert_cmpfloat_with_epsilon (y[(o * 2 * H + row) * 2 * W + column], sum, 1e-5);
        }
  tl_loader_free (loader);
}

/* resamp_with_conv false: down averages, up repeats. */
static void
plain_resampling (void)
{
  static const gfloat x[] = { 1, 2, 5, 7, 3, 6, 1, 3 };
  static const gfloat smaller[] = { 3, 4 };
  static const gfloat again[] = { 3, 3, 4, 4, 3, 3, 4, 4 };
  TlLoader *loader;
  g_autoptr (TlBlocks) down = start (&loader);
  g_autoptr (TlBlocks) up = tl_blocks_new (loader, 2);
  gfloat y[8];

  tl_blocks_add_downsample (down, 1, FALSE, "down");
  run (down, x, TL_SHAPE (1, 1, 2, 4), y, 2);
  g_assert_cmpmem (y, sizeof smaller, smaller, sizeof smaller);

  tl_blocks_add_upsample (up, 1, FALSE, "up");
  run (up, smaller, TL_SHAPE (1, 1, 1, 2), y, 8);
  g_assert_cmpmem (y, sizeof y, again, sizeof again);
  tl_loader_free (loader);
}

enum
{
  CHANNELS = 4,
  GROUPS = 2,
  TOKENS = 6, /* 2 x 3 */
};

/* Two channels a group; random gains are 1 and offsets 0. */
static void
normalize_groups (const gfloat *x, gdouble *out)
{
  const guint n = CHANNELS / GROUPS * TOKENS;

  for (guint g = 0; g < GROUPS; g++)
    {
      gdouble sum = 0, squares = 0;

      for (guint i = g * n; i < (g + 1) * n; i++)
        {
          sum += x[i];
          squares += (gdouble) x[i] * x[i];
        }
      for (guint i = g * n; i < (g + 1) * n; i++)
        out[i] = (x[i] - sum / n) / sqrt (squares / n - sum / n * sum / n + 1e-6);
    }
}

/* 1 x 1; x and out: [channels][tokens] */
static void
project (TlLoader *loader, const char *name, const gdouble *x, gdouble *out)
{
  gfloat weight[CHANNELS * CHANNELS], bias[CHANNELS];

  read_conv (loader, name, CHANNELS, CHANNELS, 1, weight, bias);
  for (guint i = 0; i < CHANNELS * TOKENS; i++)
    {
      out[i] = bias[i / TOKENS];
      for (guint c = 0; c < CHANNELS; c++)
        out[i] += weight[i / TOKENS * CHANNELS + c] * x[c * TOKENS + i % TOKENS];
    }
}

/* What token @i gathers from all: softmax (q k / sqrt (c)) v */
static void
attend (const gdouble *q, const gdouble *k, const gdouble *v, guint i, gdouble *out)
{
  gdouble total = 0, scores[TOKENS];

  for (guint j = 0; j < TOKENS; j++)
    {
      gdouble dot = 0;

      for (guint c = 0; c < CHANNELS; c++)
        dot += q[c * TOKENS + i] * k[c * TOKENS + j];
      total += scores[j] = exp (dot / sqrt (CHANNELS));
    }
  for (guint c = 0; c < CHANNELS; c++)
    {
      out[c * TOKENS + i] = 0;
      for (guint j = 0; j < TOKENS; j++)
        out[c * TOKENS + i] += scores[j] / total * v[c * TOKENS + j];
    }
}

static void
attention_is_single_headed_over_all_places (void)
{
  TlLoader *loader;
  g_autoptr (TlBlocks) blocks = start (&loader);
  gfloat x[CHANNELS * TOKENS], y[CHANNELS * TOKENS];
  gdouble normed[CHANNELS * TOKENS], q[CHANNELS * TOKENS], k[CHANNELS * TOKENS],
    v[CHANNELS * TOKENS], gathered[CHANNELS * TOKENS], expected[CHANNELS * TOKENS];

  for (guint i = 0; i < G_N_ELEMENTS (x); i++)
    x[i] = (gfloat) (2 * sin (3 * i) + i % 5);
  tl_blocks_add_attn (blocks, CHANNELS, "attn");
  run (blocks, x, TL_SHAPE (1, CHANNELS, 2, 3), y, G_N_ELEMENTS (y));

  normalize_groups (x, normed);
  project (loader, "attn.q", normed, q);
  project (loader, "attn.k", normed, k);
  project (loader, "attn.v", normed, v);
  for (guint i = 0; i < TOKENS; i++)
    attend (q, k, v, i, gathered);
  project (loader, "attn.proj_out", gathered, expected);
  for (guint i = 0; i < G_N_ELEMENTS (y); i++)
    g_assert_cmpfloat_with_epsilon (y[i], x[i] + expected[i], 1e-5);
  tl_loader_free (loader);
}

/* A sequence of one block is that block, of two is one after the other; recomputing changes
 * nothing. */
static void
sequences_run_in_order (void)
{
  enum
  {
    N = 4 * 3 * 5
  };
  TlLoader *loader;
  g_autoptr (TlBlocks) first = start (&loader);
  g_autoptr (TlBlocks) second = tl_blocks_new (loader, 2);
  g_autoptr (TlBlocks) both = tl_blocks_new (loader, 2);
  gfloat x[N], y[N], z[2 * N], expected[2 * N];

  for (guint i = 0; i < N; i++)
    x[i] = (gfloat) cos (i);
  tl_blocks_add_attn (first, 4, "a");
  tl_blocks_add_res (second, 4, 8, "b");
  tl_blocks_add_attn (both, 4, "a");
  tl_blocks_add_res (both, 4, 8, "b");

  run (first, x, TL_SHAPE (1, 4, 3, 5), y, N);
  run (second, y, TL_SHAPE (1, 4, 3, 5), expected, 2 * N);
  run (both, x, TL_SHAPE (1, 4, 3, 5), z, 2 * N);
  g_assert_cmpmem (z, sizeof z, expected, sizeof expected);
  g_assert_cmpint (memcmp (z, x, sizeof x), !=, 0);
  tl_loader_free (loader);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/blocks/downsample/pads-below-and-right", downsample_pads_below_and_right);
  g_test_add_func ("/blocks/upsample/repeats-then-convolves", upsample_repeats_then_convolves);
  g_test_add_func ("/blocks/resample/plain", plain_resampling);
  g_test_add_func ("/blocks/attention/single-headed-over-all-places",
                   attention_is_single_headed_over_all_places);
  g_test_add_func ("/blocks/sequence/runs-in-order", sequences_run_in_order);
  return g_test_run ();
}
