/* progress.c - how far runs that are grown side by side have come, and how fast
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "config.h"
#include "ui/explore/progress.h"

#include "ui/steer/status.h"

#include <glib/gi18n-lib.h>

#define RATE_SECONDS 2.0
/* Of the last part, which ends when all are held. */
#define LAST_SECONDS 0.5

static void
measure_rate (TlProgress *self)
{
  gint64 now = g_get_monotonic_time ();
  gdouble seconds = (now - self->counted_at) / (gdouble) G_USEC_PER_SEC;

  if (self->counted_at == 0 || self->n_done < self->counted)
    self->rate = 0;
  else if (seconds < (self->n_done < self->n_total ? RATE_SECONDS : LAST_SECONDS))
    return;
  else
    self->rate = (self->n_done - self->counted) / seconds;
  self->counted = self->n_done;
  self->counted_at = now;
}

void
tl_progress_count (TlProgress *self, GListModel *runs)
{
  self->n_done = 0;
  self->n_total = 0;
  self->is_active = FALSE;
  for (guint i = 0; runs != NULL && i < g_list_model_get_n_items (runs); i++)
    {
      g_autoptr (TlRun) run = g_list_model_get_item (runs, i);
      const TlRunOrigin *origin = tl_run_get_origin (run);
      guint64 hold = origin->hold;

      self->is_active |= tl_run_is_active (run);
      if (tl_run_get_mark (run) == TL_MARK_REJECTED || hold == 0)
        continue;
      self->n_total += hold - MIN (hold, origin->parent_iteration);
      self->n_done += MIN (tl_run_get_iteration (run), hold) - MIN (hold, origin->parent_iteration);
    }
  measure_rate (self);
}

void
tl_progress_forget_rate (TlProgress *self)
{
  self->counted_at = 0;
}

void
tl_progress_append (const TlProgress *self, GString *text)
{
  g_autofree char *left = NULL;

  if (self->n_total > 0 && self->n_done >= self->n_total)
    g_string_append (text, _ (" · held, pick some"));
  else
    g_string_append_printf (text, _ (" · %'lu of %'lu"), (gulong) self->n_done,
                            (gulong) self->n_total);
  if (!(self->rate > 0) || self->n_done >= self->n_total)
    return;
  left = tl_status_print_duration ((self->n_total - self->n_done) / self->rate);
  g_string_append_printf (text, " · %s", left);
}

char *
tl_progress_print (const TlProgress *self, const char *what)
{
  g_autofree char *done =
    g_strdup_printf (_ ("%'lu of %'lu"), (gulong) self->n_done, (gulong) self->n_total);
  g_autofree char *rate = tl_status_print_rate (self->rate);

  /* Where the rate is not known, it ends there. */
  return g_strjoin (" · ", what, done, rate, NULL);
}
