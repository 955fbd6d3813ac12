/* start.c - what a run began from, and the sizes it may have
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "config.h"
#include "core/session/steer.h"

struct _TlStart
{
  TlStartValues values;
};

G_DEFINE_BOXED_TYPE (TlStart, tl_start, tl_start_ref, tl_start_unref)

static void
clear (gpointer data)
{
  TlStart *self = data;

  g_clear_pointer (&self->values.image, tl_asset_unref);
}

TlStart *
tl_start_new (const TlStartValues *values)
{
  TlStart *self;

  g_return_val_if_fail (values->width >= TL_MIN_SIDE && values->width <= TL_MAX_SIDE, NULL);
  g_return_val_if_fail (values->height >= TL_MIN_SIDE && values->height <= TL_MAX_SIDE, NULL);

  self = g_atomic_rc_box_new (TlStart);
  self->values = *values;
  if (values->image != NULL)
    tl_asset_ref (values->image);
  return self;
}

TlStart *
tl_start_ref (TlStart *self)
{
  return g_atomic_rc_box_acquire (self);
}

void
tl_start_unref (TlStart *self)
{
  g_atomic_rc_box_release_full (self, clear);
}

const TlStartValues *
tl_start_get_values (TlStart *self)
{
  return &self->values;
}

guint
tl_snap_size (guint size, guint step)
{
  guint least, most, cells;

  g_return_val_if_fail (step > 0 && step <= TL_MAX_SIDE, size);

  least = (TL_MIN_SIDE + step - 1) / step;
  most = TL_MAX_SIDE / step;
  cells = (MIN (size, TL_MAX_SIDE) + step / 2) / step;
  return CLAMP (cells, least, most) * step;
}
