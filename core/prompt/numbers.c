/* numbers.c - numbers and moments as prompts spell them
 *
 * The grammar decides what a number is; only then does the C library read it. Left to itself it
 * would take hexadecimal, "nan" and "infinity" as well, which are words here.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "config.h"
#include "core/prompt/numbers.h"

#include <math.h>
#include <string.h>

static gsize
scan_digits (const char **text, const char *end)
{
  const char *start = *text;

  while (*text < end && g_ascii_isdigit (**text))
    (*text)++;
  return *text - start;
}

static gboolean
scan_char (const char **text, const char *end, char c)
{
  if (*text == end || **text != c)
    return FALSE;

  (*text)++;
  return TRUE;
}

static void
scan_sign (const char **text, const char *end)
{
  if (!scan_char (text, end, '+'))
    scan_char (text, end, '-');
}

/* [eE][+-]digits, or nothing at all. */
static void
scan_exponent (const char **text, const char *end)
{
  const char *p = *text;

  if (!scan_char (&p, end, 'e') && !scan_char (&p, end, 'E'))
    return;
  scan_sign (&p, end);
  if (scan_digits (&p, end) > 0)
    *text = p;
}

gboolean
tl_number_scan (const char **text, const char *end, gdouble *value)
{
  const char *p = *text;
  g_autofree char *copy = NULL;
  gsize n_digits;

  scan_sign (&p, end);
  n_digits = scan_digits (&p, end);
  if (scan_char (&p, end, '.'))
    n_digits += scan_digits (&p, end);
  if (n_digits == 0)
    return FALSE;
  scan_exponent (&p, end);

  copy = g_strndup (*text, p - *text);
  *value = g_ascii_strtod (copy, NULL);
  if (*value == 0)
    *value = 0; /* -0 would print as "-0" */
  *text = p;
  return TRUE;
}

gboolean
tl_number_read (const char *text, const char *end, gdouble *value)
{
  return tl_number_scan (&text, end, value) && text == end;
}

gboolean
tl_stop_read (const char *text, const char *end, gdouble *value)
{
  const char *p = text;

  scan_sign (&p, end);
  if (end - p != 3 || strncmp (p, "inf", 3) != 0)
    return tl_number_read (text, end, value);

  *value = *text == '-' ? -INFINITY : INFINITY;
  return TRUE;
}

gboolean
tl_number_has_comma (const char *text, const char *end)
{
  scan_sign (&text, end);
  scan_digits (&text, end);
  if (!scan_char (&text, end, ',') || scan_digits (&text, end) == 0)
    return FALSE;

  scan_exponent (&text, end);
  return text == end;
}

/* "100" has one digit that counts, and yet nobody wants to read "1e+02". */
static gboolean
is_pretty (const char *digits, gdouble value)
{
  return fabs (value) >= 1e6 || strchr (digits, 'e') == NULL;
}

void
tl_number_append (GString *out, gdouble value)
{
  char digits[G_ASCII_DTOSTR_BUF_SIZE], shortest[G_ASCII_DTOSTR_BUF_SIZE] = "";

  if (isinf (value))
    {
      g_string_append (out, value < 0 ? "-inf" : "inf");
      return;
    }

  for (guint precision = 1; precision <= 17; precision++)
    {
      char format[8];

      g_snprintf (format, sizeof format, "%%.%ug", precision);
      g_ascii_formatd (digits, sizeof digits, format, value);
      if (g_ascii_strtod (digits, NULL) != value)
        continue;
      if (*shortest == '\0')
        g_strlcpy (shortest, digits, sizeof shortest);
      if (!is_pretty (digits, value))
        continue;
      g_string_append (out, digits);
      return;
    }

  g_string_append (out, shortest);
}

gboolean
tl_integer_scan (const char **text, const char *end, guint64 *value)
{
  const char *start = *text;

  if (scan_digits (text, end) == 0)
    return FALSE;

  *value = 0;
  for (const char *p = start; p < *text; p++)
    if (!g_uint64_checked_mul (value, *value, 10)
        || !g_uint64_checked_add (value, *value, *p - '0'))
      {
        *value = G_MAXUINT64;
        break;
      }
  return TRUE;
}

gboolean
tl_time_scan (const char **text, const char *end, TlTime *time)
{
  if (!tl_integer_scan (text, end, &time->value))
    return FALSE;

  time->is_percent = scan_char (text, end, '%');
  return TRUE;
}

void
tl_time_append (GString *out, TlTime time)
{
  g_string_append_printf (out, "%" G_GUINT64_FORMAT "%s", time.value, time.is_percent ? "%" : "");
}

gboolean
tl_keyframe_scan (const char **text, const char *end, TlTime *at, guint *fade)
{
  const char *p = *text;
  guint64 n = 0;
  TlTime time;

  if (!scan_char (&p, end, '@') || !tl_time_scan (&p, end, &time))
    return FALSE;
  if (scan_char (&p, end, '~') && !tl_integer_scan (&p, end, &n))
    return FALSE;
  if (p < end && strchr (" \t\n|<", *p) == NULL)
    return FALSE;

  *text = p;
  *at = time;
  *fade = MIN (n, G_MAXUINT);
  return TRUE;
}
