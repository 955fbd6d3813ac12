/* shape.cpp - operations that move elements and leave their values alone
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "config.h"
#include "core/torch/internal.h"

#include <ATen/ops/cat.h>
#include <ATen/ops/constant_pad_nd.h>
#include <ATen/ops/index_select.h>
#include <ATen/ops/reflection_pad2d.h>
#include <ATen/ops/replication_pad2d.h>
#include <vector>

TlTensor *
tl_reshape (TlScope *s, TlTensor *x, const gint64 *shape, guint n_dims)
{
  return tl_op (
    s, [=] (const at::Tensor &t) { return t.reshape (tl_shape (shape, n_dims)); }, x);
}

TlTensor *
tl_permute (TlScope *s, TlTensor *x, const gint64 *order, guint n_dims)
{
  return tl_op (
    s, [=] (const at::Tensor &t) { return t.permute (tl_shape (order, n_dims)); }, x);
}

TlTensor *
tl_transpose (TlScope *s, TlTensor *x, gint64 a, gint64 b)
{
  return tl_op (
    s, [=] (const at::Tensor &t) { return t.transpose ((int64_t) a, (int64_t) b); }, x);
}

TlTensor *
tl_expand (TlScope *s, TlTensor *x, const gint64 *shape, guint n_dims)
{
  return tl_op (
    s, [=] (const at::Tensor &t) { return t.expand (tl_shape (shape, n_dims)); }, x);
}

TlTensor *
tl_narrow (TlScope *s, TlTensor *x, gint64 dim, gint64 start, gint64 length)
{
  return tl_op (
    s, [=] (const at::Tensor &t) { return t.narrow (dim, (int64_t) start, length); }, x);
}

TlTensor *
tl_cat (TlScope *s, TlTensor *const *xs, guint n, gint64 dim)
{
  std::vector<at::Tensor> all;

  for (guint i = 0; i < n && tl_scope_is_ready (s); i++)
    if (tl_scope_check (s, xs[i]))
      all.push_back (xs[i]->t);
  return tl_op (s, [&] { return at::cat (all, dim); });
}

TlTensor *
tl_take_rows (TlScope *s, TlTensor *x, TlTensor *index)
{
  return tl_op (
    s,
    [] (const at::Tensor &t, const at::Tensor &rows) {
      std::vector<int64_t> shape = rows.sizes ().vec ();

      shape.insert (shape.end (), t.sizes ().begin () + 1, t.sizes ().end ());
      return at::index_select (t, 0, rows.reshape ({ -1 })).view (shape);
    },
    x, index);
}

static at::Tensor
pad (const at::Tensor &t, at::IntArrayRef margins, TlPadMode mode)
{
  switch (mode)
    {
    case TL_PAD_REFLECT:
      return at::reflection_pad2d (t, margins);
    case TL_PAD_REPLICATE:
      return at::replication_pad2d (t, margins);
    case TL_PAD_ZEROS:
    default:
      return at::constant_pad_nd (t, margins, 0);
    }
}

TlTensor *
tl_pad2d (TlScope *s, TlTensor *x, gint64 left, gint64 right, gint64 top, gint64 bottom,
          TlPadMode mode)
{
  return tl_op_in_float32 (
    s,
    [=] (const at::Tensor &t) {
      return pad (t, { left, right, top, bottom }, mode);
    },
    x);
}
