/* drive.c - a run from where it is to where it is to end, with all that is written meanwhile
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "app/cli/drive.h"
#include "config.h"

#include "app/cli/cli.h"
#include "app/cli/interrupt.h"
#include "app/cli/progress.h"
#include "core/base/error.h"
#include "core/export/export.h"
#include "core/export/png.h"
#include "core/session/journal.h"

#include <errno.h>
#include <glib/gi18n.h>
#include <glib/gstdio.h>
#include <string.h>
#include <unistd.h>

static TlRecipe *
make_recipe (Drive *self, guint64 iteration)
{
  TlStepper *stepper = self->track.stepper;
  g_autoptr (TlMaker) maker = stepper->klass->get_maker (stepper);
  g_autoptr (GArray) journal = tl_journal_new ();

  for (guint i = 0; i < self->track.journal->len; i++)
    {
      const TlJournalEntry *entry = &g_array_index (self->track.journal, TlJournalEntry, i);

      if (entry->iteration <= iteration)
        tl_journal_add (journal, entry);
    }
  return tl_recipe_new (self->track.start, maker, journal, iteration);
}

static gboolean
write_frame (Drive *self, TlFrame *frame, GError **error)
{
  g_autofree char *name =
    g_strdup_printf ("%06" G_GUINT64_FORMAT ".png", tl_frame_get_iteration (frame));
  g_autofree char *path = g_build_filename (self->frames, name, NULL);
  g_autoptr (TlRecipe) recipe = make_recipe (self, tl_frame_get_iteration (frame));
  g_autoptr (GBytes) png = tl_png_encode (frame, recipe, error);

  return png != NULL && tl_export_write (path, png, error);
}

/* Whether the picture that the next step decodes is one to keep. */
static gboolean
wants_frame (const Drive *self, guint64 iteration)
{
  return self->save_every > 0 && iteration % self->save_every == 0;
}

static gboolean
step (Drive *self, Progress *progress, GError **error)
{
  TlWants wants = ledger_wants (&self->ledger);
  TlReport report;
  g_autoptr (TlFrame) frame = NULL;
  gboolean is_wanted = wants_frame (self, self->track.iteration);

  if (is_wanted)
    wants |= TL_WANT_FRAME;
  if (progress_wants_similarity (progress))
    wants |= TL_WANT_SIMILARITY;
  if (!track_step (&self->track, wants, &report, error))
    return FALSE;

  frame = report.frame;
  progress_step (progress, &report);
  return ledger_picture (&self->ledger, frame, error)
         && (!is_wanted || write_frame (self, frame, error));
}

static gboolean
step_all (Drive *self, Progress *progress, GError **error)
{
  Track *track = &self->track;

  while (track->iteration < self->until && !is_interrupted ())
    if (!ledger_note (&self->ledger, track, error) || !track_take (track, error)
        || !step (self, progress, error))
      return FALSE;
  return TRUE;
}

/* (transfer full) (nullable): the path; NULL without an error where it is to go nowhere */
static char *
write_output (Drive *self, TlFrame *frame, GError **error)
{
  guint64 iteration = self->track.iteration;
  g_autofree char *prompt = tl_prompt_print (tl_steer_get_prompt (self->track.steer));
  const TlExportFacts facts = {
    .prompt = prompt,
    .seed = tl_start_get_values (self->track.start)->seed,
    .iteration = iteration,
  };
  g_autoptr (TlRecipe) recipe = make_recipe (self, iteration);
  g_autoptr (GBytes) png = NULL;
  char *path = NULL;

  if (self->output == NULL && !self->is_named)
    return NULL;
  png = tl_png_encode (frame, recipe, error);
  if (png == NULL)
    return NULL;
  if (self->output == NULL)
    path = tl_export_write_new (png, ".", "{prompt}-{seed}-{iter}", &facts, error);
  else if (tl_export_write (self->output, png, error))
    path = g_strdup (self->output);
  if (path != NULL)
    cli_warn_of_left_out (recipe, self->quiet);
  return path;
}

/* What happened to it, as its session has it. */
static TlRunState
end_state (const Drive *self, gboolean has_failed)
{
  if (has_failed)
    return TL_RUN_FAILED;
  return self->track.iteration >= track_get_length (&self->track) ? TL_RUN_FINISHED : TL_RUN_PAUSED;
}

static gboolean
keep_end (Drive *self, TlRunState state, GError **error)
{
  TlKept why = state == TL_RUN_FINISHED ? TL_KEPT_END : TL_KEPT_PAUSE;

  if (ledger_keep (&self->ledger, &self->track, why, error)
      && ledger_note (&self->ledger, &self->track, error))
    return TRUE;
  self->ledger.database = NULL;
  return FALSE;
}

static gboolean
finish (Drive *self, Progress *progress, TlRunState state, GError **error)
{
  Track *track = &self->track;
  g_autoptr (TlFrame) frame = NULL;
  g_autoptr (GError) lost = NULL;
  g_autofree char *path = NULL;
  GError *failure = NULL;

  /* A session that fails must not cost the picture as well. */
  gboolean is_kept = keep_end (self, state, &lost);

  if (!track_take (track, error))
    return FALSE;
  frame = track_decode (track, error);
  if (frame == NULL)
    return FALSE;
  is_kept = is_kept && ledger_end (&self->ledger, track, frame, state, &lost);
  if (wants_frame (self, track->iteration) && !write_frame (self, frame, error))
    return FALSE;

  path = write_output (self, frame, &failure);
  if (failure != NULL)
    {
      g_propagate_error (error, failure);
      return FALSE;
    }
  progress_done (progress, frame, tl_start_get_values (self->track.start)->seed, path);
  if (!is_kept && error != NULL)
    g_propagate_error (error, g_steal_pointer (&lost));
  return is_kept;
}

/* What a failed step leaves is still a picture: it is written before the failure is told. */
gboolean
drive_go (Drive *self, GError **error)
{
  g_autoptr (Progress) progress =
    progress_new (self->until, self->json, self->quiet, self->progress);
  gboolean done = step_all (self, progress, error);

  return finish (self, progress, end_state (self, !done), done ? error : NULL) && done;
}

void
drive_clear (Drive *self)
{
  track_clear (&self->track);
}

/* (transfer full): what has to be writable: the device or pipe at the end of the links, or the
 * folder that the file is replaced in */
static char *
find_place (const char *path)
{
  g_autofree char *target = tl_export_follow (path);

  if (g_file_test (target, G_FILE_TEST_EXISTS) && !g_file_test (target, G_FILE_TEST_IS_REGULAR))
    return g_steal_pointer (&target);
  return g_path_get_dirname (target);
}

gboolean
drive_check_writable (const char *path, GError **error)
{
  g_autofree char *place = NULL;

  if (g_file_test (path, G_FILE_TEST_IS_DIR))
    return tl_error_set (error, TL_ERROR_MISSING, _ ("“%s” is a folder; name a file in it"), path);
  if (*path == '\0')
    return tl_error_set (error, TL_ERROR_MISSING, _ ("--output needs the name of a file"));

  place = find_place (path);
  if (g_file_test (place, G_FILE_TEST_IS_REGULAR))
    return tl_error_set (error, TL_ERROR_MISSING, _ ("“%s” cannot be written: %s"), path,
                         g_strerror (ENOTDIR));
  if (g_access (place, W_OK) != 0)
    return tl_error_set (error, TL_ERROR_MISSING, _ ("“%s” cannot be written: %s"), path,
                         g_strerror (errno));
  return TRUE;
}

gboolean
drive_check_picture (const char *path, GError **error)
{
  static const char *const others[] = { ".jpg", ".jpeg", ".jxl",  ".webp", ".gif", ".bmp",
                                        ".tif", ".tiff", ".avif", ".heic", ".svg" };
  const char *suffix = strrchr (path, '.');

  for (gsize i = 0; suffix != NULL && i < G_N_ELEMENTS (others); i++)
    if (g_ascii_strcasecmp (suffix, others[i]) == 0)
      {
        g_set_error (error, G_OPTION_ERROR, G_OPTION_ERROR_BAD_VALUE,
                     _ ("Pictures are written as PNG: let “%s” end in .png"), path);
        return FALSE;
      }
  return drive_check_writable (path, error);
}
