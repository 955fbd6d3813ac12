/* fine-control.h - the numbers of steering, for those who want them
 *
 * Every one of them can be turned while a run goes on.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#pragma once

#include "core/session/settings.h"

#include <gtk/gtk.h>

G_BEGIN_DECLS

#define TL_TYPE_FINE_CONTROL (tl_fine_control_get_type ())

G_DECLARE_FINAL_TYPE (TlFineControl, tl_fine_control, TL, FINE_CONTROL, GtkWidget)

/* Signal `changed`. */

/* All settings: those without a control here keep what was set last. */
void tl_fine_control_get_settings (TlFineControl *self, TlSettings *settings);
void tl_fine_control_set_settings (TlFineControl *self, const TlSettings *settings);

/* Turns to other words are to lay out forms anew. */
gboolean tl_fine_control_is_anew (TlFineControl *self);

G_END_DECLS
