/* test-session.c - a family begun, forked, varied, deleted, and found again in its file
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "config.h"
#include "core/base/error.h"
#include "core/session/journal.h"
#include "tests/core/session/session-file.h"
#include "tests/core/session/session-fixture.h"

#include <math.h>
#include <string.h>

typedef SessionFixture Fixture;

static void
assert_reopens_equal (Fixture *f)
{
  g_autofree char *before = session_fixture_print (f->session);
  g_autofree char *after = NULL;

  session_fixture_reopen (f);
  after = session_fixture_print (f->session);
  g_assert_cmpstr (after, ==, before);
}

static void
there_is_no_file_before_the_first_run (Fixture *f, gconstpointer data)
{
  g_autofree char *folder = g_build_filename (f->folder, "not", "yet", NULL);
  g_autoptr (TlSession) session = tl_session_new (folder);
  g_autofree char *path = g_build_filename (folder, "snow on the roof.tiller", NULL);
  g_autoptr (TlStart) start = session_fixture_start (7);
  g_autoptr (TlSteer) steer = session_fixture_steer ("snow on the roof | fog:-1", 100);
  g_autoptr (GError) error = NULL;

  g_assert_null (tl_session_get_path (session));
  g_assert_cmpstr (tl_session_get_title (session), ==, "Untitled");
  g_assert_false (g_file_test (folder, G_FILE_TEST_EXISTS));
  g_assert_true (tl_session_check_writable (session, NULL));

  g_assert_nonnull (tl_session_add_run (session, start, steer, &error));
  g_assert_no_error (error);
  g_assert_cmpstr (tl_session_get_path (session), ==, path);
  g_assert_cmpstr (tl_session_get_title (session), ==, "snow on the roof");
  g_assert_true (g_file_test (path, G_FILE_TEST_IS_REGULAR));
  g_assert_true (tl_session_close (session, &error));
  g_assert_no_error (error);
}

static void
a_folder_that_cannot_be_made_is_one_sentence (Fixture *f, gconstpointer data)
{
  g_autofree char *file = g_build_filename (f->folder, "file", NULL);
  g_autofree char *folder = g_build_filename (file, "folder", NULL);
  g_autoptr (TlSession) session = tl_session_new (folder);
  g_autoptr (TlStart) start = session_fixture_start (7);
  g_autoptr (TlSteer) steer = session_fixture_steer ("snow", 100);
  g_autoptr (GError) error = NULL;

  g_assert_true (g_file_set_contents (file, "", 0, NULL));
  g_assert_null (tl_session_add_run (session, start, steer, &error));
  g_assert_error (error, TL_ERROR, TL_ERROR_MISSING);
  g_assert_nonnull (strstr (error->message, folder));
  g_assert_null (tl_session_get_path (session));
  g_assert_cmpuint (g_list_model_get_n_items (G_LIST_MODEL (session)), ==, 0);
}

/* A root that was turned, paused, forked and forked again, and one beside it. */
static void
build_family (Fixture *f)
{
  TlRun *root = session_fixture_add (f, 4117, "raccoon"), *child, *grandchild;
  TlRun *other = session_fixture_add (f, 4118, "raccoon");

  session_fixture_begin (root);
  session_fixture_go (root, TL_RUN_RUNNING, 25);
  session_fixture_keep (root, 25, TL_KEPT_PERIODIC);
  session_fixture_keep (root, 50, TL_KEPT_PERIODIC);
  session_fixture_turn (root, 60, "raccoon | snow");
  session_fixture_go (root, TL_RUN_RUNNING, 75);
  session_fixture_keep (root, 75, TL_KEPT_PERIODIC);
  session_fixture_go (root, TL_RUN_PAUSED, 80);
  session_fixture_keep (root, 80, TL_KEPT_PAUSE);

  child = session_fixture_fork (f, root, 75, "raccoon | fog");
  session_fixture_begin (child);
  session_fixture_turn (child, 90, "fog");
  session_fixture_keep (child, 100, TL_KEPT_PERIODIC);
  session_fixture_go (child, TL_RUN_FINISHED, 110);
  grandchild = session_fixture_fork (f, child, 100, "sun");

  tl_run_set_name (root, "the first");
  tl_run_set_note (root, "keeps its tail");
  tl_run_set_mark (child, TL_MARK_STARRED);
  tl_run_set_mark (other, TL_MARK_REJECTED);
  tl_session_star_checkpoint (f->session, root, 50, TRUE);
  tl_session_star_checkpoint (f->session, root, 25, TRUE);
  tl_session_star_checkpoint (f->session, root, 25, FALSE);
  tl_session_set_selected (f->session, grandchild);
}

static void
a_family_comes_back_as_it_was (Fixture *f, gconstpointer data)
{
  g_autofree char *text = NULL;
  TlRun *root;

  build_family (f);
  assert_reopens_equal (f);
  assert_reopens_equal (f);

  text = session_fixture_print (f->session);
  g_assert_nonnull (
    strstr (text, "kept 25 50s 60t 75f 80p; journal 0:raccoon 60:raccoon | snow\n"));
  g_assert_nonnull (
    strstr (text, "kept 90t 100f; journal 0:raccoon 60:raccoon | snow 75:raccoon | fog 90:fog\n"));
  g_assert_nonnull (strstr (text, " 100:sun\n"));

  /* And may be gone on with as if nothing had been. */
  root = tl_session_find_run (f->session, 1);
  session_fixture_begin (root);
  session_fixture_turn (root, 85, "rain");
  session_fixture_go (root, TL_RUN_STOPPED, 86);
  session_fixture_fork (f, root, 80, "hail");
  assert_reopens_equal (f);
}

/* As after a torn checkpoint: it goes on from an older one, and is steered otherwise. */
static void
what_a_child_inherited_stays_its_own (Fixture *f, gconstpointer data)
{
  g_autofree char *text = NULL;

  build_family (f);
  session_fixture_turn (tl_session_find_run (f->session, 1), 55, "otherwise");
  assert_reopens_equal (f);
  text = session_fixture_print (f->session);
  g_assert_nonnull (strstr (text, "journal 0:raccoon 55:otherwise\n"));
  g_assert_nonnull (strstr (text, "journal 0:raccoon 60:raccoon | snow 75:raccoon | fog 90:fog\n"));
}

static void
a_fork_may_begin_anew_from_a_picture (Fixture *f, gconstpointer data)
{
  g_autoptr (GBytes) bytes = g_bytes_new_static ("a picture, as far as anybody cares", 34);
  g_autoptr (TlAsset) image = tl_asset_new ("from-7.png", bytes);
  g_autoptr (TlStart) start =
    tl_start_new (&(TlStartValues){ .seed = 9, .width = 128, .height = 64, .image = image });
  g_autoptr (TlSteer) steer = session_fixture_steer ("wide", 500);
  const TlForkValues values = { .steer = steer, .start = start, .change = "wider" };
  TlRun *root = session_fixture_add (f, 7, "raccoon"), *fork;
  const TlStartValues *found;

  session_fixture_begin (root);
  session_fixture_keep (root, 25, TL_KEPT_PERIODIC);
  session_fixture_go (root, TL_RUN_PAUSED, 30);
  fork = tl_session_fork (f->session, root, 25, &values, NULL);
  g_assert_cmpuint (tl_run_get_iteration (fork), ==, 0);
  g_assert_cmpuint (tl_run_get_journal (fork)->len, ==, 1);
  assert_reopens_equal (f);

  fork = tl_session_find_run (f->session, 2);
  g_assert_true (tl_run_get_parent (fork) == tl_session_find_run (f->session, 1));
  g_assert_cmpuint (tl_run_get_iteration (fork), ==, 0);
  found = tl_start_get_values (tl_run_get_start (fork));
  g_assert_cmpuint (found->width, ==, 128);
  g_assert_true (g_bytes_equal (tl_asset_get_bytes (found->image), bytes));
}

/* What the parent's iterations were numbered by means nothing to a run that begins at 0; one that
 * goes on keeps it. */
static void
a_fork_from_a_picture_lays_out_no_forms_later (Fixture *f, gconstpointer data)
{
  g_autoptr (TlStart) start = session_fixture_start (9);
  g_autoptr (TlSteer) plain = session_fixture_steer ("wide", 500);
  TlSettings settings = *tl_steer_get_settings (plain);
  g_autoptr (TlSteer) steer = NULL;
  TlRun *root = session_fixture_add (f, 7, "raccoon");

  settings.coarse_from = 110;
  steer = tl_steer_new (tl_steer_get_prompt (plain), &settings, NULL);
  for (guint continues = 0; continues < 2; continues++)
    {
      const TlForkValues values = { .steer = steer, .start = continues ? NULL : start };
      TlRun *fork = tl_session_fork (f->session, root, 200, &values, NULL);
      const TlJournalEntry *entry =
        tl_journal_find (tl_run_get_journal (fork), continues ? 200 : 0);

      g_assert_cmpint (tl_steer_get_settings (entry->steer)->coarse_from, ==, continues ? 110 : 0);
      g_assert_true (tl_run_get_steer (fork) == entry->steer);
    }
  g_assert_cmpint (tl_steer_get_settings (steer)->coarse_from, ==, 110);
}

/* What is made can be read again. */
static void
a_family_has_an_end (Fixture *f, gconstpointer data)
{
  g_autoptr (TlStart) start = session_fixture_start (9);
  g_autoptr (TlSteer) steer = session_fixture_steer ("snow", 500);
  const TlForkValues values = { .steer = steer, .start = start };
  g_autoptr (GError) error = NULL;
  TlRun *last = session_fixture_add (f, 7, "snow");
  guint n = 0;

  for (guint i = 1; i < TL_MAX_GENERATIONS; i++)
    last = tl_session_fork (f->session, last, 0, &values, NULL);
  g_assert_null (tl_session_fork (f->session, last, 0, &values, &error));
  g_assert_error (error, TL_ERROR, TL_ERROR_TOO_LARGE);
  g_clear_error (&error);
  g_assert_null (tl_session_add_siblings (f->session, last, 0, 2, 0.25, &error));
  g_assert_error (error, TL_ERROR, TL_ERROR_TOO_LARGE);

  session_fixture_reopen (f);
  last = tl_session_find_run (f->session, TL_MAX_GENERATIONS);
  for (TlRun *run = last; run != NULL; run = tl_run_get_parent (run))
    n++;
  g_assert_cmpuint (n, ==, TL_MAX_GENERATIONS);
}

/* --- deleting --------------------------------------------------------------------------------- */

static void
what_is_deleted_may_come_back_until_the_file_is_closed (Fixture *f, gconstpointer data)
{
  g_autofree char *before = NULL, *deleted = NULL, *after = NULL;
  g_autoptr (TlRun) child = NULL, grandchild = NULL;

  build_family (f);
  before = session_fixture_print (f->session);
  child = g_object_ref (tl_session_find_run (f->session, 3));
  grandchild = g_object_ref (tl_session_find_run (f->session, 4));

  tl_session_delete_run (f->session, child);
  g_assert_null (tl_session_find_run (f->session, 3));
  g_assert_null (tl_session_find_run (f->session, 4));
  g_assert_null (tl_session_get_selected (f->session));
  g_assert_cmpuint (g_list_model_get_n_items (tl_session_get_runs (f->session)), ==, 2);
  tl_session_undelete_run (f->session, child);
  tl_session_set_selected (f->session, grandchild);
  after = session_fixture_print (f->session);
  g_assert_cmpstr (after, ==, before);

  /* A child that went before its parent does not come back with it. */
  tl_session_delete_run (f->session, grandchild);
  deleted = session_fixture_print (f->session);
  tl_session_delete_run (f->session, tl_session_find_run (f->session, 1));
  g_assert_cmpuint (g_list_model_get_n_items (G_LIST_MODEL (f->session)), ==, 1);
  tl_session_undelete_run (f->session, tl_run_get_parent (child));
  g_free (after);
  after = session_fixture_print (f->session);
  g_assert_cmpstr (after, ==, deleted);

  g_clear_object (&child);
  g_clear_object (&grandchild);
  assert_reopens_equal (f);
  g_assert_null (tl_session_find_run (f->session, 4));
}

static void
deleted_runs_leave_the_file (Fixture *f, gconstpointer data)
{
  g_autoptr (TlDatabase) database = NULL;
  g_autoptr (GPtrArray) runs = NULL;
  g_autoptr (GError) error = NULL;
  g_autofree char *path = NULL;

  build_family (f);
  path = g_strdup (tl_session_get_path (f->session));
  tl_session_delete_run (f->session, tl_session_find_run (f->session, 1));
  tl_session_close (f->session, &error);
  g_assert_no_error (error);
  g_clear_object (&f->session);

  database = tl_database_open (path, TL_DATABASE_READ, &error);
  g_assert_no_error (error);
  runs = tl_database_list_runs (database, &error);
  g_assert_no_error (error);
  g_assert_cmpuint (runs->len, ==, 1);
  g_assert_cmpint (((TlRunRecord *) runs->pdata[0])->id, ==, 2);
}

static void
the_root_list_tells_what_changes (Fixture *f, gconstpointer data)
{
  GListModel *model = G_LIST_MODEL (f->session);
  g_autoptr (TlRun) first = g_object_ref (session_fixture_add (f, 1, "snow"));
  g_autoptr (TlRun) found = NULL;

  session_fixture_add (f, 2, "snow");
  session_fixture_add (f, 3, "snow");
  g_assert_true (g_list_model_get_item_type (model) == TL_TYPE_RUN);
  tl_session_delete_run (f->session, first);
  g_assert_cmpuint (g_list_model_get_n_items (model), ==, 2);
  tl_session_undelete_run (f->session, first);
  /* To where it was. */
  found = g_list_model_get_item (model, 0);
  g_assert_true (found == first);
}

/* --- siblings --------------------------------------------------------------------------------- */

static void
siblings_go_on_with_a_jitter_each (Fixture *f, gconstpointer data)
{
  g_autoptr (GPtrArray) siblings = NULL, more = NULL;
  g_autoptr (GError) error = NULL;
  TlRun *root = session_fixture_add (f, 1, "snow");

  session_fixture_begin (root);
  session_fixture_keep (root, 490, TL_KEPT_PAUSE);
  session_fixture_go (root, TL_RUN_PAUSED, 490);
  siblings = tl_session_add_siblings (f->session, root, 490, 6, 0.25, &error);
  g_assert_no_error (error);
  g_assert_cmpuint (siblings->len, ==, 6);
  more = tl_session_add_siblings (f->session, root, 490, 2, 0.5, &error);
  g_assert_no_error (error);

  for (guint i = 0; i < 8; i++)
    {
      TlRun *run = i < 6 ? siblings->pdata[i] : more->pdata[i - 6];
      GArray *journal = tl_run_get_journal (run);
      const TlJournalEntry *entry = &g_array_index (journal, TlJournalEntry, journal->len - 1);

      g_assert_true (tl_run_get_parent (run) == root);
      g_assert_cmpuint (tl_run_get_origin (run)->hold, ==, 520);
      g_assert_cmpuint (tl_run_get_n_iterations (run), >=, 520);
      g_assert_cmpuint (entry->iteration, ==, 490);
      g_assert_cmpuint (entry->jitter.index, ==, i + 1);
      g_assert_cmpfloat (entry->jitter.sigma, ==, i < 6 ? 0.25 : 0.5);
    }
  assert_reopens_equal (f);
}

/* What is drawn at random codes is drawn anew for each of them; later they are the same but for
 * their jitter. */
static void
siblings_from_the_start_have_other_luck (Fixture *f, gconstpointer data)
{
  TlRun *root = session_fixture_add (f, 1, "snow");

  for (guint64 at = 0; at < 2; at++)
    {
      g_autoptr (GPtrArray) siblings =
        tl_session_add_siblings (f->session, root, at, 3, 0.25, NULL);

      for (guint i = 0; i < 3; i++)
        g_assert_cmpint (tl_steer_get_settings (tl_run_get_steer (siblings->pdata[i]))->variation,
                         ==, at == 0 ? i + 1 : 0);
    }
}

static void
what_no_recipe_could_say_is_refused (Fixture *f, gconstpointer data)
{
  g_autoptr (GPtrArray) siblings = NULL, later = NULL;
  g_autoptr (GError) error = NULL;
  TlRun *root = session_fixture_add (f, 1, "snow");
  TlForkValues values = { .steer = tl_run_get_steer (root) };
  TlRun *sibling;

  siblings = tl_session_add_siblings (f->session, root, 100, 1, 0.25, &error);
  g_assert_no_error (error);
  sibling = siblings->pdata[0];
  tl_run_set_name (sibling, "fluffy");

  g_assert_null (tl_session_add_siblings (f->session, sibling, 100, 6, 0.25, &error));
  g_assert_error (error, TL_ERROR, TL_ERROR_UNTRUSTED);
  g_assert_cmpstr (error->message, ==,
                   "“fluffy” was itself varied at iteration 100; fork from a later one");
  g_clear_error (&error);
  g_assert_null (tl_session_fork (f->session, sibling, 100, &values, &error));
  g_assert_error (error, TL_ERROR, TL_ERROR_UNTRUSTED);
  g_clear_error (&error);

  later = tl_session_add_siblings (f->session, sibling, 101, 1, 0.25, &error);
  g_assert_no_error (error);
  g_assert_null (tl_session_add_siblings (f->session, root, 100, 6, 0, &error));
  g_assert_error (error, TL_ERROR, TL_ERROR_FORMAT);
  g_clear_error (&error);
  g_assert_null (tl_session_add_siblings (f->session, root, 100, 6, NAN, &error));
  g_assert_error (error, TL_ERROR, TL_ERROR_FORMAT);
  g_clear_error (&error);
  g_assert_null (tl_session_add_siblings (f->session, root, TL_MAX_ITERATIONS, 6, 1, &error));
  g_assert_error (error, TL_ERROR, TL_ERROR_TOO_LARGE);
  g_assert_cmpuint (g_list_model_get_n_items (tl_session_get_runs (f->session)), ==, 3);
}

/* --- undo ------------------------------------------------------------------------------------- */

static void
assert_undo (Fixture *f, TlRun *run, TlRun *owner, guint64 iteration, const char *words)
{
  g_autofree char *found_words = NULL;
  TlSteer *steer = NULL;
  guint64 found = 0;

  g_assert_true (tl_session_find_undo (f->session, run, &found, &steer) == owner);
  if (owner == NULL)
    return;
  found_words = tl_prompt_print (tl_steer_get_prompt (steer));
  g_assert_cmpuint (found, ==, iteration);
  g_assert_cmpstr (found_words, ==, words);
}

static void
undo_walks_back_turn_by_turn (Fixture *f, gconstpointer data)
{
  TlRun *root = session_fixture_add (f, 1, "snow"), *fork, *undone, *undone_again;

  assert_undo (f, root, NULL, 0, NULL);
  session_fixture_begin (root);
  assert_undo (f, root, NULL, 0, NULL);
  session_fixture_turn (root, 100, "rain");
  session_fixture_turn (root, 240, "hail");
  assert_undo (f, root, root, 240, "rain");

  /* The turned branch stays; what was undone is not undone again. */
  undone = session_fixture_fork (f, root, 240, "rain");
  assert_undo (f, undone, root, 100, "snow");
  undone_again = session_fixture_fork (f, root, 100, "snow");
  assert_undo (f, undone_again, NULL, 0, NULL);
  session_fixture_turn (undone, 250, "fog");
  assert_undo (f, undone, undone, 250, "rain");

  /* A fork with a change is one. */
  fork = session_fixture_fork (f, undone, 260, "sun");
  assert_undo (f, fork, undone, 260, "fog");
}

/* --- explorations ----------------------------------------------------------------------------- */

static TlExploration *
explore (Fixture *f, guint64 seed, guint n, guint64 hold)
{
  g_autoptr (TlStart) start = session_fixture_start (seed);
  g_autoptr (TlSteer) steer = session_fixture_steer ("snow", 500);
  g_autoptr (GError) error = NULL;
  TlExploration *exploration = tl_session_explore (f->session, start, steer, n, hold, &error);

  g_assert_no_error (error);
  return exploration;
}

static guint64
seed_at (TlExploration *exploration, guint position)
{
  g_autoptr (TlRun) run = g_list_model_get_item (G_LIST_MODEL (exploration), position);

  return tl_start_get_values (tl_run_get_start (run))->seed;
}

static void
an_exploration_comes_back_in_the_middle (Fixture *f, gconstpointer data)
{
  TlExploration *exploration = explore (f, G_MAXUINT64 - 1, 4, 100);
  g_autoptr (TlExploration) found = NULL;
  g_autoptr (GError) error = NULL;

  tl_exploration_set_keeps_best_half (exploration, TRUE);
  for (guint i = 0; i < 4; i++)
    {
      g_autoptr (TlRun) run = g_list_model_get_item (G_LIST_MODEL (exploration), i);

      g_assert_cmpuint (tl_run_get_origin (run)->hold, ==, 100);
      session_fixture_begin (run);
      session_fixture_go (run, i == 0 ? TL_RUN_HELD : TL_RUN_PAUSED, i == 0 ? 100 : 40);
      session_fixture_keep (run, i == 0 ? 100 : 40, i == 0 ? TL_KEPT_HOLD : TL_KEPT_PAUSE);
    }
  tl_run_set_mark (tl_session_find_run (f->session, 2), TL_MARK_REJECTED);
  g_assert_cmpuint (tl_exploration_get_n_done (exploration), ==, 180);
  g_assert_cmpuint (tl_exploration_get_n_total (exploration), ==, 300);
  /* Seeds go round. */
  g_assert_cmpuint (seed_at (exploration, 1), ==, G_MAXUINT64);
  g_assert_cmpuint (seed_at (exploration, 2), ==, 0);

  session_fixture_turn (tl_session_find_run (f->session, 4), 45, "rain");
  assert_reopens_equal (f);

  found = g_list_model_get_item (tl_session_get_explorations (f->session), 0);
  g_assert_true (tl_session_explore_more (f->session, found, 3, &error));
  g_assert_cmpuint (g_list_model_get_n_items (G_LIST_MODEL (found)), ==, 7);
  g_assert_cmpuint (seed_at (found, 4), ==, 2);
  g_assert_cmpuint (seed_at (found, 6), ==, 4);
  assert_reopens_equal (f);
}

static void
more_goes_on_after_the_last_seed_there_ever_was (Fixture *f, gconstpointer data)
{
  TlExploration *exploration = explore (f, 10, 3, 100);
  TlRun *last = tl_session_find_run (f->session, 3);
  g_autofree char *words = NULL;

  session_fixture_begin (last);
  session_fixture_turn (last, 10, "rain");
  tl_session_delete_run (f->session, last);
  g_assert_cmpuint (g_list_model_get_n_items (G_LIST_MODEL (exploration)), ==, 2);
  g_assert_true (tl_session_explore_more (f->session, exploration, 1, NULL));
  g_assert_cmpuint (seed_at (exploration, 2), ==, 13);
  /* Begun as they all were, not as the last was turned. */
  words =
    tl_prompt_print (tl_steer_get_prompt (tl_run_get_steer (tl_session_find_run (f->session, 4))));
  g_assert_cmpstr (words, ==, "snow");
}

static void
the_hold_is_within_the_plan (Fixture *f, gconstpointer data)
{
  g_assert_cmpuint (tl_exploration_get_hold (explore (f, 1, 2, 900)), ==, 500);
}

static void
what_a_judge_said_is_kept (Fixture *f, gconstpointer data)
{
  TlRun *run = session_fixture_add (f, 4117, "raccoon"), *other;
  guint64 iteration = 0;

  session_fixture_begin (run);
  session_fixture_go (run, TL_RUN_HELD, 100);
  g_assert_true (isnan (tl_run_get_score (run, "a:1", NULL)));
  tl_session_add_score (f->session, run, 100, "a:1", 0.5);
  tl_session_add_score (f->session, run, 50, "a:1", 0.25);
  tl_session_add_score (f->session, run, 75, "b:2", 0.75);
  tl_session_add_score (f->session, run, 100, "a:1", 0.375);

  for (guint i = 0; i < 2; i++)
    {
      run = tl_session_find_run (f->session, 1);
      g_assert_cmpfloat (tl_run_get_score (run, "a:1", &iteration), ==, 0.375);
      g_assert_cmpuint (iteration, ==, 100);
      g_assert_cmpfloat (tl_run_get_score (run, "b:2", &iteration), ==, 0.75);
      g_assert_cmpuint (iteration, ==, 75);
      g_assert_true (isnan (tl_run_get_score (run, "c:3", NULL)));
      session_fixture_reopen (f);
    }
  other = session_fixture_add (f, 4118, "raccoon");
  g_assert_true (isnan (tl_run_get_score (other, "a:1", NULL)));
}

/* A run whose row a kill has parted from its first turn is none, and its number no other's. */
static void
a_number_is_taken_once (Fixture *f, gconstpointer data)
{
  g_autofree char *path = NULL, *kept = NULL;
  TlRun *run;

  session_fixture_add (f, 1, "snow");
  session_fixture_add (f, 2, "rain");
  path = g_strdup (tl_session_get_path (f->session));
  session_fixture_close (g_steal_pointer (&f->session));
  do_sql (path, "DELETE FROM journal WHERE run = 2");

  f->session = session_fixture_open_well (path);
  g_assert_null (tl_session_find_run (f->session, 2));
  run = session_fixture_add (f, 3, "hail");
  g_assert_cmpint (tl_run_get_origin (run)->id, ==, 3);
  session_fixture_begin (run);
  session_fixture_keep (run, 25, TL_KEPT_PAUSE);
  session_fixture_go (run, TL_RUN_PAUSED, 25);
  session_fixture_reopen (f);
  run = tl_session_find_run (f->session, 3);
  g_assert_nonnull (run);
  g_assert_cmpuint (tl_start_get_values (tl_run_get_start (run))->seed, ==, 3);
  kept = session_fixture_print_checkpoints (f->session, run);
  g_assert_cmpstr (kept, ==, "25p");
}

int
main (int argc, char **argv)
{
  static const SessionTest tests[] = {
    { "/session/first-run", there_is_no_file_before_the_first_run },
    { "/session/no-folder", a_folder_that_cannot_be_made_is_one_sentence },
    { "/session/family/reopened", a_family_comes_back_as_it_was },
    { "/session/family/scores", what_a_judge_said_is_kept },
    { "/session/family/inherited", what_a_child_inherited_stays_its_own },
    { "/session/family/begins-anew", a_fork_may_begin_anew_from_a_picture },
    { "/session/family/begins-with-its-picture", a_fork_from_a_picture_lays_out_no_forms_later },
    { "/session/family/end", a_family_has_an_end },
    { "/session/family/numbers", a_number_is_taken_once },
    { "/session/delete/undone", what_is_deleted_may_come_back_until_the_file_is_closed },
    { "/session/delete/closed", deleted_runs_leave_the_file },
    { "/session/delete/order", the_root_list_tells_what_changes },
    { "/session/siblings", siblings_go_on_with_a_jitter_each },
    { "/session/siblings/start", siblings_from_the_start_have_other_luck },
    { "/session/siblings/refused", what_no_recipe_could_say_is_refused },
    { "/session/undo", undo_walks_back_turn_by_turn },
    { "/session/explore/reopened", an_exploration_comes_back_in_the_middle },
    { "/session/explore/more", more_goes_on_after_the_last_seed_there_ever_was },
    { "/session/explore/hold", the_hold_is_within_the_plan },
  };

  return session_fixture_run_tests (&argc, &argv, tests, G_N_ELEMENTS (tests));
}
