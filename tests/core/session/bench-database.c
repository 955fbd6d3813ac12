/* bench-database.c - how long a large session takes to open, and what it holds in memory
 *
 *   bench-database [RUNS CHECKPOINTS KILOBYTES]   200 runs, 10000 checkpoints in all, of 100 kB
 *
 * Prints, a line each: what was measured, and its number. Opening is everything that a session does
 * before it can be shown: the file, its runs, turns, checkpoints, scores; then thumbnails, as the
 * family shows them, and the check of the whole file that goes on in the background.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "config.h"
#include "tests/core/session/session-file.h"

#include <fcntl.h>
#include <glib/gstdio.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static gdouble
get_resident_mb (void)
{
  g_autofree char *contents = NULL;
  const char *line;

  if (!g_file_get_contents ("/proc/self/status", &contents, NULL, NULL))
    return 0;
  line = strstr (contents, "VmRSS:");
  return line != NULL ? g_ascii_strtod (line + strlen ("VmRSS:"), NULL) / 1024 : 0;
}

static gdouble
get_ms_since (gint64 start)
{
  return (gdouble) (g_get_monotonic_time () - start) / 1000;
}

static void
fill (TlDatabase *database, guint n_runs, guint n_checkpoints, guint kilobytes)
{
  g_autoptr (GBytes) png = make_bytes (1, 200000), thumbnail = make_bytes (2, 20000);

  for (guint run = 1; run <= n_runs; run++)
    {
      put_run (database, run, run > 1 ? run / 2 : 0);
      for (guint i = 0; i < 5; i++)
        put_turn (database, run, i * 100,
                  "a photograph of a red tractor in the snow:1.2 | fog:-0.5");
      for (guint i = 1; i <= n_checkpoints / n_runs; i++)
        put_checkpoint (database, run, i * 25, TL_KEPT_PERIODIC, kilobytes * 1000);
      tl_database_put_frame (database, run, 25, png, thumbnail, NULL);
    }
}

/* As after a start of the machine, as far as a program without rights can ask for it. */
static void
forget_file (const char *path)
{
  int fd = open (path, O_RDONLY);

  fsync (fd);
  posix_fadvise (fd, 0, 0, POSIX_FADV_DONTNEED);
  close (fd);
}

static void
measure_open (SessionFile *file, const char *what)
{
  gdouble before = get_resident_mb ();
  gint64 start = g_get_monotonic_time ();
  g_autoptr (TlDatabase) database = session_file_open (file, TL_DATABASE_WRITE);
  g_autoptr (GPtrArray) runs = NULL, kept = g_ptr_array_new ();
  gdouble opened = get_ms_since (start);
  guint n_checkpoints = 0;

  runs = tl_database_list_runs (database, NULL);
  for (guint i = 0; i < runs->len; i++)
    {
      gint64 id = ((TlRunRecord *) runs->pdata[i])->id;
      GPtrArray *checkpoints = tl_database_list_checkpoints (database, id, NULL);

      n_checkpoints += checkpoints->len;
      g_ptr_array_add (kept, checkpoints);
      g_ptr_array_add (kept, tl_database_list_turns (database, id, NULL));
      g_ptr_array_add (kept, tl_database_list_scores (database, id, NULL));
    }
  printf ("%s: open %.1f ms, all of %u runs and %u checkpoints listed %.1f ms, +%.1f MB\n", what,
          opened, runs->len, n_checkpoints, get_ms_since (start), get_resident_mb () - before);

  start = g_get_monotonic_time ();
  for (guint i = 0; i < runs->len; i++)
    {
      g_autoptr (GBytes) thumbnail = tl_database_get_thumbnail (
        database, ((TlRunRecord *) runs->pdata[i])->id, G_MAXUINT64, NULL, NULL);

      g_assert_nonnull (thumbnail);
    }
  printf ("%s: %u thumbnails %.1f ms, +%.1f MB\n", what, runs->len, get_ms_since (start),
          get_resident_mb () - before);
}

int
main (int argc, char **argv)
{
  guint n_runs = argc > 3 ? (guint) atoi (argv[1]) : 200;
  guint n_checkpoints = argc > 3 ? (guint) atoi (argv[2]) : 10000;
  guint kilobytes = argc > 3 ? (guint) atoi (argv[3]) : 100;
  g_autofree char *damage = NULL;
  SessionFile file;
  TlDatabase *database;
  gint64 start;

  session_file_set_up (&file, NULL);
  start = g_get_monotonic_time ();
  database = session_file_open (&file, TL_DATABASE_CREATE);
  fill (database, n_runs, n_checkpoints, kilobytes);
  printf ("write: %.3f ms a fact, %.1f MB\n", get_ms_since (start) / (n_runs * 7 + n_checkpoints),
          (gdouble) tl_database_get_size (database) / 1e6);
  tl_database_close (database);

  forget_file (file.path);
  measure_open (&file, "cold");
  measure_open (&file, "warm");
  start = g_get_monotonic_time ();
  damage = tl_database_check (file.path, NULL);
  printf ("check: %.1f ms (%s)\n", get_ms_since (start), damage != NULL ? damage : "whole");
  session_file_tear_down (&file, NULL);
  return 0;
}
