/* signs.c - what words ask for, read out of what a text tower makes of them
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "config.h"
#include "core/train/signs.h"

#include "core/denoiser/examples.h"

#include <math.h>
#include <string.h>

/* Of the embeddings' mean variance, added to each: what hardly varies is not to count for much. */
#define RIDGE 0.01

/* So that embeddings that are all alike have a root as well. */
#define LEAST_VARIANCE 1e-12

/* Where each group begins. */
enum
{
  THINGS = 0,
  PLACES = THINGS + TL_N_OBJECTS,
  STYLES = PLACES + TL_N_BACKGROUNDS,
  COLOURS = STYLES + TL_N_STYLES, /* of the first thing */
  BACKDROPS = COLOURS + TL_N_COLOURS,
  RELATIONS = BACKDROPS + TL_N_COLOURS,
  NO_COLOUR = RELATIONS + TL_N_RELATIONS, /* where none is seen: as wrong as another one */
  N_SIGNS,
};

G_STATIC_ASSERT (N_SIGNS < TL_EXAMPLES_NO_SIGN);

/* What another thing than that asked for costs, against another place and so on: a run changes a
 * place and a colour easily, a shape never. */
static gdouble
weigh (guint sign)
{
  if (sign < PLACES)
    return 8;
  if (sign < STYLES)
    return 3;
  if (sign < COLOURS)
    return 1;
  if (sign < BACKDROPS || sign == NO_COLOUR)
    return 2;
  return sign < RELATIONS ? 0.5 : 0.25;
}

guint
tl_signs_get_count (void)
{
  return N_SIGNS;
}

void
tl_signs_get (const TlScene *scene, guint8 signs[TL_SIGNS_OF_SCENE])
{
  guint n = 0;

  G_STATIC_ASSERT (TL_SIGNS_OF_SCENE >= G_N_ELEMENTS (scene->things) + 6);
  memset (signs, TL_EXAMPLES_NO_SIGN, TL_SIGNS_OF_SCENE);
  for (guint i = 0; i < scene->n_things; i++)
    signs[n++] = (guint8) (THINGS + scene->things[i].kind);
  signs[n++] = (guint8) (PLACES + scene->background);
  signs[n++] = (guint8) (STYLES + scene->style);
  if (scene->n_things > 0 && tl_scene_has_colours (scene))
    signs[n++] = (guint8) (COLOURS + scene->things[0].colour);
  if (scene->background == TL_BACKGROUND_PLAIN && tl_scene_has_backdrop (scene))
    signs[n++] = (guint8) (BACKDROPS + scene->backdrop);
  signs[n++] = (guint8) (RELATIONS + scene->relation);
  if (!tl_scene_has_colours (scene))
    signs[n++] = NO_COLOUR;
}

/* Sums over captions: of the embedding x, of x x', of the signs, and of each with x. */
struct _TlSigns
{
  guint n_words;
  gdouble n;
  gdouble *x;     /* [n_words] */
  gdouble *xx;    /* [n_words, n_words], the lower triangle */
  gdouble *signs; /* [N_SIGNS] */
  gdouble *xs;    /* [N_SIGNS, n_words] */
};

TlSigns *
tl_signs_new (guint n_words)
{
  TlSigns *self = g_new0 (TlSigns, 1);

  self->n_words = n_words;
  self->x = g_new0 (gdouble, n_words);
  self->xx = g_new0 (gdouble, (gsize) n_words * n_words);
  self->signs = g_new0 (gdouble, N_SIGNS);
  self->xs = g_new0 (gdouble, (gsize) N_SIGNS * n_words);
  return self;
}

void
tl_signs_free (TlSigns *self)
{
  g_free (self->x);
  g_free (self->xx);
  g_free (self->signs);
  g_free (self->xs);
  g_free (self);
}

void
tl_signs_add (TlSigns *self, const gfloat *words, const guint8 signs[TL_SIGNS_OF_SCENE])
{
  const guint d = self->n_words;

  self->n++;
  for (guint i = 0; i < d; i++)
    {
      self->x[i] += words[i];
      for (guint k = 0; k <= i; k++)
        self->xx[i * d + k] += (gdouble) words[i] * words[k];
    }
  for (guint j = 0; j < TL_SIGNS_OF_SCENE && signs[j] != TL_EXAMPLES_NO_SIGN; j++)
    {
      self->signs[signs[j]]++;
      for (guint i = 0; i < d; i++)
        self->xs[signs[j] * d + i] += words[i];
    }
}

/* -> [n_words, n_words]: the lower triangle of the root of the embeddings' covariance with the
 * ridge, Cholesky's */
static gdouble *
find_root (const TlSigns *self)
{
  const guint d = self->n_words;
  gdouble *c = g_new0 (gdouble, (gsize) d * d), variance = 0;

  for (guint i = 0; i < d; i++)
    for (guint k = 0; k <= i; k++)
      c[i * d + k] = self->xx[i * d + k] / self->n - self->x[i] * self->x[k] / self->n / self->n;
  for (guint i = 0; i < d; i++)
    variance += c[i * d + i] / d;
  for (guint i = 0; i < d; i++)
    c[i * d + i] += RIDGE * variance + LEAST_VARIANCE;
  for (guint i = 0; i < d; i++)
    for (guint j = 0; j <= i; j++)
      {
        gdouble sum = c[i * d + j];

        for (guint k = 0; k < j; k++)
          sum -= c[i * d + k] * c[j * d + k];
        c[i * d + j] = i == j ? sqrt (MAX (sum, LEAST_VARIANCE)) : sum / c[j * d + j];
      }
  return c;
}

/* What @row times the covariance is, divided by it again; in its place. */
static void
divide (const gdouble *root, guint d, gdouble *row)
{
  for (guint i = 0; i < d; i++)
    {
      for (guint k = 0; k < i; k++)
        row[i] -= root[i * d + k] * row[k];
      row[i] /= root[i * d + i];
    }
  for (guint i = d; i-- > 0;)
    {
      for (guint k = i + 1; k < d; k++)
        row[i] -= root[k * d + i] * row[k];
      row[i] /= root[i * d + i];
    }
}

/* [n_words + 1]: from words to whether they ask for it, 0 or 1, and then to what it is worth */
static void
solve_sign (const TlSigns *self, const gdouble *root, guint sign, gdouble *row)
{
  const guint d = self->n_words;
  const gdouble share = self->signs[sign] / self->n;

  for (guint i = 0; i < d; i++)
    row[i] = self->xs[sign * d + i] / self->n - share * self->x[i] / self->n;
  divide (root, d, row);
  row[d] = share;
  for (guint i = 0; i < d; i++)
    row[d] -= row[i] * self->x[i] / self->n;
  for (guint i = 0; i <= d; i++)
    row[i] *= 2 * weigh (sign);
  row[d] -= weigh (sign);
}

gdouble *
tl_signs_solve (const TlSigns *self)
{
  const guint width = self->n_words + 1;
  gdouble *reading = g_new0 (gdouble, (gsize) N_SIGNS * width);
  g_autofree gdouble *root = NULL;

  if (self->n == 0)
    return reading;
  root = find_root (self);
  for (guint i = 0; i < N_SIGNS; i++)
    solve_sign (self, root, i, reading + (gsize) i * width);
  return reading;
}
