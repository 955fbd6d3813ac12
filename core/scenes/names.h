/* names.h - one name for each background, style, relation and extra
 *
 * For labels and command lines; captions have more words. Any thread.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#pragma once

#include "core/scenes/kinds.h"

G_BEGIN_DECLS

const char *tl_background_get_name (TlBackground background);
const char *tl_style_get_name (TlSceneStyle style);
const char *tl_relation_get_name (TlRelation relation);
/* @bit: which bit of TlExtras */
const char *tl_extra_get_name (guint bit);

G_END_DECLS
