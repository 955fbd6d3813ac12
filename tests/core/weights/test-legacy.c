/* test-legacy.c - files of torch.save before 1.6
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "config.h"
#include "core/weights/legacy.h"

#include "tests/core/weights/make.h"

#include <string.h>

static const MakeStorage storages[] = { { "0", 12 }, { "1", 6 } };
static const MakeTensor whole = { "0", 12, 2, { 3, 4 }, { 4, 1 } };
static const MakeTensor shared = { "0", 12, 1, { 3 }, { 4 }, 1 };
static const MakeTensor other = { "1", 6, 1, { 6 }, { 1 } };

#define LISTING "a:float32[3,4]/4,1=0 b:float32[3]/4=1 c:float32[6]/1=0"

static GByteArray *
make_three (void)
{
  GByteArray *pickle = g_byte_array_new ();

  make_protocol (pickle, 2);
  make_op (pickle, "}(");
  make_text (pickle, "a");
  make_tensor (pickle, &whole);
  make_text (pickle, "b");
  make_tensor (pickle, &shared);
  make_text (pickle, "c");
  make_tensor (pickle, &other);
  make_op (pickle, "u.");
  return pickle;
}

static void
test_three (void)
{
  g_autoptr (GByteArray) pickle = make_three ();
  g_autoptr (GBytes) bytes = make_legacy (pickle, storages, 2);

  g_assert_true (tl_legacy_recognise (bytes));
  make_assert_listing (bytes, LISTING);
}

/* Storages once were saved as parts of each other: (key of the view, offset, number of elements).
 */
static void
put_view (GByteArray *pickle, gint64 offset, gint64 n_elements)
{
  make_global (pickle, "torch._utils", "_rebuild_tensor");
  make_op (pickle, "((");
  make_text (pickle, "storage");
  make_global (pickle, "torch", "FloatStorage");
  make_text (pickle, "0");
  make_text (pickle, "cpu");
  make_int (pickle, 12);
  make_op (pickle, "(");
  make_text (pickle, "view");
  make_int (pickle, offset);
  make_int (pickle, n_elements);
  make_op (pickle, "ttQK\x01K\x02\x85K\x01\x85tR");
}

static void
test_view (void)
{
  static const struct
  {
    gint64 offset;
    gint64 n_elements;
    const char *expected;
  } views[] = {
    { 4, 3, "a:float32[2]/1=5" },
    { 4, 2, "!reaches past the end of its storage" },
    { 11, 3, "!a storage or a number type that Tiller does not know" },
    { -1, 3, "!a storage or a number type that Tiller does not know" },
    { G_MAXINT64, G_MAXINT64, "!a storage or a number type that Tiller does not know" },
  };

  for (guint i = 0; i < G_N_ELEMENTS (views); i++)
    {
      g_autoptr (GByteArray) pickle = g_byte_array_new ();
      g_autoptr (GBytes) bytes = NULL;

      make_protocol (pickle, 2);
      make_op (pickle, "}");
      make_text (pickle, "a");
      put_view (pickle, views[i].offset, views[i].n_elements);
      make_text (pickle, "b");
      make_tensor (pickle, &shared);
      make_op (pickle, "0"
                       "0s.");
      bytes = make_legacy (pickle, storages, 1);
      /* An invalid view names no storage, so the file's list then has one too many. */
      make_assert_listing (bytes, views[i].expected);
    }
}

static GBytes *
make_start (gint64 version, gboolean is_little_endian)
{
  GByteArray *out = g_byte_array_new ();

  make_legacy_start (out, version, is_little_endian);
  return g_byte_array_free_to_bytes (out);
}

static void
test_start (void)
{
  g_autoptr (GBytes) version = make_start (1002, TRUE);
  g_autoptr (GBytes) order = make_start (1001, FALSE);
  g_autoptr (GBytes) nothing = make_start (1001, TRUE);
  g_autoptr (GBytes) stranger = g_bytes_new_static ("\x80\x02}.", 4);

  make_assert_listing (version, "!in a version of PyTorch's old format that Tiller does not know");
  make_assert_listing (order, "!another byte order");
  make_assert_listing (nothing, "!was not copied whole");
  make_assert_listing (stranger, "!was not saved by PyTorch");
}

/* A part of the file cut away, from any byte on. */
static void
test_cut_anywhere (void)
{
  g_autoptr (GByteArray) pickle = make_three ();
  g_autoptr (GBytes) bytes = make_legacy (pickle, storages, 2);

  for (gsize n = 2; n < g_bytes_get_size (bytes); n += n < 64 ? 1 : 3)
    {
      g_autoptr (GBytes) part = g_bytes_new (g_bytes_get_data (bytes, NULL), n);

      make_assert_listing (part, "!“x.ckpt”");
    }
}

static void
test_lists_disagree (void)
{
  static const MakeStorage unknown[] = { { "0", 12 }, { "9", 6 } },
                           twice[] = { { "0", 12 }, { "0", 12 } };
  static const MakeStorage small[] = { { "0", 11 }, { "1", 6 } };
  static const MakeStorage *const lists[] = { unknown, twice, small };

  for (guint i = 0; i < G_N_ELEMENTS (lists); i++)
    {
      g_autoptr (GByteArray) pickle = make_three ();
      g_autoptr (GBytes) bytes = make_legacy (pickle, lists[i], 2);

      make_assert_listing (bytes, "!its lists of tensors and of numbers do not agree");
    }
}

static void
test_missing_storage (void)
{
  g_autoptr (GByteArray) pickle = make_three ();
  g_autoptr (GBytes) bytes = make_legacy (pickle, storages, 1);

  make_assert_listing (bytes, "!its lists of tensors and of numbers do not agree");
}

static void
test_two_types (void)
{
  g_autoptr (GByteArray) pickle = g_byte_array_new ();
  g_autoptr (GBytes) bytes = NULL;

  make_protocol (pickle, 2);
  make_op (pickle, "](");
  make_tensor (pickle, &whole);
  make_tensor (pickle, &(MakeTensor){ "0", 12, 1, { 3 }, { 4 }, .type = "DoubleStorage" });
  make_op (pickle, "e.");
  bytes = make_legacy (pickle, storages, 1);
  make_assert_listing (bytes, "!as two types that differ in size");
}

static void
test_huge_count (void)
{
  static const guint64 counts[] = { G_MAXUINT64, G_MAXUINT64 / 4 + 2, G_MAXINT64, 7 };
  g_autoptr (GByteArray) pickle = make_three ();
  g_autoptr (GBytes) bytes = make_legacy (pickle, storages, 2);
  gsize size, at = g_bytes_get_size (bytes) - 6 * 4 - 8;

  for (guint i = 0; i < G_N_ELEMENTS (counts); i++)
    {
      guint8 *copy = g_memdup2 (g_bytes_get_data (bytes, &size), g_bytes_get_size (bytes));
      guint64 count = GUINT64_TO_LE (counts[i]);
      g_autoptr (GBytes) lie = NULL;

      memcpy (copy + at, &count, sizeof count);
      lie = g_bytes_new_take (copy, size);
      make_assert_listing (lie, "!its numbers end at byte");
    }
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/legacy/tensors-share-storages", test_three);
  g_test_add_func ("/legacy/storage-is-part-of-another", test_view);
  g_test_add_func ("/legacy/start", test_start);
  g_test_add_func ("/legacy/cut-anywhere-is-an-error", test_cut_anywhere);
  g_test_add_func ("/legacy/lists-disagree", test_lists_disagree);
  g_test_add_func ("/legacy/missing-storage", test_missing_storage);
  g_test_add_func ("/legacy/one-storage-of-two-types", test_two_types);
  g_test_add_func ("/legacy/huge-count", test_huge_count);

  return g_test_run ();
}
