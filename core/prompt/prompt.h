/* prompt.h - the prompt language
 *
 * A TlPrompt is what the artist wrote, read: segments of a story, each a list of weighted clauses.
 * It is immutable and reference-counted, so that it may cross threads. Parsing is total: every
 * string reads as something, and what is odd about it becomes a hint, never an error. Printing is
 * the inverse: parse (print (x)) equals x.
 *
 * The grammar is product.md 3.2. Where it leaves a choice:
 * - `<image:` that is closed on its line shields what it holds from ^, |, : and @ wherever it
 * stands; it is a picture only where it is the whole body of a clause.
 * - a keyframe is one only before white space, "|", "<" or the end: in `^ @4k wallpaper` the @ is
 * text.
 * - a weight is a finite number; `cat:inf` is text, `cat:1:inf` has a stop.
 * - a segment without clauses is dropped with the clauses it lacks; the first one left starts at
 * iteration 0, whatever it says.
 * - keyframes, and points of a curve, are sorted where they are all iterations or all percentages;
 * mixed ones keep the order of the text, and tl_prompt_at() orders them once the length of the run
 * is known.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#pragma once

#include "core/prompt/clause.h"
#include "core/prompt/hint.h"

#include <glib-object.h>

G_BEGIN_DECLS

#define TL_TYPE_PROMPT (tl_prompt_get_type ())

typedef struct _TlPrompt TlPrompt;

/* A clause as it acts at one iteration. */
typedef struct
{
  const TlClause *clause; /* owned by the prompt */
  gdouble weight;         /* after schedule and cross-fade */
} TlActiveClause;

GType tl_prompt_get_type (void) G_GNUC_CONST;

/* Parses any bytes whatever, valid UTF-8 or not. */
TlPrompt *tl_prompt_parse (const char *text);

TlPrompt *tl_prompt_ref (TlPrompt *self);
void tl_prompt_unref (TlPrompt *self);

/* The text that parses to an equal prompt: canonical, with escapes where they are needed, and with
 * no oddity of spelling left for a hint to name. Hints about what a prompt means, such as a weight
 * of 0, remain. */
char *tl_prompt_print (TlPrompt *self);

/* Equal readings, whatever the spelling; hints are not compared. */
gboolean tl_prompt_equal (TlPrompt *a, TlPrompt *b);

guint tl_prompt_get_n_segments (TlPrompt *self);
const TlSegment *tl_prompt_get_segment (TlPrompt *self, guint index);

/* No clause at all: there is nothing to steer towards or away from. */
gboolean tl_prompt_is_empty (TlPrompt *self);

/**
 * tl_prompt_get_hints:
 *
 * For `--strict` on a command line: any hint at all is a reason to stop, each with its column.
 *
 * Returns: (transfer none) (element-type TlHint): what is odd, in the order of the text
 */
const GPtrArray *tl_prompt_get_hints (TlPrompt *self);

/* Bytes of the keyframe that @text begins with, right at its "@", where it stands behind a ^; 0: it
 * begins with none. */
gsize tl_prompt_measure_keyframe (const char *text);

/**
 * TlStory:
 * @n_iterations: planned length of the run; percentages refer to it
 * @change_every: iterations between segments without a keyframe; 0: length / number of segments,
 *   and the last has the rest
 * @loop: start over after the last segment (only where no segment has a keyframe)
 */
typedef struct
{
  guint64 n_iterations;
  guint64 change_every;
  gboolean loop;
} TlStory;

/**
 * tl_prompt_at:
 *
 * The clauses that act at @iteration, with their weights then. Clauses of weight 0 and remote
 * images are left out.
 *
 * A segment starts at its keyframe, else `change_every` after the one before it in the text; the
 * one that started last acts, of several that start together the last in the text. During a
 * cross-fade of n iterations the weight of the new segment rises linearly from 0 at its start to
 * full n iterations later, and what acted before falls from full to 0; a clause that both have (the
 * same body and stop) is one clause with the sum of the two. Schedules count iterations of the run,
 * also in a loop.
 *
 * Image and noise clauses persist across ^ until a later segment names the same image or the same
 * seed again. Then the new clause takes the old one's place, with its weight, stop and schedule:
 * `<image:a.png>:0` removes, `<image:a.png>:2` changes. A loop that starts over starts from
 * nothing, as iteration 0 does.
 *
 * Returns: (transfer full) (element-type TlActiveClause): inherited clauses first, then those of
 * the segment, in the order of the text; borrows from @self
 */
GArray *tl_prompt_at (TlPrompt *self, const TlStory *story, guint64 iteration);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (TlPrompt, tl_prompt_unref)

G_END_DECLS
