/* number.c - numbers as text that reads back as the same number
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "config.h"
#include "core/session/number.h"

#include <errno.h>
#include <math.h>

/* Where a number that begins at @text may begin and must end. */
static gboolean
is_spent (const char *text, const char *end)
{
  if (end == text)
    return FALSE;
  while (g_ascii_isspace (*end))
    end++;
  return *end == '\0';
}

char *
tl_number_print (gdouble value)
{
  static const char *const formats[] = { "%.15g", "%.16g", "%.17g" };
  char text[G_ASCII_DTOSTR_BUF_SIZE];

  for (gsize i = 0; i < G_N_ELEMENTS (formats); i++)
    {
      g_ascii_formatd (text, sizeof text, formats[i], value);
      if (g_ascii_strtod (text, NULL) == value)
        break;
    }
  return g_strdup (text);
}

gboolean
tl_number_parse (const char *text, gdouble *value)
{
  char *end;
  gdouble number;

  /* Hexadecimal, "inf" and "nan" are C's idea of a number, not an artist's. */
  if (strpbrk (text, "xXnN") != NULL)
    return FALSE;
  number = g_ascii_strtod (text, &end);
  if (!is_spent (text, end) || !isfinite (number))
    return FALSE;

  *value = number;
  return TRUE;
}

gboolean
tl_number_parse_int (const char *text, gint64 *value)
{
  char *end;
  gint64 number;

  errno = 0;
  number = g_ascii_strtoll (text, &end, 10);
  if (!is_spent (text, end) || errno != 0)
    return FALSE;

  *value = number;
  return TRUE;
}
