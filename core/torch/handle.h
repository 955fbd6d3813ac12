/* handle.h - what tensor.h hides: handles and scopes
 *
 * Included by the C++ files of this folder only, and the only place that asks which libtorch this
 * is.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#pragma once

#include "core/torch/tensor.h"

#include <ATen/core/Tensor.h>
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

/* Settings of libtorch that hold for the process. To be called before the first tensor; more often
 * does nothing. */
void tl_torch_init (void);

/* Makes libtorch take its memory from memory.cpp. Once. */
void tl_memory_init (void);
