/* schema.h - the tables of a session file, and how older ones become today's
 *
 * A step is the SQL that makes version i + 1 of version i; an empty file has version 0. Steps are
 * never changed once a Tiller with them was released, only appended. Private to core/session.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#pragma once

#include "core/session/database-sql.h"

G_BEGIN_DECLS

#define TL_SCHEMA_APPLICATION_ID 0x54494C4C /* "TILL" */

/* (array length=n): TL_DATABASE_VERSION of them */
const char *const *tl_schema_get_steps (guint *n);

typedef enum
{
  TL_SCHEMA_EMPTY, /* a file that has nothing in it yet */
  TL_SCHEMA_OLDER,
  TL_SCHEMA_CURRENT,
  TL_SCHEMA_NEWER,
} TlSchemaState;

/* TL_ERROR_FORMAT if it is no session. */
gboolean tl_schema_look (TlDatabase *self, guint n_steps, TlSchemaState *state, GError **error);

/* All steps that are still to do, in one transaction. */
gboolean tl_schema_migrate (TlDatabase *self, const char *const *steps, guint n_steps,
                            GError **error);

/* Whether each table and column that we use is there. */
gboolean tl_schema_check_columns (TlDatabase *self, GError **error);
/* SQLite's quick check of all tables but those of blobs; notes damage. */
gboolean tl_schema_check_small_tables (TlDatabase *self);

G_END_DECLS
