/* fuzz-zip.c - archives: opens them and reads each entry both ways
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "config.h"
#include "core/weights/zip.h"
#include "tests/core/weights/make.h"
#include "tests/fuzz/weights/fuzz.h"

static void
read_entry (TlZip *zip, const TlZipEntry *entry)
{
  g_autoptr (GBytes) bytes = tl_zip_read (zip, entry, NULL);
  const guint8 *data;
  gsize size;

  g_assert_true (tl_zip_lookup (zip, entry->name) == entry);
  if (tl_zip_map (zip, entry, &data, &size, NULL) && size > 0)
    {
      volatile guint8 sink = data[0];

      sink += data[size - 1];
      g_assert_nonnull (bytes);
      g_assert_cmpuint (g_bytes_get_size (bytes), ==, size);
    }
}

int
LLVMFuzzerTestOneInput (const uint8_t *data, size_t size)
{
  g_autoptr (GBytes) bytes = g_bytes_new_static (data, size);
  g_autoptr (TlZip) zip = tl_zip_new (bytes, "fuzz", NULL);

  for (guint i = 0; zip != NULL && i < tl_zip_get_n_entries (zip); i++)
    read_entry (zip, tl_zip_get_entry (zip, i));
  return 0;
}

GPtrArray *
fuzz_make_seeds (void)
{
  return make_zip_seeds ();
}
