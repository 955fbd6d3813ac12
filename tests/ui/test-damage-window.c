/* test-damage-window.c - a session that a crash has torn, on a real window
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "config.h"
#include "tests/ui/harness.h"

#include <string.h>

/* What the fake stepper's state begins with. */
typedef struct
{
  guint width, height;
  guint64 iteration;
} Head;

/* How many states of @iteration there are; the first of them is torn if @tears. */
static guint
count_states (const char *path, guint64 iteration, gboolean tears)
{
  const Head head = { 128, 128, iteration };
  g_autofree char *bytes = NULL;
  guint n_found = 0;
  gsize n;

  g_assert_true (g_file_get_contents (path, &bytes, &n, NULL));
  for (gsize i = 0; i + sizeof head + 3 < n; i++)
    if (memcmp (bytes + i, &head, sizeof head) == 0)
      {
        bytes[i + sizeof head + 3] ^= 0x55;
        n_found++;
      }
  if (tears)
    g_assert_true (g_file_set_contents (path, bytes, (gssize) n, NULL));
  return n_found;
}

static void
tear_state (const char *path, guint64 iteration)
{
  g_assert_cmpuint (count_states (path, iteration, TRUE), ==, 1);
}

static guint64
find_last (const char *path)
{
  guint64 last = 50;

  while (count_states (path, last + 25, FALSE) > 0)
    last += 25;
  return last;
}

static gboolean
has_opened (gpointer window)
{
  return g_list_model_get_n_items (tl_session_get_runs (tl_window_get_session (window))) > 0;
}

static TlWindow *
open_copy (const char *path)
{
  TlWindow *window = harness_open_window ();
  g_autoptr (GFile) file = g_file_new_for_path (path);

  tl_window_open (window, file);
  harness_wait (has_opened, window);
  harness_settle ();
  return window;
}

static TlWindow *
run_past_fifty (void)
{
  TlWindow *window = harness_open_window ();

  harness_start_long_run (window);
  harness_wait_iteration (window, 55);
  return window;
}

/* The last state of a run that was going on is torn: the bar says so, before anything goes on. */
static void
test_back_to (void)
{
  TlWindow *window = run_past_fifty ();
  g_autofree char *path = harness_copy_session (window, "torn.tiller");
  guint64 last;
  const char *message;

  harness_close_window (window);
  last = find_last (path);
  tear_state (path, last);
  window = open_copy (path);
  message = tl_window_get_message (window);
  g_assert_true (g_str_has_prefix (message, "Tiller closed while 1 run was going: seed "));
  g_assert_nonnull (strstr (message, " Back to "));
  g_assert_nonnull (strstr (message, "is damaged."));
  g_assert_cmpuint (tl_run_get_iteration (tl_window_get_run (window)), ==, last - 25);
  harness_press_label (window, "Continue It");
  harness_wait_iteration (window, last + 3);
  harness_close_window (window);
}

static gboolean
says_back (gpointer window)
{
  const char *message = tl_window_get_message (window);

  return message != NULL && g_str_has_prefix (message, "Back to 25: ");
}

/* Of one that had paused it shows when it is to go on. */
static void
test_back_to_when_paused (void)
{
  TlWindow *window = harness_open_window ();
  g_autofree char *path = NULL;

  harness_type (window, "Iterations", "40");
  harness_press (window, "Run");
  harness_wait_state (window, TL_RUN_FINISHED);
  path = harness_copy_session (window, "torn.tiller");
  harness_close_window (window);

  tear_state (path, 40);
  window = open_copy (path);
  harness_type (window, "Iterations", "60");
  harness_press (window, "Continue");
  harness_wait (says_back, window);
  harness_wait_state (window, TL_RUN_FINISHED);
  g_assert_cmpuint (tl_run_get_iteration (tl_window_get_run (window)), ==, 60);
  harness_close_window (window);
}

int
main (int argc, char *argv[])
{
  harness_init (&argc, &argv);
  g_test_add_func ("/damage-window/back-to", test_back_to);
  g_test_add_func ("/damage-window/back-to-when-paused", test_back_to_when_paused);
  return g_test_run ();
}
