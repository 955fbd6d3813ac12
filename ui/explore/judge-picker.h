/* judge-picker.h - who judges: none, one of the CLIPs at hand, or a file
 *
 * Asks for it by the action app.use-judge "(ss)": the file and its vocabulary, empty for none.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#pragma once

#include "ui/models/judges.h"

#include <gtk/gtk.h>

G_BEGIN_DECLS

#define TL_TYPE_JUDGE_PICKER (tl_judge_picker_get_type ())

G_DECLARE_FINAL_TYPE (TlJudgePicker, tl_judge_picker, TL, JUDGE_PICKER, GtkWidget)

void tl_judge_picker_set_judges (TlJudgePicker *self, TlJudges *judges);

G_END_DECLS
