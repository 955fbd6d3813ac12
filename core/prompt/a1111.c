/* a1111.c - what AUTOMATIC1111's web interface means by brackets
 *
 * Prompt editing changes words at a step, "[from:to:when]", "[to:when]" and "[from::when]", where
 * `when` below 1 is a share of the steps; "[a|b]" takes turns. Here all of it is a story of several
 * segments. (Its wiki, "Features", "Prompt editing".)
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "config.h"
#include "core/prompt/convert.h"
#include "core/prompt/numbers.h"

#include <glib/gi18n-lib.h>
#include <string.h>

typedef struct
{
  TlSpan whole;
  GArray *options; /* TlSpan: the words, one after the other */
  GArray *times;   /* TlTime: when the next ones start, one fewer */
} Edit;

static void
clear_edit (gpointer data)
{
  Edit *edit = data;

  g_clear_pointer (&edit->options, g_array_unref);
  g_clear_pointer (&edit->times, g_array_unref);
}

/* Finds what closes the bracket at @open, if nothing opens in between and no ^ ends the segment. */
static gboolean
find_close (const TlReading *reading, TlSpan within, gsize open, const char *pair, gsize *close)
{
  if (reading->text[open] != pair[0] || (open > 0 && reading->text[open - 1] == '\\'))
    return FALSE;

  for (gsize i = open + 1; i < within.end; i++)
    {
      if (reading->text[i] == pair[0] || tl_reading_is_live (reading, i, '^'))
        return FALSE;
      if (reading->text[i] != pair[1])
        continue;
      *close = i;
      return TRUE;
    }

  return FALSE;
}

/* Where @span ends in a colon and a number. */
static gboolean
read_number_at_end (const TlReading *reading, TlSpan span, gsize *colon, gdouble *value)
{
  TlSpan number;

  *colon = tl_reading_find_last (reading, span, ':');
  if (*colon == span.end)
    return FALSE;

  number = tl_reading_trim (reading, (TlSpan){ *colon + 1, span.end });
  return tl_number_read (reading->text + number.start, reading->text + number.end, value);
}

static void
split (const TlReading *reading, TlSpan span, char separator, GArray *options)
{
  TlSpan option = { span.start, span.start };

  for (;;)
    {
      option.end = tl_reading_find (reading, (TlSpan){ option.start, span.end }, separator);
      g_array_append_val (options, option);
      if (option.end == span.end)
        return;
      option.start = option.end + 1;
    }
}

/* To take turns is to have each for its share of the time. */
static void
read_alternation (const TlReading *reading, TlSpan inside, Edit *edit)
{
  split (reading, inside, '|', edit->options);
  for (guint i = 1; i < edit->options->len; i++)
    {
      TlTime time = { (i * 100 + edit->options->len / 2) / edit->options->len, TRUE };

      g_array_append_val (edit->times, time);
    }
}

static gboolean
read_editing (const TlReading *reading, TlSpan inside, Edit *edit)
{
  TlSpan nothing = { inside.start, inside.start };
  gdouble when;
  gsize colon;
  TlTime time;

  if (!read_number_at_end (reading, inside, &colon, &when) || when < 0)
    return FALSE;

  if (tl_reading_find (reading, (TlSpan){ inside.start, colon }, ':') == colon)
    g_array_append_val (edit->options, nothing);
  split (reading, (TlSpan){ inside.start, colon }, ':', edit->options);
  time.is_percent = when < 1;
  time.value = when < 1 ? (guint64) (when * 100 + 0.5) : (guint64) MIN (when, 1e15);
  g_array_append_val (edit->times, time);
  return edit->options->len == 2;
}

static gboolean
read_edit (const TlReading *reading, gsize open, Edit *edit)
{
  TlSpan inside = { open + 1, 0 };
  gboolean is_edit = TRUE;

  if (!find_close (reading, (TlSpan){ 0, reading->length }, open, "[]", &inside.end))
    return FALSE;

  *edit = (Edit){ .whole = { open, inside.end + 1 },
                  .options = g_array_new (FALSE, FALSE, sizeof (TlSpan)),
                  .times = g_array_new (FALSE, FALSE, sizeof (TlTime)) };
  if (tl_reading_find (reading, inside, '|') < inside.end)
    read_alternation (reading, inside, edit);
  else
    is_edit = read_editing (reading, inside, edit);

  if (!is_edit)
    clear_edit (edit);
  return is_edit;
}

static GArray *
read_edits (const TlReading *reading)
{
  GArray *edits = g_array_new (FALSE, FALSE, sizeof (Edit));
  Edit edit;

  g_array_set_clear_func (edits, clear_edit);
  for (gsize i = 0; i < reading->length; i++)
    {
      if (!read_edit (reading, i, &edit))
        continue;
      g_array_append_val (edits, edit);
      i = edit.whole.end - 1;
    }

  return edits;
}

gboolean
tl_editing_find (const TlReading *reading, TlSpan *bracket)
{
  Edit edit;

  for (gsize i = 0; i < reading->length; i++)
    if (read_edit (reading, i, &edit))
      {
        *bracket = edit.whole;
        clear_edit (&edit);
        return TRUE;
      }
  return FALSE;
}

static int
compare_times (gconstpointer a, gconstpointer b)
{
  const TlTime *p = a, *q = b;

  return p->value < q->value ? -1 : p->value > q->value;
}

/* All the times at which anything changes, sorted, each once; NULL if iterations and shares are
 * mixed. */
static GArray *
find_turns (const GArray *edits)
{
  g_autoptr (GArray) turns = g_array_new (FALSE, FALSE, sizeof (TlTime));
  guint n = 0;

  for (guint i = 0; i < edits->len; i++)
    {
      const GArray *times = g_array_index (edits, Edit, i).times;

      g_array_append_vals (turns, times->data, times->len);
    }

  g_array_sort (turns, compare_times);
  for (guint i = 0; i < turns->len; i++)
    {
      TlTime *time = &g_array_index (turns, TlTime, i);

      if (time->is_percent != g_array_index (turns, TlTime, 0).is_percent)
        return NULL;
      if (n == 0 || g_array_index (turns, TlTime, n - 1).value != time->value)
        g_array_index (turns, TlTime, n++) = *time;
    }

  g_array_set_size (turns, n);
  return g_steal_pointer (&turns);
}

/* @turn: (nullable): the last time that has come; NULL before the first */
static TlSpan
choose (const Edit *edit, const TlTime *turn)
{
  guint n = 0;

  while (turn != NULL && n < edit->times->len
         && g_array_index (edit->times, TlTime, n).value <= turn->value)
    n++;
  return g_array_index (edit->options, TlSpan, n);
}

static void
append_text (GString *out, const TlReading *reading, TlSpan span)
{
  gboolean has_space = out->len == 0 || tl_is_space (out->str[out->len - 1]);

  /* Where a bracket stands for nothing, the spaces on both sides of it become one. */
  if (has_space && span.start < span.end && tl_is_space (reading->text[span.start]))
    span.start++;
  g_string_append_len (out, reading->text + span.start, span.end - span.start);
}

static void
append_scene (GString *out, const TlReading *reading, const GArray *edits, const TlTime *turn)
{
  g_autoptr (GString) scene = g_string_new (NULL);
  gsize position = 0;

  for (guint i = 0; i < edits->len; i++)
    {
      const Edit *edit = &g_array_index (edits, Edit, i);

      append_text (scene, reading, (TlSpan){ position, edit->whole.start });
      append_text (scene, reading, choose (edit, turn));
      position = edit->whole.end;
    }
  append_text (scene, reading, (TlSpan){ position, reading->length });

  if (turn != NULL)
    {
      g_string_append (out, " ^@");
      tl_time_append (out, *turn);
      g_string_append_c (out, ' ');
    }
  g_string_append (out, g_strstrip (scene->str));
}

static char *
describe (const GArray *turns)
{
  const TlTime *turn = &g_array_index (turns, TlTime, 0);
  g_autofree char *number = g_strdup_printf ("%" G_GUINT64_FORMAT, turn->value);

  if (turns->len > 1)
    return g_strdup (_ ("Convert to turns"));
  if (turn->is_percent)
    return g_strdup_printf (_ ("Convert to a turn at %s %%"), number);

  return g_strdup_printf (_ ("Convert to a turn at iteration %s"), number);
}

char *
tl_editing_convert (const TlReading *reading, char **label)
{
  g_autoptr (GArray) edits = read_edits (reading);
  g_autoptr (GArray) turns = find_turns (edits);
  g_autoptr (GString) out = g_string_new (NULL);
  g_autoptr (TlReading) story = NULL;

  /* Each turn says the whole again. */
  if (turns == NULL || turns->len >= TL_PROMPT_MAX_SEGMENTS || reading->segments->len > 1)
    return NULL;

  append_scene (out, reading, edits, NULL);
  for (guint i = 0; i < turns->len; i++)
    append_scene (out, reading, edits, &g_array_index (turns, TlTime, i));

  /* A segment that lost all its words would be dropped, and the turn with it. */
  story = tl_reading_new (out->str);
  if (story->segments->len != turns->len + 1)
    return NULL;

  *label = describe (turns);
  return g_strdup (out->str);
}

gboolean
tl_emphasis_find (const TlReading *reading, TlSpan within, TlSpan *group, gsize *colon)
{
  for (gsize i = within.start; i < within.end; i++)
    {
      TlSpan inside = { i + 1, 0 }, word;
      gdouble weight;

      if (!find_close (reading, within, i, "()", &inside.end)
          || !read_number_at_end (reading, inside, colon, &weight))
        continue;
      word = tl_reading_trim (reading, (TlSpan){ inside.start, *colon });
      if (word.start >= word.end)
        continue;

      *group = (TlSpan){ i, inside.end + 1 };
      return TRUE;
    }

  return FALSE;
}
