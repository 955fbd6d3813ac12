/* output.h - what tiller-cli prints
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* One JSON object on one line. Numbers have nine digits; what is not finite is null. */
typedef struct _CliJson CliJson;

CliJson *cli_json_new (void);
void cli_json_free (CliJson *self);
void cli_json_add_int (CliJson *self, const char *name, gint64 value);
/* Above 2^53 readers of JSON lose digits, so seeds are strings. */
void cli_json_add_uint64 (CliJson *self, const char *name, guint64 value);
void cli_json_add_double (CliJson *self, const char *name, gdouble value);
void cli_json_add_string (CliJson *self, const char *name, const char *value);
void cli_json_add_boolean (CliJson *self, const char *name, gboolean value);
/* @json is a value already written as JSON. */
void cli_json_add_raw (CliJson *self, const char *name, const char *json);
/* (transfer full): so far, for another's value */
char *cli_json_to_string (CliJson *self);
/* Prints and flushes, so that a reader on a pipe sees the line now. */
void cli_json_print (CliJson *self);

/* For what strangers may have written: of what a terminal obeys only ends of lines and tabs are
 * printed. A line on standard error; anything on standard output. */
void cli_print_error (const char *line);
void cli_print (const char *format, ...) G_GNUC_PRINTF (1, 2);

/* (transfer full): "7 min", "1 h 20 min", "12 s" */
char *cli_format_seconds (gdouble seconds);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (CliJson, cli_json_free)

G_END_DECLS
