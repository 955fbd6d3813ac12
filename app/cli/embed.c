/* embed.c - tiller-cli embed and tokenize: what CLIP makes of a text or a picture
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "app/cli/cli.h"
#include "app/cli/tensors.h"
#include "config.h"

#include "core/export/export.h"
#include "core/score/score.h"
#include "core/session/picture.h"

#include <glib/gi18n.h>

typedef struct
{
  char *text, *image, *output;
} EmbedOptions;

static void
embed_options_clear (EmbedOptions *self)
{
  g_free (self->text);
  g_free (self->image);
  g_free (self->output);
}

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (EmbedOptions, embed_options_clear)

static gboolean
embed (const EmbedOptions *options, const TlModelChoice *choice, GError **error)
{
  g_autoptr (TlSafetensorsWriter) writer = tl_safetensors_writer_new ();
  g_autoptr (TlFrame) picture = NULL;
  g_autoptr (TlModels) models = NULL;
  g_autoptr (GBytes) bytes = NULL;
  g_autofree char *text = options->text != NULL ? cli_dup_text (options->text) : NULL;
  TlTensor *x;
  TlScope *s;

  if (options->image != NULL && (picture = tl_picture_load (options->image, error)) == NULL)
    return FALSE;
  models = tl_models_load (choice, TL_MODELS_CLIP | TL_MODELS_TOKENIZER, error);
  if (models == NULL)
    return FALSE;

  s = tl_scope_open (NULL);
  if (picture != NULL)
    x = tl_score_embed_picture (s, tl_models_get_clip (models), picture);
  else
    x =
      tl_score_embed_text (s, tl_models_get_clip (models), tl_models_get_tokenizer (models), text);
  cli_tensors_add (writer, s, "embedding", x);
  if (!tl_scope_close (s, error))
    return FALSE;

  bytes = tl_safetensors_writer_finish (writer);
  return tl_export_write (options->output, bytes, error);
}

CliStatus
cli_embed (int argc, char **argv)
{
  g_auto (CliCommon) common = { 0 };
  g_auto (EmbedOptions) options = { 0 };
  const GOptionEntry entries[] = {
    { "text", 't', 0, G_OPTION_ARG_FILENAME, &options.text, N_ ("the text to embed"), N_ ("TEXT") },
    { "image", 'i', 0, G_OPTION_ARG_FILENAME, &options.image, N_ ("the picture to embed"),
      N_ ("IMAGE") },
    { "output", 'o', 0, G_OPTION_ARG_FILENAME, &options.output,
      N_ ("where `embedding` goes, of length 1"), N_ ("FILE.safetensors") },
    { NULL },
  };
  g_autoptr (GError) error = NULL;
  TlModelChoice choice;
  CliStatus status;

  if (!cli_parse ("embed", entries, &common, &argc, &argv, 0, 0, &status))
    return status;
  if ((options.text == NULL) == (options.image == NULL) || options.output == NULL)
    return cli_fail (CLI_USAGE,
                     _ ("embed takes either --text or --image, and -o FILE.safetensors"));
  if (!cli_common_resolve (&common, &choice, &error) || !embed (&options, &choice, &error))
    return cli_fail_error (error);
  return cli_done (&common, options.output);
}

static void
print_ids (GArray *ids)
{
  for (guint i = 0; i < ids->len; i++)
    g_print ("%s%u", i > 0 ? " " : "", g_array_index (ids, guint32, i));
  g_print ("\n");
}

static void
print_ids_json (GArray *ids)
{
  g_autoptr (GString) list = g_string_new ("[");
  g_autoptr (CliJson) line = cli_json_new ();

  for (guint i = 0; i < ids->len; i++)
    g_string_append_printf (list, "%s%u", i > 0 ? "," : "", g_array_index (ids, guint32, i));
  g_string_append_c (list, ']');
  cli_json_add_raw (line, "ids", list->str);
  cli_json_print (line);
}

CliStatus
cli_tokenize (int argc, char **argv)
{
  g_auto (CliCommon) common = { 0 };
  g_autoptr (TlModels) models = NULL;
  g_autoptr (TlTokenizer) tokenizer = NULL;
  g_autofree char *text = NULL;
  g_autoptr (GArray) ids = NULL;
  g_autoptr (GError) error = NULL;
  TlModelChoice choice;
  CliStatus status;

  if (!cli_parse ("tokenize", NULL, &common, &argc, &argv, 1, 1, &status))
    return status;
  if (!cli_common_resolve (&common, &choice, &error))
    return cli_fail_error (error);

  /* A vocabulary needs no model. */
  if (common.vocab != NULL)
    tokenizer = tl_tokenizer_open (common.vocab, 0, &error);
  else if ((models = tl_models_load (&choice, TL_MODELS_TOKENIZER, &error)) != NULL)
    tokenizer = tl_tokenizer_ref (tl_models_get_tokenizer (models));
  if (tokenizer == NULL)
    return cli_fail_error (error);

  text = cli_dup_text (argv[1]);
  ids = tl_tokenizer_encode (tokenizer, text);
  if (common.json)
    print_ids_json (ids);
  else
    print_ids (ids);
  return CLI_OK;
}
