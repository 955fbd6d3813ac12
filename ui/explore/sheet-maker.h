/* sheet-maker.h - a contact sheet of runs, gathered and drawn
 *
 * Pictures that are not in memory are read from the session's file; drawing happens on another
 * thread.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#pragma once

#include "core/session/session.h"

G_BEGIN_DECLS

/* @runs: (element-type TlRun): in this order; those without a picture are left out. @judge:
 * (nullable): whose scores are on it too */
void tl_sheet_make_async (TlSession *session, GPtrArray *runs, const char *title, const char *judge,
                          GAsyncReadyCallback callback, gpointer user_data);
/* (transfer full) */
TlFrame *tl_sheet_make_finish (GAsyncResult *result, GError **error);

G_END_DECLS
