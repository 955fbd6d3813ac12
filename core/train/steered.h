/* steered.h - pictures that are steered for as long as a CLIP learns
 *
 * A buffer of runs, each towards the caption of a scene: every training step moves each by one
 * iteration, as the program would, by what the CLIP knows by then, and what a run has come to is a
 * negative of its own caption. So the CLIP is shown, again and again, where steering leads that is
 * not the thing (a replay buffer of chains that go on, as in Du and Mordatch 2019,
 * arXiv:1903.08689). The scene itself, as the VQGAN rebuilds it, lies beside in the batch: the two
 * differ in nothing but what they show. A run lasts some tens of iterations; then another one
 * begins, with another scene. Everything is drawn from (seed, step). One thread.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#pragma once

#include "core/train/feed.h"
#include "core/vqgan/vqgan.h"
#include "core/weights/safetensors.h"

G_BEGIN_DECLS

typedef struct _TlSteered TlSteered;

/* @n runs of pictures of @size x @size. @vqgan: (transfer none): must outlive it. Fails only where
 * memory ran out. */
TlSteered *tl_steered_new (TlVqgan *vqgan, TlDevice device, guint64 seed, guint n, guint size,
                           GError **error);
void tl_steered_free (TlSteered *self);

/* @batch, which has words, is of the runs' size and has more pictures than there are runs, with the
 * runs' scenes in place of its last ones. Where a run is over, it begins anew with the scene that
 * it would have replaced. (transfer full) */
TlBatch *tl_steered_join (TlSteered *self, guint64 step, const TlBatch *batch, GError **error);

/* What @cutouts [n, 3, size, size] of run @which are away from its words: one number, with
 * gradients. */
typedef TlTensor *(*TlAwayFunc) (TlScope *s, TlTensor *cutouts, guint which, gconstpointer data);

/* Moves each run by one iteration -> [n runs, 3, size, size] in [0, 1]: what they showed before it.
 * In a failed scope nothing moves. @cut_size: of the cutouts */
TlTensor *tl_steered_move (TlScope *s, TlSteered *self, guint64 step, guint cut_size,
                           TlAwayFunc away, gconstpointer data);

/* How many iterations run @which has been steered. */
guint tl_steered_get_age (TlSteered *self, guint which);

/* Going on from a checkpoint is going on, if it is one of as many runs of the same size and a VQGAN
 * of the same shape; else all begin anew. */
void tl_steered_save (TlSteered *self, TlSafetensorsWriter *writer);
void tl_steered_load (TlSteered *self, TlWeights *weights);

/* The learning rate that suits a VQGAN: the starter's, for codes that spread as its do. */
gboolean tl_steered_find_lr (TlVqgan *vqgan, gdouble *lr, GError **error);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (TlSteered, tl_steered_free)

G_END_DECLS
