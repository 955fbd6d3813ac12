/* test-session-button.c - how long ago it was saved, in words
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "config.h"
#include "ui/session/session-button.h"

static void
test_saved (void)
{
  const struct
  {
    gint64 seconds;
    const char *text;
  } cases[] = {
    { 0, "saved just now" },   { 12, "saved 12 s ago" },     { 59, "saved 59 s ago" },
    { 60, "saved 1 min ago" }, { 3599, "saved 59 min ago" }, { 86400, "saved" },
    { -10, "saved just now" },
  };
  const gint64 now = G_GINT64_CONSTANT (1700000000) * G_USEC_PER_SEC;
  g_autofree char *never = tl_saved_print (0, now);

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autofree char *text = tl_saved_print (now - cases[i].seconds * G_USEC_PER_SEC, now);

      g_assert_cmpstr (text, ==, cases[i].text);
    }
  g_assert_cmpstr (never, ==, "");
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/session-button/saved", test_saved);
  return g_test_run ();
}
