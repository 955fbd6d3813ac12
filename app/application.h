/* application.h - the program with windows
 *
 * Opens windows, loads models for them, keeps the computer awake while something runs, follows the
 * desktop's light or dark.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#pragma once

#include "app/models.h"

#include <gtk/gtk.h>

G_BEGIN_DECLS

#define TL_TYPE_APPLICATION (tl_application_get_type ())

G_DECLARE_FINAL_TYPE (TlApplication, tl_application, TL, APPLICATION, GtkApplication)

/* Copies @source. */
TlApplication *tl_application_new (const TlModelSource *source);

G_END_DECLS
