/* hash.h - what a file is, whatever it is called
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* (transfer full): SHA-256 in hexadecimal digits; "" for what is no file, or cannot be read. Takes
 * a second or several a gigabyte, and no memory. Any thread. */
char *tl_hash_file (const char *path);

/* The same, but what a large file hashed to is remembered in the user's data folder, for as long as
 * the file system says that it was not touched. */
char *tl_hash_file_once (const char *path);

G_END_DECLS
