/* paths.h - where Tiller's own files are
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* (transfer full): a file of the starter: in TILLER_STARTER_DIR, or where Tiller was installed, or in
 * the source tree of a build that was not installed. Need not exist. */
char *tl_path_starter (const char *name);

/* (transfer full): a file of the user's data folder: TILLER_DATA_DIR, or "tiller" in the user's. */
char *tl_path_user_data (const char *name);

G_END_DECLS
