/* explore.c - tiller-cli explore: several seeds side by side to a hold, to pick from
 *
 * Candidates take turns of a few iterations, as in the window, over one set of models; each is what
 * its seed alone would be.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "app/cli/cli.h"
#include "app/cli/drive.h"
#include "app/cli/interrupt.h"
#include "app/cli/plan.h"
#include "config.h"

#include "core/base/error.h"
#include "core/engine/scheduler.h"
#include "core/export/export.h"
#include "core/export/png.h"
#include "core/export/sheet.h"
#include "core/session/exploration.h"
#include "core/session/journal.h"
#include "core/steer/scorer.h"
#include "core/steer/stepper.h"

#include <glib/gi18n.h>
#include <math.h>

typedef struct
{
  PlanOptions plan;
  char *session, *sheet, *judge, *judge_vocab;
  gint n_seeds, hold, keep_every;
} ExploreOptions;

typedef struct
{
  Track track;
  Ledger ledger;
  guint n_done;   /* in this round */
  TlFrame *frame; /* where it ended */
  gdouble score;  /* of the judge; NAN: none */
  gboolean has_failed;
} Candidate;

typedef struct
{
  TlStepper *stepper;
  TlScorer *judge;      /* (nullable) (owned) */
  TlDatabase *database; /* (nullable): only a sheet is asked for */
  TlExplorationRecord record;
  Plan plan;
  guint64 until;
  GPtrArray *candidates;
} Exploration;

static void
explore_options_clear (ExploreOptions *self)
{
  plan_options_clear (&self->plan);
  g_free (self->session);
  g_free (self->sheet);
  g_free (self->judge);
  g_free (self->judge_vocab);
}

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (ExploreOptions, explore_options_clear)

static void
candidate_free (gpointer data)
{
  Candidate *self = data;

  track_clear (&self->track);
  g_clear_pointer (&self->frame, tl_frame_unref);
  g_free (self);
}

static void
exploration_clear (Exploration *self)
{
  g_clear_pointer (&self->candidates, g_ptr_array_unref);
  g_clear_pointer (&self->judge, tl_scorer_free);
  plan_clear (&self->plan);
}

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Exploration, exploration_clear)

/* --- beginning -------------------------------------------------------------------------------- */

static gboolean
add_record (Exploration *self, GError **error)
{
  g_autoptr (GPtrArray) known = NULL;

  if (self->database == NULL)
    return TRUE;
  known = tl_database_list_explorations (self->database, error);
  if (known == NULL)
    return FALSE;
  for (guint i = 0; i < known->len; i++)
    self->record.id = MAX (self->record.id, ((TlExplorationRecord *) known->pdata[i])->id);
  self->record.id++;
  self->record.created = g_get_real_time () / G_USEC_PER_SEC;
  return tl_database_put_exploration (self->database, &self->record, error);
}

/* Not begun: it only is in the file. */
static gboolean
add_candidate (Exploration *self, const ExploreOptions *options, guint index, GError **error)
{
  TlStartValues values = *tl_start_get_values (self->plan.start);
  g_autoptr (TlMaker) maker = self->stepper->klass->get_maker (self->stepper);
  Candidate *candidate = g_new0 (Candidate, 1);
  TlRunRecord record = { .exploration = self->record.id, .hold = self->record.hold };

  values.seed += index;
  candidate->score = NAN;
  candidate->track = (Track){ .stepper = self->stepper,
                              .start = tl_start_new (&values),
                              .journal = tl_journal_copy (self->plan.journal) };
  g_ptr_array_add (self->candidates, candidate);
  record.start = candidate->track.start;
  record.maker = maker;
  candidate->ledger.run = index + 1;
  if (self->database == NULL)
    return TRUE;
  if (!ledger_add_run (&candidate->ledger, self->database, &record, &candidate->track, error))
    return FALSE;
  candidate->ledger.every = (guint64) options->keep_every;
  return TRUE;
}

/* A judge that cannot be had is said before anything is made. */
static gboolean
load_judge (Exploration *self, const ExploreOptions *options, const TlModelChoice *choice,
            GError **error)
{
  TlModelChoice second = { .clip = options->judge,
                           .vocab = options->judge_vocab,
                           .precision = choice->precision,
                           .device = choice->device };
  g_autoptr (TlMaker) maker = NULL;

  if (options->judge == NULL)
    return TRUE;
  maker = self->stepper->klass->get_maker (self->stepper);
  self->judge = tl_steer_scorer_load (&second, error);
  return self->judge != NULL && tl_steer_scorer_check_other (self->judge, maker, error);
}

static gboolean
prepare (Exploration *self, const ExploreOptions *options, const TlModelChoice *choice,
         GError **error)
{
  TlModels *models;

  if (!tl_steer_stepper_load_models (self->stepper, NULL, error)
      || !load_judge (self, options, choice, error))
    return FALSE;
  models = tl_steer_stepper_get_models (self->stepper);
  if (!plan_make (&self->plan, &options->plan, NULL, choice, models, error))
    return FALSE;

  self->until = MIN (self->record.hold, self->plan.n_iterations);
  /* A run that is to end before would never be held. */
  self->record.hold = self->until;
  self->candidates = g_ptr_array_new_with_free_func (candidate_free);
  if (!add_record (self, error))
    return FALSE;
  for (guint i = 0; i < (guint) options->n_seeds; i++)
    if (!add_candidate (self, options, i, error))
      return FALSE;
  return TRUE;
}

/* --- going on --------------------------------------------------------------------------------- */

static TlRunState
end_state (const Exploration *self, const Candidate *candidate)
{
  if (candidate->has_failed)
    return TL_RUN_FAILED;
  if (candidate->track.state == NULL)
    return TL_RUN_NEW;
  if (candidate->track.iteration < self->until)
    return TL_RUN_PAUSED;
  return self->until < self->plan.n_iterations ? TL_RUN_HELD : TL_RUN_FINISHED;
}

static gboolean
ask_judge (Exploration *self, Candidate *candidate, GError **error)
{
  const Track *track = &candidate->track;
  /* Only read from. */
  TlScoreRecord record = { .run = candidate->ledger.run,
                           .iteration = track->iteration,
                           .clause = (char *) "" };

  if (self->judge == NULL || candidate->frame == NULL)
    return TRUE;
  if (!self->judge->klass->score (self->judge, candidate->frame, track->start, track->steer,
                                  &candidate->score, NULL, error))
    return FALSE;
  record.judge = (char *) tl_steer_scorer_get_key (self->judge);
  record.value = candidate->score;
  return self->database == NULL || tl_database_put_score (self->database, &record, error);
}

/* Kept, with its picture, where it is. */
static gboolean
end (Exploration *self, Candidate *candidate, GError **error)
{
  TlRunState state = end_state (self, candidate);
  TlKept why = state == TL_RUN_HELD       ? TL_KEPT_HOLD
               : state == TL_RUN_FINISHED ? TL_KEPT_END
                                          : TL_KEPT_PAUSE;

  if (candidate->frame != NULL)
    return TRUE;
  if (candidate->track.state != NULL)
    {
      if (ledger_keep (&candidate->ledger, &candidate->track, why, error))
        candidate->frame = track_decode (&candidate->track, error);
      if (candidate->frame == NULL)
        {
          /* If it can be, it is at least written that nothing goes on. */
          ledger_end (&candidate->ledger, &candidate->track, NULL, TL_RUN_FAILED, NULL);
          return FALSE;
        }
    }
  return ledger_end (&candidate->ledger, &candidate->track, candidate->frame, state, error)
         && ask_judge (self, candidate, error);
}

static gboolean
advance (Exploration *self, Candidate *candidate, GError **error)
{
  Track *track = &candidate->track;
  g_autoptr (TlFrame) frame = NULL;
  TlReport report;

  if (track->state == NULL && !track_start (track, error))
    return FALSE;
  if (!ledger_note (&candidate->ledger, track, error)
      || !track_step (track, ledger_wants (&candidate->ledger), &report, error))
    return FALSE;

  frame = report.frame;
  candidate->n_done++;
  return ledger_picture (&candidate->ledger, frame, error)
         && (track->iteration < self->until || end (self, candidate, error));
}

/* (nullable) */
static Candidate *
pick (Exploration *self)
{
  g_autofree TlRound *rounds = g_new0 (TlRound, self->candidates->len);
  gboolean starts_round;
  gint index;

  for (guint i = 0; i < self->candidates->len; i++)
    {
      const Candidate *candidate = self->candidates->pdata[i];

      rounds[i].is_runnable = !candidate->has_failed && candidate->track.iteration < self->until;
      rounds[i].n_done = candidate->n_done;
    }
  index = tl_scheduler_pick (rounds, self->candidates->len, &starts_round);
  for (guint i = 0; starts_round && i < self->candidates->len; i++)
    ((Candidate *) self->candidates->pdata[i])->n_done = 0;
  return index >= 0 ? self->candidates->pdata[index] : NULL;
}

/* Of what fails, the first is told in the end. */
static void
note_failure (Candidate *candidate, GError *failure, GError **first)
{
  candidate->has_failed = TRUE;
  if (*first == NULL)
    *first = failure;
  else
    g_error_free (failure);
}

/* What was interrupted is kept too; one that fails does not keep the others from going on. */
static gboolean
go (Exploration *self, GError **error)
{
  GError *first = NULL, *failure = NULL;
  Candidate *candidate;

  while (!is_interrupted () && (candidate = pick (self)) != NULL)
    if (!advance (self, candidate, &failure))
      note_failure (candidate, g_steal_pointer (&failure), &first);
  for (guint i = 0; i < self->candidates->len; i++)
    if (!end (self, self->candidates->pdata[i], &failure))
      note_failure (self->candidates->pdata[i], g_steal_pointer (&failure), &first);
  if (first == NULL)
    return TRUE;
  g_propagate_error (error, first);
  return FALSE;
}

/* --- telling ---------------------------------------------------------------------------------- */

static gdouble
get_similarity (const Candidate *candidate)
{
  return candidate->frame != NULL ? tl_frame_get_similarity (candidate->frame) : NAN;
}

static guint64
get_seed (const Candidate *candidate)
{
  return tl_start_get_values (candidate->track.start)->seed;
}

/* The best first; what is not known last. */
static gint
compare_values (gdouble left, gdouble right)
{
  if (isnan (left) || isnan (right))
    return isnan (left) - isnan (right);
  return (left < right) - (left > right);
}

/* Without a judge all scores are unknown, and the similarity decides. */
static gint
compare (gconstpointer a, gconstpointer b)
{
  const Candidate *left = *(const Candidate *const *) a;
  const Candidate *right = *(const Candidate *const *) b;
  gint result = compare_values (left->score, right->score);

  return result != 0 ? result : compare_values (get_similarity (left), get_similarity (right));
}

static void
print_json (const Exploration *self, const Candidate *candidate)
{
  g_autoptr (CliJson) line = cli_json_new ();

  cli_json_add_int (line, "run", candidate->ledger.run);
  cli_json_add_uint64 (line, "seed", get_seed (candidate));
  cli_json_add_int (line, "iteration", (gint64) candidate->track.iteration);
  cli_json_add_double (line, "similarity", get_similarity (candidate));
  if (self->judge != NULL)
    cli_json_add_double (line, "judge", candidate->score);
  cli_json_print (line);
}

static char *
print_value (gdouble value)
{
  return isnan (value) ? g_strdup ("–") : g_strdup_printf ("%.3f", value);
}

static void
print_row (const Exploration *self, const Candidate *candidate)
{
  g_autofree char *seed = g_strdup_printf ("%" G_GUINT64_FORMAT, get_seed (candidate));
  g_autofree char *similarity = print_value (get_similarity (candidate));
  g_autofree char *score = print_value (candidate->score);

  if (self->judge != NULL)
    g_print ("%5d %21s %9d  %10s  %s\n", (gint) candidate->ledger.run, seed,
             (gint) candidate->track.iteration, similarity, score);
  else
    g_print ("%5d %21s %9d  %s\n", (gint) candidate->ledger.run, seed,
             (gint) candidate->track.iteration, similarity);
}

static void
print_candidates (Exploration *self, const CliCommon *common)
{
  g_ptr_array_sort (self->candidates, compare);
  if (!common->json && !common->quiet)
    g_print ("%s", self->judge != NULL
                     ? _ ("  run                  seed iteration  similarity  judge\n")
                     : _ ("  run                  seed iteration  similarity\n"));
  for (guint i = 0; i < self->candidates->len; i++)
    if (common->json)
      print_json (self, self->candidates->pdata[i]);
    else if (!common->quiet)
      print_row (self, self->candidates->pdata[i]);
}

static gboolean
write_sheet (Exploration *self, const ExploreOptions *options, GError **error)
{
  g_autoptr (GArray) cells = g_array_new (FALSE, FALSE, sizeof (TlSheetCell));
  g_autoptr (TlFrame) sheet = NULL;
  g_autoptr (GBytes) png = NULL;

  for (guint i = 0; i < self->candidates->len; i++)
    {
      const Candidate *candidate = self->candidates->pdata[i];
      TlSheetCell cell = { candidate->frame, get_seed (candidate), get_similarity (candidate),
                           candidate->score };

      if (cell.frame != NULL)
        g_array_append_val (cells, cell);
    }
  if (cells->len == 0)
    return TRUE;
  sheet = tl_sheet_draw ((const TlSheetCell *) (gpointer) cells->data, cells->len,
                         options->plan.prompt, error);
  png = sheet != NULL ? tl_png_encode (sheet, NULL, error) : NULL;
  return png != NULL && tl_export_write (options->sheet, png, error);
}

/* --- the command ------------------------------------------------------------------------------ */

static gboolean
check_range (const char *option, gint value, gint least, gint most, GError **error)
{
  if (value >= least && value <= most)
    return TRUE;
  g_set_error (error, G_OPTION_ERROR, G_OPTION_ERROR_BAD_VALUE, _ ("--%s goes from %d to %d"),
               option, least, most);
  return FALSE;
}

static gboolean
check (const ExploreOptions *options, GError **error)
{
  gboolean is_kept = options->session != NULL || options->sheet != NULL;

  if (!is_kept || options->plan.recipe != NULL)
    {
      g_set_error (error, G_OPTION_ERROR, G_OPTION_ERROR_FAILED,
                   !is_kept
                     ? _ ("say where the candidates go: --session FILE.tiller or --sheet FILE.png")
                     : _ ("an exploration starts from a prompt, not from a recipe"));
      return FALSE;
    }
  if (options->session == NULL && options->keep_every != LEDGER_EVERY)
    {
      g_set_error_literal (error, G_OPTION_ERROR, G_OPTION_ERROR_BAD_VALUE,
                           _ ("--checkpoint-every is of a --session"));
      return FALSE;
    }
  if (options->judge == NULL && options->judge_vocab != NULL)
    {
      g_set_error (error, G_OPTION_ERROR, G_OPTION_ERROR_FAILED,
                   _ ("--judge-vocab is the vocabulary of a --judge"));
      return FALSE;
    }
  return check_range ("seeds", options->n_seeds, TL_EXPLORE_MIN_SEEDS, TL_EXPLORE_MAX_SEEDS, error)
         && check_range ("hold", options->hold, 1, TL_MAX_ITERATIONS, error)
         && ledger_check_every (options->keep_every, error) && plan_check (&options->plan, error)
         && (options->session == NULL || drive_check_writable (options->session, error))
         && (options->sheet == NULL || drive_check_picture (options->sheet, error));
}

static gboolean
explore (const ExploreOptions *options, CliCommon *common, GError **error)
{
  g_autoptr (TlDatabase) database = NULL;
  g_autoptr (TlStepper) stepper = NULL;
  g_auto (Exploration) self = { .record = { .hold = (guint64) options->hold } };
  gboolean is_new, is_whole;
  TlModelChoice choice;

  if (!check (options, error) || !cli_common_resolve (common, &choice, error))
    return FALSE;
  is_new = options->session != NULL && !g_file_test (options->session, G_FILE_TEST_EXISTS);
  if (options->session != NULL)
    self.database = database = ledger_open (options->session, TRUE, error);
  if (options->session != NULL && database == NULL)
    return FALSE;

  self.stepper = stepper = tl_steer_stepper_new (&choice);
  if (!prepare (&self, options, &choice, error))
    {
      if (is_new)
        ledger_drop_empty (g_steal_pointer (&database));
      return FALSE;
    }
  is_whole = go (&self, error);
  print_candidates (&self, common);
  return (options->sheet == NULL || write_sheet (&self, options, is_whole ? error : NULL))
         && is_whole;
}

CliStatus
cli_explore (int argc, char **argv)
{
  g_auto (CliCommon) common = { 0 };
  g_auto (ExploreOptions) options = { .n_seeds = TL_EXPLORE_DEFAULT_SEEDS,
                                      .hold = TL_EXPLORE_DEFAULT_HOLD,
                                      .keep_every = LEDGER_EVERY };
  g_autofree GOptionEntry *plan_entries = plan_options_make_entries (&options.plan);
  const GOptionEntry own[] = {
    { "seeds", 0, 0, G_OPTION_ARG_INT, &options.n_seeds,
      N_ ("how many candidates, with seeds from --seed on (default: 12)"), N_ ("N") },
    { "hold", 0, 0, G_OPTION_ARG_INT, &options.hold,
      N_ ("iteration at which they wait to be picked (default: 100)"), N_ ("N") },
    { "session", 0, 0, G_OPTION_ARG_FILENAME, &options.session,
      N_ ("where they are kept; made if it is not there"), N_ ("FILE.tiller") },
    LEDGER_OPTION (&options.keep_every),
    { "sheet", 0, 0, G_OPTION_ARG_FILENAME, &options.sheet, N_ ("contact sheet of them all"),
      N_ ("FILE.png") },
    { "judge", 0, 0, G_OPTION_ARG_FILENAME, &options.judge,
      N_ ("another CLIP, starter-judge or a file, which scores the candidates and sorts them, but "
          "does not steer"),
      N_ ("FILE") },
    { "judge-vocab", 0, 0, G_OPTION_ARG_FILENAME, &options.judge_vocab,
      N_ ("its vocabulary (default: found beside it)"), N_ ("FILE") },
  };
  g_autoptr (GArray) entries = g_array_new (TRUE, TRUE, sizeof (GOptionEntry));
  g_autoptr (GError) error = NULL;
  CliStatus status;

  plan_entries_hide_recipe (plan_entries);
  for (const GOptionEntry *entry = plan_entries; entry->long_name != NULL; entry++)
    g_array_append_vals (entries, entry, 1);
  g_array_append_vals (entries, own, G_N_ELEMENTS (own));
  if (!cli_parse ("explore", (const GOptionEntry *) (gpointer) entries->data, &common, &argc, &argv,
                  0, 0, &status))
    return status;

  options.plan.quiet = common.quiet;
  catch_interrupts ();
  return explore (&options, &common, &error) ? CLI_OK : cli_fail_error (error);
}
