/* seed-row.h - the seed: typed, diced, locked
 *
 * Unlocked, each run after the first draws a new seed and shows it; a seed that was typed or diced
 * is always used once. Typing one locks it.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#pragma once

#include <gtk/gtk.h>

G_BEGIN_DECLS

#define TL_TYPE_SEED_ROW (tl_seed_row_get_type ())

G_DECLARE_FINAL_TYPE (TlSeedRow, tl_seed_row, TL, SEED_ROW, GtkWidget)

/* Properties: seed (unsigned 64 bit), locked. */

/* The seed for a run that begins now. */
guint64 tl_seed_row_take (TlSeedRow *self);

guint64 tl_seed_row_get_seed (TlSeedRow *self);
/* Typed or diced, and nothing has begun with it yet. */
gboolean tl_seed_row_is_chosen (TlSeedRow *self);
void tl_seed_row_set_seed (TlSeedRow *self, guint64 seed);
gboolean tl_seed_row_get_locked (TlSeedRow *self);
void tl_seed_row_set_locked (TlSeedRow *self, gboolean locked);

G_END_DECLS
