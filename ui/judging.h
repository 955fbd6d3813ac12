/* judging.h - asks the judge about candidates that wait
 *
 * One question after the other, each between two iterations of whatever runs; the answers are kept
 * in the session. Main thread; one per session of a window.
 *
 * Signal `failed` (string): one sentence.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#pragma once

#include "ui/models/judges.h"
#include "ui/work.h"

G_BEGIN_DECLS

#define TL_TYPE_JUDGING (tl_judging_get_type ())

G_DECLARE_FINAL_TYPE (TlJudging, tl_judging, TL, JUDGING, GObject)

TlJudging *tl_judging_new (TlSession *session, TlWork *work, TlJudges *judges);

/* If @run is a candidate that waits, and the judge has not seen it there yet. */
void tl_judging_ask (TlJudging *self, TlRun *run);

/* What was not answered yet is not asked any more. */
void tl_judging_stop (TlJudging *self);

G_END_DECLS
