/* safetensors.c - writing safetensors bytes
 *
 * The header is written by hand and in the order of the calls, because the same tensors must give
 * the same bytes.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "config.h"
#include "core/weights/safetensors.h"

#include "core/base/error.h"

#include <glib/gi18n-lib.h>
#include <string.h>

/* Readers may map the file: the tensors begin at a multiple of this, and so do those whose sizes
 * are multiples. */
#define ALIGNMENT 8

static const char *const type_names[TL_N_DTYPES] = {
  [TL_FLOAT32] = "F32", [TL_FLOAT16] = "F16", [TL_BFLOAT16] = "BF16", [TL_FLOAT64] = "F64",
  [TL_INT64] = "I64",   [TL_INT32] = "I32",   [TL_INT16] = "I16",     [TL_INT8] = "I8",
  [TL_UINT8] = "U8",    [TL_BOOL] = "BOOL",
};

typedef struct
{
  char *key;
  char *value;
} Pair;

struct _TlSafetensorsWriter
{
  GArray *metadata; /* of Pair, in the order set */
  GString *tensors; /* their part of the header */
  GPtrArray *data;  /* of GBytes */
  GHashTable *names;
  gsize n_bytes;
};

static void
clear_pair (gpointer data)
{
  Pair *pair = data;

  g_free (pair->key);
  g_free (pair->value);
}

static void
append_string (GString *out, const char *text)
{
  g_string_append_c (out, '"');
  for (const char *at = text; *at != '\0'; at++)
    if (*at == '"' || *at == '\\')
      g_string_append_printf (out, "\\%c", *at);
    else if ((guchar) *at < 0x20)
      g_string_append_printf (out, "\\u%04x", (guint) (guchar) *at);
    else
      g_string_append_c (out, *at);
  g_string_append_c (out, '"');
}

TlSafetensorsWriter *
tl_safetensors_writer_new (void)
{
  TlSafetensorsWriter *self = g_new0 (TlSafetensorsWriter, 1);

  self->metadata = g_array_new (FALSE, FALSE, sizeof (Pair));
  g_array_set_clear_func (self->metadata, clear_pair);
  self->tensors = g_string_new (NULL);
  self->data = g_ptr_array_new_with_free_func ((GDestroyNotify) g_bytes_unref);
  self->names = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  return self;
}

void
tl_safetensors_writer_free (TlSafetensorsWriter *self)
{
  g_array_unref (self->metadata);
  g_string_free (self->tensors, TRUE);
  g_ptr_array_unref (self->data);
  g_hash_table_unref (self->names);
  g_free (self);
}

void
tl_safetensors_writer_set_metadata (TlSafetensorsWriter *self, const char *key, const char *value)
{
  Pair pair;

  g_return_if_fail (g_utf8_validate (key, -1, NULL) && g_utf8_validate (value, -1, NULL));

  for (guint i = 0; i < self->metadata->len; i++)
    {
      Pair *old = &g_array_index (self->metadata, Pair, i);

      if (!g_str_equal (old->key, key))
        continue;
      g_free (old->value);
      old->value = g_strdup (value);
      return;
    }

  pair = (Pair){ g_strdup (key), g_strdup (value) };
  g_array_append_val (self->metadata, pair);
}

static gsize
count_bytes (TlDtype dtype, guint n_dims, const gint64 *shape)
{
  gsize n = tl_dtype_size (dtype);

  for (guint i = 0; i < n_dims; i++)
    n *= (gsize) shape[i];
  return n;
}

static void
append_shape (GString *out, guint n_dims, const gint64 *shape)
{
  g_string_append (out, "\"shape\":[");
  for (guint i = 0; i < n_dims; i++)
    g_string_append_printf (out, "%s%" G_GINT64_FORMAT, i == 0 ? "" : ",", shape[i]);
  g_string_append_c (out, ']');
}

void
tl_safetensors_writer_add (TlSafetensorsWriter *self, const char *name, TlDtype dtype, guint n_dims,
                           const gint64 *shape, GBytes *data)
{
  gsize begin = self->n_bytes;

  g_return_if_fail (n_dims <= TL_MAX_DIMS);
  g_return_if_fail (g_utf8_validate (name, -1, NULL) && !g_str_equal (name, "__metadata__"));
  g_return_if_fail (g_bytes_get_size (data) == count_bytes (dtype, n_dims, shape));
  g_return_if_fail (g_hash_table_add (self->names, g_strdup (name)));

  if (self->tensors->len > 0)
    g_string_append_c (self->tensors, ',');
  append_string (self->tensors, name);
  g_string_append_printf (self->tensors, ":{\"dtype\":\"%s\",", type_names[dtype]);
  append_shape (self->tensors, n_dims, shape);
  self->n_bytes += g_bytes_get_size (data);
  g_string_append_printf (self->tensors, ",\"data_offsets\":[%zu,%zu]}", begin, self->n_bytes);
  g_ptr_array_add (self->data, g_bytes_ref (data));
}

static void
append_metadata (TlSafetensorsWriter *self, GString *header)
{
  g_string_append (header, "\"__metadata__\":{");
  for (guint i = 0; i < self->metadata->len; i++)
    {
      const Pair *pair = &g_array_index (self->metadata, Pair, i);

      if (i > 0)
        g_string_append_c (header, ',');
      append_string (header, pair->key);
      g_string_append_c (header, ':');
      append_string (header, pair->value);
    }
  g_string_append_c (header, '}');
}

/* Padded with spaces, as the format allows. */
static GString *
make_header (TlSafetensorsWriter *self)
{
  GString *header = g_string_new ("{");

  if (self->metadata->len > 0)
    {
      append_metadata (self, header);
      if (self->tensors->len > 0)
        g_string_append_c (header, ',');
    }
  g_string_append_len (header, self->tensors->str, self->tensors->len);
  g_string_append_c (header, '}');
  while (header->len % ALIGNMENT != 0)
    g_string_append_c (header, ' ');
  return header;
}

gboolean
tl_safetensors_writer_copy (TlSafetensorsWriter *self, TlWeights *weights, const char *but,
                            GError **error)
{
  g_autofree const char **keys = tl_weights_list_metadata (weights);

  for (gsize i = 0; keys[i] != NULL; i++)
    tl_safetensors_writer_set_metadata (self, keys[i], tl_weights_get_metadata (weights, keys[i]));
  for (guint i = 0; i < tl_weights_get_n_blobs (weights); i++)
    {
      const TlBlob *blob = tl_weights_get_blob (weights, i);
      g_autoptr (GBytes) bytes = NULL;

      if (but != NULL && g_str_has_prefix (blob->name, but))
        continue;
      if (!tl_blob_is_dense (blob))
        return tl_error_set (error, TL_ERROR_FORMAT,
                             _ ("“%s” lies in this file in an order that cannot be copied: a "
                                "safetensors file has none such"),
                             blob->name);
      bytes = g_bytes_new (blob->data, blob->n_bytes);
      tl_safetensors_writer_add (self, blob->name, blob->dtype, blob->n_dims, blob->shape, bytes);
    }
  return TRUE;
}

GBytes *
tl_safetensors_writer_finish (TlSafetensorsWriter *self)
{
  GString *header = make_header (self);
  guint64 n_header = GUINT64_TO_LE ((guint64) header->len);
  gsize size = sizeof n_header + header->len + self->n_bytes;
  guint8 *out = g_malloc (size), *at = out;

  memcpy (at, &n_header, sizeof n_header);
  at += sizeof n_header;
  memcpy (at, header->str, header->len);
  at += header->len;
  g_string_free (header, TRUE);

  for (guint i = 0; i < self->data->len; i++)
    {
      gsize n;
      gconstpointer data = g_bytes_get_data (g_ptr_array_index (self->data, i), &n);

      if (n > 0)
        memcpy (at, data, n);
      at += n;
    }

  return g_bytes_new_take (out, size);
}
