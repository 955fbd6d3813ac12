/* scope.cpp - who owns temporaries, and what happens when something fails
 *
 * A scope holds its handles in a doubly linked list, so that one of them can move to the outer
 * scope without a look at the others. The scopes opened inside one another share a TlFamily with
 * the first error. Debug builds bury freed handles in the family until it ends instead of freeing
 * them (the tensors themselves are released at once), so that a handle used too late can be told.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "config.h"
#include "core/torch/failure.h"
#include "core/torch/internal.h"

#include "core/base/error.h"

#include <ATen/Parallel.h>
#include <c10/util/Exception.h>
#include <glib/gi18n-lib.h>
#include <new>

TlFailure::TlFailure (GError *error) : error (error)
{
}

TlFailure::TlFailure (const TlFailure &other) : std::exception (other), error (other.copy ())
{
}

TlFailure::~TlFailure ()
{
  g_error_free (error);
}

const char *
TlFailure::what () const noexcept
{
  return error->message;
}

GError *
TlFailure::copy () const
{
  return g_error_copy (error);
}

GError *
tl_error_from_exception (void)
{
  try
    {
      throw;
    }
  catch (const TlFailure &failure)
    {
      return failure.copy ();
    }
  catch (const std::bad_alloc &)
    {
      return tl_failure_too_large ();
    }
  catch (const c10::OutOfMemoryError &)
    {
      return tl_failure_too_large ();
    }
  catch (const c10::Error &error)
    {
      return tl_failure_from_text (error.what_without_backtrace ());
    }
  catch (const std::exception &error)
    {
      return tl_failure_from_text (error.what ());
    }
  catch (...)
    {
      return tl_failure_from_text ("libtorch");
    }
}

void
tl_scope_catch (TlScope *s)
{
  tl_scope_fail (s, tl_error_from_exception ());
}

/* A mistake of ours: said loudly, and the scope goes on as a failed one. */
static void
fail_by_mistake (TlScope *s, const char *what)
{
  g_critical ("%s", what);
  tl_scope_fail (s,
                 g_error_new (TL_ERROR, TL_ERROR_DEVICE, _ ("The computation failed: %s"), what));
}

bool
tl_scope_is_ready (TlScope *s)
{
  g_return_val_if_fail (s != NULL, false);

  TlFamily *family = s->family;

  if (family->error == NULL)
    g_cancellable_set_error_if_cancelled (family->cancellable, &family->error);
  return family->error == NULL;
}

bool
tl_scope_check (TlScope *s, TlTensor *x)
{
  if (s->family->error != NULL)
    return false;
  if (x == NULL)
    fail_by_mistake (s, "NULL tensor in a scope that has not failed");
  else if (x->is_dead)
    fail_by_mistake (s, "tensor used after its scope");
  return s->family->error == NULL;
}

static void
unlink_handle (TlTensor *x)
{
  if (x->previous != NULL)
    x->previous->next = x->next;
  else
    x->scope->tensors = x->next;
  if (x->next != NULL)
    x->next->previous = x->previous;
}

static void
link_handle (TlScope *s, TlTensor *x)
{
  x->scope = s;
  x->previous = NULL;
  x->next = s->tensors;
  if (x->next != NULL)
    x->next->previous = x;
  s->tensors = x;
}

static void
bury (TlFamily *family G_GNUC_UNUSED, TlTensor *x)
{
#if TL_QUARANTINE
  x->t.reset ();
  x->is_dead = true;
  x->scope = NULL;
  x->next = family->graveyard;
  family->graveyard = x;
#else
  delete x;
#endif
}

static void
free_tensors (TlScope *s)
{
  while (s->tensors != NULL)
    {
      TlTensor *x = s->tensors;

      s->tensors = x->next;
      bury (s->family, x);
    }
}

TlTensor *
tl_scope_adopt (TlScope *s, at::Tensor t)
{
  TlTensor *x = new TlTensor;

  x->t = std::move (t);
  link_handle (s, x);
  return x;
}

static TlScope *
scope_new (TlFamily *family, TlScope *outer, bool has_grad)
{
  return new TlScope{ family, outer, NULL, has_grad };
}

TlScope *
tl_scope_open (GCancellable *cancellable)
{
  TlFamily *family = new TlFamily;

  tl_torch_init ();
  /* OpenMP remembers the number of threads for each thread that starts work; OpenBLAS asks it. */
  at::internal::lazy_init_num_threads ();
  if (cancellable != NULL)
    family->cancellable = G_CANCELLABLE (g_object_ref (cancellable));
  return scope_new (family, NULL, false);
}

TlScope *
tl_scope_open_again (GCancellable *cancellable)
{
  TlScope *s = tl_scope_open (cancellable);

  s->has_grad = true;
  return s;
}

static void
free_family (TlFamily *family)
{
  while (family->graveyard != NULL)
    {
      TlTensor *x = family->graveyard;

      family->graveyard = x->next;
      delete x;
    }
  g_clear_object (&family->cancellable);
  delete family;
}

gboolean
tl_scope_close (TlScope *scope, GError **error)
{
  g_return_val_if_fail (scope != NULL && scope->outer == NULL, FALSE);

  TlFamily *family = scope->family;
  gboolean is_good = family->error == NULL;

  free_tensors (scope);
  delete scope;
  if (!is_good)
    g_propagate_error (error, family->error);
  free_family (family);
  return is_good;
}

TlScope *
tl_scope_enter (TlScope *outer)
{
  g_return_val_if_fail (outer != NULL, NULL);

  return scope_new (outer->family, outer, outer->has_grad);
}

TlTensor *
tl_scope_leave (TlScope *scope, TlTensor *x)
{
  g_return_val_if_fail (scope != NULL && scope->outer != NULL, NULL);

  TlScope *outer = scope->outer;

  if (x != NULL && x->scope == scope)
    {
      unlink_handle (x);
      link_handle (outer, x);
    }
  free_tensors (scope);
  delete scope;
  return x;
}

TlTensor *
tl_sweep (TlScope *scope, TlTensor *x)
{
  tl_sweep_all_but (scope, &x, 1);
  return x;
}

void
tl_sweep_all_but (TlScope *scope, TlTensor *const *keep, guint n_keep)
{
  g_return_if_fail (scope != NULL);

  TlScope kept = { scope->family, NULL, NULL, false };

  /* A tensor named twice has moved already the second time. */
  for (guint i = 0; i < n_keep; i++)
    if (keep[i] != NULL && keep[i]->scope == scope)
      {
        unlink_handle (keep[i]);
        link_handle (&kept, keep[i]);
      }
  free_tensors (scope);
  scope->tensors = kept.tensors;
  for (TlTensor *x = scope->tensors; x != NULL; x = x->next)
    x->scope = scope;
}

void
tl_scope_set_grad (TlScope *scope, gboolean enabled)
{
  g_return_if_fail (scope != NULL);

  scope->has_grad = enabled;
}

gboolean
tl_scope_get_grad (TlScope *scope)
{
  g_return_val_if_fail (scope != NULL, FALSE);

  return scope->has_grad;
}

gboolean
tl_scope_has_failed (TlScope *scope)
{
  g_return_val_if_fail (scope != NULL, TRUE);

  return scope->family->error != NULL;
}

void
tl_scope_fail (TlScope *scope, GError *error)
{
  g_return_if_fail (scope != NULL && error != NULL);

  if (scope->family->error == NULL)
    scope->family->error = error;
  else
    g_error_free (error);
}

TlTensor *
tl_own (TlTensor *x)
{
  if (x == NULL)
    return NULL;
  g_return_val_if_fail (!x->is_dead, NULL);

  TlTensor *owned = new TlTensor;

  owned->t = x->t.detach ();
  return owned;
}

void
tl_tensor_free (TlTensor *x)
{
  if (x == NULL)
    return;
  g_return_if_fail (x->scope == NULL && !x->is_dead);

  delete x;
}
