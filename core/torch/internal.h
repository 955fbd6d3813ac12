/* internal.h - the one way into libtorch
 *
 * Every wrapper is one line through tl_op(): it checks the handles, sets the gradient mode of its
 * scope, calls libtorch, and turns whatever libtorch throws into the scope's sticky error. No
 * exception ever reaches C. Included by the C++ files of this folder only.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#pragma once

#include "core/torch/handle.h"

#include <c10/core/GradMode.h>

static inline bool
tl_check (TlScope *s, TlTensor *x)
{
  return tl_scope_check (s, x);
}

static inline bool
tl_check (TlScope *s, TlMaybe maybe)
{
  return maybe.x == nullptr || tl_scope_check (s, maybe.x);
}

static inline const at::Tensor &
tl_unwrap (TlTensor *x)
{
  return x->t;
}

static inline at::Tensor
tl_unwrap (TlMaybe maybe)
{
  return maybe.x == nullptr ? at::Tensor () : maybe.x->t;
}

/* Calls f (tensors...) under the scope's gradient mode. */
template <typename F, typename... X>
bool
tl_try (TlScope *s, const F &f, X... xs)
{
  bool is_usable = tl_scope_is_ready (s);

  for (bool is_good : { true, (is_usable && tl_check (s, xs))... })
    is_usable = is_usable && is_good;
  if (!is_usable)
    return false;

  try
    {
      c10::AutoGradMode mode (s->has_grad);
      f (tl_unwrap (xs)...);
      return true;
    }
  catch (...)
    {
      tl_scope_catch (s);
      return false;
    }
}

/* As tl_try(), for an f that returns a tensor: a handle on it in @s. */
template <typename F, typename... X>
TlTensor *
tl_op (TlScope *s, const F &f, X... xs)
{
  TlTensor *result = nullptr;

  tl_try (
    s, [&] (const auto &...ts) { result = tl_scope_adopt (s, f (ts...)); }, xs...);
  return result;
}

static inline at::IntArrayRef
tl_shape (const gint64 *shape, guint n_dims)
{
  static_assert (sizeof (gint64) == sizeof (int64_t), "shapes are passed on as they are");
  return at::IntArrayRef (reinterpret_cast<const int64_t *> (shape), n_dims);
}

/* f (@t, others...) computed in float32: on the CPU, libtorch 1.13 has no half types in some
 * kernels, and in others their coordinates are rounded to them as well. */
template <typename F, typename... X>
at::Tensor
tl_in_float32 (const F &f, const at::Tensor &t, const X &...others)
{
  if (!t.device ().is_cpu ()
      || (t.scalar_type () != at::kBFloat16 && t.scalar_type () != at::kHalf))
    return f (t, others...);
  return f (t.to (at::kFloat), others.to (at::kFloat)...).to (t.scalar_type ());
}

/* As tl_op(), through tl_in_float32(). */
template <typename F, typename... X>
TlTensor *
tl_op_in_float32 (TlScope *s, const F &f, X... xs)
{
  return tl_op (
    s, [&] (const auto &...ts) { return tl_in_float32 (f, ts...); }, xs...);
}
