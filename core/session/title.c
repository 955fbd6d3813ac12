/* title.c - what a session is called, and its file
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "config.h"
#include "core/session/title.h"

#include <glib/gi18n-lib.h>
#include <string.h>

/* As much as a header bar shows. */
#define MAX_CHARS 40
/* A name may have 255 bytes almost everywhere; number and suffix come behind it. */
#define MAX_NAME_BYTES 120

static const TlClause *
find_first_words (TlPrompt *prompt)
{
  for (guint i = 0; i < tl_prompt_get_n_segments (prompt); i++)
    {
      const TlSegment *segment = tl_prompt_get_segment (prompt, i);

      for (guint j = 0; j < segment->n_clauses; j++)
        if (segment->clauses[j].kind == TL_CLAUSE_TEXT && segment->clauses[j].weight > 0)
          return &segment->clauses[j];
    }
  return NULL;
}

/* Cut between words where there are any. */
static void
shorten (char *text)
{
  char *end, *space;

  if (g_utf8_strlen (text, -1) <= MAX_CHARS)
    return;

  end = g_utf8_offset_to_pointer (text, MAX_CHARS);
  space = *end == ' ' ? end : g_strrstr_len (text, end - text, " ");
  *(space != NULL && space > text ? space : end) = '\0';
}

/* One line, without what only moves the cursor. */
static char *
make_line (const char *text)
{
  g_autofree char *valid = g_utf8_make_valid (text, -1);
  GString *line = g_string_new (NULL);

  for (const char *at = valid; *at != '\0'; at = g_utf8_next_char (at))
    {
      gunichar c = g_utf8_get_char (at);

      if (g_unichar_isspace (c) || g_unichar_iscntrl (c))
        c = ' ';
      if (c != ' ' || (line->len > 0 && line->str[line->len - 1] != ' '))
        g_string_append_unichar (line, c);
    }
  return g_strchomp (g_string_free (line, FALSE));
}

char *
tl_title_from_prompt (TlPrompt *prompt)
{
  const TlClause *clause = find_first_words (prompt);
  char *title = clause != NULL ? make_line (clause->text) : g_strdup ("");

  shorten (title);
  if (*title != '\0')
    return title;

  g_free (title);
  return g_strdup (_ ("Untitled"));
}

char *
tl_title_from_path (const char *path)
{
  g_autofree char *name = g_filename_display_basename (path);

  if (g_str_has_suffix (name, TL_SESSION_SUFFIX))
    name[strlen (name) - strlen (TL_SESSION_SUFFIX)] = '\0';
  return make_line (name);
}

static void
cut_bytes (char *name, gsize n_bytes)
{
  if (strlen (name) > n_bytes)
    *g_utf8_find_prev_char (name, name + n_bytes + 1) = '\0';
}

char *
tl_title_make_path (const char *folder, const char *title, guint number)
{
  g_autofree char *name = make_line (title);
  g_autofree char *file = NULL;

  g_strdelimit (name, "/\\:*?\"<>|", '-');
  /* A leading dot hides a file. */
  if (*name == '.')
    *name = '-';
  cut_bytes (name, MAX_NAME_BYTES);
  g_strchomp (name);
  if (*name == '\0')
    {
      g_free (name);
      name = g_strdup (_ ("Untitled"));
    }

  file = number > 1 ? g_strdup_printf ("%s %u" TL_SESSION_SUFFIX, name, number)
                    : g_strconcat (name, TL_SESSION_SUFFIX, NULL);
  return g_build_filename (folder, file, NULL);
}
