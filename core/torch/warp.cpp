/* warp.cpp - a picture sampled through homographies in one pass, forward and backward
 *
 * libtorch's grid_sampler wants the places of all pixels as a tensor, takes a copy of the picture
 * for each result, and on the way back computes the gradient on the places as well. Gradients of
 * results that share a source are added up by each thread, then over the threads in their order:
 * the same number of threads gives the same bits.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "config.h"
#include "core/torch/cutout.h"
#include "core/torch/internal.h"
#include "core/torch/levels.h"
#include "core/torch/warps.h"

#include <ATen/Parallel.h>
#include <ATen/ops/empty.h>
#include <ATen/ops/zeros.h>
#include <algorithm>
#include <torch/csrc/autograd/custom_function.h>

using torch::autograd::AutogradContext;
using torch::autograd::variable_list;

static const TlWarps *
get_warps (void)
{
  return TL_BEST_LEVEL (tl_warps);
}

static TlOutside
find_outside (TlSampleMode mode)
{
  switch (mode)
    {
    case TL_SAMPLE_BORDER:
      return TL_OUTSIDE_BORDER;
    case TL_SAMPLE_REFLECT:
      return TL_OUTSIDE_REFLECT;
    case TL_SAMPLE_ZEROS:
      break;
    }
  return TL_OUTSIDE_ZEROS;
}

/* What is sampled how; homographies are [n, 9]. */
struct Sampling
{
  const at::Tensor &homographies;
  int64_t height, width, size;
  TlOutside outside;

  int64_t
  count () const
  {
    return homographies.size (0);
  }

  TlWarp
  get (int64_t i) const
  {
    return { width, height, size, outside, homographies.data_ptr<double> () + 9 * i };
  }
};

/* Calls f (i, scratch) for each result. */
template <typename F>
static void
for_each (const Sampling &sampling, const F &f)
{
  at::parallel_for (0, sampling.count (), 1, [&] (int64_t begin, int64_t end) {
    at::Tensor scratch = at::empty ({ tl_warp_scratch (sampling.size) }, at::kFloat);

    for (int64_t i = begin; i < end; i++)
      f (i, scratch.data_ptr<float> ());
  });
}

/* x: [1 or n, 3, h, w] */
static at::Tensor
sample (const at::Tensor &x, const Sampling &sampling)
{
  const int64_t size = sampling.size, each = x.size (0) == 1 ? 0 : x[0].numel ();
  at::Tensor y = at::empty ({ sampling.count (), 3, size, size }, x.options ());
  const float *from = x.data_ptr<float> ();
  float *to = y.data_ptr<float> ();

  for_each (sampling, [&] (int64_t i, float *scratch) {
    const TlWarp warp = sampling.get (i);

    get_warps ()->sample (&warp, from + i * each, scratch, to + i * 3 * size * size);
  });
  return y;
}

/* -> the gradient on a source of @n_sources pictures */
static at::Tensor
sample_back (const at::Tensor &upstream, const Sampling &sampling, int64_t n_sources)
{
  const bool is_shared = n_sources == 1 && sampling.count () > 1;
  const int64_t size = sampling.size, each = 3 * sampling.height * sampling.width;
  at::Tensor gradients = at::zeros (
    { is_shared ? at::get_num_threads () : n_sources, 3, sampling.height, sampling.width },
    upstream.options ());
  const float *from = upstream.data_ptr<float> ();
  float *to = gradients.data_ptr<float> ();

  for_each (sampling, [&] (int64_t i, float *scratch) {
    const TlWarp warp = sampling.get (i);
    int64_t place = is_shared ? at::get_thread_num () : i;

    get_warps ()->sample_back (&warp, from + i * 3 * size * size, scratch, to + place * each);
  });
  return is_shared ? gradients.sum (0, true) : gradients;
}

class Warp : public torch::autograd::Function<Warp>
{
public:
  static at::Tensor
  forward (AutogradContext *ctx, const at::Tensor &x, const at::Tensor &homographies, int64_t size,
           int64_t outside)
  {
    ctx->save_for_backward ({ homographies });
    ctx->saved_data["shape"] = x.sizes ();
    ctx->saved_data["size"] = size;
    ctx->saved_data["outside"] = outside;
    return sample (x, { homographies, x.size (2), x.size (3), size, (TlOutside) outside });
  }

  static variable_list
  backward (AutogradContext *ctx, variable_list upstreams)
  {
    const at::Tensor homographies = ctx->get_saved_variables ()[0];
    const std::vector<int64_t> shape = ctx->saved_data["shape"].toIntVector ();
    const Sampling sampling = { homographies, shape[2], shape[3], ctx->saved_data["size"].toInt (),
                                (TlOutside) ctx->saved_data["outside"].toInt () };

    return { sample_back (upstreams[0].contiguous (), sampling, shape[0]), at::Tensor (),
             at::Tensor (), at::Tensor () };
  }
};

static at::Tensor
warp (const at::Tensor &x, const double *matrices, int64_t n, int64_t size, TlSampleMode outside)
{
  TORCH_CHECK (x.dim () == 4 && x.size (1) == 3 && (x.size (0) == 1 || x.size (0) == n),
               "a picture, or as many as results, is [n, 3, h, w], not ", x.sizes ());
  TORCH_CHECK (x.size (2) * x.size (3) < INT32_MAX && size < INT32_MAX, "a picture of ", x.sizes (),
               " is too large");

  at::Tensor homographies = at::empty ({ n, 9 }, at::kDouble);

  std::copy (matrices, matrices + 9 * n, homographies.data_ptr<double> ());
  return Warp::apply (x.contiguous (), homographies, size, (int64_t) find_outside (outside));
}

gboolean
tl_cutout_is_fast (TlTensor *x)
{
  return x != NULL && x->t.device ().is_cpu () && x->t.scalar_type () == at::kFloat;
}

TlTensor *
tl_cutout_warp (TlScope *s, TlTensor *x, const gdouble *matrices, guint n, gint64 size,
                TlSampleMode outside)
{
  return tl_op (
    s, [=] (const at::Tensor &t) { return warp (t, matrices, n, size, outside); }, x);
}
