/* scene.h - a captioned picture before it is drawn: what is on it, and where
 *
 * A scene is a pure function of (seed, index); drawing (tl_scene_draw()), captions and labels
 * (words.h) are readers of it. It is immutable after it was made, so that any number of threads may
 * read the same one.
 *
 *   g_autoptr (TlScene) scene = tl_scene_new (seed, index);
 *   g_autofree char *caption = tl_scene_dup_caption (scene, 0);
 *   tl_scene_draw (scene, pixels, 4 * 64, 64);
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#pragma once

#include "core/scenes/kinds.h"

G_BEGIN_DECLS

#define TL_SCENE_MIN_SIZE 16
#define TL_SCENE_MAX_SIZE 2048

typedef struct
{
  TlObjectKind kind;
  TlColour colour;
  gdouble x, y; /* of the feet, in widths of the picture */
  gdouble k;    /* half its height */
  gboolean is_flipped, is_lively;
} TlThing;

typedef struct
{
  guint64 seed, index;
  TlSceneStyle style;
  TlBackground background;
  TlColour backdrop; /* of TL_BACKGROUND_PLAIN */
  gdouble horizon;
  guint extras;   /* mask of TlExtras */
  guint n_things; /* 0: the background alone */
  TlThing things[2];
  TlRelation relation; /* of the first thing to the second */
} TlScene;

/* What a scene has to have; -1 leaves a choice to the scene's numbers. */
typedef struct
{
  gint object, colour;
  gint relation;
  gint second, second_colour;
  gint background, backdrop;
  gint style;
} TlSceneParts;

#define TL_SCENE_PARTS_INIT                                                                        \
  {                                                                                                \
    -1, -1, -1, -1, -1, -1, -1, -1                                                                 \
  }

/* Returns: (transfer full) */
TlScene *tl_scene_new (guint64 seed, guint64 index);

/**
 * tl_scene_new_from:
 * @parts: a relation that the objects cannot have (tl_relation_allows()) becomes
 * TL_RELATION_NEXT_TO; a @second without a
 *   @relation stands next to the first; with TL_RELATION_NONE it is ignored
 *
 * The rest follows from (@seed, @index) as in tl_scene_new(), which is the same with nothing asked
 * for.
 *
 * Returns: (transfer full)
 */
TlScene *tl_scene_new_from (const TlSceneParts *parts, guint64 seed, guint64 index);

void tl_scene_free (TlScene *self);

/**
 * tl_scene_draw:
 * @pixels: (out): @size rows of opaque ARGB32 in the machine's order, as cairo has it
 * @stride: bytes from row to row; a multiple of 4, at least 4 * @size
 * @size: TL_SCENE_MIN_SIZE ... TL_SCENE_MAX_SIZE; pictures are square
 *
 * The same scene and size give the same bytes on one machine.
 */
void tl_scene_draw (const TlScene *self, guint8 *pixels, gint stride, guint size);

/* A line drawing and a blueprint show no colours; captions and labels are then silent about them.
 */
gboolean tl_scene_has_colours (const TlScene *self);

/* Whether the colour of a plain background is seen; a blackboard hides it as well. */
gboolean tl_scene_has_backdrop (const TlScene *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (TlScene, tl_scene_free)

G_END_DECLS
