/* losses.c - what training makes small
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "config.h"
#include "core/train/losses.h"

#include "core/scenes/kinds.h"
#include "core/scenes/words.h"
#include "core/torch/training.h"

/* Far below every cosine times the largest scale, and finite. */
#define NEVER -1e4

/* What is there, beside what is not. */
#define PRESENT 3

/* Weight of a fact beside those of choices. */
#define FACTS 0.03

#define FIRST_BACKGROUND (TL_N_OBJECTS * (1 + TL_N_COLOURS))

#define DEVIATION_EPSILON 1e-4
#define DECORRELATE 4

/* Keeps the logarithm of no error finite: 60 dB. */
#define LEAST_SQUARE 1e-6

static TlTensor *
mean (TlScope *s, TlTensor *x)
{
  return tl_mean (s, x, NULL, 0, FALSE);
}

/* --- contrast --- */

/* [n, n]: 1 on the diagonal */
static TlTensor *
identity (TlScope *s, gint64 n, TlTensor *like)
{
  TlTensor *index = tl_arange (s, n);
  TlTensor *is_own =
    tl_equal (s, tl_reshape (s, index, TL_SHAPE (n, 1)), tl_reshape (s, index, TL_SHAPE (1, n)));

  return tl_to_like (s, is_own, like);
}

/* -log of the share that the diagonal has of each row of @scores [n, n or more] */
static TlTensor *
cross_entropy (TlScope *s, TlTensor *scores, TlTensor *diagonal)
{
  gint64 n = tl_tensor_get_size (diagonal, 0);
  TlTensor *logs = tl_narrow (s, tl_log_softmax (s, scores, 1), 1, 0, n);

  return tl_mul_scalar (s, tl_sum (s, tl_mul (s, logs, diagonal), NULL, 0, FALSE), -1.0 / n);
}

static gdouble
count_right (TlScope *outer, TlTensor *scores)
{
  TlScope *s = tl_scope_enter (outer);
  gint64 n = tl_tensor_get_size (scores, 0);
  TlTensor *found, *is_right;
  gdouble share;

  tl_scope_set_grad (s, FALSE);
  found = tl_argmax (s, tl_detach (s, scores), 1);
  is_right = tl_equal (s, found, tl_to_like (s, tl_arange (s, n), found));
  share = tl_to_double (s, mean (s, tl_to_dtype (s, is_right, TL_FLOAT32)));
  tl_scope_leave (s, NULL);
  return share;
}

TlTensor *
tl_loss_contrast (TlScope *outer, TlTensor *pictures, TlTensor *texts, TlTensor *is_same,
                  TlTensor *scale, gdouble *share_right)
{
  TlScope *s = tl_scope_enter (outer);
  gint64 n = tl_tensor_get_size (is_same, 0), m = tl_tensor_get_size (pictures, 0) - n;
  gint64 k = tl_tensor_get_size (texts, 0) - n;
  TlTensor *own = identity (s, n, texts), *own_of_all = own;
  TlTensor *scores = tl_matmul (s, pictures, tl_transpose (s, texts, 0, 1));
  TlTensor *columns, *rows, *never;

  if (k > 0)
    {
      TlTensor *none = tl_zeros_like (s, tl_narrow (s, is_same, 1, n, k));

      own_of_all = tl_cat (s, (TlTensor *const[]){ own, tl_to_like (s, none, own) }, 2, 1);
    }
  scores = tl_mul (s, scores, scale); /* [n + m, n + k] */
  never = tl_mul_scalar (s, tl_sub (s, is_same, own_of_all), NEVER);
  rows = tl_add (s, tl_narrow (s, scores, 0, 0, n), never);
  columns = tl_transpose (s, tl_narrow (s, rows, 1, 0, n), 0, 1);
  if (m > 0)
    {
      TlTensor *garbage = tl_narrow (s, tl_narrow (s, scores, 0, n, m), 1, 0, n);

      garbage = tl_transpose (s, garbage, 0, 1);
      columns = tl_cat (s, (TlTensor *const[]){ columns, garbage }, 2, 1);
    }
  *share_right = count_right (s, rows);
  scores = tl_add (s, cross_entropy (s, rows, own), cross_entropy (s, columns, own));
  return tl_scope_leave (s, tl_mul_scalar (s, scores, 0.5));
}

TlTensor *
tl_loss_reject (TlScope *outer, TlTensor *pictures, TlTensor *texts)
{
  TlScope *s = tl_scope_enter (outer);
  TlTensor *cosines = tl_relu (s, tl_matmul (s, pictures, tl_transpose (s, texts, 0, 1)));

  return tl_scope_leave (s, mean (s, tl_mul (s, cosines, cosines)));
}

/* --- labels --- */

/* Groups of labels of which a picture has one, or a few: they compete, which tells objects apart
 * much sooner than a question of yes or no for each. */
static const struct
{
  guint first, n;
  gdouble weight;
} choices[] = {
  { 0, TL_N_OBJECTS, 1.5 },
  { TL_N_OBJECTS, TL_N_OBJECTS *TL_N_COLOURS, 0.75 },
  { FIRST_BACKGROUND, TL_N_BACKGROUNDS, 0.6 },
  { FIRST_BACKGROUND + TL_N_BACKGROUNDS + TL_N_COLOURS, TL_N_STYLES, 0.3 },
};

/* What is left can be there or not, each for itself. */
static const struct
{
  guint first, n;
} facts[] = {
  { FIRST_BACKGROUND + TL_N_BACKGROUNDS, TL_N_COLOURS },
  { FIRST_BACKGROUND + TL_N_BACKGROUNDS + TL_N_COLOURS + TL_N_STYLES,
    TL_N_RELATIONS + TL_N_EXTRAS },
};

static TlTensor *
sum_of (TlScope *s, TlTensor *x)
{
  return tl_sum (s, x, NULL, 0, FALSE);
}

/* Cross entropy with an equal share for each label that is there; nothing where none is. */
static TlTensor *
choice_loss (TlScope *s, TlTensor *scores, TlTensor *labels)
{
  TlTensor *there = tl_sum (s, labels, (const gint64[]){ 1 }, 1, TRUE);
  TlTensor *shares =
    tl_div (s, labels, tl_add_scalar (s, tl_relu (s, tl_add_scalar (s, there, -1)), 1));

  return tl_mul_scalar (s, sum_of (s, tl_mul (s, shares, tl_log_softmax (s, scores, 1))), -1);
}

/* Binary cross entropy */
static TlTensor *
fact_loss (TlScope *s, TlTensor *scores, TlTensor *labels)
{
  TlTensor *absent = tl_add_scalar (s, tl_mul_scalar (s, labels, -1), 1);
  TlTensor *miss = tl_mul (s, labels, tl_softplus (s, tl_mul_scalar (s, scores, -1)));
  TlTensor *false_alarm = tl_mul (s, absent, tl_softplus (s, scores));

  return sum_of (s, tl_add (s, tl_mul_scalar (s, miss, PRESENT), false_alarm));
}

TlTensor *
tl_loss_labels (TlScope *outer, TlTensor *scores, TlTensor *labels)
{
  TlScope *s = tl_scope_enter (outer);
  gint64 n = tl_tensor_get_size (scores, 0);
  TlTensor *loss = NULL;

  for (gsize i = 0; i < G_N_ELEMENTS (choices); i++)
    {
      TlTensor *part = choice_loss (s, tl_narrow (s, scores, 1, choices[i].first, choices[i].n),
                                    tl_narrow (s, labels, 1, choices[i].first, choices[i].n));

      part = tl_mul_scalar (s, part, choices[i].weight);
      loss = loss == NULL ? part : tl_add (s, loss, part);
    }
  for (gsize i = 0; i < G_N_ELEMENTS (facts); i++)
    loss =
      tl_add (s, loss,
              tl_mul_scalar (s,
                             fact_loss (s, tl_narrow (s, scores, 1, facts[i].first, facts[i].n),
                                        tl_narrow (s, labels, 1, facts[i].first, facts[i].n)),
                             FACTS));
  return tl_scope_leave (s, tl_mul_scalar (s, loss, 1.0 / n));
}

/* --- pictures --- */

static TlTensor *
mean_distance (TlScope *s, TlTensor *x, TlTensor *y)
{
  return mean (s, tl_abs (s, tl_sub (s, x, y)));
}

/* Differences of neighbours along @dim */
static TlTensor *
slope (TlScope *s, TlTensor *x, gint dim)
{
  gint64 n = tl_tensor_get_size (x, dim) - 1;

  return tl_sub (s, tl_narrow (s, x, dim, 1, n), tl_narrow (s, x, dim, 0, n));
}

TlPictureLoss
tl_loss_picture (TlScope *s, TlTensor *x, TlTensor *y)
{
  TlTensor *difference = tl_sub (s, x, y);
  TlPictureLoss loss = {
    .l1 = mean (s, tl_abs (s, difference)),
    .l2 = mean (s, tl_mul (s, difference, difference)),
  };
  TlTensor *total = tl_add (s, loss.l1, tl_mul_scalar (s, loss.l2, 2));
  TlTensor *coarse = mean_distance (s, tl_avg_pool2d (s, x, 4), tl_avg_pool2d (s, y, 4));

  for (gint dim = 2; dim < 4; dim++)
    total = tl_add (s, total, mean_distance (s, slope (s, x, dim), slope (s, y, dim)));
  loss.total = tl_add (s, total, tl_mul_scalar (s, coarse, 0.5));
  return loss;
}

TlTensor *
tl_loss_psnr (TlScope *outer, TlTensor *x, TlTensor *y)
{
  static const gint64 within[] = { 1, 2, 3 };
  TlScope *s = tl_scope_enter (outer);
  TlTensor *difference = tl_sub (s, x, y);
  TlTensor *squares = tl_mean (s, tl_mul (s, difference, difference), within, 3, FALSE);
  TlTensor *logs = tl_log (s, tl_add_scalar (s, squares, LEAST_SQUARE));

  return tl_scope_leave (s, tl_mul_scalar (s, mean (s, logs), 1 / G_LN10));
}

TlTensor *
tl_loss_seen (TlScope *outer, TlTensor *a, TlTensor *b)
{
  TlScope *s = tl_scope_enter (outer);
  TlTensor *cosine = tl_mul (s, tl_normalize (s, a), tl_normalize (s, b));

  cosine = mean (s, tl_sum (s, cosine, (const gint64[]){ -1 }, 1, FALSE));
  return tl_scope_leave (s, tl_add_scalar (s, tl_mul_scalar (s, cosine, -1), 1));
}

TlTensor *
tl_loss_critic (TlScope *outer, TlTensor *real, TlTensor *made)
{
  TlScope *s = tl_scope_enter (outer);
  TlTensor *missed = tl_relu (s, tl_add_scalar (s, tl_mul_scalar (s, real, -1), 1));
  TlTensor *believed = tl_relu (s, tl_add_scalar (s, made, 1));

  return tl_scope_leave (s,
                         tl_mul_scalar (s, tl_add (s, mean (s, missed), mean (s, believed)), 0.5));
}

TlTensor *
tl_loss_found_out (TlScope *outer, TlTensor *made)
{
  TlScope *s = tl_scope_enter (outer);

  return tl_scope_leave (s, tl_mul_scalar (s, mean (s, made), -1));
}

TlTensor *
tl_loss_spread (TlScope *outer, TlTensor *cells)
{
  TlScope *s = tl_scope_enter (outer);
  gint64 n = tl_tensor_get_size (cells, 0), d = tl_tensor_get_size (cells, 1);
  TlTensor *centred = tl_sub (s, cells, tl_mean (s, cells, (const gint64[]){ 0 }, 1, TRUE));
  TlTensor *variance = tl_mean (s, tl_mul (s, centred, centred), (const gint64[]){ 0 }, 1, TRUE);
  TlTensor *deviation = tl_sqrt (s, tl_add_scalar (s, variance, DEVIATION_EPSILON));
  TlTensor *missing = tl_relu (s, tl_add_scalar (s, tl_mul_scalar (s, deviation, -1), 1));
  TlTensor *normal = tl_div (s, centred, deviation);
  TlTensor *correlation = tl_matmul (s, tl_transpose (s, normal, 0, 1), normal);
  TlTensor *off = tl_add_scalar (s, tl_mul_scalar (s, identity (s, d, cells), -1), 1);

  correlation = tl_mul (s, tl_mul_scalar (s, correlation, 1.0 / n), off);
  correlation = mean (s, tl_mul (s, correlation, correlation));
  return tl_scope_leave (
    s, tl_add (s, mean (s, missing), tl_mul_scalar (s, correlation, DECORRELATE)));
}
