/* cli.h - what the commands of tiller-cli share
 *
 * Exit status: 0 done, 1 failed, 2 wrong usage. Errors are one sentence on standard error.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#pragma once

#include "app/cli/output.h"
#include "core/engine/stepper.h"
#include "core/steer/models.h"

G_BEGIN_DECLS

typedef enum
{
  CLI_OK = 0,
  CLI_FAILED = 1,
  CLI_USAGE = 2,
} CliStatus;

/* argv[0] is the command's name, whose usage --help prints. */
typedef struct
{
  const char *name;
  const char *arguments; /* what follows the options in its usage; marked for translation */
  const char *summary;   /* marked for translation, not translated */
  CliStatus (*func) (int argc, char **argv);
} CliCommand;

/* Options that every command takes. */
typedef struct
{
  char *model, *vqgan, *clip, *vocab, *device, *precision;
  gint n_threads;
  gboolean json, quiet, help;
} CliCommon;

void cli_common_clear (CliCommon *self);

/* Parses options of the command and the common ones; what is left of argv are its arguments, @least
 * to @most of them (-1: any number). On FALSE the message has been printed and @status is set. */
gboolean cli_parse (const char *command, const GOptionEntry *entries, CliCommon *common, int *argc,
                    char ***argv, gint least, gint most, CliStatus *status);

/* Device, threads, precision and names of models. The choice borrows from @self. */
gboolean cli_common_resolve (CliCommon *self, TlModelChoice *choice, GError **error);

/* What is repeated or gone on with names its models, precision and threads; options of the command
 * win. */
void cli_common_take_maker (CliCommon *self, const TlMaker *maker);
/* On standard error, where those of @stepper are others. */
void cli_warn_of_other_models (const TlMaker *then, TlStepper *stepper);
gboolean cli_refuse_other_models (const TlMaker *then, TlStepper *stepper, GError **error);

/* On standard error, where pictures were too large to travel in a recipe that was written. */
void cli_warn_of_left_out (TlRecipe *recipe, gboolean quiet);

/* What a user typed, in UTF-8 where that can be found out; else as it is, for a reader that takes
 * any bytes. (transfer full) */
char *cli_dup_text (const char *typed);

/* The table of tiller-cli, for the usage of its commands. (nullable) */
const CliCommand *cli_find_command (const char *name);

/* A command whose result is a file, which JSON names. */
CliStatus cli_done (const CliCommon *common, const char *output);

/* "tiller-cli: message" on standard error. */
CliStatus cli_fail (CliStatus status, const char *message);

/* As cli_fail(), of a GError: wrong usage for G_OPTION_ERROR, else failed. */
CliStatus cli_fail_error (const GError *error);

CliStatus cli_run (int argc, char **argv);
CliStatus cli_explore (int argc, char **argv);
CliStatus cli_resume (int argc, char **argv);
CliStatus cli_export (int argc, char **argv);
CliStatus cli_score (int argc, char **argv);
CliStatus cli_encode (int argc, char **argv);
CliStatus cli_decode (int argc, char **argv);
CliStatus cli_embed (int argc, char **argv);
CliStatus cli_tokenize (int argc, char **argv);
CliStatus cli_inspect (int argc, char **argv);
CliStatus cli_verify (int argc, char **argv);
CliStatus cli_bench (int argc, char **argv);

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (CliCommon, cli_common_clear)

G_END_DECLS
