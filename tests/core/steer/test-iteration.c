/* test-iteration.c - the whole chain against generate.py's train(), from latent to latent
 *
 * First with z set to what the original had before each step, so that nothing accumulates; then
 * running freely from the start. Bounds: the reference's README, "How to compare".
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "config.h"
#include "core/clip/clip.h"
#include "core/steer/cutouts.h"
#include "core/steer/loss.h"
#include "core/steer/optimizer.h"
#include "core/vqgan/vqgan.h"
#include "tests/core/steer/golden.h"

#include <math.h>

#define CUT_SIZE 32
#define WIDTH 128
#define HEIGHT 96
#define N_STEPS 10
#define MAX_TERMS 4

static const TlBox boxes[] = { { 0, 0, 96 },   { 32, 0, 96 }, { 17, 23, 64 },
                               { 90, 60, 32 }, { 5, 41, 49 }, { 60, 3, 68 } };

typedef struct
{
  const char *mode;
  gboolean is_crop;
  gdouble init_weight;
  guint n_clauses;

  TlWeights *golden;
  TlVqgan *vqgan;
  TlClip *clip;
} Chain;

static const Chain chains[] = {
  { .mode = "crop", .is_crop = TRUE, .n_clauses = 4 },
  { .mode = "pool", .init_weight = 0.6, .n_clauses = 3 },
};

static gboolean
open_chain (Chain *chain)
{
  g_autoptr (TlWeights) vqgan_weights = NULL, clip_weights = NULL;
  g_autoptr (GError) error = NULL;
  TlVqganConfig vqgan;
  TlClipConfig clip;

  chain->golden = golden_open ("steering-a.golden.safetensors");
  if (chain->golden == NULL)
    return FALSE;

  vqgan_weights = golden_open ("vqgan-f16.ckpt");
  clip_weights = golden_open ("clip-vit.pt");
  tl_vqgan_config_infer (&vqgan, vqgan_weights, &error);
  g_assert_no_error (error);
  tl_clip_config_infer (&clip, clip_weights, &error);
  g_assert_no_error (error);
  chain->vqgan = tl_vqgan_load (&vqgan, vqgan_weights, TL_FLOAT32, (TlDevice){ 0 }, &error);
  g_assert_no_error (error);
  chain->clip = tl_clip_load (&clip, clip_weights, TL_FLOAT32, (TlDevice){ 0 }, &error);
  g_assert_no_error (error);
  return TRUE;
}

static void
close_chain (Chain *chain)
{
  tl_weights_unref (chain->golden);
  tl_vqgan_free (chain->vqgan);
  tl_clip_free (chain->clip);
}

static TlTensor *
row (TlScope *s, const Chain *chain, const char *what, gint64 index)
{
  return tl_narrow (s, golden_get (s, chain->golden, "%s.%s", chain->mode, what), 0, index, 1);
}

static TlTensor *
make_picture (TlScope *s, const Chain *chain, TlTensor *z)
{
  TlTensor *x = tl_vqgan_decode (s, chain->vqgan, tl_vqgan_quantize (s, chain->vqgan, z));

  return tl_clamp_with_grad (s, tl_mul_scalar (s, tl_add_scalar (s, x, 1), 0.5), 0, 1);
}

/* Adds @term to @loss and checks it against its column of the recorded step. */
static TlTensor *
add_term (TlScope *s, TlTensor *loss, TlTensor *term, const gfloat *expected)
{
  g_assert_cmpfloat_with_epsilon (tl_to_double (s, tl_detach (s, term)), *expected, 1e-4);
  return loss == NULL ? term : tl_add (s, loss, term);
}

/* -> the gradient on z before step @i */
static TlTensor *
evaluate (TlScope *s, const Chain *chain, TlTensor *z, gint64 i)
{
  gfloat expected[MAX_TERMS];
  const gfloat *column = expected;
  TlTensor *x, *gradient, *loss = NULL;

  g_assert_true (tl_to_floats (s, row (s, chain, "losses", i), expected,
                               chain->n_clauses + (chain->init_weight > 0 ? 1 : 0)));
  tl_scope_set_grad (s, TRUE);
  z = tl_leaf (s, z);
  x = make_picture (s, chain, z);
  x = chain->is_crop ? tl_cutouts_crop (s, x, boxes, G_N_ELEMENTS (boxes), CUT_SIZE)
                     : tl_cutouts_pool (s, x, CUT_SIZE);
  x = tl_clip_encode_image (s, chain->clip, x);
  if (chain->init_weight > 0)
    loss =
      add_term (s, loss, tl_loss_start (s, z, NULL, chain->init_weight, 2, (guint64) i), column++);
  for (guint k = 0; k < chain->n_clauses; k++)
    {
      TlTensor *embed = golden_get (s, chain->golden, "%s.prompt.%u.embed", chain->mode, k);
      gdouble weight = golden_number (chain->golden, "%s.prompt.%u.weight", chain->mode, k);
      gdouble stop = golden_number (chain->golden, "%s.prompt.%u.stop", chain->mode, k);

      loss = add_term (s, loss, tl_loss_clause (s, x, embed, weight, stop), column++);
    }
  gradient = tl_backward (s, loss, z);
  tl_scope_set_grad (s, FALSE);
  return gradient;
}

/* Of pixels in [0, 1]: what float32 decoders differ by from one instruction set to another. */
#define DECODER_ERROR 4e-6f

/* The two largest of a pooling cell: 3 rows of 4 pixels. */
static gfloat
margin (const gfloat *plane, gint64 cell_y, gint64 cell_x)
{
  gfloat first = 0, second = 0;

  for (gint64 y = 3 * cell_y; y < 3 * cell_y + 3; y++)
    for (gint64 x = 4 * cell_x; x < 4 * cell_x + 4; x++)
      {
        gfloat value = plane[y * WIDTH + x];

        second = MAX (second, MIN (first, value));
        first = MAX (first, value);
      }
  /* Equal pixels at the end of the scale are the same to everybody. */
  return first <= 0 || first >= 1 ? 1 : first - second;
}

/* Which of two pixels is the largest decides where the gradient goes. Where they are closer than a
 * float32 decoder is exact, the original's choice cannot be known. */
static gboolean
is_decided (TlScope *s, const Chain *chain, TlTensor *z)
{
  gfloat picture[3 * HEIGHT * WIDTH];

  if (chain->is_crop)
    return TRUE;

  g_assert_true (tl_to_floats (s, make_picture (s, chain, z), picture, G_N_ELEMENTS (picture)));
  for (gint64 i = 0; i < 3 * CUT_SIZE * CUT_SIZE; i++)
    if (margin (picture + i / (CUT_SIZE * CUT_SIZE) * HEIGHT * WIDTH, i / CUT_SIZE % CUT_SIZE,
                i % CUT_SIZE)
        < DECODER_ERROR)
      return FALSE;
  return TRUE;
}

static void
test_steps (gconstpointer data)
{
  Chain chain = *(const Chain *) data;
  guint n_decided = 0;

  if (!open_chain (&chain))
    return;

  for (gint64 i = 0; i < N_STEPS; i++)
    {
      TlScope *s = tl_scope_open (NULL);
      TlTensor *z =
        i == 0 ? golden_get (s, chain.golden, "%s.z0", chain.mode) : row (s, &chain, "z", i - 1);
      TlTensor *expected = row (s, &chain, "grads", i);
      TlTensor *gradient = evaluate (s, &chain, z, i);

      if (is_decided (s, &chain, z))
        {
          n_decided++;
          assert_near (s, gradient, expected, 1e-3 * largest (s, expected));
        }
      close_scope (s);
    }
  g_assert_cmpuint (n_decided, >=, N_STEPS - 3);
  close_chain (&chain);
}

/* Share of elements that are not within @tolerance of each other. */
static gdouble
share_apart (TlScope *s, TlTensor *a, TlTensor *b, gdouble tolerance)
{
  TlTensor *near = tl_less_scalar (s, tl_abs (s, tl_sub (s, a, b)), tolerance);

  return 1 - tl_to_double (s, tl_mean (s, tl_to_dtype (s, near, TL_FLOAT32), NULL, 0, FALSE));
}

static void
test_free_run (gconstpointer data)
{
  Chain chain = *(const Chain *) data;
  TlMoments moments = { 0 };
  TlScope *s;
  TlTensor *z;
  gint64 i = 0;

  if (!open_chain (&chain))
    return;

  s = tl_scope_open (NULL);
  z = golden_get (s, chain.golden, "%s.z0", chain.mode);
  while (i < N_STEPS && is_decided (s, &chain, z))
    {
      TlTensor *codes, *gradient = evaluate (s, &chain, z, i);
      TlMoments next;

      z = tl_optimizer_step (s, TL_OPTIMIZER_ADAM, 0.1, &moments, z, gradient, &next);
      tl_moments_clear (&moments);
      moments = next;
      z = tl_maximum (s, z, tl_vqgan_get_z_min (chain.vqgan));
      z = tl_sweep (s, tl_minimum (s, z, tl_vqgan_get_z_max (chain.vqgan)));
      codes = tl_to_dtype (s, tl_vqgan_nearest (s, chain.vqgan, z), TL_FLOAT32);
      g_assert_cmpfloat (share_apart (s, codes, row (s, &chain, "codes", i), 0.5), ==, 0);
      g_assert_cmpfloat (share_apart (s, z, row (s, &chain, "z", i), 1e-3), <=, 0.005);
      i++;
    }
  g_assert_cmpint (i, >=, chain.is_crop ? N_STEPS : 5);
  if (i == N_STEPS)
    assert_near (s, make_picture (s, &chain, z),
                 golden_get (s, chain.golden, "%s.image_end", chain.mode), 1e-3);
  tl_moments_clear (&moments);
  close_scope (s);
  close_chain (&chain);
}

/* The image clause of the original, cut with the same boxes. */
static void
test_image_clause (void)
{
  Chain chain = chains[0];
  TlScope *s;
  TlTensor *cutouts;

  if (!open_chain (&chain))
    return;

  s = tl_scope_open (NULL);
  cutouts = tl_cutouts_crop (s, golden_get (s, chain.golden, "crop.image_prompt"), boxes,
                             G_N_ELEMENTS (boxes), CUT_SIZE);
  assert_near (s, tl_clip_encode_image (s, chain.clip, cutouts),
               golden_get (s, chain.golden, "crop.prompt.3.embed"), 1e-4);
  close_scope (s);
  close_chain (&chain);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  for (gsize i = 0; i < G_N_ELEMENTS (chains); i++)
    {
      g_autofree char *steps = g_strconcat ("/steer/iteration/each-step/", chains[i].mode, NULL);
      g_autofree char *run = g_strconcat ("/steer/iteration/free-run/", chains[i].mode, NULL);

      g_test_add_data_func (steps, &chains[i], test_steps);
      g_test_add_data_func (run, &chains[i], test_free_run);
    }
  g_test_add_func ("/steer/iteration/image-clause", test_image_clause);
  return g_test_run ();
}
