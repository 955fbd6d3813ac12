/* signals.h - a program that is told to end
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

/* From now on SIGTERM and SIGINT activate app.quit: what runs is paused and kept. @application
 * lives as long as the main loop. */
void tl_signals_watch (GApplication *application);

G_END_DECLS
