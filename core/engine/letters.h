/* letters.h - facts that the worker posts to a run
 *
 * Each arrives in the run by the function of run.h that its name says, in the order of posting; a
 * run that was discarded meanwhile hears nothing. Worker's thread. Private to core/engine.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#pragma once

#include "core/engine/outbox.h"

G_BEGIN_DECLS

/* Copied, or referenced. */
void tl_letter_post_entry (TlOutbox *outbox, TlLink *link, const TlJournalEntry *entry);
void tl_letter_post_steer (TlOutbox *outbox, TlLink *link, TlSteer *steer);
void tl_letter_post_checkpoint (TlOutbox *outbox, TlLink *link, const TlCheckpointValues *values);
void tl_letter_post_picture (TlOutbox *outbox, TlLink *link, TlFrame *frame);

/* Takes @maker. */
void tl_letter_post_maker (TlOutbox *outbox, TlLink *link, TlMaker *maker);

G_END_DECLS
