/* layer.h - layers, and the loader that fills them from a model file
 *
 * A layer is a plain struct of owned tensors. A TlLoader walks over a file for one model: it is
 * asked for tensors by name and shape, converts them once to the precision, device and memory
 * format of the model, and remembers the first thing that was missing or mis-shaped, by its full
 * name and both shapes. Errors stick to it; the model asks once, in tl_loader_finish(), which also
 * complains of tensors under the model's prefix that nobody asked for. Engine thread.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#pragma once

#include "core/torch/device.h"
#include "core/torch/tensor.h"
#include "core/weights/weights.h"

G_BEGIN_DECLS

typedef struct
{
  TlTensor *weight; /* [out, in / groups, kh, kw] */
  TlTensor *bias;   /* [out], or NULL */
} TlConv;

typedef struct
{
  TlTensor *weight; /* [out, in] */
  TlTensor *bias;   /* [out], or NULL */
} TlLinear;

typedef struct
{
  TlTensor *weight, *bias; /* [channels], float32 */
} TlNorm;

void tl_conv_clear (TlConv *self);
void tl_linear_clear (TlLinear *self);
void tl_norm_clear (TlNorm *self);

typedef struct _TlLoader TlLoader;

/* Our (canonical) name of a tensor -> its name in the file, (transfer full). */
typedef char *(*TlNameFunc) (const char *name, gpointer data);

/**
 * tl_loader_new:
 * @weights: the file
 * @prefix: taken to be in front of every name ("first_stage_model."), or ""
 * @dtype: what convolutions and matrices are converted to; norms stay float32
 */
TlLoader *tl_loader_new (TlWeights *weights, const char *prefix, TlDtype dtype, TlDevice device);

/* A loader that answers whatever is asked for with seeded random numbers (normal, standard
 * deviation 1 / sqrt (fan in); norms 1 and 0; embeddings 0.02): real architectures without a
 * download. */
TlLoader *tl_loader_new_random (guint64 seed, TlDtype dtype, TlDevice device);

/* A float32 tensor of the model by its canonical name, which must outlive the loading; NULL:
 * loading fails, as where the scope of the tensors has failed. */
typedef TlTensor *(*TlTensorFunc) (const char *name, const gint64 *shape, guint n_dims,
                                   gpointer data);

/* A loader that asks @func. What it hands out stays part of the graph where @func's tensors are, so
 * that a model can be trained: core/torch/training.h. Shapes have no -1 then. */
TlLoader *tl_loader_new_from_tensors (TlTensorFunc func, gpointer data, TlDtype dtype,
                                      TlDevice device);

void tl_loader_free (TlLoader *self);

void tl_loader_set_name_func (TlLoader *self, TlNameFunc func, gpointer data);

/* Names (after the prefix) that begin like this are no part of the model and may be there. */
void tl_loader_ignore (TlLoader *self, const char *name_prefix);

/* Owned tensors, or NULL once something failed. `name` is a printf format; shape -1 accepts any
 * size. dtype is the loader's own for the first, float32 for the second. */
TlTensor *tl_loader_take (TlLoader *self, const gint64 *shape, guint n_dims, const char *name, ...)
  G_GNUC_PRINTF (4, 5);
TlTensor *tl_loader_take_float32 (TlLoader *self, const gint64 *shape, guint n_dims,
                                  const char *name, ...) G_GNUC_PRINTF (4, 5);

/* NAME.weight and NAME.bias. Convolution weights end up channels-last. */
void tl_loader_conv (TlLoader *self, TlConv *conv, gint64 in, gint64 out, gint64 kernel,
                     gboolean has_bias, const char *name, ...) G_GNUC_PRINTF (7, 8);
void tl_loader_linear (TlLoader *self, TlLinear *linear, gint64 in, gint64 out, gboolean has_bias,
                       const char *name, ...) G_GNUC_PRINTF (6, 7);
void tl_loader_norm (TlLoader *self, TlNorm *norm, gint64 channels, const char *name, ...)
  G_GNUC_PRINTF (4, 5);

gboolean tl_loader_has_failed (TlLoader *self);

/**
 * tl_loader_finish:
 *
 * Returns: TRUE if everything asked for was there, in shape, and nothing else was
 */
gboolean tl_loader_finish (TlLoader *self, GError **error);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (TlLoader, tl_loader_free)

G_END_DECLS
