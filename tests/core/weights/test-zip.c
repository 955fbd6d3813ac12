/* test-zip.c - archives as torch writes them, and archives that lie
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "config.h"
#include "core/weights/zip.h"

#include "core/base/error.h"
#include "tests/core/weights/make.h"

#include <string.h>

#define RECORD 0x02014b50u
#define HEADER 0x04034b50u

static GBytes *
make_two (gboolean is_zip64)
{
  MakeZip *zip = make_zip_new (is_zip64);
  g_autofree char *spaces = g_strnfill (5000, ' ');

  make_zip_add (zip, "a/one", "first", 5, FALSE);
  make_zip_add (zip, "a/two", spaces, 5000, TRUE);
  return make_zip_finish (zip);
}

static void
test_entries (gconstpointer is_zip64)
{
  g_autoptr (GBytes) bytes = make_two (GPOINTER_TO_INT (is_zip64));
  g_autoptr (GBytes) unpacked = NULL;
  g_autoptr (GError) error = NULL;
  g_autoptr (TlZip) zip = tl_zip_new (bytes, "x", &error);
  const TlZipEntry *entry;
  const guint8 *data;
  gsize size;

  g_assert_no_error (error);
  g_assert_true (tl_zip_recognise (bytes));
  g_assert_cmpuint (tl_zip_get_n_entries (zip), ==, 2);
  g_assert_true (tl_zip_map (zip, tl_zip_lookup (zip, "a/one"), &data, &size, &error));
  g_assert_cmpmem (data, size, "first", 5);
  g_assert_cmpuint ((gsize) (data - (const guint8 *) g_bytes_get_data (bytes, NULL)) % 64, ==, 0);

  entry = tl_zip_lookup (zip, "a/two");
  g_assert_false (tl_zip_map (zip, entry, &data, &size, NULL));
  unpacked = tl_zip_read (zip, entry, &error);
  g_assert_no_error (error);
  g_assert_cmpuint (g_bytes_get_size (unpacked), ==, 5000);
  g_assert_cmpint (((const char *) g_bytes_get_data (unpacked, NULL))[4999], ==, ' ');
  g_assert_null (tl_zip_lookup (zip, "a/three"));
}

static void
test_none (void)
{
  g_autoptr (GBytes) bytes = make_zip_finish (make_zip_new (FALSE));
  g_autoptr (TlZip) zip = tl_zip_new (bytes, "x", NULL);

  g_assert_nonnull (zip);
  g_assert_cmpuint (tl_zip_get_n_entries (zip), ==, 0);
}

/* Opens and reads every entry; the message of the first failure, or NULL. */
static char *
read_all (GBytes *bytes)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (TlZip) zip = tl_zip_new (bytes, "x.ckpt", &error);

  for (guint i = 0; zip != NULL && error == NULL && i < tl_zip_get_n_entries (zip); i++)
    {
      g_autoptr (GBytes) part = tl_zip_read (zip, tl_zip_get_entry (zip, i), &error);
    }

  if (error == NULL)
    return NULL;
  g_assert_error (error, TL_ERROR, TL_ERROR_FORMAT);
  g_assert_nonnull (strstr (error->message, "x.ckpt"));
  return g_strdup (error->message);
}

/* Where the @nth piece with this signature begins. */
static gsize
find_piece (const guint8 *data, gsize size, guint32 signature, guint nth)
{
  signature = GUINT32_TO_LE (signature);
  for (gsize at = 0; at + 4 <= size; at++)
    if (memcmp (data + at, &signature, 4) == 0 && nth-- == 0)
      return at;

  g_assert_not_reached ();
}

/* One field of one piece of the archive of make_two() changed. */
static const struct
{
  const char *name;
  gboolean is_zip64;
  guint32 signature;
  guint nth;
  guint field;
  guint width;
  guint64 value;
  const char *problem;
} lies[] = {
  { "entry-outside", FALSE, RECORD, 1, 42, 4, 0x7fffffff, "overlaps another or lies outside" },
  { "entry-outside-64", TRUE, RECORD, 1, 46 + 5 + 4 + 16, 8, G_MAXUINT64 - 5, "overlaps another" },
  { "same-place", FALSE, RECORD, 1, 42, 4, 0, "overlaps another" },
  { "size-over-the-next", FALSE, RECORD, 0, 20, 4, 200, "overlaps another" },
  { "size-over-the-next-64", TRUE, RECORD, 0, 46 + 5 + 4 + 8, 8, G_MAXUINT64, "overlaps another" },
  { "two-sizes", FALSE, RECORD, 0, 24, 4, 4, "two different sizes" },
  { "encrypted", FALSE, RECORD, 0, 8, 2, 1, "is encrypted" },
  { "unknown-method", FALSE, RECORD, 1, 10, 2, 12, "is packed" },
  { "name-too-long", FALSE, RECORD, 1, 28, 2, 0xffff, "directory of contents" },
  { "extra-too-long", FALSE, RECORD, 1, 30, 2, 0xffff, "directory of contents" },
  { "extra-cut", TRUE, RECORD, 1, 46 + 5 + 2, 2, 16, "directory of contents" },
  { "name-is-no-text", FALSE, RECORD, 1, 46, 1, 0xff, "directory of contents" },
  { "name-with-nul", FALSE, RECORD, 1, 46, 1, 0, "directory of contents" },
  { "name-of-another", FALSE, RECORD, 1, 48, 3, 0x656e6f, "is there twice" },
  { "name-differs", FALSE, RECORD, 0, 46, 1, 'b', "is not where the directory says" },
  { "no-header-there", FALSE, HEADER, 0, 0, 1, 'p', "is not where the directory says" },
  { "header-extra-too-long", FALSE, HEADER, 1, 28, 2, 0xffff, "is longer than its place" },
  { "no-record", FALSE, RECORD, 1, 0, 1, 'p', "directory of contents" },
  { "bomb", FALSE, RECORD, 1, 24, 4, 60000000, "far more than it can honestly hold" },
  { "unpacks-to-less", FALSE, RECORD, 1, 24, 4, 5001,
    "far more than it can honestly hold|cannot be unpacked" },
  { "unpacks-to-more", FALSE, RECORD, 1, 24, 4, 4999, "cannot be unpacked" },
  { "too-many-entries", FALSE, 0x06054b50, 0, 10, 2, 3, "directory of contents" },
  { "no-room-for-entries", FALSE, 0x06054b50, 0, 12, 4, 40, "directory of contents" },
  { "directory-outside", FALSE, 0x06054b50, 0, 16, 4, 0x7fffffff, "directory of contents" },
  { "comment-too-long", FALSE, 0x06054b50, 0, 20, 2, 1, "directory of contents" },
  { "directory-outside-64", TRUE, 0x06064b50, 0, 48, 8, G_MAXUINT64, "directory of contents" },
  { "directory-too-large-64", TRUE, 0x06064b50, 0, 40, 8, G_MAXUINT64 - 3,
    "directory of contents" },
  { "too-many-entries-64", TRUE, 0x06064b50, 0, 32, 8, G_MAXUINT64, "directory of contents" },
  { "end-outside-64", TRUE, 0x07064b50, 0, 8, 8, G_MAXUINT64 - 55, "directory of contents" },
};

static gboolean
says_one_of (const char *message, const char *problems)
{
  g_auto (GStrv) parts = g_strsplit (problems, "|", -1);

  for (guint i = 0; message != NULL && parts[i] != NULL; i++)
    if (strstr (message, parts[i]) != NULL)
      return TRUE;

  return FALSE;
}

static void
test_lie (gconstpointer data)
{
  gsize i = GPOINTER_TO_SIZE (data), size;
  g_autoptr (GBytes) honest = make_two (lies[i].is_zip64);
  g_autofree guint8 *copy = g_memdup2 (g_bytes_get_data (honest, &size), g_bytes_get_size (honest));
  gsize at = find_piece (copy, size, lies[i].signature, lies[i].nth) + lies[i].field;
  guint64 value = GUINT64_TO_LE (lies[i].value);
  g_autoptr (GBytes) bytes = NULL;
  g_autofree char *message = NULL;

  memcpy (copy + at, &value, lies[i].width);
  bytes = g_bytes_new_take (g_steal_pointer (&copy), size);
  message = read_all (bytes);
  if (!says_one_of (message, lies[i].problem))
    g_error ("“%s” does not say “%s”", message, lies[i].problem);
}

/* Every beginning of an archive is an error. */
static void
test_cut_anywhere (void)
{
  for (gint is_zip64 = 0; is_zip64 <= 1; is_zip64++)
    {
      g_autoptr (GBytes) whole = make_two (is_zip64);

      for (gsize n = 0; n < g_bytes_get_size (whole); n++)
        {
          g_autoptr (GBytes) part = g_bytes_new (g_bytes_get_data (whole, NULL), n);
          g_autofree char *message = read_all (part);

          g_assert_nonnull (message);
        }
    }
}

/* A comment may follow the end. */
static void
test_comment (void)
{
  g_autoptr (GBytes) plain = make_two (FALSE);
  gsize size;
  gconstpointer data = g_bytes_get_data (plain, &size);
  GByteArray *longer = g_byte_array_append (g_byte_array_new (), data, size);
  g_autoptr (GBytes) bytes = NULL;
  g_autofree char *message = NULL;

  longer->data[size - 2] = 3;
  g_byte_array_append (longer, (const guint8 *) "abc", 3);
  bytes = g_byte_array_free_to_bytes (longer);
  message = read_all (bytes);
  g_assert_null (message);
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);

  g_test_add_data_func ("/zip/entries", GINT_TO_POINTER (FALSE), test_entries);
  g_test_add_data_func ("/zip/entries-of-zip64", GINT_TO_POINTER (TRUE), test_entries);
  g_test_add_func ("/zip/no-entries", test_none);
  g_test_add_func ("/zip/comment", test_comment);
  g_test_add_func ("/zip/cut-anywhere-is-an-error", test_cut_anywhere);
  for (gsize i = 0; i < G_N_ELEMENTS (lies); i++)
    {
      g_autofree char *path = g_strdup_printf ("/zip/lie/%s", lies[i].name);

      g_test_add_data_func (path, GSIZE_TO_POINTER (i), test_lie);
    }

  return g_test_run ();
}
