/* say.h - which case a test is at
 *
 * Prompts under test hold bytes that are no text; a log that is read as text shows them escaped.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#pragma once

#include <glib.h>

static inline void
say_input (const char *input)
{
  g_autofree char *escaped = g_strescape (input, NULL);

  g_test_message ("%s", escaped);
}
