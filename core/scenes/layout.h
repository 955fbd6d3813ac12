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

/* Which share of a part of the picture the boxes of the things cover; twice where they overlap. */
gdouble tl_layout_get_cover (const TlScene *scene, gdouble left, gdouble right, gdouble top,
                             gdouble bottom);

G_END_DECLS
