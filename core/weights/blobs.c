/* blobs.c - the tensors of a file while it is read, and the one place that checks them
 *
 * The last element that shape and strides reach decides whether a tensor lies inside its storage:
 * offset + sum of (shape - 1) * stride. All of it is computed with overflow checks.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "config.h"
#include "core/weights/blobs.h"

#include "core/base/error.h"
#include "core/weights/bytes.h"

#include <glib/gi18n-lib.h>
#include <string.h>

#define MAX_SKIPPED 256

/* A file of a few bytes may still repeat an element some thousand times. */
#define MIN_ELEMENTS_LIMIT (64 * 1024)

struct _TlBlobs
{
  char *file;
  gsize file_size;
  gsize max_blobs;
  gsize max_name_bytes;
  gsize n_name_bytes;
  GStringChunk *names;
  GArray *list;
  GPtrArray *skipped;
  guint n_skipped_more;
  GTree *metadata;
};

TlBlobs *
tl_blobs_new (const char *file, gsize file_size)
{
  TlBlobs *self = g_new0 (TlBlobs, 1);

  self->file = g_strdup (file);
  self->file_size = file_size;
  self->names = g_string_chunk_new (4096);
  self->list = g_array_new (FALSE, FALSE, sizeof (TlBlob));
  self->skipped = g_ptr_array_new_with_free_func (g_free);
  self->metadata = tl_bytes_table_new (g_free, g_free);
  tl_blobs_set_index_size (self, 0);
  return self;
}

void
tl_blobs_free (TlBlobs *self)
{
  g_free (self->file);
  g_string_chunk_free (self->names);
  g_array_unref (self->list);
  g_ptr_array_unref (self->skipped);
  g_tree_unref (self->metadata);
  g_free (self);
}

const char *
tl_blobs_get_file (TlBlobs *self)
{
  return self->file;
}

void
tl_blobs_set_index_size (TlBlobs *self, gsize n_bytes)
{
  /* No format describes a tensor in fewer than 16 bytes, and names are spelled out but for the
   * parts that nesting repeats. */
  self->max_blobs = 64 + n_bytes / 16;
  self->max_name_bytes = 64 * 1024 + (n_bytes < G_MAXSIZE / 8 ? n_bytes * 4 : G_MAXSIZE / 2);
}

static gboolean
fail (TlBlobs *self, const TlBlobSpec *spec, const char *reason, GError **error)
{
  return tl_error_set (error, TL_ERROR_FORMAT, _ ("“%s”: tensor “%s” %s"), self->file, spec->name,
                       reason);
}

gboolean
tl_blobs_is_name (const char *text, gsize length)
{
  if (length > TL_BLOB_MAX_NAME || !g_utf8_validate_len (text, length, NULL))
    return FALSE;

  for (const char *at = text; at < text + length; at = g_utf8_next_char (at))
    if (g_unichar_iscntrl (g_utf8_get_char (at)))
      return FALSE;

  return TRUE;
}

static gboolean
check_name (TlBlobs *self, const TlBlobSpec *spec, GError **error)
{
  gsize length = strlen (spec->name);

  if (!tl_blobs_is_name (spec->name, length))
    return tl_error_set (error, TL_ERROR_FORMAT, _ ("“%s” has a tensor whose name is no text"),
                         self->file);
  if (self->n_name_bytes + length > self->max_name_bytes || self->list->len >= self->max_blobs)
    return tl_error_set (error, TL_ERROR_FORMAT,
                         _ ("“%s” lists more tensors than its index can describe"), self->file);

  self->n_name_bytes += length;
  return TRUE;
}

/* The number of elements, within what the file can justify. */
static gboolean
count_elements (TlBlobs *self, const TlBlobSpec *spec, gsize *n_elements, GError **error)
{
  gsize n = 1;

  for (guint i = 0; i < spec->n_dims; i++)
    {
      if (spec->shape[i] < 0)
        return fail (self, spec, _ ("has a negative size"), error);
      if (!g_size_checked_mul (&n, n, (gsize) spec->shape[i]))
        return fail (self, spec, _ ("has an impossible size"), error);
    }
  if (n > MAX (self->file_size, MIN_ELEMENTS_LIMIT))
    return fail (self, spec, _ ("claims more numbers than the file can hold"), error);

  *n_elements = n;
  return TRUE;
}

static void
fill_row_major (TlBlob *blob)
{
  gint64 stride = 1;

  for (guint i = blob->n_dims; i-- > 0;)
    {
      blob->strides[i] = stride;
      stride *= blob->n_elements == 0 ? 1 : blob->shape[i];
    }
}

/* The stride of a dimension of size 1 is never used, so files leave anything there. What a
 * row-major tensor would have spares the user of the blob a special case. */
static void
fill_strides (TlBlob *blob, const gint64 *strides)
{
  if (strides == NULL || blob->n_elements == 0)
    {
      fill_row_major (blob);
      return;
    }

  for (guint i = blob->n_dims; i-- > 0;)
    if (blob->shape[i] != 1)
      blob->strides[i] = strides[i];
    else if (i + 1 == blob->n_dims)
      blob->strides[i] = 1;
    else
      blob->strides[i] = blob->strides[i + 1] * blob->shape[i + 1];
}

/* Elements from the first to one past the last that shape and strides reach. */
static gboolean
measure_reach (const TlBlobSpec *spec, gsize n_elements, gsize *reach)
{
  gsize n = 1;

  if (spec->strides == NULL || n_elements == 0)
    {
      *reach = n_elements;
      return TRUE;
    }

  for (guint i = 0; i < spec->n_dims; i++)
    {
      gsize step;

      if (spec->strides[i] < 0
          || !g_size_checked_mul (&step, (gsize) (spec->shape[i] - 1), (gsize) spec->strides[i])
          || !g_size_checked_add (&n, n, step))
        return FALSE;
    }

  *reach = n;
  return TRUE;
}

static gboolean
check_inside (TlBlobs *self, const TlBlobSpec *spec, TlBlob *blob, GError **error)
{
  gsize element = tl_dtype_size (spec->dtype);
  gsize reach, end;

  if (spec->offset < 0)
    return fail (self, spec, _ ("starts before its storage"), error);
  if (!measure_reach (spec, blob->n_elements, &reach))
    return fail (self, spec, _ ("has impossible strides"), error);
  if (!g_size_checked_add (&end, (gsize) spec->offset, reach)
      || !g_size_checked_mul (&end, end, element) || end > spec->storage_size)
    return fail (self, spec, _ ("reaches past the end of its storage"), error);

  blob->data = spec->storage + (gsize) spec->offset * element;
  blob->n_bytes = reach * element;
  return TRUE;
}

gboolean
tl_blobs_add (TlBlobs *self, const TlBlobSpec *spec, GError **error)
{
  TlBlob blob = { .dtype = spec->dtype, .n_dims = spec->n_dims };

  g_return_val_if_fail (spec->n_dims <= TL_MAX_DIMS, FALSE);

  if (!check_name (self, spec, error) || !count_elements (self, spec, &blob.n_elements, error)
      || !check_inside (self, spec, &blob, error))
    return FALSE;

  for (guint i = 0; i < spec->n_dims; i++)
    blob.shape[i] = spec->shape[i];
  fill_strides (&blob, spec->strides);
  blob.name = g_string_chunk_insert (self->names, spec->name);
  g_array_append_val (self->list, blob);
  return TRUE;
}

static void
replace_controls (char *text)
{
  for (char *at = text; *at != '\0'; at++)
    if (g_ascii_iscntrl (*at))
      *at = '?';
}

void
tl_blobs_skip (TlBlobs *self, const char *what, guint64 n_bytes)
{
  g_autofree char *size = NULL;
  char *text;

  /* A hostile file may hold a million things to skip; nobody reads on after some hundred. */
  if (self->skipped->len >= MAX_SKIPPED)
    {
      self->n_skipped_more++;
      return;
    }

  size = n_bytes == 0 ? NULL : g_format_size (n_bytes);
  text = size == NULL ? g_strdup (what) : g_strdup_printf ("%s (%s)", what, size);
  replace_controls (text);
  g_ptr_array_add (self->skipped, text);
}

gboolean
tl_blobs_add_metadata (TlBlobs *self, const char *key, const char *value)
{
  if (g_tree_lookup (self->metadata, key) != NULL)
    return FALSE;

  g_tree_insert (self->metadata, g_strdup (key), g_strdup (value));
  return TRUE;
}

static int
compare_names (gconstpointer a, gconstpointer b)
{
  return strcmp (((const TlBlob *) a)->name, ((const TlBlob *) b)->name);
}

gboolean
tl_blobs_finish (TlBlobs *self, GError **error)
{
  const TlBlob *blobs = (const TlBlob *) self->list->data;

  if (self->list->len == 0)
    return tl_error_set (error, TL_ERROR_FORMAT, _ ("“%s” holds no tensors"), self->file);

  /* No writer makes two tensors of one name. Taking either would be a guess. */
  g_array_sort (self->list, compare_names);
  for (guint i = 1; i < self->list->len; i++)
    if (strcmp (blobs[i - 1].name, blobs[i].name) == 0)
      return tl_error_set (error, TL_ERROR_FORMAT, _ ("“%s” holds two tensors named “%s”"),
                           self->file, blobs[i].name);

  if (self->n_skipped_more > 0)
    g_ptr_array_add (self->skipped,
                     g_strdup_printf (ngettext ("%u more", "%u more", self->n_skipped_more),
                                      self->n_skipped_more));
  return TRUE;
}

const GArray *
tl_blobs_get_list (TlBlobs *self)
{
  return self->list;
}

const GPtrArray *
tl_blobs_get_skipped (TlBlobs *self)
{
  return self->skipped;
}

GTree *
tl_blobs_get_metadata (TlBlobs *self)
{
  return self->metadata;
}
