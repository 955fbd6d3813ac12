/* inspect-session.h - what a session holds: runs as a tree, checkpoints, scores
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#pragma once

#include "app/cli/cli.h"

G_BEGIN_DECLS

/* @json: one object a run */
gboolean inspect_session (const char *path, gboolean json, GError **error);

G_END_DECLS
