/* model-row.h - which models the next run is computed with
 *
 * Shows the choice in force and offers another one: the starter, or files. It only asks: the action
 * app.use-models (vqgan, clip, vocabulary; "" for the starter's or for what is found) loads them,
 * and the choice in force stays until that has succeeded.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#pragma once

#include "ui/models/backend.h"

#include <gtk/gtk.h>

G_BEGIN_DECLS

#define TL_TYPE_MODEL_ROW (tl_model_row_get_type ())

G_DECLARE_FINAL_TYPE (TlModelRow, tl_model_row, TL, MODEL_ROW, GtkWidget)

/* @backend (nullable): in force; @is_loading: another one is being loaded */
void tl_model_row_set_backend (TlModelRow *self, TlBackend *backend, gboolean is_loading);

G_END_DECLS
