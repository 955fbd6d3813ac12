/* tensors.c - tensors of a scope to safetensors files, and back
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "app/cli/tensors.h"
#include "config.h"

#include "core/base/error.h"

#include <glib/gi18n.h>

void
cli_tensors_add (TlSafetensorsWriter *writer, TlScope *s, const char *name, TlTensor *x)
{
  gint64 shape[TL_MAX_DIMS];
  g_autoptr (GBytes) bytes = NULL;
  guint n_dims;

  if (tl_scope_has_failed (s))
    return;

  n_dims = tl_tensor_get_n_dims (x);
  for (guint i = 0; i < n_dims; i++)
    shape[i] = tl_tensor_get_size (x, (gint) i);
  bytes = tl_to_bytes (s, x);
  if (bytes != NULL)
    tl_safetensors_writer_add (writer, name, tl_tensor_get_dtype (x), n_dims, shape, bytes);
}

static TlTensor *
fail (TlScope *s, TlWeights *file, const char *name, const char *what)
{
  GError *error = NULL;

  tl_error_set (&error, TL_ERROR_FORMAT, "“%s”, “%s”: %s", tl_weights_get_path (file), name, what);
  tl_scope_fail (s, error);
  return NULL;
}

static TlTensor *
read_blob (TlScope *s, const TlBlob *blob)
{
  g_autoptr (TlTensor) owned = NULL;
  GError *error = NULL;

  owned = tl_tensor_new_from_bytes (blob->data, blob->n_bytes, blob->dtype, blob->shape,
                                    blob->strides, blob->n_dims, TL_FLOAT32, &error);
  if (owned != NULL)
    return tl_clone (s, owned);
  tl_scope_fail (s, error);
  return NULL;
}

static gboolean
is_side (gint64 side, guint max_side)
{
  return side >= 1 && side <= max_side;
}

/* Codes beyond the codebook would read beyond it. */
static gboolean
are_in_range (TlScope *s, TlTensor *indices, guint n_codes)
{
  TlTensor *flat = tl_reshape (s, tl_to_dtype (s, indices, TL_FLOAT32), TL_SHAPE (-1));
  gdouble smallest = tl_to_double (s, tl_amin (s, flat, 0, FALSE));
  gdouble largest = tl_to_double (s, tl_amax (s, flat, 0, FALSE));

  return smallest >= 0 && largest < n_codes;
}

TlTensor *
cli_tensors_read_indices (TlScope *s, TlWeights *file, const char *name, guint n_codes,
                          guint max_side)
{
  const TlBlob *blob = tl_weights_lookup (file, name);
  TlTensor *x;

  if (blob == NULL)
    return NULL;
  if (blob->n_dims < 2 || blob->n_dims > 3 || !is_side (blob->shape[blob->n_dims - 1], max_side)
      || !is_side (blob->shape[blob->n_dims - 2], max_side)
      || (blob->n_dims == 3 && blob->shape[0] != 1) || tl_dtype_is_float (blob->dtype))
    return fail (s, file, name, _ ("this is no grid of codes"));

  x = tl_to_dtype (s, read_blob (s, blob), TL_INT64);
  x = tl_reshape (s, x, TL_SHAPE (1, blob->shape[blob->n_dims - 2], blob->shape[blob->n_dims - 1]));
  if (tl_scope_has_failed (s) || are_in_range (s, x, n_codes))
    return x;
  return fail (s, file, name, _ ("there are codes that this model does not know"));
}

TlTensor *
cli_tensors_read_latent (TlScope *s, TlWeights *file, const char *name, guint e_dim, guint max_side)
{
  const TlBlob *blob = tl_weights_lookup (file, name);

  if (blob == NULL)
    return fail (s, file, name, _ ("the file holds neither codes nor a latent"));
  if (blob->n_dims != 4 || blob->shape[0] != 1 || blob->shape[1] != e_dim
      || !is_side (blob->shape[2], max_side) || !is_side (blob->shape[3], max_side)
      || !tl_dtype_is_float (blob->dtype))
    return fail (s, file, name, _ ("this is no latent of this model"));
  return read_blob (s, blob);
}
