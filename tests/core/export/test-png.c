/* test-png.c - the recipe goes into a PNG and comes out of it
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#define _GNU_SOURCE /* memmem */
#include "config.h"
#include "core/export/png.h"

#include "core/base/error.h"
#include "core/session/picture.h"

#include <math.h>
#include <string.h>
#include <zlib.h>

static TlFrame *
make_frame (void)
{
  const guint width = 37, height = 21;
  guint32 *pixels = g_new (guint32, width * height);
  g_autoptr (GBytes) bytes = g_bytes_new_take (pixels, width * height * 4);

  for (guint i = 0; i < width * height; i++)
    pixels[i] = 0xFF000000u | (i * 2654435761u >> 8);
  return tl_frame_new (width, height, width * 4, bytes, 12, NAN);
}

static TlRecipe *
make_recipe (const char *words)
{
  const TlStartValues values = { .seed = 5, .width = 64, .height = 72 };
  const TlMaker maker = {
    .vqgan = { (char *) "starter", (char *) "" },
    .clip = { (char *) "starter", (char *) "" },
    .precision = (char *) "float32",
    .device = (char *) "cpu",
    .n_threads = 2,
  };
  g_autoptr (GArray) journal = g_array_new (FALSE, TRUE, sizeof (TlJournalEntry));
  g_autoptr (TlStart) start = tl_start_new (&values);
  g_autoptr (TlPrompt) prompt = tl_prompt_parse (words);
  g_autoptr (TlSteer) steer = NULL;
  TlJournalEntry entry = { 0 };
  TlSettings settings;

  tl_settings_init (&settings);
  steer = tl_steer_new (prompt, &settings, NULL);
  entry.steer = steer;
  g_array_append_val (journal, entry);
  return tl_recipe_new (start, &maker, journal, 12);
}

/* Short recipes lie there in plain text, long ones compressed: both come back. */
static void
recipe_comes_back (void)
{
  g_autofree char *long_words = g_strnfill (3000, 'a');
  const char *words[] = { "ein Fuchs – 狐", long_words };

  for (gsize i = 0; i < G_N_ELEMENTS (words); i++)
    {
      g_autoptr (TlFrame) frame = make_frame ();
      g_autoptr (TlRecipe) recipe = make_recipe (words[i]);
      g_autofree char *expected = tl_recipe_print (recipe);
      g_autoptr (GError) error = NULL;
      g_autoptr (GBytes) png = tl_png_encode (frame, recipe, &error);
      g_autoptr (GBytes) again = tl_png_encode (frame, recipe, &error);
      g_autofree char *found = tl_png_find_recipe (png, &error);
      g_autoptr (TlFrame) read = tl_picture_read (png, "a.png", &error);

      g_assert_no_error (error);
      g_assert_cmpstr (found, ==, expected);
      g_assert_true (g_bytes_equal (png, again));
      g_assert_true (g_bytes_equal (tl_frame_get_pixels (read), tl_frame_get_pixels (frame)));
    }
}

static void
none_is_said (void)
{
  g_autoptr (TlFrame) frame = make_frame ();
  g_autoptr (GError) error = NULL;
  g_autoptr (GBytes) png = tl_png_encode (frame, NULL, &error);

  g_assert_no_error (error);
  g_assert_null (tl_png_find_recipe (png, &error));
  g_assert_error (error, TL_ERROR, TL_ERROR_MISSING);
}

/* Every prefix, and every byte of the recipe's chunk turned over: an answer, never the wrong one.
 */
static void
damage_is_noticed (void)
{
  g_autoptr (TlFrame) frame = make_frame ();
  g_autoptr (TlRecipe) recipe = make_recipe ("a cat");
  g_autofree char *expected = tl_recipe_print (recipe);
  g_autoptr (GBytes) png = tl_png_encode (frame, recipe, NULL);
  gsize length;
  const guint8 *data = g_bytes_get_data (png, &length);
  const guint8 *chunk = memmem (data, length, "tiller\0", 7);
  gsize start = (gsize) (chunk - data);

  g_assert_nonnull (chunk);
  for (gsize n = 0; n < start + 20; n++)
    {
      g_autoptr (GBytes) part = g_bytes_new (data, n);
      g_autoptr (GError) error = NULL;

      g_assert_null (tl_png_find_recipe (part, &error));
      g_assert_error (error, TL_ERROR, TL_ERROR_FORMAT);
    }
  for (gsize i = start + 7; i < start + 80; i++)
    {
      g_autofree guint8 *copy = g_memdup2 (data, length);
      g_autoptr (GBytes) damaged = NULL;
      g_autoptr (GError) error = NULL;

      copy[i] ^= 0x10;
      damaged = g_bytes_new (copy, length);
      g_assert_null (tl_png_find_recipe (damaged, &error));
      g_assert_error (error, TL_ERROR, TL_ERROR_FORMAT);
    }
}

static void
append (GByteArray *out, const char *type, const guint8 *data, guint length)
{
  guint32 size = GUINT32_TO_BE (length), crc;

  crc = crc32 (crc32 (0, (const Bytef *) type, 4), data, length);
  crc = GUINT32_TO_BE (crc);
  g_byte_array_append (out, (const guint8 *) &size, 4);
  g_byte_array_append (out, (const guint8 *) type, 4);
  g_byte_array_append (out, data, length);
  g_byte_array_append (out, (const guint8 *) &crc, 4);
}

/* 64 MB of blanks in 64 kB: refused before they fill the memory. */
static void
bomb_is_refused (void)
{
  static const guint8 head[] = "tiller\0\1\0\0";
  const gsize n = 64 << 20;
  g_autofree guint8 *blanks = g_malloc (n);
  uLongf length = compressBound (n);
  g_autofree Bytef *compressed = g_malloc (length);
  g_autoptr (GByteArray) chunk = g_byte_array_new ();
  g_autoptr (GByteArray) png = g_byte_array_new ();
  g_autoptr (GBytes) bytes = NULL;
  g_autoptr (GError) error = NULL;

  memset (blanks, ' ', n);
  compress2 (compressed, &length, blanks, n, 9);
  g_byte_array_append (chunk, head, sizeof head);
  g_byte_array_append (chunk, compressed, (guint) length);
  g_byte_array_append (png, (const guint8 *) "\x89PNG\r\n\x1a\n", 8);
  append (png, "iTXt", chunk->data, chunk->len);
  bytes = g_bytes_new (png->data, png->len);
  g_assert_null (tl_png_find_recipe (bytes, &error));
  g_assert_error (error, TL_ERROR, TL_ERROR_FORMAT);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/png/recipe/comes-back", recipe_comes_back);
  g_test_add_func ("/png/recipe/none-is-said", none_is_said);
  g_test_add_func ("/png/recipe/damage-is-noticed", damage_is_noticed);
  g_test_add_func ("/png/recipe/bomb-is-refused", bomb_is_refused);
  return g_test_run ();
}
