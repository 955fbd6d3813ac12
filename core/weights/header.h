/* header.h - the JSON of a safetensors header or a list of words, read strictly and in one pass
 *
 * Headers are untrusted and may be a hundred megabytes. A general JSON reader builds a tree of many
 * times that size, recurses as deep as the text nests and lets the last of two equal keys win; here
 * nothing is kept but what the caller copies, nothing nests, and anything that is not exactly a
 * header is refused. Works on bytes that outlive it; one thread.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

typedef struct
{
  const char *text;
  gsize size;
  gsize at;
} TlHeader;

/* All functions skip white space first and return FALSE, without moving, if something else comes
 * next. */

/* One of { } [ ] : , */
gboolean tl_header_take (TlHeader *self, char punctuation);

/* A string with its escapes resolved, valid UTF-8 and without NUL. Replaces the contents of
 * @string. */
gboolean tl_header_take_string (TlHeader *self, GString *string);

/* An integer, not negative, below 2^63. */
gboolean tl_header_take_integer (TlHeader *self, gint64 *integer);

gboolean tl_header_is_at_end (TlHeader *self);

G_END_DECLS
