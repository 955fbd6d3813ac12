/* signs.h - what words ask for, read out of what a text tower makes of them
 *
 * A scene shows a few of some hundred signs: its things, its place, its style, a colour. From the
 * embeddings of captions a linear reading learns which of them are asked for (ridge regression:
 * Hoerl and Kennard 1970), so that scenes are found that show as many of these as can be, and
 * little else, the things before all. A caption that leaves something out has nothing to say about
 * it: whatever it is then counts for the same. One thread.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#pragma once

#include "core/scenes/scene.h"

G_BEGIN_DECLS

#define TL_SIGNS_OF_SCENE 8 /* that one scene shows at most */

/* How many signs there are, less than TL_EXAMPLES_NO_SIGN. */
guint tl_signs_get_count (void);

/* @signs: (out): which the scene shows, its things first, then TL_EXAMPLES_NO_SIGN */
void tl_signs_get (const TlScene *scene, guint8 signs[TL_SIGNS_OF_SCENE]);

/* Sums over what was added; as large for many captions as for one. */
typedef struct _TlSigns TlSigns;

/* @n_words: numbers of an embedding */
TlSigns *tl_signs_new (guint n_words);
void tl_signs_free (TlSigns *self);

/* @words: the embedding, of length 1, of a caption of the scene that shows @signs */
void tl_signs_add (TlSigns *self, const gfloat *words, const guint8 signs[TL_SIGNS_OF_SCENE]);

/* What each sign is worth to a scene that shows it, from all that was added until now: as near as a
 * plane comes to what the sign weighs where it is asked for, and to as much less than nothing where
 * it is not.
 *
 * Returns: (transfer full): [n_signs, n_words + 1], the last of a row added to whatever the words
 * say; zeros where nothing was added */
gdouble *tl_signs_solve (const TlSigns *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (TlSigns, tl_signs_free)

G_END_DECLS
