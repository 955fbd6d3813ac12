/* system.h - what the system says of memory
 *
 * Linux says it in /proc, and in the files of control groups (version 2), whose limits hold for
 * containers and services. Elsewhere nothing is known. Any thread.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* What cannot be asked. */
#define TL_BYTES_UNKNOWN G_MAXUINT64

/* The number of kilobytes after "@key:" in a file of /proc, in bytes; 0 if there is none. */
guint64 tl_system_read_kilobytes (const char *file, const char *key);

/* What this process can still get; TL_BYTES_UNKNOWN. */
guint64 tl_system_get_free_memory (void);

/* The least that a group of this process still leaves, or one above it; TL_BYTES_UNKNOWN where none
 * has a limit. @groups: the text of /proc/self/cgroup; @root: where the groups are mounted */
guint64 tl_system_get_group_room (const char *groups, const char *root);

G_END_DECLS
