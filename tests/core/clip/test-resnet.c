/* test-resnet.c - the residual tower against a plain computation in double
 *
 * The reference below is written from the paper's formulas (He et al. 2015; Radford et al.
 * 2021, 2.4) and openai/CLIP clip/model.py, one picture at a time, batch norms where they stand.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "config.h"
#include "core/clip/clip.h"

#include "tests/core/clip/model.h"

#include <math.h>
#include <string.h>

#define SIZE 64
#define CHANNELS 128
#define CELLS 4
#define HEAD 64
#define N_PICTURE (3 * SIZE * SIZE)

/* A picture of @c channels, row by row. */
typedef struct
{
  gint c, h, w;
  gdouble *x;
} Map;

static Map
map_new (gint c, gint h, gint w)
{
  return (Map){ c, h, w, g_new0 (gdouble, (gsize) c * h * w) };
}

static void
map_clear (Map *self)
{
  g_clear_pointer (&self->x, g_free);
}

static gdouble
map_get (const Map *self, gint c, gint y, gint x)
{
  gboolean is_inside = y >= 0 && y < self->h && x >= 0 && x < self->w;

  return is_inside ? self->x[(c * self->h + y) * self->w + x] : 0;
}

static const gfloat *
get (GPtrArray *model, const char *prefix, const char *name)
{
  g_autofree char *full = g_strconcat (prefix, name, NULL);

  return model_get (model, full)->data;
}

static gdouble
convolve_at (const Map *in, const gfloat *weight, gint kernel, gint o, gint y, gint x)
{
  gdouble sum = 0;

  for (gint c = 0; c < in->c; c++)
    for (gint i = 0; i < kernel; i++)
      for (gint j = 0; j < kernel; j++)
        sum += weight[((o * in->c + c) * kernel + i) * kernel + j]
               * map_get (in, c, y + i - kernel / 2, x + j - kernel / 2);
  return sum;
}

/* Convolution and batch norm; takes nothing, gives a new map. */
static Map
conv_norm (GPtrArray *model, const char *conv, const char *norm, const Map *in, gint out,
           gint stride)
{
  g_autofree char *weight = g_strconcat (conv, ".weight", NULL);
  const ModelTensor *w = model_get (model, weight);
  const gfloat *factor = get (model, norm, ".weight");
  const gfloat *bias = get (model, norm, ".bias");
  const gfloat *mean = get (model, norm, ".running_mean");
  const gfloat *variance = get (model, norm, ".running_var");
  Map result = map_new (out, (in->h + stride - 1) / stride, (in->w + stride - 1) / stride);
  gdouble *p = result.x;

  for (gint o = 0; o < out; o++)
    for (gint y = 0; y < result.h; y++)
      for (gint x = 0; x < result.w; x++)
        {
          gdouble v = convolve_at (in, w->data, (gint) w->shape[3], o, y * stride, x * stride);

          *p++ = (v - mean[o]) / sqrt (variance[o] + 1e-5) * factor[o] + bias[o];
        }
  return result;
}

static void
relu (Map *self)
{
  for (gint i = 0; i < self->c * self->h * self->w; i++)
    self->x[i] = MAX (self->x[i], 0);
}

static void
halve (Map *self)
{
  Map result = map_new (self->c, self->h / 2, self->w / 2);
  gdouble *p = result.x;

  for (gint c = 0; c < result.c; c++)
    for (gint y = 0; y < result.h; y++)
      for (gint x = 0; x < result.w; x++)
        *p++ = (map_get (self, c, 2 * y, 2 * x) + map_get (self, c, 2 * y, 2 * x + 1)
                + map_get (self, c, 2 * y + 1, 2 * x) + map_get (self, c, 2 * y + 1, 2 * x + 1))
               / 4;
  map_clear (self);
  *self = result;
}

/* "PREFIXconvI" with "PREFIXbnI" replaces @self. */
static void
apply (GPtrArray *model, const char *prefix, guint i, Map *self, gint out, gint stride,
       gboolean has_relu)
{
  g_autofree char *conv = g_strdup_printf ("%sconv%u", prefix, i);
  g_autofree char *norm = g_strdup_printf ("%sbn%u", prefix, i);
  Map result = conv_norm (model, conv, norm, self, out, stride);

  if (has_relu)
    relu (&result);
  map_clear (self);
  *self = result;
}

static void
bottleneck (GPtrArray *model, const char *prefix, Map *self, gint inner, gboolean is_first,
            gboolean is_halved)
{
  g_autofree char *conv = g_strconcat (prefix, "downsample.0", NULL);
  g_autofree char *norm = g_strconcat (prefix, "downsample.1", NULL);
  Map h = map_new (self->c, self->h, self->w);

  memcpy (h.x, self->x, sizeof (gdouble) * self->c * self->h * self->w);
  apply (model, prefix, 1, &h, inner, 1, TRUE);
  apply (model, prefix, 2, &h, inner, 1, TRUE);
  if (is_halved)
    {
      halve (&h);
      halve (self);
    }
  apply (model, prefix, 3, &h, 4 * inner, 1, FALSE);
  if (is_first)
    {
      Map shortcut = conv_norm (model, conv, norm, self, 4 * inner, 1);

      map_clear (self);
      *self = shortcut;
    }
  for (gint i = 0; i < h.c * h.h * h.w; i++)
    self->x[i] += h.x[i];
  relu (self);
  map_clear (&h);
}

static void
multiply (GPtrArray *model, const char *name, const gdouble *x, gint out, gdouble *y)
{
  g_autofree char *prefix = g_strconcat ("visual.attnpool.", name, NULL);
  const gfloat *weight = get (model, prefix, ".weight");
  const gfloat *bias = get (model, prefix, ".bias");

  for (gint o = 0; o < out; o++)
    {
      y[o] = bias[o];
      for (gint i = 0; i < CHANNELS; i++)
        y[o] += weight[o * CHANNELS + i] * x[i];
    }
}

/* One head of the query's answer: a mean of the values, weighted by exp (q k / 8). */
static void
attend (const gdouble *q, gdouble k[][CHANNELS], gdouble v[][CHANNELS], gint first, gdouble *answer)
{
  gdouble weights[1 + CELLS], total = 0;

  for (gint t = 0; t < 1 + CELLS; t++)
    {
      gdouble product = 0;

      for (gint i = first; i < first + HEAD; i++)
        product += q[i] * k[t][i];
      weights[t] = exp (product / sqrt (HEAD));
      total += weights[t];
    }
  for (gint i = first; i < first + HEAD; i++)
    {
      answer[i] = 0;
      for (gint t = 0; t < 1 + CELLS; t++)
        answer[i] += weights[t] / total * v[t][i];
    }
}

static void
pool (GPtrArray *model, const Map *self, gdouble *features)
{
  const gfloat *position = get (model, "visual.attnpool.", "positional_embedding");
  gdouble tokens[1 + CELLS][CHANNELS] = { 0 };
  gdouble q[CHANNELS], k[1 + CELLS][CHANNELS], v[1 + CELLS][CHANNELS], answer[CHANNELS];

  g_assert_cmpint (self->c, ==, CHANNELS);
  g_assert_cmpint (self->h * self->w, ==, CELLS);
  for (gint c = 0; c < CHANNELS; c++)
    for (gint t = 0; t < CELLS; t++)
      {
        tokens[1 + t][c] = self->x[c * CELLS + t];
        tokens[0][c] += tokens[1 + t][c] / CELLS;
      }
  for (gint t = 0; t < 1 + CELLS; t++)
    {
      for (gint c = 0; c < CHANNELS; c++)
        tokens[t][c] += position[t * CHANNELS + c];
      multiply (model, "k_proj", tokens[t], CHANNELS, k[t]);
      multiply (model, "v_proj", tokens[t], CHANNELS, v[t]);
    }
  multiply (model, "q_proj", tokens[0], CHANNELS, q);
  for (gint first = 0; first < CHANNELS; first += HEAD)
    attend (q, k, v, first, answer);
  multiply (model, "c_proj", answer, MODEL_EMBED, features);
}

static Map
normalise (const gdouble *picture)
{
  static const gdouble mean[] = { 0.48145466, 0.4578275, 0.40821073 };
  static const gdouble deviation[] = { 0.26862954, 0.26130258, 0.27577711 };
  Map map = map_new (3, SIZE, SIZE);

  for (gint i = 0; i < N_PICTURE; i++)
    map.x[i] = (picture[i] - mean[i / (SIZE * SIZE)]) / deviation[i / (SIZE * SIZE)];
  return map;
}

static void
encode (GPtrArray *model, const gdouble *picture, gdouble *features)
{
  Map map = normalise (picture);

  apply (model, "visual.", 1, &map, 2, 2, TRUE);
  apply (model, "visual.", 2, &map, 2, 1, TRUE);
  apply (model, "visual.", 3, &map, 4, 1, TRUE);
  halve (&map);
  bottleneck (model, "visual.layer1.0.", &map, 4, TRUE, FALSE);
  bottleneck (model, "visual.layer1.1.", &map, 4, FALSE, FALSE);
  bottleneck (model, "visual.layer2.0.", &map, 8, TRUE, TRUE);
  bottleneck (model, "visual.layer3.0.", &map, 16, TRUE, TRUE);
  bottleneck (model, "visual.layer4.0.", &map, 32, TRUE, TRUE);
  pool (model, &map, features);
  map_clear (&map);
}

/* --- tests --- */

typedef struct
{
  GPtrArray *model;
  TlWeights *weights;
  TlClip *clip;
  gdouble picture[N_PICTURE];
} Fixture;

static void
set_up (Fixture *self, gconstpointer data)
{
  TlScope *s = tl_scope_open (NULL);
  g_autofree gfloat *values = model_get_floats (s, model_make_pictures (s, 1, SIZE));

  for (gint i = 0; i < N_PICTURE; i++)
    self->picture[i] = values[i];
  tl_scope_close (s, NULL);
  self->model = model_new_resnet ();
  self->weights = model_to_weights (self->model);
  self->clip = model_load (self->weights);
}

static void
tear_down (Fixture *self, gconstpointer data)
{
  tl_clip_free (self->clip);
  tl_weights_unref (self->weights);
  g_ptr_array_unref (self->model);
}

static void
test_config (Fixture *self, gconstpointer data)
{
  const TlClipConfig *config = tl_clip_get_config (self->clip);
  static const guint stages[] = { 2, 1, 1, 1 };

  g_assert_true (config->is_resnet);
  g_assert_cmpuint (config->width, ==, 4);
  g_assert_cmpuint (config->resolution, ==, SIZE);
  g_assert_cmpuint (config->n_heads, ==, 2);
  g_assert_cmpmem (config->stages, sizeof stages, stages, sizeof stages);
}

static void
test_forward (Fixture *self, gconstpointer data)
{
  TlScope *s = tl_scope_open (NULL);
  TlTensor *x = tl_clip_encode_image (s, self->clip, model_make_pictures (s, 1, SIZE));
  g_autofree gfloat *features = model_get_floats (s, x);
  gdouble expected[MODEL_EMBED], greatest = 0, peak = 0;

  encode (self->model, self->picture, expected);
  for (gint i = 0; i < MODEL_EMBED; i++)
    {
      greatest = MAX (greatest, fabs (features[i] - expected[i]));
      peak = MAX (peak, fabs (expected[i]));
    }
  g_assert_true (tl_scope_close (s, NULL));
  g_test_message ("difference %g, peak %g", greatest, peak);
  g_assert_cmpfloat (peak, >, 0.1);
  g_assert_cmpfloat (greatest, <, 1e-5 * peak);
}

static gdouble
get_loss (Fixture *self, const gdouble *upstream)
{
  gdouble features[MODEL_EMBED], loss = 0;

  encode (self->model, self->picture, features);
  for (gint i = 0; i < MODEL_EMBED; i++)
    loss += features[i] * upstream[i];
  return loss;
}

/* At pixels all over the picture, by central differences of the computation in double. */
static void
test_gradient (Fixture *self, gconstpointer data)
{
  const gdouble step = 1e-6;
  TlScope *s = tl_scope_open (NULL);
  gfloat upstream[MODEL_EMBED];
  gdouble upstream_double[MODEL_EMBED];
  g_autofree gfloat *gradient = NULL;
  TlTensor *leaf, *y;

  for (gint i = 0; i < MODEL_EMBED; i++)
    upstream_double[i] = upstream[i] = (i % 5) - 1.5f;
  tl_scope_set_grad (s, TRUE);
  leaf = tl_leaf (s, model_make_pictures (s, 1, SIZE));
  y = tl_clip_encode_image (s, self->clip, leaf);
  gradient = model_get_floats (
    s, tl_backward_from (s, y, tl_from_floats (s, upstream, TL_SHAPE (1, MODEL_EMBED)), leaf));
  g_assert_true (tl_scope_close (s, NULL));

  for (gint i = 0; i < N_PICTURE; i += 997)
    {
      gdouble at = self->picture[i], low, high;

      self->picture[i] = at - step;
      low = get_loss (self, upstream_double);
      self->picture[i] = at + step;
      high = get_loss (self, upstream_double);
      self->picture[i] = at;
      g_assert_cmpfloat (fabs ((high - low) / (2 * step) - gradient[i]), <,
                         1e-4 + 1e-3 * fabs (gradient[i]));
    }
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add ("/clip/resnet/config", Fixture, NULL, set_up, test_config, tear_down);
  g_test_add ("/clip/resnet/forward", Fixture, NULL, set_up, test_forward, tear_down);
  g_test_add ("/clip/resnet/gradient", Fixture, NULL, set_up, test_gradient, tear_down);
  return g_test_run ();
}
