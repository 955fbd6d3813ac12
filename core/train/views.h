/* views.h - how a CLIP that learns looks at pictures: as steering would show them to it
 *
 * Everything is drawn from (seed, step). One thread.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#pragma once

#include "core/clip/clip.h"
#include "core/session/settings.h"

G_BEGIN_DECLS

/* Plain data. */
typedef struct
{
  guint64 seed;
  TlDevice device;
  guint resolution, patch; /* of the CLIP */
  gdouble kept;            /* share of the patches */
  TlSettings cutouts;
} TlViews;

/* @augment: 1: as strongly as the starter's cutouts */
void tl_views_init (TlViews *self, guint64 seed, TlDevice device, const TlClipConfig *clip,
                    gdouble kept, gdouble augment);

/* [n, 3, size, size] -> [n, 3, resolution, resolution]: pictures of another size as steering pools
 * them, or their plain average */
TlTensor *tl_views_pool (TlScope *s, const TlViews *self, guint64 step, TlTensor *pictures);

/* [n, 3, resolution, resolution] -> the same, as cutouts */
TlTensor *tl_views_take (TlScope *s, const TlViews *self, guint64 step, TlTensor *pictures);

/* [k, n]: for each picture k of the patches, none twice; NULL where all are looked at */
TlTensor *tl_views_choose_patches (TlScope *s, const TlViews *self, guint64 step, gint64 n);

G_END_DECLS
