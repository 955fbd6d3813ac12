/* test-room-window.c - a disk that becomes full under a real window
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "config.h"
#include "core/session/session-checkpoints.h"
#include "tests/ui/harness.h"

#include <errno.h>
#include <fcntl.h>
#include <glib/gstdio.h>
#include <string.h>
#include <unistd.h>

typedef struct
{
  char *before; /* the data folder of the other tests */
  char *disk, *ballast;
} Disk;

static gboolean run_command (const char *format, ...) G_GNUC_PRINTF (1, 2);

static gboolean
run_command (const char *format, ...)
{
  g_autofree char *command = NULL;
  va_list args;
  int status;

  va_start (args, format);
  command = g_strdup_vprintf (format, args);
  va_end (args);
  return g_spawn_command_line_sync (command, NULL, NULL, &status, NULL) && status == 0;
}

/* Of what is not mounted any more. */
static void
disk_clear (Disk *disk)
{
  g_assert_cmpint (g_rmdir (disk->disk), ==, 0);
  g_free (disk->before);
  g_free (disk->disk);
  g_free (disk->ballast);
}

/* FALSE, and the test is skipped, where there can be no such disk. */
static gboolean
mount_disk (Disk *disk)
{
  disk->disk = g_dir_make_tmp ("tiller-disk-XXXXXX", NULL);
  disk->ballast = g_build_filename (disk->disk, "ballast", NULL);
  disk->before = g_strdup (g_getenv ("TILLER_DATA_DIR"));
  if (!run_command ("mount -t tmpfs -o size=8m tmpfs %s", disk->disk))
    {
      g_test_skip ("a small disk to fill can only be mounted as root");
      disk_clear (disk);
      return FALSE;
    }
  g_setenv ("TILLER_DATA_DIR", disk->disk, TRUE);
  return TRUE;
}

static gboolean
is_gone (gpointer pointer)
{
  return *(gpointer *) pointer == NULL;
}

/* A plan of what could be dropped, asked for when there was little room, holds the window until it
 * is answered, and the window the file. */
static void
unmount_disk (Disk *disk, TlWindow *window)
{
  gpointer left = window;

  g_object_add_weak_pointer (G_OBJECT (window), &left);
  harness_close_window (window);
  harness_wait (is_gone, &left);
  g_setenv ("TILLER_DATA_DIR", disk->before, TRUE);
  g_assert_true (run_command ("umount %s", disk->disk));
  disk_clear (disk);
}

/* To the last byte. */
static void
fill (Disk *disk)
{
  gint file = g_open (disk->ballast, O_WRONLY | O_CREAT | O_APPEND, 0600);
  const char zeros[4096] = { 0 };
  gsize n = sizeof zeros;

  g_assert_cmpint (file, >=, 0);
  while (n > 0)
    if (write (file, zeros, n) < 0)
      {
        g_assert_cmpint (errno, ==, ENOSPC);
        n /= 2;
      }
  close (file);
}

static gboolean
has_problem (gpointer window)
{
  return tl_session_get_problem (tl_window_get_session (window)) != NULL
         && tl_run_get_state (tl_window_get_run (window)) == TL_RUN_PAUSED;
}

static gboolean
has_no_problem (gpointer window)
{
  return tl_session_get_problem (tl_window_get_session (window)) == NULL;
}

static gboolean
has_more_runs (gpointer window)
{
  return harness_count_runs (window) > 1 && has_no_problem (window);
}

static TlWindow *
fill_under_run (Disk *disk)
{
  TlWindow *window = harness_open_window ();

  harness_start_long_run (window);
  harness_wait_iteration (window, 30);
  fill (disk);
  harness_wait (has_problem, window);
  harness_settle ();
  g_assert_nonnull (strstr (tl_window_get_message (window), "full"));
  return window;
}

/* Each of them says why it does not begin, leaves everything as it is, and begins once there is
 * room. */
static void
check_waits (const char *action, guint n_more)
{
  TlWindow *window;
  TlRun *run;
  guint64 iteration;
  Disk disk;

  if (!mount_disk (&disk))
    return;
  window = fill_under_run (&disk);
  run = tl_window_get_run (window);
  iteration = tl_run_get_iteration (run);
  harness_activate (window, action);
  g_assert_nonnull (strstr (tl_window_get_message (window), "Nothing new begins"));
  g_assert_cmpuint (harness_count_runs (window), ==, 1);
  g_assert_true (tl_window_get_run (window) == run);

  /* Still full. */
  harness_press_label (window, "Try Again");
  g_assert_nonnull (strstr (tl_window_get_message (window), "full"));
  g_assert_cmpuint (harness_count_runs (window), ==, 1);
  g_assert_cmpuint (tl_run_get_iteration (run), ==, iteration);

  g_assert_cmpint (g_unlink (disk.ballast), ==, 0);
  harness_press_label (window, "Try Again");
  harness_wait (has_more_runs, window);
  g_assert_cmpuint (harness_count_runs (window), ==, 1 + n_more);
  g_assert_cmpuint (tl_run_get_iteration (run), ==, iteration);
  unmount_disk (&disk, window);
}

static void
test_run (void)
{
  check_waits ("win.run", 1);
}

static void
test_fork (void)
{
  check_waits ("win.fork", 1);
}

static void
test_explore (void)
{
  check_waits ("win.explore", 12);
}

/* Asked for nothing new, it goes on. */
static void
test_goes_on (void)
{
  TlWindow *window;
  guint64 iteration;
  Disk disk;

  if (!mount_disk (&disk))
    return;
  window = fill_under_run (&disk);
  iteration = tl_run_get_iteration (tl_window_get_run (window));
  harness_activate (window, "win.run");
  harness_activate (window, "win.continue");
  g_assert_cmpint (g_unlink (disk.ballast), ==, 0);
  harness_press_label (window, "Try Again");
  harness_wait_iteration (window, iteration + 5);
  g_assert_cmpuint (harness_count_runs (window), ==, 1);
  unmount_disk (&disk, window);
}

static gboolean
asks_to_lose (gpointer window)
{
  const char *message = tl_window_get_message (window);

  return message != NULL && strstr (message, "would be lost") != NULL;
}

/* What is made while it closes is written, or the window comes back and says that it is not. */
static void
test_closing (void)
{
  TlWindow *window;
  guint64 iteration;
  Disk disk;

  if (!mount_disk (&disk))
    return;
  window = harness_open_window ();
  harness_start_long_run (window);
  harness_wait_iteration (window, 30);
  fill (&disk);
  gtk_window_close (GTK_WINDOW (window));
  harness_wait (asks_to_lose, window);
  g_assert_true (gtk_widget_get_visible (GTK_WIDGET (window)));
  iteration = tl_run_get_iteration (tl_window_get_run (window));

  g_assert_cmpint (g_unlink (disk.ballast), ==, 0);
  harness_press_label (window, "Try Again");
  harness_wait (has_no_problem, window);
  g_assert_cmpuint (tl_run_get_iteration (tl_window_get_run (window)), >=, iteration);
  unmount_disk (&disk, window);
}

static gboolean
has_advice (gpointer window)
{
  const char *message = tl_window_get_message (window);

  return message != NULL && strstr (message, " left on the disk of this session.") != NULL;
}

static gboolean
has_one_at_hundred (gpointer window)
{
  GListModel *checkpoints =
    tl_session_get_checkpoints (tl_window_get_session (window), tl_window_get_run (window));

  return tl_run_get_iteration (tl_window_get_run (window)) > 220
         && g_list_model_get_n_items (checkpoints) > 0;
}

/* Before it is full: what is left, what was done about it, and what else can be. */
static void
test_little_room (void)
{
  TlWindow *window;
  GListModel *checkpoints;
  Disk disk;

  if (!mount_disk (&disk))
    return;
  window = harness_open_window ();
  harness_start_long_run (window);
  harness_wait (has_advice, window);
  g_assert_nonnull (strstr (tl_window_get_message (window), "MB left"));
  g_assert_nonnull (strstr (tl_window_get_message (window), "Checkpoints are now every 100."));
  checkpoints =
    tl_session_get_checkpoints (tl_window_get_session (window), tl_window_get_run (window));
  harness_wait (has_one_at_hundred, window);
  harness_press (window, "Pause");
  harness_wait_state (window, TL_RUN_PAUSED);
  harness_settle ();
  /* 25 may have been kept before anything was known; 50, 75, 125, … were not. */
  g_assert_cmpuint (g_list_model_get_n_items (checkpoints), <=, 5);

  /* Other models keep to it. */
  harness_use_model (window, "painter");
  harness_press (window, "Run");
  harness_wait (has_one_at_hundred, window);
  harness_press (window, "Pause");
  harness_wait_state (window, TL_RUN_PAUSED);
  checkpoints =
    tl_session_get_checkpoints (tl_window_get_session (window), tl_window_get_run (window));
  g_assert_cmpuint (g_list_model_get_n_items (checkpoints), <=, 5);
  unmount_disk (&disk, window);
}

int
main (int argc, char *argv[])
{
  harness_init (&argc, &argv);
  g_test_add_func ("/room-window/run", test_run);
  g_test_add_func ("/room-window/fork", test_fork);
  g_test_add_func ("/room-window/explore", test_explore);
  g_test_add_func ("/room-window/goes-on", test_goes_on);
  g_test_add_func ("/room-window/closing", test_closing);
  g_test_add_func ("/room-window/little", test_little_room);
  return g_test_run ();
}
