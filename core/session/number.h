/* number.h - numbers as text that reads back as the same number
 *
 * With a point in every language of the computer, as recipes and command lines want it.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* (transfer full): the shortest of 15 to 17 digits that reads back bit for bit */
char *tl_number_print (gdouble value);

/* The whole of @text must be one finite number; spaces around it do not matter. */
gboolean tl_number_parse (const char *text, gdouble *value);

/* As tl_number_parse(), a whole number in decimal digits. */
gboolean tl_number_parse_int (const char *text, gint64 *value);

G_END_DECLS
