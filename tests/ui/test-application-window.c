/* test-application-window.c - which window a session is in
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "app/application.h"
#include "app/preferences.h"
#include "config.h"
#include "core/session/session-checkpoints.h"
#include "tests/ui/fake-stepper.h"
#include "tests/ui/harness.h"

#include <string.h>

/* @id: of two on one bus each has its own */
static GApplication *
start_application (const char *id)
{
  const TlModelSource source = { fake_load_models, fake_load_judge, fake_list_clips };
  GApplication *application = G_APPLICATION (tl_application_new (&source));
  g_autoptr (GError) error = NULL;

  g_application_set_application_id (application, id);
  g_application_set_flags (application, G_APPLICATION_HANDLES_OPEN | G_APPLICATION_NON_UNIQUE);
  g_application_register (application, NULL, &error);
  g_assert_no_error (error);
  return application;
}

/* (transfer full): a file with two runs, the second of which is selected */
static GFile *
make_file (const char *name)
{
  TlWindow *window = harness_open_window ();
  g_autofree char *path = NULL;

  harness_type (window, "Iterations", "4");
  for (guint i = 0; i < 2; i++)
    {
      harness_press (window, "Run");
      harness_wait_state (window, TL_RUN_FINISHED);
    }
  path = harness_copy_session (window, name);
  harness_close_window (window);
  return g_file_new_for_path (path);
}

static GList *
get_windows (GApplication *application)
{
  return gtk_application_get_windows (GTK_APPLICATION (application));
}

static void
close_all (GApplication *application)
{
  while (get_windows (application) != NULL)
    harness_leave_window (get_windows (application)->data);
}

/* (nullable): the window that has it */
static TlWindow *
find_window (GApplication *application, GFile *file)
{
  g_autofree char *path = g_file_get_path (file);

  for (GList *l = get_windows (application); l != NULL; l = l->next)
    if (g_strcmp0 (tl_session_get_path (tl_window_get_session (l->data)), path) == 0)
      return l->data;
  return NULL;
}

static gboolean
is_open (gpointer data)
{
  gpointer *pair = data;

  return find_window (pair[0], pair[1]) != NULL;
}

static TlWindow *
wait_for_window (GApplication *application, GFile *file)
{
  gpointer pair[] = { application, file };

  harness_wait (is_open, pair);
  harness_settle ();
  return find_window (application, file);
}

/* Asked for again while it is still being read. */
static void
test_opened_twice (gconstpointer data)
{
  GApplication *application = (gpointer) data;
  g_autoptr (GFile) file = make_file ("twice.tiller");

  g_application_open (application, &file, 1, "");
  g_application_open (application, &file, 1, "");
  wait_for_window (application, file);
  g_assert_cmpuint (g_list_length (get_windows (application)), ==, 1);
  close_all (application);
}

static gboolean
has_models (gpointer window)
{
  return harness_can_press (window, "Explore");
}

/* What was begun meanwhile keeps its window. */
static void
test_run_while_opening (gconstpointer data)
{
  GApplication *application = (gpointer) data;
  g_autoptr (GFile) file = make_file ("meanwhile.tiller");
  TlWindow *window, *other;
  TlRun *run;

  g_action_group_activate_action (G_ACTION_GROUP (application), "new-session", NULL);
  window = get_windows (application)->data;
  harness_settle ();
  harness_show_view (window, "explore");
  harness_wait (has_models, window);
  harness_show_view (window, "steer");
  /* The end of one that is out of sight is told to the desktop, which tests have none of. */
  harness_type (window, "Iterations", "100000");
  g_application_open (application, &file, 1, "");
  gtk_widget_activate_action (GTK_WIDGET (window), "win.run", NULL);
  run = tl_window_get_run (window);
  g_assert_nonnull (run);
  other = wait_for_window (application, file);
  g_assert_true (other != window);
  g_assert_true (tl_window_get_run (window) == run);
  close_all (application);
}

static gboolean
shows_first (gpointer window)
{
  TlRun *run = tl_window_get_run (window);

  return run != NULL && tl_run_get_origin (run)->id == 1;
}

/* The window that a notification is about may have gone. */
static void
test_show_run (gconstpointer data)
{
  GApplication *application = (gpointer) data;
  g_autoptr (GFile) file = make_file ("notified.tiller");
  g_autofree char *path = g_file_get_path (file);

  g_action_group_activate_action (G_ACTION_GROUP (application), "show-run",
                                  g_variant_new ("(sx)", path, (gint64) 1));
  harness_wait (shows_first, wait_for_window (application, file));
  close_all (application);
}

static gboolean
has_begun (gpointer window)
{
  TlRun *run = tl_window_get_run (window);

  return run != NULL && tl_run_get_iteration (run) >= 5;
}

static gboolean
has_many_checkpoints (gpointer window)
{
  TlSession *session = tl_window_get_session (window);

  return g_list_model_get_n_items (tl_session_get_checkpoints (session, tl_window_get_run (window)))
         > 10;
}

/* What still goes on models of before obeys too. */
static void
test_preferences_reach_all (gconstpointer data)
{
  GApplication *application = (gpointer) data;
  g_autoptr (GSettings) preferences = tl_preferences_new ();
  TlWindow *window;

  g_assert_nonnull (preferences);
  g_settings_set_uint (preferences, "checkpoint-every", 0);
  g_action_group_activate_action (G_ACTION_GROUP (application), "new-session", NULL);
  window = get_windows (application)->data;
  harness_settle ();
  harness_show_view (window, "explore");
  harness_wait (has_models, window);
  harness_show_view (window, "steer");
  harness_type (window, "Iterations", "100000");
  gtk_widget_activate_action (GTK_WIDGET (window), "win.run", NULL);
  harness_wait (has_begun, window);
  g_action_group_activate_action (G_ACTION_GROUP (application), "use-models",
                                  g_variant_new ("(sss)", "other", "", ""));
  harness_linger (500);

  g_settings_set_uint (preferences, "checkpoint-every", 2);
  harness_wait (has_many_checkpoints, window);
  g_settings_reset (preferences, "checkpoint-every");
  close_all (application);
}

static void
assert_remembered (GSettings *preferences, const char *key, const char *expected)
{
  g_autofree char *value = g_settings_get_string (preferences, key);

  g_assert_cmpstr (value, ==, expected);
}

static gboolean
has_run (gpointer window)
{
  return tl_window_get_run (window) != NULL;
}

static gboolean
has_cell_of_16 (gpointer window)
{
  g_autofree char *width = harness_read (window, "Width");

  return g_str_equal (width, "256");
}

/* The starter stands in, for what was asked for meanwhile as well; what is remembered stays so
 * until somebody chooses. */
static void
test_models_not_there (void)
{
  g_autoptr (GSettings) preferences = tl_preferences_new ();
  GApplication *application;
  TlWindow *window;

  g_settings_set_string (preferences, "vqgan", "/media/broken.pt");
  g_settings_set_string (preferences, "judge", "/media/broken-judge.pt");
  application = start_application ("org.tiller.Tiller.Gone");
  g_action_group_activate_action (G_ACTION_GROUP (application), "new-session", NULL);
  window = get_windows (application)->data;
  gtk_widget_activate_action (GTK_WIDGET (window), "win.run", NULL);
  g_assert_null (tl_window_get_run (window));
  harness_wait (has_run, window);
  harness_activate (window, "win.pause");
  harness_wait_state (window, TL_RUN_PAUSED);
  g_assert_nonnull (strstr (tl_window_get_message (window), "/media/broken.pt"));
  g_assert_nonnull (strstr (tl_window_get_message (window), "the starter stands in"));
  assert_remembered (preferences, "vqgan", "/media/broken.pt");
  assert_remembered (preferences, "judge", "/media/broken-judge.pt");

  g_action_group_activate_action (G_ACTION_GROUP (application), "use-models",
                                  g_variant_new ("(sss)", "/models/fine.pt", "", ""));
  harness_settle ();
  g_action_group_activate_action (G_ACTION_GROUP (application), "new-session", NULL);
  harness_wait (has_cell_of_16, get_windows (application)->data);
  assert_remembered (preferences, "vqgan", "/models/fine.pt");
  close_all (application);
  g_settings_reset (preferences, "vqgan");
  g_settings_reset (preferences, "judge");
  g_object_unref (application);
}

int
main (int argc, char *argv[])
{
  GApplication *application;

  harness_init (&argc, &argv);
  g_test_add_func ("/application-window/models-not-there", test_models_not_there);
  application = start_application ("org.tiller.Tiller");
  g_test_add_data_func ("/application-window/opened-twice", application, test_opened_twice);
  g_test_add_data_func ("/application-window/run-while-opening", application,
                        test_run_while_opening);
  g_test_add_data_func ("/application-window/show-run", application, test_show_run);
  g_test_add_data_func ("/application-window/preferences", application, test_preferences_reach_all);
  return g_test_run ();
}
