/* picture-actions.c - pictures that come into the window and go out of it
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "config.h"
#include "ui/window-private.h"

void
tl_window_update_picture_actions (TlWindow *self)
{
  gboolean has_frame = self->pictures != NULL && tl_steer_page_get_frame (self->page) != NULL;

  gtk_widget_action_set_enabled (GTK_WIDGET (self), "win.copy-picture", has_frame);
  gtk_widget_action_set_enabled (GTK_WIDGET (self), "win.export", has_frame);
}

static void
copy_picture_action (GtkWidget *widget, const char *name, GVariant *parameter)
{
  tl_pictures_copy (TL_WINDOW (widget)->pictures);
}

static void
copy_exported_action (GtkWidget *widget, const char *name, GVariant *parameter)
{
  tl_pictures_copy_exported (TL_WINDOW (widget)->pictures);
}

static void
paste_action (GtkWidget *widget, const char *name, GVariant *parameter)
{
  tl_pictures_paste (TL_WINDOW (widget)->pictures);
}

static void
show_file_action (GtkWidget *widget, const char *name, GVariant *parameter)
{
  tl_pictures_show_file (TL_WINDOW (widget)->pictures, g_variant_get_string (parameter, NULL));
}

/* All that it was made from is a run: it is made again, turn by turn. */
static void
replay (TlWindow *self, TlRecipe *recipe)
{
  const TlJournalEntry *first = tl_recipe_find_entry (recipe, 0);
  g_autoptr (GError) error = NULL;
  TlRun *run;

  run = tl_session_add_run (self->session, tl_recipe_get_start (recipe), first->steer, &error);
  if (run == NULL)
    {
      tl_window_show_error (self, error->message);
      return;
    }
  tl_work_pause_all (self->work);
  tl_session_set_selected (self->session, run);
  tl_work_begin (self->work, run, recipe);
  tl_work_set_focus (self->work, run);
  tl_window_show_view (self, "steer");
}

static void
add_known (GPtrArray *known, TlAsset *asset)
{
  if (asset != NULL && tl_asset_get_bytes (asset) != NULL)
    g_ptr_array_add (known, tl_asset_ref (asset));
}

static void
add_pictures_of (GPtrArray *known, TlRun *run)
{
  GArray *journal = tl_run_get_journal (run);

  add_known (known, tl_start_get_values (tl_run_get_start (run))->image);
  for (guint i = 0; i < journal->len; i++)
    {
      GPtrArray *assets = tl_steer_get_assets (g_array_index (journal, TlJournalEntry, i).steer);

      for (guint j = 0; j < assets->len; j++)
        add_known (known, assets->pdata[j]);
    }
}

/* (transfer full) (element-type TlAsset): perhaps the same ones more than once */
static GPtrArray *
dup_pictures_of_runs (TlWindow *self)
{
  GPtrArray *known = g_ptr_array_new_with_free_func ((GDestroyNotify) tl_asset_unref);
  GListModel *runs = tl_session_get_runs (self->session);

  for (guint i = 0; i < g_list_model_get_n_items (runs); i++)
    {
      g_autoptr (TlRun) run = g_list_model_get_item (runs, i);

      add_pictures_of (known, run);
    }
  return known;
}

static void
use_picture_action (GtkWidget *widget, const char *name, GVariant *parameter)
{
  TlWindow *self = TL_WINDOW (widget);
  const char *what = g_variant_get_string (parameter, NULL);
  g_autoptr (GPtrArray) known = dup_pictures_of_runs (self);

  tl_pictures_fill (self->pictures, known);
  if (!tl_pictures_use (self->pictures, what) || !g_str_equal (what, "all")
      || tl_pictures_get_recipe (self->pictures) == NULL)
    return;
  g_clear_pointer (&self->replayed, tl_recipe_unref);
  self->replayed = tl_recipe_ref (tl_pictures_get_recipe (self->pictures));
  gtk_widget_activate_action (widget, "win.replay", NULL);
}

/* An action, since it may have to wait; another picture may be offered meanwhile. */
static void
replay_action (GtkWidget *widget, const char *name, GVariant *parameter)
{
  TlWindow *self = TL_WINDOW (widget);
  g_autoptr (TlRecipe) recipe = NULL;

  if (self->replayed == NULL || tl_window_waits_for_models (self, name, NULL)
      || tl_window_waits_for_room (self, name, NULL))
    return;
  recipe = g_steal_pointer (&self->replayed);
  replay (self, recipe);
}

/* Asked for twice, it exports under the name that is there. */
static void
export_action (GtkWidget *widget, const char *name, GVariant *parameter)
{
  TlWindow *self = TL_WINDOW (widget);

  if (gtk_widget_get_visible (GTK_WIDGET (self->export_popover)))
    tl_export_popover_export (self->export_popover);
  else
    tl_export_popover_open (self->export_popover, tl_window_get_run (self),
                            tl_steer_page_get_frame (self->page));
}

void
tl_window_export_ended (TlWindow *self, gboolean is_written)
{
  if (!is_written && self->is_leaving)
    tl_window_stay (self);
  tl_window_release (self);
}

void
tl_window_install_picture_actions (GtkWidgetClass *class)
{
  gtk_widget_class_install_action (class, "win.copy-exported", NULL, copy_exported_action);
  gtk_widget_class_install_action (class, "win.copy-picture", NULL, copy_picture_action);
  gtk_widget_class_install_action (class, "win.export", NULL, export_action);
  gtk_widget_class_install_action (class, "win.paste", NULL, paste_action);
  gtk_widget_class_install_action (class, "win.replay", NULL, replay_action);
  gtk_widget_class_install_action (class, "win.show-file", "s", show_file_action);
  gtk_widget_class_install_action (class, "win.use-picture", "s", use_picture_action);
}
