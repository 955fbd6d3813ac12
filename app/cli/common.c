/* common.c - options that every command takes
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "app/cli/cli.h"
#include "config.h"

#include "core/base/error.h"
#include "core/torch/device.h"

#include <glib/gi18n.h>
#include <string.h>

void
cli_common_clear (CliCommon *self)
{
  g_free (self->model);
  g_free (self->vqgan);
  g_free (self->clip);
  g_free (self->vocab);
  g_free (self->device);
  g_free (self->precision);
}

CliStatus
cli_fail (CliStatus status, const char *message)
{
  g_autofree char *line = g_strdup_printf ("tiller-cli: %s", message);

  cli_print_error (line);
  return status;
}

CliStatus
cli_done (const CliCommon *common, const char *output)
{
  g_autoptr (CliJson) line = cli_json_new ();

  cli_json_add_string (line, "output", output);
  if (common->json)
    cli_json_print (line);
  return CLI_OK;
}

CliStatus
cli_fail_error (const GError *error)
{
  return cli_fail (error->domain == G_OPTION_ERROR ? CLI_USAGE : CLI_FAILED, error->message);
}

static void
add_common (GOptionGroup *group, CliCommon *common)
{
  const GOptionEntry entries[] = {
    { "model", 0, 0, G_OPTION_ARG_STRING, &common->model,
      N_ ("starter, random:imagenet-f16-16384, or a VQGAN file"), N_ ("NAME") },
    { "vqgan", 0, 0, G_OPTION_ARG_FILENAME, &common->vqgan, N_ ("VQGAN checkpoint"), N_ ("FILE") },
    { "clip", 0, 0, G_OPTION_ARG_FILENAME, &common->clip,
      N_ ("CLIP checkpoint, or random:ViT-B/32"), N_ ("FILE") },
    { "vocab", 0, 0, G_OPTION_ARG_FILENAME, &common->vocab, N_ ("CLIP's vocabulary"), N_ ("FILE") },
    { "device", 0, 0, G_OPTION_ARG_STRING, &common->device, N_ ("cpu or cuda[:N]"), N_ ("NAME") },
    { "precision", 0, 0, G_OPTION_ARG_STRING, &common->precision,
      N_ ("auto, float32, bfloat16 or float16"), N_ ("NAME") },
    { "threads", 0, 0, G_OPTION_ARG_INT, &common->n_threads,
      N_ ("processor threads (default: all)"), N_ ("N") },
    { "json", 0, 0, G_OPTION_ARG_NONE, &common->json, N_ ("print one JSON object a line"), NULL },
    { "quiet", 0, 0, G_OPTION_ARG_NONE, &common->quiet,
      N_ ("no progress and no notes; what was asked for is printed"), NULL },
    /* GLib's own would end the program before anybody asks whether the help could be printed. */
    { "help", 'h', 0, G_OPTION_ARG_NONE, &common->help, N_ ("print this"), NULL },
    { NULL },
  };

  g_option_group_add_entries (group, entries);
}

static gboolean
print_help (GOptionContext *context, CliStatus *status)
{
  g_autofree char *help = g_option_context_get_help (context, TRUE, NULL);

  g_print ("%s", help);
  *status = CLI_OK;
  return FALSE;
}

/* @surplus: (nullable): the first argument that is too many; NULL where there are too few */
static gboolean
refuse_count (const char *command, const char *surplus)
{
  g_autofree char *message =
    surplus == NULL
      ? g_strdup_printf (_ ("%s needs more arguments; see tiller-cli %s --help"), command, command)
      : g_strdup_printf (_ ("%s has no use for “%s”; see tiller-cli %s --help"), command, surplus,
                         command);

  return cli_fail (CLI_USAGE, message) == CLI_OK;
}

gboolean
cli_parse (const char *command, const GOptionEntry *entries, CliCommon *common, int *argc,
           char ***argv, gint least, gint most, CliStatus *status)
{
  const char *arguments = cli_find_command (command)->arguments;
  g_autofree char *program = g_strconcat ("tiller-cli ", command, NULL);
  g_autoptr (GOptionContext) context =
    g_option_context_new (*arguments != '\0' ? _ (arguments) : NULL);
  g_autoptr (GError) error = NULL;
  GOptionGroup *own;

  /* One group, so that --help shows everything at once. */
  own = g_option_group_new (command, "", "", NULL, NULL);
  g_option_group_set_translation_domain (own, GETTEXT_PACKAGE);
  if (entries != NULL)
    g_option_group_add_entries (own, entries);
  add_common (own, common);
  g_option_context_set_main_group (context, own);
  g_option_context_set_help_enabled (context, FALSE);
  g_set_prgname (program);

  *status = CLI_USAGE;
  if (!g_option_context_parse (context, argc, argv, &error))
    return cli_fail (CLI_USAGE, error->message) == CLI_OK;
  if (common->help)
    return print_help (context, status);
  if (*argc >= 2 && strcmp ((*argv)[1], "--") == 0)
    {
      (*argv)++;
      (*argc)--;
    }
  if (*argc - 1 < least || (most >= 0 && *argc - 1 > most))
    return refuse_count (command, *argc - 1 < least ? NULL : (*argv)[most + 1]);
  return TRUE;
}

char *
cli_dup_text (const char *typed)
{
  char *text = NULL;

  if (!g_utf8_validate (typed, -1, NULL))
    text = g_locale_to_utf8 (typed, -1, NULL, NULL, NULL); /* NULL: stays as it was typed */
  return text != NULL ? text : g_strdup (typed);
}

static gboolean
refuse_precision (GError **error, const char *name)
{
  g_set_error (error, G_OPTION_ERROR, G_OPTION_ERROR_BAD_VALUE,
               _ ("“%s” is no precision: auto, float32, bfloat16 or float16"), name);
  return FALSE;
}

/* A recipe or a session may have asked for it. */
static gboolean
refuse_float16 (GError **error)
{
  g_set_error_literal (error, G_OPTION_ERROR, G_OPTION_ERROR_BAD_VALUE,
                       _ ("float16 is for graphics cards: give --device cuda, or --precision "
                          "bfloat16 or float32"));
  return FALSE;
}

gboolean
cli_common_resolve (CliCommon *self, TlModelChoice *choice, GError **error)
{
  *choice = (TlModelChoice){ .clip = self->clip, .vocab = self->vocab };
  choice->vqgan = self->vqgan != NULL ? self->vqgan : self->model;
  if (self->vqgan != NULL && self->model != NULL)
    {
      g_set_error_literal (error, G_OPTION_ERROR, G_OPTION_ERROR_BAD_VALUE,
                           _ ("--model and --vqgan both name the image model: give one of them"));
      return FALSE;
    }
  if (!tl_precision_parse (self->precision != NULL ? self->precision : "auto", &choice->precision))
    return refuse_precision (error, self->precision);
  if (self->n_threads < 0 || self->n_threads > TL_MAX_THREADS)
    {
      g_set_error (error, G_OPTION_ERROR, G_OPTION_ERROR_BAD_VALUE,
                   _ ("--threads takes a number from 1 to %d"), TL_MAX_THREADS);
      return FALSE;
    }
  if (!tl_device_parse (self->device != NULL ? self->device : "cpu", &choice->device, error))
    return FALSE;

  if (choice->precision == TL_PRECISION_FLOAT16 && choice->device.kind == TL_CPU)
    return refuse_float16 (error);

  tl_device_set_threads ((guint) self->n_threads);
  return TRUE;
}

void
cli_common_take_maker (CliCommon *self, const TlMaker *maker)
{
  if (self->precision == NULL)
    self->precision = g_strdup (maker->precision);
  if (self->n_threads == 0)
    self->n_threads = (gint) maker->n_threads;
  if (self->model == NULL && self->vqgan == NULL)
    self->model = g_strdup (maker->vqgan.name);
  if (self->clip == NULL)
    self->clip = g_strdup (maker->clip.name);
}

static gboolean
has_models_of (const TlMaker *then, TlStepper *stepper)
{
  g_autoptr (TlMaker) now = stepper->klass->get_maker (stepper);

  return tl_model_name_equal (&then->vqgan, &now->vqgan)
         && tl_model_name_equal (&then->clip, &now->clip);
}

void
cli_warn_of_other_models (const TlMaker *then, TlStepper *stepper)
{
  g_autofree char *line = g_strdup_printf (
    _ ("The picture was made with %s and %s; with other models it comes out differently."),
    then->vqgan.name, then->clip.name);

  if (!has_models_of (then, stepper))
    cli_print_error (line);
}

void
cli_warn_of_left_out (TlRecipe *recipe, gboolean quiet)
{
  g_autofree char *names = quiet ? NULL : tl_recipe_dup_left_out (recipe);
  g_autofree char *line = NULL;

  if (names == NULL)
    return;
  line =
    g_strdup_printf (_ ("Too large to travel in the recipe, and needed to repeat it: %s"), names);
  cli_print_error (line);
}

gboolean
cli_refuse_other_models (const TlMaker *then, TlStepper *stepper, GError **error)
{
  return has_models_of (then, stepper)
         || tl_error_set (error, TL_ERROR_UNTRUSTED,
                          _ ("The run was made with %s and %s, and goes on with the very same "
                             "only: name them with --vqgan and --clip"),
                          then->vqgan.name, then->clip.name);
}
