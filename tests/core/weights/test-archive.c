/* test-archive.c - the archives around checkpoints and TorchScript programs
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "config.h"
#include "core/weights/archive.h"

#include "tests/core/weights/make.h"

#include <fcntl.h>
#include <string.h>
#include <unistd.h>

#define LISTING "a:float32[3,4]/4,1=0"

static GBytes *
make_archive (const char *folder, const char *extra, const char *text, gboolean pack_pickle,
              gboolean pack_storage)
{
  MakeZip *zip = make_zip_new (FALSE);
  g_autoptr (GByteArray) pickle = g_byte_array_new ();
  g_autofree char *list = g_strconcat (folder, "data.pkl", NULL);
  g_autofree char *storage = g_strconcat (folder, "data/0", NULL);
  guint8 data[48] = { 0 };

  make_protocol (pickle, 2);
  make_op (pickle, "}");
  make_text (pickle, "a");
  make_tensor (pickle, &(MakeTensor){ "0", 12, 2, { 3, 4 }, { 4, 1 } });
  make_op (pickle, "s.");
  make_zip_add (zip, storage, data, sizeof data, pack_storage);
  make_zip_add (zip, list, pickle->data, pickle->len, pack_pickle);
  if (extra != NULL)
    make_zip_add (zip, extra, text, strlen (text), FALSE);
  return make_zip_finish (zip);
}

static void
test_archives (void)
{
  static const struct
  {
    const char *folder;
    const char *extra;
    const char *text;
    gboolean pack_pickle;
    gboolean pack_storage;
    const char *expected;
  } archives[] = {
    { "any name/", NULL, NULL, FALSE, FALSE, LISTING },
    { "", NULL, NULL, FALSE, FALSE, LISTING },
    { "in/two/", NULL, NULL, TRUE, FALSE, LISTING },
    { "x/", "x/byteorder", "little", FALSE, FALSE, LISTING },
    { "x/", "x/byteorder", "big", FALSE, FALSE, "!another byte order" },
    { "x/", "x/constants/0", "12345678", FALSE, FALSE, LISTING },
    { "x/", NULL, NULL, FALSE, TRUE, "!“x/data/0” is packed" },
  };

  for (guint i = 0; i < G_N_ELEMENTS (archives); i++)
    {
      g_autoptr (GBytes) bytes =
        make_archive (archives[i].folder, archives[i].extra, archives[i].text,
                      archives[i].pack_pickle, archives[i].pack_storage);

      make_assert_listing (bytes, archives[i].expected);
    }
}

static void
test_empty_archives (void)
{
  MakeZip *pictures = make_zip_new (FALSE), *script = make_zip_new (FALSE);
  g_autoptr (GBytes) a = NULL;
  g_autoptr (GBytes) b = NULL;

  make_zip_add (pictures, "holiday.jpg", "jpg", 3, FALSE);
  a = make_zip_finish (pictures);
  make_assert_listing (a, "!is a zip archive, but no model that PyTorch saved");

  make_zip_add (script, "clip/data.pkl",
                "\x80\x02"
                "cm\nn\n)\x81}b.",
                13, FALSE);
  make_zip_add (script, "clip/constants.pkl", "\x80\x02).", 4, FALSE);
  b = make_zip_finish (script);
  make_assert_listing (b, "!is a TorchScript program without a model's numbers in it");
}

/* A gigantic checkpoint without its bulk: the optimiser's storage is a hole in the file, which
 * takes no disk. */

#define HOLE (G_GUINT64_CONSTANT (6) << 30)

static void
put_name (GByteArray *out, const char *name)
{
  g_byte_array_append (out, (const guint8 *) name, strlen (name));
}

static void
put_header (GByteArray *out, const char *name)
{
  make_u32 (out, 0x04034b50);
  for (guint i = 0; i < 11; i++)
    make_u16 (out, 0);
  make_u16 (out, strlen (name));
  make_u16 (out, 0);
  put_name (out, name);
}

static void
put_record (GByteArray *out, const char *name, guint64 offset, guint64 size)
{
  make_u32 (out, 0x02014b50);
  for (guint i = 0; i < 8; i++)
    make_u16 (out, 0);
  make_u32 (out, G_MAXUINT32);
  make_u32 (out, G_MAXUINT32);
  make_u16 (out, strlen (name));
  make_u16 (out, 28);
  for (guint i = 0; i < 5; i++)
    make_u16 (out, 0);
  make_u32 (out, G_MAXUINT32);
  put_name (out, name);
  make_u16 (out, 1);
  make_u16 (out, 24);
  make_u64 (out, size);
  make_u64 (out, size);
  make_u64 (out, offset);
}

static void
put_ends (GByteArray *out, guint64 start, guint64 size, guint64 n_entries)
{
  make_u32 (out, 0x06064b50);
  make_u64 (out, 44);
  make_u32 (out, 0);
  make_u64 (out, 0);
  make_u64 (out, n_entries);
  make_u64 (out, n_entries);
  make_u64 (out, size);
  make_u64 (out, start);
  make_u32 (out, 0x07064b50);
  make_u32 (out, 0);
  make_u64 (out, start + size);
  make_u32 (out, 1);
  make_u32 (out, 0x06054b50);
  for (guint i = 0; i < 8; i++)
    make_u16 (out, 0xffff);
  make_u16 (out, 0);
}

static GByteArray *
make_large_pickle (void)
{
  GByteArray *pickle = g_byte_array_new ();

  make_protocol (pickle, 2);
  make_op (pickle, "}(");
  make_text (pickle, "optimizer_states");
  make_op (pickle, "]");
  make_tensor (pickle, &(MakeTensor){ "0", HOLE / 4, 1, { HOLE / 4 }, { 1 } });
  make_op (pickle, "a");
  make_text (pickle, "state_dict");
  make_op (pickle, "}(");
  make_text (pickle, "a");
  make_tensor (pickle, &(MakeTensor){ "1", 6, 1, { 6 }, { 1 } });
  make_text (pickle, "large");
  make_tensor (pickle, &(MakeTensor){ "0", HOLE / 4, 1, { HOLE / 4 }, { 1 } });
  make_op (pickle, "uu.");
  return pickle;
}

/* What lies before the hole and, as the result, what lies behind it. */
static GByteArray *
make_large_parts (GByteArray *head)
{
  g_autoptr (GByteArray) pickle = make_large_pickle ();
  g_autoptr (GByteArray) directory = g_byte_array_new ();
  GByteArray *tail = g_byte_array_new ();
  gfloat numbers[6] = { 0.5f, 1, 2, 3, 4, 5 };
  guint64 start;

  put_header (head, "x/data.pkl");
  g_byte_array_append (head, pickle->data, pickle->len);
  put_record (directory, "x/data.pkl", 0, pickle->len);
  put_record (directory, "x/data/0", head->len, HOLE);
  put_header (head, "x/data/0");
  put_record (directory, "x/data/1", head->len + HOLE, sizeof numbers);
  put_header (tail, "x/data/1");
  g_byte_array_append (tail, (const guint8 *) numbers, sizeof numbers);

  start = head->len + HOLE + tail->len;
  g_byte_array_append (tail, directory->data, directory->len);
  put_ends (tail, start, directory->len, 3);
  return tail;
}

static gboolean
write_large (const char *path)
{
  g_autoptr (GByteArray) head = g_byte_array_new ();
  g_autoptr (GByteArray) tail = make_large_parts (head);
  int file = open (path, O_WRONLY | O_CREAT | O_CLOEXEC, 0600);
  gboolean is_written =
    pwrite (file, head->data, head->len, 0) == (gssize) head->len
    && pwrite (file, tail->data, tail->len, (off_t) (head->len + HOLE)) == (gssize) tail->len;

  close (file);
  return is_written;
}

/* Bytes of files that this process has in memory; 0 where the system does not tell. */
static guint64
count_resident (void)
{
  g_autofree char *status = NULL;
  const char *line;

  if (!g_file_get_contents ("/proc/self/status", &status, NULL, NULL)
      || (line = strstr (status, "RssFile:")) == NULL)
    return 0;

  return g_ascii_strtoull (line + strlen ("RssFile:"), NULL, 10) * 1024;
}

static void
test_large (void)
{
  g_autoptr (GBytes) nothing = g_bytes_new (NULL, 0);
  g_autofree char *path = make_file (nothing, "large.ckpt");
  g_autoptr (TlWeights) weights = NULL;
  g_autoptr (GError) error = NULL;
  guint64 before;
  gfloat first;

  if (!write_large (path))
    {
      make_remove (path);
      g_test_skip ("the disk takes no file with a hole of six gigabytes");
      return;
    }

  before = count_resident ();
  weights = tl_weights_open (path, &error);
  make_remove (path);
  g_assert_no_error (error);
  g_assert_cmpuint (count_resident (), <, before + 1024 * 1024);

  memcpy (&first, tl_weights_lookup (weights, "a")->data, sizeof first);
  g_assert_cmpfloat (first, ==, 0.5f);
  g_assert_cmpuint (tl_weights_lookup (weights, "large")->n_bytes, ==, HOLE);
  g_assert_cmpstr (g_ptr_array_index (tl_weights_get_skipped (weights), 0), ==,
                   "optimizer_states (6.4\302\240GB)");
  if (before == 0)
    g_test_skip ("there is no /proc that tells memory");
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/archive/archives", test_archives);
  g_test_add_func ("/archive/archives-without-a-model", test_empty_archives);
  g_test_add_func ("/archive/large-file-is-not-read", test_large);

  return g_test_run ();
}
