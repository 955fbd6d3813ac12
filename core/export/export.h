/* export.h - writing files that an artist asked for
 *
 * A file is whole or not there: it is written under a temporary name, synced and renamed. Any
 * thread.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

/* Replaces @path, or what it links to. On failure what was there before is untouched. A device or a
 * pipe is written to, not replaced. */
gboolean tl_export_write (const char *path, GBytes *bytes, GError **error);

/* What a name template can say. */
typedef struct
{
  const char *prompt;
  guint64 seed, iteration;
} TlExportFacts;

/**
 * tl_export_make_path:
 * @name_template: "{prompt}-{seed}-{iter}"; other text stays
 * @extension: without the dot
 *
 * Characters that file systems or shells dislike become dashes, a long prompt is cut, and a number
 * is added where the name is taken: nothing is ever overwritten.
 *
 * Returns: (transfer full): a path in @folder that does not exist
 */
char *tl_export_make_path (const char *folder, const char *name_template,
                           const TlExportFacts *facts, const char *extension);

G_END_DECLS
