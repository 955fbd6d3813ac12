/* judge.h - what pictures show, in the eyes of a CLIP that did not steer them
 *
 * Any CLIP says which of many prompts a picture is nearest to; the trainer's heads, whether what a
 * scene is made of is recognised. The heads were learnt from drawings alone. One
 * thread.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#pragma once

#include "core/clip/clip.h"
#include "core/scenes/scene.h"
#include "core/session/frame.h"

G_BEGIN_DECLS

typedef struct _TlJudge TlJudge;

/* File names: the model, any CLIP; its vocabulary; and (nullable) its heads as the trainer exports
 * them, without which nothing is recognised. */
TlJudge *tl_judge_open (const char *clip, const char *merges, const char *heads, TlDevice device,
                        GError **error);
void tl_judge_free (TlJudge *self);
gboolean tl_judge_has_heads (TlJudge *self);

/* Prompts that pictures are told apart by, from now on. */
gboolean tl_judge_set_prompts (TlJudge *self, const char *const *prompts, guint n, GError **error);

/* TRUE what was recognised; colours count as recognised only where the scene shows them. */
typedef struct
{
  gboolean object, colour, background;
  gboolean has_object, has_colour;
  /* What is likeliest, as labels (words.h): a thing, a colour of the scene's (without things: of
   * the likeliest one), a place. */
  guint object_label, colour_label, background_label;
} TlRecognition;

typedef struct
{
  gfloat *cosines; /* [n prompts] */
  gfloat *scores;  /* [tl_labels_get_count ()], 0 without heads */
} TlOpinion;

/* Of the whole picture and eight large parts of it together. */
gboolean tl_judge_look (TlJudge *self, TlFrame *picture, TlOpinion *opinion, GError **error);
void tl_opinion_clear (TlOpinion *self);

/* How many prompts are nearer than prompt @own. */
guint tl_opinion_get_rank (const TlOpinion *self, guint n, guint own);

/* Whether @scene's first object is among as many as it has things that score highest, whether its
 * colour is the likeliest of that object, and the background the likeliest of all. */
TlRecognition tl_opinion_recognize (const TlOpinion *self, const TlScene *scene);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (TlJudge, tl_judge_free)
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (TlOpinion, tl_opinion_clear)

G_END_DECLS
