/* explore-page.c - many starts side by side, to pick from
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "config.h"
#include "ui/explore/explore-page.h"

#include "ui/explore/candidate.h"
#include "ui/explore/grid.h"
#include "ui/explore/judge-picker.h"
#include "ui/explore/order.h"
#include "ui/explore/progress.h"
#include "ui/explore/sort-items.h"
#include "ui/inner-button.h"
#include "ui/run-keys.h"

#include <glib/gi18n-lib.h>

/* Candidates that change places are hard to click: by similarity they do it now and then. */
#define SORT_SECONDS 4

struct _TlExplorePage
{
  GtkWidget parent_instance;

  TlSession *session;         /* (nullable) */
  TlJudges *judges;           /* (nullable) */
  TlExploration *exploration; /* (nullable) */
  TlRun *parent;              /* (nullable): of the siblings that are shown */
  GHashTable *orders;         /* TlRun -> char *: how its siblings were laid out in this window */
  GListModel *runs;           /* (nullable): what is shown */
  guint tick;                 /* timeout */
  guint n_ticks;
  TlProgress counted;

  GtkStack *stack;
  GtkFlowBox *grid;
  GtkDropDown *which;
  GtkLabel *progress;
  GtkDropDown *sort;
  TlJudgePicker *judge_picker;
  GtkAdjustment *size;
  GtkLabel *continue_label;
  GtkWidget *back_button;
};

static guint selection_changed_signal, progressed_signal;

G_DEFINE_FINAL_TYPE (TlExplorePage, tl_explore_page, GTK_TYPE_WIDGET)

static TlRun *
get_run (GtkFlowBoxChild *child)
{
  return tl_candidate_get_run (TL_CANDIDATE (child));
}

static const char *
get_judge (TlExplorePage *self)
{
  return self->judges != NULL ? tl_judges_get_key (self->judges) : NULL;
}

/* --- The order ------------------------------------------------------------------------------- */

/* (nullable): how the siblings that are shown were laid out */
static const char *
get_sibling_order (TlExplorePage *self)
{
  return self->parent != NULL ? g_hash_table_lookup (self->orders, self->parent) : NULL;
}

static gint
compare_cb (GtkFlowBoxChild *a, GtkFlowBoxChild *b, gpointer user_data)
{
  TlExplorePage *self = user_data;
  const char *order = get_sibling_order (self);

  if (gtk_drop_down_get_selected (self->sort) == TL_ORDER_MINE && order != NULL)
    {
      guint x = tl_order_find_place (order, get_run (a));
      guint y = tl_order_find_place (order, get_run (b));

      if (x != y)
        return x < y ? -1 : 1;
    }
  return tl_order_compare (gtk_drop_down_get_selected (self->sort),
                           tl_explore_page_get_exploration (self), get_judge (self), get_run (a),
                           get_run (b));
}

/* From here on they stand as they were laid out by hand. */
static void
lay (TlExplorePage *self, GtkFlowBoxChild *child, gint index)
{
  TlExploration *exploration = tl_explore_page_get_exploration (self);
  g_autofree char *order = tl_order_print (self->grid, child, index);

  if (exploration != NULL)
    tl_exploration_set_order (exploration, order);
  else if (self->parent != NULL)
    g_hash_table_replace (self->orders, g_object_ref (self->parent), g_steal_pointer (&order));
  gtk_drop_down_set_selected (self->sort, TL_ORDER_MINE);
  gtk_flow_box_invalidate_sort (self->grid);
}

static void
move_action (GtkWidget *widget, const char *name, GVariant *parameter)
{
  TlExplorePage *self = TL_EXPLORE_PAGE (widget);
  GtkWidget *child = gtk_widget_get_focus_child (GTK_WIDGET (self->grid));

  if (child != NULL)
    lay (self, GTK_FLOW_BOX_CHILD (child),
         gtk_flow_box_child_get_index (GTK_FLOW_BOX_CHILD (child))
           + g_variant_get_int32 (parameter));
}

/* "(ii)": the places from which and to which a candidate was dragged. */
static void
lay_action (GtkWidget *widget, const char *name, GVariant *parameter)
{
  TlExplorePage *self = TL_EXPLORE_PAGE (widget);
  GtkFlowBoxChild *child;
  gint from, to;

  g_variant_get (parameter, "(ii)", &from, &to);
  child = gtk_flow_box_get_child_at_index (self->grid, from);
  if (child != NULL)
    lay (self, child, to);
}

/* --- How far they are ------------------------------------------------------------------------ */

static char *
dup_what (TlExplorePage *self)
{
  guint n = self->runs != NULL ? g_list_model_get_n_items (self->runs) : 0;
  g_autofree char *title = self->parent != NULL ? tl_run_dup_title (self->parent) : NULL;

  if (self->parent != NULL)
    return g_strdup_printf (ngettext ("%u sibling of %s", "%u siblings of %s", n), n, title);
  return g_strdup_printf (ngettext ("%u start", "%u starts", n), n);
}

static void
update_progress (TlExplorePage *self)
{
  g_autofree char *what = dup_what (self);
  g_autoptr (GString) text = g_string_new (what);

  tl_progress_count (&self->counted, self->runs);
  /* Siblings hold where their parent's checkpoint says, which is not where these do. */
  if (self->parent == NULL && self->exploration != NULL)
    g_string_append_printf (text, _ (" · to iteration %lu"),
                            (gulong) tl_exploration_get_hold (self->exploration));
  tl_progress_append (&self->counted, text);
  gtk_label_set_label (self->progress, text->str);
}

static void
update_starred (TlExplorePage *self)
{
  g_autoptr (GPtrArray) starred = tl_explore_page_dup_starred (self);
  g_autofree char *text = g_strdup_printf (_ ("Continue ★ (%u)"), starred->len);

  gtk_label_set_label (self->continue_label, text);
}

static gboolean
tick_cb (gpointer user_data)
{
  TlExplorePage *self = user_data;

  update_progress (self);
  update_starred (self);
  g_signal_emit (self, progressed_signal, 0);
  if (++self->n_ticks % SORT_SECONDS == 0
      && gtk_drop_down_get_selected (self->sort) == TL_ORDER_SIMILARITY)
    gtk_flow_box_invalidate_sort (self->grid);
  /* Out of sight for as long only as there is something to say. */
  if (self->counted.is_active || gtk_widget_get_mapped (GTK_WIDGET (self)))
    return G_SOURCE_CONTINUE;
  self->tick = 0;
  return G_SOURCE_REMOVE;
}

static void
start_ticking (TlExplorePage *self)
{
  if (self->tick == 0)
    self->tick = g_timeout_add_seconds (1, tick_cb, self);
}

/* --- The grid -------------------------------------------------------------------------------- */

/* The cells that stay keep their selection. */
static void
runs_changed_cb (TlExplorePage *self)
{
  guint n = self->runs != NULL ? g_list_model_get_n_items (self->runs) : 0;

  tl_grid_keep (self->grid, self->runs);
  for (guint i = 0; i < n; i++)
    {
      g_autoptr (TlRun) run = g_list_model_get_item (self->runs, i);
      GtkWidget *child;

      if (tl_grid_find (self->grid, run) != NULL)
        continue;
      child = tl_candidate_new (self->session, run);
      tl_candidate_set_size (TL_CANDIDATE (child), gtk_adjustment_get_value (self->size));
      tl_candidate_set_judge (TL_CANDIDATE (child), get_judge (self));
      gtk_flow_box_insert (self->grid, child, -1);
    }
  gtk_stack_set_visible_child_name (self->stack, n > 0 ? "grid" : "empty");
  tl_progress_forget_rate (&self->counted);
  update_progress (self);
  update_starred (self);
}

static void
size_changed_cb (TlExplorePage *self)
{
  for (GtkWidget *child = gtk_widget_get_first_child (GTK_WIDGET (self->grid)); child != NULL;
       child = gtk_widget_get_next_sibling (child))
    tl_candidate_set_size (TL_CANDIDATE (child), gtk_adjustment_get_value (self->size));
}

static void
sort_changed_cb (TlExplorePage *self)
{
  gtk_flow_box_invalidate_sort (self->grid);
}

static void
judges_changed_cb (TlExplorePage *self)
{
  g_autofree char *reason = tl_judges_dup_reason (self->judges);

  for (GtkWidget *child = gtk_widget_get_first_child (GTK_WIDGET (self->grid)); child != NULL;
       child = gtk_widget_get_next_sibling (child))
    tl_candidate_set_judge (TL_CANDIDATE (child), get_judge (self));
  if (tl_judges_get_clip (self->judges) == NULL
      && gtk_drop_down_get_selected (self->sort) == TL_ORDER_JUDGE)
    gtk_drop_down_set_selected (self->sort, TL_ORDER_SIMILARITY);
  tl_sort_items_show (self->sort, reason);
}

static void
selection_changed_cb (TlExplorePage *self)
{
  g_signal_emit (self, selection_changed_signal, 0);
}

static void
activated_cb (GtkFlowBox *grid, GtkFlowBoxChild *child, TlExplorePage *self)
{
  tl_session_set_selected (self->session, get_run (child));
  gtk_widget_activate_action (GTK_WIDGET (self), "win.show-view", "s", "steer");
}

static void
show_runs (TlExplorePage *self, GListModel *runs)
{
  if (self->runs != NULL)
    g_signal_handlers_disconnect_by_data (self->runs, self);
  g_set_object (&self->runs, runs);
  if (runs != NULL)
    g_signal_connect_object (runs, "items-changed", G_CALLBACK (runs_changed_cb), self,
                             G_CONNECT_SWAPPED);
  runs_changed_cb (self);
  selection_changed_cb (self);
}

/* --- Which exploration ----------------------------------------------------------------------- */

static char *
print_exploration (TlExploration *exploration, gpointer user_data)
{
  g_autoptr (TlRun) first = g_list_model_get_item (G_LIST_MODEL (exploration), 0);
  g_autofree char *seed = NULL;

  if (first == NULL)
    return g_strdup (_ ("nothing left"));
  seed =
    g_strdup_printf ("%" G_GUINT64_FORMAT, tl_start_get_values (tl_run_get_start (first))->seed);
  /* Translators: an exploration by its first seed */
  return g_strdup_printf (_ ("from %s"), seed);
}

static void
which_changed_cb (TlExplorePage *self)
{
  TlExploration *exploration = gtk_drop_down_get_selected_item (self->which);

  if (exploration != NULL && exploration != self->exploration)
    tl_explore_page_show (self, exploration);
}

static void
update_which (TlExplorePage *self)
{
  GListModel *explorations = gtk_drop_down_get_model (self->which);
  guint n = explorations != NULL ? g_list_model_get_n_items (explorations) : 0;

  gtk_widget_set_visible (GTK_WIDGET (self->which), n > 1);
  for (guint i = 0; i < n; i++)
    {
      g_autoptr (TlExploration) exploration = g_list_model_get_item (explorations, i);

      if (exploration == self->exploration)
        gtk_drop_down_set_selected (self->which, i);
    }
}

/* Siblings leave with the run that they are of. */
static void
session_runs_changed_cb (TlExplorePage *self)
{
  if (self->parent != NULL
      && tl_session_find_run (self->session, tl_run_get_origin (self->parent)->id) == NULL)
    tl_explore_page_show (self, self->exploration);
}

static void
back_action (GtkWidget *widget, const char *name, GVariant *parameter)
{
  TlExplorePage *self = TL_EXPLORE_PAGE (widget);

  tl_explore_page_show (self, self->exploration);
}

/* --- GObject --------------------------------------------------------------------------------- */

static void
tl_explore_page_map (GtkWidget *widget)
{
  TlExplorePage *self = TL_EXPLORE_PAGE (widget);

  GTK_WIDGET_CLASS (tl_explore_page_parent_class)->map (widget);
  start_ticking (self);
  tick_cb (self);
}

static void
tl_explore_page_dispose (GObject *object)
{
  TlExplorePage *self = TL_EXPLORE_PAGE (object);
  GtkWidget *child;

  g_clear_handle_id (&self->tick, g_source_remove);
  if (self->runs != NULL)
    g_signal_handlers_disconnect_by_data (self->runs, self);
  g_clear_object (&self->runs);
  g_clear_object (&self->exploration);
  g_clear_object (&self->parent);
  g_clear_pointer (&self->orders, g_hash_table_unref);
  if (self->session != NULL)
    g_signal_handlers_disconnect_by_data (tl_session_get_runs (self->session), self);
  g_clear_object (&self->session);
  if (self->judges != NULL)
    g_signal_handlers_disconnect_by_data (self->judges, self);
  g_clear_object (&self->judges);
  while ((child = gtk_widget_get_first_child (GTK_WIDGET (object))) != NULL)
    gtk_widget_unparent (child);

  G_OBJECT_CLASS (tl_explore_page_parent_class)->dispose (object);
}

static void
bind_template (GtkWidgetClass *class)
{
  gtk_widget_class_set_template_from_resource (class,
                                               "/org/tiller/Tiller/ui/explore/explore-page.ui");
  gtk_widget_class_bind_template_child (class, TlExplorePage, back_button);
  gtk_widget_class_bind_template_child (class, TlExplorePage, continue_label);
  gtk_widget_class_bind_template_child (class, TlExplorePage, grid);
  gtk_widget_class_bind_template_child (class, TlExplorePage, judge_picker);
  gtk_widget_class_bind_template_child (class, TlExplorePage, progress);
  gtk_widget_class_bind_template_child (class, TlExplorePage, size);
  gtk_widget_class_bind_template_child (class, TlExplorePage, sort);
  gtk_widget_class_bind_template_child (class, TlExplorePage, stack);
  gtk_widget_class_bind_template_child (class, TlExplorePage, which);
  gtk_widget_class_bind_template_callback (class, activated_cb);
  gtk_widget_class_bind_template_callback (class, selection_changed_cb);
  gtk_widget_class_bind_template_callback (class, size_changed_cb);
  gtk_widget_class_bind_template_callback (class, sort_changed_cb);
  gtk_widget_class_bind_template_callback (class, which_changed_cb);
}

static void
tl_explore_page_class_init (TlExplorePageClass *class)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (class);

  g_type_ensure (TL_TYPE_JUDGE_PICKER);
  G_OBJECT_CLASS (class)->dispose = tl_explore_page_dispose;
  widget_class->map = tl_explore_page_map;
  selection_changed_signal = g_signal_new ("selection-changed", G_TYPE_FROM_CLASS (class),
                                           G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 0);
  progressed_signal = g_signal_new ("progressed", G_TYPE_FROM_CLASS (class), G_SIGNAL_RUN_LAST, 0,
                                    NULL, NULL, NULL, G_TYPE_NONE, 0);
  tl_run_keys_add (widget_class);
  gtk_widget_class_install_action (widget_class, "explore.back", NULL, back_action);
  gtk_widget_class_install_action (widget_class, "explore.move", "i", move_action);
  gtk_widget_class_install_action (widget_class, "explore.lay", "(ii)", lay_action);
  gtk_widget_class_add_binding_action (widget_class, GDK_KEY_Left, GDK_ALT_MASK, "explore.move",
                                       "i", -1);
  gtk_widget_class_add_binding_action (widget_class, GDK_KEY_Right, GDK_ALT_MASK, "explore.move",
                                       "i", 1);
  gtk_widget_class_set_layout_manager_type (widget_class, GTK_TYPE_BIN_LAYOUT);
  bind_template (widget_class);
}

static void
tl_explore_page_init (TlExplorePage *self)
{
  g_autoptr (GtkExpression) title = gtk_cclosure_expression_new (
    G_TYPE_STRING, NULL, 0, NULL, G_CALLBACK (print_exploration), NULL, NULL);

  self->orders = g_hash_table_new_full (NULL, NULL, g_object_unref, g_free);
  gtk_widget_init_template (GTK_WIDGET (self));
  tl_inner_button_name (self->which);
  tl_inner_button_name (self->sort);
  gtk_drop_down_set_expression (self->which, title);
  gtk_flow_box_set_sort_func (self->grid, compare_cb, self, NULL);
}

/* --- Public ---------------------------------------------------------------------------------- */

void
tl_explore_page_set_judges (TlExplorePage *self, TlJudges *judges)
{
  g_return_if_fail (self->judges == NULL);

  self->judges = g_object_ref (judges);
  g_signal_connect_object (judges, "changed", G_CALLBACK (judges_changed_cb), self,
                           G_CONNECT_SWAPPED);
  judges_changed_cb (self);
  tl_judge_picker_set_judges (self->judge_picker, judges);
}

void
tl_explore_page_set_session (TlExplorePage *self, TlSession *session)
{
  GListModel *explorations = tl_session_get_explorations (session);
  guint n = g_list_model_get_n_items (explorations);
  g_autoptr (TlExploration) last = n > 0 ? g_list_model_get_item (explorations, n - 1) : NULL;

  if (self->session != NULL)
    g_signal_handlers_disconnect_by_data (tl_session_get_runs (self->session), self);
  g_set_object (&self->session, session);
  g_signal_connect_object (tl_session_get_runs (session), "items-changed",
                           G_CALLBACK (session_runs_changed_cb), self, G_CONNECT_SWAPPED);
  g_set_object (&self->exploration, last);
  g_hash_table_remove_all (self->orders);
  gtk_drop_down_set_model (self->which, explorations);
  tl_explore_page_show (self, last);
}

void
tl_explore_page_show (TlExplorePage *self, TlExploration *exploration)
{
  g_set_object (&self->exploration, exploration);
  g_clear_object (&self->parent);
  gtk_widget_set_visible (self->back_button, FALSE);
  update_which (self);
  if (exploration != NULL && tl_exploration_get_order (exploration) != NULL)
    gtk_drop_down_set_selected (self->sort, TL_ORDER_MINE);
  show_runs (self, exploration != NULL ? G_LIST_MODEL (exploration) : NULL);
  gtk_flow_box_invalidate_sort (self->grid);
}

/* Any run that left it and holds is one. */
static gboolean
is_sibling (gpointer item, gpointer user_data)
{
  return tl_run_get_origin (item)->hold > 0;
}

void
tl_explore_page_show_siblings (TlExplorePage *self, TlRun *run)
{
  GtkFilter *filter = GTK_FILTER (gtk_custom_filter_new (is_sibling, NULL, NULL));
  g_autoptr (GListModel) siblings =
    G_LIST_MODEL (gtk_filter_list_model_new (g_object_ref (tl_run_get_children (run)), filter));

  g_set_object (&self->parent, run);
  gtk_widget_set_visible (self->back_button, self->exploration != NULL);
  if (get_sibling_order (self) != NULL)
    gtk_drop_down_set_selected (self->sort, TL_ORDER_MINE);
  show_runs (self, siblings);
}

TlExploration *
tl_explore_page_get_exploration (TlExplorePage *self)
{
  return self->parent == NULL ? self->exploration : NULL;
}

GPtrArray *
tl_explore_page_dup_selected (TlExplorePage *self)
{
  GPtrArray *runs = g_ptr_array_new_with_free_func (g_object_unref);
  GList *children = gtk_flow_box_get_selected_children (self->grid);

  for (GList *l = children; l != NULL; l = l->next)
    g_ptr_array_add (runs, g_object_ref (get_run (l->data)));
  g_list_free (children);
  return runs;
}

GPtrArray *
tl_explore_page_dup_all (TlExplorePage *self)
{
  return tl_grid_dup_runs (self->grid);
}

GPtrArray *
tl_explore_page_dup_starred (TlExplorePage *self)
{
  GPtrArray *runs = tl_explore_page_dup_all (self);

  for (guint i = runs->len; i > 0; i--)
    if (tl_run_get_mark (g_ptr_array_index (runs, i - 1)) != TL_MARK_STARRED)
      g_ptr_array_remove_index (runs, i - 1);
  return runs;
}

void
tl_explore_page_follow (TlExplorePage *self, TlRun *run)
{
  g_autoptr (GPtrArray) selected = tl_explore_page_dup_selected (self);
  GtkFlowBoxChild *child = tl_grid_find (self->grid, run);

  if (g_ptr_array_find (selected, run, NULL))
    return;
  gtk_flow_box_unselect_all (self->grid);
  if (child != NULL)
    gtk_flow_box_select_child (self->grid, child);
}

gdouble
tl_explore_page_get_rate (TlExplorePage *self)
{
  return self->counted.rate;
}

char *
tl_explore_page_dup_status (TlExplorePage *self)
{
  g_autofree char *what = dup_what (self);

  tl_progress_count (&self->counted, self->runs);
  if (!self->counted.is_active)
    return NULL;
  start_ticking (self);
  return tl_progress_print (&self->counted, what);
}

void
tl_explore_page_focus (TlExplorePage *self)
{
  gtk_widget_child_focus (GTK_WIDGET (self->grid), GTK_DIR_TAB_FORWARD);
}
