/* test-transformer.c - blocks are pure, and see no further than they should
 *
 * What they compute is checked by the original's numbers in test-clip.c.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "config.h"
#include "core/clip/transformer.h"

#include "tests/core/clip/model.h"

#include <string.h>

#define WIDTH 32
#define TOKENS 6
#define N_VALUES (TOKENS * 2 * WIDTH)

static const TlDevice cpu = { TL_CPU, 0 };

static void
load (TlClipTransformer *self, gboolean is_causal, gboolean quick_gelu)
{
  const TlClipConfig config = { .quick_gelu = quick_gelu };
  const TlClipTransformerSizes sizes = {
    .width = WIDTH, .n_heads = 4, .n_blocks = 2, .is_causal = is_causal
  };
  g_autoptr (TlLoader) loader = tl_loader_new_random (3, TL_FLOAT32, cpu);
  TlClipLoad load_data = {
    .config = &config, .loader = loader, .scope = tl_scope_open (NULL), .dtype = TL_FLOAT32
  };

  memset (self, 0, sizeof *self);
  tl_clip_transformer_load (self, &load_data, &sizes, "transformer.");
  g_assert_true (tl_scope_close (load_data.scope, NULL));
  g_assert_true (tl_loader_finish (loader, NULL));
}

/* [TOKENS, 2, WIDTH] */
static TlTensor *
make_input (TlScope *s)
{
  TlTensor *x = tl_narrow (s, model_make_pictures (s, 1, 16), 1, 0, 2);

  x = tl_reshape (s, tl_narrow (s, x, 2, 0, 12), TL_SHAPE (TOKENS, 2, WIDTH));
  return tl_add_scalar (s, x, -0.5);
}

static gfloat *
get_gradient (TlTensor *(*forward) (TlScope *, const TlClipTransformer *, TlTensor *),
              const TlClipTransformer *transformer)
{
  TlScope *s = tl_scope_open (NULL);
  gfloat *values;
  TlTensor *leaf;

  tl_scope_set_grad (s, TRUE);
  leaf = tl_leaf (s, make_input (s));
  values = model_get_floats (
    s, tl_backward_from (s, forward (s, transformer, leaf), make_input (s), leaf));
  g_assert_true (tl_scope_close (s, NULL));
  return values;
}

static TlTensor *
forward_with_checkpoints (TlScope *s, const TlClipTransformer *transformer, TlTensor *x)
{
  for (guint i = 0; i < transformer->n_blocks; i++)
    x = tl_checkpoint (s, tl_clip_block_forward, x, &transformer->blocks[i]);
  return x;
}

static void
test_checkpoint (void)
{
  TlClipTransformer transformer;
  g_autofree gfloat *plain = NULL;
  g_autofree gfloat *again = NULL;

  load (&transformer, TRUE, TRUE);
  plain = get_gradient (tl_clip_transformer_forward, &transformer);
  again = get_gradient (forward_with_checkpoints, &transformer);
  g_assert_cmpmem (plain, N_VALUES * sizeof *plain, again, N_VALUES * sizeof *again);
  g_assert_cmpfloat (plain[0], !=, 0);
  tl_clip_transformer_clear (&transformer);
}

/* Which tokens change when the one in the middle does */
static void
check_reach (gboolean is_causal)
{
  TlClipTransformer transformer;
  TlScope *s = tl_scope_open (NULL);
  TlTensor *x = make_input (s);
  TlTensor *parts[3];
  g_autofree gfloat *before = NULL;
  g_autofree gfloat *after = NULL;

  load (&transformer, is_causal, FALSE);
  parts[0] = tl_narrow (s, x, 0, 0, 3);
  parts[1] = tl_mul_scalar (s, tl_narrow (s, x, 0, 3, 1), -1);
  parts[2] = tl_narrow (s, x, 0, 4, 2);
  before = model_get_floats (s, tl_clip_transformer_forward (s, &transformer, x));
  after =
    model_get_floats (s, tl_clip_transformer_forward (s, &transformer, tl_cat (s, parts, 3, 0)));
  g_assert_true (tl_scope_close (s, NULL));

  for (guint i = 0; i < N_VALUES; i++)
    {
      gboolean is_before = i / (2 * WIDTH) < 3;

      g_assert_true ((before[i] == after[i]) == (is_before && is_causal));
    }
  tl_clip_transformer_clear (&transformer);
}

static void
test_causal (void)
{
  check_reach (TRUE);
}

static void
test_not_causal (void)
{
  check_reach (FALSE);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/clip/transformer/computed-again-is-the-same", test_checkpoint);
  g_test_add_func ("/clip/transformer/causal-sees-no-later-token", test_causal);
  g_test_add_func ("/clip/transformer/others-see-all-tokens", test_not_causal);
  return g_test_run ();
}
