/* recolour.c - other colours for the same forms
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "config.h"
#include "core/steer/recolour.h"

#include "core/steer/palette.h"

#define N_LOOKS 8

/* How far the colours go after each look: the root of the mean square over channels. */
#define STEP 0.05

/* How light red, green and blue are, as pictures store them (luma of ITU-R BT.601). */
static const gfloat lightness[] = { 0.299f, 0.587f, 0.114f };

/* x: [1, 3, n] -> as large, without what would make a pixel lighter or darker */
static TlTensor *
keep_chroma (TlScope *outer, TlTensor *x)
{
  TlScope *s = tl_scope_enter (outer);
  TlTensor *weights = tl_to_like (s, tl_from_floats (s, lightness, TL_SHAPE (1, 3, 1)), x);
  TlTensor *light = tl_sum (s, tl_mul (s, x, weights), (const gint64[]){ 1 }, 1, TRUE);

  return tl_scope_leave (s, tl_sub (s, x, light));
}

/* -> [1, TL_PALETTE_N, H * W] */
static TlTensor *
find_masks (TlScope *s, TlTensor *picture)
{
  const gint64 height = tl_tensor_get_size (picture, 2), width = tl_tensor_get_size (picture, 3);
  const gint64 n = height * width;
  g_autofree gfloat *pixels = g_new (gfloat, 3 * n);
  g_autofree gfloat *masks = g_new (gfloat, TL_PALETTE_N * n);

  if (!tl_to_floats (s, picture, pixels, (gsize) (3 * n)))
    return NULL;
  tl_palette_find (pixels, height, width, masks);
  return tl_to_like (s, tl_from_floats (s, masks, TL_SHAPE (1, TL_PALETTE_N, n)), picture);
}

/* -> [1, 3, TL_PALETTE_N]: where the loss on @picture falls. A large area has as much of a say as
 * its gradients add up to by chance, so that a small thing is heard too. */
static TlTensor *
find_way (TlScope *outer, const TlIteration *self, const GArray *targets, TlTensor *picture,
          TlTensor *masks)
{
  TlScope *s = tl_scope_enter (outer);
  TlTensor *x = tl_iteration_look (s, self, targets, picture);
  TlTensor *areas = tl_sum (s, masks, (const gint64[]){ 2 }, 1, FALSE);
  TlTensor *length;

  x = keep_chroma (s, tl_reshape (s, x, TL_SHAPE (1, 3, -1)));
  x = tl_matmul (s, x, tl_transpose (s, masks, 1, 2));
  areas = tl_reshape (s, tl_sqrt (s, areas), TL_SHAPE (1, 1, TL_PALETTE_N));
  x = tl_div (s, x, tl_add_scalar (s, areas, 1));
  length = tl_sqrt (s, tl_mean (s, tl_mul (s, x, x), NULL, 0, FALSE));
  x = tl_div (s, x, tl_add_scalar (s, length, G_MINFLOAT));
  return tl_scope_leave (s, tl_mul_scalar (s, x, -STEP));
}

TlTensor *
tl_recolour (TlScope *outer, const TlIteration *self, const GArray *targets, TlTensor *picture)
{
  TlIteration look = *self;
  TlScope *s = tl_scope_enter (outer);
  TlTensor *masks, *moved = NULL, *seen = picture;

  tl_scope_set_grad (s, FALSE);
  masks = targets->len > 0 ? find_masks (s, picture) : NULL;
  /* Each look has other cutouts: those of the iterations that follow. */
  for (guint i = 0; masks != NULL && i < N_LOOKS && !tl_scope_has_failed (s); i++)
    {
      TlTensor *way = find_way (s, &look, targets, seen, masks);

      moved = moved == NULL ? way : tl_add (s, moved, way);
      seen = tl_reshape (s, tl_matmul (s, moved, masks),
                         TL_SHAPE (1, 3, tl_tensor_get_size (picture, 2), -1));
      seen = tl_clamp (s, tl_add (s, picture, seen), 0, 1);
      look.iteration++;
    }
  return tl_scope_leave (s, seen);
}
