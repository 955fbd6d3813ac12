/* outbox.h - what the worker tells the main thread
 *
 * Letters are opened on the main thread in the order in which they were posted. Progress is the
 * exception that keeps the window from falling behind: news of a run whose last letter still lies
 * there unopened, and is progress too, replace it. So however fast the worker is, there lies at
 * most one picture a run, and one wake-up of the main loop is due. Private to core/engine.
 *
 * (Not the single atomic pointer that a mailbox of frames alone would need: the same picture must
 * come after the turn that it shows and before the pause that follows it, so both share one queue.)
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#pragma once

#include "core/engine/link.h"

G_BEGIN_DECLS

typedef struct _TlOutbox TlOutbox;

/* Reads and frees @content; link->run is NULL if the run was discarded meanwhile. @link: NULL for
 * what is about no run. Main thread. */
typedef void (*TlLetterFunc) (TlLink *link, gpointer content);

/* Reads @content. @run: held meanwhile, since whom it tells may discard it. Main thread. */
typedef void (*TlRunLetterFunc) (TlRun *run, gpointer content);

/* Main thread; letters are opened in its thread-default context. */
TlOutbox *tl_outbox_new (void);

/* Main thread, when the worker has ended. Letters that still lie there go to @discard of their
 * posting, unopened. May be called while a letter is being opened. */
void tl_outbox_close (TlOutbox *self);

/**
 * tl_outbox_post:
 * @link: (nullable)
 * @content: (transfer full)
 * @discard: frees @content if it is never opened; main thread
 */
void tl_outbox_post (TlOutbox *self, TlLink *link, TlLetterFunc open, gpointer content,
                     GDestroyNotify discard);

/**
 * tl_outbox_post_to_run:
 * @content: (transfer full)
 * @free_content: frees @content, whether or not the run was still there to @read it; main thread
 */
void tl_outbox_post_to_run (TlOutbox *self, TlLink *link, TlRunLetterFunc read, gpointer content,
                            GDestroyNotify free_content);

/* Copies @news. */
void tl_outbox_post_news (TlOutbox *self, TlLink *link, const TlRunNews *news);

/* As tl_outbox_post_news(), replaces or is replaced by other progress of the same run. */
void tl_outbox_post_progress (TlOutbox *self, TlLink *link, const TlRunNews *news);

G_END_DECLS
