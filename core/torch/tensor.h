/* tensor.h - all that the program sees of libtorch
 *
 * A scope owns the temporaries: every operation takes the scope first, puts its result there, and
 * needs no freeing. Errors stick to the scope family, as they do to a cairo context: the first
 * failure is kept, later operations do nothing and return NULL, and whoever opened the outermost
 * scope asks once, in tl_scope_close(). Every function here accepts NULL tensors in a failed scope.
 *
 * A scope and its tensors belong to the thread that opened it. What outlives scopes (weights, z, an
 * optimiser's moments) is owned: tl_own(), freed with tl_tensor_free() on any thread.
 *
 * Shapes are NCHW unless a comment says otherwise; a tensor may lie in memory channels-last, which
 * changes its speed and nothing else.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#pragma once

#include "core/base/dtype.h"

#include <gio/gio.h>

G_BEGIN_DECLS

typedef struct _TlTensor TlTensor;
typedef struct _TlScope TlScope;

#define TL_SHAPE(...)                                                                              \
  (const gint64[]){ __VA_ARGS__ }, G_N_ELEMENTS (((const gint64[]){ __VA_ARGS__ }))

/* --- scopes --------------------------------------------------------------------------------- */

/**
 * tl_scope_open:
 * @cancellable: (nullable): after it is cancelled the next operation fails the scope
 *
 * Opens an outermost scope. Gradients are off.
 */
TlScope *tl_scope_open (GCancellable *cancellable);

/**
 * tl_scope_close:
 *
 * Frees the scope and every tensor in it.
 *
 * Returns: FALSE with @error set if any operation in it failed: TL_ERROR_TOO_LARGE when memory ran
 *   out, TL_ERROR_DEVICE for everything else libtorch says, G_IO_ERROR_CANCELLED
 */
gboolean tl_scope_close (TlScope *scope, GError **error);

/* An inner scope, of a block function; shares errors, cancellation and the gradient mode. */
TlScope *tl_scope_enter (TlScope *outer);

/* Frees the inner scope and all its tensors but @x, which moves to the outer scope. @x may also be
 * a tensor of an outer scope or an owned one: it is returned as it is. */
TlTensor *tl_scope_leave (TlScope *scope, TlTensor *x);

/* Frees everything that @scope itself holds but @x. For loops. */
TlTensor *tl_sweep (TlScope *scope, TlTensor *x);

/* As tl_sweep(), keeps several. */
void tl_sweep_all_but (TlScope *scope, TlTensor *const *keep, guint n_keep);

/* Turns recording for the backward pass on or off for later operations of this scope and of scopes
 * entered from it. */
void tl_scope_set_grad (TlScope *scope, gboolean enabled);

gboolean tl_scope_get_grad (TlScope *scope);

gboolean tl_scope_has_failed (TlScope *scope);

/* Fails the scope with a message of ours, unless it has failed already. Takes @error. */
void tl_scope_fail (TlScope *scope, GError *error);

/* --- owned tensors -------------------------------------------------------------------------- */

/* (transfer full) (nullable): an owned handle on the same storage, detached from the graph. */
TlTensor *tl_own (TlTensor *x);

void tl_tensor_free (TlTensor *x);

/* An owned tensor made of bytes of a model file, of any dtype, converted to @dtype (float types) or
 * left as it is (others). @strides are in elements, or NULL for row-major. Copies the bytes.
 * Returns: (transfer full): or NULL with TL_ERROR_TOO_LARGE */
TlTensor *tl_tensor_new_from_bytes (const void *data, gsize n_bytes, TlDtype file_dtype,
                                    const gint64 *shape, const gint64 *strides, guint n_dims,
                                    TlDtype dtype, GError **error);

/* --- asking; NULL, as a failed scope returns it, is one element of no dimensions ------------- */

guint tl_tensor_get_n_dims (TlTensor *x);
/* Negative @dim counts from the end. */
gint64 tl_tensor_get_size (TlTensor *x, gint dim);
gsize tl_tensor_get_n_elements (TlTensor *x);
TlDtype tl_tensor_get_dtype (TlTensor *x);
/* Orders in memory that suit a processor do not suit a graphics card. */
gboolean tl_tensor_is_on_cpu (TlTensor *x);
/* "[1, 256, 16, 16]": (transfer full) */
char *tl_tensor_describe_shape (TlTensor *x);

/* Copies @n elements, row-major, converted; @n must be the number of elements. False in a failed
 * scope. Waits for the device. */
gboolean tl_to_floats (TlScope *s, TlTensor *x, gfloat *out, gsize n);
gboolean tl_to_int64s (TlScope *s, TlTensor *x, gint64 *out, gsize n);
/* The one value of a tensor of one element; NAN in a failed scope. */
gdouble tl_to_double (TlScope *s, TlTensor *x);
/* (transfer full) (nullable): raw row-major bytes in the tensor's own dtype */
GBytes *tl_to_bytes (TlScope *s, TlTensor *x);
/* x: [1, 3, h, w] or [3, h, w], RGB in [0, 1] -> cairo ARGB32 (opaque), rounded to nearest. */
gboolean tl_to_argb32 (TlScope *s, TlTensor *x, guint8 *out, gsize stride);

/* --- making --------------------------------------------------------------------------------- */

TlTensor *tl_zeros (TlScope *s, const gint64 *shape, guint n_dims);
TlTensor *tl_full (TlScope *s, gdouble value, const gint64 *shape, guint n_dims);
TlTensor *tl_zeros_like (TlScope *s, TlTensor *x);
TlTensor *tl_from_floats (TlScope *s, const gfloat *data, const gint64 *shape, guint n_dims);
/* A float32 tensor on the CPU that the caller fills: *values is where, valid as long as the tensor.
 * NULL, and *values too, where memory ran out. */
TlTensor *tl_floats_to_fill (TlScope *s, const gint64 *shape, guint n_dims, gfloat **values);
TlTensor *tl_from_int64s (TlScope *s, const gint64 *data, const gint64 *shape, guint n_dims);
/* ARGB32 rows (alpha ignored) -> [1, 3, h, w] float32 in [0, 1] */
TlTensor *tl_from_argb32 (TlScope *s, const guint8 *data, gsize stride, guint width, guint height);
/* 0 ... n - 1, int64 */
TlTensor *tl_arange (TlScope *s, gint64 n);

/* --- device, precision, memory format ------------------------------------------------------- */

typedef struct
{
  enum
  {
    TL_CPU,
    TL_CUDA
  } kind;
  gint index;
} TlDevice;

TlTensor *tl_to_dtype (TlScope *s, TlTensor *x, TlDtype dtype);
TlTensor *tl_to_device (TlScope *s, TlTensor *x, TlDevice device);
/* Same dtype and device as @like. */
TlTensor *tl_to_like (TlScope *s, TlTensor *x, TlTensor *like);
TlTensor *tl_channels_last (TlScope *s, TlTensor *x);
TlTensor *tl_contiguous (TlScope *s, TlTensor *x);
/* Same storage, outside the graph. */
TlTensor *tl_detach (TlScope *s, TlTensor *x);
TlTensor *tl_clone (TlScope *s, TlTensor *x);

/* --- arithmetic, broadcasting as in NumPy --------------------------------------------------- */

TlTensor *tl_add (TlScope *s, TlTensor *a, TlTensor *b);
TlTensor *tl_sub (TlScope *s, TlTensor *a, TlTensor *b);
TlTensor *tl_mul (TlScope *s, TlTensor *a, TlTensor *b);
TlTensor *tl_div (TlScope *s, TlTensor *a, TlTensor *b);
TlTensor *tl_add_scalar (TlScope *s, TlTensor *x, gdouble value);
TlTensor *tl_mul_scalar (TlScope *s, TlTensor *x, gdouble value);
TlTensor *tl_pow_scalar (TlScope *s, TlTensor *x, gdouble exponent);
/* Python's remainder: the result has the divisor's sign. */
TlTensor *tl_remainder_scalar (TlScope *s, TlTensor *x, gdouble divisor);
TlTensor *tl_abs (TlScope *s, TlTensor *x);
TlTensor *tl_sqrt (TlScope *s, TlTensor *x);
TlTensor *tl_exp (TlScope *s, TlTensor *x);
TlTensor *tl_log (TlScope *s, TlTensor *x);
TlTensor *tl_asin (TlScope *s, TlTensor *x);
TlTensor *tl_floor (TlScope *s, TlTensor *x);
TlTensor *tl_sign (TlScope *s, TlTensor *x);
TlTensor *tl_sigmoid (TlScope *s, TlTensor *x);
TlTensor *tl_relu (TlScope *s, TlTensor *x);
TlTensor *tl_silu (TlScope *s, TlTensor *x);
TlTensor *tl_gelu (TlScope *s, TlTensor *x);
/* x · sigmoid (1.702 x) (openai/CLIP clip/model.py) */
TlTensor *tl_quick_gelu (TlScope *s, TlTensor *x);
TlTensor *tl_clamp (TlScope *s, TlTensor *x, gdouble low, gdouble high);
TlTensor *tl_maximum (TlScope *s, TlTensor *a, TlTensor *b);
TlTensor *tl_minimum (TlScope *s, TlTensor *a, TlTensor *b);
/* Comparisons give TL_BOOL. */
TlTensor *tl_less (TlScope *s, TlTensor *a, TlTensor *b);
TlTensor *tl_less_scalar (TlScope *s, TlTensor *x, gdouble value);
TlTensor *tl_equal (TlScope *s, TlTensor *a, TlTensor *b);
TlTensor *tl_where (TlScope *s, TlTensor *condition, TlTensor *a, TlTensor *b);

/* --- reductions; n_dims 0 means over everything --------------------------------------------- */

TlTensor *tl_sum (TlScope *s, TlTensor *x, const gint64 *dims, guint n_dims, gboolean keep);
TlTensor *tl_mean (TlScope *s, TlTensor *x, const gint64 *dims, guint n_dims, gboolean keep);
TlTensor *tl_amax (TlScope *s, TlTensor *x, gint64 dim, gboolean keep);
TlTensor *tl_amin (TlScope *s, TlTensor *x, gint64 dim, gboolean keep);
/* int64; the first of equal ones; which one where some are no numbers is left open */
TlTensor *tl_argmin (TlScope *s, TlTensor *x, gint64 dim);
TlTensor *tl_argmax (TlScope *s, TlTensor *x, gint64 dim);
/* Euclidean norm over @dim, kept. */
TlTensor *tl_norm (TlScope *s, TlTensor *x, gint64 dim);
/* x / max (norm (x), 1e-12) over the last dimension */
TlTensor *tl_normalize (TlScope *s, TlTensor *x);

/* --- shape ---------------------------------------------------------------------------------- */

TlTensor *tl_reshape (TlScope *s, TlTensor *x, const gint64 *shape, guint n_dims);
TlTensor *tl_permute (TlScope *s, TlTensor *x, const gint64 *order, guint n_dims);
TlTensor *tl_transpose (TlScope *s, TlTensor *x, gint64 a, gint64 b);
TlTensor *tl_expand (TlScope *s, TlTensor *x, const gint64 *shape, guint n_dims);
/* @length elements of @dim from @start */
TlTensor *tl_narrow (TlScope *s, TlTensor *x, gint64 dim, gint64 start, gint64 length);
TlTensor *tl_cat (TlScope *s, TlTensor *const *xs, guint n, gint64 dim);
/* Rows of @x's dimension 0 named by the int64 @index of any shape. */
TlTensor *tl_take_rows (TlScope *s, TlTensor *x, TlTensor *index);

typedef enum
{
  TL_PAD_ZEROS,
  TL_PAD_REFLECT,
  TL_PAD_REPLICATE,
} TlPadMode;

/* x: [n, c, h, w] -> [n, c, top + h + bottom, left + w + right] */
TlTensor *tl_pad2d (TlScope *s, TlTensor *x, gint64 left, gint64 right, gint64 top, gint64 bottom,
                    TlPadMode mode);

/* --- linear algebra and networks ------------------------------------------------------------ */

/* As torch.matmul: the last two dimensions, others broadcast. */
TlTensor *tl_matmul (TlScope *s, TlTensor *a, TlTensor *b);
/* x: [..., in], weight: [out, in], bias: [out] or NULL -> [..., out] */
TlTensor *tl_linear (TlScope *s, TlTensor *x, TlTensor *weight, TlTensor *bias);
/* x: [n, in, h, w], weight: [out, in / groups, kh, kw], bias: [out] or NULL; zero padding */
TlTensor *tl_conv2d (TlScope *s, TlTensor *x, TlTensor *weight, TlTensor *bias, gint64 stride,
                     gint64 padding, gint64 groups);
TlTensor *tl_softmax (TlScope *s, TlTensor *x, gint64 dim);
/* q: [b, n, d], k: [b, m, d], v: [b, m, e] -> [b, n, e]: softmax (q kᵀ · scale + causal mask) v */
TlTensor *tl_attention (TlScope *s, TlTensor *q, TlTensor *k, TlTensor *v, gdouble scale,
                        gboolean causal);
/* Over the last dimension, computed in float32 at least. */
TlTensor *tl_layer_norm (TlScope *s, TlTensor *x, TlTensor *weight, TlTensor *bias,
                         gdouble epsilon);
/* x: [n, c, h, w]; statistics in float32; right in every dtype and memory format, which libtorch
 * 1.13's own kernel is not (channels-last bfloat16). @silu: followed by SiLU, fused. */
TlTensor *tl_group_norm (TlScope *s, TlTensor *x, gint64 n_groups, TlTensor *weight, TlTensor *bias,
                         gdouble epsilon, gboolean silu);
/* x: [n, c, ...] · weight[c] + bias[c]: batch norm in evaluation, folded */
TlTensor *tl_scale_shift (TlScope *s, TlTensor *x, TlTensor *weight, TlTensor *bias);
TlTensor *tl_avg_pool2d (TlScope *s, TlTensor *x, gint64 size);
TlTensor *tl_adaptive_avg_pool2d (TlScope *s, TlTensor *x, gint64 height, gint64 width);
TlTensor *tl_adaptive_max_pool2d (TlScope *s, TlTensor *x, gint64 height, gint64 width);
/* x: [n, c, h, w] -> [n, c, 2 h, 2 w] */
TlTensor *tl_upsample_nearest2x (TlScope *s, TlTensor *x);
TlTensor *tl_interpolate_bicubic (TlScope *s, TlTensor *x, gint64 height, gint64 width,
                                  gboolean align_corners);
TlTensor *tl_interpolate_bilinear (TlScope *s, TlTensor *x, gint64 height, gint64 width,
                                   gboolean align_corners);

typedef enum
{
  TL_SAMPLE_ZEROS,
  TL_SAMPLE_BORDER,
  TL_SAMPLE_REFLECT,
} TlSampleMode;

/* Bilinear. x: [n, c, h, w], grid: [n, oh, ow, 2] of (x, y) in [-1, 1] -> [n, c, oh, ow] */
TlTensor *tl_grid_sample (TlScope *s, TlTensor *x, TlTensor *grid, TlSampleMode outside,
                          gboolean align_corners);

/* --- gradients ------------------------------------------------------------------------------ */

/* @x becomes a leaf of the graph: a tensor of this scope that tl_backward() can give a gradient
 * for. Shares @x's storage. */
TlTensor *tl_leaf (TlScope *s, TlTensor *x);

/* The gradient of the scalar @loss with respect to @leaf; frees the graph. */
TlTensor *tl_backward (TlScope *s, TlTensor *loss, TlTensor *leaf);

/* As tl_backward() for a @y of any shape, given the gradient on it. */
TlTensor *tl_backward_from (TlScope *s, TlTensor *y, TlTensor *upstream, TlTensor *leaf);

/* Value of @value, gradient to @x (broadcast dimensions summed): nerdyrodent generate.py,
 * ReplaceGrad. */
TlTensor *tl_straight_through (TlScope *s, TlTensor *value, TlTensor *x);

/* clamp (x), whose gradient is passed where it would move x back inside: generate.py,
 * ClampWithGrad. */
TlTensor *tl_clamp_with_grad (TlScope *s, TlTensor *x, gdouble low, gdouble high);

typedef TlTensor *(*TlBlockFunc) (TlScope *s, TlTensor *x, gconstpointer data);

/* func (s, x, data), its activations dropped and computed again in the backward pass. @func must be
 * pure, and @data alive until the backward pass. Only @x gets a gradient: weights that @func
 * reaches through @data get none, so a model whose weights are trained holds its activations
 * instead. */
TlTensor *tl_checkpoint (TlScope *s, TlBlockFunc func, TlTensor *x, gconstpointer data);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (TlTensor, tl_tensor_free)

G_END_DECLS
