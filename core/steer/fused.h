/* fused.h - the cutout method that samples the picture once
 *
 * Crop, affine, perspective and rotation of a cutout are one homography; all cutouts are one call
 * of grid_sample on the pooled picture. Colours, erasing and noise come after it. Engine thread.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#pragma once

#include "core/steer/cutouts.h"

G_BEGIN_DECLS

/* As tl_cutouts_make(), without the noise that all methods end with. */
TlTensor *tl_cutouts_make_fused (TlScope *s, TlTensor *picture, const TlCutting *cutting);

G_END_DECLS
