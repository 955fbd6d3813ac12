/* run.c - tiller-cli run: steer a picture from start to end
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "app/cli/plan.h"
#include "app/cli/progress.h"
#include "config.h"

#include "core/base/error.h"
#include "core/export/export.h"
#include "core/export/png.h"
#include "core/steer/stepper.h"

#include <errno.h>
#include <glib/gi18n.h>
#include <glib/gstdio.h>
#include <math.h>
#include <signal.h>
#include <unistd.h>

typedef struct
{
  PlanOptions plan;
  char *output, *frames;
  gint save_every;
  gboolean progress;
} RunOptions;

typedef struct
{
  TlStepper *stepper;
  TlState *state;
  Plan plan;
  const RunOptions *options;
  const CliCommon *common;
  TlSteer *steer; /* in force; borrowed from the plan */
} Run;

/* Set by the signal handler, which can reach nothing else. */
static volatile sig_atomic_t interrupted;

static void
on_interrupt (int signal_number)
{
  interrupted = 1;
}

/* The first Ctrl-C ends the run after its iteration, the second the program. */
static void
catch_interrupts (void)
{
  struct sigaction action = { .sa_handler = on_interrupt, .sa_flags = (int) SA_RESETHAND };

  sigaction (SIGINT, &action, NULL);
  sigaction (SIGTERM, &action, NULL);
}

static void
run_options_clear (RunOptions *self)
{
  plan_options_clear (&self->plan);
  g_free (self->output);
  g_free (self->frames);
}

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (RunOptions, run_options_clear)

/* An hour's work should not find out at its end that there is nowhere to put it. */
static gboolean
check_writable (const char *path, GError **error)
{
  g_autofree char *folder = g_path_get_dirname (path);

  if (g_file_test (path, G_FILE_TEST_IS_DIR))
    return tl_error_set (error, TL_ERROR_MISSING, _ ("“%s” is a folder; name a file in it"), path);
  if (g_access (folder, W_OK) != 0)
    return tl_error_set (error, TL_ERROR_MISSING, _ ("“%s” cannot be written: %s"), path,
                         g_strerror (errno));
  return TRUE;
}

static gboolean
check_outputs (const RunOptions *options, GError **error)
{
  if (options->output != NULL && !check_writable (options->output, error))
    return FALSE;
  if ((options->frames != NULL) != (options->save_every > 0))
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

static TlRecipe *
make_recipe (Run *self, guint64 iteration)
{
  g_autoptr (TlMaker) maker = self->stepper->klass->get_maker (self->stepper);

  return tl_recipe_new (self->plan.start, maker, self->plan.journal, iteration);
}

static gboolean
write_picture (Run *self, TlFrame *frame, const char *path, GError **error)
{
  g_autoptr (TlRecipe) recipe = make_recipe (self, tl_frame_get_iteration (frame));
  g_autoptr (GBytes) png = tl_png_encode (frame, recipe, error);

  return png != NULL && tl_export_write (path, png, error);
}

static gboolean
write_frame (Run *self, TlFrame *frame, GError **error)
{
  g_autofree char *name =
    g_strdup_printf ("%06" G_GUINT64_FORMAT ".png", tl_frame_get_iteration (frame));
  g_autofree char *path = g_build_filename (self->options->frames, name, NULL);

  return write_picture (self, frame, path, error);
}

/* Whether the picture that the next step decodes is one to keep. */
static gboolean
wants_frame (const Run *self, guint64 iteration)
{
  return self->options->save_every > 0 && iteration % (guint64) self->options->save_every == 0;
}

static void
take_entry (Run *self, guint64 iteration)
{
  const TlJournalEntry *entry = plan_find_entry (&self->plan, iteration);

  if (self->steer != NULL && entry->steer != self->steer && entry->turn == TL_TURN_HARD)
    self->stepper->klass->forget (self->stepper, self->state);
  self->steer = entry->steer;
}

static gboolean
step (Run *self, Progress *progress, guint64 iteration, GError **error)
{
  TlWants wants = wants_frame (self, iteration) ? TL_WANT_FRAME : TL_WANT_NOTHING;
  TlReport report = { 0 };
  g_autoptr (TlFrame) frame = NULL;

  if (progress_wants_similarity (progress))
    wants |= TL_WANT_SIMILARITY;
  take_entry (self, iteration);
  if (!self->stepper->klass->step (self->stepper, self->state, self->steer, wants, &report, NULL,
                                   error))
    return FALSE;

  frame = report.frame;
  progress_step (progress, &report);
  return frame == NULL || write_frame (self, frame, error);
}

static gboolean
step_all (Run *self, Progress *progress, GError **error)
{
  guint64 iteration = self->stepper->klass->get_iteration (self->stepper, self->state);

  for (; iteration < self->plan.n_iterations && !interrupted; iteration++)
    if (!step (self, progress, iteration, error))
      return FALSE;
  return TRUE;
}

/* (transfer full) */
static char *
choose_output (Run *self, guint64 iteration)
{
  g_autofree char *prompt = tl_prompt_print (tl_steer_get_prompt (self->steer));
  const TlExportFacts facts = {
    .prompt = prompt,
    .seed = tl_start_get_values (self->plan.start)->seed,
    .iteration = iteration,
  };

  if (self->options->output != NULL)
    return g_strdup (self->options->output);
  return tl_export_make_path (".", "{prompt}-{seed}-{iter}", &facts, "png");
}

static gboolean
finish (Run *self, Progress *progress, GError **error)
{
  guint64 iteration = self->stepper->klass->get_iteration (self->stepper, self->state);
  g_autoptr (TlFrame) frame = NULL;
  g_autofree char *path = NULL;

  take_entry (self, iteration);
  frame = self->stepper->klass->decode (self->stepper, self->state, self->steer, NULL, error);
  if (frame == NULL)
    return FALSE;
  if (wants_frame (self, iteration) && !write_frame (self, frame, error))
    return FALSE;

  path = choose_output (self, iteration);
  if (!write_picture (self, frame, path, error))
    return FALSE;
  progress_done (progress, frame, tl_start_get_values (self->plan.start)->seed, path);
  return TRUE;
}

/* What a failed step leaves is still a picture: it is written before the failure is told. */
static gboolean
go (Run *self, GError **error)
{
  g_autoptr (Progress) progress = progress_new (self->plan.n_iterations, self->common->json,
                                                self->common->quiet, self->options->progress);
  gboolean done = step_all (self, progress, error);

  return finish (self, progress, done ? error : NULL) && done;
}

static void
warn_of_other_models (TlRecipe *recipe, TlStepper *stepper)
{
  const TlMaker *then = tl_recipe_get_maker (recipe);
  g_autoptr (TlMaker) now = stepper->klass->get_maker (stepper);

  if (g_strcmp0 (then->vqgan.sha256, now->vqgan.sha256) != 0
      || g_strcmp0 (then->clip.sha256, now->clip.sha256) != 0)
    g_printerr (
      _ ("The picture was made with %s and %s; with other models it comes out differently.\n"),
      then->vqgan.name, then->clip.name);
}

/* A recipe names its models, precision, device and threads; options of the command win. */
static void
take_maker (TlRecipe *recipe, CliCommon *common)
{
  const TlMaker *maker = recipe != NULL ? tl_recipe_get_maker (recipe) : NULL;

  if (maker == NULL)
    return;
  if (common->precision == NULL)
    common->precision = g_strdup (maker->precision);
  if (common->n_threads == 0)
    common->n_threads = (gint) maker->n_threads;
  if (common->model == NULL && common->vqgan == NULL)
    common->model = g_strdup (maker->vqgan.name);
  if (common->clip == NULL && g_str_has_prefix (maker->clip.name, "random:"))
    common->clip = g_strdup (maker->clip.name);
}

static gboolean
prepare (Run *self, TlModelChoice *choice, TlRecipe *recipe, GError **error)
{
  TlModels *models;

  if (!tl_steer_stepper_load_models (self->stepper, NULL, error))
    return FALSE;
  models = tl_steer_stepper_get_models (self->stepper);
  if (recipe != NULL)
    warn_of_other_models (recipe, self->stepper);
  if (!plan_make (&self->plan, &self->options->plan, recipe, choice,
                  tl_vqgan_get_config (tl_models_get_vqgan (models))->downscale, error))
    return FALSE;

  self->state = self->stepper->klass->start (self->stepper, self->plan.start, NULL, error);
  return self->state != NULL;
}

static gboolean
run_all (const RunOptions *options, CliCommon *common, GError **error)
{
  g_autoptr (TlRecipe) recipe = NULL;
  g_autoptr (TlStepper) stepper = NULL;
  Run self = { .options = options, .common = common };
  TlModelChoice choice;
  gboolean done;

  if (!plan_check (&options->plan, error) || !check_outputs (options, error)
      || !plan_read_recipe (&options->plan, &recipe, error))
    return FALSE;
  take_maker (recipe, common);
  if (!cli_common_resolve (common, &choice, error))
    return FALSE;

  stepper = tl_steer_stepper_new (&choice);
  self.stepper = stepper;
  done = prepare (&self, &choice, recipe, error) && go (&self, error);
  if (self.state != NULL)
    stepper->klass->free_state (stepper, self.state);
  plan_clear (&self.plan);
  return done;
}

CliStatus
cli_run (int argc, char **argv)
{
  g_auto (CliCommon) common = { 0 };
  g_auto (RunOptions) options = { 0 };
  g_autofree GOptionEntry *plan_entries = plan_options_make_entries (&options.plan);
  const GOptionEntry own[] = {
    { "output", 'o', 0, G_OPTION_ARG_FILENAME, &options.output,
      N_ ("where the picture goes (default: named after the prompt)"), N_ ("FILE.png") },
    { "save-every", 0, 0, G_OPTION_ARG_INT, &options.save_every,
      N_ ("keep every Nth iteration's picture"), N_ ("N") },
    { "frames", 0, 0, G_OPTION_ARG_FILENAME, &options.frames, N_ ("where they go"), N_ ("FOLDER") },
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

  catch_interrupts ();
  return run_all (&options, &common, &error) ? CLI_OK : cli_fail_error (error);
}
