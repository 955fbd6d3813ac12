/* norm.cpp - group norm, with SiLU if wanted, forward and backward
 *
 * Our own, for the CPU: libtorch 1.13's kernel is wrong for channels-last bfloat16 and slow for
 * channels-last float32. Only input, mean and 1 / deviation are kept for the backward pass. Work is
 * cut into blocks of rows whose size depends on the shape alone and whose sums are added in order,
 * so that results do not depend on the number of threads. Group norm: Wu and He 2018,
 * arXiv:1803.08494.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "config.h"
#include "core/torch/internal.h"
#include "core/torch/kernels.h"

#include <ATen/Parallel.h>
#include <ATen/ops/empty.h>
#include <ATen/ops/empty_like.h>
#include <ATen/ops/group_norm.h>
#include <ATen/ops/silu.h>
#include <ATen/ops/zeros.h>
#include <ATen/ops/zeros_like.h>
#include <cmath>
#include <torch/csrc/autograd/custom_function.h>
#include <vector>

using torch::autograd::AutogradContext;
using torch::autograd::variable_list;

/* Elements of a block: large enough to hide the threads' start, small enough to balance them. */
#define BLOCK_ELEMENTS 65536

static const TlNormKernels<float> &
get_kernels (float)
{
  return tl_kernels_get ()->norm_float32;
}

static const TlNormKernels<uint16_t> &
get_kernels (uint16_t)
{
  return tl_kernels_get ()->norm_bfloat16;
}

/* Sizes of a channels-last tensor, and its blocks. */
struct Layout
{
  int64_t n_images, n_channels, n_pixels, n_groups;
  int64_t block_rows, n_blocks; /* of an image */

  Layout (const at::Tensor &x, int64_t groups)
      : n_images (x.size (0)), n_channels (x.size (1)), n_pixels (x.size (2) * x.size (3)),
        n_groups (groups)
  {
    block_rows = std::max<int64_t> (1, BLOCK_ELEMENTS / n_channels);
    n_blocks = (n_pixels + block_rows - 1) / block_rows;
  }

  int64_t
  group_channels () const
  {
    return n_channels / n_groups;
  }
};

/* Calls f (image, block, rows, offset of the first element) for all blocks, in parallel. */
template <typename F>
static void
for_blocks (const Layout &l, const F &f)
{
  at::parallel_for (0, l.n_images * l.n_blocks, 1, [&] (int64_t begin, int64_t end) {
    for (int64_t i = begin; i < end; i++)
      {
        int64_t image = i / l.n_blocks, block = i % l.n_blocks;
        int64_t row = block * l.block_rows;
        TlRows rows = { std::min (l.block_rows, l.n_pixels - row), l.n_channels };

        f (image, i, rows, (image * l.n_pixels + row) * l.n_channels);
      }
  });
}

/* Two sums for each channel of each block; total() adds up the blocks of an image. */
struct BlockSums
{
  const Layout &l;
  std::vector<double> values;

  explicit BlockSums (const Layout &layout)
      : l (layout), values (layout.n_images * layout.n_blocks * 2 * layout.n_channels)
  {
  }

  double *
  first (int64_t block)
  {
    return values.data () + block * 2 * l.n_channels;
  }

  double *
  second (int64_t block)
  {
    return first (block) + l.n_channels;
  }

  /* Into the image's first block. */
  void
  total (int64_t image)
  {
    double *sum = first (image * l.n_blocks);

    for (int64_t b = 1; b < l.n_blocks; b++)
      for (int64_t c = 0; c < 2 * l.n_channels; c++)
        sum[c] += first (image * l.n_blocks + b)[c];
  }
};

/* Mean and 1 / deviation of each group, [n, groups] */
struct Statistics
{
  at::Tensor mean, rstd;
};

/* For each group: the mean of its channels' means; the variance within and between channels. */
template <typename T>
static void
finish_statistics (const Layout &l, const T *origin, const double *sum, const double *square,
                   double epsilon, float *mean, float *rstd)
{
  const int64_t n = l.group_channels ();

  for (int64_t g = 0; g < l.n_groups; g++)
    {
      double m = 0, variance = 0;

      for (int64_t c = g * n; c < (g + 1) * n; c++)
        m += (double) origin[c] + sum[c] / l.n_pixels;
      m /= n;
      for (int64_t c = g * n; c < (g + 1) * n; c++)
        {
          double d = sum[c] / l.n_pixels;
          double between = (double) origin[c] + d - m;

          variance += square[c] / l.n_pixels - d * d + between * between;
        }
      mean[g] = m;
      rstd[g] = 1.0 / std::sqrt (std::max (variance / n, 0.0) + epsilon);
    }
}

static std::vector<float>
as_floats (const float *x, int64_t n)
{
  return std::vector<float> (x, x + n);
}

static std::vector<float>
as_floats (const uint16_t *x, int64_t n)
{
  std::vector<float> values (n);

  for (int64_t i = 0; i < n; i++)
    values[i] = (float) c10::BFloat16 (x[i], c10::BFloat16::from_bits ());
  return values;
}

template <typename T>
static Statistics
get_statistics (const Layout &l, const T *x, double epsilon)
{
  const TlNormKernels<T> &kernels = get_kernels (T ());
  const int64_t image_size = l.n_pixels * l.n_channels;
  BlockSums sums (l);
  Statistics s = { at::empty ({ l.n_images, l.n_groups }, at::kFloat),
                   at::empty ({ l.n_images, l.n_groups }, at::kFloat) };

  for_blocks (l, [&] (int64_t image, int64_t block, TlRows rows, int64_t offset) {
    kernels.moments (rows, x + offset, x + image * image_size, sums.first (block),
                     sums.second (block));
  });
  for (int64_t i = 0; i < l.n_images; i++)
    {
      sums.total (i);
      finish_statistics (l, as_floats (x + i * image_size, l.n_channels).data (),
                         sums.first (i * l.n_blocks), sums.second (i * l.n_blocks), epsilon,
                         s.mean.data_ptr<float> () + i * l.n_groups,
                         s.rstd.data_ptr<float> () + i * l.n_groups);
    }
  return s;
}

/* The affine map of every channel of every image. */
struct Affines
{
  std::vector<float> mean, scale;
  const float *bias;
  const Layout &l;
  bool has_silu;

  Affines (const Layout &layout, const Statistics &s, const at::Tensor &weight,
           const at::Tensor &bias_tensor, bool silu)
      : mean (layout.n_images * layout.n_channels), scale (mean.size ()),
        bias (bias_tensor.data_ptr<float> ()), l (layout), has_silu (silu)
  {
    for (size_t i = 0; i < mean.size (); i++)
      {
        int64_t c = i % l.n_channels;
        int64_t group = i / l.n_channels * l.n_groups + c / l.group_channels ();

        mean[i] = s.mean.data_ptr<float> ()[group];
        scale[i] = weight.data_ptr<float> ()[c] * s.rstd.data_ptr<float> ()[group];
      }
  }

  TlAffine
  get (int64_t image) const
  {
    return { &mean[image * l.n_channels], &scale[image * l.n_channels], bias, has_silu };
  }
};

template <typename T>
static void
normalize (const Layout &l, const T *x, const Affines &affines, T *y)
{
  const TlNormKernels<T> &kernels = get_kernels (T ());

  for_blocks (l, [&] (int64_t image, int64_t, TlRows rows, int64_t offset) {
    TlAffine affine = affines.get (image);

    kernels.forward (rows, x + offset, &affine, y + offset);
  });
}

/* What normalising takes out of the gradient of each channel of every image. With ĝ = g weight and
 * x̂ = (x - mean) rstd: dx = rstd (ĝ - mean (ĝ) - x̂ mean (ĝ x̂)), means over the group. */
struct Corrections
{
  std::vector<float> from_sum, from_product;
  const Layout &l;

  Corrections (const Layout &layout, BlockSums &sums, const Affines &affines, const Statistics &s)
      : from_sum (layout.n_images * layout.n_channels), from_product (from_sum.size ()), l (layout)
  {
    for (int64_t i = 0; i < l.n_images * l.n_groups; i++)
      fill (i / l.n_groups, i % l.n_groups, sums, affines, s.rstd.data_ptr<float> ()[i]);
  }

  void
  fill (int64_t image, int64_t group, BlockSums &sums, const Affines &affines, double rstd)
  {
    const int64_t n = l.group_channels ();
    const double *sum = sums.first (image * l.n_blocks);
    const double *product = sums.second (image * l.n_blocks);
    const float *scale = affines.get (image).scale;
    double g = 0, gx = 0;

    /* scale already holds one rstd. */
    for (int64_t c = group * n; c < (group + 1) * n; c++)
      {
        g += scale[c] * sum[c];
        gx += scale[c] * product[c];
      }
    for (int64_t c = group * n; c < (group + 1) * n; c++)
      {
        from_sum[image * l.n_channels + c] = g / (n * l.n_pixels);
        from_product[image * l.n_channels + c] = gx * rstd * rstd / (n * l.n_pixels);
      }
  }

  TlCorrection
  get (int64_t image) const
  {
    return { &from_sum[image * l.n_channels], &from_product[image * l.n_channels] };
  }
};

/* Of weight and bias, for training: sums over all images. */
struct AffineGradients
{
  at::Tensor weight, bias;

  AffineGradients (const Layout &l, BlockSums &sums, const Statistics &s)
      : weight (at::zeros ({ l.n_channels }, at::kFloat)), bias (at::zeros_like (weight))
  {
    for (int64_t i = 0; i < l.n_images * l.n_channels; i++)
      {
        int64_t image = i / l.n_channels, c = i % l.n_channels;
        int64_t group = image * l.n_groups + c / l.group_channels ();

        weight.data_ptr<float> ()[c] +=
          sums.second (image * l.n_blocks)[c] * s.rstd.data_ptr<float> ()[group];
        bias.data_ptr<float> ()[c] += sums.first (image * l.n_blocks)[c];
      }
  }
};

template <typename T>
static AffineGradients
differentiate (const Layout &l, const T *x, const T *upstream, const Affines &affines,
               const Statistics &s, T *gradient)
{
  const TlNormKernels<T> &kernels = get_kernels (T ());
  BlockSums sums (l);

  for_blocks (l, [&] (int64_t image, int64_t block, TlRows rows, int64_t offset) {
    TlAffine affine = affines.get (image);

    kernels.reduce (rows, x + offset, upstream + offset, &affine, sums.first (block),
                    sums.second (block));
  });
  for (int64_t i = 0; i < l.n_images; i++)
    sums.total (i);

  Corrections corrections (l, sums, affines, s);

  for_blocks (l, [&] (int64_t image, int64_t, TlRows rows, int64_t offset) {
    TlAffine affine = affines.get (image);
    TlCorrection correction = corrections.get (image);

    kernels.backward (rows, x + offset, upstream + offset, &affine, &correction, gradient + offset);
  });
  return AffineGradients (l, sums, s);
}

template <typename T>
static T *
get_data (const at::Tensor &t)
{
  return static_cast<T *> (t.data_ptr ());
}

/* x and what comes of it are channels-last; weight and bias are float32. */
class GroupNorm : public torch::autograd::Function<GroupNorm>
{
public:
  static at::Tensor
  forward (AutogradContext *ctx, const at::Tensor &x, const at::Tensor &weight,
           const at::Tensor &bias, int64_t n_groups, double epsilon, bool has_silu)
  {
    Layout l (x, n_groups);
    at::Tensor y = at::empty_like (x);
    Statistics s = x.scalar_type () == at::kFloat
                     ? get_statistics (l, get_data<float> (x), epsilon)
                     : get_statistics (l, get_data<uint16_t> (x), epsilon);
    Affines affines (l, s, weight, bias, has_silu);

    if (x.scalar_type () == at::kFloat)
      normalize (l, get_data<float> (x), affines, get_data<float> (y));
    else
      normalize (l, get_data<uint16_t> (x), affines, get_data<uint16_t> (y));

    ctx->save_for_backward ({ x, weight, bias, s.mean, s.rstd });
    ctx->saved_data["groups"] = n_groups;
    ctx->saved_data["silu"] = has_silu;
    return y;
  }

  static variable_list
  backward (AutogradContext *ctx, variable_list upstreams)
  {
    variable_list saved = ctx->get_saved_variables ();
    const at::Tensor &x = saved[0];
    Layout l (x, ctx->saved_data["groups"].toInt ());
    Statistics s = { saved[3], saved[4] };
    Affines affines (l, s, saved[1], saved[2], ctx->saved_data["silu"].toBool ());
    at::Tensor upstream =
      upstreams[0].to (x.scalar_type ()).contiguous (at::MemoryFormat::ChannelsLast);
    at::Tensor gradient = at::empty_like (x);

    AffineGradients others =
      x.scalar_type () == at::kFloat
        ? differentiate (l, get_data<float> (x), get_data<float> (upstream), affines, s,
                         get_data<float> (gradient))
        : differentiate (l, get_data<uint16_t> (x), get_data<uint16_t> (upstream), affines, s,
                         get_data<uint16_t> (gradient));

    return { gradient, others.weight, others.bias, at::Tensor (), at::Tensor (), at::Tensor () };
  }
};

/* Other devices and other types. */
static at::Tensor
group_norm_by_libtorch (const at::Tensor &x, int64_t n_groups, const at::Tensor &weight,
                        const at::Tensor &bias, double epsilon, bool has_silu)
{
  at::Tensor y =
    at::group_norm (x, n_groups, weight.to (x.scalar_type ()), bias.to (x.scalar_type ()), epsilon)
      .contiguous (x.suggest_memory_format ());

  return has_silu ? at::silu (y) : y;
}

static at::Tensor
group_norm (const at::Tensor &x, int64_t n_groups, const at::Tensor &weight, const at::Tensor &bias,
            double epsilon, bool has_silu)
{
  at::ScalarType type = x.scalar_type ();

  TORCH_CHECK (x.dim () == 4 && n_groups > 0 && x.size (1) % n_groups == 0
                 && weight.numel () == x.size (1) && bias.numel () == x.size (1),
               "group norm of ", x.sizes (), " in ", n_groups, " groups with ", weight.sizes ());

  if (!x.device ().is_cpu () || type == at::kDouble || x.numel () == 0)
    return group_norm_by_libtorch (x, n_groups, weight, bias, epsilon, has_silu);

  at::Tensor input = type == at::kFloat || type == at::kBFloat16 ? x : x.to (at::kFloat);

  return GroupNorm::apply (input.contiguous (at::MemoryFormat::ChannelsLast),
                           weight.to (at::kFloat).contiguous (), bias.to (at::kFloat).contiguous (),
                           n_groups, epsilon, has_silu)
    .to (type);
}

TlTensor *
tl_group_norm (TlScope *s, TlTensor *x, gint64 n_groups, TlTensor *weight, TlTensor *bias,
               gdouble epsilon, gboolean silu)
{
  return tl_op (
    s,
    [=] (const at::Tensor &t, const at::Tensor &w, const at::Tensor &b) {
      return group_norm (t, n_groups, w, b, epsilon, silu);
    },
    x, weight, bias);
}
