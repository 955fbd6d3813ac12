/* layout.h - where the things of a scene stand
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#pragma once

#include "core/base/random.h"
#include "core/scenes/scene.h"

G_BEGIN_DECLS

/* Fills places, sizes and liveliness of the things from their kinds, the background and the
 * relation. */
void tl_layout_place (TlScene *scene, TlRandom *random);

G_END_DECLS
