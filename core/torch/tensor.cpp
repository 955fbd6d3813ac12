/* tensor.cpp - making tensors, asking them, and moving them between types and devices
 *
 * Bytes go in and come out through from_blob() and copy_(), which convert, reorder and cross
 * devices in one pass without a copy in between.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "config.h"
#include "core/torch/internal.h"

#include "core/base/error.h"

#include <ATen/ops/arange.h>
#include <ATen/ops/empty.h>
#include <ATen/ops/from_blob.h>
#include <ATen/ops/full.h>
#include <ATen/ops/zeros.h>
#include <ATen/ops/zeros_like.h>
#include <cmath>
#include <cstring>
#include <glib/gi18n-lib.h>

static const at::ScalarType scalar_types[TL_N_DTYPES] = {
  at::kFloat, at::kHalf,  at::kBFloat16, at::kDouble, at::kLong,
  at::kInt,   at::kShort, at::kChar,     at::kByte,   at::kBool,
};

at::ScalarType
tl_scalar_type (TlDtype dtype)
{
  g_return_val_if_fail ((guint) dtype < TL_N_DTYPES, at::kFloat);

  return scalar_types[dtype];
}

/* --- owned tensors from bytes --------------------------------------------------------------- */

/* The first element after those that shape and strides reach, or -1 if that is no sane number. */
static gint64
get_reach (const gint64 *shape, const gint64 *strides, guint n_dims)
{
  gint64 reach = 1;

  for (guint i = 0; i < n_dims; i++)
    {
      gint64 last;

      if (shape[i] < 0 || strides[i] < 0)
        return -1;
      if (shape[i] == 0)
        return 0;
      if (__builtin_mul_overflow (shape[i] - 1, strides[i], &last)
          || __builtin_add_overflow (reach, last, &reach))
        return -1;
    }
  return reach;
}

static bool
fill_strides (const gint64 *shape, guint n_dims, gint64 *strides)
{
  gint64 step = 1;

  for (guint i = n_dims; i-- > 0;)
    {
      strides[i] = step;
      if (__builtin_mul_overflow (step, MAX (shape[i], 1), &step))
        return false;
    }
  return true;
}

static at::Tensor
copy_of_bytes (const void *data, gsize n_bytes, TlDtype file_dtype, at::IntArrayRef shape,
               at::IntArrayRef strides, TlDtype dtype)
{
  bool is_converted = tl_dtype_is_float (file_dtype) && tl_dtype_is_float (dtype);
  at::Tensor copy = at::empty (shape, tl_scalar_type (is_converted ? dtype : file_dtype));
  at::Tensor aligned;

  if (copy.numel () == 0)
    return copy;

  /* A tensor in a mapped file begins wherever its header ended. */
  if (reinterpret_cast<guintptr> (data) % tl_dtype_size (file_dtype) != 0)
    {
      aligned = at::empty ({ (int64_t) n_bytes }, at::kByte);
      memcpy (aligned.data_ptr (), data, n_bytes);
      data = aligned.data_ptr ();
    }
  copy.copy_ (
    at::from_blob (const_cast<void *> (data), shape, strides, tl_scalar_type (file_dtype)));
  return copy;
}

TlTensor *
tl_tensor_new_from_bytes (const void *data, gsize n_bytes, TlDtype file_dtype, const gint64 *shape,
                          const gint64 *strides, guint n_dims, TlDtype dtype, GError **error)
{
  g_autofree gint64 *row_major = g_new0 (gint64, n_dims + 1);
  bool is_sane = strides != NULL || fill_strides (shape, n_dims, row_major);

  if (strides == NULL)
    strides = row_major;

  gint64 reach = is_sane ? get_reach (shape, strides, n_dims) : -1;

  if (reach < 0 || (guint64) reach > n_bytes / tl_dtype_size (file_dtype))
    {
      tl_error_set (error, TL_ERROR_FORMAT, _ ("A tensor is larger than the data it is made of"));
      return NULL;
    }
  try
    {
      tl_torch_init ();

      c10::NoGradGuard no_grad;
      at::Tensor t = copy_of_bytes (data, n_bytes, file_dtype, tl_shape (shape, n_dims),
                                    tl_shape (strides, n_dims), dtype);
      TlTensor *x = new TlTensor;

      x->t = std::move (t);
      return x;
    }
  catch (...)
    {
      g_propagate_error (error, tl_error_from_exception ());
      return NULL;
    }
}

/* --- asking --------------------------------------------------------------------------------- */

/* What a failed scope returns is NULL, and model code goes on to compute with its sizes. */
static bool
is_there (TlTensor *x)
{
  if (x == NULL)
    return false;
  g_return_val_if_fail (!x->is_dead, false);
  return true;
}

guint
tl_tensor_get_n_dims (TlTensor *x)
{
  return is_there (x) ? x->t.dim () : 0;
}

gint64
tl_tensor_get_size (TlTensor *x, gint dim)
{
  if (!is_there (x))
    return 1;

  gint n_dims = x->t.dim ();

  g_return_val_if_fail (dim >= -n_dims && dim < n_dims, 1);

  return x->t.sizes ()[dim < 0 ? dim + n_dims : dim];
}

gsize
tl_tensor_get_n_elements (TlTensor *x)
{
  return is_there (x) ? x->t.numel () : 1;
}

TlDtype
tl_tensor_get_dtype (TlTensor *x)
{
  if (is_there (x))
    for (guint i = 0; i < TL_N_DTYPES; i++)
      if (scalar_types[i] == x->t.scalar_type ())
        return (TlDtype) i;
  return TL_FLOAT32;
}

gboolean
tl_tensor_is_on_cpu (TlTensor *x)
{
  return !is_there (x) || x->t.device ().is_cpu ();
}

char *
tl_tensor_describe_shape (TlTensor *x)
{
  GString *text = g_string_new ("[");

  for (guint i = 0; i < tl_tensor_get_n_dims (x); i++)
    g_string_append_printf (text, "%s%" G_GINT64_FORMAT, i > 0 ? ", " : "",
                            tl_tensor_get_size (x, i));
  g_string_append_c (text, ']');
  return g_string_free (text, FALSE);
}

static gboolean
copy_out (TlScope *s, TlTensor *x, void *out, gsize n, at::ScalarType type)
{
  return tl_try (
    s,
    [&] (const at::Tensor &t) {
      TORCH_CHECK (n == (gsize) t.numel (), "expected ", n, " elements, got ", t.numel ());
      if (n > 0)
        at::from_blob (out, t.sizes (), type).copy_ (t.detach ());
    },
    x);
}

gboolean
tl_to_floats (TlScope *s, TlTensor *x, gfloat *out, gsize n)
{
  return copy_out (s, x, out, n, at::kFloat);
}

gboolean
tl_to_int64s (TlScope *s, TlTensor *x, gint64 *out, gsize n)
{
  return copy_out (s, x, out, n, at::kLong);
}

gdouble
tl_to_double (TlScope *s, TlTensor *x)
{
  gdouble value = NAN;

  tl_try (
    s, [&] (const at::Tensor &t) { value = t.item ().toDouble (); }, x);
  return value;
}

GBytes *
tl_to_bytes (TlScope *s, TlTensor *x)
{
  GBytes *bytes = NULL;

  tl_try (
    s,
    [&] (const at::Tensor &t) {
      gsize size = t.numel () * t.element_size ();
      g_autofree gpointer data = g_try_malloc (MAX (size, 1));

      if (data == NULL)
        throw std::bad_alloc ();
      if (size > 0)
        at::from_blob (data, t.sizes (), t.scalar_type ()).copy_ (t.detach ());
      bytes = g_bytes_new_take (g_steal_pointer (&data), size);
    },
    x);
  return bytes;
}

/* --- making --------------------------------------------------------------------------------- */

TlTensor *
tl_zeros (TlScope *s, const gint64 *shape, guint n_dims)
{
  return tl_op (s, [=] { return at::zeros (tl_shape (shape, n_dims), at::kFloat); });
}

TlTensor *
tl_full (TlScope *s, gdouble value, const gint64 *shape, guint n_dims)
{
  return tl_op (s, [=] { return at::full (tl_shape (shape, n_dims), value, at::kFloat); });
}

TlTensor *
tl_zeros_like (TlScope *s, TlTensor *x)
{
  return tl_op (
    s, [] (const at::Tensor &t) { return at::zeros_like (t); }, x);
}

static TlTensor *
copy_in (TlScope *s, const void *data, const gint64 *shape, guint n_dims, at::ScalarType type)
{
  return tl_op (s, [=] {
    at::Tensor t = at::empty (tl_shape (shape, n_dims), type);

    if (t.numel () > 0)
      memcpy (t.data_ptr (), data, t.numel () * t.element_size ());
    return t;
  });
}

TlTensor *
tl_from_floats (TlScope *s, const gfloat *data, const gint64 *shape, guint n_dims)
{
  return copy_in (s, data, shape, n_dims, at::kFloat);
}

TlTensor *
tl_floats_to_fill (TlScope *s, const gint64 *shape, guint n_dims, gfloat **values)
{
  *values = NULL;
  return tl_op (s, [=] {
    at::Tensor t = at::empty (tl_shape (shape, n_dims), at::kFloat);

    *values = t.data_ptr<float> ();
    return t;
  });
}

TlTensor *
tl_from_int64s (TlScope *s, const gint64 *data, const gint64 *shape, guint n_dims)
{
  return copy_in (s, data, shape, n_dims, at::kLong);
}

TlTensor *
tl_arange (TlScope *s, gint64 n)
{
  return tl_op (s, [=] { return at::arange (n, at::kLong); });
}

/* --- device, precision, memory format ------------------------------------------------------- */

TlTensor *
tl_to_dtype (TlScope *s, TlTensor *x, TlDtype dtype)
{
  return tl_op (
    s, [=] (const at::Tensor &t) { return t.to (tl_scalar_type (dtype)); }, x);
}

TlTensor *
tl_to_device (TlScope *s, TlTensor *x, TlDevice device)
{
  at::Device place =
    device.kind == TlDevice::TL_CUDA ? at::Device (at::kCUDA, device.index) : at::Device (at::kCPU);

  return tl_op (
    s, [=] (const at::Tensor &t) { return t.to (place, t.scalar_type ()); }, x);
}

TlTensor *
tl_to_like (TlScope *s, TlTensor *x, TlTensor *like)
{
  return tl_op (
    s,
    [] (const at::Tensor &t, const at::Tensor &other) {
      return t.to (other.device (), other.scalar_type ());
    },
    x, like);
}

TlTensor *
tl_channels_last (TlScope *s, TlTensor *x)
{
  return tl_op (
    s, [] (const at::Tensor &t) { return t.contiguous (at::MemoryFormat::ChannelsLast); }, x);
}

TlTensor *
tl_contiguous (TlScope *s, TlTensor *x)
{
  return tl_op (
    s, [] (const at::Tensor &t) { return t.contiguous (); }, x);
}

TlTensor *
tl_detach (TlScope *s, TlTensor *x)
{
  return tl_op (
    s, [] (const at::Tensor &t) { return t.detach (); }, x);
}

TlTensor *
tl_clone (TlScope *s, TlTensor *x)
{
  return tl_op (
    s, [] (const at::Tensor &t) { return t.clone (); }, x);
}
