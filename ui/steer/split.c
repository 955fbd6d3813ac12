/* split.c - where a prompt is cut into rows
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "config.h"
#include "ui/steer/split.h"

#include "core/prompt/prompt.h"

#include <glib/gi18n-lib.h>
#include <string.h>

#define SPACE " \t\n"

/* The end of an <image:…> that begins at @text, or NULL if none does. */
static const char *
skip_image (const char *text)
{
  if (!g_str_has_prefix (text, "<image:"))
    return NULL;
  for (const char *p = text; *p != '\0' && *p != '\n'; p++)
    {
      if (*p == '\\' && p[1] == '>')
        p++;
      else if (*p == '>')
        return p + 1;
    }
  return NULL;
}

static gboolean
is_escape (const char *text)
{
  return text[0] == '\\' && text[1] != '\0' && strchr ("|:^<@\\", text[1]) != NULL;
}

/* Cuts where the parser does: never at an escaped mark, never inside <image:…>. */
static char **
split_at (const char *text, char mark)
{
  GPtrArray *pieces = g_ptr_array_new ();
  const char *from = text;
  const char *p = text;

  while (*p != '\0')
    {
      const char *end = skip_image (p);

      if (*p == mark)
        {
          g_ptr_array_add (pieces, g_strstrip (g_strndup (from, p - from)));
          from = p + 1;
        }
      if (end != NULL)
        p = end;
      else
        p += is_escape (p) ? 2 : 1;
    }
  g_ptr_array_add (pieces, g_strstrip (g_strdup (from)));
  g_ptr_array_add (pieces, NULL);
  return (char **) g_ptr_array_free (pieces, FALSE);
}

char **
tl_prompt_split_clauses (const char *segment)
{
  g_auto (GStrv) pieces = split_at (segment, '|');
  g_autoptr (GStrvBuilder) filled = g_strv_builder_new ();

  for (guint i = 0; pieces[i] != NULL; i++)
    if (*pieces[i] != '\0')
      g_strv_builder_add (filled, pieces[i]);
  return g_strv_builder_end (filled);
}

char **
tl_prompt_split_segments (const char *text)
{
  return split_at (text, '^');
}

const char *
tl_prompt_cut_keyframe (const char *segment, char **keyframe)
{
  const char *start = segment + strspn (segment, SPACE);
  gsize length = tl_prompt_measure_keyframe (start);

  *keyframe = g_strndup (start, length);
  if (length == 0)
    return segment;
  return start + length + strspn (start + length, SPACE);
}

char *
tl_prompt_title_keyframe (const char *keyframe)
{
  g_auto (GStrv) parts = g_strsplit (*keyframe == '@' ? keyframe + 1 : "", "~", 2);

  if (parts[0] == NULL)
    return g_strdup (_ ("Then"));
  if (parts[1] == NULL)
    /* Translators: %s is an iteration, "400", or a share of the run, "50%" */
    return g_strdup_printf (_ ("Then, at %s"), parts[0]);
  /* Translators: as above; the second is how many iterations the change takes */
  return g_strdup_printf (_ ("Then, at %s, fading over %s"), parts[0], parts[1]);
}
