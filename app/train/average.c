/* average.c - tiller-train average: one model of several that went on from one checkpoint
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "app/train/train.h"
#include "config.h"

#include "core/train/average.h"

#include <glib/gi18n.h>

static GPtrArray *
open_models (char **paths, GError **error)
{
  g_autoptr (GPtrArray) models = g_ptr_array_new_with_free_func ((GDestroyNotify) tl_weights_unref);

  for (gsize i = 0; paths[i] != NULL; i++)
    {
      TlWeights *model = tl_weights_open (paths[i], error);

      if (model == NULL)
        return NULL;
      g_ptr_array_add (models, model);
    }
  return g_steal_pointer (&models);
}

static gboolean
write_mean (char **paths, const char *output, GError **error)
{
  g_autoptr (GPtrArray) models = open_models (paths, error);
  g_autoptr (TlSafetensorsWriter) writer = tl_safetensors_writer_new ();
  g_autoptr (GBytes) bytes = NULL;

  if (models == NULL
      || !tl_average_weights ((TlWeights *const *) models->pdata, models->len, writer, error))
    return FALSE;
  bytes = tl_safetensors_writer_finish (writer);
  return g_file_set_contents (output, g_bytes_get_data (bytes, NULL),
                              (gssize) g_bytes_get_size (bytes), error);
}

TrainStatus
train_average (int argc, char **argv)
{
  g_autofree char *output = NULL;
  g_auto (GStrv) paths = NULL;
  g_autoptr (GError) error = NULL;
  const GOptionEntry entries[] = {
    { "output", 'o', 0, G_OPTION_ARG_FILENAME, &output, N_ ("write the mean to this file"),
      N_ ("FILE") },
    { G_OPTION_REMAINING, 0, 0, G_OPTION_ARG_FILENAME_ARRAY, &paths, NULL, N_ ("MODEL…") },
    { NULL },
  };

  if (!train_parse ("average", entries, &argc, &argv))
    return TRAIN_USAGE;
  if (output == NULL || paths == NULL || paths[1] == NULL)
    return train_fail (TRAIN_USAGE, _ ("Say --output FILE and two models or more"));
  if (!write_mean (paths, output, &error))
    return train_fail_error (error);
  return TRAIN_OK;
}
