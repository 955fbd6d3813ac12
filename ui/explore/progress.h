/* progress.h - how far runs that are grown side by side have come, and how fast
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#pragma once

#include "core/session/run.h"

#include <gio/gio.h>

G_BEGIN_DECLS

/* Zeros: nothing was counted yet. */
typedef struct
{
  guint64 n_done; /* iterations, up to where the runs hold; the rejected are not counted */
  guint64 n_total;
  gboolean is_active; /* one of them goes on */
  gdouble rate;       /* of all together, a second; 0: not known */
  guint64 counted;    /* n_done when the rate was last measured */
  gint64 counted_at;
} TlProgress;

/* @runs: (nullable) (GListModel of TlRun) */
void tl_progress_count (TlProgress *self, GListModel *runs);
/* Other runs are counted from now on. */
void tl_progress_forget_rate (TlProgress *self);
/* What is done and what is left, behind what the runs are: " · 20 of 1200 · 5 min" */
void tl_progress_append (const TlProgress *self, GString *text);
/* (transfer full): @what they are, and how fast: "12 starts · 340 of 1200 · 6.1 it/s" */
char *tl_progress_print (const TlProgress *self, const char *what);

G_END_DECLS
