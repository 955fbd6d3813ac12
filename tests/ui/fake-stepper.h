/* fake-stepper.h - a stepper that paints a moving gradient, for tests of the window
 *
 * It obeys the whole interface without libtorch: its picture is a function of the seed, the
 * iteration and the prompts so far, so a turn changes what follows and nothing before. The word
 * "broken" in a prompt makes the step fail; "wild" makes the step from 30 on come to no number with
 * a learning rate above a sixth of the starter's, "wilder" with any.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#pragma once

#include "app/models.h"

G_BEGIN_DECLS

/* @model: what it says that it is; static */
TlStepper *fake_stepper_new (const char *model);

/* As tl_load_models(): a file whose name holds "broken" is refused. */
gboolean fake_load_models (const TlModelFiles *files, TlLoaded *loaded, GCancellable *cancellable,
                           GError **error);

/* Ten times what it says is seven times the seed, but for the tens; fails at seed 13. */
TlScorer *fake_scorer_new (void);
/* As tl_load_judge() and tl_list_clips(). */
gboolean fake_load_judge (const char *clip, const char *vocab, const TlMaker *steering,
                          TlLoadedJudge *loaded, GError **error);
char **fake_list_clips (void);

G_END_DECLS
