/* interrupt.h - Ctrl-C ends a run after its iteration, and keeps it
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* The first signal is remembered, the second ends the program. */
void catch_interrupts (void);
gboolean is_interrupted (void);

G_END_DECLS
