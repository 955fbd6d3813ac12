/* trainer.h - the real tiller-train, started in a folder of its own
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#pragma once

#include "tests/app/program.h"

G_BEGIN_DECLS

/* @arguments are split as a shell would; returns the exit status. */
int trainer_run (Fixture *fixture, const char *arguments, char **out, char **err);

/* The same, but interrupted when it has said its first line. */
int trainer_interrupt (Fixture *fixture, const char *arguments, char **err);

/* Of files in the folder. (transfer full), with a 0 behind */
GBytes *trainer_read (Fixture *fixture, const char *name);
gboolean trainer_exists (Fixture *fixture, const char *name);

G_END_DECLS
