/* family-pane.c - the runs of a session as a tree, and the checkpoints of the selected one
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "config.h"
#include "ui/family/family-pane.h"

#include "ui/family/family-row.h"
#include "ui/run-keys.h"

#include <glib/gi18n-lib.h>

struct _TlFamilyPane
{
  GtkWidget parent_instance;

  TlSession *session;    /* (nullable) */
  gboolean is_following; /* the selection follows the session, not the other way round */
  TlRun *named;          /* (nullable): for which name and note are open */

  GtkCustomFilter *filter;
  GtkFilterListModel *picked;
  GtkSingleSelection *selection;
  GtkListView *list;
  GtkWidget *empty;
  GtkWidget *checkpoint_area;
  TlCheckpointBox *checkpoints;
  GtkPopover *name_popover;
  GtkEditable *name_entry;
  GtkTextBuffer *note;
};

G_DEFINE_FINAL_TYPE (TlFamilyPane, tl_family_pane, GTK_TYPE_WIDGET)

/* --- The tree -------------------------------------------------------------------------------- */

static gboolean
is_in_family (gpointer item, gpointer user_data)
{
  return tl_run_is_picked (item);
}

static GListModel *
create_children (gpointer item, gpointer user_data)
{
  return g_object_ref (tl_run_get_children (item));
}

static TlRun *
get_run (guint position, TlFamilyPane *self)
{
  g_autoptr (GtkTreeListRow) row = g_list_model_get_item (G_LIST_MODEL (self->selection), position);
  g_autoptr (TlRun) run = row != NULL ? gtk_tree_list_row_get_item (row) : NULL;

  return run;
}

static guint
find_run (TlFamilyPane *self, TlRun *run)
{
  guint n = g_list_model_get_n_items (G_LIST_MODEL (self->selection));

  for (guint i = 0; i < n; i++)
    if (get_run (i, self) == run)
      return i;
  return GTK_INVALID_LIST_POSITION;
}

/* From the root down: a row is there only when the one that it hangs from is open. */
static void
open_forebears (TlFamilyPane *self, TlRun *run)
{
  TlRun *parent = tl_run_get_parent (run);
  g_autoptr (GtkTreeListRow) row = NULL;
  guint position;

  if (parent == NULL)
    return;
  open_forebears (self, parent);
  position = find_run (self, parent);
  if (position == GTK_INVALID_LIST_POSITION)
    return;
  row = g_list_model_get_item (G_LIST_MODEL (self->selection), position);
  gtk_tree_list_row_set_expanded (row, TRUE);
}

static void
follow_session (TlFamilyPane *self)
{
  TlRun *run = tl_session_get_selected (self->session);
  guint position;

  if (run != NULL)
    open_forebears (self, run);
  position = run != NULL ? find_run (self, run) : GTK_INVALID_LIST_POSITION;
  self->is_following = TRUE;
  gtk_single_selection_set_selected (self->selection, position);
  self->is_following = FALSE;
  if (position != GTK_INVALID_LIST_POSITION)
    gtk_widget_activate_action (GTK_WIDGET (self->list), "list.scroll-to-item", "u", position);
  gtk_widget_set_visible (self->checkpoint_area, run != NULL);
  tl_checkpoint_box_set_run (self->checkpoints, self->session, run);
}

static void
selected_cb (TlFamilyPane *self)
{
  guint position = gtk_single_selection_get_selected (self->selection);

  if (self->is_following || self->session == NULL || position == GTK_INVALID_LIST_POSITION)
    return;
  tl_session_set_selected (self->session, get_run (position, self));
}

/* Rows that come and go move the selection; what is selected stays so. */
static void
rows_changed_cb (TlFamilyPane *self)
{
  guint n = g_list_model_get_n_items (G_LIST_MODEL (self->selection));
  TlRun *run = self->session != NULL ? tl_session_get_selected (self->session) : NULL;

  gtk_widget_set_visible (self->empty, n == 0);
  if (run != NULL && get_run (gtk_single_selection_get_selected (self->selection), self) != run)
    {
      self->is_following = TRUE;
      gtk_single_selection_set_selected (self->selection, find_run (self, run));
      self->is_following = FALSE;
    }
}

/* A run that nothing has left yet has nothing to unfold. */
static void
update_leaf (GtkTreeExpander *expander)
{
  GtkTreeListRow *row = gtk_tree_expander_get_list_row (expander);
  g_autoptr (TlRun) run = row != NULL ? gtk_tree_list_row_get_item (row) : NULL;

  if (run == NULL || g_list_model_get_n_items (tl_run_get_children (run)) > 0)
    gtk_widget_remove_css_class (GTK_WIDGET (expander), "leaf");
  else
    gtk_widget_add_css_class (GTK_WIDGET (expander), "leaf");
}

static void
setup_row_cb (GtkListItemFactory *factory, GtkListItem *item)
{
  GtkTreeExpander *expander = GTK_TREE_EXPANDER (gtk_tree_expander_new ());

  gtk_tree_expander_set_child (expander, g_object_new (TL_TYPE_FAMILY_ROW, NULL));
  gtk_list_item_set_child (item, GTK_WIDGET (expander));
}

static void
bind_row_cb (GtkListItemFactory *factory, GtkListItem *item, TlFamilyPane *self)
{
  GtkTreeExpander *expander = GTK_TREE_EXPANDER (gtk_list_item_get_child (item));
  GtkTreeListRow *row = gtk_list_item_get_item (item);
  g_autoptr (TlRun) run = gtk_tree_list_row_get_item (row);

  gtk_tree_expander_set_list_row (expander, row);
  tl_family_row_set_run (TL_FAMILY_ROW (gtk_tree_expander_get_child (expander)), self->session,
                         run);
  g_signal_connect_object (tl_run_get_children (run), "items-changed", G_CALLBACK (update_leaf),
                           expander, G_CONNECT_SWAPPED);
  update_leaf (expander);
}

static void
unbind_row_cb (GtkListItemFactory *factory, GtkListItem *item)
{
  GtkTreeExpander *expander = GTK_TREE_EXPANDER (gtk_list_item_get_child (item));
  GtkTreeListRow *row = gtk_list_item_get_item (item);
  g_autoptr (TlRun) run = row != NULL ? gtk_tree_list_row_get_item (row) : NULL;

  if (run != NULL)
    g_signal_handlers_disconnect_by_data (tl_run_get_children (run), expander);
  gtk_tree_expander_set_list_row (expander, NULL);
  tl_family_row_set_run (TL_FAMILY_ROW (gtk_tree_expander_get_child (expander)), NULL, NULL);
}

static void
activated_cb (GtkListView *list, guint position, TlFamilyPane *self)
{
  gtk_widget_activate_action (GTK_WIDGET (self), "win.show-view", "s", "steer");
}

/* --- Name and note --------------------------------------------------------------------------- */

static void
name_run_cb (TlFamilyPane *self)
{
  gtk_popover_popdown (self->name_popover);
}

static void
name_closed_cb (TlFamilyPane *self)
{
  g_autoptr (TlRun) run = g_steal_pointer (&self->named);
  g_autofree char *name = g_strstrip (g_strdup (gtk_editable_get_text (self->name_entry)));
  g_autofree char *note = NULL;
  GtkTextIter start, end;

  if (run == NULL)
    return;
  gtk_text_buffer_get_bounds (self->note, &start, &end);
  note = g_strstrip (gtk_text_buffer_get_text (self->note, &start, &end, FALSE));
  tl_run_set_name (run, *name != '\0' ? name : NULL);
  tl_run_set_note (run, *note != '\0' ? note : NULL);
}

/* --- GObject --------------------------------------------------------------------------------- */

static void
tl_family_pane_dispose (GObject *object)
{
  TlFamilyPane *self = TL_FAMILY_PANE (object);
  GtkWidget *child;

  if (self->session != NULL)
    g_signal_handlers_disconnect_by_data (self->session, self);
  g_clear_object (&self->session);
  g_clear_object (&self->named);
  if (self->name_popover != NULL)
    gtk_widget_unparent (GTK_WIDGET (g_steal_pointer (&self->name_popover)));
  while ((child = gtk_widget_get_first_child (GTK_WIDGET (object))) != NULL)
    gtk_widget_unparent (child);
  g_clear_object (&self->picked);
  g_clear_object (&self->filter);

  G_OBJECT_CLASS (tl_family_pane_parent_class)->dispose (object);
}

static void
tl_family_pane_class_init (TlFamilyPaneClass *class)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (class);

  G_OBJECT_CLASS (class)->dispose = tl_family_pane_dispose;
  g_type_ensure (TL_TYPE_CHECKPOINT_BOX);
  tl_run_keys_add (widget_class);
  gtk_widget_class_set_layout_manager_type (widget_class, GTK_TYPE_BIN_LAYOUT);
  gtk_widget_class_set_template_from_resource (widget_class,
                                               "/org/tiller/Tiller/ui/family/family-pane.ui");
  gtk_widget_class_bind_template_child (widget_class, TlFamilyPane, checkpoint_area);
  gtk_widget_class_bind_template_child (widget_class, TlFamilyPane, checkpoints);
  gtk_widget_class_bind_template_child (widget_class, TlFamilyPane, empty);
  gtk_widget_class_bind_template_child (widget_class, TlFamilyPane, list);
  gtk_widget_class_bind_template_child (widget_class, TlFamilyPane, name_entry);
  gtk_widget_class_bind_template_child (widget_class, TlFamilyPane, name_popover);
  gtk_widget_class_bind_template_child (widget_class, TlFamilyPane, note);
  gtk_widget_class_bind_template_child (widget_class, TlFamilyPane, selection);
  gtk_widget_class_bind_template_callback (widget_class, activated_cb);
  gtk_widget_class_bind_template_callback (widget_class, bind_row_cb);
  gtk_widget_class_bind_template_callback (widget_class, name_closed_cb);
  gtk_widget_class_bind_template_callback (widget_class, name_run_cb);
  gtk_widget_class_bind_template_callback (widget_class, selected_cb);
  gtk_widget_class_bind_template_callback (widget_class, setup_row_cb);
  gtk_widget_class_bind_template_callback (widget_class, unbind_row_cb);
}

static void
tl_family_pane_init (TlFamilyPane *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
  gtk_widget_set_parent (GTK_WIDGET (self->name_popover), GTK_WIDGET (self->checkpoints));
}

/* --- Public ---------------------------------------------------------------------------------- */

void
tl_family_pane_set_session (TlFamilyPane *self, TlSession *session)
{
  g_autoptr (GtkTreeListModel) tree = NULL;

  if (self->session != NULL)
    g_signal_handlers_disconnect_by_data (self->session, self);
  g_set_object (&self->session, session);
  g_clear_object (&self->picked);
  g_clear_object (&self->filter);
  self->filter = gtk_custom_filter_new (is_in_family, NULL, NULL);
  self->picked = gtk_filter_list_model_new (g_object_ref (G_LIST_MODEL (session)),
                                            GTK_FILTER (g_object_ref (self->filter)));
  tree = gtk_tree_list_model_new (g_object_ref (G_LIST_MODEL (self->picked)), FALSE, TRUE,
                                  create_children, NULL, NULL);
  g_signal_connect_object (tree, "items-changed", G_CALLBACK (rows_changed_cb), self,
                           G_CONNECT_SWAPPED | G_CONNECT_AFTER);
  self->is_following = TRUE;
  gtk_single_selection_set_model (self->selection, G_LIST_MODEL (tree));
  self->is_following = FALSE;
  g_signal_connect_object (session, "notify::selected", G_CALLBACK (follow_session), self,
                           G_CONNECT_SWAPPED);
  rows_changed_cb (self);
  follow_session (self);
}

void
tl_family_pane_refresh (TlFamilyPane *self)
{
  if (self->filter != NULL)
    gtk_filter_changed (GTK_FILTER (self->filter), GTK_FILTER_CHANGE_DIFFERENT);
}

void
tl_family_pane_name_run (TlFamilyPane *self)
{
  TlRun *run = self->session != NULL ? tl_session_get_selected (self->session) : NULL;
  const char *name, *note;
  g_autofree char *title = NULL;

  if (run == NULL)
    return;
  g_set_object (&self->named, run);
  name = tl_run_get_name (run);
  note = tl_run_get_note (run);
  title = tl_run_dup_title (run);
  gtk_editable_set_text (self->name_entry, name != NULL ? name : "");
  gtk_entry_set_placeholder_text (GTK_ENTRY (self->name_entry), title);
  gtk_text_buffer_set_text (self->note, note != NULL ? note : "", -1);
  gtk_popover_popup (self->name_popover);
  gtk_widget_grab_focus (GTK_WIDGET (self->name_entry));
}

TlCheckpointBox *
tl_family_pane_get_checkpoints (TlFamilyPane *self)
{
  return self->checkpoints;
}

void
tl_family_pane_focus (TlFamilyPane *self)
{
  gtk_widget_grab_focus (GTK_WIDGET (self->list));
}
