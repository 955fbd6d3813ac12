/* feed.h - drawn scenes for training, made ahead on threads of their own
 *
 * Batch number k of a feed is a pure function of its options and k, so that training goes on after
 * a stop as if there had been none, on however many threads. These draw with cairo and never see a
 * tensor. A feed belongs to the thread that made it.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#pragma once

#include "core/scenes/scene.h"
#include "core/torch/tensor.h"

G_BEGIN_DECLS

typedef struct
{
  guint64 seed;
  guint n;    /* pictures of a batch */
  guint size; /* pixels a side */
  /* Share of the pictures that are a random square, half as wide, of one drawn twice as large. */
  gdouble crops;
  guint n_whole;      /* the last so many of a batch are never one */
  gboolean has_words; /* captions and labels */
  gboolean has_twins; /* captions of what is not there, where there are words */
  guint large_every; /* so many batches one is of a quarter as many other pictures that are twice as
                      * large; 0: none */
} TlFeedOptions;

/* Immutable once it was handed out. */
typedef struct
{
  guint n, size;
  gfloat *pixels;  /* [n, 3, size, size], 0 ... 1 */
  char **captions; /* (nullable): n, then NULL */
  char **twins;    /* (nullable): the same but for the first thing, or the background without one */
  gfloat *labels;  /* (nullable): [n, tl_labels_get_count ()], 0 or 1 */
} TlBatch;

TlBatch *tl_batch_draw (const TlFeedOptions *options, guint64 which);
/* These scenes, whole, each with its caption number @caption and without labels. */
TlBatch *tl_batch_draw_scenes (TlScene *const *scenes, guint n, guint size, guint caption);
void tl_batch_free (TlBatch *self);
/* [n, 3, size, size] */
TlTensor *tl_batch_get_pictures (TlScope *s, const TlBatch *self);

typedef struct _TlFeed TlFeed;

/* Copies @options; the first batch is number @first. n_threads: at least 1 */
TlFeed *tl_feed_new (const TlFeedOptions *options, guint64 first, guint n_threads);
void tl_feed_free (TlFeed *self);

/* The next batch, (transfer full); waits for it. */
TlBatch *tl_feed_take (TlFeed *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (TlBatch, tl_batch_free)
G_DEFINE_AUTOPTR_CLEANUP_FUNC (TlFeed, tl_feed_free)

G_END_DECLS
