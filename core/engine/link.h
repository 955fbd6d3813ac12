/* link.h - a run, as both threads know it
 *
 * The window's TlRun is a GObject of the main thread and must be touched, and let go of, there
 * only. The worker knows the run by its link: a reference-counted token that either thread may
 * hold, and that the main thread cuts when the run is discarded or the engine goes. Private to
 * core/engine.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#pragma once

#include "core/session/run.h"

G_BEGIN_DECLS

typedef struct
{
  TlRun *run;         /* main thread only; NULL once cut */
  TlStart *start;     /* any thread, as what follows */
  guint64 hold;       /* iteration that it waits at; 0: none */
  guint64 origin;     /* iteration that it began at */
  gint64 exploration; /* 0: none */
} TlLink;

/* Main thread. Keeps a reference to @run until the link is cut. */
TlLink *tl_link_new (TlRun *run);
void tl_link_cut (TlLink *self);

TlLink *tl_link_ref (TlLink *self);
void tl_link_unref (TlLink *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (TlLink, tl_link_unref)

G_END_DECLS
