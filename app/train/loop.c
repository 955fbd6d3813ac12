/* loop.c - training that can stop and go on at any time
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "app/train/loop.h"
#include "config.h"

#include "core/base/error.h"

#include <errno.h>
#include <gio/gio.h>
#include <glib/gi18n.h>
#include <glib/gstdio.h>
#include <math.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>

#define CHECKPOINT "checkpoint.safetensors"
#define MAX_STEPS 100000000
#define MAX_BATCH 4096
#define MAX_HELD_OUT 10000
#define MAX_SAVE_MINUTES 1000000

/* Any other would do as well. */
#define HELD_OUT 0x68656c64

/* Set by the signal handler, which can reach nothing else. */
static volatile sig_atomic_t interrupted;

static void
on_interrupt (int signal_number)
{
  interrupted = 1;
}

/* The first Ctrl-C ends training after its step, the second the program. */
static void
catch_interrupts (void)
{
  struct sigaction action = { .sa_handler = on_interrupt, .sa_flags = (int) SA_RESETHAND };

  sigaction (SIGINT, &action, NULL);
  sigaction (SIGTERM, &action, NULL);
}

void
loop_options_init (LoopOptions *self)
{
  *self = (LoopOptions){ .save_minutes = 5, .report_every = 100, .drawers = 1, .looks = 1 };
}

void
loop_options_clear (LoopOptions *self)
{
  g_free (self->folder);
  g_free (self->precision);
  g_free (self->device);
}

void
loop_fill_entries (LoopOptions *self, GOptionEntry entries[LOOP_N_ENTRIES])
{
  const GOptionEntry rows[LOOP_N_ENTRIES] = {
    { "folder", 0, 0, G_OPTION_ARG_FILENAME, &self->folder,
      N_ ("where the checkpoint and what was learnt are; goes on from there"), N_ ("FOLDER") },
    { "seed", 0, 0, G_OPTION_ARG_INT64, &self->seed, N_ ("seed of scenes and first weights"),
      N_ ("N") },
    { "steps", 0, 0, G_OPTION_ARG_INT64, &self->n_steps, N_ ("how long, in steps"), N_ ("N") },
    { "until", 0, 0, G_OPTION_ARG_INT64, &self->until,
      N_ ("stop after this step, to go on with other settings"), N_ ("STEP") },
    { "warm", 0, 0, G_OPTION_ARG_INT64, &self->n_warm,
      N_ ("steps in which the learning rate rises"), N_ ("N") },
    { "batch", 0, 0, G_OPTION_ARG_INT, &self->batch, N_ ("pictures of a step"), N_ ("N") },
    { "lr", 0, 0, G_OPTION_ARG_DOUBLE, &self->lr, N_ ("highest learning rate"), N_ ("X") },
    { "minutes", 0, 0, G_OPTION_ARG_DOUBLE, &self->minutes,
      N_ ("stop after so many, to go on another time"), N_ ("M") },
    { "save-minutes", 0, 0, G_OPTION_ARG_DOUBLE, &self->save_minutes,
      N_ ("between checkpoints (default: 5)"), N_ ("M") },
    { "report", 0, 0, G_OPTION_ARG_INT, &self->report_every,
      N_ ("steps between lines (default: 100)"), N_ ("N") },
    { "held-out", 0, 0, G_OPTION_ARG_INT, &self->held_out,
      N_ ("scenes to measure by, which are never learnt from"), N_ ("N") },
    { "threads", 0, 0, G_OPTION_ARG_INT, &self->threads,
      N_ ("processors to compute with (default: all)"), N_ ("N") },
    { "drawers", 0, 0, G_OPTION_ARG_INT, &self->drawers,
      N_ ("threads that draw scenes beside it (default: 1)"), N_ ("N") },
    { "looks", 0, 0, G_OPTION_ARG_INT, &self->looks,
      N_ ("steps that learn from the same scenes, where drawing is what takes longest "
          "(default: 1)"),
      N_ ("N") },
    { "precision", 0, 0, G_OPTION_ARG_STRING, &self->precision,
      N_ ("auto, float32 or bfloat16 (default: auto)"), N_ ("NAME") },
    { "device", 0, 0, G_OPTION_ARG_STRING, &self->device, N_ ("cpu or cuda (default: cpu)"),
      N_ ("NAME") },
  };

  memcpy (entries, rows, sizeof rows);
}

static gboolean
wrong (GError **error, const char *message)
{
  g_set_error_literal (error, G_OPTION_ERROR, G_OPTION_ERROR_BAD_VALUE, message);
  return FALSE;
}

gboolean
loop_options_check (const LoopOptions *self, TlDevice *device, TlDtype *dtype, GError **error)
{
  TlPrecision precision = TL_PRECISION_AUTO;

  if (self->folder == NULL)
    return wrong (error, _ ("Say --folder FOLDER"));
  if (self->n_steps < 1 || self->n_steps > MAX_STEPS || self->n_warm < 0
      || self->n_warm > self->n_steps || self->until < 0 || self->batch < 2
      || self->batch > MAX_BATCH || self->report_every < 1 || self->threads < 0
      || self->threads > 1024 || self->drawers < 1 || self->drawers > 1024 || self->looks < 1
      || self->looks > 1000)
    return wrong (
      error, _ ("--steps, --until and --report take 1 and up, --batch 2 to 4096, --threads and "
                "--drawers 1 to 1024, --looks 1 to 1000, --warm no more than --steps"));
  if (self->held_out < 2 || self->held_out > MAX_HELD_OUT)
    return wrong (error, _ ("--held-out takes 2 to 10000"));
  if (!(self->lr > 0 && self->lr < 1) || !(self->minutes >= 0)
      || !(self->save_minutes > 0 && self->save_minutes <= MAX_SAVE_MINUTES))
    return wrong (error, _ ("--lr takes numbers between 0 and 1, minutes are more than 0, "
                            "--save-minutes up to 1000000"));
  if (self->precision != NULL
      && (!tl_precision_parse (self->precision, &precision) || precision == TL_PRECISION_FLOAT16))
    return wrong (error, _ ("--precision takes auto, float32 or bfloat16"));
  if (!tl_device_parse (self->device != NULL ? self->device : "cpu", device, error))
    return FALSE;
  if (g_mkdir_with_parents (self->folder, 0777) != 0)
    return tl_error_set (error, TL_ERROR_MISSING, _ ("The folder “%s” cannot be made: %s"),
                         self->folder, g_strerror (errno));

  tl_device_set_threads ((guint) self->threads);
  *dtype = tl_precision_resolve (precision, *device);
  return TRUE;
}

guint64
loop_held_out_seed (guint64 seed)
{
  return seed ^ HELD_OUT;
}

gboolean
loop_write_file (const char *folder, const char *name, GBytes *bytes, GError **error)
{
  g_autofree char *path = g_build_filename (folder, name, NULL);
  g_autoptr (GBytes) taken = bytes;

  if (bytes == NULL)
    return FALSE;
  return g_file_set_contents_full (
    path, g_bytes_get_data (bytes, NULL), (gssize) g_bytes_get_size (bytes),
    G_FILE_SET_CONTENTS_CONSISTENT | G_FILE_SET_CONTENTS_DURABLE, 0666, error);
}

/* (nullable): where there is one to go on from */
static char *
find_checkpoint (const LoopOptions *self)
{
  g_autofree char *path = g_build_filename (self->folder, CHECKPOINT, NULL);

  return g_file_test (path, G_FILE_TEST_EXISTS) ? g_steal_pointer (&path) : NULL;
}

gboolean
loop_begin (const LoopOptions *self, char *const *paths, LoopBeginFunc begin_with, gpointer learner,
            GError **error)
{
  g_autofree char *checkpoint = find_checkpoint (self);

  for (; checkpoint == NULL && paths != NULL && *paths != NULL; paths++)
    {
      g_autoptr (TlWeights) weights = tl_weights_open (*paths, error);

      if (weights == NULL)
        return FALSE;
      if (!begin_with (learner, weights, error))
        {
          g_prefix_error (error, _ ("“%s”: "), *paths);
          return FALSE;
        }
    }
  return TRUE;
}

/* --- the run --- */

typedef struct
{
  const LoopOptions *options;
  const LoopClass *klass;
  gpointer learner;
  gint64 started, saved, said;
  guint64 first, said_step;
  guint64 n_pictures; /* learnt from since */
} Loop;

static gboolean
save (Loop *self, GError **error)
{
  self->saved = g_get_monotonic_time ();
  return loop_write_file (self->options->folder, CHECKPOINT,
                          self->klass->save (self->learner, error), error)
         && self->klass->write (self->learner, self->options->folder, error);
}

static gboolean
go_on (Loop *self, GError **error)
{
  g_autofree char *path = find_checkpoint (self->options);
  g_autoptr (TlWeights) weights = NULL;

  if (path == NULL)
    return TRUE;
  weights = tl_weights_open (path, error);
  if (weights == NULL || !self->klass->load (self->learner, weights, error))
    {
      g_prefix_error (error, _ ("Could not go on from “%s”: "), path);
      return FALSE;
    }
  g_print (_ ("going on after step %d\n"), (gint) self->klass->get_step (self->learner));
  return TRUE;
}

/* "1 h 12 min" */
static char *
dup_time (gdouble seconds)
{
  gint64 minutes = llround (seconds / 60);

  if (minutes < 60)
    return g_strdup_printf (_ ("%d min"), (gint) minutes);
  return g_strdup_printf (_ ("%d h %02d min"), (gint) (minutes / 60), (gint) (minutes % 60));
}

static gboolean
say (Loop *self, GError **error)
{
  guint64 step = self->klass->get_step (self->learner), n_steps = (guint64) self->options->n_steps;
  gdouble seconds = (g_get_monotonic_time () - self->said) / (gdouble) G_USEC_PER_SEC;
  gdouble rate = (step - self->said_step) / seconds;
  g_autofree char *left = dup_time ((n_steps - MIN (step, n_steps)) / rate);
  g_autoptr (GString) line = g_string_new (NULL);

  if (!self->klass->describe (self->learner, line, error))
    return FALSE;
  g_print (_ ("%d/%d: %s, %.0f pictures/s, %s left\n"), (gint) step, (gint) n_steps, line->str,
           (gdouble) self->n_pictures / seconds, left);
  self->said = g_get_monotonic_time ();
  self->said_step = step;
  self->n_pictures = 0;
  return TRUE;
}

/* All the steps that were asked for. */
static gboolean
is_done (Loop *self)
{
  const LoopOptions *o = self->options;
  gint64 last = o->until > 0 ? MIN (o->until, o->n_steps) : o->n_steps;

  return self->klass->get_step (self->learner) >= (guint64) last;
}

static gboolean
is_over (Loop *self)
{
  const LoopOptions *o = self->options;
  gdouble minutes = (g_get_monotonic_time () - self->started) / (60.0 * G_USEC_PER_SEC);

  return interrupted || is_done (self) || (o->minutes > 0 && minutes >= o->minutes);
}

static gboolean
step_all (Loop *self, TlFeed *feed, GError **error)
{
  const gint64 between = llround (self->options->save_minutes * 60 * G_USEC_PER_SEC);
  const guint64 looks = (guint64) self->options->looks;
  g_autoptr (TlBatch) batch = NULL;

  while (!is_over (self))
    {
      if (batch == NULL || self->klass->get_step (self->learner) % looks == 0)
        {
          g_clear_pointer (&batch, tl_batch_free);
          batch = tl_feed_take (feed);
        }
      if (!self->klass->step (self->learner, batch, error))
        return FALSE;
      self->n_pictures += batch->n;
      if (self->klass->get_step (self->learner) % (guint64) self->options->report_every == 0
          && !say (self, error))
        return FALSE;
      if (g_get_monotonic_time () - self->saved > between && !save (self, error))
        return FALSE;
    }
  return TRUE;
}

/* What comes after this command in a script is not to begin with half of it. */
static gboolean
was_let_finish (Loop *self, GError **error)
{
  if (!interrupted || is_done (self))
    return TRUE;
  g_set_error (error, G_IO_ERROR, G_IO_ERROR_CANCELLED,
               _ ("Stopped after step %d of %d; the same command goes on from there"),
               (gint) self->klass->get_step (self->learner), (gint) self->options->n_steps);
  return FALSE;
}

gboolean
loop_run (const LoopOptions *options, const LoopClass *klass, gpointer learner,
          TlFeedOptions feed_options, GError **error)
{
  Loop self = { .options = options, .klass = klass, .learner = learner };
  g_autoptr (TlFeed) feed = NULL;

  if (!go_on (&self, error))
    return FALSE;
  feed_options.seed = (guint64) options->seed;
  feed_options.n = (guint) options->batch;
  self.first = self.said_step = klass->get_step (learner);
  self.started = self.saved = self.said = g_get_monotonic_time ();
  feed =
    tl_feed_new (&feed_options, self.first / (guint64) options->looks, (guint) options->drawers);
  setvbuf (stdout, NULL, _IOLBF, 0); /* a log is read while it grows */
  catch_interrupts ();
  return step_all (&self, feed, error) && save (&self, error) && was_let_finish (&self, error);
}
