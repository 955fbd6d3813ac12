/* paths.c - where Tiller's own files are
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "config.h"
#include "core/base/paths.h"

char *
tl_path_starter (const char *name)
{
  const char *folder = g_getenv ("TILLER_STARTER_DIR");

  if (folder != NULL && *folder != '\0')
    return g_build_filename (folder, name, NULL);
  if (g_file_test (TL_DATA_DIR "/starter", G_FILE_TEST_IS_DIR))
    return g_build_filename (TL_DATA_DIR, "starter", name, NULL);
  return g_build_filename (TL_SOURCE_DIR, "data", "starter", name, NULL);
}

char *
tl_path_user_data (const char *name)
{
  const char *folder = g_getenv ("TILLER_DATA_DIR");

  if (folder != NULL && *folder != '\0')
    return g_build_filename (folder, name, NULL);
  return g_build_filename (g_get_user_data_dir (), "tiller", name, NULL);
}
