/* exam.h - held-out prompts, a judge, and what it makes of pictures that are to show them
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#pragma once

#include "core/scenes/scene.h"
#include "core/train/judge.h"

G_BEGIN_DECLS

typedef struct
{
  guint n_prompts, size; /* size: pixels a side */
  guint64 seed;
  const char *objects; /* (nullable): names with commas between; only these things, each alone */
} ExamOptions;

typedef struct
{
  TlJudge *judge;
  guint size;
  GPtrArray *scenes;  /* of TlScene */
  GPtrArray *prompts; /* of char * */
} Exam;

/* @judge: (transfer full), also where it fails. */
Exam *exam_new (const ExamOptions *options, TlJudge *judge, GError **error);
void exam_free (Exam *self);

const char *exam_get_prompt (Exam *self, guint which);

/* Shares of pictures. */
typedef struct
{
  guint n, first, third; /* pictures; own prompt nearest, among the three nearest */
  guint n_objects, objects, n_colours, colours, n_backgrounds, backgrounds;
} Tally;

/* What the judge makes of @frame; */
gboolean exam_look (Exam *self, TlFrame *frame, TlOpinion *opinion, GError **error);
/* that of a picture which is to show prompt @which, counted. */
void exam_count (Exam *self, guint which, const TlOpinion *opinion, Tally *tally);
/* The end of a line. */
void exam_print (const Tally *tally);

/* The judge, asked about the scenes that the prompts describe: nothing that is steered can be
 * expected to be recognised more often. Prints a line. */
gboolean exam_judge_scenes (Exam *self, GError **error);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (Exam, exam_free)

G_END_DECLS
