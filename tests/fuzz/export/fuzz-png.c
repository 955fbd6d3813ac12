/* fuzz-png.c - any bytes as a picture with a recipe
 *
 * Twice: as a whole file, and as the text of a chunk whose checksum is right, which changed bytes
 * of a file would never reach.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "config.h"
#include "core/export/png.h"

#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <zlib.h>

int LLVMFuzzerTestOneInput (const uint8_t *data, size_t size);

static void
read_png (GBytes *bytes)
{
  g_autoptr (GError) error = NULL;
  g_autofree char *json = tl_png_find_recipe (bytes, &error);
  g_autoptr (TlRecipe) recipe = json != NULL ? tl_recipe_parse (json, NULL) : NULL;

  g_assert_true ((json == NULL) == (error != NULL));
}

static void
append_uint32 (GByteArray *out, guint32 value)
{
  guint32 big_endian = GUINT32_TO_BE (value);

  g_byte_array_append (out, (const guint8 *) &big_endian, sizeof big_endian);
}

static GBytes *
wrap (const uint8_t *data, size_t size)
{
  static const guint8 head[] = "iTXttiller";
  GByteArray *out = g_byte_array_new ();
  guint start;

  g_byte_array_append (out, (const guint8 *) "\x89PNG\r\n\x1a\n", 8);
  append_uint32 (out, (guint32) (sizeof head - 4 + size));
  start = out->len;
  g_byte_array_append (out, head, sizeof head);
  g_byte_array_append (out, data, (guint) size);
  append_uint32 (out, (guint32) crc32 (0, out->data + start, out->len - start));
  return g_byte_array_free_to_bytes (out);
}

int
LLVMFuzzerTestOneInput (const uint8_t *data, size_t size)
{
  g_autoptr (GBytes) whole = g_bytes_new (data, size);
  g_autoptr (GBytes) text = wrap (data, size);

  read_png (whole);
  read_png (text);
  return 0;
}
