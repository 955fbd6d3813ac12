/* colour.cpp - changes of colour in one pass, forward and backward
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "config.h"
#include "core/torch/colours.h"
#include "core/torch/cutout.h"
#include "core/torch/internal.h"
#include "core/torch/levels.h"

#include <ATen/Parallel.h>
#include <ATen/ops/empty.h>
#include <ATen/ops/empty_like.h>
#include <algorithm>
#include <cmath>
#include <torch/csrc/autograd/custom_function.h>

using torch::autograd::AutogradContext;
using torch::autograd::variable_list;

/* Pixels a thread takes at a time. */
#define GRAIN 8192

static const TlColours *
get_colours (void)
{
  return TL_BEST_LEVEL (tl_colours);
}

/* What is done; each picture by its own of @amounts. */
struct Change
{
  bool is_hue;
  float epsilon;
  const float *amounts;
};

/* Pictures that are not touched. */
static void
copy (TlPixels pixels, const float *x, float *y)
{
  for (int plane = 0; plane < 3; plane++)
    std::copy (x + plane * pixels.n + pixels.begin, x + plane * pixels.n + pixels.end,
               y + plane * pixels.n + pixels.begin);
}

static void
change (const Change &how, TlPixels pixels, const float *x, float amount, float *y)
{
  const TlHueTurn turn = { amount, how.epsilon };

  if (std::isnan (amount))
    copy (pixels, x, y);
  else if (how.is_hue)
    get_colours ()->turn (pixels, x, &turn, y);
  else
    get_colours ()->saturate (pixels, x, amount, y);
}

static void
change_back (const Change &how, TlPixels pixels, const float *x, const float *upstream,
             float amount, float *gradient)
{
  const TlHueTurn turn = { amount, how.epsilon };

  if (std::isnan (amount))
    copy (pixels, upstream, gradient);
  else if (how.is_hue)
    get_colours ()->turn_back (pixels, x, upstream, &turn, gradient);
  else
    get_colours ()->saturate_back (pixels, x, upstream, amount, gradient);
}

/* Calls f (pixels, offset of the picture, which) for parts of pictures [n, 3, h, w]. */
template <typename F>
static void
for_parts (const at::Tensor &x, const F &f)
{
  int64_t n = x.size (2) * x.size (3), n_parts = (n + GRAIN - 1) / GRAIN;

  at::parallel_for (0, x.size (0) * n_parts, 1, [&] (int64_t begin, int64_t end) {
    for (int64_t i = begin; i < end; i++)
      {
        int64_t first = i % n_parts * GRAIN;

        f (TlPixels{ n, first, std::min (first + GRAIN, n) }, i / n_parts * 3 * n, i / n_parts);
      }
  });
}

/* amounts: [n] */
class Colour : public torch::autograd::Function<Colour>
{
public:
  static at::Tensor
  forward (AutogradContext *ctx, const at::Tensor &x, const at::Tensor &amounts, bool is_hue,
           double epsilon)
  {
    at::Tensor y = at::empty_like (x);
    const Change how = { is_hue, (float) epsilon, amounts.data_ptr<float> () };
    const float *from = x.data_ptr<float> ();
    float *to = y.data_ptr<float> ();

    for_parts (x, [&] (TlPixels pixels, int64_t offset, int64_t i) {
      change (how, pixels, from + offset, how.amounts[i], to + offset);
    });
    ctx->save_for_backward ({ x, amounts });
    ctx->saved_data["is_hue"] = is_hue;
    ctx->saved_data["epsilon"] = epsilon;
    return y;
  }

  static variable_list
  backward (AutogradContext *ctx, variable_list upstreams)
  {
    variable_list saved = ctx->get_saved_variables ();
    at::Tensor upstream = upstreams[0].contiguous ();
    at::Tensor gradient = at::empty_like (saved[0]);
    const Change how = { ctx->saved_data["is_hue"].toBool (),
                         (float) ctx->saved_data["epsilon"].toDouble (),
                         saved[1].data_ptr<float> () };
    const float *from = saved[0].data_ptr<float> (), *up = upstream.data_ptr<float> ();
    float *to = gradient.data_ptr<float> ();

    for_parts (saved[0], [&] (TlPixels pixels, int64_t offset, int64_t i) {
      change_back (how, pixels, from + offset, up + offset, how.amounts[i], to + offset);
    });
    return { gradient, at::Tensor (), at::Tensor (), at::Tensor () };
  }
};

static at::Tensor
apply (const at::Tensor &x, const float *amounts, bool is_hue, double epsilon)
{
  TORCH_CHECK (x.dim () == 4 && x.size (1) == 3, "pictures are [n, 3, h, w], not ", x.sizes ());

  at::Tensor own = at::empty ({ x.size (0) }, at::kFloat);

  std::copy (amounts, amounts + x.size (0), own.data_ptr<float> ());
  return Colour::apply (x.contiguous (), own, is_hue, epsilon);
}

TlTensor *
tl_cutout_turn_hue (TlScope *s, TlTensor *x, const gfloat *sixths, gfloat epsilon)
{
  return tl_op (
    s, [=] (const at::Tensor &t) { return apply (t, sixths, true, epsilon); }, x);
}

TlTensor *
tl_cutout_saturate (TlScope *s, TlTensor *x, const gfloat *factors)
{
  return tl_op (
    s, [=] (const at::Tensor &t) { return apply (t, factors, false, 0); }, x);
}
