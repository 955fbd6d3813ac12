/* background.h - what is behind the things
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#pragma once

#include "core/scenes/pen.h"
#include "core/scenes/scene.h"

G_BEGIN_DECLS

void tl_background_draw (TlPen *pen, const TlScene *scene);

/* What falls in front of everything: rain, snow. */
void tl_background_draw_weather (TlPen *pen, const TlScene *scene);

G_END_DECLS
