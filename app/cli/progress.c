/* progress.c - how far a run is: a line on a terminal, JSON lines, or nothing
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "app/cli/progress.h"
#include "config.h"

#include "app/cli/output.h"

#include <glib/gi18n.h>
#include <math.h>
#include <stdio.h>
#include <unistd.h>

#define N_RATES 20
#define LINE_INTERVAL (G_USEC_PER_SEC / 2)

struct _Progress
{
  guint64 n_iterations;
  gboolean json, line, quiet;
  gboolean shows_line;
  gint64 last_step, last_line; /* monotonic microseconds */
  gint64 durations[N_RATES];   /* of the last steps, a ring */
  guint n_steps;
  gdouble similarity; /* the last one measured */
};

Progress *
progress_new (guint64 n_iterations, gboolean json, gboolean quiet, gboolean force)
{
  Progress *self = g_new0 (Progress, 1);

  self->n_iterations = n_iterations;
  self->json = json;
  self->quiet = quiet;
  self->line = !json && !quiet && (force || isatty (STDERR_FILENO));
  self->similarity = NAN;
  self->last_step = g_get_monotonic_time ();
  return self;
}

void
progress_free (Progress *self)
{
  if (self->shows_line)
    g_printerr ("\n");
  g_free (self);
}

static gboolean
line_is_due (Progress *self)
{
  return self->line && g_get_monotonic_time () - self->last_line >= LINE_INTERVAL;
}

gboolean
progress_wants_similarity (Progress *self)
{
  return self->json || line_is_due (self);
}

static gdouble
seconds_per_step (Progress *self)
{
  guint n = MIN (self->n_steps, N_RATES);
  gint64 sum = 0;

  for (guint i = 0; i < n; i++)
    sum += self->durations[i];
  return n > 0 ? (gdouble) sum / n / G_USEC_PER_SEC : 0;
}

static void
print_json (Progress *self, const TlReport *report, gint64 duration)
{
  g_autoptr (CliJson) line = cli_json_new ();

  cli_json_add_int (line, "iteration", (gint64) report->iteration);
  cli_json_add_double (line, "loss", report->loss);
  cli_json_add_double (line, "similarity", report->similarity);
  cli_json_add_double (line, "seconds", (gdouble) duration / G_USEC_PER_SEC);
  cli_json_print (line);
}

static void
print_line (Progress *self, const TlReport *report)
{
  gdouble seconds = seconds_per_step (self);
  g_autofree char *left = cli_format_seconds (seconds * (self->n_iterations - report->iteration));
  g_autofree char *similarity =
    isnan (self->similarity) ? g_strdup ("–") : g_strdup_printf ("%.3f", self->similarity);
  g_autofree char *rate =
    g_strdup_printf (seconds > 0 && seconds < 1 ? "%.1f" : "%.3f", seconds > 0 ? 1 / seconds : 0);
  g_autofree char *place = g_strdup_printf ("%" G_GUINT64_FORMAT "/%" G_GUINT64_FORMAT,
                                            report->iteration, self->n_iterations);
  g_autofree char *line =
    g_strdup_printf (_ ("%s · %s it/s · %s left · similarity %s"), place, rate, left, similarity);

  /* The escape clears what a longer line before left. */
  g_printerr ("\r%s\033[K", line);
  self->shows_line = TRUE;
  self->last_line = g_get_monotonic_time ();
}

void
progress_step (Progress *self, const TlReport *report)
{
  gint64 now = g_get_monotonic_time ();
  gint64 duration = now - self->last_step;

  self->durations[self->n_steps++ % N_RATES] = duration;
  self->last_step = now;
  if (!isnan (report->similarity))
    self->similarity = report->similarity;
  if (self->json)
    print_json (self, report, duration);
  else if (line_is_due (self) || (self->line && report->iteration == self->n_iterations))
    print_line (self, report);
}

static void
print_result_json (TlFrame *frame, guint64 seed, const char *path)
{
  g_autoptr (CliJson) line = cli_json_new ();

  cli_json_add_string (line, "output", path);
  cli_json_add_uint64 (line, "seed", seed);
  cli_json_add_int (line, "iterations", (gint64) tl_frame_get_iteration (frame));
  cli_json_add_double (line, "similarity", tl_frame_get_similarity (frame));
  cli_json_print (line);
}

static void
print_result (TlFrame *frame, guint64 seed, const char *path)
{
  g_autofree char *number = g_strdup_printf ("%" G_GUINT64_FORMAT, seed);
  g_autofree char *iteration =
    g_strdup_printf ("%" G_GUINT64_FORMAT, tl_frame_get_iteration (frame));

  if (path != NULL)
    g_print ("%s: ", path);
  g_print (_ ("seed %s, iteration %s, similarity %.3f\n"), number, iteration,
           tl_frame_get_similarity (frame));
}

void
progress_done (Progress *self, TlFrame *frame, guint64 seed, const char *path)
{
  if (self->shows_line)
    g_printerr ("\n");
  self->shows_line = FALSE;
  if (self->json)
    print_result_json (frame, seed, path);
  else if (!self->quiet)
    print_result (frame, seed, path);
}
