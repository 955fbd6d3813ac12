/* hash.h - what a file is, whatever it is called
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* (transfer full): SHA-256 in hexadecimal digits; "" for what is no file, or cannot be read. Takes
 * seconds a gigabyte, and no memory. Any thread. */
char *tl_hash_file (const char *path);

G_END_DECLS
