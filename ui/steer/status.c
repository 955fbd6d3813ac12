/* status.c - what is said about a run, in words
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "config.h"
#include "ui/steer/status.h"

#include <glib/gi18n-lib.h>
#include <math.h>

#define SLOW 0.1 /* iterations per second below which seconds per iteration say more */

static const char *
get_state_word (TlRun *run)
{
  switch (tl_run_get_state (run))
    {
    case TL_RUN_NEW:
      return _ ("not begun");
    case TL_RUN_STARTING:
      return _ ("starting");
    case TL_RUN_PAUSED:
      return _ ("paused");
    case TL_RUN_STOPPED:
      return _ ("stopped");
    case TL_RUN_FINISHED:
      return _ ("finished");
    case TL_RUN_HELD:
      return _ ("held, to be picked");
    case TL_RUN_FAILED:
      return _ ("ended by an error");
    case TL_RUN_RUNNING:
    default:
      return NULL;
    }
}

static void
append (GString *text, char *part)
{
  if (part != NULL)
    g_string_append_printf (text, " · %s", part);
  g_free (part);
}

static char *
print_left (gdouble seconds)
{
  g_autofree char *duration = seconds > 0 ? tl_status_print_duration (seconds) : NULL;

  /* Translators: %s is a duration, "7 min" */
  return duration != NULL ? g_strdup_printf (_ ("%s left"), duration) : NULL;
}

static char *
print_similarity (gdouble similarity)
{
  return isnan (similarity) ? NULL : g_strdup_printf (_ ("similarity %.2f"), similarity);
}

static char *
print_memory (TlBackend *backend)
{
  guint64 bytes = tl_backend_get_memory (backend);

  return bytes > 0 ? g_format_size (bytes) : NULL;
}

static void
append_backend (GString *text, TlBackend *backend)
{
  if (backend == NULL)
    return;
  append (text, g_strdup (tl_backend_get_values (backend)->device));
  append (text, print_memory (backend));
}

char *
tl_status_print_rate (gdouble rate)
{
  if (!(rate > 0))
    return NULL;
  if (rate < SLOW)
    /* Translators: how long one iteration takes, in seconds */
    return g_strdup_printf (_ ("%.0f s/it"), 1 / rate);
  /* Translators: iterations per second */
  return g_strdup_printf (rate < 10 ? _ ("%.2f it/s") : _ ("%.0f it/s"), rate);
}

char *
tl_status_print_duration (gdouble seconds)
{
  if (seconds < 90)
    return g_strdup_printf (_ ("%.0f s"), MAX (1, seconds));
  if (seconds < 90 * 60)
    return g_strdup_printf (_ ("%.0f min"), seconds / 60);
  return g_strdup_printf (_ ("about %.0f h"), seconds / 3600);
}

char *
tl_status_print (TlRun *run, TlBackend *backend, guint64 n_iterations)
{
  GString *text = g_string_new (NULL);
  gboolean is_running = run != NULL && tl_run_get_state (run) == TL_RUN_RUNNING;

  g_string_printf (text, "%" G_GUINT64_FORMAT "/%" G_GUINT64_FORMAT,
                   run != NULL ? tl_run_get_iteration (run) : 0,
                   run != NULL ? tl_run_get_goal (run) : n_iterations);
  if (run == NULL)
    append (text, g_strdup (backend != NULL ? _ ("ready") : _ ("loading the model")));
  else if (!is_running)
    append (text, g_strdup (get_state_word (run)));
  if (is_running)
    {
      append (text, tl_status_print_rate (tl_run_get_rate (run)));
      append (text, print_left (tl_run_get_seconds_left (run)));
    }
  if (run != NULL)
    append (text, print_similarity (tl_run_get_similarity (run)));
  append_backend (text, backend);
  return g_string_free (text, FALSE);
}

char *
tl_status_print_many (const char *what, TlBackend *backend)
{
  GString *text = g_string_new (what);

  append_backend (text, backend);
  return g_string_free (text, FALSE);
}

char *
tl_status_describe (TlRun *run, TlFrame *frame)
{
  TlPrompt *prompt = tl_steer_get_prompt (tl_run_get_steer (run));
  g_autofree char *words = tl_prompt_print (prompt);
  guint64 iteration = frame != NULL ? tl_frame_get_iteration (frame) : tl_run_get_iteration (run);
  gdouble similarity =
    frame != NULL ? tl_frame_get_similarity (frame) : tl_run_get_similarity (run);
  gulong n_iterations = (gulong) tl_run_get_n_iterations (run);

  /* Translators: what a screen reader says about the picture */
  if (isnan (similarity))
    return g_strdup_printf (_ ("iteration %lu of %lu, prompt %s"), (gulong) iteration, n_iterations,
                            words);
  return g_strdup_printf (_ ("iteration %lu of %lu, similarity %.2f, prompt %s"),
                          (gulong) iteration, n_iterations, similarity, words);
}
