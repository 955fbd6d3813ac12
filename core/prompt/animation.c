/* animation.c - keyframes as notebooks for animations write them
 *
 * "10:(Apple: 1| Orange: 0), 20:(Apple: 0| Orange: 1| Peach: 1)": at each frame the weights of some
 * prompts, between the frames something in between. Here each prompt is a clause, and its weights
 * are a curve.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "config.h"
#include "core/prompt/convert.h"
#include "core/prompt/numbers.h"
#include "core/prompt/print.h"

#include <math.h>
#include <string.h>

typedef struct
{
  char *text; /* unescaped */
  GArray *points;
} Track;

static void
free_track (gpointer data)
{
  Track *track = data;

  g_free (track->text);
  g_array_unref (track->points);
  g_free (track);
}

static gsize
skip_space (const TlReading *reading, gsize position)
{
  while (tl_is_space (reading->text[position]))
    position++;
  return position;
}

/* "10:(" at *@position, which moves behind it. */
static gboolean
scan_head (const TlReading *reading, gsize *position, TlTime *time)
{
  const char *p = reading->text + skip_space (reading, *position);
  gsize i;

  *time = (TlTime){ 0, FALSE };
  if (!tl_integer_scan (&p, reading->text + reading->length, &time->value))
    return FALSE;

  i = skip_space (reading, p - reading->text);
  if (!tl_reading_is_live (reading, i, ':'))
    return FALSE;

  i = skip_space (reading, i + 1);
  if (reading->text[i] != '(')
    return FALSE;

  *position = i + 1;
  return TRUE;
}

/* Is there nothing behind @position, or one comma and the next head? Words may have parentheses of
 * their own. */
static gboolean
is_end_of_frame (const TlReading *reading, gsize position)
{
  TlTime time;

  position = skip_space (reading, position);
  if (position == reading->length)
    return TRUE;
  if (reading->text[position++] != ',')
    return FALSE;

  return skip_space (reading, position) == reading->length || scan_head (reading, &position, &time);
}

static gboolean
find_frame_end (const TlReading *reading, gsize start, gsize *end)
{
  for (gsize i = start; i < reading->length; i++)
    if (reading->text[i] == ')' && is_end_of_frame (reading, i + 1))
      {
        *end = i;
        return TRUE;
      }
  return FALSE;
}

static Track *
get_track (GPtrArray *tracks, const char *text)
{
  Track *track;

  for (guint i = 0; i < tracks->len; i++)
    {
      track = g_ptr_array_index (tracks, i);
      if (strcmp (track->text, text) == 0)
        return track;
    }

  track = g_new (Track, 1);
  *track = (Track){ g_strdup (text), g_array_new (FALSE, FALSE, sizeof (TlCurvePoint)) };
  g_ptr_array_add (tracks, track);
  return track;
}

/* The words and their weight at one frame. */
static void
read_entry (const TlReading *reading, TlSpan entry, TlTime time, GPtrArray *tracks)
{
  gsize colon = tl_reading_find_last (reading, entry, ':');
  TlSpan number = tl_reading_trim (reading, (TlSpan){ MIN (colon + 1, entry.end), entry.end });
  TlCurvePoint point = { time, 1 };
  g_autofree char *text = NULL;

  if (tl_number_read (reading->text + number.start, reading->text + number.end, &point.weight))
    entry.end = colon;
  entry = tl_reading_trim (reading, entry);
  if (entry.start == entry.end)
    return;

  text = tl_unescape (reading->text + entry.start, entry.end - entry.start);
  g_array_append_val (get_track (tracks, text)->points, point);
}

static void
read_frame (const TlReading *reading, TlSpan inside, TlTime time, GPtrArray *tracks)
{
  TlSpan entry = inside;

  for (;;)
    {
      entry.end = tl_reading_find (reading, (TlSpan){ entry.start, inside.end }, '|');
      read_entry (reading, entry, time, tracks);
      if (entry.end == inside.end || tracks->len > TL_PROMPT_MAX_CLAUSES)
        return;
      entry.start = entry.end + 1;
    }
}

static gboolean
read_frames (const TlReading *reading, GPtrArray *tracks)
{
  gsize position = 0, end;
  TlTime time;

  while (skip_space (reading, position) < reading->length)
    {
      if (!scan_head (reading, &position, &time) || !find_frame_end (reading, position, &end))
        return FALSE;
      read_frame (reading, (TlSpan){ position, end }, time, tracks);
      position = skip_space (reading, end + 1);
      if (reading->text[position] == ',')
        position++;
      if (tracks->len > TL_PROMPT_MAX_CLAUSES)
        return FALSE;
    }

  return tracks->len > 0;
}

static int
compare_times (gconstpointer a, gconstpointer b)
{
  const TlCurvePoint *p = a, *q = b;

  return p->time.value < q->time.value ? -1 : p->time.value > q->time.value;
}

/* In the order of time; of two weights at one frame the later one in the text counts. */
static void
settle (GArray *points)
{
  guint n = 0;

  g_array_sort (points, compare_times); /* stable */
  for (guint i = 0; i < points->len; i++)
    {
      TlCurvePoint point = g_array_index (points, TlCurvePoint, i);

      if (n > 0 && g_array_index (points, TlCurvePoint, n - 1).time.value == point.time.value)
        n--;
      g_array_index (points, TlCurvePoint, n++) = point;
    }

  g_array_set_size (points, n);
}

static void
append_track (GString *out, const Track *track)
{
  TlCurvePoint *points = (TlCurvePoint *) track->points->data;
  TlClause clause = { .kind = TL_CLAUSE_TEXT, .text = track->text, .weight = 1, .stop = -INFINITY };

  settle (track->points);
  if (track->points->len == 1)
    clause.weight = points[0].weight;
  else
    clause.schedule =
      (TlSchedule){ .kind = TL_SCHEDULE_CURVE, .points = points, .n_points = track->points->len };

  g_string_append (out, out->len > 0 ? " | " : "");
  tl_body_append (out, &clause);
  tl_numbers_append (out, &clause);
  tl_schedule_append (out, &clause.schedule);
}

char *
tl_animation_convert (const TlReading *reading)
{
  g_autoptr (GPtrArray) tracks = g_ptr_array_new_with_free_func (free_track);
  GString *out;

  if (tl_reading_find (reading, (TlSpan){ 0, reading->length }, '^') < reading->length
      || !read_frames (reading, tracks))
    return NULL;

  out = g_string_new (NULL);
  for (guint i = 0; i < tracks->len; i++)
    append_track (out, g_ptr_array_index (tracks, i));
  return g_string_free (out, FALSE);
}
