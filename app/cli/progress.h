/* progress.h - how far a run is: a line on a terminal, JSON lines, or nothing
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#pragma once

#include "core/engine/stepper.h"

G_BEGIN_DECLS

typedef struct _Progress Progress;

/* @force: show the line even where standard error is no terminal. */
Progress *progress_new (guint64 n_iterations, gboolean json, gboolean quiet, gboolean force);
void progress_free (Progress *self);

/* JSON carries it in each line; a terminal shows it twice a second, and it costs a forward pass. */
gboolean progress_wants_similarity (Progress *self);

void progress_step (Progress *self, const TlReport *report);
void progress_done (Progress *self, TlFrame *frame, guint64 seed, const char *path);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (Progress, progress_free)

G_END_DECLS
