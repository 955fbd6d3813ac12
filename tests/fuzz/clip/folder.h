/* folder.h - a folder for the files of a fuzzer, gone when it ends
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#pragma once

#include <glib.h>

/* (transfer full): the path of the file that was written */
char *fuzz_folder_write (const char *name, const void *data, gsize n);
