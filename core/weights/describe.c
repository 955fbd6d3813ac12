/* describe.c - what a model file holds, for people and for programs
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "config.h"
#include "core/weights/describe.h"

#include <glib/gi18n-lib.h>

/* For programs: never translated. */
static const char *const formats[] = {
  [TL_WEIGHTS_ZIP] = "torch-zip",
  [TL_WEIGHTS_TORCHSCRIPT] = "torchscript",
  [TL_WEIGHTS_LEGACY] = "torch-legacy",
  [TL_WEIGHTS_SAFETENSORS] = "safetensors",
};

static const char *const kind_names[] = {
  [TL_WEIGHTS_ZIP] = N_ ("PyTorch checkpoint"),
  [TL_WEIGHTS_TORCHSCRIPT] = N_ ("TorchScript archive"),
  [TL_WEIGHTS_LEGACY] = N_ ("PyTorch checkpoint from before version 1.6"),
  [TL_WEIGHTS_SAFETENSORS] = N_ ("safetensors file"),
};

const char *
tl_weights_kind_name (TlWeightsKind kind)
{
  return _ (kind_names[kind]);
}

/* As much as the tensor is worth, not what it takes in the file: storages may be shared. */
static guint64
count_bytes (const TlBlob *blob)
{
  return (guint64) blob->n_elements * tl_dtype_size (blob->dtype);
}

static guint64
count_all_bytes (TlWeights *self)
{
  guint64 n = 0;

  for (guint i = 0; i < tl_weights_get_n_blobs (self); i++)
    n += count_bytes (tl_weights_get_blob (self, i));
  return n;
}

static void
append_tensor (GString *out, const TlBlob *blob, int width)
{
  g_autofree char *size = g_format_size (count_bytes (blob));

  g_string_append_printf (out, "  %-*s  %-8s  [", width, blob->name, tl_dtype_name (blob->dtype));
  for (guint i = 0; i < blob->n_dims; i++)
    g_string_append_printf (out, "%s%" G_GINT64_FORMAT, i == 0 ? "" : ", ", blob->shape[i]);
  g_string_append_printf (out, "]  %s\n", size);
}

static void
append_tensors (TlWeights *self, GString *out)
{
  guint n = tl_weights_get_n_blobs (self);
  g_autofree char *size = g_format_size (count_all_bytes (self));
  int width = 0;

  g_string_append_printf (out, ngettext ("%u tensor, %s\n", "%u tensors, %s\n", n), n, size);
  for (guint i = 0; i < n; i++)
    width = MAX (width, (int) strlen (tl_weights_get_blob (self, i)->name));
  for (guint i = 0; i < n; i++)
    append_tensor (out, tl_weights_get_blob (self, i), MIN (width, 64));
}

static void
append_skipped (TlWeights *self, GString *out)
{
  const GPtrArray *skipped = tl_weights_get_skipped (self);

  if (skipped->len == 0)
    return;

  g_string_append (out, _ ("Skipped:\n"));
  for (guint i = 0; i < skipped->len; i++)
    g_string_append_printf (out, "  %s\n", (const char *) g_ptr_array_index (skipped, i));
}

/* On one line, without what could steer a terminal. */
static void
append_plain (GString *out, const char *text)
{
  for (const char *at = text; *at != '\0'; at = g_utf8_next_char (at))
    {
      gunichar c = g_utf8_get_char (at);

      g_string_append_unichar (out, g_unichar_iscntrl (c) ? ' ' : c);
    }
}

static void
append_metadata (TlWeights *self, GString *out)
{
  g_autofree const char **keys = tl_weights_list_metadata (self);

  if (keys[0] == NULL)
    return;

  g_string_append (out, _ ("Metadata:\n"));
  for (const char **key = keys; *key != NULL; key++)
    {
      g_string_append (out, "  ");
      append_plain (out, *key);
      g_string_append (out, ": ");
      append_plain (out, tl_weights_get_metadata (self, *key));
      g_string_append_c (out, '\n');
    }
}

void
tl_weights_describe (TlWeights *self, GString *out)
{
  g_string_append_printf (out, "%s\n", tl_weights_kind_name (tl_weights_get_kind (self)));
  append_tensors (self, out);
  append_skipped (self, out);
  append_metadata (self, out);
}

static void
build_tensor (JsonBuilder *builder, const TlBlob *blob)
{
  json_builder_begin_object (builder);
  json_builder_set_member_name (builder, "name");
  json_builder_add_string_value (builder, blob->name);
  json_builder_set_member_name (builder, "dtype");
  json_builder_add_string_value (builder, tl_dtype_name (blob->dtype));
  json_builder_set_member_name (builder, "shape");
  json_builder_begin_array (builder);
  for (guint i = 0; i < blob->n_dims; i++)
    json_builder_add_int_value (builder, blob->shape[i]);
  json_builder_end_array (builder);
  json_builder_set_member_name (builder, "bytes");
  json_builder_add_int_value (builder, (gint64) count_bytes (blob));
  json_builder_end_object (builder);
}

static void
build_metadata (TlWeights *self, JsonBuilder *builder)
{
  g_autofree const char **keys = tl_weights_list_metadata (self);

  json_builder_begin_object (builder);
  for (const char **key = keys; *key != NULL; key++)
    {
      json_builder_set_member_name (builder, *key);
      json_builder_add_string_value (builder, tl_weights_get_metadata (self, *key));
    }
  json_builder_end_object (builder);
}

void
tl_weights_describe_json (TlWeights *self, JsonBuilder *builder)
{
  const GPtrArray *skipped = tl_weights_get_skipped (self);

  json_builder_set_member_name (builder, "format");
  json_builder_add_string_value (builder, formats[tl_weights_get_kind (self)]);
  json_builder_set_member_name (builder, "tensors");
  json_builder_begin_array (builder);
  for (guint i = 0; i < tl_weights_get_n_blobs (self); i++)
    build_tensor (builder, tl_weights_get_blob (self, i));
  json_builder_end_array (builder);

  json_builder_set_member_name (builder, "skipped");
  json_builder_begin_array (builder);
  for (guint i = 0; i < skipped->len; i++)
    json_builder_add_string_value (builder, g_ptr_array_index (skipped, i));
  json_builder_end_array (builder);

  json_builder_set_member_name (builder, "metadata");
  build_metadata (self, builder);
}
