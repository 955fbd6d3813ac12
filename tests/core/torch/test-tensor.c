/* test-tensor.c - making tensors, asking them, converting them
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "config.h"
#include "tests/core/torch/check.h"

#include "core/base/error.h"
#include "core/torch/device.h"

#include <string.h>

/* --- from bytes --------------------------------------------------------------------------------
 */

typedef struct
{
  TlDtype dtype;
  guint8 bytes[6 * 8];
} Encoded;

/* 0, 1, 2, 3, -4, 0.5 as far as the type has them, little-endian. */
static const Encoded encoded[] = {
  { TL_FLOAT32, { 0, 0, 0,    0,    0, 0, 0x80, 0x3f, 0, 0, 0, 0x40,
                  0, 0, 0x40, 0x40, 0, 0, 0x80, 0xc0, 0, 0, 0, 0x3f } },
  { TL_FLOAT16, { 0, 0, 0, 0x3c, 0, 0x40, 0, 0x42, 0, 0xc4, 0, 0x38 } },
  { TL_BFLOAT16, { 0, 0, 0x80, 0x3f, 0, 0x40, 0x40, 0x40, 0x80, 0xc0, 0, 0x3f } },
  { TL_FLOAT64,
    { 0, 0, 0, 0, 0, 0, 0, 0,    0, 0, 0, 0, 0, 0, 0xf0, 0x3f, 0, 0, 0, 0, 0, 0, 0,    0x40,
      0, 0, 0, 0, 0, 0, 8, 0x40, 0, 0, 0, 0, 0, 0, 0x10, 0xc0, 0, 0, 0, 0, 0, 0, 0xe0, 0x3f } },
  { TL_INT64,
    { 0, 0, 0, 0, 0, 0, 0, 0, 1, 0, 0, 0, 0,    0,    0,    0,    2,    0,    0,    0,
      0, 0, 0, 0, 3, 0, 0, 0, 0, 0, 0, 0, 0xfc, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff } },
  { TL_INT32, { 0, 0, 0, 0, 1, 0, 0, 0, 2, 0, 0, 0, 3, 0, 0, 0, 0xfc, 0xff, 0xff, 0xff } },
  { TL_INT16, { 0, 0, 1, 0, 2, 0, 3, 0, 0xfc, 0xff } },
  { TL_INT8, { 0, 1, 2, 3, 0xfc } },
  { TL_UINT8, { 0, 1, 2, 3, 252 } },
  { TL_BOOL, { 0, 1, 0, 1, 1 } },
};

static gdouble
decode (TlDtype dtype, guint i)
{
  static const gdouble values[] = { 0, 1, 2, 3, -4, 0.5 };

  if (dtype == TL_BOOL)
    return (const gdouble[]){ 0, 1, 0, 1, 1, 0 }[i];
  if (dtype == TL_UINT8 && i == 4)
    return 252;
  return i == 5 && !tl_dtype_is_float (dtype) ? 0 : values[i];
}

static TlTensor *
new_from (const Encoded *e, gconstpointer bytes, const gint64 *strides, TlDtype dtype)
{
  g_autoptr (GError) error = NULL;
  TlTensor *x = tl_tensor_new_from_bytes (bytes, 6 * tl_dtype_size (e->dtype), e->dtype,
                                          (const gint64[]){ 2, 3 }, strides, 2, dtype, &error);

  g_assert_no_error (error);
  return x;
}

/* Every type of a file to every type of a model, row-major and transposed, at odd addresses too. */
static void
test_from_bytes (void)
{
  static const TlDtype targets[] = { TL_FLOAT32, TL_BFLOAT16, TL_FLOAT16, TL_FLOAT64 };
  static const gint64 transposed[] = { 1, 2 };
  TlScope *s = tl_scope_open (NULL);

  for (guint i = 0; i < G_N_ELEMENTS (encoded) * 4; i++)
    {
      const Encoded *e = &encoded[i / 4];
      TlDtype target = targets[i % 4];
      guint8 shifted[sizeof e->bytes + 1];
      gdouble rows[6], columns[6];

      memcpy (shifted + 1, e->bytes, sizeof e->bytes);
      for (guint k = 0; k < 6; k++)
        {
          rows[k] = decode (e->dtype, k);
          columns[k] = decode (e->dtype, k / 3 + k % 3 * 2);
        }

      g_autoptr (TlTensor) plain = new_from (e, e->bytes, NULL, target);
      g_autoptr (TlTensor) turned = new_from (e, e->bytes, transposed, target);
      g_autoptr (TlTensor) odd = new_from (e, shifted + 1, transposed, target);

      g_assert_cmpint (tl_tensor_get_dtype (plain), ==,
                       tl_dtype_is_float (e->dtype) ? target : e->dtype);
      check_close (s, plain, rows, 6, 0);
      check_close (s, turned, columns, 6, 0);
      check_close (s, odd, columns, 6, 0);
    }
  check_scope_close (s);
}

typedef struct
{
  gsize n_bytes;
  gint64 shape[2], strides[2];
} Lie;

static void
test_lying_shapes (void)
{
  static const Lie lies[] = {
    { 23, { 2, 3 }, { 3, 1 } },
    { 24, { 2, 3 }, { 4, 1 } },
    { 24, { 2, G_MAXINT64 / 2 }, { 1, G_MAXINT64 / 2 } },
    { 24, { 2, -3 }, { 3, 1 } },
    { 24, { 2, 3 }, { -3, 1 } },
  };
  static const guint8 bytes[24] = { 0 };

  for (guint i = 0; i < G_N_ELEMENTS (lies); i++)
    {
      g_autoptr (GError) error = NULL;

      g_assert_null (tl_tensor_new_from_bytes (bytes, lies[i].n_bytes, TL_FLOAT32, lies[i].shape,
                                               lies[i].strides, 2, TL_FLOAT32, &error));
      g_assert_error (error, TL_ERROR, TL_ERROR_FORMAT);
    }
}

static void
test_empty_and_scalar (void)
{
  static const gfloat value = 2.5f;
  g_autoptr (TlTensor) scalar =
    tl_tensor_new_from_bytes (&value, sizeof value, TL_FLOAT32, NULL, NULL, 0, TL_FLOAT32, NULL);
  g_autoptr (TlTensor) empty = tl_tensor_new_from_bytes (
    NULL, 0, TL_FLOAT32, (const gint64[]){ 0, 3 }, NULL, 2, TL_FLOAT32, NULL);
  TlScope *s = tl_scope_open (NULL);

  g_assert_cmpfloat (tl_to_double (s, scalar), ==, 2.5);
  g_assert_cmpuint (tl_tensor_get_n_elements (empty), ==, 0);
  g_assert_true (tl_to_floats (s, empty, NULL, 0));
  check_scope_close (s);
}

/* --- asking and making
 * ----------------------------------------------------------------------------- */

static void
test_asking (void)
{
  TlScope *s = tl_scope_open (NULL);
  TlTensor *x = tl_zeros (s, TL_SHAPE (1, 256, 16, 8));
  g_autofree char *shape = tl_tensor_describe_shape (x);

  g_assert_cmpstr (shape, ==, "[1, 256, 16, 8]");
  g_assert_cmpuint (tl_tensor_get_n_dims (x), ==, 4);
  g_assert_cmpint (tl_tensor_get_size (x, 1), ==, 256);
  g_assert_cmpint (tl_tensor_get_size (x, -1), ==, 8);
  g_assert_cmpuint (tl_tensor_get_n_elements (x), ==, 32768);
  g_assert_cmpint (tl_tensor_get_dtype (x), ==, TL_FLOAT32);
  g_assert_cmpint (tl_tensor_get_dtype (tl_arange (s, 3)), ==, TL_INT64);
  g_assert_cmpint (tl_tensor_get_dtype (tl_less_scalar (s, x, 1)), ==, TL_BOOL);
  check_scope_close (s);
}

static void
test_making (void)
{
  static const gint64 whole[] = { 5, -7, G_GINT64_CONSTANT (1) << 40 };
  TlScope *s = tl_scope_open (NULL);
  gint64 back[3];

  check_close (s, tl_zeros (s, TL_SHAPE (2)), (const gdouble[]){ 0, 0 }, 2, 0);
  check_close (s, tl_full (s, 1.5, TL_SHAPE (1, 2)), (const gdouble[]){ 1.5, 1.5 }, 2, 0);
  check_close (s, tl_arange (s, 3), (const gdouble[]){ 0, 1, 2 }, 3, 0);
  check_close (s, tl_zeros_like (s, tl_arange (s, 3)), (const gdouble[]){ 0, 0, 0 }, 3, 0);
  g_assert_true (tl_to_int64s (s, tl_from_int64s (s, whole, TL_SHAPE (3)), back, 3));
  g_assert_cmpmem (whole, sizeof whole, back, sizeof back);
  check_scope_close (s);
}

static void
test_values_are_copied (void)
{
  TlScope *s = tl_scope_open (NULL);
  gfloat values[] = { 1, 2 };
  TlTensor *x = tl_from_floats (s, values, TL_SHAPE (2));

  values[0] = 9;
  check_close (s, x, (const gdouble[]){ 1, 2 }, 2, 0);
  check_scope_close (s);
}

/* --- converting
 * --------------------------------------------------------------------------------------- */

static void
test_bytes_are_row_major_in_their_type (void)
{
  static const guint8 expected[] = { 0, 0, 0x80, 0x3f, 0, 0x40, 0x40, 0x40 };
  TlScope *s = tl_scope_open (NULL);
  TlTensor *x =
    tl_to_dtype (s, tl_reshape (s, tl_arange (s, 4), TL_SHAPE (1, 4, 1, 1)), TL_BFLOAT16);
  g_autoptr (GBytes) bytes = tl_to_bytes (s, tl_channels_last (s, x));
  gsize size;
  gconstpointer data = g_bytes_get_data (bytes, &size);

  g_assert_cmpmem (data, size, expected, sizeof expected);
  check_scope_close (s);
}

static void
test_layouts_hold_the_same_values (void)
{
  TlScope *s = tl_scope_open (NULL);
  TlTensor *x = tl_reshape (s, tl_arange (s, 120), TL_SHAPE (2, 3, 4, 5));
  gdouble expected[120];

  for (guint i = 0; i < 120; i++)
    expected[i] = i;
  check_close (s, tl_channels_last (s, x), expected, 120, 0);
  check_close (s, tl_contiguous (s, tl_channels_last (s, x)), expected, 120, 0);
  check_scope_close (s);
}

static void
test_like_another (void)
{
  TlScope *s = tl_scope_open (NULL);
  TlTensor *half = tl_to_dtype (s, tl_full (s, 1, TL_SHAPE (1)), TL_FLOAT16);
  TlTensor *x = tl_to_like (s, tl_full (s, 0.1, TL_SHAPE (1)), half);
  TlDevice cpu = { TL_CPU, 0 };

  g_assert_cmpint (tl_tensor_get_dtype (x), ==, TL_FLOAT16);
  check_close (s, tl_to_device (s, x, cpu), (const gdouble[]){ 0.1 }, 1, 1e-3);
  check_scope_close (s);
}

static void
test_absent_devices_are_told (void)
{
  g_autoptr (GError) error = NULL;
  TlScope *s = tl_scope_open (NULL);
  TlDevice device = { TL_CUDA, (gint) tl_device_get_n_cuda () };

  g_assert_null (tl_to_device (s, tl_zeros (s, TL_SHAPE (1)), device));
  g_assert_false (tl_scope_close (s, &error));
  g_assert_error (error, TL_ERROR, TL_ERROR_DEVICE);
}

static void
test_wrong_sizes_are_told (void)
{
  g_autoptr (GError) error = NULL;
  TlScope *s = tl_scope_open (NULL);
  gfloat out[2] = { 7, 7 };

  g_assert_false (tl_to_floats (s, tl_zeros (s, TL_SHAPE (3)), out, 2));
  g_assert_cmpfloat (out[0] + out[1], ==, 14);
  g_assert_false (tl_scope_close (s, &error));
  g_assert_error (error, TL_ERROR, TL_ERROR_DEVICE);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/torch/tensor/from-bytes-of-every-type", test_from_bytes);
  g_test_add_func ("/torch/tensor/lying-shapes-are-refused", test_lying_shapes);
  g_test_add_func ("/torch/tensor/empty-and-scalar", test_empty_and_scalar);
  g_test_add_func ("/torch/tensor/asking", test_asking);
  g_test_add_func ("/torch/tensor/making", test_making);
  g_test_add_func ("/torch/tensor/values-are-copied", test_values_are_copied);
  g_test_add_func ("/torch/tensor/bytes-are-row-major", test_bytes_are_row_major_in_their_type);
  g_test_add_func ("/torch/tensor/layouts-hold-the-same-values", test_layouts_hold_the_same_values);
  g_test_add_func ("/torch/tensor/like-another", test_like_another);
  g_test_add_func ("/torch/tensor/absent-devices-are-told", test_absent_devices_are_told);
  g_test_add_func ("/torch/tensor/wrong-sizes-are-told", test_wrong_sizes_are_told);
  return g_test_run ();
}
