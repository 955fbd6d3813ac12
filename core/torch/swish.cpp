/* swish.cpp - x sigmoid (k x), forward and backward: SiLU, and CLIP's QuickGELU
 *
 * libtorch has no operation for the second, and composing it of others reads and writes the widest
 * tensors of a transformer five times over; its own SiLU computes exponentials one by one in
 * bfloat16. Ramachandran, Zoph and Le 2017, arXiv:1710.05941.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "config.h"
#include "core/torch/internal.h"
#include "core/torch/kernels.h"
#include "core/torch/levels.h"

#include <ATen/Parallel.h>
#include <ATen/ops/empty_like.h>
#include <ATen/ops/mul.h>
#include <ATen/ops/silu.h>
#include <torch/csrc/autograd/custom_function.h>

using torch::autograd::AutogradContext;
using torch::autograd::variable_list;

/* Elements a thread takes at a time. */
#define GRAIN 16384

const TlKernels *
tl_kernels_get (void)
{
  return TL_BEST_LEVEL (tl_kernels);
}

static const TlSwishKernels<float> &
get_kernels (float)
{
  return tl_kernels_get ()->swish_float32;
}

static const TlSwishKernels<uint16_t> &
get_kernels (uint16_t)
{
  return tl_kernels_get ()->swish_bfloat16;
}

template <typename T>
static T *
get_data (const at::Tensor &t)
{
  return static_cast<T *> (t.data_ptr ());
}

/* All tensors lie in memory alike, without gaps. */
template <typename T>
static void
compute (const at::Tensor &x, float factor, const at::Tensor &y)
{
  at::parallel_for (0, x.numel (), GRAIN, [&] (int64_t begin, int64_t end) {
    get_kernels (T ()).forward (end - begin, get_data<T> (x) + begin, factor,
                                get_data<T> (y) + begin);
  });
}

template <typename T>
static void
differentiate (const at::Tensor &x, const at::Tensor &upstream, float factor,
               const at::Tensor &gradient)
{
  at::parallel_for (0, x.numel (), GRAIN, [&] (int64_t begin, int64_t end) {
    get_kernels (T ()).backward (end - begin, get_data<T> (x) + begin,
                                 get_data<T> (upstream) + begin, factor,
                                 get_data<T> (gradient) + begin);
  });
}

static at::Tensor
laid_out_like (const at::Tensor &t, const at::Tensor &x)
{
  return t.strides () == x.strides () ? t : at::empty_like (x).copy_ (t);
}

class Swish : public torch::autograd::Function<Swish>
{
public:
  static at::Tensor
  forward (AutogradContext *ctx, const at::Tensor &x, double factor)
  {
    at::Tensor y = at::empty_like (x);

    if (x.scalar_type () == at::kFloat)
      compute<float> (x, factor, y);
    else
      compute<uint16_t> (x, factor, y);
    ctx->save_for_backward ({ x });
    ctx->saved_data["factor"] = factor;
    return y;
  }

  static variable_list
  backward (AutogradContext *ctx, variable_list upstreams)
  {
    at::Tensor x = ctx->get_saved_variables ()[0];
    at::Tensor upstream = laid_out_like (upstreams[0], x);
    at::Tensor gradient = at::empty_like (x);
    float factor = ctx->saved_data["factor"].toDouble ();

    if (x.scalar_type () == at::kFloat)
      differentiate<float> (x, upstream, factor, gradient);
    else
      differentiate<uint16_t> (x, upstream, factor, gradient);
    return { gradient, at::Tensor () };
  }
};

static at::Tensor
swish (const at::Tensor &x, double factor)
{
  if (x.device ().is_cpu ()
      && (x.scalar_type () == at::kFloat || x.scalar_type () == at::kBFloat16))
    return Swish::apply (x.is_non_overlapping_and_dense () ? x : x.contiguous (), factor);
  return factor == 1 ? at::silu (x) : at::mul (at::silu (at::mul (x, factor)), 1 / factor);
}

TlTensor *
tl_silu (TlScope *s, TlTensor *x)
{
  return tl_op (
    s, [] (const at::Tensor &t) { return swish (t, 1); }, x);
}

TlTensor *
tl_quick_gelu (TlScope *s, TlTensor *x)
{
  return tl_op (
    s, [] (const at::Tensor &t) { return swish (t, 1.702); }, x);
}
