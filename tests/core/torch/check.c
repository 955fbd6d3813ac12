/* check.c - one operation against a plain computation in double
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "config.h"
#include "tests/core/torch/check.h"

#include "core/base/error.h"
#include "core/base/random.h"

#include <math.h>

#define STEP 1e-4
#define MAX_ELEMENTS 8192

typedef struct
{
  const Check *check;
  gsize n_in, n_out;
  gfloat x[MAX_ELEMENTS], upstream[MAX_ELEMENTS];
  gdouble y[MAX_ELEMENTS], gradient[MAX_ELEMENTS];
} Case;

gfloat
check_wave (guint i)
{
  return (gfloat) sin (i * 1.7 + 0.4);
}

TlTensor *
check_waves (TlScope *s, const gint64 *shape, guint n_dims)
{
  gsize n = 1;
  g_autofree gfloat *values = NULL;

  for (guint i = 0; i < n_dims; i++)
    n *= shape[i];
  values = g_new (gfloat, n);
  for (guint i = 0; i < n; i++)
    values[i] = check_wave (i);
  return tl_from_floats (s, values, shape, n_dims);
}

void
check_close (TlScope *s, TlTensor *x, const gdouble *expected, gsize n, gdouble tolerance)
{
  g_autofree gfloat *values = g_new (gfloat, n);

  g_assert_cmpuint (tl_tensor_get_n_elements (x), ==, n);
  g_assert_true (tl_to_floats (s, x, values, n));
  for (gsize i = 0; i < n; i++)
    if (!(fabs (values[i] - expected[i]) <= tolerance * (1 + fabs (expected[i]))))
      g_error ("element %" G_GSIZE_FORMAT ": %.9g, expected %.9g", i, values[i], expected[i]);
}

void
check_scope_close (TlScope *s)
{
  g_autoptr (GError) error = NULL;

  tl_scope_close (s, &error);
  g_assert_no_error (error);
}

static guint
count_dims (const gint64 *shape)
{
  guint n = 0;

  while (n < 4 && shape[n] != 0)
    n++;
  return n;
}

static void
fill_input (Case *c)
{
  gboolean has_range = c->check->low != 0 || c->check->high != 0;
  TlRandom random;

  tl_random_init (&random, g_str_hash (c->check->name), 0, TL_PURPOSE_WEIGHTS, 0);
  c->n_in = 1;
  for (guint i = 0; i < count_dims (c->check->shape); i++)
    c->n_in *= c->check->shape[i];
  g_assert_cmpuint (c->n_in, <=, MAX_ELEMENTS);
  for (guint i = 0; i < c->n_in; i++)
    c->x[i] =
      tl_random_range (&random, has_range ? c->check->low : -1, has_range ? c->check->high : 1);
  for (guint i = 0; i < MAX_ELEMENTS; i++)
    c->upstream[i] = tl_random_range (&random, -1, 1);
}

/* The reference's output with element @i of the input moved by @step, times the upstream gradient.
 */
static gdouble
evaluate (Case *c, const gdouble *x, gsize i, gdouble step)
{
  g_autofree gdouble *moved = g_memdup2 (x, c->n_in * sizeof *x);
  g_autofree gdouble *y = g_new (gdouble, MAX_ELEMENTS);
  gdouble sum = 0;

  moved[i] += step;
  c->check->reference (moved, y, c->check->data);
  for (gsize k = 0; k < c->n_out; k++)
    sum += y[k] * c->upstream[k];
  return sum;
}

static void
evaluate_reference (Case *c)
{
  g_autofree gdouble *x = g_new (gdouble, c->n_in);

  for (gsize i = 0; i < c->n_in; i++)
    x[i] = c->x[i];
  c->check->reference (x, c->y, c->check->data);
  for (gsize i = 0; i < c->n_in && !c->check->has_no_gradient; i++)
    c->gradient[i] = (evaluate (c, x, i, STEP) - evaluate (c, x, i, -STEP)) / (2 * STEP);
}

static TlTensor *
apply (TlScope *s, Case *c, TlTensor *x)
{
  TlTensor *y = c->check->apply (s, x, c->check->data);
  g_autofree char *shape = tl_tensor_describe_shape (y);

  if (!tl_scope_has_failed (s))
    g_assert_cmpstr (shape, ==, c->check->result);
  return y;
}

static void
check_value_and_gradient (Case *c, gboolean is_channels_last)
{
  gdouble tolerance = c->check->tolerance > 0 ? c->check->tolerance : 2e-5;
  TlScope *s = tl_scope_open (NULL);
  TlTensor *x = tl_from_floats (s, c->x, c->check->shape, count_dims (c->check->shape));
  TlTensor *y, *upstream;

  tl_scope_set_grad (s, TRUE);
  x = tl_leaf (s, is_channels_last ? tl_channels_last (s, x) : x);
  y = apply (s, c, x);
  check_close (s, y, c->y, c->n_out, tolerance);
  if (!c->check->has_no_gradient)
    {
      upstream =
        tl_reshape (s, tl_from_floats (s, c->upstream, TL_SHAPE (c->n_out)), TL_SHAPE (c->n_out));
      y = tl_reshape (s, y, TL_SHAPE (c->n_out));
      check_close (s, tl_backward_from (s, y, upstream, x), c->gradient, c->n_in, 10 * tolerance);
    }
  check_scope_close (s);
}

/* Eight bits of precision in each input, and sums of them. */
static void
check_bfloat16 (Case *c)
{
  TlScope *s = tl_scope_open (NULL);
  TlTensor *x = tl_from_floats (s, c->x, c->check->shape, count_dims (c->check->shape));
  TlTensor *y;

  tl_scope_set_grad (s, TRUE);
  x = tl_leaf (s, tl_to_dtype (s, x, TL_BFLOAT16));
  y = apply (s, c, x);
  g_assert_cmpint (tl_tensor_get_dtype (y), ==, TL_BFLOAT16);
  check_close (s, y, c->y, c->n_out, 0.03);
  if (!c->check->has_no_gradient)
    g_assert_cmpint (tl_tensor_get_dtype (tl_backward (s, tl_mean (s, y, NULL, 0, FALSE), x)), ==,
                     TL_BFLOAT16);
  check_scope_close (s);
}

/* An operation of a failed scope does nothing, says nothing and keeps the first error. */
static void
check_failed_scope (Case *c)
{
  g_autoptr (GError) error = NULL;
  TlScope *s = tl_scope_open (NULL);

  tl_scope_fail (s, g_error_new_literal (TL_ERROR, TL_ERROR_FORMAT, "first"));
  g_assert_null (c->check->apply (s, NULL, c->check->data));
  g_assert_false (tl_scope_close (s, &error));
  g_assert_error (error, TL_ERROR, TL_ERROR_FORMAT);
}

static gsize
count_output (Case *c)
{
  TlScope *s = tl_scope_open (NULL);
  TlTensor *x = tl_from_floats (s, c->x, c->check->shape, count_dims (c->check->shape));
  gsize n = tl_tensor_get_n_elements (apply (s, c, x));

  check_scope_close (s);
  g_assert_cmpuint (n, <=, MAX_ELEMENTS);
  return n;
}

static void
test_check (gconstpointer data)
{
  g_autofree Case *c = g_new0 (Case, 1);

  c->check = data;
  fill_input (c);
  c->n_out = count_output (c);
  evaluate_reference (c);
  check_value_and_gradient (c, FALSE);
  if (count_dims (c->check->shape) == 4)
    check_value_and_gradient (c, TRUE);
  if (c->check->has_bfloat16)
    check_bfloat16 (c);
  check_failed_scope (c);
}

void
check_add_all (const char *prefix, const Check *checks, guint n)
{
  for (guint i = 0; i < n; i++)
    {
      g_autofree char *path = g_strdup_printf ("%s/%s", prefix, checks[i].name);

      g_test_add_data_func (path, &checks[i], test_check);
    }
}
