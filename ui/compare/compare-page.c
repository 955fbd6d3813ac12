/* compare-page.c - two runs beside each other, what differs between them, and which is preferred
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "config.h"
#include "ui/compare/compare-page.h"

#include "core/session/journal.h"
#include "core/session/session-checkpoints.h"
#include "ui/differences.h"

#include <glib/gi18n-lib.h>
#include <math.h>

#define N_SIDES 2

static const char *const modes[] = { "slider", "side", "blink", "difference" };

typedef struct
{
  TlSidePicker *picker;
  TlRun *run;            /* (nullable): whose picture is followed */
  GCancellable *loading; /* (nullable) */
  gdouble similarity;
} Side;

struct _TlComparePage
{
  GtkWidget parent_instance;

  TlSession *session; /* (nullable) */
  Side sides[N_SIDES];
  char *mode;

  GtkStack *stack;
  TlCompareView *view;
  TlSidePicker *picker_a;
  TlSidePicker *picker_b;
  GtkLabel *differences;
  GtkLabel *similarities;
};

enum
{
  PROP_MODE = 1,
};

G_DEFINE_FINAL_TYPE (TlComparePage, tl_compare_page, GTK_TYPE_WIDGET)

/* --- In words -------------------------------------------------------------------------------- */

static guint64
get_iteration (Side *side)
{
  guint64 iteration = tl_side_picker_get_iteration (side->picker);

  return iteration == TL_NOW ? tl_run_get_iteration (side->run) : iteration;
}

/* What was in force for the step that leads to the picture. */
static TlSteer *
find_steer (Side *side)
{
  GArray *journal = tl_run_get_journal (side->run);
  guint64 iteration = get_iteration (side);
  guint n = iteration > 0 ? tl_journal_count (journal, iteration - 1) : 0;

  if (n == 0)
    return tl_run_get_steer (side->run);
  return g_array_index (journal, TlJournalEntry, n - 1).steer;
}

static TlSide
describe (Side *side)
{
  return (TlSide){ .start = tl_run_get_start (side->run),
                   .steer = find_steer (side),
                   .iteration = get_iteration (side),
                   .maker = tl_run_get_maker (side->run) };
}

static void
update_words (TlComparePage *self)
{
  TlSide a, b;
  g_autoptr (GPtrArray) differences = NULL;
  g_autofree char *text = NULL;
  g_autofree char *similarities = NULL;

  if (self->sides[0].run == NULL || self->sides[1].run == NULL)
    return;
  a = describe (&self->sides[0]);
  b = describe (&self->sides[1]);
  differences = tl_sides_print_differences (&a, &b);
  g_ptr_array_add (differences, NULL);
  text = differences->len > 1 ? g_strjoinv (" · ", (char **) differences->pdata)
                              : g_strdup (_ ("Nothing differs."));
  gtk_label_set_label (self->differences, text);
  /* A label names itself by its text; this one keeps its name, and the text describes it. */
  gtk_accessible_update_property (GTK_ACCESSIBLE (self->differences), GTK_ACCESSIBLE_PROPERTY_LABEL,
                                  _ ("What differs"), GTK_ACCESSIBLE_PROPERTY_DESCRIPTION, text,
                                  -1);
  if (!isnan (self->sides[0].similarity) && !isnan (self->sides[1].similarity))
    similarities = g_strdup_printf (_ ("similarity %.2f → %.2f"), self->sides[0].similarity,
                                    self->sides[1].similarity);
  gtk_label_set_label (self->similarities, similarities != NULL ? similarities : "");
}

/* --- Pictures -------------------------------------------------------------------------------- */

static void
show_frame (TlComparePage *self, guint i, TlFrame *frame)
{
  self->sides[i].similarity = frame != NULL ? tl_frame_get_similarity (frame) : NAN;
  tl_compare_view_set_frame (self->view, i, frame);
  update_words (self);
}

typedef struct
{
  TlComparePage *page;
  guint side;
  GCancellable *cancellable;
} Loading;

static void
loaded_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  Loading *loading = user_data;
  g_autoptr (TlComparePage) self = loading->page;
  g_autoptr (GCancellable) cancellable = loading->cancellable;
  /* Without a picture the side stays empty, which says it. */
  g_autoptr (TlFrame) frame = tl_session_load_frame_finish (TL_SESSION (source), result, NULL);

  if (!g_cancellable_is_cancelled (cancellable) && self->view != NULL)
    show_frame (self, loading->side, frame);
  g_free (loading);
}

static void
load (TlComparePage *self, guint i)
{
  Side *side = &self->sides[i];
  Loading *loading = g_new (Loading, 1);

  side->loading = g_cancellable_new ();
  *loading = (Loading){ g_object_ref (self), i, g_object_ref (side->loading) };
  tl_session_load_frame_async (self->session, side->run, get_iteration (side), FALSE, side->loading,
                               loaded_cb, loading);
}

static void
frame_changed_cb (TlRun *run, GParamSpec *pspec, TlComparePage *self)
{
  for (guint i = 0; i < N_SIDES; i++)
    if (self->sides[i].run == run && tl_side_picker_get_iteration (self->sides[i].picker) == TL_NOW)
      {
        g_autoptr (TlFrame) frame = tl_run_dup_frame (run);

        show_frame (self, i, frame);
      }
}

static void
forget (TlComparePage *self, guint i)
{
  Side *side = &self->sides[i];

  if (side->loading != NULL)
    g_cancellable_cancel (side->loading);
  g_clear_object (&side->loading);
  if (side->run != NULL && self->sides[1 - i].run != side->run)
    g_signal_handlers_disconnect_by_data (side->run, self);
  g_clear_object (&side->run);
}

static void
show_side (TlComparePage *self, guint i)
{
  Side *side = &self->sides[i];
  TlRun *run = tl_side_picker_get_run (side->picker);
  g_autoptr (TlFrame) frame = NULL;

  forget (self, i);
  if (run == NULL || self->session == NULL)
    {
      show_frame (self, i, NULL);
      return;
    }
  if (self->sides[1 - i].run != run)
    g_signal_connect_object (run, "notify::frame", G_CALLBACK (frame_changed_cb), self, 0);
  side->run = g_object_ref (run);
  if (tl_side_picker_get_iteration (side->picker) == TL_NOW)
    frame = tl_run_dup_frame (run);
  if (frame != NULL)
    show_frame (self, i, frame);
  else
    load (self, i);
}

static void
picked_a_cb (TlComparePage *self)
{
  show_side (self, 0);
}

static void
picked_b_cb (TlComparePage *self)
{
  show_side (self, 1);
}

static void
update_stack (TlComparePage *self)
{
  GListModel *runs = self->session != NULL ? tl_session_get_runs (self->session) : NULL;

  gtk_stack_set_visible_child_name (
    self->stack, runs != NULL && g_list_model_get_n_items (runs) > 0 ? "pictures" : "empty");
}

/* --- Actions --------------------------------------------------------------------------------- */

static void
swap_action (GtkWidget *widget, const char *name, GVariant *parameter)
{
  TlComparePage *self = TL_COMPARE_PAGE (widget);
  g_autoptr (TlRun) a = NULL;
  guint64 iteration = tl_side_picker_get_iteration (self->picker_a);

  if (self->sides[0].run == NULL || self->sides[1].run == NULL)
    return;
  a = g_object_ref (self->sides[0].run);
  tl_side_picker_choose (self->picker_a, self->sides[1].run,
                         tl_side_picker_get_iteration (self->picker_b));
  tl_side_picker_choose (self->picker_b, a, iteration);
}

/* A star, and a note that says to what it was preferred. */
static void
prefer_action (GtkWidget *widget, const char *name, GVariant *parameter)
{
  TlComparePage *self = TL_COMPARE_PAGE (widget);
  guint i = g_variant_get_uint32 (parameter) % N_SIDES;
  TlRun *run = self->sides[i].run;
  g_autofree char *other = NULL;
  g_autofree char *sentence = NULL;

  if (run == NULL || self->sides[1 - i].run == NULL)
    return;
  other = tl_side_picker_dup_title (self->sides[1 - i].picker);
  sentence = g_strdup_printf (_ ("Preferred to %s."), other);
  gtk_widget_activate_action (widget, "win.prefer-run", "(xs)", tl_run_get_origin (run)->id,
                              sentence);
  gtk_widget_activate_action (widget, "win.say", "s", sentence);
}

static void
fork_action (GtkWidget *widget, const char *name, GVariant *parameter)
{
  TlComparePage *self = TL_COMPARE_PAGE (widget);
  Side *side = &self->sides[g_variant_get_uint32 (parameter) % N_SIDES];

  if (side->run != NULL)
    gtk_widget_activate_action (widget, "win.fork-from", "(xt)", tl_run_get_origin (side->run)->id,
                                get_iteration (side));
}

/* --- GObject --------------------------------------------------------------------------------- */

static void
set_mode (TlComparePage *self, const char *mode)
{
  for (guint i = 0; i < G_N_ELEMENTS (modes); i++)
    if (g_strcmp0 (mode, modes[i]) == 0)
      {
        g_free (self->mode);
        self->mode = g_strdup (mode);
        tl_compare_view_set_mode (self->view, i);
        g_object_notify (G_OBJECT (self), "mode");
        return;
      }
}

static void
tl_compare_page_get_property (GObject *object, guint id, GValue *value, GParamSpec *pspec)
{
  if (id == PROP_MODE)
    g_value_set_string (value, TL_COMPARE_PAGE (object)->mode);
  else
    G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
}

static void
tl_compare_page_set_property (GObject *object, guint id, const GValue *value, GParamSpec *pspec)
{
  if (id == PROP_MODE)
    set_mode (TL_COMPARE_PAGE (object), g_value_get_string (value));
  else
    G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
}

static void
tl_compare_page_dispose (GObject *object)
{
  TlComparePage *self = TL_COMPARE_PAGE (object);
  GtkWidget *child;

  for (guint i = 0; i < N_SIDES; i++)
    forget (self, i);
  if (self->session != NULL)
    g_signal_handlers_disconnect_by_data (tl_session_get_runs (self->session), self);
  g_clear_object (&self->session);
  while ((child = gtk_widget_get_first_child (GTK_WIDGET (object))) != NULL)
    gtk_widget_unparent (child);
  self->view = NULL;
  g_clear_pointer (&self->mode, g_free);

  G_OBJECT_CLASS (tl_compare_page_parent_class)->dispose (object);
}

static void
tl_compare_page_class_init (TlComparePageClass *class)
{
  GObjectClass *object_class = G_OBJECT_CLASS (class);
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (class);

  object_class->get_property = tl_compare_page_get_property;
  object_class->set_property = tl_compare_page_set_property;
  object_class->dispose = tl_compare_page_dispose;
  g_object_class_install_property (
    object_class, PROP_MODE,
    g_param_spec_string ("mode", NULL, NULL, NULL, G_PARAM_READWRITE | G_PARAM_STATIC_STRINGS));
  g_type_ensure (TL_TYPE_COMPARE_VIEW);
  g_type_ensure (TL_TYPE_SIDE_PICKER);
  gtk_widget_class_install_action (widget_class, "compare.fork", "u", fork_action);
  gtk_widget_class_install_property_action (widget_class, "compare.mode", "mode");
  gtk_widget_class_install_action (widget_class, "compare.prefer", "u", prefer_action);
  gtk_widget_class_install_action (widget_class, "compare.swap", NULL, swap_action);
  gtk_widget_class_add_binding_action (widget_class, GDK_KEY_1, 0, "compare.prefer", "u", 0);
  gtk_widget_class_add_binding_action (widget_class, GDK_KEY_2, 0, "compare.prefer", "u", 1);
  gtk_widget_class_set_layout_manager_type (widget_class, GTK_TYPE_BIN_LAYOUT);
  gtk_widget_class_set_template_from_resource (widget_class,
                                               "/org/tiller/Tiller/ui/compare/compare-page.ui");
  gtk_widget_class_bind_template_child (widget_class, TlComparePage, differences);
  gtk_widget_class_bind_template_child (widget_class, TlComparePage, picker_a);
  gtk_widget_class_bind_template_child (widget_class, TlComparePage, picker_b);
  gtk_widget_class_bind_template_child (widget_class, TlComparePage, similarities);
  gtk_widget_class_bind_template_child (widget_class, TlComparePage, stack);
  gtk_widget_class_bind_template_child (widget_class, TlComparePage, view);
  gtk_widget_class_bind_template_callback (widget_class, picked_a_cb);
  gtk_widget_class_bind_template_callback (widget_class, picked_b_cb);
}

static void
tl_compare_page_init (TlComparePage *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
  self->sides[0] = (Side){ .picker = self->picker_a, .similarity = NAN };
  self->sides[1] = (Side){ .picker = self->picker_b, .similarity = NAN };
  self->mode = g_strdup (modes[0]);
}

/* --- Public ---------------------------------------------------------------------------------- */

void
tl_compare_page_set_session (TlComparePage *self, TlSession *session)
{
  if (self->session != NULL)
    g_signal_handlers_disconnect_by_data (tl_session_get_runs (self->session), self);
  g_set_object (&self->session, session);
  g_signal_connect_object (tl_session_get_runs (session), "items-changed",
                           G_CALLBACK (update_stack), self, G_CONNECT_SWAPPED);
  tl_side_picker_set_session (self->picker_a, session);
  tl_side_picker_set_session (self->picker_b, session);
  update_stack (self);
}

/* The parent, else the newest other run that has something to show: of those that somebody took to,
 * where there are any. */
static TlRun *
find_counterpart (TlComparePage *self, TlRun *run)
{
  GListModel *runs = tl_session_get_runs (self->session);
  TlRun *found = run != NULL ? tl_run_get_parent (run) : NULL, *candidate = NULL;

  for (guint i = g_list_model_get_n_items (runs); found == NULL && i > 0; i--)
    {
      g_autoptr (TlRun) other = g_list_model_get_item (runs, i - 1);

      if (other == run || tl_run_get_iteration (other) == 0)
        continue;
      if (tl_run_is_picked (other) && tl_run_get_mark (other) != TL_MARK_REJECTED)
        found = other;
      else if (candidate == NULL)
        candidate = other;
    }
  if (found != NULL)
    return found;
  return candidate != NULL ? candidate : run;
}

void
tl_compare_page_compare (TlComparePage *self, TlRun *a, guint64 a_iteration, TlRun *b,
                         guint64 b_iteration)
{
  if (self->session == NULL)
    return;
  if (b == NULL)
    b = find_counterpart (self, NULL);
  if (a == NULL && b != NULL)
    a = find_counterpart (self, b);
  if (a == NULL || b == NULL)
    return;
  tl_side_picker_choose (self->picker_a, a, a_iteration);
  tl_side_picker_choose (self->picker_b, b, b_iteration);
}

gboolean
tl_compare_page_is_idle (TlComparePage *self)
{
  return self->sides[0].run == self->sides[1].run
         && tl_side_picker_get_iteration (self->picker_a)
              == tl_side_picker_get_iteration (self->picker_b);
}

TlCompareView *
tl_compare_page_get_view (TlComparePage *self)
{
  return self->view;
}

void
tl_compare_page_focus (TlComparePage *self)
{
  gtk_widget_grab_focus (GTK_WIDGET (self->view));
}
