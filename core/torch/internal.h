/* internal.h - what tensor.h hides: handles, scopes, and the one way into libtorch
 *
 * Every wrapper is one line through tl_op(): it checks the handles, sets the gradient mode of its
 * scope, calls libtorch, and turns whatever libtorch throws into the scope's sticky error. No
 * exception ever reaches C. Included by the C++ files of this folder only, and the only place that
 * asks which libtorch this is.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#pragma once

#include "core/torch/tensor.h"

#include <ATen/core/Tensor.h>
#include <c10/core/GradMode.h>
#include <exception>
#include <torch/version.h>

/* scaled_dot_product_attention takes a scale, and has a CPU kernel with gradients, since 2.2. */
#if TORCH_VERSION_MAJOR > 2 || (TORCH_VERSION_MAJOR == 2 && TORCH_VERSION_MINOR >= 2)
#define TL_TORCH_HAS_ATTENTION 1
#else
#define TL_TORCH_HAS_ATTENTION 0
#endif

/* Allocators got copy_data(), and allocate() lost its const, in 2.3. */
#if TORCH_VERSION_MAJOR > 2 || (TORCH_VERSION_MAJOR == 2 && TORCH_VERSION_MINOR >= 3)
#define TL_TORCH_ALLOCATORS_COPY 1
#define TL_ALLOCATE_CONST
#else
#define TL_TORCH_ALLOCATORS_COPY 0
#define TL_ALLOCATE_CONST const
#endif

/* Dead handles are kept until the outermost scope closes, so that using one can be told. */
#ifdef NDEBUG
#define TL_QUARANTINE 0
#else
#define TL_QUARANTINE 1
#endif

struct _TlTensor
{
  at::Tensor t;
  TlScope *scope = nullptr; /* NULL: owned, or dead */
  TlTensor *next = nullptr, *previous = nullptr;
  bool is_dead = false;
};

/* What the scopes of a family share: the outermost one and those entered from it. */
struct TlFamily
{
  GCancellable *cancellable = nullptr;
  GError *error = nullptr;
  TlTensor *graveyard = nullptr;
};

struct _TlScope
{
  TlFamily *family;
  TlScope *outer;
  TlTensor *tensors; /* newest first */
  bool has_grad;
};

/* An argument that may be absent. */
struct TlMaybe
{
  TlTensor *x;
};

/* Carries an error of ours through libtorch's autograd engine. */
class TlFailure : public std::exception
{
public:
  explicit TlFailure (GError *error);
  TlFailure (const TlFailure &other);
  TlFailure &operator= (const TlFailure &other) = delete;
  ~TlFailure () override;
  const char *what () const noexcept override;
  GError *copy () const;

private:
  GError *error;
};

/* May an operation go ahead? Takes note of cancelling. */
bool tl_scope_is_ready (TlScope *s);

/* Whether @x can be used; fails the scope if not. */
bool tl_scope_check (TlScope *s, TlTensor *x);

/* A handle of @s for @t. */
TlTensor *tl_scope_adopt (TlScope *s, at::Tensor t);

/* To be called in a catch block: the exception being handled becomes the scope's error. */
void tl_scope_catch (TlScope *s);

/* In a catch block: the exception being handled as an error of ours, (transfer full). */
GError *tl_error_from_exception (void);

/* An outermost scope of a computation that the autograd engine started; gradients are on. */
TlScope *tl_scope_open_again (GCancellable *cancellable);

at::ScalarType tl_scalar_type (TlDtype dtype);

/* Makes libtorch take its memory from memory.cpp. To be called before the first tensor; more often
 * does nothing. */
void tl_memory_init (void);

/* The number of kilobytes after "@key:" in a file of /proc, in bytes; 0 if there is none. */
guint64 tl_read_kilobytes (const char *file, const char *key);

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
