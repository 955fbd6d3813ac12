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
#include <zlib.h>

/* What is worth this share of the first less is worth nearly as much. */
#define NEARLY 0.1

/* The chance of the last of these, e times as small so many times, and in between by worth: where
 * just one has all that was asked for, other ones come four times of ten, or all starts would be
 * the same picture. */
#define COLDNESS 2.4

struct _TlExamples
{
  guint n, height, width, n_words, n_signs;
  guint n_shown;   /* signs of one, at most */
  guint16 *codes;  /* [n, height, width] */
  guint8 *shown;   /* [n, n_shown] */
  gint16 *reading; /* [n_signs, n_words + 1] */
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
is_table (const TlBlob *blob, TlDtype dtype, gint64 n_rows, gint64 width)
{
  return blob != NULL && blob->dtype == dtype && blob->n_dims == 2 && tl_blob_is_dense (blob)
         && blob->shape[0] == n_rows && blob->shape[1] == width;
}

static gboolean
is_as_said (const TlBlob *codes, const TlBlob *size, const TlBlob *signs, const TlBlob *reading,
            guint n_words)
{
  if (codes == NULL || size == NULL || signs == NULL || reading == NULL)
    return FALSE;
  return codes->dtype == TL_UINT8 && codes->n_dims == 1 && tl_blob_is_dense (codes)
         && size->dtype == TL_INT16 && size->n_dims == 1 && size->n_elements == 2
         && tl_blob_is_dense (size) && signs->n_dims == 2
         && is_within (signs->shape[0], TL_EXAMPLES_MOST)
         && is_within (signs->shape[1], TL_EXAMPLES_MOST_SIGNS)
         && is_table (signs, TL_UINT8, signs->shape[0], signs->shape[1]) && reading->n_dims == 2
         && is_within (reading->shape[0], TL_EXAMPLES_NO_SIGN) && n_words <= TL_EXAMPLES_MOST_WORDS
         && is_table (reading, TL_INT16, reading->shape[0], n_words + 1)
         && is_within (tl_bytes_u16 (size->data), TL_EXAMPLES_MOST_SIDE)
         && is_within (tl_bytes_u16 (size->data + 2), TL_EXAMPLES_MOST_SIDE);
}

/* FALSE where @blob is not as many codes as there are cells, or one of them is none. */
static gboolean
read_codes (TlExamples *self, const TlBlob *blob, guint n_codes)
{
  const gsize n = (gsize) self->n * self->height * self->width;
  uLongf n_bytes = n * sizeof *self->codes;

  self->codes = g_new (guint16, n);
  if (uncompress ((guint8 *) self->codes, &n_bytes, blob->data, blob->n_bytes) != Z_OK
      || n_bytes != n * sizeof *self->codes)
    return FALSE;
  for (gsize i = 0; i < n; i++)
    {
      self->codes[i] = GUINT16_FROM_LE (self->codes[i]);
      if (self->codes[i] > G_MAXINT16 || self->codes[i] >= n_codes)
        return FALSE;
    }
  return TRUE;
}

/* FALSE where one of @blob is no sign. */
static gboolean
read_signs (TlExamples *self, const TlBlob *blob)
{
  for (gsize i = 0; i < blob->n_elements; i++)
    {
      self->shown[i] = blob->data[i];
      if (self->shown[i] != TL_EXAMPLES_NO_SIGN && self->shown[i] >= self->n_signs)
        return FALSE;
    }
  return TRUE;
}

static void
read_reading (TlExamples *self, const TlBlob *blob)
{
  for (gsize i = 0; i < blob->n_elements; i++)
    self->reading[i] = (gint16) tl_bytes_u16 (blob->data + 2 * i);
}

TlExamples *
tl_examples_load (TlWeights *weights, guint n_codes, guint n_words, GError **error)
{
  const TlBlob *codes = tl_weights_lookup (weights, TL_EXAMPLES_CODES);
  const TlBlob *size = tl_weights_lookup (weights, TL_EXAMPLES_SIZE);
  const TlBlob *signs = tl_weights_lookup (weights, TL_EXAMPLES_SIGNS);
  const TlBlob *reading = tl_weights_lookup (weights, TL_EXAMPLES_READING);
  g_autoptr (TlExamples) self = NULL;

  if (!is_as_said (codes, size, signs, reading, n_words))
    {
      tl_error_set (error, TL_ERROR_FORMAT,
                    _ ("The examples in it are not scenes as codes, with signs that %u numbers of "
                       "words are read for"),
                    n_words);
      return NULL;
    }
  self = g_new0 (TlExamples, 1);
  self->n = (guint) signs->shape[0];
  self->height = tl_bytes_u16 (size->data);
  self->width = tl_bytes_u16 (size->data + 2);
  self->n_words = n_words;
  self->n_signs = (guint) reading->shape[0];
  self->n_shown = (guint) signs->shape[1];
  self->shown = g_new (guint8, signs->n_elements);
  self->reading = g_new (gint16, reading->n_elements);
  read_reading (self, reading);
  if (!read_codes (self, codes, n_codes))
    {
      tl_error_set (error, TL_ERROR_FORMAT,
                    _ ("The examples in it have codes that its VQGAN has not"));
      return NULL;
    }
  if (!read_signs (self, signs))
    {
      tl_error_set (error, TL_ERROR_FORMAT,
                    _ ("The examples in it show signs that no words are read for"));
      return NULL;
    }
  return g_steal_pointer (&self);
}

void
tl_examples_free (TlExamples *self)
{
  g_free (self->codes);
  g_free (self->shown);
  g_free (self->reading);
  g_free (self);
}

guint
tl_examples_get_n (TlExamples *self)
{
  return self->n;
}

guint
tl_examples_get_height (TlExamples *self)
{
  return self->height;
}

guint
tl_examples_get_width (TlExamples *self)
{
  return self->width;
}

typedef struct
{
  gdouble worth;
  guint which;
} Found;

/* What is worth the most first; of those that are worth the same the one that comes first in the
 * file. */
static gint
compare (gconstpointer a, gconstpointer b)
{
  const Found *one = a, *other = b;

  if (one->worth != other->worth)
    return one->worth > other->worth ? -1 : 1;
  return one->which < other->which ? -1 : one->which > other->which;
}

/* -> [n_signs]: (transfer full): what each is worth */
static gdouble *
read_words (TlExamples *self, const gfloat *words)
{
  gdouble *worth = g_new (gdouble, self->n_signs);
  gdouble square = 0;

  for (guint k = 0; k < self->n_words; k++)
    square += (gdouble) words[k] * words[k];
  for (guint i = 0; i < self->n_signs; i++)
    {
      const gint16 *row = self->reading + (gsize) i * (self->n_words + 1);

      worth[i] = 0;
      for (guint k = 0; k < self->n_words; k++)
        worth[i] += row[k] * (gdouble) words[k];
      worth[i] = row[self->n_words] + (square > 0 ? worth[i] / sqrt (square) : 0);
    }
  return worth;
}

static void
sort_by_worth (TlExamples *self, const gfloat *words, Found *found)
{
  g_autofree gdouble *worth = read_words (self, words);

  for (guint i = 0; i < self->n; i++)
    {
      const guint8 *shown = self->shown + (gsize) i * self->n_shown;

      found[i] = (Found){ 0, i };
      for (guint k = 0; k < self->n_shown; k++)
        found[i].worth += shown[k] != TL_EXAMPLES_NO_SIGN ? worth[shown[k]] : 0;
    }
  qsort (found, self->n, sizeof *found, compare);
}

static guint
count_near (const Found *found, guint n, guint near)
{
  const gdouble least = found[0].worth - NEARLY * fabs (found[0].worth);

  near = CLAMP (near, 1, n);
  while (near < n && found[near].worth >= least)
    near++;
  return near;
}

/* -> [n]: (transfer full): how likely each of @found is drawn, and all before it */
static gdouble *
add_up_chances (const Found *found, guint n)
{
  const gdouble apart = MAX (found[0].worth - found[n - 1].worth, G_MINDOUBLE);
  gdouble *chances = g_new (gdouble, n), sum = 0;

  for (guint i = 0; i < n; i++)
    chances[i] = sum += exp (COLDNESS * (found[i].worth - found[0].worth) / apart);
  return chances;
}

static guint
draw (const gdouble *chances, guint n, TlRandom *random)
{
  const gdouble chance = chances[n - 1] * tl_random_uniform (random);
  guint i = 0;

  while (i + 1 < n && chances[i] <= chance)
    i++;
  return i;
}

TlTensor *
tl_examples_recall (TlScope *s, TlExamples *self, const gfloat *words, guint near, guint n,
                    TlRandom *random)
{
  const gsize n_cells = (gsize) self->height * self->width;
  g_autofree Found *found = g_new (Found, self->n);
  g_autofree gint64 *codes = g_new (gint64, n * n_cells);
  g_autofree gdouble *chances = NULL;

  sort_by_worth (self, words, found);
  near = count_near (found, self->n, near);
  chances = add_up_chances (found, near);
  for (guint i = 0; i < n; i++)
    {
      const guint16 *cells = self->codes + found[draw (chances, near, random)].which * n_cells;

      for (gsize k = 0; k < n_cells; k++)
        codes[i * n_cells + k] = cells[k];
    }
  return tl_from_int64s (s, codes, TL_SHAPE (n, self->height, self->width));
}
