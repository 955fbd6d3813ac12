/* safetensors-reader.c - the tensors of safetensors bytes
 *
 * The format demands that the tensors fill the bytes behind the header one after the other, without
 * holes or overlaps, which makes a lying offset easy to find: sorted, each must begin where the one
 * before it ended. (github.com/huggingface/safetensors, README and safetensors/src/tensor.rs)
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "config.h"
#include "core/weights/safetensors-reader.h"

#include "core/base/error.h"
#include "core/weights/bytes.h"
#include "core/weights/header.h"

#include <glib/gi18n-lib.h>

#define LENGTH_SIZE 8u
#define MAX_HEADER (100u * 1000u * 1000u)

/* Those without a TlDtype exist in files and are skipped. */
static const struct
{
  const char *name;
  int dtype; /* -1: none */
} types[] = {
  { "F32", TL_FLOAT32 }, { "F16", TL_FLOAT16 }, { "BF16", TL_BFLOAT16 }, { "F64", TL_FLOAT64 },
  { "I64", TL_INT64 },   { "I32", TL_INT32 },   { "I16", TL_INT16 },     { "I8", TL_INT8 },
  { "U8", TL_UINT8 },    { "BOOL", TL_BOOL },   { "U16", -1 },           { "U32", -1 },
  { "U64", -1 },         { "C64", -1 },         { "F8_E4M3", -1 },       { "F8_E5M2", -1 },
  { "F8_E8M0", -1 },     { "F6_E2M3", -1 },     { "F6_E3M2", -1 },       { "F4", -1 },
};

typedef struct
{
  gint64 begin;
  gint64 end;
} Range;

typedef struct
{
  TlBlobs *blobs;
  TlHeader header;
  const guint8 *data; /* behind the header */
  gsize n_data;
  GArray *ranges; /* of Range */
  GTree *names;   /* of all members; __metadata__ is one */
  GString *name;
  GString *scratch;
} Reader;

/* What the header says about one tensor. */
typedef struct
{
  guint type; /* index of types */
  gint64 shape[TL_MAX_DIMS];
  guint n_dims;
  Range range;
  guint n_type, n_shape, n_range; /* how often each was said */
} Entry;

static gboolean
bad_header (Reader *r, GError **error)
{
  return tl_error_set (error, TL_ERROR_FORMAT, _ ("“%s” has a damaged header, at byte %zu"),
                       tl_blobs_get_file (r->blobs), LENGTH_SIZE + r->header.at);
}

static gboolean
bad_tensor (Reader *r, const char *reason, GError **error)
{
  return tl_error_set (error, TL_ERROR_FORMAT, _ ("“%s”: tensor “%s” %s"),
                       tl_blobs_get_file (r->blobs), r->name->str, reason);
}

/* "a": "b", ... } */
static gboolean
read_metadata (Reader *r, GError **error)
{
  g_autoptr (GString) key = g_string_new (NULL);

  if (!tl_header_take (&r->header, '{'))
    return bad_header (r, error);
  if (tl_header_take (&r->header, '}'))
    return TRUE;

  do
    {
      if (!tl_header_take_string (&r->header, key) || !tl_header_take (&r->header, ':')
          || !tl_header_take_string (&r->header, r->scratch)
          || !tl_blobs_add_metadata (r->blobs, key->str, r->scratch->str))
        return bad_header (r, error);
    }
  while (tl_header_take (&r->header, ','));

  return tl_header_take (&r->header, '}') || bad_header (r, error);
}

static gboolean
read_type (Reader *r, Entry *entry, GError **error)
{
  if (!tl_header_take_string (&r->header, r->scratch))
    return bad_header (r, error);

  for (guint i = 0; i < G_N_ELEMENTS (types); i++)
    if (g_str_equal (r->scratch->str, types[i].name))
      {
        entry->type = i;
        entry->n_type++;
        return TRUE;
      }

  return bad_tensor (r, _ ("has a number type that Tiller does not know"), error);
}

static gboolean
read_shape (Reader *r, Entry *entry, GError **error)
{
  entry->n_shape++;
  if (!tl_header_take (&r->header, '['))
    return bad_header (r, error);
  if (tl_header_take (&r->header, ']'))
    return TRUE;

  do
    {
      if (entry->n_dims == TL_MAX_DIMS)
        return bad_tensor (r, _ ("has more dimensions than any model uses"), error);
      if (!tl_header_take_integer (&r->header, &entry->shape[entry->n_dims++]))
        return bad_tensor (r, _ ("has an impossible size"), error);
    }
  while (tl_header_take (&r->header, ','));

  return tl_header_take (&r->header, ']') || bad_header (r, error);
}

static gboolean
read_range (Reader *r, Entry *entry, GError **error)
{
  entry->n_range++;
  if (!tl_header_take (&r->header, '[') || !tl_header_take_integer (&r->header, &entry->range.begin)
      || !tl_header_take (&r->header, ',')
      || !tl_header_take_integer (&r->header, &entry->range.end)
      || !tl_header_take (&r->header, ']'))
    return bad_header (r, error);

  return TRUE;
}

static gboolean
read_field (Reader *r, Entry *entry, GError **error)
{
  if (!tl_header_take_string (&r->header, r->scratch) || !tl_header_take (&r->header, ':'))
    return bad_header (r, error);
  if (g_str_equal (r->scratch->str, "dtype"))
    return read_type (r, entry, error);
  if (g_str_equal (r->scratch->str, "shape"))
    return read_shape (r, entry, error);
  if (g_str_equal (r->scratch->str, "data_offsets"))
    return read_range (r, entry, error);

  return bad_header (r, error);
}

static gboolean
read_fields (Reader *r, Entry *entry, GError **error)
{
  if (!tl_header_take (&r->header, '{'))
    return bad_header (r, error);

  do
    if (!read_field (r, entry, error))
      return FALSE;
  while (tl_header_take (&r->header, ','));

  if (!tl_header_take (&r->header, '}') || entry->n_type != 1 || entry->n_shape != 1
      || entry->n_range != 1)
    return bad_header (r, error);
  return TRUE;
}

/* The number of bytes must be exactly what shape and type need. */
static gboolean
add_tensor (Reader *r, const Entry *entry, GError **error)
{
  gsize size = (gsize) (entry->range.end - entry->range.begin);
  gsize needed = tl_dtype_size (types[entry->type].dtype);
  TlBlobSpec spec = { .name = r->name->str,
                      .dtype = types[entry->type].dtype,
                      .n_dims = entry->n_dims,
                      .shape = entry->shape,
                      .storage = r->data + entry->range.begin,
                      .storage_size = size };

  for (guint i = 0; i < entry->n_dims; i++)
    if (!g_size_checked_mul (&needed, needed, (gsize) entry->shape[i]))
      return bad_tensor (r, _ ("has an impossible size"), error);
  if (needed > size)
    return bad_tensor (r, _ ("reaches past the end of its storage"), error);
  if (needed < size)
    return bad_tensor (r, _ ("has more bytes than its shape needs"), error);

  return tl_blobs_add (r->blobs, &spec, error);
}

static gboolean
read_tensor (Reader *r, GError **error)
{
  g_autofree char *what = NULL;
  Entry entry = { 0 };

  if (!read_fields (r, &entry, error))
    return FALSE;
  if (entry.range.begin > entry.range.end || (guint64) entry.range.end > r->n_data)
    return bad_tensor (r, _ ("lies outside of the file, which was perhaps not copied whole"),
                       error);

  g_array_append_val (r->ranges, entry.range);
  if (types[entry.type].dtype >= 0)
    return add_tensor (r, &entry, error);

  what = g_strdup_printf ("%s: %s", r->name->str, types[entry.type].name);
  tl_blobs_skip (r->blobs, what, (guint64) (entry.range.end - entry.range.begin));
  return TRUE;
}

/* Taking either of two would be a guess, also where neither is read. */
static gboolean
check_new (Reader *r, GError **error)
{
  if (g_tree_lookup_extended (r->names, r->name->str, NULL, NULL))
    return tl_error_set (error, TL_ERROR_FORMAT, _ ("“%s” has “%s” twice in its header"),
                         tl_blobs_get_file (r->blobs), r->name->str);

  g_tree_insert (r->names, g_strdup (r->name->str), NULL);
  return TRUE;
}

static gboolean
read_member (Reader *r, GError **error)
{
  if (!tl_header_take_string (&r->header, r->name) || !tl_header_take (&r->header, ':')
      || !tl_blobs_is_name (r->name->str, r->name->len))
    return bad_header (r, error);
  if (!check_new (r, error))
    return FALSE;
  if (g_str_equal (r->name->str, "__metadata__"))
    return read_metadata (r, error);

  return read_tensor (r, error);
}

static gboolean
read_members (Reader *r, GError **error)
{
  if (!tl_header_take (&r->header, '{'))
    return bad_header (r, error);
  if (tl_header_take (&r->header, '}'))
    return tl_header_is_at_end (&r->header) || bad_header (r, error);

  do
    if (!read_member (r, error))
      return FALSE;
  while (tl_header_take (&r->header, ','));

  return (tl_header_take (&r->header, '}') && tl_header_is_at_end (&r->header))
         || bad_header (r, error);
}

static int
compare_ranges (gconstpointer a, gconstpointer b)
{
  const Range *x = a, *y = b;

  if (x->begin != y->begin)
    return x->begin < y->begin ? -1 : 1;
  return (x->end > y->end) - (x->end < y->end);
}

static gboolean
check_ranges (Reader *r, GError **error)
{
  gint64 end = 0;

  g_array_sort (r->ranges, compare_ranges);
  for (guint i = 0; i < r->ranges->len; i++)
    {
      const Range *range = &g_array_index (r->ranges, Range, i);

      if (range->begin != end)
        return tl_error_set (error, TL_ERROR_FORMAT,
                             _ ("“%s” has tensors that overlap or leave a hole, at byte %zu"),
                             tl_blobs_get_file (r->blobs),
                             (gsize) (r->data - (const guint8 *) r->header.text) + LENGTH_SIZE
                               + (gsize) MIN (range->begin, end));
      end = range->end;
    }

  if ((guint64) end == r->n_data)
    return TRUE;
  return tl_error_set (error, TL_ERROR_FORMAT, _ ("“%s” has bytes behind its last tensor"),
                       tl_blobs_get_file (r->blobs));
}

/* Where the header ends and the tensors begin. */
static gboolean
find_header (Reader *r, GBytes *bytes, GError **error)
{
  gsize size;
  const guint8 *data = g_bytes_get_data (bytes, &size);
  guint64 n_header;

  if (size < LENGTH_SIZE)
    return bad_header (r, error);
  n_header = tl_bytes_u64 (data);
  if (n_header > MAX_HEADER || n_header > size - LENGTH_SIZE)
    return tl_error_set (
      error, TL_ERROR_FORMAT,
      _ ("“%s” has a header that is longer than the file or than any model needs"),
      tl_blobs_get_file (r->blobs));

  r->header.text = (const char *) data + LENGTH_SIZE;
  r->header.size = n_header;
  r->data = data + LENGTH_SIZE + n_header;
  r->n_data = size - LENGTH_SIZE - n_header;
  tl_blobs_set_index_size (r->blobs, n_header);
  return TRUE;
}

gboolean
tl_safetensors_recognise (GBytes *bytes)
{
  gsize size;
  const guint8 *data = g_bytes_get_data (bytes, &size);

  return size > LENGTH_SIZE && data[LENGTH_SIZE] == '{';
}

gboolean
tl_safetensors_read (GBytes *bytes, TlBlobs *blobs, GError **error)
{
  g_autoptr (GArray) ranges = g_array_new (FALSE, FALSE, sizeof (Range));
  g_autoptr (GTree) names = tl_bytes_table_new (g_free, NULL);
  g_autoptr (GString) name = g_string_new (NULL);
  g_autoptr (GString) scratch = g_string_new (NULL);
  Reader r = { .blobs = blobs, .ranges = ranges, .names = names, .name = name, .scratch = scratch };

  return find_header (&r, bytes, error) && read_members (&r, error) && check_ranges (&r, error);
}
