/* apply.c - a list of augmentations, drawn and applied one after the other
 *
 * For each kind: draw a row for each cutout, then call the augmentation once for all of them.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "config.h"
#include "core/steer/draws.h"

typedef struct
{
  TlDraw draw;
  guint n;      /* cutouts */
  gboolean *on; /* which of them it is applied to */
} Batch;

static TlTensor *
apply_affine (TlScope *s, TlTensor *x, const Batch *batch)
{
  g_autofree TlAffine *rows = g_new0 (TlAffine, batch->n);

  for (guint i = 0; i < batch->n; i++)
    batch->on[i] = tl_draw_affine (&batch->draw, i, &rows[i]);
  return tl_augment_affine (s, x, batch->on, rows);
}

static TlTensor *
apply_perspective (TlScope *s, TlTensor *x, const Batch *batch)
{
  g_autofree TlQuad *rows = g_new0 (TlQuad, batch->n);

  for (guint i = 0; i < batch->n; i++)
    batch->on[i] = tl_draw_perspective (&batch->draw, i, &rows[i]);
  return tl_augment_perspective (s, x, batch->on, rows);
}

static TlTensor *
apply_rotation (TlScope *s, TlTensor *x, const Batch *batch)
{
  g_autofree gdouble *rows = g_new0 (gdouble, batch->n);

  for (guint i = 0; i < batch->n; i++)
    batch->on[i] = tl_draw_rotation (&batch->draw, i, &rows[i]);
  return tl_augment_rotate (s, x, batch->on, rows);
}

static TlTensor *
apply_elastic (TlScope *s, TlTensor *x, const Batch *batch)
{
  const gdouble *parameters = batch->draw.augment->parameters;
  TlElastic elastic = { .kernel = (guint) parameters[0],
                        .sigma = parameters[1],
                        .alpha = parameters[2] };
  gint64 each = 2 * batch->draw.size * batch->draw.size;
  g_autofree gfloat *noise = g_new0 (gfloat, batch->n * each);

  for (guint i = 0; i < batch->n; i++)
    batch->on[i] = tl_draw_elastic (&batch->draw, i, noise + i * each);
  return tl_augment_bend (s, x, batch->on, noise, &elastic);
}

static TlTensor *
apply_jitter (TlScope *s, TlTensor *x, const Batch *batch)
{
  g_autofree TlColourJitter *rows = g_new0 (TlColourJitter, batch->n);
  TlJitterStep order[4];

  tl_draw_jitter_order (&batch->draw, order);
  for (guint i = 0; i < batch->n; i++)
    batch->on[i] = tl_draw_jitter (&batch->draw, i, &rows[i]);
  return tl_augment_jitter (s, x, batch->on, rows, order, FALSE);
}

static TlTensor *
apply_sharpness (TlScope *s, TlTensor *x, const Batch *batch)
{
  g_autofree gfloat *rows = g_new0 (gfloat, batch->n);

  for (guint i = 0; i < batch->n; i++)
    batch->on[i] = tl_draw_sharpness (&batch->draw, i, &rows[i]);
  return tl_augment_sharpen (s, x, batch->on, rows);
}

static TlTensor *
apply_erasing (TlScope *s, TlTensor *x, const Batch *batch)
{
  g_autofree TlEraser *rows = g_new0 (TlEraser, batch->n);
  gboolean is_on = tl_draw_eraser (&batch->draw, &rows[0]);

  for (guint i = 0; i < batch->n; i++)
    {
      batch->on[i] = is_on;
      rows[i] = rows[0];
    }
  return is_on ? tl_augment_erase (s, x, batch->on, rows) : x;
}

static TlTensor *
apply_noise (TlScope *s, TlTensor *x, const Batch *batch)
{
  gint64 size = batch->draw.size;
  gint64 each = 3 * size * size;
  g_autofree gfloat *noise = g_new0 (gfloat, batch->n * each);
  TlTensor *added;

  for (guint i = 0; i < batch->n; i++)
    tl_draw_noise (&batch->draw, i, noise + i * each);
  added = tl_from_floats (s, noise, TL_SHAPE (batch->n, 3, size, size));
  return tl_add (s, x, tl_to_like (s, added, x));
}

static TlTensor *(*const appliers[TL_N_AUGMENTS]) (TlScope *, TlTensor *, const Batch *) = {
  [TL_AUGMENT_JITTER] = apply_jitter,           [TL_AUGMENT_AFFINE] = apply_affine,
  [TL_AUGMENT_PERSPECTIVE] = apply_perspective, [TL_AUGMENT_ERASING] = apply_erasing,
  [TL_AUGMENT_SHARPNESS] = apply_sharpness,     [TL_AUGMENT_NOISE] = apply_noise,
  [TL_AUGMENT_ROTATION] = apply_rotation,       [TL_AUGMENT_ELASTIC] = apply_elastic,
};

TlTensor *
tl_augment_all (TlScope *outer, TlTensor *x, const TlAugmentList *list, guint64 seed,
                guint64 iteration)
{
  TlScope *s;
  Batch batch = { .draw = { .seed = seed, .iteration = iteration } };
  g_autofree gboolean *on = NULL;

  if (tl_scope_has_failed (outer))
    return NULL;

  s = tl_scope_enter (outer);
  batch.n = (guint) tl_tensor_get_size (x, 0);
  batch.draw.size = tl_tensor_get_size (x, 2);
  batch.on = on = g_new0 (gboolean, batch.n);
  for (guint i = 0; i < list->n; i++)
    {
      batch.draw.augment = &list->items[i];
      if (tl_draw_get_probability (&list->items[i]) > 0)
        x = tl_sweep (s, appliers[list->items[i].kind](s, x, &batch));
    }

  return tl_scope_leave (s, x);
}
