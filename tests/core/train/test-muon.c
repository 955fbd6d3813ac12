/* test-muon.c - what Muon makes of a matrix
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "config.h"
#include "core/train/muon.h"

#include <math.h>
#include <string.h>

#define ROWS 3
#define COLUMNS 5
#define N (ROWS * COLUMNS)

/* Its singular values are on its diagonal. */
static const gfloat stretched[N] = { 2, 0, 0, 0, 0, 0, -0.4f, 0, 0, 0, 0, 0, 0.05f, 0, 0 };

static void
orthogonalize (const gfloat *matrix, gint64 rows, gint64 columns, gfloat *out)
{
  TlScope *s = tl_scope_open (NULL);
  TlTensor *x = tl_from_floats (s, matrix, TL_SHAPE (1, rows, columns));

  x = tl_muon_orthogonalize (s, x);
  g_assert_cmpint (tl_tensor_get_size (x, 1), ==, rows);
  g_assert_cmpint (tl_tensor_get_size (x, 2), ==, columns);
  g_assert_true (tl_to_floats (s, x, out, (gsize) (rows * columns)));
  g_assert_true (tl_scope_close (s, NULL));
}

static void
transpose (const gfloat *matrix, guint rows, guint columns, gfloat *out)
{
  for (guint i = 0; i < rows; i++)
    for (guint j = 0; j < columns; j++)
      out[j * rows + i] = matrix[i * columns + j];
}

static void
assert_same (const gfloat a[N], const gfloat b[N])
{
  for (guint i = 0; i < N; i++)
    g_assert_cmpfloat_with_epsilon (a[i], b[i], 1e-5);
}

/* Mixes the first two rows by a rotation. */
static void
rotate (const gfloat matrix[N], gfloat out[N])
{
  const gfloat c = 0.8f, s = 0.6f;

  memcpy (out, matrix, N * sizeof *out);
  for (guint j = 0; j < COLUMNS; j++)
    {
      out[j] = c * matrix[j] - s * matrix[COLUMNS + j];
      out[COLUMNS + j] = s * matrix[j] + c * matrix[COLUMNS + j];
    }
}

static void
test_all_directions_are_as_long (void)
{
  gfloat found[N];

  orthogonalize (stretched, ROWS, COLUMNS, found);
  for (guint i = 0; i < N; i++)
    {
      gdouble value = fabs (found[i]) / (0.2 * sqrt (COLUMNS));

      if (i % COLUMNS != i / COLUMNS)
        g_assert_cmpfloat (value, <, 1e-6);
      else
        {
          g_assert_cmpfloat (value, >, 0.65);
          g_assert_cmpfloat (value, <, 1.25);
          g_assert_cmpint (signbit (found[i]), ==, signbit (stretched[i]));
        }
    }
}

static void
test_length_does_not_matter (void)
{
  gfloat longer[N], a[N], b[N];

  for (guint i = 0; i < N; i++)
    longer[i] = 1000 * stretched[i];
  orthogonalize (stretched, ROWS, COLUMNS, a);
  orthogonalize (longer, ROWS, COLUMNS, b);
  assert_same (a, b);
}

static void
test_tall_is_wide_turned (void)
{
  gfloat matrix[N], turned[N], a[N], b[N], b_turned[N];

  for (guint i = 0; i < N; i++)
    matrix[i] = (gfloat) sin (1 + 7 * i);
  transpose (matrix, ROWS, COLUMNS, turned);
  orthogonalize (matrix, ROWS, COLUMNS, a);
  orthogonalize (turned, COLUMNS, ROWS, b);
  transpose (b, COLUMNS, ROWS, b_turned);
  assert_same (a, b_turned);
}

/* A rotation before is the same as after: no axis is preferred, as it is by AdamW. */
static void
test_turns_with_its_matrix (void)
{
  gfloat rotated[N], a[N], a_rotated[N], b[N];

  orthogonalize (stretched, ROWS, COLUMNS, a);
  rotate (a, a_rotated);
  rotate (stretched, rotated);
  orthogonalize (rotated, ROWS, COLUMNS, b);
  assert_same (b, a_rotated);
}

/* Each of several at once is as it is alone. */
static void
test_several_at_once (void)
{
  gfloat both[2 * N], found[2 * N], alone[N];
  TlScope *s = tl_scope_open (NULL);
  TlTensor *x;

  for (guint i = 0; i < N; i++)
    {
      both[i] = stretched[i];
      both[N + i] = (gfloat) sin (1 + 7 * i);
    }
  x = tl_muon_orthogonalize (s, tl_from_floats (s, both, TL_SHAPE (2, ROWS, COLUMNS)));
  g_assert_true (tl_to_floats (s, x, found, 2 * N));
  g_assert_true (tl_scope_close (s, NULL));
  for (guint i = 0; i < 2; i++)
    {
      orthogonalize (both + i * N, ROWS, COLUMNS, alone);
      assert_same (found + i * N, alone);
    }
}

static void
test_nothing_stays_nothing (void)
{
  const gfloat zeros[N] = { 0 };
  gfloat found[N];

  orthogonalize (zeros, ROWS, COLUMNS, found);
  for (guint i = 0; i < N; i++)
    g_assert_cmpfloat (found[i], ==, 0);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/train/muon/all-directions-are-as-long", test_all_directions_are_as_long);
  g_test_add_func ("/train/muon/length-does-not-matter", test_length_does_not_matter);
  g_test_add_func ("/train/muon/tall-is-wide-turned", test_tall_is_wide_turned);
  g_test_add_func ("/train/muon/turns-with-its-matrix", test_turns_with_its_matrix);
  g_test_add_func ("/train/muon/several-at-once", test_several_at_once);
  g_test_add_func ("/train/muon/nothing-stays-nothing", test_nothing_stays_nothing);
  return g_test_run ();
}
