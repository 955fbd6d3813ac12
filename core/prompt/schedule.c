/* schedule.c - when a clause acts
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "config.h"
#include "core/prompt/numbers.h"
#include "core/prompt/reading.h"

#include <string.h>

static void
skip_space (const char **text, const char *end)
{
  while (*text < end && tl_is_space (**text))
    (*text)++;
}

static gboolean
scan_point (const char **text, const char *end, TlCurvePoint *point)
{
  skip_space (text, end);
  if (!tl_time_scan (text, end, &point->time) || *text == end || **text != ':')
    return FALSE;

  (*text)++;
  skip_space (text, end);
  if (!tl_number_scan (text, end, &point->weight))
    return FALSE;

  skip_space (text, end);
  return *text < end && (**text == ',' || **text == '}');
}

/* @text: behind the brace */
static gboolean
read_curve (const char *text, const char *end, TlSchedule *schedule)
{
  g_autoptr (GArray) points = g_array_new (FALSE, FALSE, sizeof (TlCurvePoint));
  TlCurvePoint point;

  while (scan_point (&text, end, &point))
    {
      g_array_append_val (points, point);
      if (*text++ == ',')
        continue;
      if (text != end)
        return FALSE;

      *schedule = (TlSchedule){ .kind = TL_SCHEDULE_CURVE, .n_points = points->len };
      schedule->points = (TlCurvePoint *) g_array_steal (points, NULL);
      return TRUE;
    }

  return FALSE;
}

static gboolean
read_range (const char *text, const char *end, TlSchedule *schedule)
{
  TlSchedule range = { .kind = TL_SCHEDULE_RANGE };

  range.has_from = tl_time_scan (&text, end, &range.from);
  if (end - text < 2 || strncmp (text, "..", 2) != 0)
    return FALSE;

  text += 2;
  range.has_to = tl_time_scan (&text, end, &range.to);
  if (text != end || (!range.has_from && !range.has_to))
    return FALSE;

  *schedule = range;
  return TRUE;
}

gboolean
tl_schedule_read (const char *text, const char *end, TlSchedule *schedule)
{
  if (text == end || *text != '@')
    return FALSE;

  text++;
  if (text < end && *text == '{')
    return read_curve (text + 1, end, schedule);

  return read_range (text, end, schedule);
}

static void
append_curve (GString *out, const TlSchedule *schedule)
{
  for (guint i = 0; i < schedule->n_points; i++)
    {
      g_string_append_c (out, i == 0 ? '{' : ',');
      tl_time_append (out, schedule->points[i].time);
      g_string_append_c (out, ':');
      tl_number_append (out, schedule->points[i].weight);
    }
  g_string_append_c (out, '}');
}

void
tl_schedule_append (GString *out, const TlSchedule *schedule)
{
  if (schedule->kind == TL_SCHEDULE_ALWAYS)
    return;

  g_string_append_c (out, '@');
  if (schedule->kind == TL_SCHEDULE_CURVE)
    {
      append_curve (out, schedule);
      return;
    }

  if (schedule->has_from)
    tl_time_append (out, schedule->from);
  g_string_append (out, "..");
  if (schedule->has_to)
    tl_time_append (out, schedule->to);
}

void
tl_schedule_clear (TlSchedule *schedule)
{
  g_clear_pointer (&schedule->points, g_free);
  *schedule = (TlSchedule){ .kind = TL_SCHEDULE_ALWAYS };
}
