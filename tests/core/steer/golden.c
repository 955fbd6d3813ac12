/* golden.c - tensors of a golden file, comparing with them, and checking gradients
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "config.h"
#include "core/base/random.h"
#include "tests/core/steer/golden.h"

#include <math.h>

TlWeights *
golden_open (const char *file)
{
  const char *folder = g_getenv ("TL_REFERENCE_DIR");
  g_autofree char *path = g_build_filename (folder != NULL ? folder : "", file, NULL);
  g_autoptr (GError) error = NULL;
  TlWeights *golden;

  if (!g_file_test (path, G_FILE_TEST_EXISTS))
    {
      g_autofree char *why = g_strdup_printf ("NO REFERENCE FILES: %s is not there", path);

      g_test_skip (why);
      return NULL;
    }

  golden = tl_weights_open (path, &error);
  g_assert_no_error (error);
  return golden;
}

static TlTensor *
take (TlScope *s, const TlBlob *blob)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (TlTensor) x =
    tl_tensor_new_from_bytes (blob->data, blob->n_bytes, blob->dtype, blob->shape, blob->strides,
                              blob->n_dims, TL_FLOAT32, &error);

  g_assert_no_error (error);
  return tl_to_dtype (s, tl_clone (s, x), TL_FLOAT32);
}

static const TlBlob *
lookup (TlWeights *golden, const char *format, va_list args)
{
  g_autofree char *name = g_strdup_vprintf (format, args);

  return tl_weights_lookup (golden, name);
}

gboolean
golden_has (TlWeights *golden, const char *name, ...)
{
  const TlBlob *blob;
  va_list args;

  va_start (args, name);
  blob = lookup (golden, name, args);
  va_end (args);
  return blob != NULL;
}

TlTensor *
golden_get (TlScope *s, TlWeights *golden, const char *name, ...)
{
  const TlBlob *blob;
  va_list args;

  va_start (args, name);
  blob = lookup (golden, name, args);
  va_end (args);
  g_assert_nonnull (blob);
  return take (s, blob);
}

static gdouble *
numbers (const TlBlob *blob)
{
  TlScope *s = tl_scope_open (NULL);
  g_autofree gfloat *floats = NULL;
  gdouble *out;

  g_assert_nonnull (blob);
  floats = g_new (gfloat, blob->n_elements);
  out = g_new (gdouble, blob->n_elements);
  g_assert_true (tl_to_floats (s, take (s, blob), floats, blob->n_elements));
  for (gsize i = 0; i < blob->n_elements; i++)
    out[i] = floats[i];
  close_scope (s);
  return out;
}

gdouble *
golden_numbers (TlWeights *golden, guint *n, const char *name, ...)
{
  const TlBlob *blob;
  va_list args;

  va_start (args, name);
  blob = lookup (golden, name, args);
  va_end (args);
  g_assert_nonnull (blob);
  if (n != NULL)
    *n = (guint) blob->n_elements;
  return numbers (blob);
}

gdouble
golden_number (TlWeights *golden, const char *name, ...)
{
  const TlBlob *blob;
  g_autofree gdouble *values = NULL;
  va_list args;

  va_start (args, name);
  blob = lookup (golden, name, args);
  va_end (args);
  values = numbers (blob);
  return values[0];
}

TlTensor *
golden_row (TlScope *s, TlTensor *x, gint64 index, TlTensor *like)
{
  gint64 shape[TL_MAX_DIMS];
  guint n_dims = tl_tensor_get_n_dims (like);

  for (guint i = 0; i < n_dims; i++)
    shape[i] = tl_tensor_get_size (like, (gint) i);
  return tl_reshape (s, tl_narrow (s, x, 0, index, 1), shape, n_dims);
}

gdouble
largest (TlScope *s, TlTensor *x)
{
  TlTensor *flat = tl_reshape (s, tl_abs (s, x), TL_SHAPE ((gint64) tl_tensor_get_n_elements (x)));

  return tl_to_double (s, tl_amax (s, flat, 0, FALSE));
}

gdouble
largest_difference (TlScope *s, TlTensor *a, TlTensor *b)
{
  g_assert_cmpuint (tl_tensor_get_n_elements (a), ==, tl_tensor_get_n_elements (b));
  return largest (s, tl_sub (s, tl_detach (s, a), tl_detach (s, b)));
}

void
close_scope (TlScope *s)
{
  g_autoptr (GError) error = NULL;

  tl_scope_close (s, &error);
  g_assert_no_error (error);
}

TlTensor *
random_tensor (TlScope *s, guint64 seed, gdouble low, gdouble high, const gint64 *shape,
               guint n_dims)
{
  g_autofree gfloat *values = NULL;
  TlRandom random;
  gsize n = 1;

  for (guint i = 0; i < n_dims; i++)
    n *= shape[i];
  values = g_new (gfloat, n);
  tl_random_init (&random, seed, 0, TL_PURPOSE_NOISE, 0);
  for (gsize i = 0; i < n; i++)
    values[i] = (gfloat) tl_random_range (&random, low, high);
  return tl_from_floats (s, values, shape, n_dims);
}

static TlTensor *
random_like (TlScope *s, guint64 seed, TlTensor *x)
{
  gint64 shape[TL_MAX_DIMS];
  guint n_dims = tl_tensor_get_n_dims (x);

  for (guint i = 0; i < n_dims; i++)
    shape[i] = tl_tensor_get_size (x, (gint) i);
  return random_tensor (s, seed, -1, 1, shape, n_dims);
}

/* Summed in double, by hand, so that a small difference is not lost. */
static gdouble
dot (TlScope *s, TlTensor *a, TlTensor *b)
{
  gsize n = tl_tensor_get_n_elements (a);
  g_autofree gfloat *left = g_new (gfloat, n), *right = g_new (gfloat, n);
  gdouble sum = 0;

  g_assert_true (tl_to_floats (s, tl_detach (s, a), left, n));
  g_assert_true (tl_to_floats (s, tl_detach (s, b), right, n));
  for (gsize i = 0; i < n; i++)
    sum += (gdouble) left[i] * right[i];
  return sum;
}

void
assert_gradient (CheckFunc func, gconstpointer data, TlTensor *x, gdouble step, gdouble tolerance)
{
  TlScope *s = tl_scope_open (NULL);
  TlTensor *direction = random_like (s, 1, x);
  TlTensor *ahead = tl_add (s, x, tl_mul_scalar (s, direction, step));
  TlTensor *behind = tl_sub (s, x, tl_mul_scalar (s, direction, step));
  TlTensor *leaf, *y, *upstream, *gradient;
  gdouble expected, got, scale;

  tl_scope_set_grad (s, TRUE);
  leaf = tl_leaf (s, x);
  y = func (s, leaf, data);
  upstream = random_like (s, 2, y);
  gradient = tl_backward_from (s, y, upstream, leaf);
  tl_scope_set_grad (s, FALSE);

  got = dot (s, gradient, direction);
  expected = (dot (s, func (s, ahead, data), upstream) - dot (s, func (s, behind, data), upstream))
             / (2 * step);
  /* The size that a sum of this many slopes has, if their signs are at random. */
  scale = sqrt (dot (s, gradient, gradient) / 3);
  g_test_message ("slope %g, by difference %g", got, expected);
  g_assert_cmpfloat (fabs (got), >, 0);
  g_assert_cmpfloat_with_epsilon (got, expected, tolerance * scale);
  close_scope (s);
}
