/* export.c - tiller-cli export: the picture of a checkpoint, with its recipe
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "app/cli/cli.h"
#include "app/cli/drive.h"
#include "app/cli/place.h"
#include "config.h"

#include "core/base/error.h"
#include "core/export/export.h"
#include "core/export/png.h"
#include "core/session/journal.h"
#include "core/session/picture.h"
#include "core/steer/stepper.h"

#include <glib/gi18n.h>

/* (nullable): NULL without an error where none of just that iteration is kept */
static TlFrame *
read_frame (TlDatabase *database, const Place *place, guint64 iteration, GError **error)
{
  guint64 found;
  /* NULL: without one it is made from the state */
  g_autoptr (GBytes) png =
    tl_database_get_frame (database, place->record->id, iteration, &found, NULL);

  if (png == NULL || found != iteration)
    return NULL;
  return tl_picture_read (png, _ ("the picture in the session"), error);
}

static TlFrame *
decode_state (TlDatabase *database, const Place *place, guint64 iteration, CliCommon *common,
              GError **error)
{
  g_autoptr (GBytes) state = NULL;
  g_autoptr (TlStepper) stepper = NULL;
  g_auto (Track) track = { 0 };
  gboolean is_parents;
  guint64 found = 0;
  TlModelChoice choice;

  state = place_load_state (place, database, iteration, &found, &is_parents, error);
  if (state == NULL && *error != NULL)
    return NULL;
  if (state == NULL || found != iteration)
    {
      tl_error_set (error, TL_ERROR_MISSING, _ ("Run %d has no checkpoint at iteration %d"),
                    (gint) place->record->id, (gint) iteration);
      return NULL;
    }

  /* A state becomes a picture without CLIP: any will do. */
  if (common->clip == NULL)
    common->clip = g_strdup ("starter");
  if (place_get_maker (place) != NULL)
    cli_common_take_maker (common, place_get_maker (place));
  if (!cli_common_resolve (common, &choice, error))
    return NULL;
  stepper = tl_steer_stepper_new (&choice);
  track = (Track){ .stepper = stepper,
                   .start = tl_start_ref (place->record->start),
                   .journal = tl_journal_copy (place->journal),
                   .origin = place_get_origin (place) };
  return track_load (&track, state, is_parents, error) ? track_decode (&track, error) : NULL;
}

/* @iteration: -1: the last that was kept */
static gboolean
choose_iteration (TlDatabase *database, const Place *place, gint64 said, guint64 *iteration,
                  GError **error)
{
  g_autoptr (GPtrArray) checkpoints = NULL;

  *iteration = (guint64) said;
  if (said >= 0)
    return TRUE;
  checkpoints = tl_database_list_checkpoints (database, place->record->id, error);
  if (checkpoints == NULL)
    return FALSE;
  if (checkpoints->len == 0)
    return tl_error_set (error, TL_ERROR_MISSING, _ ("Run %d has no checkpoint yet"),
                         (gint) place->record->id);
  *iteration = tl_checkpoint_get_iteration (checkpoints->pdata[checkpoints->len - 1]);
  return TRUE;
}

static gboolean
export_picture (const PlaceName *name, const char *output, CliCommon *common, GError **error)
{
  g_autoptr (TlDatabase) database = ledger_open_to_read (name->path, error);
  g_autoptr (TlRecipe) recipe = NULL;
  g_autoptr (TlFrame) frame = NULL;
  g_autoptr (GBytes) png = NULL;
  g_auto (Place) place = { 0 };
  GError *problem = NULL;
  guint64 iteration;

  if (database == NULL || !place_find (&place, database, name->run, error)
      || !choose_iteration (database, &place, name->iteration, &iteration, error))
    return FALSE;
  recipe = place_make_recipe (&place, iteration, error);
  if (recipe == NULL)
    return FALSE;

  frame = read_frame (database, &place, iteration, &problem);
  if (frame == NULL && problem == NULL)
    frame = decode_state (database, &place, iteration, common, &problem);
  if (frame == NULL)
    {
      g_propagate_error (error, problem);
      return FALSE;
    }
  png = tl_png_encode (frame, recipe, error);
  if (png == NULL || !tl_export_write (output, png, error))
    return FALSE;
  cli_warn_of_left_out (recipe, common->quiet);
  return TRUE;
}

CliStatus
cli_export (int argc, char **argv)
{
  g_auto (CliCommon) common = { 0 };
  g_auto (PlaceName) name = { 0 };
  g_autofree char *output = NULL;
  const GOptionEntry entries[] = {
    { "output", 'o', 0, G_OPTION_ARG_FILENAME, &output, N_ ("where the picture goes"),
      N_ ("FILE.png") },
    { NULL },
  };
  g_autoptr (GError) error = NULL;
  CliStatus status;

  if (!cli_parse ("export", entries, &common, &argc, &argv, 1, 1, &status))
    return status;
  if (output == NULL)
    return cli_fail (CLI_USAGE, _ ("export needs -o FILE.png"));

  place_name_parse (&name, argv[1]);
  if (!drive_check_picture (output, &error) || !export_picture (&name, output, &common, &error))
    return cli_fail_error (error);
  return cli_done (&common, output);
}
