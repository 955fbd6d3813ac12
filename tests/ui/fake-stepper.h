/* fake-stepper.h - a stepper that paints a moving gradient, for tests of the window
 *
 * It obeys the whole interface without libtorch: its picture is a function of the seed, the
 * iteration and the prompts so far, so a turn changes what follows and nothing before. The word
 * "broken" in a prompt makes the step fail.
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

G_END_DECLS
