/* average.c - one model of several that were learnt from the same beginning
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "config.h"
#include "core/train/average.h"

#include "core/torch/layer.h"

/* NULL where a model lacks it; its loader knows. */
static TlTensor *
find_mean (TlScope *s, TlLoader *const *loaders, guint n, const TlBlob *blob)
{
  TlTensor *mean = NULL;

  for (guint i = 0; i < n; i++)
    {
      TlTensor *own = tl_loader_take (loaders[i], blob->shape, blob->n_dims, "%s", blob->name);
      TlTensor *share;

      if (own == NULL)
        return NULL;
      share = tl_mul_scalar (s, own, 1.0 / n);
      mean = mean != NULL ? tl_add (s, mean, share) : share;
      tl_tensor_free (own);
    }
  return mean;
}

static gboolean
add_mean (TlSafetensorsWriter *writer, TlLoader *const *loaders, guint n, const TlBlob *blob,
          GError **error)
{
  TlScope *s = tl_scope_open (NULL);
  TlTensor *mean = find_mean (s, loaders, n, blob);
  g_autoptr (GBytes) bytes = NULL;

  if (mean != NULL)
    bytes = tl_to_bytes (s, tl_to_dtype (s, mean, TL_FLOAT16));
  if (bytes != NULL)
    tl_safetensors_writer_add (writer, blob->name, TL_FLOAT16, blob->n_dims, blob->shape, bytes);
  return tl_scope_close (s, error);
}

static void
copy_metadata (TlWeights *from, TlSafetensorsWriter *to)
{
  g_autofree const char **keys = tl_weights_list_metadata (from);

  for (gsize i = 0; keys[i] != NULL; i++)
    tl_safetensors_writer_set_metadata (to, keys[i], tl_weights_get_metadata (from, keys[i]));
}

gboolean
tl_average_weights (TlWeights *const *models, guint n, TlSafetensorsWriter *writer, GError **error)
{
  g_autoptr (GPtrArray) loaders = g_ptr_array_new_with_free_func ((GDestroyNotify) tl_loader_free);

  g_return_val_if_fail (n > 0, FALSE);

  for (guint i = 0; i < n; i++)
    g_ptr_array_add (loaders, tl_loader_new (models[i], "", TL_FLOAT32, (TlDevice){ TL_CPU, 0 }));
  copy_metadata (models[0], writer);
  for (guint i = 0; i < tl_weights_get_n_blobs (models[0]); i++)
    if (!add_mean (writer, (TlLoader *const *) loaders->pdata, n,
                   tl_weights_get_blob (models[0], i), error))
      return FALSE;
  for (guint i = 0; i < n; i++)
    if (!tl_loader_finish (g_ptr_array_index (loaders, i), error))
      {
        g_prefix_error (error, "%s: ", tl_weights_get_path (models[i]));
        return FALSE;
      }
  return TRUE;
}
