/* test-asset.c - picture files kept by their hash
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "config.h"
#include "core/base/error.h"
#include "core/session/asset.h"

#include <glib/gstdio.h>
#include <string.h>

/* SHA-256 of "abc" (FIPS 180-2, appendix B.1). */
#define SHA256_ABC "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"

static void
a_file_is_named_by_its_hash (void)
{
  g_autofree char *folder = g_dir_make_tmp ("tiller-XXXXXX", NULL);
  g_autofree char *path = g_build_filename (folder, "drawing.png", NULL);
  g_autoptr (GError) error = NULL;
  g_autoptr (TlAsset) asset = NULL, alias = NULL, absent = NULL;

  g_assert_true (g_file_set_contents (path, "abc", 3, NULL));
  asset = tl_asset_load (path, &error);
  g_assert_no_error (error);
  g_assert_cmpstr (tl_asset_get_name (asset), ==, "drawing.png");
  g_assert_cmpstr (tl_asset_get_sha256 (asset), ==, SHA256_ABC);
  g_assert_cmpuint (g_bytes_get_size (tl_asset_get_bytes (asset)), ==, 3);

  alias = tl_asset_new_alias (asset, "other");
  g_assert_cmpstr (tl_asset_get_name (alias), ==, "other");
  g_assert_cmpstr (tl_asset_get_sha256 (alias), ==, SHA256_ABC);
  g_assert_true (tl_asset_get_bytes (alias) == tl_asset_get_bytes (asset));

  absent = tl_asset_new_absent ("large.png", SHA256_ABC);
  g_assert_null (tl_asset_get_bytes (absent));

  g_unlink (path);
  g_rmdir (folder);
}

static void
what_cannot_be_read_is_said (void)
{
  g_autofree char *folder = g_dir_make_tmp ("tiller-XXXXXX", NULL);
  g_autofree char *missing = g_build_filename (folder, "gone.png", NULL);
  const struct
  {
    const char *path;
    TlError code;
    const char *part;
  } cases[] = {
    { missing, TL_ERROR_MISSING, "gone.png" },
    { folder, TL_ERROR_FORMAT, "tiller-" },
    { "/dev/zero", TL_ERROR_FORMAT, "zero" },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autoptr (GError) error = NULL;

      g_assert_null (tl_asset_load (cases[i].path, &error));
      g_assert_error (error, TL_ERROR, (gint) cases[i].code);
      g_assert_nonnull (strstr (error->message, cases[i].part));
    }
  g_rmdir (folder);
}

/* A sparse file, so that the disk need not hold it. */
static void
a_huge_file_is_refused (void)
{
  g_autofree char *folder = g_dir_make_tmp ("tiller-XXXXXX", NULL);
  g_autofree char *path = g_build_filename (folder, "film.mkv", NULL);
  g_autoptr (GFile) file = g_file_new_for_path (path);
  g_autoptr (GFileOutputStream) stream = g_file_create (file, G_FILE_CREATE_NONE, NULL, NULL);
  g_autoptr (GError) error = NULL;

  g_assert_true (g_seekable_truncate (G_SEEKABLE (stream), TL_ASSET_MAX_BYTES + 1, NULL, NULL));
  g_assert_null (tl_asset_load (path, &error));
  g_assert_error (error, TL_ERROR, TL_ERROR_TOO_LARGE);

  g_unlink (path);
  g_rmdir (folder);
}

static void
hashes_are_recognised (void)
{
  g_assert_true (tl_asset_is_sha256 (SHA256_ABC));
  g_assert_false (tl_asset_is_sha256 (NULL));
  g_assert_false (tl_asset_is_sha256 (""));
  g_assert_false (tl_asset_is_sha256 (SHA256_ABC "0"));
  g_assert_false (tl_asset_is_sha256 (SHA256_ABC + 1));
  g_assert_false (
    tl_asset_is_sha256 ("BA7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"));
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/asset/load", a_file_is_named_by_its_hash);
  g_test_add_func ("/asset/errors", what_cannot_be_read_is_said);
  g_test_add_func ("/asset/huge", a_huge_file_is_refused);
  g_test_add_func ("/asset/sha256", hashes_are_recognised);
  return g_test_run ();
}
