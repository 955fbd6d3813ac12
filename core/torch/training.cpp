/* training.cpp - gradients of many leaves, and the losses' functions
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "config.h"
#include "core/torch/internal.h"
#include "core/torch/training.h"

#include <ATen/ops/log_softmax.h>
#include <ATen/ops/softplus.h>
#include <ATen/ops/zeros_like.h>
#include <torch/csrc/autograd/autograd.h>
#include <vector>

using torch::autograd::variable_list;

TlTensor *
tl_own_in_graph (TlTensor *x)
{
  if (x == NULL)
    return NULL;
  g_return_val_if_fail (!x->is_dead, NULL);

  TlTensor *owned = new TlTensor;

  owned->t = x->t;
  return owned;
}

static variable_list
differentiate (const at::Tensor &loss, const variable_list &leaves)
{
  TORCH_CHECK (loss.numel () == 1, "a loss is one number, not ", loss.sizes ());

  variable_list gradients (leaves.size ());

  if (loss.requires_grad ())
    gradients = torch::autograd::grad ({ loss }, leaves, {}, /*retain_graph=*/false,
                                       /*create_graph=*/false, /*allow_unused=*/true);
  for (size_t i = 0; i < leaves.size (); i++)
    if (!gradients[i].defined ())
      gradients[i] = at::zeros_like (leaves[i]);
  return gradients;
}

gboolean
tl_backward_many (TlScope *s, TlTensor *loss, TlTensor *const *leaves, guint n,
                  TlTensor **gradients)
{
  variable_list all;

  for (guint i = 0; i < n; i++)
    if (!tl_scope_check (s, leaves[i]))
      return FALSE;
    else
      all.push_back (leaves[i]->t);

  return tl_try (
    s,
    [&] (const at::Tensor &t) {
      variable_list results = differentiate (t, all);

      for (guint i = 0; i < n; i++)
        gradients[i] = tl_scope_adopt (s, results[i]);
    },
    loss);
}

TlTensor *
tl_log_softmax (TlScope *s, TlTensor *x, gint64 dim)
{
  return tl_op (
    s, [=] (const at::Tensor &t) { return at::log_softmax (t, (int64_t) dim); }, x);
}

TlTensor *
tl_softplus (TlScope *s, TlTensor *x)
{
  return tl_op (
    s, [] (const at::Tensor &t) { return at::softplus (t); }, x);
}
