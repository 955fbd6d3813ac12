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
/* (transfer full): the file that @path, perhaps a chain of links, ends at, there or not */
char *tl_export_follow (const char *path);

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
 * Returns: (transfer full): a path in @folder that does not exist. To be shown; what is to be
 *   written there takes its name with tl_export_write_new()
 */
char *tl_export_make_path (const char *folder, const char *name_template,
                           const TlExportFacts *facts, const char *extension);

/**
 * tl_export_write_new:
 * @bytes: a PNG
 *
 * Writes it under the name that tl_export_make_path() would give it, and which nobody else can take
 * meanwhile. On failure nothing is there.
 *
 * Returns: (transfer full) (nullable): the path
 */
char *tl_export_write_new (GBytes *bytes, const char *folder, const char *name_template,
                           const TlExportFacts *facts, GError **error);

G_END_DECLS
