/* score.c - tiller-cli score: a table of similarities of texts and pictures
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "app/cli/cli.h"
#include "config.h"

#include "core/base/error.h"
#include "core/score/score.h"
#include "core/session/picture.h"

#include <errno.h>
#include <glib/gi18n.h>
#include <glib/gstdio.h>
#include <unistd.h>

typedef struct
{
  char **texts, **images;
  guint n_texts, n_images;
  gdouble *similarities; /* a row a text */
} Table;

static void
print_json (const Table *table)
{
  for (guint t = 0; t < table->n_texts; t++)
    for (guint p = 0; p < table->n_images; p++)
      {
        g_autoptr (CliJson) line = cli_json_new ();

        cli_json_add_string (line, "text", table->texts[t]);
        cli_json_add_string (line, "image", table->images[p]);
        cli_json_add_double (line, "similarity", table->similarities[t * table->n_images + p]);
        cli_json_print (line);
      }
}

/* Characters, not bytes, so that columns line up. */
static void
print_padded (const char *text, glong width)
{
  g_print ("%s%*s", text, (int) (width - g_utf8_strlen (text, -1)), "");
}

static void
print_table (const Table *table)
{
  glong width = 0;

  for (guint t = 0; t < table->n_texts; t++)
    width = MAX (width, g_utf8_strlen (table->texts[t], -1));
  print_padded ("", width);
  for (guint p = 0; p < table->n_images; p++)
    {
      g_autofree char *name = g_filename_display_basename (table->images[p]);

      g_print ("  %*s%s", (int) MAX (0, 10 - g_utf8_strlen (name, -1)), "", name);
    }
  g_print ("\n");
  for (guint t = 0; t < table->n_texts; t++)
    {
      print_padded (table->texts[t], width);
      for (guint p = 0; p < table->n_images; p++)
        {
          g_autofree char *name = g_filename_display_basename (table->images[p]);

          g_print ("  %*.4f", MAX (10, (int) g_utf8_strlen (name, -1)),
                   table->similarities[t * table->n_images + p]);
        }
      g_print ("\n");
    }
}

/* They are printed, so that they have to be UTF-8. */
static void
make_readable (char **texts)
{
  for (guint t = 0; texts[t] != NULL; t++)
    {
      g_autofree char *typed = texts[t];
      g_autofree char *text = cli_dup_text (typed);

      texts[t] = g_utf8_make_valid (text, -1);
    }
}

static TlFrame *
load_picture (guint index, gconstpointer table, GError **error)
{
  return tl_picture_load (((const Table *) table)->images[index], error);
}

/* Before anything is loaded: a wrong name among many should be said at once. */
static gboolean
check_pictures (const Table *table, GError **error)
{
  for (guint p = 0; p < table->n_images; p++)
    if (g_access (table->images[p], R_OK) != 0)
      return tl_error_set (error, TL_ERROR_MISSING, _ ("“%s” cannot be read: %s"), table->images[p],
                           g_strerror (errno));
  return TRUE;
}

static gboolean
fill_table (Table *table, CliCommon *common, GError **error)
{
  g_autoptr (TlModels) models = NULL;
  TlModelChoice choice;

  if (!cli_common_resolve (common, &choice, error))
    return FALSE;
  if (!check_pictures (table, error))
    return FALSE;
  models = tl_models_load (&choice, TL_MODELS_CLIP | TL_MODELS_TOKENIZER, error);
  if (models == NULL)
    return FALSE;

  table->similarities = g_new (gdouble, table->n_texts * table->n_images);
  return tl_score_table (tl_models_get_clip (models), tl_models_get_tokenizer (models),
                         (const char *const *) table->texts, table->n_texts, load_picture, table,
                         table->n_images, table->similarities, NULL, error);
}

CliStatus
cli_score (int argc, char **argv)
{
  g_auto (CliCommon) common = { 0 };
  g_auto (GStrv) texts = NULL;
  const GOptionEntry entries[] = {
    { "text", 't', 0, G_OPTION_ARG_FILENAME_ARRAY, &texts,
      N_ ("a text; may be given several times"), N_ ("TEXT") },
    { NULL },
  };
  g_autoptr (GError) error = NULL;
  Table table = { 0 };
  CliStatus status;

  if (!cli_parse ("score", entries, &common, &argc, &argv, 1, -1, &status))
    return status;
  if (texts == NULL)
    return cli_fail (CLI_USAGE, _ ("score needs at least one --text"));

  make_readable (texts);
  table.texts = texts;
  table.n_texts = g_strv_length (texts);
  table.images = argv + 1;
  table.n_images = (guint) argc - 1;
  if (!fill_table (&table, &common, &error))
    status = cli_fail_error (error);
  else
    {
      status = CLI_OK;
      if (common.json)
        print_json (&table);
      else
        print_table (&table);
    }
  g_free (table.similarities);
  return status;
}
