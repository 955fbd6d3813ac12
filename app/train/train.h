/* train.h - what the commands of tiller-train share
 *
 * Exit status and errors are those of tiller-cli: 0 done, 1 failed, 2 wrong usage; one sentence on
 * standard error.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

typedef enum
{
  TRAIN_OK = 0,
  TRAIN_FAILED = 1,
  TRAIN_USAGE = 2,
} TrainStatus;

/* argv[0] is the command's name. */
typedef struct
{
  const char *name;
  const char *summary; /* marked for translation, not translated */
  TrainStatus (*func) (int argc, char **argv);
} TrainCommand;

/* Parses the options of @command, which takes no other arguments unless an entry of them does. On
 * FALSE the message has been printed. */
gboolean train_parse (const char *command, const GOptionEntry *entries, int *argc, char ***argv);

/* "tiller-train: message" on standard error. */
TrainStatus train_fail (TrainStatus status, const char *message);

/* As train_fail(), of a GError: wrong usage for G_OPTION_ERROR, else failed. */
TrainStatus train_fail_error (const GError *error);

TrainStatus train_average (int argc, char **argv);
TrainStatus train_clip (int argc, char **argv);
TrainStatus train_denoiser (int argc, char **argv);
TrainStatus train_eval (int argc, char **argv);
TrainStatus train_examples (int argc, char **argv);
TrainStatus train_merges (int argc, char **argv);
TrainStatus train_scenes (int argc, char **argv);
TrainStatus train_vqgan (int argc, char **argv);

G_END_DECLS
