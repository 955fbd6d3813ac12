/* test-losses.c - what training makes small, against plain C
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "config.h"
#include "core/train/losses.h"

#include "core/scenes/words.h"

#include <math.h>

static gdouble
value_of (TlScope *s, TlTensor *x)
{
  gdouble value = tl_to_double (s, x);

  g_assert_true (isfinite (value));
  return value;
}

static void
close_scope (TlScope *s)
{
  g_autoptr (GError) error = NULL;

  g_assert_true (tl_scope_close (s, &error));
  g_assert_no_error (error);
}

/* --- contrast --- */

static const gfloat pictures[] = { 1, 0, 0.6f, 0.8f, 0, 1 }; /* the last is garbage */
static const gfloat texts[] = { 0.8f, 0.6f, 0, 1 };

static gdouble
contrast (gboolean has_garbage, gboolean are_same, gdouble *right)
{
  const gfloat same[] = { 1, are_same, are_same, 1 };
  const gfloat scale = 2;
  TlScope *s = tl_scope_open (NULL);
  gdouble loss = value_of (
    s, tl_loss_contrast (s, tl_from_floats (s, pictures, TL_SHAPE (has_garbage ? 3 : 2, 2)),
                         tl_from_floats (s, texts, TL_SHAPE (2, 2)),
                         tl_from_floats (s, same, TL_SHAPE (2, 2)),
                         tl_from_floats (s, &scale, NULL, 0), right));

  close_scope (s);
  return loss;
}

static void
test_contrast (void)
{
  /* Twice the cosines of pictures (rows) and texts. */
  const gdouble q[3][2] = { { 1.6, 0 }, { 1.92, 1.6 }, { 1.2, 2 } };
  gdouble rows =
    log (exp (q[0][0]) + exp (q[0][1])) - q[0][0] + log (exp (q[1][0]) + exp (q[1][1])) - q[1][1];
  gdouble columns =
    log (exp (q[0][0]) + exp (q[1][0])) - q[0][0] + log (exp (q[0][1]) + exp (q[1][1])) - q[1][1];
  gdouble with_garbage = log (exp (q[0][0]) + exp (q[1][0]) + exp (q[2][0])) - q[0][0]
                         + log (exp (q[0][1]) + exp (q[1][1]) + exp (q[2][1])) - q[1][1];
  gdouble right;

  g_assert_cmpfloat_with_epsilon (contrast (FALSE, FALSE, &right), (rows + columns) / 4, 1e-5);
  g_assert_cmpfloat_with_epsilon (right, 0.5, 1e-9);
  g_assert_cmpfloat_with_epsilon (contrast (TRUE, FALSE, &right), (rows + with_garbage) / 4, 1e-5);
  /* Two captions that read the same are no negatives of each other. */
  g_assert_cmpfloat_with_epsilon (contrast (FALSE, TRUE, &right), 0, 1e-6);
  g_assert_cmpfloat_with_epsilon (right, 1, 1e-9);
}

/* A text more, of no picture, is one more to mistake the own for, unless it reads the same; texts
 * find their pictures as before. */
static void
test_contrast_twins (void)
{
  static const gfloat with_twin[] = { 0.8f, 0.6f, 0, 1, 1, 0 };
  const gdouble q[3][3] = { { 1.6, 0, 2 }, { 1.92, 1.6, 1.2 }, { 1.2, 2, 0 } };
  const gfloat same[] = { 1, 0, 1, 0, 1, 0 }; /* as the first text reads */
  const gfloat scale = 2;
  TlScope *s = tl_scope_open (NULL);
  gdouble right;
  gdouble loss = value_of (s, tl_loss_contrast (s, tl_from_floats (s, pictures, TL_SHAPE (3, 2)),
                                                tl_from_floats (s, with_twin, TL_SHAPE (3, 2)),
                                                tl_from_floats (s, same, TL_SHAPE (2, 3)),
                                                tl_from_floats (s, &scale, NULL, 0), &right));
  gdouble rows = log (exp (q[0][0]) + exp (q[0][1])) - q[0][0]
                 + log (exp (q[1][0]) + exp (q[1][1]) + exp (q[1][2])) - q[1][1];
  gdouble columns = log (exp (q[0][0]) + exp (q[1][0]) + exp (q[2][0])) - q[0][0]
                    + log (exp (q[0][1]) + exp (q[1][1]) + exp (q[2][1])) - q[1][1];

  g_assert_cmpfloat_with_epsilon (loss, (rows + columns) / 4, 1e-5);
  g_assert_cmpfloat_with_epsilon (right, 0.5, 1e-9);
  close_scope (s);
}

static void
test_reject (void)
{
  static const gfloat garbage[] = { 1, 0, -1, 0 };
  TlScope *s = tl_scope_open (NULL);
  gdouble loss = value_of (s, tl_loss_reject (s, tl_from_floats (s, garbage, TL_SHAPE (2, 2)),
                                              tl_from_floats (s, texts, TL_SHAPE (2, 2))));

  /* Only what is near counts. */
  g_assert_cmpfloat_with_epsilon (loss, 0.8 * 0.8 / 4, 1e-6);
  close_scope (s);
}

/* --- labels --- */

typedef struct
{
  gfloat *scores, *labels;
} Row;

static Row
row_new (void)
{
  guint n = tl_labels_get_count ();

  return (Row){ g_new0 (gfloat, n), g_new0 (gfloat, n) };
}

static gdouble
label_loss (Row *row)
{
  const gint64 n = tl_labels_get_count ();
  TlScope *s = tl_scope_open (NULL);
  gdouble loss = value_of (s, tl_loss_labels (s, tl_from_floats (s, row->scores, TL_SHAPE (1, n)),
                                              tl_from_floats (s, row->labels, TL_SHAPE (1, n))));

  close_scope (s);
  g_free (row->scores);
  g_free (row->labels);
  return loss;
}

/* Facts are questions of their own: with no label at all and scores of 0 each costs log 2. */
static gdouble
facts_alone (void)
{
  Row row = row_new ();

  return label_loss (&row);
}

static void
test_labels_compete (void)
{
  const gdouble facts = facts_alone ();
  Row row = row_new (), two = row_new (), named = row_new ();

  row.labels[3] = 1;
  g_assert_cmpfloat_with_epsilon (label_loss (&row) - facts, 1.5 * log (TL_N_OBJECTS), 1e-4);

  /* Two objects share what one has. */
  two.labels[3] = two.labels[5] = 1;
  two.scores[3] = 1;
  g_assert_cmpfloat_with_epsilon (label_loss (&two) - facts,
                                  1.5 * (log (TL_N_OBJECTS - 1 + G_E) - 0.5), 1e-4);

  /* Scores of one group say nothing about another. */
  named.labels[3] = 1;
  named.scores[3] = 100;
  named.scores[TL_N_OBJECTS] = 50;
  g_assert_cmpfloat_with_epsilon (label_loss (&named) - facts, 0, 1e-4);
}

static void
test_labels_facts (void)
{
  const guint extra = tl_labels_get_count () - 1;
  const gdouble facts = facts_alone ();
  Row there = row_new (), missed = row_new (), invented = row_new ();
  gdouble rest;

  there.labels[extra] = 1;
  there.scores[extra] = 100;
  missed.labels[extra] = 1;
  missed.scores[extra] = -2;
  invented.scores[extra] = 2;
  rest = label_loss (&there);
  g_assert_cmpfloat (rest, <, facts);
  /* A miss counts three times what a false alarm does. */
  g_assert_cmpfloat_with_epsilon ((label_loss (&missed) - rest) / (label_loss (&invented) - rest),
                                  3, 1e-3);
}

/* --- pictures --- */

static void
test_pictures (void)
{
  gfloat x[3 * 64] = { 0 }, y[3 * 64];
  TlScope *s = tl_scope_open (NULL);
  TlPictureLoss loss;

  for (guint i = 0; i < G_N_ELEMENTS (y); i++)
    y[i] = 0.5f;
  loss = tl_loss_picture (s, tl_from_floats (s, x, TL_SHAPE (1, 3, 8, 8)),
                          tl_from_floats (s, y, TL_SHAPE (1, 3, 8, 8)));
  g_assert_cmpfloat_with_epsilon (value_of (s, loss.l1), 0.5, 1e-6);
  g_assert_cmpfloat_with_epsilon (value_of (s, loss.l2), 0.25, 1e-6);
  /* Flat against flat: no difference in slopes. */
  g_assert_cmpfloat_with_epsilon (value_of (s, loss.total), 0.5 + 0.5 + 0 + 0.25, 1e-6);

  for (guint i = 0; i < G_N_ELEMENTS (y); i++)
    y[i] = i % 2;
  loss = tl_loss_picture (s, tl_from_floats (s, x, TL_SHAPE (1, 3, 8, 8)),
                          tl_from_floats (s, y, TL_SHAPE (1, 3, 8, 8)));
  /* Stripes: each neighbour to the right differs by one, none below. */
  g_assert_cmpfloat_with_epsilon (value_of (s, loss.total), 0.5 + 2 * 0.5 + 1 + 0.25, 1e-6);
  close_scope (s);
}

/* One picture off by a tenth everywhere, 20 dB, and one by a hundredth, 40 dB. */
static void
test_psnr (void)
{
  gfloat x[2 * 3 * 4] = { 0 }, y[2 * 3 * 4];
  TlScope *s = tl_scope_open (NULL);
  TlTensor *as_drawn = tl_from_floats (s, x, TL_SHAPE (2, 3, 2, 2)), *loss;

  for (guint i = 0; i < G_N_ELEMENTS (y); i++)
    y[i] = i < G_N_ELEMENTS (y) / 2 ? 0.1f : -0.01f;
  loss = tl_loss_psnr (s, as_drawn, tl_from_floats (s, y, TL_SHAPE (2, 3, 2, 2)));
  g_assert_cmpfloat_with_epsilon (value_of (s, loss), -3, 5e-3);
  /* Alike is finite. */
  g_assert_cmpfloat_with_epsilon (value_of (s, tl_loss_psnr (s, as_drawn, as_drawn)), -6, 1e-4);
  close_scope (s);
}

static gdouble
spread (const gfloat *cells, gint64 n, gint64 d)
{
  TlScope *s = tl_scope_open (NULL);
  gdouble loss = value_of (s, tl_loss_spread (s, tl_from_floats (s, cells, TL_SHAPE (n, d))));

  close_scope (s);
  return loss;
}

static void
test_spread (void)
{
  static const gfloat full[] = { 2, 2, -2, 2, 2, -2, -2, -2 };
  static const gfloat one_line[] = { 2, 2, -2, -2, 2, 2, -2, -2 };
  static const gfloat narrow[] = { 0.5f, 2, -0.5f, 2, 0.5f, -2, -0.5f, -2 };

  g_assert_cmpfloat_with_epsilon (spread (full, 4, 2), 0, 1e-3);
  /* Two of four entries of the correlations are one, four times their mean. */
  g_assert_cmpfloat_with_epsilon (spread (one_line, 4, 2), 2, 1e-3);
  /* One of two dimensions is half as wide as it should be. */
  g_assert_cmpfloat_with_epsilon (spread (narrow, 4, 2), 0.25, 1e-3);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/train/losses/contrast", test_contrast);
  g_test_add_func ("/train/losses/contrast-twins", test_contrast_twins);
  g_test_add_func ("/train/losses/reject", test_reject);
  g_test_add_func ("/train/losses/labels-compete", test_labels_compete);
  g_test_add_func ("/train/losses/labels-facts", test_labels_facts);
  g_test_add_func ("/train/losses/pictures", test_pictures);
  g_test_add_func ("/train/losses/psnr", test_psnr);
  g_test_add_func ("/train/losses/spread", test_spread);
  return g_test_run ();
}
