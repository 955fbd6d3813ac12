/* test-height-limit.c - a prompt that grows up to a height
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "config.h"
#include "tests/ui/harness.h"

#define N_WORDS 800

static gint
get_height (TlWindow *window)
{
  return gtk_widget_get_height (
    gtk_widget_get_parent (harness_find (GTK_WIDGET (window), "Prompt 1")));
}

static gboolean
is_one_line (gpointer window)
{
  return get_height (window) > 0 && get_height (window) < 40;
}

static gboolean
is_at_limit (gpointer window)
{
  return get_height (window) == 164;
}

/* 4 kB are no taller than ten lines; when they are gone, one line is one line again. */
static void
test_long_prompt (void)
{
  TlWindow *window = harness_open_window ();
  GString *words = g_string_new (NULL);

  for (guint i = 0; i < N_WORDS; i++)
    g_string_append (words, "boat ");
  harness_type (window, "Prompt 1", "a boat");
  harness_wait (is_one_line, window);
  harness_type (window, "Prompt 1", words->str);
  harness_wait (is_at_limit, window);
  harness_type (window, "Prompt 1", "a boat");
  harness_wait (is_one_line, window);
  g_string_free (words, TRUE);
  harness_close_window (window);
}

int
main (int argc, char *argv[])
{
  harness_init (&argc, &argv);
  g_test_add_func ("/height-limit/long-prompt", test_long_prompt);
  return g_test_run ();
}
