/* candidate.h - one start of many: its moving picture, seed, similarity and mark
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#pragma once

#include "core/session/session.h"

#include <gtk/gtk.h>

G_BEGIN_DECLS

#define TL_TYPE_CANDIDATE (tl_candidate_get_type ())

G_DECLARE_FINAL_TYPE (TlCandidate, tl_candidate, TL, CANDIDATE, GtkFlowBoxChild)

GtkWidget *tl_candidate_new (TlSession *session, TlRun *run);

TlRun *tl_candidate_get_run (TlCandidate *self);
/* (nullable): whose scores are shown beside the similarity */
void tl_candidate_set_judge (TlCandidate *self, const char *judge);
void tl_candidate_set_size (TlCandidate *self, guint size);

G_END_DECLS
