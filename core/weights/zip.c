/* zip.c - the entries of a zip archive that lies in memory
 *
 * A zip is read from its end: the end record names the directory, the directory names the entries.
 * Numbers that do not fit 32 bits stand in zip64 records. Field offsets are those of APPNOTE 6.3,
 * sections 4.3.7, 4.3.12, 4.3.14 to 4.3.16 and 4.5.3.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "config.h"
#include "core/weights/zip.h"

#include "core/base/error.h"
#include "core/weights/bytes.h"

#include <glib/gi18n-lib.h>
#include <zlib.h>

#define LOCAL_MAGIC 0x04034b50u
#define LOCAL_SIZE 30u
#define ENTRY_MAGIC 0x02014b50u
#define ENTRY_SIZE 46u
#define END_MAGIC 0x06054b50u
#define END_SIZE 22u
#define END64_MAGIC 0x06064b50u
#define END64_SIZE 56u
#define LOCATOR_MAGIC 0x07064b50u
#define LOCATOR_SIZE 20u

#define MAX_COMMENT 0xffffu
#define ZIP64_EXTRA 0x0001u
#define FLAG_ENCRYPTED 0x0001u
#define METHOD_STORED 0u
#define METHOD_DEFLATED 8u

/* Lists of tensors pack about ten times; deflate at its best a thousand times. */
#define MAX_RATIO 64u
#define MAX_UNPACKED (64u * 1024u * 1024u)

struct _TlZip
{
  GBytes *bytes;
  const guint8 *data;
  gsize size;
  char *file;
  GArray *entries; /* of TlZipEntry, in the directory's order */
  GTree *by_name;  /* name -> TlZipEntry */
};

typedef struct
{
  guint64 offset;
  guint64 size;
  guint64 n_entries;
} Directory;

static gboolean
damaged (TlZip *self, GError **error)
{
  return tl_error_set (error, TL_ERROR_FORMAT,
                       _ ("“%s” is damaged or was not copied whole: its directory of contents "
                          "cannot be read"),
                       self->file);
}

static gboolean
bad_entry (TlZip *self, const char *name, const char *reason, GError **error)
{
  return tl_error_set (error, TL_ERROR_FORMAT, _ ("“%s”: the part “%s” %s"), self->file, name,
                       reason);
}

static void
clear_entry (gpointer data)
{
  g_free (((TlZipEntry *) data)->name);
}

/* [offset, offset + n) lies inside the file. */
static gboolean
is_inside (TlZip *self, guint64 offset, guint64 n)
{
  return offset <= self->size && n <= self->size - offset;
}

/* The end record is followed only by a comment, whose length it states. */
static gboolean
find_end (TlZip *self, guint64 *offset)
{
  gsize last, first;

  if (self->size < END_SIZE)
    return FALSE;

  last = self->size - END_SIZE;
  first = last > MAX_COMMENT ? last - MAX_COMMENT : 0;
  for (gsize at = last + 1; at-- > first;)
    if (tl_bytes_u32 (self->data + at) == END_MAGIC
        && tl_bytes_u16 (self->data + at + 20) <= last - at)
      {
        *offset = at;
        return TRUE;
      }

  return FALSE;
}

/* Where a zip64 end record exists, its numbers count. */
static gboolean
read_end64 (TlZip *self, guint64 end, Directory *directory)
{
  const guint8 *locator, *record;
  guint64 offset;

  if (end < LOCATOR_SIZE)
    return TRUE;
  locator = self->data + end - LOCATOR_SIZE;
  if (tl_bytes_u32 (locator) != LOCATOR_MAGIC)
    return TRUE;

  offset = tl_bytes_u64 (locator + 8);
  if (!is_inside (self, offset, END64_SIZE))
    return FALSE;
  record = self->data + offset;
  if (tl_bytes_u32 (record) != END64_MAGIC)
    return FALSE;

  directory->n_entries = tl_bytes_u64 (record + 32);
  directory->size = tl_bytes_u64 (record + 40);
  directory->offset = tl_bytes_u64 (record + 48);
  return TRUE;
}

static gboolean
find_directory (TlZip *self, Directory *directory, GError **error)
{
  const guint8 *record;
  guint64 end;

  if (!find_end (self, &end))
    return damaged (self, error);

  record = self->data + end;
  directory->n_entries = tl_bytes_u16 (record + 10);
  directory->size = tl_bytes_u32 (record + 12);
  directory->offset = tl_bytes_u32 (record + 16);
  if (!read_end64 (self, end, directory) || !is_inside (self, directory->offset, directory->size)
      || directory->n_entries > directory->size / ENTRY_SIZE)
    return damaged (self, error);

  return TRUE;
}

/* The zip64 extra field holds, in this order, those of the three numbers that the entry gives as
 * all ones. */
static gboolean
read_extra64 (const guint8 *field, gsize size, TlZipEntry *entry)
{
  guint64 *numbers[] = { &entry->size, &entry->packed_size, &entry->offset };

  for (guint i = 0; i < G_N_ELEMENTS (numbers); i++)
    {
      if (*numbers[i] != G_MAXUINT32)
        continue;
      if (size < 8)
        return FALSE;
      *numbers[i] = tl_bytes_u64 (field);
      field += 8;
      size -= 8;
    }

  return TRUE;
}

static gboolean
read_extras (const guint8 *extras, gsize size, TlZipEntry *entry)
{
  while (size >= 4)
    {
      gsize n = tl_bytes_u16 (extras + 2);

      if (n > size - 4)
        return FALSE;
      if (tl_bytes_u16 (extras) == ZIP64_EXTRA)
        return read_extra64 (extras + 4, n, entry);
      extras += 4 + n;
      size -= 4 + n;
    }

  return TRUE;
}

static gboolean
take_name (TlZip *self, TlZipEntry *entry, const guint8 *name, gsize length)
{
  /* Names stand in messages. */
  if (length == 0 || !g_utf8_validate_len ((const char *) name, length, NULL))
    return FALSE;
  for (gsize i = 0; i < length; i++)
    if (g_ascii_iscntrl (name[i]))
      return FALSE;

  entry->name = g_strndup ((const char *) name, length);
  return TRUE;
}

/* Reads the entry at *at and moves *at behind it. */
static gboolean
read_entry (TlZip *self, const guint8 **at, gsize *n_left)
{
  const guint8 *record = *at;
  gsize n_name, n_extra, n_all;
  TlZipEntry entry = { 0 };

  if (*n_left < ENTRY_SIZE || tl_bytes_u32 (record) != ENTRY_MAGIC)
    return FALSE;
  n_name = tl_bytes_u16 (record + 28);
  n_extra = tl_bytes_u16 (record + 30);
  n_all = ENTRY_SIZE + n_name + n_extra + tl_bytes_u16 (record + 32);
  if (n_all > *n_left)
    return FALSE;

  entry.flags = tl_bytes_u16 (record + 8);
  entry.method = tl_bytes_u16 (record + 10);
  entry.packed_size = tl_bytes_u32 (record + 20);
  entry.size = tl_bytes_u32 (record + 24);
  entry.offset = tl_bytes_u32 (record + 42);
  if (!read_extras (record + ENTRY_SIZE + n_name, n_extra, &entry)
      || !take_name (self, &entry, record + ENTRY_SIZE, n_name))
    return FALSE;

  g_array_append_val (self->entries, entry);
  *at += n_all;
  *n_left -= n_all;
  return TRUE;
}

static int
compare_offsets (gconstpointer a, gconstpointer b)
{
  const TlZipEntry *x = *(TlZipEntry *const *) a, *y = *(TlZipEntry *const *) b;

  return (x->offset > y->offset) - (x->offset < y->offset);
}

/* Each entry's room ends where the next one begins. Bombs whose entries share bytes have none, and
 * so have lying sizes. */
static gboolean
check_overlaps (TlZip *self, guint64 directory, GError **error)
{
  g_autoptr (GPtrArray) sorted = g_ptr_array_sized_new (self->entries->len);
  guint64 limit = directory;

  for (guint i = 0; i < self->entries->len; i++)
    g_ptr_array_add (sorted, &g_array_index (self->entries, TlZipEntry, i));
  g_ptr_array_sort (sorted, compare_offsets);

  for (guint i = sorted->len; i-- > 0;)
    {
      TlZipEntry *entry = g_ptr_array_index (sorted, i);
      guint64 end;

      if (!g_uint64_checked_add (&end, entry->offset, LOCAL_SIZE)
          || !g_uint64_checked_add (&end, end, entry->packed_size) || end > limit)
        return bad_entry (self, entry->name, _ ("overlaps another or lies outside of the file"),
                          error);
      entry->limit = limit;
      limit = entry->offset;
    }

  return TRUE;
}

static gboolean
index_names (TlZip *self, GError **error)
{
  for (guint i = 0; i < self->entries->len; i++)
    {
      TlZipEntry *entry = &g_array_index (self->entries, TlZipEntry, i);

      if (g_tree_lookup (self->by_name, entry->name) != NULL)
        return bad_entry (self, entry->name, _ ("is there twice"), error);
      g_tree_insert (self->by_name, entry->name, entry);
    }

  return TRUE;
}

static gboolean
read_directory (TlZip *self, GError **error)
{
  Directory directory = { 0 };
  const guint8 *at;
  gsize n_left;

  if (!find_directory (self, &directory, error))
    return FALSE;

  at = self->data + directory.offset;
  n_left = directory.size;
  for (guint64 i = 0; i < directory.n_entries; i++)
    if (!read_entry (self, &at, &n_left))
      return damaged (self, error);

  return check_overlaps (self, directory.offset, error) && index_names (self, error);
}

gboolean
tl_zip_recognise (GBytes *bytes)
{
  gsize size;
  const guint8 *data = g_bytes_get_data (bytes, &size);

  return size >= 4 && tl_bytes_u32 (data) == LOCAL_MAGIC;
}

TlZip *
tl_zip_new (GBytes *bytes, const char *file, GError **error)
{
  g_autoptr (TlZip) self = g_new0 (TlZip, 1);

  self->bytes = g_bytes_ref (bytes);
  self->data = g_bytes_get_data (bytes, &self->size);
  self->file = g_strdup (file);
  self->entries = g_array_new (FALSE, FALSE, sizeof (TlZipEntry));
  g_array_set_clear_func (self->entries, clear_entry);
  self->by_name = tl_bytes_table_new (NULL, NULL);

  return read_directory (self, error) ? g_steal_pointer (&self) : NULL;
}

void
tl_zip_free (TlZip *self)
{
  g_tree_unref (self->by_name);
  g_array_unref (self->entries);
  g_bytes_unref (self->bytes);
  g_free (self->file);
  g_free (self);
}

guint
tl_zip_get_n_entries (TlZip *self)
{
  return self->entries->len;
}

const TlZipEntry *
tl_zip_get_entry (TlZip *self, guint index)
{
  g_return_val_if_fail (index < self->entries->len, NULL);

  return &g_array_index (self->entries, TlZipEntry, index);
}

const TlZipEntry *
tl_zip_lookup (TlZip *self, const char *name)
{
  return g_tree_lookup (self->by_name, name);
}

/* The entry's own header repeats its name and has an extra field of its own length (torch pads with
 * it), so only it tells where the bytes begin. */
static gboolean
find_packed (TlZip *self, const TlZipEntry *entry, const guint8 **data, GError **error)
{
  const guint8 *header = self->data + entry->offset;
  gsize n_name = strlen (entry->name);
  guint64 begin;

  if (entry->flags & FLAG_ENCRYPTED)
    return bad_entry (self, entry->name, _ ("is encrypted"), error);
  if (tl_bytes_u32 (header) != LOCAL_MAGIC || tl_bytes_u16 (header + 26) != n_name
      || entry->limit - entry->offset < LOCAL_SIZE + n_name
      || memcmp (header + LOCAL_SIZE, entry->name, n_name) != 0)
    return bad_entry (self, entry->name, _ ("is not where the directory says"), error);

  begin = entry->offset + LOCAL_SIZE + n_name + tl_bytes_u16 (header + 28);
  if (begin > entry->limit || entry->packed_size > entry->limit - begin)
    return bad_entry (self, entry->name, _ ("is longer than its place in the file"), error);

  *data = self->data + begin;
  return TRUE;
}

gboolean
tl_zip_map (TlZip *self, const TlZipEntry *entry, const guint8 **data, gsize *size, GError **error)
{
  if (entry->method != METHOD_STORED)
    return bad_entry (
      self, entry->name,
      _ ("is packed, which PyTorch never does: unpack the archive and pack it again "
         "without compression"),
      error);
  if (entry->size != entry->packed_size)
    return bad_entry (self, entry->name, _ ("has two different sizes"), error);
  if (!find_packed (self, entry, data, error))
    return FALSE;

  *size = entry->size;
  return TRUE;
}

static gboolean
inflate_all (const guint8 *packed, gsize n_packed, guint8 *out, gsize n_out)
{
  z_stream stream = {
    .next_in = (guint8 *) packed, .avail_in = n_packed, .next_out = out, .avail_out = n_out
  };
  int result;

  /* Negative: a bare deflate stream, without zlib's header. */
  if (inflateInit2 (&stream, -MAX_WBITS) != Z_OK)
    return FALSE;
  result = inflate (&stream, Z_FINISH);
  inflateEnd (&stream);
  return result == Z_STREAM_END && stream.avail_out == 0;
}

static GBytes *
unpack (TlZip *self, const TlZipEntry *entry, GError **error)
{
  const guint8 *packed;
  g_autofree guint8 *out = NULL;

  if (!find_packed (self, entry, &packed, error))
    return NULL;
  /* The first two bound the third, which is compared with a product that cannot overflow then. */
  if (entry->packed_size > MAX_UNPACKED || entry->size > MAX_UNPACKED
      || entry->size > entry->packed_size * MAX_RATIO + 4096)
    {
      bad_entry (self, entry->name, _ ("would unpack to far more than it can honestly hold"),
                 error);
      return NULL;
    }

  out = g_malloc (MAX (entry->size, 1));
  if (!inflate_all (packed, entry->packed_size, out, entry->size))
    {
      bad_entry (self, entry->name, _ ("cannot be unpacked"), error);
      return NULL;
    }

  return g_bytes_new_take (g_steal_pointer (&out), entry->size);
}

GBytes *
tl_zip_read (TlZip *self, const TlZipEntry *entry, GError **error)
{
  const guint8 *data;
  gsize size;

  if (entry->method == METHOD_DEFLATED)
    return unpack (self, entry, error);
  if (!tl_zip_map (self, entry, &data, &size, error))
    return NULL;

  return g_bytes_new_from_bytes (self->bytes, (gsize) (data - self->data), size);
}
