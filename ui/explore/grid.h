/* grid.h - the cells of the candidates that are shown
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#pragma once

#include "core/session/run.h"

#include <gtk/gtk.h>

G_BEGIN_DECLS

/* (nullable): the cell of @run */
GtkFlowBoxChild *tl_grid_find (GtkFlowBox *grid, TlRun *run);
/* All cells go but those of @runs ((nullable)). */
void tl_grid_keep (GtkFlowBox *grid, GListModel *runs);
/* (transfer full) (element-type TlRun): as they stand */
GPtrArray *tl_grid_dup_runs (GtkFlowBox *grid);

G_END_DECLS
