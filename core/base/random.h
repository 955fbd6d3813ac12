/* random.h - random numbers as a function of (seed, iteration, purpose, index)
 *
 * Philox 4x32-10 (Salmon, Moraes, Dror, Shaw: "Parallel random numbers: as easy as 1, 2, 3", SC11). There is no state that
 * could be lost: whoever asks for the same stream gets the same numbers, whatever was paused, forked, sliced or replayed in
 * between, and on every device. A TlRandom is a plain value on the caller's stack; any thread may use its own.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* What the numbers are for. Values are part of what makes a seed repeat: never renumber, only append. */
typedef enum
{
  TL_PURPOSE_START = 0,    /* start tokens and noise starts */
  TL_PURPOSE_CUTOUTS = 1,  /* crop boxes */
  TL_PURPOSE_AUGMENT = 2,  /* parameters of augmentations; index = cutout, one stream per augmentation kind and cutout */
  TL_PURPOSE_NOISE = 3,    /* noise added to cutouts */
  TL_PURPOSE_CLAUSE = 4,   /* noise clauses and cutouts of image clauses */
  TL_PURPOSE_WEIGHTS = 5,  /* random: models of the benchmark */
  TL_PURPOSE_SEED = 6,     /* seeds of candidates */
  TL_PURPOSE_JITTER = 7,   /* noise added to a latent where a sibling leaves */
  TL_PURPOSE_SCENE = 8,    /* scenes; iteration = which, index 0: choices, 1: drawing, 2, 3: textures, 16 + k: caption k */
  TL_PURPOSE_VARIATION = 9, /* seeds of other luck for the same run */
  TL_PURPOSE_TRAINING = 10, /* iteration = scene, index 0: which square, which caption; or = step, see core/train */
  TL_PURPOSE_DENOISE = 11,  /* codes that the latent is mixed with before a denoiser sees it */
} TlPurpose;

typedef struct
{
  guint32 key[2];
  guint32 counter[4];
  guint32 block[4];
  guint n_left;
  gboolean has_spare;
  gdouble spare;
} TlRandom;

/* One block of the cipher: ten rounds. Exposed for its test against the published vectors. */
void tl_philox (const guint32 counter[4], const guint32 key[2], guint32 out[4]);

/**
 * tl_random_init:
 * @iteration: at most 2^48 - 1
 * @index: which of several streams of the same purpose
 *
 * Starts the stream at its first number. Streams of different arguments never overlap within 2^32 blocks.
 */
void tl_random_init (TlRandom *self, guint64 seed, guint64 iteration, TlPurpose purpose, guint32 index);

/**
 * tl_random_vary_seed:
 *
 * Other luck for the same seed: the first two words of the cipher's block at counter (variation's low word, its high
 * word, 0, TL_PURPOSE_VARIATION << 16) under the key @seed, low word first. Variation 0 is @seed itself.
 */
guint64 tl_random_vary_seed (guint64 seed, guint64 variation);

guint32 tl_random_next (TlRandom *self);

/* Uniform in [0, 1) with 24 bits, so that the value is exact in float32 as well. */
gdouble tl_random_uniform (TlRandom *self);

/* Uniform in [low, high). */
gdouble tl_random_range (TlRandom *self, gdouble low, gdouble high);

/* Uniform in 0 ... n - 1, without bias; n > 0. */
guint32 tl_random_below (TlRandom *self, guint32 n);

/* Standard normal (Box and Muller 1958). */
gdouble tl_random_normal (TlRandom *self);

/* As @n calls of tl_random_normal() (but for the last digits of its doubles), in less time. */
void tl_random_fill_normal (TlRandom *self, gfloat *out, gsize n);

G_END_DECLS
