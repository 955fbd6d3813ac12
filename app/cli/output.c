/* output.c - what tiller-cli prints
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "app/cli/output.h"
#include "config.h"

#include <glib/gi18n.h>
#include <json-glib/json-glib.h>
#include <math.h>
#include <stdio.h>

struct _CliJson
{
  GString *text;
};

static char *
quote (const char *value)
{
  /* The name of a file may be any bytes. */
  g_autofree char *text = g_utf8_make_valid (value, -1);
  g_autoptr (JsonNode) node = json_node_init_string (json_node_alloc (), text);

  return json_to_string (node, FALSE);
}

CliJson *
cli_json_new (void)
{
  CliJson *self = g_new0 (CliJson, 1);

  self->text = g_string_new ("{");
  return self;
}

void
cli_json_free (CliJson *self)
{
  g_string_free (self->text, TRUE);
  g_free (self);
}

void
cli_json_add_raw (CliJson *self, const char *name, const char *json)
{
  if (self->text->len > 1)
    g_string_append_c (self->text, ',');
  g_string_append_printf (self->text, "\"%s\":%s", name, json);
}

void
cli_json_add_int (CliJson *self, const char *name, gint64 value)
{
  g_autofree char *json = g_strdup_printf ("%" G_GINT64_FORMAT, value);

  cli_json_add_raw (self, name, json);
}

void
cli_json_add_uint64 (CliJson *self, const char *name, guint64 value)
{
  g_autofree char *json = g_strdup_printf ("\"%" G_GUINT64_FORMAT "\"", value);

  cli_json_add_raw (self, name, json);
}

void
cli_json_add_double (CliJson *self, const char *name, gdouble value)
{
  char json[G_ASCII_DTOSTR_BUF_SIZE];

  cli_json_add_raw (self, name,
                    isfinite (value) ? g_ascii_formatd (json, sizeof json, "%.9g", value) : "null");
}

void
cli_json_add_string (CliJson *self, const char *name, const char *value)
{
  g_autofree char *json = value != NULL ? quote (value) : g_strdup ("null");

  cli_json_add_raw (self, name, json);
}

void
cli_json_add_boolean (CliJson *self, const char *name, gboolean value)
{
  cli_json_add_raw (self, name, value ? "true" : "false");
}

char *
cli_json_to_string (CliJson *self)
{
  return g_strconcat (self->text->str, "}", NULL);
}

void
cli_json_print (CliJson *self)
{
  fprintf (stdout, "%s}\n", self->text->str);
  fflush (stdout);
}

/* (transfer full) */
static char *
dup_printable (const char *text)
{
  g_autofree char *valid = g_utf8_make_valid (text, -1);
  GString *out = g_string_new (NULL);

  for (const char *p = valid; *p != '\0'; p = g_utf8_next_char (p))
    {
      gunichar c = g_utf8_get_char (p);
      gboolean is_obeyed = g_unichar_iscntrl (c) && c != '\n' && c != '\t';

      g_string_append_unichar (out, is_obeyed ? 0xFFFD : c);
    }
  return g_string_free (out, FALSE);
}

void
cli_print_error (const char *line)
{
  g_autofree char *printable = dup_printable (line);

  g_printerr ("%s\n", printable);
}

void
cli_print (const char *format, ...)
{
  g_autofree char *text = NULL, *printable = NULL;
  va_list args;

  va_start (args, format);
  text = g_strdup_vprintf (format, args);
  va_end (args);
  printable = dup_printable (text);
  g_print ("%s", printable);
}

char *
cli_format_seconds (gdouble seconds)
{
  guint whole = (guint) CLAMP (seconds + 0.5, 0, 1e9);

  if (whole < 120)
    return g_strdup_printf (_ ("%u s"), whole);
  if (whole < 7200)
    return g_strdup_printf (_ ("%u min"), (whole + 30) / 60);
  return g_strdup_printf (_ ("%u h %u min"), whole / 3600, whole % 3600 / 60);
}
