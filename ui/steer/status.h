/* status.h - what is said about a run, in words
 *
 * Pure functions of a run and what computes it: the status line, and what a screen reader says
 * about the picture.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#pragma once

#include "core/session/run.h"
#include "ui/models/backend.h"

G_BEGIN_DECLS

/**
 * tl_status_print:
 * @run: (nullable)
 * @backend: (nullable): that the run is on
 * @n_iterations: planned length, where there is no run yet
 *
 * Returns: (transfer full): "318/500 · 0.42 it/s · 7 min left · similarity 0.41 · CPU, 2 threads
 * · 1.9 GB"
 */
char *tl_status_print (TlRun *run, TlBackend *backend, guint64 n_iterations);

/* The same of many at once: @what they do. (transfer full) */
char *tl_status_print_many (const char *what, TlBackend *backend);

/* (transfer full): "iteration 318 of 500, similarity 0.42, prompt raccoon driving a tractor" */
char *tl_status_describe (TlRun *run, TlFrame *frame);

/* (transfer full) (nullable): "0.42 it/s"; NULL: not known */
char *tl_status_print_rate (gdouble rate);

/* (transfer full): "7 min", "about 13 h" */
char *tl_status_print_duration (gdouble seconds);

G_END_DECLS
