/* commands.h - what the main thread asks of the worker
 *
 * Each is a TlCommand: it runs on the worker's thread, between two iterations, in the order in
 * which it was pushed. Which fields of the order it reads is said here. A run that the worker does
 * not know, since it was discarded, is passed over. Private to core/engine.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#pragma once

#include "core/engine/worker.h"

G_BEGIN_DECLS

/* link, journal; state and is_parents where it goes on from one */
void tl_command_start (TlWorker *worker, TlOrder *order);
void tl_command_steer (TlWorker *worker, TlOrder *order);      /* link, steer, turn */
void tl_command_pause (TlWorker *worker, TlOrder *order);      /* link */
void tl_command_continue (TlWorker *worker, TlOrder *order);   /* link */
void tl_command_stop (TlWorker *worker, TlOrder *order);       /* link */
void tl_command_discard (TlWorker *worker, TlOrder *order);    /* link */
void tl_command_focus (TlWorker *worker, TlOrder *order);      /* link or NULL */
void tl_command_frame_rate (TlWorker *worker, TlOrder *order); /* number */
void tl_command_keep_every (TlWorker *worker, TlOrder *order); /* number */
void tl_command_keep_all (TlWorker *worker, TlOrder *order);
void tl_command_settle (TlWorker *worker, TlOrder *order); /* task */
void tl_command_save (TlWorker *worker, TlOrder *order);   /* link, task */
void tl_command_scorer (TlWorker *worker, TlOrder *order); /* scorer or NULL */
void tl_command_score (TlWorker *worker, TlOrder *order);  /* frame, start, steer, task */
void tl_command_quit (TlWorker *worker, TlOrder *order);

G_END_DECLS
