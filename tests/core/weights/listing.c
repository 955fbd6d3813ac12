/* listing.c - what the readers make of a file, as a line of text
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "config.h"
#include "tests/core/weights/make.h"

#include "core/base/error.h"
#include "core/weights/weights.h"

#include <string.h>

static void
list_numbers (GString *out, const gint64 *numbers, guint n)
{
  for (guint i = 0; i < n; i++)
    g_string_append_printf (out, "%s%" G_GINT64_FORMAT, i == 0 ? "" : ",", numbers[i]);
}

static void
list_blob (GString *out, const TlBlob *blob)
{
  gfloat first;

  g_string_append_printf (out, "%s:%s[", blob->name, tl_dtype_name (blob->dtype));
  list_numbers (out, blob->shape, blob->n_dims);
  g_string_append (out, "]/");
  list_numbers (out, blob->strides, blob->n_dims);
  if (blob->dtype == TL_FLOAT32 && blob->n_bytes >= sizeof first)
    {
      memcpy (&first, blob->data, sizeof first);
      g_string_append_printf (out, "=%g", first);
    }
  g_string_append_c (out, ' ');
}

char *
make_listing (GBytes *bytes)
{
  g_autofree char *path = make_file (bytes, "x.ckpt");
  g_autoptr (GString) out = g_string_new (NULL);
  g_autoptr (GError) error = NULL;
  g_autoptr (TlWeights) weights = tl_weights_open (path, &error);

  make_remove (path);
  if (weights == NULL)
    {
      g_assert_error (error, TL_ERROR, TL_ERROR_FORMAT);
      return g_strconcat ("!", error->message, NULL);
    }

  for (guint i = 0; i < tl_weights_get_n_blobs (weights); i++)
    list_blob (out, tl_weights_get_blob (weights, i));
  for (guint i = 0; i < tl_weights_get_skipped (weights)->len; i++)
    g_string_append_printf (out, "-%s ",
                            (char *) g_ptr_array_index (tl_weights_get_skipped (weights), i));
  g_string_truncate (out, out->len - 1);
  return g_string_free (g_steal_pointer (&out), FALSE);
}

void
make_assert_listing (GBytes *bytes, const char *expected)
{
  g_autofree char *listing = make_listing (bytes);

  if (expected[0] != '!')
    g_assert_cmpstr (listing, ==, expected);
  else if (listing[0] != '!' || strstr (listing, expected + 1) == NULL)
    g_error ("“%s” does not say “%s”", listing, expected + 1);
}

static void
test_case (gconstpointer data)
{
  static const MakeStorage storages[] = { { "0", 12 }, { "1", 6 } };
  const MakeCase *one = data;
  g_autoptr (GByteArray) pickle = g_byte_array_new ();
  g_autoptr (GBytes) bytes = NULL;

  one->build (pickle);
  bytes = make_checkpoint (pickle, storages, G_N_ELEMENTS (storages));
  make_assert_listing (bytes, one->expected);
}

void
make_add_cases (const char *path, const MakeCase *cases, guint n_cases)
{
  for (guint i = 0; i < n_cases; i++)
    {
      g_autofree char *name = g_strconcat (path, "/", cases[i].name, NULL);

      g_test_add_data_func (name, &cases[i], test_case);
    }
}
