/* golden.c - reading golden numbers
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "app/verify/verify.h"
#include "config.h"

#include "core/base/error.h"

#include <glib/gi18n.h>

#define SUFFIX ".golden.json"

Golden *
golden_open (const char *folder, const char *file, TlDevice device, GError **error)
{
  g_autofree char *path = g_build_filename (folder, file, NULL);
  g_autofree char *stem = g_strndup (path, strlen (path) - strlen (".json"));
  g_autofree char *tensors = g_strconcat (stem, ".safetensors", NULL);
  g_autoptr (JsonParser) parser = json_parser_new ();
  g_autoptr (Golden) self = g_new0 (Golden, 1);

  if (!json_parser_load_from_file (parser, path, error))
    return NULL;
  if (!JSON_NODE_HOLDS_OBJECT (json_parser_get_root (parser)))
    {
      tl_error_set (error, TL_ERROR_FORMAT, _ ("“%s” holds no JSON object"), path);
      return NULL;
    }

  self->device = device;
  self->folder = g_strdup (folder);
  self->name = g_strndup (file, strlen (file) - strlen (SUFFIX));
  self->json = json_object_ref (json_node_get_object (json_parser_get_root (parser)));
  self->tensors = tl_weights_open (tensors, error);
  return self->tensors != NULL ? g_steal_pointer (&self) : NULL;
}

void
golden_free (Golden *self)
{
  g_free (self->folder);
  g_free (self->name);
  g_clear_pointer (&self->json, json_object_unref);
  g_clear_pointer (&self->tensors, tl_weights_unref);
  g_free (self);
}

static const TlBlob *
lookup (Golden *self, const char *format, va_list args)
{
  g_autofree char *name = g_strdup_vprintf (format, args);

  return tl_weights_lookup (self->tensors, name);
}

gboolean
golden_has (Golden *self, const char *name, ...)
{
  const TlBlob *blob;
  va_list args;

  va_start (args, name);
  blob = lookup (self, name, args);
  va_end (args);
  return blob != NULL;
}

static TlTensor *
read_blob (TlScope *s, Golden *self, const TlBlob *blob)
{
  g_autoptr (TlTensor) owned = NULL;
  GError *error = NULL;
  TlTensor *x;

  owned = tl_tensor_new_from_bytes (blob->data, blob->n_bytes, blob->dtype, blob->shape,
                                    blob->strides, blob->n_dims, TL_FLOAT32, &error);
  if (owned == NULL)
    {
      tl_scope_fail (s, error);
      return NULL;
    }

  /* The clone is the scope's, also where nothing has to move. */
  x = tl_to_device (s, tl_clone (s, owned), self->device);
  return tl_dtype_is_float (blob->dtype) ? x : tl_to_dtype (s, x, TL_INT64);
}

static TlTensor *
get (TlScope *s, Golden *self, const char *format, va_list args)
{
  const TlBlob *blob = lookup (self, format, args);
  GError *error = NULL;

  if (blob != NULL)
    return read_blob (s, self, blob);

  tl_error_set (&error, TL_ERROR_MISSING, _ ("“%s” has no tensor “%s”"), self->name, format);
  tl_scope_fail (s, error);
  return NULL;
}

TlTensor *
golden_get (TlScope *s, Golden *self, const char *name, ...)
{
  TlTensor *x;
  va_list args;

  va_start (args, name);
  x = get (s, self, name, args);
  va_end (args);
  return x;
}

gdouble
golden_get_double (TlScope *s, Golden *self, const char *name, ...)
{
  TlTensor *x;
  va_list args;

  va_start (args, name);
  x = get (s, self, name, args);
  va_end (args);
  return tl_to_double (s, x);
}

/* Hugging Face keeps a model in a folder. */
char *
golden_path (Golden *self, const char *file)
{
  static const char *const names[] = { "model.safetensors", "pytorch_model.bin" };
  g_autofree char *path = g_build_filename (self->folder, file, NULL);

  if (!g_file_test (path, G_FILE_TEST_IS_DIR))
    return g_steal_pointer (&path);

  for (gsize i = 0; i < G_N_ELEMENTS (names); i++)
    {
      g_autofree char *inside = g_build_filename (path, names[i], NULL);

      if (g_file_test (inside, G_FILE_TEST_EXISTS))
        return g_steal_pointer (&inside);
    }
  return g_steal_pointer (&path);
}

GPtrArray *
golden_checkpoints (Golden *self)
{
  g_autoptr (GPtrArray) files = g_ptr_array_new_with_free_func (g_free);
  JsonArray *others;

  g_ptr_array_add (files, g_strdup (json_object_get_string_member (self->json, "checkpoint")));
  if (!json_object_has_member (self->json, "same_model_in"))
    return g_steal_pointer (&files);

  others = json_object_get_array_member (self->json, "same_model_in");
  for (guint i = 0; i < json_array_get_length (others); i++)
    {
      const char *file = json_array_get_string_element (others, i);

      if (!g_ptr_array_find_with_equal_func (files, file, g_str_equal, NULL))
        g_ptr_array_add (files, g_strdup (file));
    }
  return g_steal_pointer (&files);
}

gdouble
golden_reference_error (JsonObject *errors, const char *name)
{
  JsonObject *entry;

  if (errors == NULL || !json_object_has_member (errors, name))
    return 0;

  entry = json_object_get_object_member (errors, name);
  return json_object_get_double_member_with_default (entry, "max_abs", 0);
}
