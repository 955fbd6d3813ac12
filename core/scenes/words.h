/* words.h - what a scene is called: captions for people and CLIP, labels for training-only heads
 *
 * Any thread.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#pragma once

#include "core/scenes/scene.h"

G_BEGIN_DECLS

/**
 * tl_scene_dup_caption:
 * @k: which of the captions; each is another paraphrase, from "tractor, red" to a long sentence.
 * There is no last one.
 *
 * Lower-case ASCII words, commas and hyphens. Everything that it says is on the picture; most leave
 * something out, but the first thing (without things: the background) is always named.
 *
 * Returns: (transfer full)
 */
char *tl_scene_dup_caption (const TlScene *self, guint k);

/* The sentence that says everything but the extras: for evaluation prompts. (transfer full) */
char *tl_scene_dup_prompt (const TlScene *self);

/* Groups of labels, in the order of the vector: objects, object x colour, backgrounds, plain
 * colours, styles, relations, extras. */
guint tl_labels_get_count (void);

/* (transfer full): "object raccoon", "raccoon grey", "background night", "plain red", "style oil",
 * "relation driving", "extra stars" */
char *tl_labels_dup_name (guint label);

/* @bits: (out) (array length=tl_labels_get_count()): 0 or 1 */
void tl_scene_get_labels (const TlScene *self, guint8 *bits);

G_END_DECLS
