/* harness.c - a real window on the fake stepper, and hands to use it with
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "config.h"
#include "tests/ui/harness.h"

#include "tests/ui/fake-stepper.h"
#include "ui/init.h"

#include <glib/gstdio.h>
#include <stdlib.h>

#define PATIENCE_MS 30000
#define N_POOL 10 /* threads of GTask's pool */

static char *home; /* of the program that runs the tests; gone when it ends */

static void
remove_folder (const char *folder)
{
  g_autoptr (GDir) dir = g_dir_open (folder, 0, NULL);
  const char *name;

  while (dir != NULL && (name = g_dir_read_name (dir)) != NULL)
    {
      g_autofree char *path = g_build_filename (folder, name, NULL);

      if (g_file_test (path, G_FILE_TEST_IS_DIR) && !g_file_test (path, G_FILE_TEST_IS_SYMLINK))
        remove_folder (path);
      else
        g_unlink (path);
    }
  g_rmdir (folder);
}

static void
remove_home (void)
{
  remove_folder (home);
}

void
harness_init (int *argc, char ***argv)
{
  g_autoptr (GError) error = NULL;
  const char *folder = home = g_dir_make_tmp ("tiller-ui-XXXXXX", &error);

  g_assert_no_error (error);
  atexit (remove_home);
  g_setenv ("TILLER_DATA_DIR", folder, TRUE);
  g_setenv ("HOME", folder, TRUE);
  g_unsetenv ("XDG_CONFIG_HOME");
  g_test_init (argc, argv, NULL);
  if (!gtk_init_check ())
    {
      g_print ("1..0 # SKIP there is no display to show a window on\n");
      exit (0);
    }
  tl_ui_init ();
}

TlBackend *
harness_make_backend (const char *model)
{
  TlLoaded loaded = { NULL };
  g_autoptr (GError) error = NULL;
  TlBackend *backend;

  fake_load_models (&(TlModelFiles){ NULL }, &loaded, NULL, &error);
  g_assert_no_error (error);
  if (model != NULL)
    {
      loaded.stepper->klass->free (loaded.stepper);
      loaded.stepper = fake_stepper_new (model);
      loaded.values.is_starter = FALSE;
      loaded.values.side = 256;
    }
  loaded.values.maker = loaded.stepper->klass->get_maker (loaded.stepper);
  loaded.values.engine = tl_engine_new (loaded.stepper);
  backend = tl_backend_new (&loaded.values);
  tl_maker_free (loaded.values.maker);
  g_object_unref (loaded.values.engine);
  tl_tokenizer_unref (loaded.values.tokenizer);
  g_free ((char *) loaded.values.device);
  return backend;
}

TlWindow *
harness_open_window (void)
{
  TlWindow *window = TL_WINDOW (tl_window_new (NULL, NULL));
  g_autoptr (TlBackend) backend = harness_make_backend (NULL);

  tl_window_set_backend (window, backend, FALSE);
  g_object_set_data_full (G_OBJECT (window), "backend", g_object_ref (backend), g_object_unref);
  gtk_window_present (GTK_WINDOW (window));
  harness_settle ();
  return window;
}

void
harness_use_model (TlWindow *window, const char *name)
{
  g_autoptr (TlBackend) backend = harness_make_backend (name);

  tl_window_set_backend (window, backend, FALSE);
  harness_settle ();
}

void
harness_use_judge (TlWindow *window, TlJudges *judges, const char *name)
{
  TlBackend *backend = g_object_get_data (G_OBJECT (window), "backend");
  g_autofree char *key = name != NULL ? g_strconcat (name, ":0", NULL) : NULL;

  tl_engine_set_scorer (tl_backend_get_engine (backend), name != NULL ? fake_scorer_new () : NULL);
  tl_judges_set (judges, name, key, FALSE);
  harness_settle ();
}

void
harness_close_window (TlWindow *window)
{
  gtk_window_destroy (GTK_WINDOW (window));
  harness_settle ();
}

static gboolean
give_up_cb (gpointer user_data)
{
  *(gboolean *) user_data = TRUE;
  return G_SOURCE_REMOVE;
}

void
harness_linger (guint ms)
{
  gboolean is_over = FALSE;

  g_timeout_add (ms, give_up_cb, &is_over);
  while (!is_over)
    g_main_context_iteration (NULL, TRUE);
}

void
harness_wait (HarnessCondition is_true, gpointer data)
{
  gboolean is_late = FALSE;
  guint timeout = g_timeout_add (PATIENCE_MS, give_up_cb, &is_late);

  while (!is_late && !is_true (data))
    g_main_context_iteration (NULL, TRUE);
  g_assert_false (is_late);
  g_source_remove (timeout);
}

static gboolean
is_no_toplevel (gpointer data)
{
  g_autoptr (GListModel) toplevels = g_object_ref (gtk_window_get_toplevels ());
  guint n = g_list_model_get_n_items (toplevels);

  for (guint i = 0; i < n; i++)
    {
      g_autoptr (GtkWindow) toplevel = g_list_model_get_item (toplevels, i);

      if (toplevel == data)
        return FALSE;
    }
  return TRUE;
}

void
harness_leave_window (TlWindow *window)
{
  g_autoptr (TlWindow) held = g_object_ref (window);

  gtk_window_close (GTK_WINDOW (window));
  harness_wait (is_no_toplevel, held);
}

typedef struct
{
  TlWindow *window;
  TlRunState state;
  guint64 iteration;
  const char *prefix;
} Goal;

static gboolean
has_state (gpointer data)
{
  const Goal *goal = data;
  TlRun *run = tl_window_get_run (goal->window);

  return run != NULL && tl_run_get_state (run) == goal->state;
}

static gboolean
has_iteration (gpointer data)
{
  const Goal *goal = data;
  TlRun *run = tl_window_get_run (goal->window);

  return run != NULL && tl_run_get_iteration (run) >= goal->iteration;
}

static gboolean
has_message (gpointer data)
{
  const Goal *goal = data;
  const char *message = tl_window_get_message (goal->window);

  return message != NULL && g_str_has_prefix (message, goal->prefix);
}

void
harness_wait_message (TlWindow *window, const char *prefix)
{
  harness_wait (has_message, &(Goal){ .window = window, .prefix = prefix });
}

void
harness_wait_state (TlWindow *window, TlRunState state)
{
  harness_wait (has_state, &(Goal){ .window = window, .state = state });
  harness_settle ();
}

void
harness_wait_iteration (TlWindow *window, guint64 iteration)
{
  harness_wait (has_iteration, &(Goal){ .window = window, .iteration = iteration });
  harness_settle ();
}

typedef struct
{
  GMutex mutex;
  GCond cond;
  guint n_here;
  gboolean is_over;
} Meeting;

static void
meet (GTask *task, gpointer source, gpointer data, GCancellable *cancellable)
{
  Meeting *meeting = data;

  g_mutex_lock (&meeting->mutex);
  meeting->n_here++;
  g_cond_broadcast (&meeting->cond);
  while (!meeting->is_over)
    g_cond_wait (&meeting->cond, &meeting->mutex);
  g_mutex_unlock (&meeting->mutex);
  g_task_return_boolean (task, TRUE);
}

/* GTK 4.8 loads icons in threads, and one that nobody shows any more by then can be found in its
 * theme while such a thread frees it. Tests close windows fast enough for that; so all threads meet
 * here, which they do when they have nothing else to do. */
static void
let_icons_load (void)
{
  gint64 deadline = g_get_monotonic_time () + G_TIME_SPAN_SECOND;
  Meeting *meeting = g_atomic_rc_box_new0 (Meeting);

  for (guint i = 0; i < N_POOL; i++)
    {
      g_autoptr (GTask) task = g_task_new (NULL, NULL, NULL, NULL);

      g_task_set_priority (task, G_PRIORITY_LOW);
      g_task_set_task_data (task, g_atomic_rc_box_acquire (meeting), g_atomic_rc_box_release);
      g_task_run_in_thread (task, meet);
    }
  g_mutex_lock (&meeting->mutex);
  while (meeting->n_here < N_POOL && g_cond_wait_until (&meeting->cond, &meeting->mutex, deadline))
    ;
  meeting->is_over = TRUE;
  g_cond_broadcast (&meeting->cond);
  g_mutex_unlock (&meeting->mutex);
  g_atomic_rc_box_release (meeting);
}

void
harness_settle (void)
{
  /* A window that is on screen always has a next frame to draw; a few rounds are enough. */
  for (guint i = 0; i < 200 && g_main_context_pending (NULL); i++)
    g_main_context_iteration (NULL, FALSE);
  let_icons_load ();
}

static gboolean
has_focus (gpointer widget)
{
  return gtk_widget_has_focus (widget);
}

void
harness_focus (TlWindow *window, const char *name)
{
  GtkWidget *widget = harness_find (GTK_WIDGET (window), name);

  g_assert_nonnull (widget);
  gtk_widget_grab_focus (widget);
  harness_wait (has_focus, widget);
}

static gboolean
has_name (GtkWidget *widget, const char *name)
{
  g_autofree char *differs = NULL;

  if (!GTK_IS_ACCESSIBLE (widget) || !gtk_widget_get_child_visible (widget))
    return FALSE;
  /* The word beside a control, which is not the control. */
  if (GTK_IS_LABEL (widget) && g_str_equal (gtk_label_get_label (GTK_LABEL (widget)), name))
    return FALSE;
  differs = gtk_test_accessible_check_property (GTK_ACCESSIBLE (widget),
                                                GTK_ACCESSIBLE_PROPERTY_LABEL, name);
  return differs == NULL;
}

GtkWidget *
harness_find (GtkWidget *root, const char *name)
{
  GtkWidget *found = NULL;

  if (!gtk_widget_get_visible (root))
    return NULL;
  if (has_name (root, name))
    return root;
  for (GtkWidget *child = gtk_widget_get_first_child (root); child != NULL && found == NULL;
       child = gtk_widget_get_next_sibling (child))
    found = harness_find (child, name);
  return found;
}

/* Whatever differs from @prefix is told with what is there instead. */
static gboolean
has_prefix (GtkWidget *widget, const char *prefix)
{
  g_autofree char *name = NULL;

  if (!GTK_IS_ACCESSIBLE (widget) || !gtk_widget_get_child_visible (widget))
    return FALSE;
  name =
    gtk_test_accessible_check_property (GTK_ACCESSIBLE (widget), GTK_ACCESSIBLE_PROPERTY_LABEL, "");
  return name != NULL && g_str_has_prefix (name, prefix);
}

GtkWidget *
harness_find_prefix (GtkWidget *root, const char *prefix)
{
  GtkWidget *found = NULL;

  if (!gtk_widget_get_visible (root))
    return NULL;
  if (has_prefix (root, prefix))
    return root;
  for (GtkWidget *child = gtk_widget_get_first_child (root); child != NULL && found == NULL;
       child = gtk_widget_get_next_sibling (child))
    found = harness_find_prefix (child, prefix);
  return found;
}

static GtkWidget *
get (TlWindow *window, const char *name)
{
  GtkWidget *widget = harness_find (GTK_WIDGET (window), name);

  if (widget == NULL)
    g_error ("there is no “%s”", name);
  return widget;
}

void
harness_press (TlWindow *window, const char *name)
{
  GtkWidget *button = get (window, name);

  g_assert_true (GTK_IS_BUTTON (button));
  g_assert_true (gtk_widget_is_sensitive (button));
  g_signal_emit_by_name (button, "clicked");
  harness_settle ();
}

static GtkWidget *
find_button (GtkWidget *root, const char *label)
{
  GtkWidget *found = NULL;

  if (!gtk_widget_get_visible (root))
    return NULL;
  if (GTK_IS_BUTTON (root) && g_strcmp0 (gtk_button_get_label (GTK_BUTTON (root)), label) == 0)
    return root;
  for (GtkWidget *child = gtk_widget_get_first_child (root); child != NULL && found == NULL;
       child = gtk_widget_get_next_sibling (child))
    found = find_button (child, label);
  return found;
}

void
harness_press_label (TlWindow *window, const char *label)
{
  GtkWidget *button = find_button (GTK_WIDGET (window), label);

  g_assert_nonnull (button);
  g_signal_emit_by_name (button, "clicked");
  harness_settle ();
}

void
harness_activate (TlWindow *window, const char *action)
{
  g_assert_true (gtk_widget_activate_action_variant (GTK_WIDGET (window), action, NULL));
  harness_settle ();
}

void
harness_show_view (TlWindow *window, const char *name)
{
  g_autoptr (GVariant) view = g_variant_ref_sink (g_variant_new_string (name));

  gtk_widget_activate_action_variant (GTK_WIDGET (window), "win.show-view", view);
  harness_settle ();
}

gboolean
harness_can_press (TlWindow *window, const char *name)
{
  GtkWidget *button = harness_find (GTK_WIDGET (window), name);

  return button != NULL && gtk_widget_is_sensitive (button);
}

void
harness_type (TlWindow *window, const char *name, const char *text)
{
  GtkWidget *widget = get (window, name);

  if (GTK_IS_TEXT_VIEW (widget))
    gtk_text_buffer_set_text (gtk_text_view_get_buffer (GTK_TEXT_VIEW (widget)), text, -1);
  else
    gtk_editable_set_text (GTK_EDITABLE (widget), text);
  if (GTK_IS_SPIN_BUTTON (widget))
    gtk_spin_button_update (GTK_SPIN_BUTTON (widget));
  harness_settle ();
}

/* The text of a spin button has it. */
static gboolean
has_focus_within (gpointer widget)
{
  return (gtk_widget_get_state_flags (widget) & GTK_STATE_FLAG_FOCUS_WITHIN) != 0;
}

void
harness_half_type (TlWindow *window, const char *name, const char *text)
{
  GtkWidget *widget = get (window, name);

  gtk_widget_grab_focus (widget);
  harness_wait (has_focus_within, widget);
  gtk_editable_set_text (GTK_EDITABLE (widget), text);
  harness_settle ();
}

char *
harness_read (TlWindow *window, const char *name)
{
  GtkWidget *widget = get (window, name);
  GtkTextBuffer *buffer;
  GtkTextIter start, end;

  if (GTK_IS_LABEL (widget))
    return g_strdup (gtk_label_get_label (GTK_LABEL (widget)));
  if (GTK_IS_EDITABLE (widget))
    return g_strdup (gtk_editable_get_text (GTK_EDITABLE (widget)));
  buffer = gtk_text_view_get_buffer (GTK_TEXT_VIEW (widget));
  gtk_text_buffer_get_bounds (buffer, &start, &end);
  return gtk_text_buffer_get_text (buffer, &start, &end, FALSE);
}

guint
harness_count_runs (TlWindow *window)
{
  return g_list_model_get_n_items (tl_session_get_runs (tl_window_get_session (window)));
}

void
harness_select_run (TlWindow *window, TlRun *run)
{
  tl_session_set_selected (tl_window_get_session (window), run);
  harness_settle ();
}

void
harness_start_long_run (TlWindow *window)
{
  harness_type (window, "Iterations", "100000");
  harness_press (window, "Run");
  harness_wait_iteration (window, 5);
}

typedef struct
{
  gboolean is_done;
  gboolean is_copied;
} Copy;

static void
copied_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  Copy *copy = user_data;

  copy->is_copied = tl_session_copy_finish (TL_SESSION (source), result, NULL);
  copy->is_done = TRUE;
}

static gboolean
is_done (gpointer data)
{
  return ((Copy *) data)->is_done;
}

char *
harness_copy_session (TlWindow *window, const char *name)
{
  g_autofree char *folder = tl_session_dup_default_folder ();
  char *path = g_build_filename (folder, name, NULL);
  Copy copy = { FALSE };

  tl_session_copy_async (tl_window_get_session (window), path, NULL, copied_cb, &copy);
  harness_wait (is_done, &copy);
  g_assert_true (copy.is_copied);
  return path;
}
