/* numbers.h - numbers, moments and schedules as prompts spell them
 *
 * The same in every language of the program: a point, never a comma. A `scan` function reads what
 * it can at *text, moves it on and says whether there was anything; a `read` function wants all of
 * its text to fit. Private to core/prompt.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#pragma once

#include "core/prompt/clause.h"

G_BEGIN_DECLS

gboolean tl_number_scan (const char **text, const char *end, gdouble *value);
gboolean tl_number_read (const char *text, const char *end, gdouble *value);

/* A number, or inf with or without a sign. */
gboolean tl_stop_read (const char *text, const char *end, gdouble *value);

/* "0,5": a number, but for its comma. */
gboolean tl_number_has_comma (const char *text, const char *end);

/* Fewest digits that read back as the same value. */
void tl_number_append (GString *out, gdouble value);

gboolean tl_integer_scan (const char **text, const char *end, guint64 *value);

gboolean tl_time_scan (const char **text, const char *end, TlTime *time);
void tl_time_append (GString *out, TlTime time);

/* "@400~50", where a keyframe may stand: before white space, "|", "<" or @end. */
gboolean tl_keyframe_scan (const char **text, const char *end, TlTime *at, guint *fade);

/* From the @; @schedule is only written to on success. Points are as written, weights without
 * limit. */
gboolean tl_schedule_read (const char *text, const char *end, TlSchedule *schedule);
void tl_schedule_append (GString *out, const TlSchedule *schedule);

void tl_schedule_clear (TlSchedule *schedule);

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (TlSchedule, tl_schedule_clear)

G_END_DECLS
