/* session-fixture.c - a session in a folder of its own, and a tongue for its runs
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "config.h"
#include "tests/core/session/session-fixture.h"

#include <glib/gstdio.h>
#include <math.h>
#include <string.h>

#define SIDE 64

/* --- waiting ---------------------------------------------------------------------------------- */

typedef struct
{
  GMainLoop *loop;
  GAsyncResult *result;
} Answer;

static void
on_answer_cb (GObject *object, GAsyncResult *result, gpointer data)
{
  Answer *answer = data;

  answer->result = g_object_ref (result);
  g_main_loop_quit (answer->loop);
}

static Answer
answer_new (void)
{
  return (Answer){ g_main_loop_new (NULL, FALSE), NULL };
}

static void
answer_wait (Answer *answer)
{
  g_main_loop_run (answer->loop);
  g_main_loop_unref (answer->loop);
}

/* Whatever was written before is in the file when a read answers. */
void
session_fixture_settle (TlSession *session)
{
  Answer answer = answer_new ();
  guint n_checkpoints;
  guint64 n_bytes;

  tl_session_plan_thinning_async (session, NULL, on_answer_cb, &answer);
  answer_wait (&answer);
  tl_session_plan_thinning_finish (session, answer.result, &n_checkpoints, &n_bytes, NULL);
  g_object_unref (answer.result);
}

TlSession *
session_fixture_open (const char *path, GError **error)
{
  Answer answer = answer_new ();
  TlSession *session;

  tl_session_open_async (path, NULL, on_answer_cb, &answer);
  answer_wait (&answer);
  session = tl_session_open_finish (answer.result, error);
  g_object_unref (answer.result);
  return session;
}

GBytes *
session_fixture_load (TlSession *session, TlRun *run, guint64 iteration, guint64 *found,
                      gboolean *is_parents, GError **error)
{
  Answer answer = answer_new ();
  GBytes *state;

  tl_session_load_state_async (session, run, iteration, NULL, on_answer_cb, &answer);
  answer_wait (&answer);
  state = tl_session_load_state_finish (session, answer.result, found, is_parents, error);
  g_object_unref (answer.result);
  return state;
}

TlFrame *
session_fixture_load_frame (TlSession *session, TlRun *run, guint64 iteration,
                            gboolean is_thumbnail, GError **error)
{
  Answer answer = answer_new ();
  TlFrame *frame;

  tl_session_load_frame_async (session, run, iteration, is_thumbnail, NULL, on_answer_cb, &answer);
  answer_wait (&answer);
  frame = tl_session_load_frame_finish (session, answer.result, error);
  g_object_unref (answer.result);
  return frame;
}

/* --- whole files ------------------------------------------------------------------------------ */

void
session_fixture_close (TlSession *session)
{
  g_autoptr (GError) error = NULL;

  tl_session_close (session, &error);
  g_assert_no_error (error);
  g_assert_finalize_object (session);
}

TlSession *
session_fixture_open_well (const char *path)
{
  g_autoptr (GError) error = NULL;
  TlSession *session = session_fixture_open (path, &error);

  g_assert_no_error (error);
  g_assert_null (tl_session_get_damage (session));
  return session;
}

TlSession *
session_fixture_duplicate (TlSession *session, GError **error)
{
  Answer answer = answer_new ();
  TlSession *copy;

  tl_session_duplicate_async (session, NULL, on_answer_cb, &answer);
  answer_wait (&answer);
  copy = tl_session_duplicate_finish (session, answer.result, error);
  g_object_unref (answer.result);
  return copy;
}

gboolean
session_fixture_copy (TlSession *session, const char *path, GError **error)
{
  Answer answer = answer_new ();
  gboolean is_copied;

  tl_session_copy_async (session, path, NULL, on_answer_cb, &answer);
  answer_wait (&answer);
  is_copied = tl_session_copy_finish (session, answer.result, error);
  g_object_unref (answer.result);
  return is_copied;
}

/* --- the folder ------------------------------------------------------------------------------- */

static void
remove_folder (const char *path)
{
  g_autoptr (GDir) dir = g_dir_open (path, 0, NULL);
  const char *name;

  while (dir != NULL && (name = g_dir_read_name (dir)) != NULL)
    {
      g_autofree char *child = g_build_filename (path, name, NULL);

      if (g_file_test (child, G_FILE_TEST_IS_DIR) && !g_file_test (child, G_FILE_TEST_IS_SYMLINK))
        remove_folder (child);
      else
        g_assert_cmpint (g_unlink (child), ==, 0);
    }
  g_assert_cmpint (g_rmdir (path), ==, 0);
}

void
session_fixture_set_up (SessionFixture *self, gconstpointer data)
{
  self->folder = g_dir_make_tmp ("tiller-session-XXXXXX", NULL);
  g_assert_nonnull (self->folder);
  self->session = tl_session_new (self->folder);
}

void
session_fixture_tear_down (SessionFixture *self, gconstpointer data)
{
  if (self->session != NULL)
    session_fixture_close (self->session);
  remove_folder (self->folder);
  g_free (self->folder);
}

void
session_fixture_reopen (SessionFixture *self)
{
  g_autofree char *path = g_strdup (tl_session_get_path (self->session));

  session_fixture_close (self->session);
  self->session = session_fixture_open_well (path);
}

/* --- the engine's tongue ---------------------------------------------------------------------- */

TlSteer *
session_fixture_steer (const char *words, gint64 n_iterations)
{
  g_autoptr (TlPrompt) prompt = tl_prompt_parse (words);
  TlSettings settings;

  tl_settings_init (&settings);
  settings.n_iterations = n_iterations;
  return tl_steer_new (prompt, &settings, NULL);
}

TlStart *
session_fixture_start (guint64 seed)
{
  return tl_start_new (&(TlStartValues){ .seed = seed, .width = SIDE, .height = SIDE });
}

TlRun *
session_fixture_add (SessionFixture *self, guint64 seed, const char *words)
{
  g_autoptr (TlStart) start = session_fixture_start (seed);
  g_autoptr (TlSteer) steer = session_fixture_steer (words, 500);
  g_autoptr (GError) error = NULL;
  TlRun *run = tl_session_add_run (self->session, start, steer, &error);

  g_assert_no_error (error);
  return run;
}

TlRun *
session_fixture_fork (SessionFixture *self, TlRun *parent, guint64 iteration, const char *words)
{
  g_autoptr (TlSteer) steer = session_fixture_steer (words, 500);
  g_autoptr (GError) error = NULL;
  const TlForkValues values = { .steer = steer, .change = words };
  TlRun *run = tl_session_fork (self->session, parent, iteration, &values, &error);

  g_assert_no_error (error);
  return run;
}

void
session_fixture_go (TlRun *run, TlRunState state, guint64 iteration)
{
  tl_run_update (run, &(TlRunNews){ .state = state,
                                    .iteration = iteration,
                                    .loss = NAN,
                                    .similarity = (gdouble) iteration / 1024,
                                    .rate = NAN });
}

void
session_fixture_begin (TlRun *run)
{
  const TlMaker maker = { { (char *) "a", (char *) "" },
                          { (char *) "b", (char *) "" },
                          (char *) "float32",
                          (char *) "cpu",
                          2 };

  session_fixture_go (run, TL_RUN_STARTING, tl_run_get_iteration (run));
  tl_run_set_maker (run, &maker);
  session_fixture_go (run, TL_RUN_RUNNING, tl_run_get_iteration (run));
}

GBytes *
session_fixture_state (gint64 run, guint64 iteration)
{
  g_autofree char *text =
    g_strdup_printf ("state of %" G_GINT64_FORMAT " at %" G_GUINT64_FORMAT, run, iteration);

  return g_bytes_new (text, strlen (text));
}

static TlFrame *
make_frame (gint64 run, guint64 iteration)
{
  guint32 *pixels = g_new (guint32, SIDE * SIDE);
  g_autoptr (GBytes) bytes = g_bytes_new_take (pixels, sizeof *pixels * SIDE * SIDE);

  for (guint i = 0; i < SIDE * SIDE; i++)
    pixels[i] = 0xFF000000 | (guint32) (run << 16 & 0xFF0000) | (guint32) (iteration & 0xFFFF);
  return tl_frame_new (SIDE, SIDE, SIDE * sizeof *pixels, bytes, iteration, NAN);
}

void
session_fixture_keep (TlRun *run, guint64 iteration, TlKept kept)
{
  gint64 id = tl_run_get_origin (run)->id;
  g_autoptr (GBytes) state = session_fixture_state (id, iteration);
  g_autoptr (TlFrame) frame = make_frame (id, iteration);

  tl_run_add_checkpoint (run, &(TlCheckpointValues){ .iteration = iteration,
                                                     .kept = kept,
                                                     .similarity = (gdouble) iteration / 1024,
                                                     .state = state });
  tl_run_add_picture (run, frame);
}

void
session_fixture_turn (TlRun *run, guint64 iteration, const char *words)
{
  g_autoptr (TlSteer) steer = session_fixture_steer (words, 500);

  session_fixture_keep (run, iteration, TL_KEPT_TURN);
  if (tl_run_get_iteration (run) < iteration)
    session_fixture_go (run, tl_run_get_state (run), iteration);
  tl_run_add_journal (run, &(TlJournalEntry){ .iteration = iteration, .steer = steer });
}

/* --- what can be seen ------------------------------------------------------------------------- */

static void
print_journal (TlRun *run, GString *text)
{
  GArray *journal = tl_run_get_journal (run);

  for (guint i = 0; i < journal->len; i++)
    {
      const TlJournalEntry *entry = &g_array_index (journal, TlJournalEntry, i);
      g_autofree char *prompt = tl_prompt_print (tl_steer_get_prompt (entry->steer));

      g_string_append_printf (text, " %u:%s%s", (guint) entry->iteration, prompt,
                              entry->turn == TL_TURN_HARD ? "!" : "");
      if (entry->jitter.sigma > 0)
        g_string_append_printf (text, "~%g#%u", entry->jitter.sigma, entry->jitter.index);
    }
}

char *
session_fixture_print_checkpoints (TlSession *session, TlRun *run)
{
  GListModel *list = tl_session_get_checkpoints (session, run);
  GString *text = g_string_new (NULL);

  session_fixture_settle (session);
  for (guint i = 0; i < g_list_model_get_n_items (list); i++)
    {
      g_autoptr (TlCheckpoint) checkpoint = g_list_model_get_item (list, i);
      TlKept kept = tl_checkpoint_get_kept (checkpoint);

      g_string_append_printf (text, "%s%u%s%s%s%s", i > 0 ? " " : "",
                              (guint) tl_checkpoint_get_iteration (checkpoint),
                              kept & TL_KEPT_TURN ? "t" : "", kept & TL_KEPT_PAUSE ? "p" : "",
                              kept & TL_KEPT_FORK ? "f" : "", kept & TL_KEPT_STAR ? "s" : "");
    }
  return g_string_free (text, FALSE);
}

static void
print_run (TlSession *session, TlRun *run, guint depth, GString *text)
{
  GListModel *children = tl_run_get_children (run);
  g_autofree char *checkpoints = session_fixture_print_checkpoints (session, run);
  g_autofree char *title = tl_run_dup_title (run);
  const TlRunOrigin *origin = tl_run_get_origin (run);
  const TlMaker *maker = tl_run_get_maker (run);

  g_string_append_printf (
    text, "%*s%u “%s” “%s” mark %d state %d at %u (%g) left %u of %u hold %u", (gint) depth * 2, "",
    (guint) origin->id, title, tl_run_get_note (run) != NULL ? tl_run_get_note (run) : "",
    tl_run_get_mark (run), tl_run_get_state (run), (guint) tl_run_get_iteration (run),
    tl_run_get_similarity (run), (guint) origin->parent_iteration, (guint) origin->exploration,
    (guint) origin->hold);
  g_string_append_printf (text, " seed %u made with %s; kept %s; journal",
                          (guint) tl_start_get_values (tl_run_get_start (run))->seed,
                          maker != NULL ? maker->vqgan.name : "-", checkpoints);
  print_journal (run, text);
  g_string_append_c (text, '\n');
  for (guint i = 0; i < g_list_model_get_n_items (children); i++)
    {
      g_autoptr (TlRun) child = g_list_model_get_item (children, i);

      print_run (session, child, depth + 1, text);
    }
}

static void
print_ids (GListModel *runs, GString *text)
{
  for (guint i = 0; i < g_list_model_get_n_items (runs); i++)
    {
      g_autoptr (TlRun) run = g_list_model_get_item (runs, i);

      g_string_append_printf (text, " %u", (guint) tl_run_get_origin (run)->id);
    }
}

char *
session_fixture_print (TlSession *session)
{
  GListModel *explorations = tl_session_get_explorations (session);
  TlRun *selected = tl_session_get_selected (session);
  GString *text = g_string_new (tl_session_get_title (session));

  g_string_append_printf (text, "\nselected %u\nall",
                          selected != NULL ? (guint) tl_run_get_origin (selected)->id : 0);
  print_ids (tl_session_get_runs (session), text);
  g_string_append_c (text, '\n');
  for (guint i = 0; i < g_list_model_get_n_items (G_LIST_MODEL (session)); i++)
    {
      g_autoptr (TlRun) run = g_list_model_get_item (G_LIST_MODEL (session), i);

      print_run (session, run, 0, text);
    }
  for (guint i = 0; i < g_list_model_get_n_items (explorations); i++)
    {
      g_autoptr (TlExploration) exploration = g_list_model_get_item (explorations, i);

      g_string_append_printf (text, "exploration %u, hold %u, best half %d, %u of %u:",
                              (guint) tl_exploration_get_id (exploration),
                              (guint) tl_exploration_get_hold (exploration),
                              tl_exploration_get_keeps_best_half (exploration),
                              (guint) tl_exploration_get_n_done (exploration),
                              (guint) tl_exploration_get_n_total (exploration));
      print_ids (G_LIST_MODEL (exploration), text);
      g_string_append_c (text, '\n');
    }
  return g_string_free (text, FALSE);
}

int
session_fixture_run_tests (int *argc, char ***argv, const SessionTest *tests, gsize n)
{
  g_test_init (argc, argv, NULL);
  for (gsize i = 0; i < n; i++)
    g_test_add (tests[i].path, SessionFixture, NULL, session_fixture_set_up, tests[i].func,
                session_fixture_tear_down);
  return g_test_run ();
}
