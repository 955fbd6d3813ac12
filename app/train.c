/* train.c - tiller-train: makes the starter models, from drawn scenes to weights
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "app/train/train.h"
#include "config.h"

#include <glib/gi18n.h>
#include <locale.h>
#include <string.h>

static const TrainCommand commands[] = {
  { "average", N_ ("one model of several that went on from one checkpoint"), train_average },
  { "clip", N_ ("a CLIP, from scenes and their captions"), train_clip },
  { "denoiser", N_ ("what latents of scenes look like, behind noise; into a VQGAN's file"),
    train_denoiser },
  { "eval", N_ ("what a pair of models makes of prompts, in the eyes of a judge"), train_eval },
  { "examples", N_ ("scenes for a denoiser to begin with, as codes; into a VQGAN's file"),
    train_examples },
  { "merges", N_ ("the vocabulary of the captions, as CLIP's merges file"), train_merges },
  { "scenes", N_ ("a sheet of the pictures to learn from, with their captions"), train_scenes },
  { "vqgan", N_ ("an image model, from scenes"), train_vqgan },
};

TrainStatus
train_fail (TrainStatus status, const char *message)
{
  g_printerr ("tiller-train: %s\n", message);
  return status;
}

TrainStatus
train_fail_error (const GError *error)
{
  return train_fail (error->domain == G_OPTION_ERROR ? TRAIN_USAGE : TRAIN_FAILED, error->message);
}

gboolean
train_parse (const char *command, const GOptionEntry *entries, int *argc, char ***argv)
{
  g_autofree char *program = g_strconcat ("tiller-train ", command, NULL);
  g_autoptr (GOptionContext) context = g_option_context_new (NULL);
  g_autoptr (GError) error = NULL;

  g_option_context_add_main_entries (context, entries, GETTEXT_PACKAGE);
  g_set_prgname (program);
  if (!g_option_context_parse (context, argc, argv, &error))
    {
      train_fail_error (error);
      return FALSE;
    }
  if (*argc > 1)
    {
      g_autofree char *message = g_strdup_printf (_ ("%s takes options only; see --help"), program);

      train_fail (TRAIN_USAGE, message);
      return FALSE;
    }
  return TRUE;
}

static void
print_help (void)
{
  g_print (_ ("Usage: tiller-train COMMAND [OPTION…]\n\nCommands:\n"));
  for (gsize i = 0; i < G_N_ELEMENTS (commands); i++)
    g_print ("  %-9s %s\n", commands[i].name, _ (commands[i].summary));
  g_print (_ ("\ntiller-train COMMAND --help says what a command takes.\n"));
}

int
main (int argc, char **argv)
{
  setlocale (LC_ALL, "");
  bindtextdomain (GETTEXT_PACKAGE, TL_LOCALE_DIR);
  bind_textdomain_codeset (GETTEXT_PACKAGE, "UTF-8");
  textdomain (GETTEXT_PACKAGE);
  g_set_prgname ("tiller-train");

  if (argc < 2 || strcmp (argv[1], "--help") == 0 || strcmp (argv[1], "-h") == 0)
    {
      print_help ();
      return argc < 2 ? TRAIN_USAGE : TRAIN_OK;
    }
  if (strcmp (argv[1], "--version") == 0)
    {
      g_print ("tiller-train %s\n", TL_VERSION);
      return TRAIN_OK;
    }

  for (gsize i = 0; i < G_N_ELEMENTS (commands); i++)
    if (strcmp (commands[i].name, argv[1]) == 0)
      return commands[i].func (argc - 1, argv + 1);
  g_printerr (_ ("tiller-train: there is no command “%s”; tiller-train --help lists them\n"),
              argv[1]);
  return TRAIN_USAGE;
}
