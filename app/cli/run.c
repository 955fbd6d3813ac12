/* run.c - tiller-cli run: steer a picture from start to end
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "app/cli/drive.h"
#include "app/cli/interrupt.h"
#include "app/cli/plan.h"
#include "config.h"

#include "core/base/error.h"
#include "core/steer/stepper.h"

#include <errno.h>
#include <glib/gi18n.h>
#include <glib/gstdio.h>

typedef struct
{
  PlanOptions plan;
  char *output, *frames, *session;
  gint save_every, keep_every;
  gboolean progress;
} RunOptions;

static void
run_options_clear (RunOptions *self)
{
  plan_options_clear (&self->plan);
  g_free (self->output);
  g_free (self->frames);
  g_free (self->session);
}

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (RunOptions, run_options_clear)

static gboolean
check_outputs (const RunOptions *options, GError **error)
{
  if (!ledger_check_every (options->keep_every, error)
      || (options->output != NULL && !drive_check_picture (options->output, error))
      || (options->session != NULL && !drive_check_writable (options->session, error)))
    return FALSE;
  if (options->output == NULL && g_access (".", W_OK) != 0)
    return tl_error_set (error, TL_ERROR_MISSING,
                         _ ("No picture can be written into this folder (%s): say with --output "
                            "where it goes"),
                         g_strerror (errno));
  if (options->session == NULL && options->keep_every != LEDGER_EVERY)
    {
      g_set_error_literal (error, G_OPTION_ERROR, G_OPTION_ERROR_BAD_VALUE,
                           _ ("--checkpoint-every is of a --session"));
      return FALSE;
    }
  if (options->save_every < 0 || (options->frames != NULL) != (options->save_every > 0))
    {
      g_set_error (error, G_OPTION_ERROR, G_OPTION_ERROR_BAD_VALUE,
                   _ ("--save-every N and --frames FOLDER go together, N from 1 up"));
      return FALSE;
    }
  if (options->frames != NULL && g_mkdir_with_parents (options->frames, 0777) != 0)
    return tl_error_set (error, TL_ERROR_MISSING, _ ("The folder “%s” cannot be made: %s"),
                         options->frames, g_strerror (errno));
  return TRUE;
}

static gboolean
prepare (Drive *self, const RunOptions *options, TlStepper *stepper, TlModelChoice *choice,
         TlRecipe *recipe, GError **error)
{
  g_auto (Plan) plan = { 0 };
  TlModels *models;

  if (!tl_steer_stepper_load_models (stepper, NULL, error))
    return FALSE;
  models = tl_steer_stepper_get_models (stepper);
  if (recipe != NULL)
    cli_warn_of_other_models (tl_recipe_get_maker (recipe), stepper);
  if (!plan_make (&plan, &options->plan, recipe, choice, models, error))
    return FALSE;

  self->until = plan.n_iterations;
  self->track = (Track){ .stepper = stepper,
                         .start = g_steal_pointer (&plan.start),
                         .journal = g_steal_pointer (&plan.journal) };
  return track_start (&self->track, error);
}

static gboolean
add_to_session (Drive *self, const RunOptions *options, TlDatabase *database, GError **error)
{
  TlStepper *stepper = self->track.stepper;
  g_autoptr (TlMaker) maker = stepper->klass->get_maker (stepper);
  TlRunRecord record = { .start = self->track.start, .maker = maker };

  if (database == NULL)
    return TRUE;
  if (!ledger_add_run (&self->ledger, database, &record, &self->track, error))
    return FALSE;
  self->ledger.every = (guint64) options->keep_every;
  return TRUE;
}

static gboolean
open_session (const RunOptions *options, TlDatabase **database, GError **error)
{
  *database = options->session != NULL ? ledger_open (options->session, TRUE, error) : NULL;
  return options->session == NULL || *database != NULL;
}

/* What did not travel in the recipe may be in the session that the run goes into. */
static gboolean
fill_recipe (TlRecipe **recipe, TlDatabase *database, GError **error)
{
  g_autoptr (GPtrArray) pictures = NULL;
  g_autoptr (GPtrArray) known = g_ptr_array_new_with_free_func ((GDestroyNotify) tl_asset_unref);
  TlRecipe *bare = *recipe;

  if (bare == NULL || tl_recipe_check_pictures (bare, NULL)) /* NULL: asked again below */
    return TRUE;
  pictures = tl_recipe_list_pictures (bare);
  for (guint i = 0; i < pictures->len && database != NULL; i++)
    g_ptr_array_add (known,
                     tl_database_load_asset (database, tl_asset_get_name (pictures->pdata[i]),
                                             tl_asset_get_sha256 (pictures->pdata[i])));
  *recipe = tl_recipe_dup_filled (bare, known);
  tl_recipe_unref (bare);
  return tl_recipe_check_pictures (*recipe, error);
}

static gboolean
exists (const char *path)
{
  return path != NULL && g_file_test (path, G_FILE_TEST_EXISTS);
}

static gboolean
run_all (const RunOptions *options, CliCommon *common, GError **error)
{
  g_autoptr (TlRecipe) recipe = NULL;
  g_autoptr (TlStepper) stepper = NULL;
  g_autoptr (TlDatabase) database = NULL;
  g_auto (Drive) drive = { .output = options->output,
                           .is_named = TRUE,
                           .frames = options->frames,
                           .save_every = (guint64) options->save_every,
                           .json = common->json,
                           .quiet = common->quiet,
                           .progress = options->progress };
  gboolean was_there = exists (options->session);
  TlModelChoice choice;

  if (!plan_check (&options->plan, error) || !check_outputs (options, error)
      || !plan_read_recipe (&options->plan, &recipe, error))
    return FALSE;
  if (recipe != NULL)
    cli_common_take_maker (common, tl_recipe_get_maker (recipe));
  if (!cli_common_resolve (common, &choice, error) || !open_session (options, &database, error))
    return FALSE;

  stepper = tl_steer_stepper_new (&choice);
  if (fill_recipe (&recipe, database, error)
      && prepare (&drive, options, stepper, &choice, recipe, error)
      && add_to_session (&drive, options, database, error))
    return drive_go (&drive, error);
  if (database != NULL && !was_there)
    ledger_drop_empty (g_steal_pointer (&database));
  return FALSE;
}

CliStatus
cli_run (int argc, char **argv)
{
  g_auto (CliCommon) common = { 0 };
  g_auto (RunOptions) options = { .keep_every = LEDGER_EVERY };
  g_autofree GOptionEntry *plan_entries = plan_options_make_entries (&options.plan);
  const GOptionEntry own[] = {
    { "output", 'o', 0, G_OPTION_ARG_FILENAME, &options.output,
      N_ ("where the picture goes (default: named after the prompt)"), N_ ("FILE.png") },
    { "save-every", 0, 0, G_OPTION_ARG_INT, &options.save_every,
      N_ ("keep every Nth iteration's picture"), N_ ("N") },
    { "frames", 0, 0, G_OPTION_ARG_FILENAME, &options.frames, N_ ("where they go"), N_ ("FOLDER") },
    { "session", 0, 0, G_OPTION_ARG_FILENAME, &options.session,
      N_ ("keep the run, with its checkpoints, in a session; made if it is not there"),
      N_ ("FILE.tiller") },
    LEDGER_OPTION (&options.keep_every),
    { "progress", 0, 0, G_OPTION_ARG_NONE, &options.progress,
      N_ ("show progress even where standard error is no terminal"), NULL },
  };
  g_autoptr (GArray) entries = g_array_new (TRUE, TRUE, sizeof (GOptionEntry));
  g_autoptr (GError) error = NULL;
  CliStatus status;

  for (const GOptionEntry *entry = plan_entries; entry->long_name != NULL; entry++)
    g_array_append_vals (entries, entry, 1);
  g_array_append_vals (entries, own, G_N_ELEMENTS (own));
  if (!cli_parse ("run", (const GOptionEntry *) (gpointer) entries->data, &common, &argc, &argv, 0,
                  0, &status))
    return status;

  options.plan.quiet = common.quiet;
  catch_interrupts ();
  return run_all (&options, &common, &error) ? CLI_OK : cli_fail_error (error);
}
