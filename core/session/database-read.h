/* database-read.h - what the readers of a session file share
 *
 * Private to core/session.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#pragma once

#include "core/session/database-sql.h"

G_BEGIN_DECLS

/* As tl_query_get_int(): of 0 … TL_MAX_ITERATIONS, or one of 0 and 1. */
gboolean tl_query_get_iteration (TlQuery *query, int column, guint64 *value);
gboolean tl_query_get_boolean (TlQuery *query, int column, gboolean *value);

/* At the end of a list, takes what tl_query_next() said: a page that cannot be read ends the list
 * early and is noted as @what; all else is an error. */
gboolean tl_database_end_list (TlDatabase *self, GError *problem, const char *what, GError **error);

G_END_DECLS
