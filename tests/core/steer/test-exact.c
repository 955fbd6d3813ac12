/* test-exact.c - continue, fork, resume and explore give the bits of a run that never stopped
 *
 * The engine on the starter models, with a session file for its memory. What must come out is
 * walked by the plainest loop there is: start, step, step, step, with each turn where the journal
 * says. Latent, moments and pixels are compared.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "config.h"
#include "core/engine/engine.h"
#include "core/session/database.h"
#include "core/session/frame-file.h"
#include "core/session/journal.h"
#include "core/session/picture.h"
#include "tests/core/steer/fixture.h"

#include <glib/gstdio.h>
#include <math.h>

#define LENGTH 9

typedef struct
{
  Fixture steer; /* whose stepper walks what must come out */
  TlPrecision precision;
  TlEngine *engine;
  TlDatabase *database;
  char *folder;
} Exact;

static TlEngine *
make_engine (Exact *f)
{
  const TlModelChoice choice = { .precision = f->precision };
  TlEngine *engine = tl_engine_new (tl_steer_stepper_new (&choice));

  tl_engine_set_checkpoint_every (engine, 2);
  tl_engine_set_frame_rate (engine, 0);
  return engine;
}

static void
set_up_in (Exact *f, gconstpointer precision)
{
  g_autofree char *path = NULL;
  g_autoptr (GError) error = NULL;

  f->precision = GPOINTER_TO_INT (precision);
  fixture_set_up_in (&f->steer, f->precision);
  f->engine = make_engine (f);
  f->folder = g_dir_make_tmp ("tiller-exact-XXXXXX", NULL);
  path = g_build_filename (f->folder, "session.tiller", NULL);
  f->database = tl_database_open (path, TL_DATABASE_CREATE, &error);
  g_assert_no_error (error);
}

static void
set_up (Exact *f, gconstpointer data)
{
  set_up_in (f, GINT_TO_POINTER (TL_PRECISION_FLOAT32));
}

static void
tear_down (Exact *f, gconstpointer data)
{
  g_autofree char *path = g_strdup (tl_database_get_path (f->database));

  g_clear_object (&f->engine);
  tl_database_close (f->database);
  g_unlink (path);
  g_assert_cmpint (g_rmdir (f->folder), ==, 0);
  g_free (f->folder);
  fixture_tear_down (&f->steer, NULL);
}

/* --- the session ------------------------------------------------------------------------------ */

static gint64
id_of (TlRun *run)
{
  return tl_run_get_origin (run)->id;
}

static void
on_turned_cb (TlRun *run, const TlJournalEntry *entry, Exact *f)
{
  g_assert_true (tl_database_put_turn (f->database, id_of (run), entry, NULL));
}

static void
on_kept_cb (TlRun *run, const TlCheckpointValues *values, Exact *f)
{
  g_assert_true (tl_database_put_checkpoint (f->database, id_of (run), values, NULL));
}

static void
on_pictured_cb (TlRun *run, TlFrame *frame, Exact *f)
{
  g_autoptr (GBytes) png = NULL, thumbnail = NULL;

  g_assert_true (tl_frame_encode (frame, &png, &thumbnail, NULL));
  g_assert_true (tl_database_put_frame (f->database, id_of (run), tl_frame_get_iteration (frame),
                                        png, thumbnail, NULL));
}

/* @entry: (nullable): what a fork leaves its parent with */
static TlRun *
add_run (Exact *f, TlStart *start, TlSteer *steer, const TlRunOrigin *origin,
         const TlJournalEntry *entry)
{
  TlRun *run = tl_run_new (start, steer);
  TlRunRecord record = { .id = origin->id,
                         .parent = origin->parent != NULL ? id_of (origin->parent) : 0,
                         .parent_iteration = origin->parent_iteration,
                         .continues_parent = origin->continues_parent,
                         .hold = origin->hold,
                         .start = start,
                         .similarity = NAN };
  g_autoptr (GError) error = NULL;

  tl_run_set_origin (run, origin);
  tl_database_put_run (f->database, &record, &error);
  g_assert_no_error (error);
  g_signal_connect (run, "turned", G_CALLBACK (on_turned_cb), f);
  g_signal_connect (run, "kept", G_CALLBACK (on_kept_cb), f);
  g_signal_connect (run, "pictured", G_CALLBACK (on_pictured_cb), f);
  if (entry != NULL)
    tl_run_add_journal (run, entry);
  return run;
}

static GBytes *
get_state (Exact *f, TlRun *run, guint64 iteration)
{
  g_autoptr (GError) error = NULL;
  guint64 found;
  GBytes *state = tl_database_get_state (f->database, id_of (run), iteration, &found, &error);

  g_assert_no_error (error);
  g_assert_cmpuint (found, ==, iteration);
  return state;
}

/* --- waiting ---------------------------------------------------------------------------------- */

static void
wait_state (TlRun *run, TlRunState state)
{
  while (tl_run_get_state (run) != state)
    {
      if (tl_run_get_state (run) == TL_RUN_FAILED)
        g_error ("%s", tl_run_get_message (run));
      g_main_context_iteration (NULL, TRUE);
    }
}

static void
wait_iteration (TlRun *run, guint64 iteration)
{
  while (tl_run_get_iteration (run) < iteration && tl_run_get_state (run) != TL_RUN_FINISHED)
    g_main_context_iteration (NULL, TRUE);
}

/* --- what must come out ----------------------------------------------------------------------- */

static void
turn (Exact *f, TlState *state, const TlJournalEntry *entry)
{
  const TlStepperClass *klass = f->steer.stepper->klass;

  if (entry->jitter.sigma > 0)
    g_assert_true (klass->jitter (f->steer.stepper, state, &entry->jitter, NULL));
  if (entry->turn == TL_TURN_HARD)
    klass->forget (f->steer.stepper, state);
}

static void
assert_is_recipe (Exact *f, TlRecipe *recipe, GBytes *bytes, TlFrame *frame)
{
  TlState *state = fixture_start (&f->steer, tl_recipe_get_start (recipe));
  const TlJournalEntry *entry;
  g_autoptr (GBytes) wanted = NULL;
  g_autoptr (TlFrame) picture = NULL;

  for (guint64 i = 0; i < tl_recipe_get_iteration (recipe); i++)
    {
      entry = tl_recipe_find_entry (recipe, i);
      if (entry->iteration == i)
        turn (f, state, entry);
      fixture_walk (&f->steer, state, entry->steer, 1);
    }
  wanted = fixture_save (&f->steer, state);
  g_assert_true (g_bytes_equal (bytes, wanted));
  entry = tl_recipe_find_entry (recipe, tl_recipe_get_iteration (recipe));
  picture = f->steer.stepper->klass->decode (f->steer.stepper, state, entry->steer, NULL, NULL);
  g_assert_true (g_bytes_equal (tl_frame_get_pixels (frame), tl_frame_get_pixels (picture)));
  fixture_free_state (&f->steer, state);
}

/* The picture that is shown, and the one in the file, and the state in the file. */
static void
assert_exact (Exact *f, TlRun *run)
{
  guint64 iteration = tl_run_get_iteration (run), found;
  g_autoptr (TlRecipe) recipe = tl_run_dup_recipe (run, iteration);
  g_autoptr (TlFrame) frame = tl_run_dup_frame (run), written = NULL;
  g_autoptr (GBytes) state = get_state (f, run, iteration);
  g_autoptr (GBytes) png =
    tl_database_get_frame (f->database, id_of (run), iteration, &found, NULL);

  g_assert_cmpuint (tl_frame_get_iteration (frame), ==, iteration);
  assert_is_recipe (f, recipe, state, frame);
  g_assert_cmpuint (found, ==, iteration);
  written = tl_picture_read (png, "picture", NULL);
  g_assert_true (g_bytes_equal (tl_frame_get_pixels (written), tl_frame_get_pixels (frame)));
}

/* --- families --------------------------------------------------------------------------------- */

/* A run with a story and a schedule, paused, turned and gone on with. */
static TlRun *
grow_root (Exact *f, TlStart *start, const char *setting, const char *value)
{
  g_autoptr (TlSteer) story =
    make_steer ("a red tractor ^ a house:0.8 ^ a boat | fog @{0:0.2,100%:0.9}", NULL, "iterations",
                "9", setting, value, NULL);
  g_autoptr (TlSteer) held = make_steer ("a red tractor | snow:-0.3", NULL, "iterations", "9",
                                         "init-weight", "0.4", setting, value, NULL);
  TlRun *run = add_run (f, start, story, &(TlRunOrigin){ .id = 1 }, NULL);

  tl_engine_start (f->engine, run);
  wait_iteration (run, 2);
  tl_engine_pause (f->engine, run);
  tl_engine_continue (f->engine, run);
  wait_iteration (run, 4);
  tl_engine_steer (f->engine, run, held, TL_TURN_HARD);
  wait_state (run, TL_RUN_FINISHED);
  g_assert_cmpuint (tl_run_get_iteration (run), ==, LENGTH);
  return run;
}

static TlRun *
leave (Exact *f, TlRun *parent, guint64 iteration, gint64 id, const TlJournalEntry *entry)
{
  const TlRunOrigin origin = {
    .id = id, .parent = parent, .parent_iteration = iteration, .continues_parent = TRUE
  };
  TlRun *run = add_run (f, tl_run_get_start (parent), entry->steer, &origin, entry);
  g_autoptr (GBytes) state = get_state (f, parent, iteration);

  tl_engine_resume (f->engine, run, state, TRUE);
  return run;
}

/* Another program, after this one was killed: @run as the file has it, from its state at
 * @iteration. */
static void
check_resume (Exact *f, TlRun *run, TlRun *parent, guint64 iteration)
{
  g_autoptr (TlEngine) engine = make_engine (f);
  g_autoptr (GArray) turns = tl_database_list_turns (f->database, id_of (run), NULL);
  g_autoptr (TlRun) again = tl_run_new (tl_run_get_start (run), tl_run_get_steer (run));
  g_autoptr (GBytes) state = get_state (f, run, iteration), last = NULL, before = NULL;
  TlRunOrigin origin = *tl_run_get_origin (run);
  g_autoptr (TlFrame) frame = NULL, other = NULL;

  before = get_state (f, run, tl_run_get_iteration (run));
  origin.parent = parent;
  tl_run_set_origin (again, &origin);
  tl_run_restore (again, turns, tl_run_get_maker (run), TL_RUN_RUNNING, iteration, NAN);
  g_signal_connect (again, "kept", G_CALLBACK (on_kept_cb), f);
  tl_engine_resume (engine, again, state, FALSE);
  wait_state (again, TL_RUN_FINISHED);
  last = get_state (f, again, tl_run_get_iteration (run));
  g_assert_true (g_bytes_equal (last, before));
  frame = tl_run_dup_frame (run);
  other = tl_run_dup_frame (again);
  g_assert_true (g_bytes_equal (tl_frame_get_pixels (frame), tl_frame_get_pixels (other)));
}

static void
check_family (Exact *f, guint width, guint height, const char *setting, const char *value)
{
  g_autoptr (TlStart) start =
    tl_start_new (&(TlStartValues){ .seed = 4117, .width = width, .height = height });
  g_autoptr (TlRun) root = grow_root (f, start, setting, value);
  g_autoptr (TlRun) child = NULL, grandchild = NULL;
  g_autoptr (TlSteer) snow =
    make_steer ("snow on a castle", NULL, "iterations", "14", setting, value, NULL);
  g_autoptr (TlSteer) varied = make_steer ("a boat | rain:0.5", NULL, "iterations", "16",
                                           "variation", "77", setting, value, NULL);

  assert_exact (f, root);
  check_resume (f, root, NULL, 6);

  child = leave (f, root, 6, 2, &(TlJournalEntry){ 6, snow, TL_TURN_GENTLE, { 0.05, 3 } });
  wait_iteration (child, 8);
  tl_engine_steer (f->engine, child, varied, TL_TURN_HARD);
  wait_state (child, TL_RUN_FINISHED);
  assert_exact (f, child);
  check_resume (f, child, root, 8);

  grandchild = leave (f, child, 12, 3, &(TlJournalEntry){ 12, snow, TL_TURN_HARD });
  wait_state (grandchild, TL_RUN_FINISHED);
  assert_exact (f, grandchild);
  tl_engine_discard (f->engine, root);
  tl_engine_discard (f->engine, child);
  tl_engine_discard (f->engine, grandchild);
}

static void
families_with_each_optimizer (Exact *f, gconstpointer data)
{
  check_family (f, 64, 64, "optimizer", data);
}

static void
families_with_each_cut_method (Exact *f, gconstpointer data)
{
  check_family (f, 80, 64, "cut-method", data);
}

/* --- explorations ----------------------------------------------------------------------------- */

#define N_CANDIDATES 3
#define HOLD 7

/* Slices, the focus and a rejection change nothing of what the others become. */
static void
candidates_are_what_they_are_alone (Exact *f, gconstpointer data)
{
  g_autoptr (TlSteer) steer = make_steer ("a yellow flower", NULL, "iterations", "20", NULL);
  TlRun *runs[N_CANDIDATES];

  for (guint i = 0; i < N_CANDIDATES; i++)
    {
      g_autoptr (TlStart) start =
        tl_start_new (&(TlStartValues){ .seed = 100 + i, .width = 64, .height = 64 });
      const TlRunOrigin origin = { .id = i + 1, .exploration = 1, .hold = HOLD };

      runs[i] = add_run (f, start, steer, &origin, NULL);
      tl_engine_start (f->engine, runs[i]);
    }
  wait_iteration (runs[1], 1);
  tl_engine_set_focus (f->engine, runs[2]);
  wait_iteration (runs[0], 6);
  tl_engine_discard (f->engine, runs[0]);
  for (guint i = 1; i < N_CANDIDATES; i++)
    {
      wait_state (runs[i], TL_RUN_HELD);
      g_assert_cmpuint (tl_run_get_iteration (runs[i]), ==, HOLD);
      assert_exact (f, runs[i]);
    }
  for (guint i = 0; i < N_CANDIDATES; i++)
    g_object_unref (runs[i]);
}

/* --- precisions ------------------------------------------------------------------------------- */

#define SHORT_LENGTH 5

/* libtorch has no float16 on most processors. */
static gboolean
is_supported (Exact *f, TlStart *start, TlSteer *steer)
{
  const TlStepperClass *klass = f->steer.stepper->klass;
  TlState *state = fixture_start (&f->steer, start);
  TlReport report;
  gboolean done =
    klass->step (f->steer.stepper, state, steer, TL_WANT_NOTHING, &report, NULL, NULL);

  klass->free_state (f->steer.stepper, state);
  return done;
}

/* What a model computes in is nothing of the state: that is float32, whole, whatever the model's
 * numbers are. */
static void
resumes_in_each_precision (Exact *f, gconstpointer data)
{
  g_autoptr (TlStart) start =
    tl_start_new (&(TlStartValues){ .seed = 7, .width = 64, .height = 64 });
  g_autoptr (TlSteer) steer =
    make_steer ("a red tractor | fog:-0.2", NULL, "iterations", G_STRINGIFY (SHORT_LENGTH), NULL);
  g_autoptr (TlRun) run = NULL;

  if (!is_supported (f, start, steer))
    {
      g_test_skip ("libtorch does not compute in this precision here");
      return;
    }
  run = add_run (f, start, steer, &(TlRunOrigin){ .id = 1 }, NULL);
  tl_engine_start (f->engine, run);
  wait_state (run, TL_RUN_FINISHED);
  g_assert_cmpstr (tl_run_get_maker (run)->precision, ==, tl_precision_get_name (f->precision));
  assert_exact (f, run);
  check_resume (f, run, NULL, 2);
}

int
main (int argc, char **argv)
{
  const char *const *optimizers = tl_setting_find ("optimizer")->nicks;
  const char *const *methods = tl_setting_find ("cut-method")->nicks;

  g_test_init (&argc, &argv, NULL);
  tl_device_set_threads (1);
  for (guint i = 0; i < TL_N_OPTIMIZERS; i++)
    {
      g_autofree char *path = g_strconcat ("/exact/optimizer/", optimizers[i], NULL);

      g_test_add (path, Exact, optimizers[i], set_up, families_with_each_optimizer, tear_down);
    }
  for (guint i = 0; i < TL_N_CUT_METHODS; i++)
    {
      g_autofree char *path = g_strconcat ("/exact/cut-method/", methods[i], NULL);

      g_test_add (path, Exact, methods[i], set_up, families_with_each_cut_method, tear_down);
    }
  for (TlPrecision i = TL_PRECISION_FLOAT32; i <= TL_PRECISION_FLOAT16; i++)
    {
      g_autofree char *path = g_strconcat ("/exact/precision/", tl_precision_get_name (i), NULL);

      g_test_add (path, Exact, GINT_TO_POINTER (i), set_up_in, resumes_in_each_precision,
                  tear_down);
    }
  g_test_add ("/exact/candidates", Exact, NULL, set_up, candidates_are_what_they_are_alone,
              tear_down);
  return g_test_run ();
}
