/* judges.h - the CLIPs that may judge, and the one that does
 *
 * A judge scores pictures and does not steer (design.md, 1). There is one for the whole program, as
 * there is one choice of models; app loads it and says here what became of that. Main thread.
 *
 * Signal `changed`: any of it is another.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#pragma once

#include <glib-object.h>

G_BEGIN_DECLS

/* The name, among files, of the judge that comes with the starter. */
#define TL_JUDGE_STARTER "starter-judge"

#define TL_TYPE_JUDGES (tl_judges_get_type ())

G_DECLARE_FINAL_TYPE (TlJudges, tl_judges, TL, JUDGES, GObject)

TlJudges *tl_judges_new (void);

/* Files of CLIP that do not steer now, and the starter's judge. */
const char *const *tl_judges_get_clips (TlJudges *self);
void tl_judges_set_clips (TlJudges *self, const char *const *clips);

/* @clip: (nullable): chosen, or on its way; @key: (nullable): of the judge in force, as scores are
 * kept under */
void tl_judges_set (TlJudges *self, const char *clip, const char *key, gboolean is_loading);
const char *tl_judges_get_clip (TlJudges *self);
const char *tl_judges_get_key (TlJudges *self);
gboolean tl_judges_is_loading (TlJudges *self);

/* (transfer full) (nullable): the sentence that says why nobody judges; NULL: somebody does */
char *tl_judges_dup_reason (TlJudges *self);

/* (transfer full): of a file, for people */
char *tl_judges_make_title (const char *clip);

G_END_DECLS
