/* network.cpp - products, attention, norms, pooling and sampling
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "config.h"
#include "core/torch/internal.h"

#include <ATen/ops/adaptive_avg_pool2d.h>
#include <ATen/ops/adaptive_max_pool2d.h>
#include <ATen/ops/addcmul.h>
#include <ATen/ops/avg_pool2d.h>
#include <ATen/ops/bmm.h>
#include <ATen/ops/full.h>
#include <ATen/ops/grid_sampler.h>
#include <ATen/ops/layer_norm.h>
#include <ATen/ops/linear.h>
#include <ATen/ops/matmul.h>
#include <ATen/ops/softmax.h>
#include <ATen/ops/upsample_bicubic2d.h>
#include <ATen/ops/upsample_bilinear2d.h>
#include <ATen/ops/upsample_nearest2d.h>
#if TL_TORCH_HAS_ATTENTION
#include <ATen/ops/scaled_dot_product_attention.h>
#endif
#include <limits>
#include <tuple>
#include <vector>

TlTensor *
tl_matmul (TlScope *s, TlTensor *a, TlTensor *b)
{
  return tl_op (
    s, [] (const at::Tensor &x, const at::Tensor &y) { return at::matmul (x, y); }, a, b);
}

TlTensor *
tl_linear (TlScope *s, TlTensor *x, TlTensor *weight, TlTensor *bias)
{
  return tl_op (
    s,
    [] (const at::Tensor &t, const at::Tensor &w, const at::Tensor &b) {
      return at::linear (t, w, b);
    },
    x, weight, TlMaybe{ bias });
}

TlTensor *
tl_softmax (TlScope *s, TlTensor *x, gint64 dim)
{
  return tl_op (
    s, [=] (const at::Tensor &t) { return at::softmax (t, (int64_t) dim); }, x);
}

/* --- attention ------------------------------------------------------------------------------ */

#if TL_TORCH_HAS_ATTENTION

/* The kernels want a dimension of heads: [b, n, d] -> [b, 1, n, d] and back. */
static at::Tensor
attention (const at::Tensor &q, const at::Tensor &k, const at::Tensor &v, double scale,
           bool is_causal)
{
  return at::scaled_dot_product_attention (q.unsqueeze (1), k.unsqueeze (1), v.unsqueeze (1), {},
                                           0.0, is_causal, scale)
    .squeeze (1);
}

#else

static at::Tensor
attention (const at::Tensor &q, const at::Tensor &k, const at::Tensor &v, double scale,
           bool is_causal)
{
  at::Tensor scores = at::bmm (q.mul (scale), k.transpose (1, 2)); /* [b, n, m] */

  /* Minus infinity where a key comes after its query. */
  if (is_causal)
    scores = scores.add (
      at::full ({ q.size (1), k.size (1) }, -std::numeric_limits<double>::infinity (), q.options ())
        .triu (1));
  return at::bmm (at::softmax (scores, -1), v);
}

#endif

TlTensor *
tl_attention (TlScope *s, TlTensor *q, TlTensor *k, TlTensor *v, gdouble scale, gboolean causal)
{
  return tl_op (
    s,
    [=] (const at::Tensor &tq, const at::Tensor &tk, const at::Tensor &tv) {
      return attention (tq, tk, tv, scale, causal);
    },
    q, k, v);
}

/* --- layer norm, batch norm ------------------------------------------------------------------ */

static at::Tensor
layer_norm (const at::Tensor &t, const at::Tensor &weight, const at::Tensor &bias, double epsilon)
{
  at::ScalarType type = t.scalar_type () == at::kDouble ? at::kDouble : at::kFloat;

  return at::layer_norm (t.to (type), { t.size (-1) }, weight.to (type), bias.to (type), epsilon)
    .to (t.scalar_type ());
}

TlTensor *
tl_layer_norm (TlScope *s, TlTensor *x, TlTensor *weight, TlTensor *bias, gdouble epsilon)
{
  return tl_op (
    s,
    [=] (const at::Tensor &t, const at::Tensor &w, const at::Tensor &b) {
      return layer_norm (t, w, b, epsilon);
    },
    x, weight, bias);
}

static at::Tensor
scale_shift (const at::Tensor &t, const at::Tensor &weight, const at::Tensor &bias)
{
  std::vector<int64_t> shape (t.dim (), 1);

  shape.at (1) = t.size (1);
  return at::addcmul (bias.to (t.scalar_type ()).view (shape), t,
                      weight.to (t.scalar_type ()).view (shape));
}

TlTensor *
tl_scale_shift (TlScope *s, TlTensor *x, TlTensor *weight, TlTensor *bias)
{
  return tl_op (s, scale_shift, x, weight, bias);
}

/* --- pooling and sampling ------------------------------------------------------------------- */

TlTensor *
tl_avg_pool2d (TlScope *s, TlTensor *x, gint64 size)
{
  return tl_op (
    s,
    [=] (const at::Tensor &t) {
      return at::avg_pool2d (t, { size, size }, { size, size });
    },
    x);
}

TlTensor *
tl_adaptive_avg_pool2d (TlScope *s, TlTensor *x, gint64 height, gint64 width)
{
  return tl_op (
    s,
    [=] (const at::Tensor &t) {
      return at::adaptive_avg_pool2d (t, { height, width });
    },
    x);
}

TlTensor *
tl_adaptive_max_pool2d (TlScope *s, TlTensor *x, gint64 height, gint64 width)
{
  return tl_op (
    s,
    [=] (const at::Tensor &t) {
      return std::get<0> (at::adaptive_max_pool2d (t, { height, width }));
    },
    x);
}

TlTensor *
tl_upsample_nearest2x (TlScope *s, TlTensor *x)
{
  return tl_op (
    s,
    [] (const at::Tensor &t) {
      return at::upsample_nearest2d (t, { 2 * t.size (2), 2 * t.size (3) });
    },
    x);
}

TlTensor *
tl_interpolate_bicubic (TlScope *s, TlTensor *x, gint64 height, gint64 width,
                        gboolean align_corners)
{
  return tl_op_in_float32 (
    s,
    [=] (const at::Tensor &t) {
      return at::upsample_bicubic2d (t, { height, width }, align_corners);
    },
    x);
}

TlTensor *
tl_interpolate_bilinear (TlScope *s, TlTensor *x, gint64 height, gint64 width,
                         gboolean align_corners)
{
  return tl_op_in_float32 (
    s,
    [=] (const at::Tensor &t) {
      return at::upsample_bilinear2d (t, { height, width }, align_corners);
    },
    x);
}

TlTensor *
tl_grid_sample (TlScope *s, TlTensor *x, TlTensor *grid, TlSampleMode outside,
                gboolean align_corners)
{
  /* at::native::detail::GridSamplerInterpolation and GridSamplerPadding, in their order. */
  const int64_t bilinear = 0, padding = outside;

  return tl_op_in_float32 (
    s,
    [=] (const at::Tensor &t, const at::Tensor &where) {
      return at::grid_sampler (t, where, bilinear, padding, align_corners);
    },
    x, grid);
}
