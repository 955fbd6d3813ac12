/* record.h - what an evaluation saw: its pictures, and a table of what each was taken for
 *
 * In a folder: a PNG of each look, named by prompt, seed and iteration, so that another judge can
 * look at the very same pictures without steering them again; and runs.csv.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#pragma once

#include "app/train/exam.h"

G_BEGIN_DECLS

typedef struct _Record Record;

/* One look. */
typedef struct
{
  guint which; /* prompt */
  guint64 seed, iteration;
} Look;

/* Makes the folder where there is none. @exam: borrowed. */
Record *record_new (const char *folder, Exam *exam, GError **error);
void record_free (Record *self);

gboolean record_save (Record *self, const Look *look, TlFrame *frame, GError **error);
/* (transfer full): the picture of an earlier evaluation; NULL, with an error, where there is none
 */
TlFrame *record_load (Record *self, const Look *look, GError **error);

/* A line of the table: */
void record_note (Record *self, const Look *look, const TlOpinion *opinion);
/* which is written whole, over an older one. */
gboolean record_write_table (Record *self, GError **error);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (Record, record_free)

G_END_DECLS
