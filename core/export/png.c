/* png.c - pictures that carry their recipe
 *
 * gdk-pixbuf writes the picture; the text chunks are put in behind its header by hand, since its
 * own text is Latin-1 and uncompressed. Chunk layout: PNG specification (W3C, 2003), 5.3
 * and 11.3.4.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "config.h"
#include "core/export/png.h"

#include "core/base/error.h"

#include <gdk-pixbuf/gdk-pixbuf.h>
#include <glib/gi18n-lib.h>
#include <string.h>
#include <zlib.h>

#define SIGNATURE "\x89PNG\r\n\x1a\n"
#define SIGNATURE_LENGTH 8
#define HEADER_LENGTH (SIGNATURE_LENGTH + 25) /* signature and IHDR, which always comes first */
#define KEYWORD "tiller"
/* Text longer than this is worth compressing. */
#define COMPRESS_ABOVE 1024
/* A recipe with its embedded pictures is far below; what inflates to more is no recipe. */
#define MAX_TEXT (16 * 1024 * 1024)

/* --- writing -------------------------------------------------------------------------------- */

static void
append_uint32 (GByteArray *out, guint32 value)
{
  guint32 big_endian = GUINT32_TO_BE (value);

  g_byte_array_append (out, (const guint8 *) &big_endian, sizeof big_endian);
}

static void
append_chunk (GByteArray *out, const char *type, GByteArray *data)
{
  uLong crc = crc32 (0, (const Bytef *) type, 4);

  append_uint32 (out, data->len);
  g_byte_array_append (out, (const guint8 *) type, 4);
  g_byte_array_append (out, data->data, data->len);
  append_uint32 (out, (guint32) crc32 (crc, data->data, data->len));
}

static void
append_compressed (GByteArray *out, const char *text)
{
  uLongf length = compressBound (strlen (text));
  g_autofree Bytef *compressed = g_malloc (length);

  /* It cannot fail: the buffer is as large as zlib asks for. */
  compress2 (compressed, &length, (const Bytef *) text, strlen (text), Z_BEST_COMPRESSION);
  g_byte_array_append (out, compressed, (guint) length);
}

/* keyword, 0, compressed?, method 0, language 0, translated keyword 0, UTF-8 text */
static void
append_text (GByteArray *out, const char *keyword, const char *text)
{
  g_autoptr (GByteArray) data = g_byte_array_new ();
  gboolean is_compressed = strlen (text) > COMPRESS_ABOVE;
  const guint8 flags[] = { is_compressed, 0, 0, 0 };

  g_byte_array_append (data, (const guint8 *) keyword, strlen (keyword) + 1);
  g_byte_array_append (data, flags, sizeof flags);
  if (is_compressed)
    append_compressed (data, text);
  else
    g_byte_array_append (data, (const guint8 *) text, strlen (text));
  append_chunk (out, "iTXt", data);
}

/* (transfer full): what a person wants to know of the picture */
static char *
describe (TlRecipe *recipe)
{
  const TlStartValues *start = tl_start_get_values (tl_recipe_get_start (recipe));
  const TlJournalEntry *entry = tl_recipe_find_entry (recipe, tl_recipe_get_iteration (recipe));
  g_autofree char *prompt = tl_prompt_print (tl_steer_get_prompt (entry->steer));

  return g_strdup_printf (
    "%s (seed %" G_GUINT64_FORMAT ", %u × %u, iteration %" G_GUINT64_FORMAT ")", prompt,
    start->seed, start->width, start->height, tl_recipe_get_iteration (recipe));
}

static GdkPixbuf *
pixbuf_of (TlFrame *frame)
{
  guint width = tl_frame_get_width (frame), height = tl_frame_get_height (frame);
  const guint8 *pixels = g_bytes_get_data (tl_frame_get_pixels (frame), NULL);
  GdkPixbuf *pixbuf = gdk_pixbuf_new (GDK_COLORSPACE_RGB, FALSE, 8, (int) width, (int) height);

  if (pixbuf == NULL)
    return NULL;

  for (guint y = 0; y < height; y++)
    {
      const guint32 *from = (const guint32 *) (pixels + y * tl_frame_get_stride (frame));
      guint8 *to = gdk_pixbuf_get_pixels (pixbuf) + (gsize) y * gdk_pixbuf_get_rowstride (pixbuf);

      for (guint x = 0; x < width; x++, to += 3)
        {
          to[0] = (guint8) (from[x] >> 16);
          to[1] = (guint8) (from[x] >> 8);
          to[2] = (guint8) from[x];
        }
    }
  return pixbuf;
}

static GBytes *
with_recipe (const char *png, gsize length, TlRecipe *recipe)
{
  g_autoptr (GByteArray) out = g_byte_array_sized_new ((guint) length + 4096);
  g_autofree char *json = tl_recipe_print (recipe);
  g_autofree char *description = describe (recipe);

  g_byte_array_append (out, (const guint8 *) png, HEADER_LENGTH);
  append_text (out, "Software", "Tiller " TL_VERSION);
  append_text (out, "Description", description);
  append_text (out, KEYWORD, json);
  g_byte_array_append (out, (const guint8 *) png + HEADER_LENGTH, (guint) length - HEADER_LENGTH);
  return g_byte_array_free_to_bytes (g_steal_pointer (&out));
}

GBytes *
tl_png_encode (TlFrame *frame, TlRecipe *recipe, GError **error)
{
  g_autoptr (GdkPixbuf) pixbuf = pixbuf_of (frame);
  g_autofree char *png = NULL;
  gsize length;

  if (pixbuf == NULL)
    {
      tl_error_set (error, TL_ERROR_TOO_LARGE,
                    _ ("There is not enough memory to write the picture"));
      return NULL;
    }
  if (!gdk_pixbuf_save_to_buffer (pixbuf, &png, &length, "png", error, NULL))
    return NULL;

  return recipe != NULL ? with_recipe (png, length, recipe)
                        : g_bytes_new_take (g_steal_pointer (&png), length);
}

/* --- reading -------------------------------------------------------------------------------- */

typedef struct
{
  const guint8 *data;
  gsize length;
} Span;

static guint32
read_uint32 (const guint8 *p)
{
  return (guint32) p[0] << 24 | (guint32) p[1] << 16 | (guint32) p[2] << 8 | p[3];
}

/* Takes the next chunk off the front of @rest. */
static gboolean
take_chunk (Span *rest, const guint8 **type, Span *chunk)
{
  guint32 length;

  if (rest->length < 12)
    return FALSE;
  length = read_uint32 (rest->data);
  if (length > rest->length - 12)
    return FALSE;

  *type = rest->data + 4;
  *chunk = (Span){ rest->data + 8, length };
  rest->data += 12 + (gsize) length;
  rest->length -= 12 + (gsize) length;
  return TRUE;
}

static gboolean
crc_is_right (const guint8 *type, const Span *chunk)
{
  uLong crc = crc32 (0, type, (uInt) (4 + chunk->length));

  return crc == read_uint32 (chunk->data + chunk->length);
}

/* (transfer full) (nullable) */
static char *
inflate_text (const Span *compressed)
{
  g_autoptr (GConverter) inflater =
    G_CONVERTER (g_zlib_decompressor_new (G_ZLIB_COMPRESSOR_FORMAT_ZLIB));
  g_autoptr (GInputStream) memory =
    g_memory_input_stream_new_from_data (compressed->data, (gssize) compressed->length, NULL);
  g_autoptr (GInputStream) stream = g_converter_input_stream_new (memory, inflater);
  g_autoptr (GByteArray) text = g_byte_array_new ();
  guint8 part[16384];
  gssize n;

  while ((n = g_input_stream_read (stream, part, sizeof part, NULL, NULL)) > 0)
    {
      g_byte_array_append (text, part, (guint) n);
      if (text->len > MAX_TEXT)
        return NULL;
    }
  return n == 0 ? g_strndup ((const char *) text->data, text->len) : NULL;
}

/* Skips a string and the zero behind it. */
static gboolean
skip_string (Span *span)
{
  const guint8 *end = memchr (span->data, '\0', span->length);

  if (end == NULL)
    return FALSE;
  span->length -= (gsize) (end + 1 - span->data);
  span->data = end + 1;
  return TRUE;
}

static gboolean
is_ours (const Span *chunk)
{
  return chunk->length > sizeof KEYWORD && memcmp (chunk->data, KEYWORD, sizeof KEYWORD) == 0;
}

/* (transfer full) (nullable): the text of an iTXt chunk that is_ours() */
static char *
read_text (Span chunk)
{
  gboolean is_compressed;

  chunk.data += sizeof KEYWORD;
  chunk.length -= sizeof KEYWORD;
  if (chunk.length < 2 || chunk.data[0] > 1 || chunk.data[1] != 0)
    return NULL;
  is_compressed = chunk.data[0] == 1;
  chunk.data += 2;
  chunk.length -= 2;
  if (!skip_string (&chunk) || !skip_string (&chunk) || chunk.length > MAX_TEXT)
    return NULL;
  return is_compressed ? inflate_text (&chunk)
                       : g_strndup ((const char *) chunk.data, chunk.length);
}

static char *
fail (GError **error, TlError code, const char *message)
{
  tl_error_set (error, code, "%s", message);
  return NULL;
}

char *
tl_png_find_recipe (GBytes *png, GError **error)
{
  const guint8 *type;
  Span rest, chunk;

  rest.data = g_bytes_get_data (png, &rest.length);
  if (rest.length < SIGNATURE_LENGTH || memcmp (rest.data, SIGNATURE, SIGNATURE_LENGTH) != 0)
    return fail (error, TL_ERROR_FORMAT, _ ("This is no PNG picture"));
  rest.data += SIGNATURE_LENGTH;
  rest.length -= SIGNATURE_LENGTH;

  while (take_chunk (&rest, &type, &chunk))
    {
      char *text;

      if (memcmp (type, "IEND", 4) == 0)
        return fail (error, TL_ERROR_MISSING, _ ("This picture carries no Tiller recipe"));
      if (memcmp (type, "iTXt", 4) != 0 || !is_ours (&chunk))
        continue;
      text = crc_is_right (type, &chunk) ? read_text (chunk) : NULL;
      if (text != NULL && g_utf8_validate (text, -1, NULL))
        return text;
      g_free (text);
      return fail (error, TL_ERROR_FORMAT, _ ("The recipe in this picture is damaged"));
    }
  return fail (error, TL_ERROR_FORMAT, _ ("This PNG picture breaks off before its end"));
}
