/* resume.c - tiller-cli resume: go on with a run of a session, exactly
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "app/cli/cli.h"
#include "app/cli/drive.h"
#include "app/cli/interrupt.h"
#include "app/cli/place.h"
#include "config.h"

#include "core/base/error.h"
#include "core/session/journal.h"
#include "core/steer/stepper.h"

#include <glib/gi18n.h>

#define AS_PLANNED G_MININT

typedef struct
{
  gint n_iterations; /* AS_PLANNED: where it was to end */
  gint keep_every;
  char *output;
  gboolean progress;
} ResumeOptions;

static void
resume_options_clear (ResumeOptions *self)
{
  g_free (self->output);
}

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (ResumeOptions, resume_options_clear)

/* To the last state that can be read; from the start, where there is none. */
static gboolean
load (Drive *drive, const Place *place, TlDatabase *database, TlStepper *stepper, GError **error)
{
  g_autoptr (GError) damage = NULL;
  g_autoptr (GBytes) state = NULL;
  gboolean is_parents;
  guint64 found;

  drive->track = (Track){ .stepper = stepper,
                          .start = tl_start_ref (place->record->start),
                          .journal = tl_journal_copy (place->journal),
                          .origin = place_get_origin (place) };
  state = place_load_state (place, database, TL_MAX_ITERATIONS, &found, &is_parents, &damage);
  if (damage != NULL)
    {
      g_propagate_error (error, g_steal_pointer (&damage));
      return FALSE;
    }
  ledger_continue (&drive->ledger, database, place->record->id, place->journal->len,
                   state != NULL && !is_parents ? found : G_MAXUINT64);
  if (state == NULL)
    return track_start (&drive->track, error);
  /* The picture of what was kept cannot be made any more once it has moved. */
  if (tl_journal_find (place->journal, found)->jitter.sigma > 0)
    drive->ledger.owes_picture = FALSE;
  return track_load (&drive->track, state, is_parents, error);
}

/* A longer plan is a turn like any other, since schedules follow the plan: it comes when the old
 * plan ends, so that everything until then is as it was meant. */
static void
lengthen (Drive *drive)
{
  Track *track = &drive->track;
  const TlJournalEntry *last =
    &g_array_index (track->journal, TlJournalEntry, track->journal->len - 1);
  TlSettings settings = *tl_steer_get_settings (last->steer);
  guint64 planned = (guint64) settings.n_iterations;
  TlJournalEntry entry = { .iteration = MAX (MAX (track->iteration, last->iteration), planned) };
  g_autoptr (TlSteer) steer = NULL;

  if (drive->until <= planned)
    return;
  settings.n_iterations = (gint64) drive->until;
  steer =
    tl_steer_new (tl_steer_get_prompt (last->steer), &settings, tl_steer_get_assets (last->steer));
  entry.steer = steer;
  tl_journal_add (track->journal, &entry);

  /* It took the place of one that has been taken. */
  if (track->n_taken == track->journal->len)
    {
      track->steer = steer;
      drive->ledger.n_written--;
    }
}

static gboolean
aim (Drive *drive, const ResumeOptions *options, GError **error)
{
  Track *track = &drive->track;
  const TlJournalEntry *last =
    &g_array_index (track->journal, TlJournalEntry, track->journal->len - 1);

  drive->until = options->n_iterations != AS_PLANNED
                   ? (guint64) options->n_iterations
                   : (guint64) tl_steer_get_settings (last->steer)->n_iterations;
  if (drive->until < track->iteration)
    return tl_error_set (error, TL_ERROR_FORMAT, _ ("The run is at iteration %d already"),
                         (gint) track->iteration);
  lengthen (drive);
  drive->ledger.every = (guint64) options->keep_every;
  return TRUE;
}

static gboolean
resume (const char *path, const char *run, const ResumeOptions *options, CliCommon *common,
        GError **error)
{
  g_autoptr (TlDatabase) database = NULL;
  g_autoptr (TlStepper) stepper = NULL;
  g_auto (Place) place = { 0 };
  g_auto (Drive) drive = { .output = options->output,
                           .json = common->json,
                           .quiet = common->quiet,
                           .progress = options->progress };
  TlModelChoice choice;

  if (!ledger_check_every (options->keep_every, error)
      || (options->output != NULL && !drive_check_picture (options->output, error)))
    return FALSE;
  database = ledger_open (path, FALSE, error);
  if (database == NULL || !place_find (&place, database, run, error))
    return FALSE;
  if (place_get_maker (&place) != NULL)
    cli_common_take_maker (common, place_get_maker (&place));
  if (!cli_common_resolve (common, &choice, error))
    return FALSE;

  stepper = tl_steer_stepper_new (&choice);
  if (!tl_steer_stepper_load_models (stepper, NULL, error))
    return FALSE;
  if (place_get_maker (&place) != NULL
      && !cli_refuse_other_models (place_get_maker (&place), stepper, error))
    return FALSE;
  return load (&drive, &place, database, stepper, error) && aim (&drive, options, error)
         && drive_go (&drive, error);
}

CliStatus
cli_resume (int argc, char **argv)
{
  g_auto (CliCommon) common = { 0 };
  g_auto (ResumeOptions) options = { .n_iterations = AS_PLANNED, .keep_every = LEDGER_EVERY };
  const GOptionEntry entries[] = {
    { "iterations", 0, 0, G_OPTION_ARG_INT, &options.n_iterations,
      N_ ("iteration to go on to (default: as the run was planned)"), N_ ("N") },
    { "output", 'o', 0, G_OPTION_ARG_FILENAME, &options.output, N_ ("where the picture goes"),
      N_ ("FILE.png") },
    LEDGER_OPTION (&options.keep_every),
    { "progress", 0, 0, G_OPTION_ARG_NONE, &options.progress,
      N_ ("show progress even where standard error is no terminal"), NULL },
    { NULL },
  };
  g_autoptr (GError) error = NULL;
  CliStatus status;

  if (!cli_parse ("resume", entries, &common, &argc, &argv, 1, 2, &status))
    return status;
  if (options.n_iterations != AS_PLANNED
      && (options.n_iterations < 1 || options.n_iterations > TL_MAX_ITERATIONS))
    return cli_fail (CLI_USAGE, _ ("--iterations takes a number from 1 up"));

  catch_interrupts ();
  return resume (argv[1], argc > 2 ? argv[2] : NULL, &options, &common, &error)
           ? CLI_OK
           : cli_fail_error (error);
}
