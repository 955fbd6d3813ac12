/* make.c - model files written byte by byte, for the tests and fuzzers of core/weights
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "config.h"
#include "tests/core/weights/make.h"

#include <glib/gstdio.h>
#include <string.h>
#include <zlib.h>

#define TORCH_ALIGNMENT 64

struct _MakeZip
{
  gboolean is_zip64;
  GByteArray *out;
  GByteArray *directory;
  guint n_entries;
};

static void
put_text (GByteArray *out, const char *text)
{
  g_byte_array_append (out, (const guint8 *) text, strlen (text));
}

void
make_u16 (GByteArray *out, guint16 value)
{
  value = GUINT16_TO_LE (value);
  g_byte_array_append (out, (const guint8 *) &value, sizeof value);
}

void
make_u32 (GByteArray *out, guint32 value)
{
  value = GUINT32_TO_LE (value);
  g_byte_array_append (out, (const guint8 *) &value, sizeof value);
}

void
make_u64 (GByteArray *out, guint64 value)
{
  value = GUINT64_TO_LE (value);
  g_byte_array_append (out, (const guint8 *) &value, sizeof value);
}

static void
put_u8 (GByteArray *out, guint8 value)
{
  g_byte_array_append (out, &value, 1);
}

/* Pickles */

void
make_op (GByteArray *pickle, const char *codes)
{
  put_text (pickle, codes);
}

void
make_protocol (GByteArray *pickle, guint8 version)
{
  make_op (pickle, "\x80");
  put_u8 (pickle, version);
}

void
make_int (GByteArray *pickle, gint64 value)
{
  if (value >= 0 && value <= G_MAXUINT8)
    {
      make_op (pickle, "K");
      put_u8 (pickle, value);
    }
  else if (value >= G_MININT32 && value <= G_MAXINT32)
    {
      make_op (pickle, "J");
      make_u32 (pickle, (guint32) (gint32) value);
    }
  else
    {
      make_op (pickle, "\x8a\x08");
      make_u64 (pickle, (guint64) value);
    }
}

void
make_text (GByteArray *pickle, const char *text)
{
  make_op (pickle, "X");
  make_u32 (pickle, strlen (text));
  put_text (pickle, text);
}

void
make_put (GByteArray *pickle, guint8 index)
{
  make_op (pickle, "q");
  put_u8 (pickle, index);
}

void
make_get (GByteArray *pickle, guint8 index)
{
  make_op (pickle, "h");
  put_u8 (pickle, index);
}

void
make_global (GByteArray *pickle, const char *module, const char *name)
{
  g_autofree char *text = g_strdup_printf ("c%s\n%s\n", module, name);

  put_text (pickle, text);
}

void
make_ordered_dict (GByteArray *pickle)
{
  make_global (pickle, "collections", "OrderedDict");
  make_op (pickle, ")R");
}

static void
put_numbers (GByteArray *pickle, const gint64 *numbers, guint n)
{
  make_op (pickle, "(");
  for (guint i = 0; i < n; i++)
    make_int (pickle, numbers[i]);
  make_op (pickle, "t");
}

void
make_storage (GByteArray *pickle, const MakeTensor *tensor)
{
  make_op (pickle, "(");
  make_text (pickle, "storage");
  make_global (pickle, "torch", tensor->type != NULL ? tensor->type : "FloatStorage");
  make_text (pickle, tensor->key);
  make_text (pickle, tensor->location != NULL ? tensor->location : "cpu");
  make_int (pickle, tensor->n_elements);
  make_op (pickle, "tQ");
}

void
make_tensor (GByteArray *pickle, const MakeTensor *tensor)
{
  make_global (pickle, "torch._utils",
               tensor->rebuild != NULL ? tensor->rebuild : "_rebuild_tensor_v2");
  make_op (pickle, "(");
  make_storage (pickle, tensor);
  make_int (pickle, tensor->offset);
  put_numbers (pickle, tensor->shape, tensor->n_dims);
  put_numbers (pickle, tensor->strides, tensor->n_dims);
  make_op (pickle, "\x89");
  make_ordered_dict (pickle);
  make_op (pickle, "tR");
}

/* Zip archives */

MakeZip *
make_zip_new (gboolean is_zip64)
{
  MakeZip *self = g_new0 (MakeZip, 1);

  self->is_zip64 = is_zip64;
  self->out = g_byte_array_new ();
  self->directory = g_byte_array_new ();
  return self;
}

static GBytes *
pack (gconstpointer data, gsize size)
{
  z_stream stream = { .next_in = (guint8 *) data, .avail_in = size };
  g_autofree guint8 *out = g_malloc (size + size / 8 + 64);
  gsize n;

  g_assert_cmpint (deflateInit2 (&stream, 9, Z_DEFLATED, -MAX_WBITS, 9, Z_DEFAULT_STRATEGY), ==,
                   Z_OK);
  stream.next_out = out;
  stream.avail_out = size + size / 8 + 64;
  g_assert_cmpint (deflate (&stream, Z_FINISH), ==, Z_STREAM_END);
  n = stream.total_out;
  deflateEnd (&stream);
  return g_bytes_new_take (g_steal_pointer (&out), n);
}

/* What the entry's own header and its record in the directory share. */
static void
put_common (GByteArray *out, guint16 method, guint32 crc, guint32 packed, guint32 size,
            const char *name)
{
  make_u16 (out, 0);
  make_u16 (out, 0x0808);
  make_u16 (out, method);
  make_u32 (out, 0);
  make_u32 (out, crc);
  make_u32 (out, packed);
  make_u32 (out, size);
  make_u16 (out, strlen (name));
}

static void
put_record (MakeZip *self, const char *name, guint16 method, guint32 crc, guint32 packed,
            guint32 size, guint32 offset)
{
  GByteArray *out = self->directory;
  guint32 no = G_MAXUINT32;

  make_u32 (out, 0x02014b50);
  make_u16 (out, 0);
  put_common (out, method, crc, self->is_zip64 ? no : packed, self->is_zip64 ? no : size, name);
  make_u16 (out, self->is_zip64 ? 28 : 0);
  make_u16 (out, 0);
  make_u32 (out, 0);
  make_u32 (out, 0);
  make_u32 (out, self->is_zip64 ? no : offset);
  put_text (out, name);
  if (!self->is_zip64)
    return;

  make_u16 (out, 1);
  make_u16 (out, 24);
  make_u64 (out, size);
  make_u64 (out, packed);
  make_u64 (out, offset);
}

/* torch pads the entry's own header so that its bytes begin at a multiple of 64. */
static void
put_padding (GByteArray *out, const char *name)
{
  guint end = out->len + 2 + strlen (name) + 4;
  guint n = (TORCH_ALIGNMENT - end % TORCH_ALIGNMENT) % TORCH_ALIGNMENT;

  make_u16 (out, n + 4);
  put_text (out, name);
  put_text (out, "FB");
  make_u16 (out, n);
  while (n-- > 0)
    put_u8 (out, 'Z');
}

void
make_zip_add (MakeZip *self, const char *name, gconstpointer data, gsize size, gboolean is_packed)
{
  guint32 offset = self->out->len, crc = crc32 (0, data, size);
  g_autoptr (GBytes) packed = is_packed ? pack (data, size) : g_bytes_new (data, size);
  gsize n_packed = g_bytes_get_size (packed);
  guint16 method = is_packed ? 8 : 0;

  make_u32 (self->out, 0x04034b50);
  put_common (self->out, method, 0, 0, 0, name);
  put_padding (self->out, name);
  g_byte_array_append (self->out, g_bytes_get_data (packed, NULL), n_packed);
  put_record (self, name, method, crc, n_packed, size, offset);
  self->n_entries++;
}

static void
put_end64 (MakeZip *self, guint64 start, guint64 size)
{
  guint64 at = self->out->len;

  make_u32 (self->out, 0x06064b50);
  make_u64 (self->out, 44);
  make_u32 (self->out, 0);
  make_u64 (self->out, 0);
  make_u64 (self->out, self->n_entries);
  make_u64 (self->out, self->n_entries);
  make_u64 (self->out, size);
  make_u64 (self->out, start);
  make_u32 (self->out, 0x07064b50);
  make_u32 (self->out, 0);
  make_u64 (self->out, at);
  make_u32 (self->out, 1);
}

GBytes *
make_zip_finish (MakeZip *self)
{
  guint32 start = self->out->len, size = self->directory->len;
  GBytes *bytes;

  g_byte_array_append (self->out, self->directory->data, self->directory->len);
  if (self->is_zip64)
    put_end64 (self, start, size);
  make_u32 (self->out, 0x06054b50);
  make_u32 (self->out, 0);
  make_u16 (self->out, self->n_entries);
  make_u16 (self->out, self->n_entries);
  make_u32 (self->out, self->is_zip64 ? G_MAXUINT32 : size);
  make_u32 (self->out, self->is_zip64 ? G_MAXUINT32 : start);
  make_u16 (self->out, 0);

  bytes = g_byte_array_free_to_bytes (self->out);
  g_byte_array_unref (self->directory);
  g_free (self);
  return bytes;
}

/* Whole files */

static void
put_floats (GByteArray *out, guint n)
{
  for (guint i = 0; i < n; i++)
    {
      gfloat value = i;

      g_byte_array_append (out, (const guint8 *) &value, sizeof value);
    }
}

GBytes *
make_checkpoint (GByteArray *pickle, const MakeStorage *storages, guint n_storages)
{
  MakeZip *zip = make_zip_new (FALSE);

  make_zip_add (zip, "archive/data.pkl", pickle->data, pickle->len, FALSE);
  for (guint i = 0; i < n_storages; i++)
    {
      g_autofree char *name = g_strconcat ("archive/data/", storages[i].key, NULL);
      g_autoptr (GByteArray) data = g_byte_array_new ();

      put_floats (data, storages[i].n_floats);
      make_zip_add (zip, name, data->data, data->len, FALSE);
    }
  make_zip_add (zip, "archive/version", "3\n", 2, FALSE);
  return make_zip_finish (zip);
}

void
make_legacy_start (GByteArray *out, gint64 version, gboolean is_little_endian)
{
  make_protocol (out, 2);
  make_op (out, "\x8a\x0a\x6c\xfc\x9c\x46\xf9\x20\x6a\xa8\x50\x19.");
  make_protocol (out, 2);
  make_int (out, version);
  make_op (out, ".");
  make_protocol (out, 2);
  make_op (out, "}(");
  make_text (out, "protocol_version");
  make_int (out, version);
  make_text (out, "little_endian");
  make_op (out, is_little_endian ? "\x88" : "\x89");
  make_op (out, "u.");
}

GBytes *
make_legacy (GByteArray *pickle, const MakeStorage *storages, guint n_storages)
{
  GByteArray *out = g_byte_array_new ();

  make_legacy_start (out, 1001, TRUE);
  g_byte_array_append (out, pickle->data, pickle->len);
  make_protocol (out, 2);
  make_op (out, "](");
  for (guint i = 0; i < n_storages; i++)
    make_text (out, storages[i].key);
  make_op (out, "e.");

  for (guint i = 0; i < n_storages; i++)
    {
      make_u64 (out, storages[i].n_floats);
      put_floats (out, storages[i].n_floats);
    }
  return g_byte_array_free_to_bytes (out);
}

GBytes *
make_safetensors (const char *header, gsize n_data)
{
  GByteArray *out = g_byte_array_new ();

  make_u64 (out, strlen (header));
  put_text (out, header);
  for (gsize i = 0; i < n_data; i++)
    put_u8 (out, i);
  return g_byte_array_free_to_bytes (out);
}

char *
make_file (GBytes *bytes, const char *name)
{
  g_autofree char *folder = g_dir_make_tmp ("tiller-weights-XXXXXX", NULL);
  char *path = g_build_filename (folder, name, NULL);

  g_assert_true (
    g_file_set_contents (path, g_bytes_get_data (bytes, NULL), g_bytes_get_size (bytes), NULL));
  return path;
}

void
make_remove (const char *path)
{
  g_autofree char *folder = g_path_get_dirname (path);

  g_unlink (path);
  g_rmdir (folder);
}
