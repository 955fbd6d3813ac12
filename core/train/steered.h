/* steered.h - pictures that are steered for as long as a model learns
 *
 * A buffer of runs, each towards the caption of a scene: every training step moves each by one
 * iteration, as the program would, by what the models know by then (a replay buffer of chains that
 * go on, as in Du and Mordatch 2019, arXiv:1903.08689). A run lasts some tens of iterations; then
 * another one begins, with another scene. Everything is drawn from (seed, step). One thread.
 *
 * For a CLIP, what a run has come to is a negative of its own caption: it is shown, again and
 * again, where steering leads that is not the thing. The scene itself, as the VQGAN rebuilds it,
 * lies beside in the batch: the two differ in nothing but what they show. Where a denoiser begins
 * the program's runs, these begin so too, in the colours that it draws: then CLIP learns to tell
 * what that draws for the words from the scenes themselves, and what it makes of it on the way.
 *
 * For a decoder, a run begins at the spoilt codes of its scene, and wherever it has come to, the
 * scene is what it is to draw: it learns what codes mean that steering finds.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#pragma once

#include "core/denoiser/denoiser.h"
#include "core/train/feed.h"
#include "core/vqgan/vqgan.h"
#include "core/weights/safetensors.h"

G_BEGIN_DECLS

typedef struct _TlSteered TlSteered;

typedef enum
{
  TL_STEERED_FROM_NOISE,   /* any codes; the scenes in the batch are as the VQGAN rebuilds them */
  TL_STEERED_FROM_DRAWING, /* what a denoiser draws for the words, as the program's runs begin: with
                              latents of half the size, of several the nearest, and pulled towards
                              its answers; the scenes are as the VQGAN rebuilds them in that size */
  TL_STEERED_FROM_SCENE,   /* its spoilt codes (spoil.h), from nearly all to none; the scenes are as
                              they were drawn */
} TlSteeredStart;

typedef struct
{
  const TlVqganConfig *vqgan; /* of what will draw them */
  TlDevice device;
  guint64 seed;
  guint n, size; /* runs, and the pixels a side of their pictures */
  TlSteeredStart start;
} TlSteeredOptions;

/* Copies @options. */
TlSteered *tl_steered_new (const TlSteeredOptions *options);
void tl_steered_free (TlSteered *self);

/* For runs from drawings, before anything else; borrowed. */
void tl_steered_set_denoiser (TlSteered *self, TlDenoiser *denoiser);

/* Who draws from now on: before anything else, and again where it has learnt since. Borrowed until
 * the next, or the end. Fails only where memory ran out. */
gboolean tl_steered_set_vqgan (TlSteered *self, TlVqgan *vqgan, GError **error);

/* @batch, which has words, is of the runs' size and has more pictures than there are runs, with the
 * runs' scenes in place of its last ones. Where a run is over, it begins anew with the scene that
 * it would have replaced. (transfer full) */
TlBatch *tl_steered_join (TlSteered *self, guint64 step, const TlBatch *batch, GError **error);

/* What @cutouts [n, 3, size, size] of run @which are away from its words: one number, with
 * gradients. */
typedef TlTensor *(*TlAwayFunc) (TlScope *s, TlTensor *cutouts, guint which, gconstpointer data);

/* Where the runs are: [n runs, e_dim, h, w] */
TlTensor *tl_steered_show_latents (TlScope *s, TlSteered *self);

/* Whom the runs follow. */
typedef struct
{
  TlAwayFunc away;
  gconstpointer data;
  guint cut_size; /* of the cutouts */
  TlTensor
    *words; /* [n runs, words] of length 1: what a denoiser is told; (nullable) without one */
} TlSteeredGuide;

/* Moves each run by one iteration -> [n runs, 3, size, size] in [0, 1]: what they showed before it.
 * In a failed scope nothing moves, nor does the run that it fails with. */
TlTensor *tl_steered_move (TlScope *s, TlSteered *self, guint64 step, const TlSteeredGuide *guide);

/* How many iterations run @which has been steered. */
guint tl_steered_get_age (TlSteered *self, guint which);

/* Going on from a checkpoint is going on, if it is one of as many runs of the same size and a VQGAN
 * of the same shape; else all begin anew. */
void tl_steered_save (TlSteered *self, TlSafetensorsWriter *writer);
void tl_steered_load (TlSteered *self, TlWeights *weights);

/* The learning rate of such runs: eight times that of the starter's preset, for codes that are
 * spread as far as its own. */
gboolean tl_steered_find_lr (TlVqgan *vqgan, gdouble *lr, GError **error);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (TlSteered, tl_steered_free)

G_END_DECLS
