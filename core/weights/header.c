/* header.c - the JSON of a safetensors header, read strictly and in one pass
 *
 * The grammar is RFC 8259's, as far as the format needs it.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "config.h"
#include "core/weights/header.h"

#include <string.h>

static void
skip_space (TlHeader *self)
{
  while (self->at < self->size && strchr (" \t\r\n", self->text[self->at]) != NULL
         && self->text[self->at] != '\0')
    self->at++;
}

gboolean
tl_header_take (TlHeader *self, char punctuation)
{
  skip_space (self);
  if (self->at >= self->size || self->text[self->at] != punctuation)
    return FALSE;

  self->at++;
  return TRUE;
}

gboolean
tl_header_is_at_end (TlHeader *self)
{
  skip_space (self);
  return self->at == self->size;
}

gboolean
tl_header_take_integer (TlHeader *self, gint64 *integer)
{
  guint64 number = 0;
  gsize at;

  skip_space (self);
  for (at = self->at; at < self->size && g_ascii_isdigit (self->text[at]); at++)
    if (!g_uint64_checked_mul (&number, number, 10)
        || !g_uint64_checked_add (&number, number, (guint64) (self->text[at] - '0')))
      return FALSE;
  if (at == self->at || number > G_MAXINT64)
    return FALSE;

  self->at = at;
  *integer = (gint64) number;
  return TRUE;
}

/* The four hexadecimal digits of \uXXXX. */
static gboolean
take_hex (TlHeader *self, gunichar *unit)
{
  if (self->size - self->at < 4)
    return FALSE;

  *unit = 0;
  for (guint i = 0; i < 4; i++)
    {
      int digit = g_ascii_xdigit_value (self->text[self->at++]);

      if (digit < 0)
        return FALSE;
      *unit = *unit << 4 | (gunichar) digit;
    }

  return TRUE;
}

static gboolean
take_surrogate (TlHeader *self, gunichar high, gunichar *character)
{
  gunichar low;

  if (self->size - self->at < 2 || self->text[self->at] != '\\' || self->text[self->at + 1] != 'u')
    return FALSE;
  self->at += 2;
  if (!take_hex (self, &low) || low < 0xDC00 || low > 0xDFFF)
    return FALSE;

  *character = 0x10000 + ((high - 0xD800) << 10 | (low - 0xDC00));
  return TRUE;
}

static gboolean
take_unicode (TlHeader *self, GString *string)
{
  gunichar character;

  if (!take_hex (self, &character))
    return FALSE;
  if (character >= 0xD800 && character <= 0xDBFF && !take_surrogate (self, character, &character))
    return FALSE;
  /* Half a pair is no character, and NUL would cut a name short. */
  if (character == 0 || (character >= 0xDC00 && character <= 0xDFFF))
    return FALSE;

  g_string_append_unichar (string, character);
  return TRUE;
}

static gboolean
take_escape (TlHeader *self, GString *string)
{
  static const char letters[] = "\"\\/bfnrt", meant[] = "\"\\/\b\f\n\r\t";
  const char *letter;
  char c;

  if (self->at >= self->size)
    return FALSE;
  c = self->text[self->at++];
  if (c == 'u')
    return take_unicode (self, string);
  letter = c == '\0' ? NULL : strchr (letters, c);
  if (letter == NULL)
    return FALSE;

  g_string_append_c (string, meant[letter - letters]);
  return TRUE;
}

/* All up to the closing quote. */
static gboolean
take_characters (TlHeader *self, GString *string)
{
  while (self->at < self->size)
    {
      char c = self->text[self->at++];

      if (c == '"')
        return g_utf8_validate_len (string->str, string->len, NULL);
      if ((guchar) c < 0x20 || (c == '\\' && !take_escape (self, string)))
        return FALSE;
      if (c != '\\')
        g_string_append_c (string, c);
    }

  return FALSE;
}

gboolean
tl_header_take_string (TlHeader *self, GString *string)
{
  gsize start;

  skip_space (self);
  start = self->at;
  g_string_truncate (string, 0);
  if (tl_header_take (self, '"') && take_characters (self, string))
    return TRUE;

  self->at = start;
  return FALSE;
}
