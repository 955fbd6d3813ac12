/* table.h - what is known about each object: its words, colours, sizes, habits, and its drawing
 *
 * Constant data; any thread.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#pragma once

#include "core/scenes/objects.h"

G_BEGIN_DECLS

typedef enum
{
  TL_TRAIT_DRIVEN = 1 << 0, /* has a seat */
  TL_TRAIT_DRIVES = 1 << 1, /* has a head to look out with */
  TL_TRAIT_FLIES = 1 << 2,
  TL_TRAIT_SWIMS = 1 << 3,   /* under water */
  TL_TRAIT_FLOATS = 1 << 4,  /* on the water */
  TL_TRAIT_SKY = 1 << 5,     /* never stands on the ground */
  TL_TRAIT_PERCHES = 1 << 6, /* small enough to be on top of others */
  TL_TRAIT_CARRIES = 1 << 7, /* has a place on top: top_x, top_y */
  TL_TRAIT_SHELTERS = 1 << 8,
  TL_TRAIT_LARGE = 1 << 9,   /* others stand in front of it */
  TL_TRAIT_STEADY = 1 << 10, /* is never mirrored */
  TL_TRAIT_OFTEN = 1 << 11,  /* twice as often as others */
} TlTraits;

/* In colours: whatever; the natural one is then not said. */
#define TL_COLOURS_ALL ((1u << TL_N_COLOURS) - 1)

typedef struct
{
  const char *words[4]; /* NULL-filled; the first is its name */
  /* True of each drawing in each style: "with big wheels". "!" in front: not where it drives, which
   * shows head and shoulders, or is driven. */
  const char *details[2];
  const char *posture; /* (nullable): "sitting" */
  TlDraw draw, head;
  guint traits;
  guint colours; /* mask */
  gint natural;  /* TlColour, or -1 where none goes without saying */
  guint homes;   /* mask of backgrounds where it is met more often */
  gdouble size;  /* beside others; 1: a tractor */
  gdouble top_x, top_y;
  gdouble half_width;
} TlObject;

const TlObject *tl_object_get (TlObjectKind kind);

/* Whether the two can stand in @relation; TL_RELATION_NONE and TL_RELATION_NEXT_TO always can. */
gboolean tl_relation_allows (TlRelation relation, TlObjectKind first, TlObjectKind second);

G_END_DECLS
