/* grad.cpp - the backward pass, and functions whose gradient is not that of their value
 *
 * A torch::autograd::Function names its forward and backward; what it saves is freed with the
 * graph. Checkpoints call back into C: the C function works in scopes as ever, and what fails there
 * travels through the engine as a TlFailure.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "config.h"
#include "core/torch/internal.h"

#include "core/base/error.h"

#include <ATen/ops/clamp.h>
#include <ATen/ops/zeros_like.h>
#include <torch/csrc/autograd/autograd.h>
#include <torch/csrc/autograd/custom_function.h>

using torch::autograd::AutogradContext;
using torch::autograd::variable_list;

TlTensor *
tl_leaf (TlScope *s, TlTensor *x)
{
  return tl_op (
    s, [] (const at::Tensor &t) { return t.detach ().requires_grad_ (true); }, x);
}

/* A result that does not depend on the leaf has a gradient of zero. */
static at::Tensor
gradient (const at::Tensor &y, const at::Tensor &upstream, const at::Tensor &leaf)
{
  if (!y.requires_grad ())
    return at::zeros_like (leaf);

  variable_list upstreams;

  if (upstream.defined ())
    upstreams.push_back (upstream);

  at::Tensor result = torch::autograd::grad ({ y }, { leaf }, upstreams, /*retain_graph=*/false,
                                             /*create_graph=*/false, /*allow_unused=*/true)[0];

  return result.defined () ? result : at::zeros_like (leaf);
}

TlTensor *
tl_backward (TlScope *s, TlTensor *loss, TlTensor *leaf)
{
  return tl_op (
    s,
    [] (const at::Tensor &y, const at::Tensor &x) {
      TORCH_CHECK (y.numel () == 1, "a loss is one number, not ", y.sizes ());
      return gradient (y, at::Tensor (), x);
    },
    loss, leaf);
}

TlTensor *
tl_backward_from (TlScope *s, TlTensor *y, TlTensor *upstream, TlTensor *leaf)
{
  return tl_op (s, gradient, y, upstream, leaf);
}

/* --- straight through, clamp ---------------------------------------------------------------- */

class StraightThrough : public torch::autograd::Function<StraightThrough>
{
public:
  static at::Tensor
  forward (AutogradContext *ctx, const at::Tensor &value, const at::Tensor &x)
  {
    ctx->saved_data["shape"] = x.sizes ();
    return value;
  }

  static variable_list
  backward (AutogradContext *ctx, variable_list upstream)
  {
    return { at::Tensor (), upstream[0].sum_to_size (ctx->saved_data["shape"].toIntVector ()) };
  }
};

TlTensor *
tl_straight_through (TlScope *s, TlTensor *value, TlTensor *x)
{
  return tl_op (
    s, [] (const at::Tensor &v, const at::Tensor &t) { return StraightThrough::apply (v, t); },
    value, x);
}

class ClampWithGrad : public torch::autograd::Function<ClampWithGrad>
{
public:
  static at::Tensor
  forward (AutogradContext *ctx, const at::Tensor &x, double low, double high)
  {
    ctx->save_for_backward ({ x });
    ctx->saved_data["low"] = low;
    ctx->saved_data["high"] = high;
    return at::clamp (x, at::Scalar (low), at::Scalar (high));
  }

  static variable_list
  backward (AutogradContext *ctx, variable_list upstream)
  {
    at::Tensor x = ctx->get_saved_variables ()[0];
    at::Tensor inside =
      at::clamp (x, ctx->saved_data["low"].toScalar (), ctx->saved_data["high"].toScalar ());
    at::Tensor is_passed = upstream[0].mul (x.sub (inside)).ge (0);

    return { upstream[0].mul (is_passed), at::Tensor (), at::Tensor () };
  }
};

TlTensor *
tl_clamp_with_grad (TlScope *s, TlTensor *x, gdouble low, gdouble high)
{
  return tl_op (
    s, [=] (const at::Tensor &t) { return ClampWithGrad::apply (t, low, high); }, x);
}

/* --- checkpoint ----------------------------------------------------------------------------- */

/* A block function and what it is called with; goes through saved_data as three integers. */
struct Block
{
  TlBlockFunc func;
  gconstpointer data;
  GCancellable *cancellable; /* of the family, which outlives its graphs */
};

/* The family has failed already: nothing is left to tell. */
static TlFailure
failed_already (void)
{
  return TlFailure (g_error_new_literal (TL_ERROR, TL_ERROR_DEVICE, "failed"));
}

static at::Tensor
run_block_without_grad (TlScope *outer, const Block *block, const at::Tensor &x)
{
  TlScope *s = tl_scope_enter (outer);

  tl_scope_set_grad (s, FALSE);

  TlTensor *y = block->func (s, tl_scope_adopt (s, x.detach ()), block->data);
  at::Tensor result = y != NULL ? y->t : at::Tensor ();

  tl_scope_leave (s, NULL);
  if (!result.defined ())
    throw failed_already ();
  return result;
}

static at::Tensor
run_block_with_grad (const Block *block, const at::Tensor &leaf)
{
  TlScope *s = tl_scope_open_again (block->cancellable);
  TlTensor *y = block->func (s, tl_scope_adopt (s, leaf), block->data);
  at::Tensor result = y != NULL ? y->t : at::Tensor ();
  GError *error = NULL;

  if (!tl_scope_close (s, &error))
    throw TlFailure (error);
  if (!result.defined ())
    throw failed_already ();
  return result;
}

class Checkpoint : public torch::autograd::Function<Checkpoint>
{
public:
  static at::Tensor
  forward (AutogradContext *ctx, const at::Tensor &x, TlScope *s, const Block *block)
  {
    ctx->save_for_backward ({ x });
    ctx->saved_data["func"] = (int64_t) (gintptr) block->func;
    ctx->saved_data["data"] = (int64_t) (gintptr) block->data;
    ctx->saved_data["cancellable"] = (int64_t) (gintptr) block->cancellable;
    return run_block_without_grad (s, block, x);
  }

  static variable_list
  backward (AutogradContext *ctx, variable_list upstream)
  {
    Block block = { (TlBlockFunc) (gintptr) ctx->saved_data["func"].toInt (),
                    (gconstpointer) (gintptr) ctx->saved_data["data"].toInt (),
                    (GCancellable *) (gintptr) ctx->saved_data["cancellable"].toInt () };
    at::Tensor leaf = ctx->get_saved_variables ()[0].detach ().requires_grad_ (true);
    at::Tensor y = run_block_with_grad (&block, leaf);

    return { gradient (y, upstream[0], leaf), at::Tensor (), at::Tensor () };
  }
};

TlTensor *
tl_checkpoint (TlScope *s, TlBlockFunc func, TlTensor *x, gconstpointer data)
{
  if (!tl_scope_get_grad (s))
    return func (s, x, data);

  Block block = { func, data, s->family->cancellable };

  return tl_op (
    s, [&] (const at::Tensor &t) { return Checkpoint::apply (t, s, &block); }, x);
}
