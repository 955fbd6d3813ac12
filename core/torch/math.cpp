/* math.cpp - arithmetic, comparisons and reductions
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "config.h"
#include "core/torch/internal.h"
#include "core/torch/kernels.h"

#include <ATen/Parallel.h>
#include <ATen/ops/abs.h>
#include <ATen/ops/add.h>
#include <ATen/ops/amax.h>
#include <ATen/ops/amin.h>
#include <ATen/ops/argmax.h>
#include <ATen/ops/argmin.h>
#include <ATen/ops/asin.h>
#include <ATen/ops/clamp.h>
#include <ATen/ops/div.h>
#include <ATen/ops/empty.h>
#include <ATen/ops/eq.h>
#include <ATen/ops/exp.h>
#include <ATen/ops/floor.h>
#include <ATen/ops/gelu.h>
#include <ATen/ops/linalg_vector_norm.h>
#include <ATen/ops/log.h>
#include <ATen/ops/lt.h>
#include <ATen/ops/maximum.h>
#include <ATen/ops/mean.h>
#include <ATen/ops/minimum.h>
#include <ATen/ops/mul.h>
#include <ATen/ops/pow.h>
#include <ATen/ops/relu.h>
#include <ATen/ops/remainder.h>
#include <ATen/ops/sigmoid.h>
#include <ATen/ops/sign.h>
#include <ATen/ops/sqrt.h>
#include <ATen/ops/sub.h>
#include <ATen/ops/sum.h>
#include <ATen/ops/where.h>
#include <vector>

/* Elements a thread looks at, at least. */
#define ARGMAX_GRAIN 65536

typedef at::Tensor (*Unary) (const at::Tensor &);
typedef at::Tensor (*Binary) (const at::Tensor &, const at::Tensor &);

static TlTensor *
unary (TlScope *s, Unary f, TlTensor *x)
{
  return tl_op (s, f, x);
}

static TlTensor *
binary (TlScope *s, Binary f, TlTensor *a, TlTensor *b)
{
  return tl_op (s, f, a, b);
}

/* --- arithmetic ----------------------------------------------------------------------------- */

TlTensor *
tl_add (TlScope *s, TlTensor *a, TlTensor *b)
{
  return binary (
    s, [] (const at::Tensor &x, const at::Tensor &y) { return at::add (x, y); }, a, b);
}

TlTensor *
tl_sub (TlScope *s, TlTensor *a, TlTensor *b)
{
  return binary (
    s, [] (const at::Tensor &x, const at::Tensor &y) { return at::sub (x, y); }, a, b);
}

TlTensor *
tl_mul (TlScope *s, TlTensor *a, TlTensor *b)
{
  return binary (s, at::mul, a, b);
}

TlTensor *
tl_div (TlScope *s, TlTensor *a, TlTensor *b)
{
  return binary (s, at::div, a, b);
}

TlTensor *
tl_add_scalar (TlScope *s, TlTensor *x, gdouble value)
{
  return tl_op (
    s, [=] (const at::Tensor &t) { return at::add (t, value); }, x);
}

TlTensor *
tl_mul_scalar (TlScope *s, TlTensor *x, gdouble value)
{
  return tl_op (
    s, [=] (const at::Tensor &t) { return at::mul (t, value); }, x);
}

TlTensor *
tl_pow_scalar (TlScope *s, TlTensor *x, gdouble exponent)
{
  return tl_op (
    s, [=] (const at::Tensor &t) { return at::pow (t, exponent); }, x);
}

TlTensor *
tl_remainder_scalar (TlScope *s, TlTensor *x, gdouble divisor)
{
  return tl_op (
    s, [=] (const at::Tensor &t) { return at::remainder (t, divisor); }, x);
}

TlTensor *
tl_abs (TlScope *s, TlTensor *x)
{
  return unary (s, at::abs, x);
}

TlTensor *
tl_sqrt (TlScope *s, TlTensor *x)
{
  return unary (s, at::sqrt, x);
}

TlTensor *
tl_exp (TlScope *s, TlTensor *x)
{
  return unary (s, at::exp, x);
}

TlTensor *
tl_log (TlScope *s, TlTensor *x)
{
  return unary (s, at::log, x);
}

TlTensor *
tl_asin (TlScope *s, TlTensor *x)
{
  return unary (s, at::asin, x);
}

TlTensor *
tl_floor (TlScope *s, TlTensor *x)
{
  return unary (s, at::floor, x);
}

TlTensor *
tl_sign (TlScope *s, TlTensor *x)
{
  return unary (s, at::sign, x);
}

TlTensor *
tl_sigmoid (TlScope *s, TlTensor *x)
{
  return unary (s, at::sigmoid, x);
}

TlTensor *
tl_relu (TlScope *s, TlTensor *x)
{
  return unary (s, at::relu, x);
}

TlTensor *
tl_gelu (TlScope *s, TlTensor *x)
{
  return unary (
    s, [] (const at::Tensor &t) { return at::gelu (t); }, x);
}

TlTensor *
tl_clamp (TlScope *s, TlTensor *x, gdouble low, gdouble high)
{
  return tl_op (
    s, [=] (const at::Tensor &t) { return at::clamp (t, at::Scalar (low), at::Scalar (high)); }, x);
}

TlTensor *
tl_maximum (TlScope *s, TlTensor *a, TlTensor *b)
{
  return binary (s, at::maximum, a, b);
}

TlTensor *
tl_minimum (TlScope *s, TlTensor *a, TlTensor *b)
{
  return binary (s, at::minimum, a, b);
}

TlTensor *
tl_less (TlScope *s, TlTensor *a, TlTensor *b)
{
  return binary (s, at::lt, a, b);
}

TlTensor *
tl_less_scalar (TlScope *s, TlTensor *x, gdouble value)
{
  return tl_op (
    s, [=] (const at::Tensor &t) { return at::lt (t, value); }, x);
}

TlTensor *
tl_equal (TlScope *s, TlTensor *a, TlTensor *b)
{
  return binary (s, at::eq, a, b);
}

TlTensor *
tl_where (TlScope *s, TlTensor *condition, TlTensor *a, TlTensor *b)
{
  return tl_op (
    s,
    [] (const at::Tensor &c, const at::Tensor &x, const at::Tensor &y) {
      return at::where (c, x, y);
    },
    condition, a, b);
}

/* --- reductions ----------------------------------------------------------------------------- */

/* libtorch's operations differ in what no dimensions mean: name them all. */
static std::vector<int64_t>
reduced_dims (const at::Tensor &t, const gint64 *dims, guint n_dims)
{
  std::vector<int64_t> all;

  if (n_dims > 0)
    return std::vector<int64_t> (dims, dims + n_dims);
  for (int64_t i = 0; i < t.dim (); i++)
    all.push_back (i);
  return all;
}

TlTensor *
tl_sum (TlScope *s, TlTensor *x, const gint64 *dims, guint n_dims, gboolean keep)
{
  return tl_op (
    s,
    [=] (const at::Tensor &t) {
      return at::sum (t, at::IntArrayRef (reduced_dims (t, dims, n_dims)), keep);
    },
    x);
}

TlTensor *
tl_mean (TlScope *s, TlTensor *x, const gint64 *dims, guint n_dims, gboolean keep)
{
  return tl_op (
    s,
    [=] (const at::Tensor &t) {
      return at::mean (t, at::IntArrayRef (reduced_dims (t, dims, n_dims)), keep);
    },
    x);
}

TlTensor *
tl_amax (TlScope *s, TlTensor *x, gint64 dim, gboolean keep)
{
  return tl_op (
    s, [=] (const at::Tensor &t) { return at::amax (t, { dim }, keep); }, x);
}

TlTensor *
tl_amin (TlScope *s, TlTensor *x, gint64 dim, gboolean keep)
{
  return tl_op (
    s, [=] (const at::Tensor &t) { return at::amin (t, { dim }, keep); }, x);
}

TlTensor *
tl_argmin (TlScope *s, TlTensor *x, gint64 dim)
{
  return tl_op (
    s, [=] (const at::Tensor &t) { return at::argmin (t, dim); }, x);
}

/* Of the rows of a matrix in memory: libtorch looks at one element after the other. */
static at::Tensor
first_largest_of_rows (const at::Tensor &t)
{
  int64_t n = t.size (1);
  at::Tensor result = at::empty ({ t.size (0) }, at::kLong);

  at::parallel_for (0, t.size (0), 1 + ARGMAX_GRAIN / n, [&] (int64_t begin, int64_t end) {
    tl_kernels_get ()->first_largest ({ end - begin, n }, t.data_ptr<float> () + begin * n,
                                      result.data_ptr<int64_t> () + begin);
  });
  return result;
}

static at::Tensor
argmax (const at::Tensor &t, int64_t dim)
{
  if (t.device ().is_cpu () && t.scalar_type () == at::kFloat && t.dim () == 2 && dim == 1
      && t.is_contiguous () && t.size (1) > 0 && t.size (1) <= G_MAXINT32)
    return first_largest_of_rows (t);
  return at::argmax (t, dim);
}

TlTensor *
tl_argmax (TlScope *s, TlTensor *x, gint64 dim)
{
  return tl_op (
    s, [=] (const at::Tensor &t) { return argmax (t, dim); }, x);
}

static at::Tensor
euclidean_norm (const at::Tensor &t, int64_t dim)
{
  return at::linalg_vector_norm (t, 2, at::IntArrayRef (dim), true);
}

TlTensor *
tl_norm (TlScope *s, TlTensor *x, gint64 dim)
{
  return tl_op (
    s, [=] (const at::Tensor &t) { return euclidean_norm (t, dim); }, x);
}

TlTensor *
tl_normalize (TlScope *s, TlTensor *x)
{
  return tl_op (
    s, [] (const at::Tensor &t) { return at::div (t, euclidean_norm (t, -1).clamp_min (1e-12)); },
    x);
}
