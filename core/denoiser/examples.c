/* examples.c - scenes that come with a denoiser, to begin with
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "config.h"
#include "core/denoiser/examples.h"

#include "core/base/error.h"
#include "core/weights/bytes.h"

#include <glib/gi18n-lib.h>
#include <math.h>

/* Of the words' mean variance, added to each: what hardly varies is not to count for as much. */
#define SHRINKAGE 2

/* So that words that are all alike have a root as well. */
#define LEAST_VARIANCE 1e-9

struct _TlExamples
{
  guint n, height, width, n_words;
  guint16 *codes; /* [n, height, width] */
  gfloat *words;  /* [n, n_words], decorrelated, of length 1 */
  gdouble *mean;  /* [n_words] */
  gdouble *root;  /* [n_words, n_words]: the lower triangle of their covariance's */
};

gboolean
tl_examples_are_in (TlWeights *weights)
{
  return tl_weights_lookup (weights, TL_EXAMPLES_CODES) != NULL;
}

static gboolean
is_within (gint64 size, gint64 most)
{
  return size >= 1 && size <= most;
}

static gboolean
is_as_said (const TlBlob *codes, const TlBlob *words, guint n_words)
{
  return codes != NULL && words != NULL && codes->dtype == TL_INT16 && words->dtype == TL_INT8
         && codes->n_dims == 3 && words->n_dims == 2 && tl_blob_is_dense (codes)
         && tl_blob_is_dense (words) && is_within (codes->shape[0], TL_EXAMPLES_MOST)
         && is_within (codes->shape[1], TL_EXAMPLES_MOST_SIDE)
         && is_within (codes->shape[2], TL_EXAMPLES_MOST_SIDE) && words->shape[0] == codes->shape[0]
         && words->shape[1] == n_words && n_words <= TL_EXAMPLES_MOST_WORDS;
}

/* FALSE where one of @blob is no code. */
static gboolean
read_codes (TlExamples *self, const TlBlob *blob, guint n_codes)
{
  for (gsize i = 0; i < blob->n_elements; i++)
    {
      self->codes[i] = tl_bytes_u16 (blob->data + 2 * i);
      if (self->codes[i] > G_MAXINT16 || self->codes[i] >= n_codes)
        return FALSE;
    }
  return TRUE;
}

static void
normalize (gfloat *row, guint n)
{
  gdouble square = 0;

  for (guint i = 0; i < n; i++)
    square += row[i] * row[i];
  for (guint i = 0; square > 0 && i < n; i++)
    row[i] /= (gfloat) sqrt (square);
}

static void
read_words (TlExamples *self, const TlBlob *blob)
{
  for (gsize i = 0; i < blob->n_elements; i++)
    self->words[i] = (gint8) blob->data[i];
  for (guint i = 0; i < self->n; i++)
    normalize (self->words + (gsize) i * self->n_words, self->n_words);
}

static void
find_mean (TlExamples *self)
{
  for (gsize i = 0; i < (gsize) self->n * self->n_words; i++)
    self->mean[i % self->n_words] += self->words[i] / self->n;
}

/* The lower triangle of the covariance, shrunk towards a ball (Ledoit and Wolf 2004). */
static void
find_covariance (TlExamples *self)
{
  const guint d = self->n_words;
  gdouble *c = self->root, mean = 0;

  for (guint i = 0; i < self->n; i++)
    for (guint j = 0; j < d; j++)
      {
        const gfloat *row = self->words + (gsize) i * d;
        const gdouble off = (row[j] - self->mean[j]) / self->n;

        for (guint k = 0; k <= j; k++)
          c[j * d + k] += off * (row[k] - self->mean[k]);
      }
  for (guint i = 0; i < d; i++)
    mean += c[i * d + i] / d;
  for (guint i = 0; i < d; i++)
    c[i * d + i] += SHRINKAGE * mean + LEAST_VARIANCE;
}

/* Cholesky's, in its place. */
static void
find_root (TlExamples *self)
{
  const guint d = self->n_words;
  gdouble *c = self->root;

  for (guint i = 0; i < d; i++)
    for (guint j = 0; j <= i; j++)
      {
        gdouble sum = c[i * d + j];

        for (guint k = 0; k < j; k++)
          sum -= c[i * d + k] * c[j * d + k];
        c[i * d + j] = i == j ? sqrt (MAX (sum, LEAST_VARIANCE)) : sum / c[j * d + j];
      }
}

/* @words, of length 1, as it is among the examples; in its place. */
static void
decorrelate (TlExamples *self, gfloat *words)
{
  const guint d = self->n_words;

  for (guint i = 0; i < d; i++)
    {
      gdouble sum = words[i] - self->mean[i];

      for (guint k = 0; k < i; k++)
        sum -= self->root[i * d + k] * words[k];
      words[i] = (gfloat) (sum / self->root[i * d + i]);
    }
  normalize (words, d);
}

static void
decorrelate_all (TlExamples *self)
{
  self->mean = g_new0 (gdouble, self->n_words);
  self->root = g_new0 (gdouble, (gsize) self->n_words * self->n_words);
  find_mean (self);
  find_covariance (self);
  find_root (self);
  for (guint i = 0; i < self->n; i++)
    decorrelate (self, self->words + (gsize) i * self->n_words);
}

TlExamples *
tl_examples_load (TlWeights *weights, guint n_codes, guint n_words, GError **error)
{
  const TlBlob *codes = tl_weights_lookup (weights, TL_EXAMPLES_CODES);
  const TlBlob *words = tl_weights_lookup (weights, TL_EXAMPLES_WORDS);
  g_autoptr (TlExamples) self = NULL;

  if (!is_as_said (codes, words, n_words))
    {
      tl_error_set (error, TL_ERROR_FORMAT,
                    _ ("The examples in it are not scenes as codes, with %u numbers of words each"),
                    n_words);
      return NULL;
    }
  self = g_new0 (TlExamples, 1);
  self->n = (guint) codes->shape[0];
  self->height = (guint) codes->shape[1];
  self->width = (guint) codes->shape[2];
  self->n_words = n_words;
  self->codes = g_new (guint16, codes->n_elements);
  self->words = g_new (gfloat, words->n_elements);
  read_words (self, words);
  decorrelate_all (self);
  if (read_codes (self, codes, n_codes))
    return g_steal_pointer (&self);
  tl_error_set (error, TL_ERROR_FORMAT, _ ("The examples in it have codes that its VQGAN has not"));
  return NULL;
}

void
tl_examples_free (TlExamples *self)
{
  g_free (self->codes);
  g_free (self->words);
  g_free (self->mean);
  g_free (self->root);
  g_free (self);
}

guint
tl_examples_get_n (TlExamples *self)
{
  return self->n;
}

typedef struct
{
  gdouble nearness;
  guint which;
} Found;

/* The nearest first; of those that are as near the one that comes first in the file. */
static gint
compare (gconstpointer a, gconstpointer b)
{
  const Found *one = a, *other = b;

  if (one->nearness != other->nearness)
    return one->nearness > other->nearness ? -1 : 1;
  return one->which < other->which ? -1 : one->which > other->which;
}

static void
sort_by_nearness (TlExamples *self, const gfloat *words, Found *found)
{
  for (guint i = 0; i < self->n; i++)
    {
      const gfloat *row = self->words + (gsize) i * self->n_words;

      found[i] = (Found){ 0, i };
      for (guint k = 0; k < self->n_words; k++)
        found[i].nearness += row[k] * words[k];
    }
  qsort (found, self->n, sizeof *found, compare);
}

TlTensor *
tl_examples_recall (TlScope *s, TlExamples *self, const gfloat *words, guint near, guint n,
                    TlRandom *random)
{
  const gsize n_cells = (gsize) self->height * self->width;
  g_autofree Found *found = g_new (Found, self->n);
  g_autofree gint64 *codes = g_new (gint64, n * n_cells);
  g_autofree gfloat *wanted = g_memdup2 (words, self->n_words * sizeof *words);

  near = CLAMP (near, 1, self->n);
  normalize (wanted, self->n_words);
  decorrelate (self, wanted);
  sort_by_nearness (self, wanted, found);
  for (guint i = 0; i < n; i++)
    {
      const guint at = i % near, from = at + tl_random_below (random, near - at);
      const Found taken = found[from];
      const guint16 *cells = self->codes + taken.which * n_cells;

      found[from] = found[at];
      found[at] = taken;
      for (gsize k = 0; k < n_cells; k++)
        codes[i * n_cells + k] = cells[k];
    }
  return tl_from_int64s (s, codes, TL_SHAPE (n, self->height, self->width));
}
