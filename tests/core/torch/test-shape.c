/* test-shape.c - operations that move elements, against plain C
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "config.h"
#include "tests/core/torch/check.h"

/* --- [2, 3, 4] ------------------------------------------------------------------------------- */

static TlTensor *
reshape (TlScope *s, TlTensor *x, gconstpointer data)
{
  return tl_reshape (s, x, TL_SHAPE (4, -1));
}

static void
reference_same (const gdouble *x, gdouble *y, gconstpointer data)
{
  memcpy (y, x, 24 * sizeof *y);
}

static TlTensor *
permute (TlScope *s, TlTensor *x, gconstpointer data)
{
  return tl_permute (s, x, TL_SHAPE (2, 0, 1));
}

static void
reference_permute (const gdouble *x, gdouble *y, gconstpointer data)
{
  for (guint k = 0; k < 4; k++)
    for (guint i = 0; i < 6; i++)
      y[k * 6 + i] = x[i * 4 + k];
}

static TlTensor *
transpose (TlScope *s, TlTensor *x, gconstpointer data)
{
  return tl_transpose (s, x, 1, -1);
}

static void
reference_transpose (const gdouble *x, gdouble *y, gconstpointer data)
{
  for (guint i = 0; i < 2; i++)
    for (guint j = 0; j < 3; j++)
      for (guint k = 0; k < 4; k++)
        y[i * 12 + k * 3 + j] = x[i * 12 + j * 4 + k];
}

static TlTensor *
expand (TlScope *s, TlTensor *x, gconstpointer data)
{
  return tl_expand (s, x, TL_SHAPE (3, 4));
}

static void
reference_expand (const gdouble *x, gdouble *y, gconstpointer data)
{
  for (guint i = 0; i < 12; i++)
    y[i] = x[i / 4];
}

static TlTensor *
narrow (TlScope *s, TlTensor *x, gconstpointer data)
{
  return tl_narrow (s, x, -1, 1, 2);
}

static void
reference_narrow (const gdouble *x, gdouble *y, gconstpointer data)
{
  for (guint i = 0; i < 12; i++)
    y[i] = x[i / 2 * 4 + 1 + i % 2];
}

static TlTensor *
cat (TlScope *s, TlTensor *x, gconstpointer data)
{
  TlTensor *all[] = { x, tl_narrow (s, x, 1, 0, 1), tl_mul_scalar (s, x, 2) };

  return tl_cat (s, all, G_N_ELEMENTS (all), 1);
}

static void
reference_cat (const gdouble *x, gdouble *y, gconstpointer data)
{
  for (guint i = 0; i < 2; i++)
    for (guint j = 0; j < 7; j++)
      for (guint k = 0; k < 4; k++)
        {
          guint source = j < 3 ? j : j == 3 ? 0 : j - 4;

          *y++ = x[i * 12 + source * 4 + k] * (j < 4 ? 1 : 2);
        }
}

static const gint64 taken_rows[] = { 5, 0, 2, 5 };

static TlTensor *
take_rows (TlScope *s, TlTensor *x, gconstpointer data)
{
  return tl_take_rows (s, x, tl_from_int64s (s, taken_rows, TL_SHAPE (2, 2)));
}

static void
reference_take_rows (const gdouble *x, gdouble *y, gconstpointer data)
{
  for (guint i = 0; i < 12; i++)
    y[i] = x[taken_rows[i / 3] * 3 + i % 3];
}

/* --- padding: [2, 3, 4, 5], 2 on the left, 1 on the right, 3 above, 2 below ----------------------
 */

static const TlPadMode pad_modes[] = { TL_PAD_ZEROS, TL_PAD_REFLECT, TL_PAD_REPLICATE };

static TlTensor *
pad (TlScope *s, TlTensor *x, gconstpointer data)
{
  return tl_pad2d (s, x, 2, 1, 3, 2, *(const TlPadMode *) data);
}

/* The source of place @i along a side of @n, or -1. */
static gint
source_of (gint i, gint n, TlPadMode mode)
{
  if (i >= 0 && i < n)
    return i;
  if (mode == TL_PAD_ZEROS)
    return -1;
  if (mode == TL_PAD_REPLICATE)
    return CLAMP (i, 0, n - 1);
  return i < 0 ? -i : 2 * (n - 1) - i;
}

static void
reference_pad (const gdouble *x, gdouble *y, gconstpointer data)
{
  TlPadMode mode = *(const TlPadMode *) data;

  for (gint c = 0; c < 6; c++)
    for (gint row = 0; row < 9; row++)
      for (gint column = 0; column < 8; column++)
        {
          gint i = source_of (row - 3, 4, mode), k = source_of (column - 2, 5, mode);

          *y++ = i < 0 || k < 0 ? 0 : x[c * 20 + i * 5 + k];
        }
}

static const Check checks[] = {
  { "reshape", reshape, reference_same, NULL, { 2, 3, 4 }, "[4, 6]" },
  { "permute", permute, reference_permute, NULL, { 2, 3, 4 }, "[4, 2, 3]" },
  { "transpose", transpose, reference_transpose, NULL, { 2, 3, 4 }, "[2, 4, 3]" },
  { "expand", expand, reference_expand, NULL, { 3, 1 }, "[3, 4]" },
  { "narrow", narrow, reference_narrow, NULL, { 2, 3, 4 }, "[2, 3, 2]" },
  { "cat", cat, reference_cat, NULL, { 2, 3, 4 }, "[2, 7, 4]" },
  { "take-rows",
    take_rows,
    reference_take_rows,
    NULL,
    { 6, 3 },
    "[2, 2, 3]",
    .has_bfloat16 = TRUE },
  { "pad2d-zeros",
    pad,
    reference_pad,
    &pad_modes[0],
    { 2, 3, 4, 5 },
    "[2, 3, 9, 8]",
    .has_bfloat16 = TRUE },
  { "pad2d-reflect",
    pad,
    reference_pad,
    &pad_modes[1],
    { 2, 3, 4, 5 },
    "[2, 3, 9, 8]",
    .has_bfloat16 = TRUE },
  { "pad2d-replicate",
    pad,
    reference_pad,
    &pad_modes[2],
    { 2, 3, 4, 5 },
    "[2, 3, 9, 8]",
    .has_bfloat16 = TRUE },
};

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  check_add_all ("/torch/shape", checks, G_N_ELEMENTS (checks));
  return g_test_run ();
}
