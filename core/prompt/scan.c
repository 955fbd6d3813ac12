/* scan.c - the characters of a prompt
 *
 * One pass decides which characters mean something, so that whoever looks for a colon later need
 * not think of escapes or of the names of pictures. Positions are bytes of the readable text;
 * columns count the characters of the source.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "config.h"
#include "core/prompt/reading.h"

#include <string.h>

static const char specials[] = "|:^<@\\";

gboolean
tl_is_space (char c)
{
  return c == ' ' || c == '\t' || c == '\n';
}

gboolean
tl_is_escape (const char *text)
{
  return text[0] == '\\' && text[1] != '\0' && strchr (specials, text[1]) != NULL;
}

char *
tl_unescape (const char *text, gsize length)
{
  GString *out = g_string_sized_new (length);

  for (gsize i = 0; i < length; i++)
    {
      if (i + 1 < length && tl_is_escape (text + i))
        i++;
      g_string_append_c (out, text[i]);
    }

  return g_string_free (out, FALSE);
}

gsize
tl_image_end (const char *text, gsize start)
{
  for (gsize i = start; text[i] != '\0' && text[i] != '\n'; i++)
    {
      if (text[i] == '\\' && text[i + 1] == '>')
        i++;
      else if (text[i] == '>')
        return i + 1;
    }

  return 0;
}

static gboolean
is_unreadable (gunichar c)
{
  if (c == (gunichar) -1 || c == (gunichar) -2)
    return TRUE;

  return (c < 0x20 && c != '\t' && c != '\n') || (c >= 0x7F && c < 0xA0);
}

static void
keep_readable (TlReading *self, const char *source)
{
  const char *end = source + strlen (source);
  GString *text = g_string_sized_new (end - source);

  for (const char *p = source; p < end;)
    {
      /* The line ends of other systems are no reason for a hint. */
      gunichar c = *p == '\r' ? '\n' : g_utf8_get_char_validated (p, end - p);

      if (is_unreadable (c))
        g_array_append_val (self->removed, text->len);
      else
        g_string_append_unichar (text, c);
      p += is_unreadable (c) && c > 0xFF ? 1 : g_unichar_to_utf8 (c, NULL);
    }

  self->length = text->len;
  self->text = g_string_free (text, FALSE);
}

static void
mark_live (TlReading *self)
{
  const char *text = self->text;
  gsize known_open = 0; /* no image that opens before this is closed: look no further, or it would
                           take quadratic time */
  gsize i = 0;

  self->live = g_new0 (guint8, self->length + 1);
  while (i < self->length)
    {
      gsize image_end = 0;

      if (i >= known_open && g_str_has_prefix (text + i, "<image:"))
        {
          image_end = tl_image_end (text, i);
          if (image_end == 0)
            known_open = i + strcspn (text + i, "\n");
        }

      self->live[i] = image_end > 0 || (text[i] != '\0' && strchr ("|^:@", text[i]) != NULL);
      if (image_end > 0)
        i = image_end;
      else
        i += tl_is_escape (text + i) ? 2 : 1;
    }
}

void
tl_reading_scan (TlReading *self, const char *source)
{
  keep_readable (self, source);
  mark_live (self);
}

guint
tl_reading_get_column (const TlReading *self, gsize position)
{
  guint n_removed = 0;

  while (n_removed < self->removed->len
         && g_array_index (self->removed, gsize, n_removed) <= position)
    n_removed++;

  return 1 + n_removed + g_utf8_pointer_to_offset (self->text, self->text + position);
}

gboolean
tl_reading_is_live (const TlReading *self, gsize position, char special)
{
  return self->live[position] && self->text[position] == special;
}

gsize
tl_reading_find (const TlReading *self, TlSpan span, char special)
{
  for (gsize i = span.start; i < span.end; i++)
    if (tl_reading_is_live (self, i, special))
      return i;

  return span.end;
}

gsize
tl_reading_find_last (const TlReading *self, TlSpan span, char special)
{
  for (gsize i = span.end; i > span.start; i--)
    if (tl_reading_is_live (self, i - 1, special))
      return i - 1;

  return span.end;
}

TlSpan
tl_reading_trim (const TlReading *self, TlSpan span)
{
  while (span.start < span.end && tl_is_space (self->text[span.start]))
    span.start++;
  while (span.end > span.start && tl_is_space (self->text[span.end - 1]))
    span.end--;

  return span;
}

char *
tl_reading_replace (const TlReading *self, TlSpan span, const char *replacement)
{
  GString *out = g_string_new_len (self->text, span.start);

  g_string_append (out, replacement);
  g_string_append_len (out, self->text + span.end, self->length - span.end);
  return g_string_free (out, FALSE);
}
