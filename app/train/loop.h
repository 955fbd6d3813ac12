/* loop.h - training that can stop and go on at any time
 *
 * A run of training is a folder. In it are the checkpoint that the next start goes on from, and
 * what was learnt so far, in the formats that Tiller opens; both are written every few minutes, at
 * the end, and when the program is interrupted.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#pragma once

#include "app/train/train.h"
#include "core/torch/device.h"
#include "core/train/feed.h"
#include "core/weights/weights.h"

G_BEGIN_DECLS

/* A learner as the loop sees it. */
typedef struct
{
  guint64 (*get_step) (gpointer self);
  gboolean (*step) (gpointer self, const TlBatch *batch, GError **error);
  /* Appends what there is to say of the steps since the last time, and of held-out scenes. */
  gboolean (*describe) (gpointer self, GString *line, GError **error);
  GBytes *(*save) (gpointer self, GError **error);
  gboolean (*load) (gpointer self, TlWeights *weights, GError **error);
  /* What was learnt, as files in @folder. */
  gboolean (*write) (gpointer self, const char *folder, GError **error);
} LoopClass;

typedef struct
{
  char *folder, *precision, *device;
  gint64 seed, n_steps, n_warm;
  gint64 until; /* the step to stop after, for going on with other settings; 0: the last */
  gint batch, held_out, threads, report_every;
  gint drawers; /* threads that draw */
  gint looks;   /* steps that each batch is learnt from */
  gdouble lr, minutes, save_minutes;
} LoopOptions;

/* Defaults; the learner's own come after it. */
void loop_options_init (LoopOptions *self);
void loop_options_clear (LoopOptions *self);

/* Rows for train_parse(), to stand in front of the command's own; ended by no row. */
#define LOOP_N_ENTRIES 16
void loop_fill_entries (LoopOptions *self, GOptionEntry entries[LOOP_N_ENTRIES]);

/* Wrong numbers, devices and folders; sets the number of threads. */
gboolean loop_options_check (const LoopOptions *self, TlDevice *device, TlDtype *dtype,
                             GError **error);

/* Trains until the steps are done, or this phase's, the minutes are over, or somebody interrupts;
 * that is an error (G_IO_ERROR_CANCELLED), though nothing is lost.
 * @feed: without seed and n, which are the options'. */
gboolean loop_run (const LoopOptions *options, const LoopClass *klass, gpointer learner,
                   TlFeedOptions feed, GError **error);

/* Begins with the models in the files @paths (nullable), one after the other, by @begin_with; where
 * there is a checkpoint to go on from they are not even looked for. */
typedef gboolean (*LoopBeginFunc) (gpointer learner, TlWeights *weights, GError **error);
gboolean loop_begin (const LoopOptions *options, char *const *paths, LoopBeginFunc begin_with,
                     gpointer learner, GError **error);

/* The seed of scenes that are never learnt from. */
guint64 loop_held_out_seed (guint64 seed);

/* Writes @bytes, whole or not at all. Takes @bytes; NULL is a failure that was told already. */
gboolean loop_write_file (const char *folder, const char *name, GBytes *bytes, GError **error);

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (LoopOptions, loop_options_clear)

G_END_DECLS
