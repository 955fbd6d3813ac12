/* load.h - what the parts of CLIP share while they are loaded
 *
 * Besides taking tensors from the file, loading multiplies out what would otherwise be computed
 * anew in every iteration: in float32, whatever the model computes in, and before anything is
 * rounded to the model's dtype. Only for the files of this folder and core/denoiser. Engine thread.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#pragma once

#include "core/clip/clip.h"
#include "core/torch/training.h"

G_BEGIN_DECLS

/**
 * TlClipLoad:
 * @scope: for what is multiplied out; its error is one of loading
 */
typedef struct
{
  const TlClipConfig *config;
  TlLoader *loader;
  TlScope *scope;
  TlDtype dtype;
} TlClipLoad;

/* (nullable): @x as an owned tensor in the model's dtype, row-major in memory; NULL once something
 * failed */
TlTensor *tl_clip_load_own (TlClipLoad *load, TlTensor *x);

/* A tensor of the file times @factor, in the model's dtype. */
TlTensor *tl_clip_load_scaled (TlClipLoad *load, const gint64 *shape, guint n_dims, gdouble factor,
                               const char *layer, const char *part);

/* A vector or table of the file with dimensions of one put in, in the model's dtype. */
TlTensor *tl_clip_load_reshaped (TlClipLoad *load, const gint64 *file_shape, guint n_file_dims,
                                 const gint64 *shape, guint n_dims, const char *name);

/* The matrix into the common space, which OpenAI keeps as [in, out] and Hugging Face as a linear
 * layer. */
void tl_clip_load_projection (TlClipLoad *load, TlLinear *self, gint64 in, gint64 out,
                              const char *name);

/* Normalising takes the mean of CLIP's training pictures off and divides by their deviation. The
 * first has to be done to the picture, since in half precision the constant part of a picture would
 * drown the rest, and since a padding of zeros stands for the mean. [1, 3, 1, 1] float32. */
TlTensor *tl_clip_get_mean (TlScope *s, const TlClipConfig *config);

/* The second is multiplied into the @weight [out, 3, kh, kw] of the first convolution. */
TlTensor *tl_clip_fold_deviation (TlScope *s, const TlClipConfig *config, TlTensor *weight);

G_END_DECLS
