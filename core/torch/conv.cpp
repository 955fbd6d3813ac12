/* conv.cpp - convolutions, with a gradient for the picture only
 *
 * Weights that are being trained go through libtorch's own. Of others nobody asks a gradient, so a
 * convolution keeps nothing of its input for the backward pass: half of what libtorch's would hold
 * in a decoder. Its gradient is a convolution again, with the filters turned around. On the CPU
 * those of 3 x 3 go through winograd.h where there are enough pixels to repay the transform of the
 * filters, which is made anew each time: it takes a few milliseconds, and kept it would take four
 * times the weights' memory, twice over.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "config.h"
#include "core/torch/internal.h"
#include "core/torch/levels.h"
#include "core/torch/winograd.h"

#include <ATen/Parallel.h>
#include <ATen/ops/conv2d.h>
#include <ATen/ops/convolution_backward.h>
#include <ATen/ops/empty.h>
#include <torch/csrc/autograd/custom_function.h>

using torch::autograd::AutogradContext;
using torch::autograd::variable_list;

/* Fewer tiles do not repay the filters' transform. */
#define MIN_TILES 48
/* Bytes of scratch memory that a thread works in: most of a second-level cache. */
#define SCRATCH_BYTES (1 << 20)

static const TlWinograd *
get_winograd (void)
{
  return TL_BEST_LEVEL (tl_winograd);
}

static const TlWinogradKernels<float> &
get_kernels (float)
{
  return get_winograd ()->float32;
}

static const TlWinogradKernels<uint16_t> &
get_kernels (uint16_t)
{
  return get_winograd ()->bfloat16;
}

template <typename T>
static T *
get_data (const at::Tensor &t)
{
  return static_cast<T *> (t.data_ptr ());
}

static int64_t
count_tiles (const TlPlane &plane)
{
  return (plane.height + TL_WINOGRAD_SIDE - 1) / TL_WINOGRAD_SIDE
         * ((plane.width + TL_WINOGRAD_SIDE - 1) / TL_WINOGRAD_SIDE);
}

/* How many tiles a thread takes at a time: depends on the shape alone, as all results do. */
static int64_t
choose_tiles (const TlPlane &plane)
{
  const TlWinograd *winograd = get_winograd ();
  int64_t group_bytes = tl_winograd_scratch (winograd, &plane, winograd->group) * sizeof (float);

  return std::max<int64_t> (4, SCRATCH_BYTES / group_bytes) * winograd->group;
}

template <typename T>
static at::Tensor
transform_filters (const at::Tensor &weight, bool is_backward)
{
  const TlWinograd *winograd = get_winograd ();
  TlFilters<T> filters = { get_data<T> (weight), weight.size (1), weight.size (0), is_backward };
  int64_t from = is_backward ? filters.out : filters.in;
  int64_t to = is_backward ? filters.in : filters.out;
  at::Tensor u = at::empty ({ tl_winograd_filters_size (winograd, from, to) },
                            weight.options ().dtype (at::kFloat));
  float *data = u.data_ptr<float> ();

  at::parallel_for (0, (to + winograd->panel - 1) / winograd->panel, 1,
                    [&] (int64_t begin, int64_t end) {
                      for (int64_t panel = begin; panel < end; panel++)
                        get_kernels (T ()).transform (&filters, panel, data);
                    });
  return u;
}

/* x: [n, from, h, w] channels-last -> [n, to, h, w]; bias: float32, or undefined */
template <typename T>
static at::Tensor
winograd (const at::Tensor &x, const at::Tensor &weight, const at::Tensor &bias, bool is_backward)
{
  const TlPlane plane = { x.size (2), x.size (3), x.size (1), weight.size (is_backward ? 1 : 0) };
  const int64_t n_tiles = count_tiles (plane), at_once = choose_tiles (plane);
  const int64_t n_parts = (n_tiles + at_once - 1) / at_once, n_images = x.size (0);
  const int64_t scratch_size = tl_winograd_scratch (get_winograd (), &plane, at_once);
  const float *bias_data = bias.defined () ? bias.data_ptr<float> () : nullptr;
  at::Tensor u = transform_filters<T> (weight, is_backward);
  at::Tensor y = at::empty ({ n_images, plane.out, plane.height, plane.width }, x.options (),
                            at::MemoryFormat::ChannelsLast);
  at::Tensor scratch =
    at::empty ({ at::get_num_threads (), scratch_size }, x.options ().dtype (at::kFloat));

  at::parallel_for (0, n_images * n_parts, 1, [&] (int64_t begin, int64_t end) {
    float *mine = scratch.data_ptr<float> () + at::get_thread_num () * scratch_size;

    for (int64_t i = begin; i < end; i++)
      {
        int64_t image = i / n_parts * plane.height * plane.width;
        int64_t first = i % n_parts * at_once;

        get_kernels (T ()).convolve (
          &plane, get_data<T> (x) + image * plane.in, u.data_ptr<float> (), bias_data, first,
          std::min (first + at_once, n_tiles), mine, get_data<T> (y) + image * plane.out);
      }
  });
  return y;
}

/* --- which way ------------------------------------------------------------------------------- */

struct Layer
{
  at::Tensor weight, bias; /* bias may be undefined */
  int64_t stride, padding, groups;
};

/* Whether winograd.h, which looks at no size, may read them: what does not go together is for
 * libtorch to refuse. */
static bool
go_together (const at::Tensor &x, const Layer &layer, bool is_backward)
{
  const at::Tensor &weight = layer.weight, &bias = layer.bias;

  return x.dim () == 4 && weight.dim () == 4 && x.size (1) == weight.size (is_backward ? 0 : 1)
         && x.device ().is_cpu () && weight.device ().is_cpu ()
         && (!bias.defined () || (bias.device ().is_cpu () && bias.numel () == weight.size (0)));
}

/* x: what it is applied to, the picture or the gradient on the result */
static bool
suits_winograd (const at::Tensor &x, const Layer &layer, bool is_backward)
{
  const at::Tensor &weight = layer.weight;
  const at::ScalarType type = x.scalar_type ();

  if (!go_together (x, layer, is_backward))
    return false;

  const TlPlane plane = { x.size (2), x.size (3), 0, 0 };

  return (type == at::kFloat || type == at::kBFloat16) && weight.scalar_type () == type
         && layer.stride == 1 && layer.padding == 1 && layer.groups == 1 && weight.size (2) == 3
         && weight.size (3) == 3 && weight.size (0) % TL_WINOGRAD_CHANNELS == 0
         && weight.size (1) % TL_WINOGRAD_CHANNELS == 0
         && x.size (0) * count_tiles (plane) >= MIN_TILES;
}

static at::Tensor
run_winograd (const at::Tensor &x, const at::Tensor &weight, const at::Tensor &bias,
              bool is_backward)
{
  at::Tensor picture = x.contiguous (at::MemoryFormat::ChannelsLast);
  at::Tensor filters = weight.contiguous (at::MemoryFormat::ChannelsLast);
  at::Tensor offsets = bias.defined () ? bias.to (at::kFloat).contiguous () : bias;

  return x.scalar_type () == at::kFloat
           ? winograd<float> (picture, filters, offsets, is_backward)
           : winograd<uint16_t> (picture, filters, offsets, is_backward);
}

static at::Tensor
convolve (const at::Tensor &x, const Layer &layer)
{
  return at::conv2d (x, layer.weight, layer.bias, { layer.stride, layer.stride },
                     at::IntArrayRef{ layer.padding, layer.padding }, { 1, 1 }, layer.groups);
}

/* The input is asked for its shape and memory format only. */
static at::Tensor
convolve_back (const at::Tensor &upstream, at::IntArrayRef shape, const Layer &layer)
{
  at::Tensor input = at::empty (shape, upstream.options (), upstream.suggest_memory_format ());

  return std::get<0> (
    at::convolution_backward (upstream, input, layer.weight, at::OptionalIntArrayRef (),
                              { layer.stride, layer.stride }, { layer.padding, layer.padding },
                              { 1, 1 }, false, { 0, 0 }, layer.groups, { true, false, false }));
}

class Convolution : public torch::autograd::Function<Convolution>
{
public:
  static at::Tensor
  forward (AutogradContext *ctx, const at::Tensor &x, const Layer *layer)
  {
    ctx->save_for_backward ({ layer->weight });
    ctx->saved_data["shape"] = x.sizes ();
    ctx->saved_data["stride"] = layer->stride;
    ctx->saved_data["padding"] = layer->padding;
    ctx->saved_data["groups"] = layer->groups;
    return suits_winograd (x, *layer, false) ? run_winograd (x, layer->weight, layer->bias, false)
                                             : convolve (x, *layer);
  }

  static variable_list
  backward (AutogradContext *ctx, variable_list upstreams)
  {
    const at::Tensor &upstream = upstreams[0];
    const Layer layer = { ctx->get_saved_variables ()[0], at::Tensor (),
                          ctx->saved_data["stride"].toInt (), ctx->saved_data["padding"].toInt (),
                          ctx->saved_data["groups"].toInt () };

    /* A gradient through winograd.h has the result's size, which is the input's. */
    if (suits_winograd (upstream, layer, true))
      return { run_winograd (upstream, layer.weight, at::Tensor (), true), at::Tensor () };
    return { convolve_back (upstream, ctx->saved_data["shape"].toIntVector (), layer),
             at::Tensor () };
  }
};

TlTensor *
tl_conv2d (TlScope *s, TlTensor *x, TlTensor *weight, TlTensor *bias, gint64 stride, gint64 padding,
           gint64 groups)
{
  return tl_op (
    s,
    [=] (const at::Tensor &t, const at::Tensor &w, const at::Tensor &b) {
      const Layer layer = { w, b, stride, padding, groups };

      if (w.requires_grad () || (b.defined () && b.requires_grad ()))
        return convolve (t, layer);
      return Convolution::apply (t, &layer);
    },
    x, weight, TlMaybe{ bias });
}
