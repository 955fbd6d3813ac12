/* cli.c - tiller-cli: Tiller without a window
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "app/cli/cli.h"
#include "config.h"

#include "core/torch/device.h"

#include <glib/gi18n.h>
#include <locale.h>
#include <stdio.h>
#include <string.h>

static const CliCommand commands[] = {
  { "run", N_ ("--prompt TEXT"), N_ ("steer a picture from start to end"), cli_run },
  { "explore", N_ ("--prompt TEXT --session FILE.tiller | --sheet FILE.png"),
    N_ ("several seeds side by side, to pick from"), cli_explore },
  { "resume", N_ ("FILE.tiller [RUN]"), N_ ("go on with a run of a session, exactly"), cli_resume },
  { "export", N_ ("FILE.tiller[:RUN[@ITER]] -o IMAGE"), N_ ("picture of a checkpoint"),
    cli_export },
  { "score", N_ ("--text TEXT… IMAGE…"), N_ ("table of similarities of texts and pictures"),
    cli_score },
  { "encode", N_ ("IMAGE -o FILE.safetensors"), N_ ("picture to latent and codes"), cli_encode },
  { "decode", N_ ("FILE.safetensors -o IMAGE"), N_ ("latent or codes to picture"), cli_decode },
  { "embed", N_ ("--text TEXT | --image IMAGE -o FILE.safetensors"), N_ ("CLIP's embedding"),
    cli_embed },
  { "tokenize", N_ ("TEXT"), N_ ("token ids of a text, on one line"), cli_tokenize },
  { "inspect", N_ ("FILE"), N_ ("what a model file, a session or a picture holds"), cli_inspect },
  { "verify", N_ ("FOLDER"), N_ ("golden numbers against this build and device"), cli_verify },
  { "bench", "", N_ ("seconds per stage of the iteration, and this machine's ceilings"),
    cli_bench },
};

static void
print_help (void)
{
  g_print (_ ("Usage: tiller-cli COMMAND [OPTION…]\n\nCommands:\n"));
  for (gsize i = 0; i < G_N_ELEMENTS (commands); i++)
    g_print ("  %-9s %s\n", commands[i].name, _ (commands[i].summary));
  g_print (_ ("\ntiller-cli COMMAND --help says what a command takes.\n"));
}

const CliCommand *
cli_find_command (const char *name)
{
  for (gsize i = 0; i < G_N_ELEMENTS (commands); i++)
    if (strcmp (commands[i].name, name) == 0)
      return &commands[i];
  return NULL;
}

/* What was printed into a full disk is not printed. */
static int
finish (CliStatus status)
{
  if (status == CLI_OK && (fflush (stdout) != 0 || ferror (stdout)))
    return cli_fail (CLI_FAILED, _ ("What was to be printed could not be written"));
  return status;
}

int
main (int argc, char **argv)
{
  const CliCommand *command;

  setlocale (LC_ALL, "");
  bindtextdomain (GETTEXT_PACKAGE, TL_LOCALE_DIR);
  bind_textdomain_codeset (GETTEXT_PACKAGE, "UTF-8");
  textdomain (GETTEXT_PACKAGE);
  g_set_prgname ("tiller-cli");

  if (argc < 2)
    {
      print_help ();
      return CLI_USAGE;
    }
  if (strcmp (argv[1], "--help") == 0 || strcmp (argv[1], "-h") == 0)
    {
      print_help ();
      return finish (CLI_OK);
    }
  if (strcmp (argv[1], "--version") == 0)
    {
      g_print ("tiller-cli %s (libtorch %s)\n", TL_VERSION, tl_torch_get_version ());
      return finish (CLI_OK);
    }

  command = cli_find_command (argv[1]);
  if (command == NULL)
    {
      g_printerr (_ ("tiller-cli: there is no command “%s”; tiller-cli --help lists them\n"),
                  argv[1]);
      return CLI_USAGE;
    }
  return finish (command->func (argc - 1, argv + 1));
}
