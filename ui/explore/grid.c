/* grid.c - the cells of the candidates that are shown
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "config.h"
#include "ui/explore/grid.h"

#include "ui/explore/candidate.h"

static TlRun *
get_run (GtkWidget *cell)
{
  return tl_candidate_get_run (TL_CANDIDATE (cell));
}

GtkFlowBoxChild *
tl_grid_find (GtkFlowBox *grid, TlRun *run)
{
  for (GtkWidget *cell = gtk_widget_get_first_child (GTK_WIDGET (grid)); cell != NULL;
       cell = gtk_widget_get_next_sibling (cell))
    if (get_run (cell) == run)
      return GTK_FLOW_BOX_CHILD (cell);
  return NULL;
}

static gboolean
has_run (GListModel *runs, TlRun *wanted)
{
  for (guint i = 0; runs != NULL && i < g_list_model_get_n_items (runs); i++)
    {
      g_autoptr (TlRun) run = g_list_model_get_item (runs, i);

      if (run == wanted)
        return TRUE;
    }
  return FALSE;
}

void
tl_grid_keep (GtkFlowBox *grid, GListModel *runs)
{
  GtkWidget *cell = gtk_widget_get_first_child (GTK_WIDGET (grid));

  while (cell != NULL)
    {
      GtkWidget *next = gtk_widget_get_next_sibling (cell);

      if (!has_run (runs, get_run (cell)))
        gtk_flow_box_remove (grid, cell);
      cell = next;
    }
}

GPtrArray *
tl_grid_dup_runs (GtkFlowBox *grid)
{
  GPtrArray *runs = g_ptr_array_new_with_free_func (g_object_unref);
  GtkFlowBoxChild *cell;

  for (gint i = 0; (cell = gtk_flow_box_get_child_at_index (grid, i)) != NULL; i++)
    g_ptr_array_add (runs, g_object_ref (get_run (GTK_WIDGET (cell))));
  return runs;
}
