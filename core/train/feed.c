/* feed.c - drawn scenes for training, made ahead on threads of their own
 *
 * Each thread draws every n-th batch, and batches are taken from the threads in turn. Two queues a
 * thread and no lock: an order lets it draw one more batch, and there are only as many orders as
 * batches may lie ready.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "config.h"
#include "core/train/feed.h"

#include "core/base/random.h"
#include "core/scenes/words.h"

#define N_AHEAD 3

/* There is no last caption; later ones are no rarer than early ones. */
#define N_CAPTIONS 256

/* Other scenes than the batches of the usual size. */
#define LARGE_SEED 1000003

typedef struct
{
  const TlFeed *feed;
  guint64 first;
  GThread *thread;
  GAsyncQueue *orders; /* of GO or STOP */
  GAsyncQueue *batches;
} Lane;

struct _TlFeed
{
  TlFeedOptions options;
  Lane *lanes;
  guint n_lanes, next; /* next: to take from */
};

#define GO GINT_TO_POINTER (1)
#define STOP GINT_TO_POINTER (2)

/* --- batches --- */

/* @size x @size of ARGB32 from (@x, @y) of @pixels, which has @side a row -> planes */
static void
copy_planes (const guint32 *pixels, guint side, guint x, guint y, guint size, gfloat *out)
{
  gsize plane = (gsize) size * size;

  for (guint row = 0; row < size; row++)
    for (guint column = 0; column < size; column++)
      {
        guint32 p = pixels[(gsize) (y + row) * side + x + column];
        gfloat *at = out + (gsize) row * size + column;

        at[0] = ((p >> 16) & 0xff) / 255.0f;
        at[plane] = ((p >> 8) & 0xff) / 255.0f;
        at[2 * plane] = (p & 0xff) / 255.0f;
      }
}

static void
draw_one (const TlFeedOptions *options, const TlScene *scene, gdouble crops, TlRandom *random,
          guint32 *pixels, gfloat *out)
{
  gboolean is_crop = tl_random_uniform (random) < crops;
  guint side = is_crop ? 2 * options->size : options->size;
  guint x = is_crop ? tl_random_below (random, options->size + 1) : 0;
  guint y = is_crop ? tl_random_below (random, options->size + 1) : 0;

  tl_scene_draw (scene, (guint8 *) pixels, (gint) (side * 4), side);
  copy_planes (pixels, side, x, y, options->size, out);
}

/* In the same words, as far as they go: another thing in the same place. */
static char *
dup_twin (const TlScene *scene, guint which, TlRandom *random)
{
  TlScene twin = *scene;

  if (scene->n_things > 0)
    twin.things[0].kind =
      (twin.things[0].kind + 1 + tl_random_below (random, TL_N_OBJECTS - 1)) % TL_N_OBJECTS;
  else
    twin.background =
      (twin.background + 1 + tl_random_below (random, TL_N_BACKGROUNDS - 1)) % TL_N_BACKGROUNDS;
  return tl_scene_dup_caption (&twin, which);
}

static void
describe_one (TlBatch *self, guint i, const TlScene *scene, TlRandom *random)
{
  guint which = tl_random_below (random, N_CAPTIONS);
  guint n_labels = tl_labels_get_count ();
  g_autofree guint8 *bits = g_malloc (n_labels);

  self->captions[i] = tl_scene_dup_caption (scene, which);
  if (self->twins != NULL)
    self->twins[i] = dup_twin (scene, which, random);
  tl_scene_get_labels (scene, bits);
  for (guint k = 0; k < n_labels; k++)
    self->labels[i * n_labels + k] = bits[k];
}

static TlBatch *
draw_batch (const TlFeedOptions *options, guint64 which)
{
  TlBatch *self = g_new0 (TlBatch, 1);
  gsize each = (gsize) 3 * options->size * options->size;
  g_autofree guint32 *pixels = g_new (guint32, (gsize) 4 * options->size * options->size);

  self->n = options->n;
  self->size = options->size;
  self->pixels = g_new (gfloat, options->n * each);
  if (options->has_words)
    {
      self->captions = g_new0 (char *, options->n + 1);
      if (options->has_twins)
        self->twins = g_new0 (char *, options->n + 1);
      self->labels = g_new (gfloat, (gsize) options->n * tl_labels_get_count ());
    }
  for (guint i = 0; i < options->n; i++)
    {
      guint64 index = which * options->n + i;
      g_autoptr (TlScene) scene = tl_scene_new (options->seed, index);
      gdouble crops = i + options->n_whole < options->n ? options->crops : 0;
      TlRandom random;

      tl_random_init (&random, options->seed, index, TL_PURPOSE_TRAINING, 0);
      draw_one (options, scene, crops, &random, pixels, self->pixels + i * each);
      if (options->has_words)
        describe_one (self, i, scene, &random);
    }
  return self;
}

TlBatch *
tl_batch_draw_scenes (TlScene *const *scenes, guint n, guint size, guint caption)
{
  TlBatch *self = g_new0 (TlBatch, 1);
  const gsize each = (gsize) 3 * size * size;
  g_autofree guint32 *pixels = g_new (guint32, (gsize) size * size);

  self->n = n;
  self->size = size;
  self->pixels = g_new (gfloat, n * each);
  self->captions = g_new0 (char *, n + 1);
  for (guint i = 0; i < n; i++)
    {
      tl_scene_draw (scenes[i], (guint8 *) pixels, (gint) (4 * size), size);
      copy_planes (pixels, size, 0, 0, size, self->pixels + i * each);
      self->captions[i] = tl_scene_dup_caption (scenes[i], caption);
    }
  return self;
}

TlBatch *
tl_batch_draw (const TlFeedOptions *options, guint64 which)
{
  const guint every = options->large_every;
  TlFeedOptions large = *options;

  if (every == 0 || which % every != every - 1)
    return draw_batch (options, which);
  large.seed += LARGE_SEED;
  large.n = MAX (1, options->n / 4);
  large.size *= 2;
  return draw_batch (&large, which / every);
}

void
tl_batch_free (TlBatch *self)
{
  g_free (self->pixels);
  g_strfreev (self->captions);
  g_strfreev (self->twins);
  g_free (self->labels);
  g_free (self);
}

TlTensor *
tl_batch_get_pictures (TlScope *s, const TlBatch *self)
{
  return tl_from_floats (s, self->pixels, TL_SHAPE (self->n, 3, self->size, self->size));
}

/* --- ahead --- */

static gpointer
draw_batches (gpointer data)
{
  Lane *self = data;

  for (guint64 k = self->first; g_async_queue_pop (self->orders) == GO; k += self->feed->n_lanes)
    g_async_queue_push (self->batches, tl_batch_draw (&self->feed->options, k));
  return NULL;
}

static void
lane_init (Lane *self, const TlFeed *feed, guint64 first)
{
  self->feed = feed;
  self->first = first;
  self->orders = g_async_queue_new ();
  self->batches = g_async_queue_new_full ((GDestroyNotify) tl_batch_free);
  for (guint i = 0; i < N_AHEAD; i++)
    g_async_queue_push (self->orders, GO);
  self->thread = g_thread_new ("scenes", draw_batches, self);
}

static void
lane_clear (Lane *self)
{
  g_thread_join (self->thread);
  g_async_queue_unref (self->orders);
  g_async_queue_unref (self->batches);
}

TlFeed *
tl_feed_new (const TlFeedOptions *options, guint64 first, guint n_threads)
{
  TlFeed *self = g_new0 (TlFeed, 1);

  self->options = *options;
  self->n_lanes = n_threads;
  self->lanes = g_new0 (Lane, n_threads);
  for (guint i = 0; i < n_threads; i++)
    lane_init (&self->lanes[i], self, first + i);
  return self;
}

void
tl_feed_free (TlFeed *self)
{
  for (guint i = 0; i < self->n_lanes; i++)
    g_async_queue_push_front (self->lanes[i].orders, STOP);
  for (guint i = 0; i < self->n_lanes; i++)
    lane_clear (&self->lanes[i]);
  g_free (self->lanes);
  g_free (self);
}

TlBatch *
tl_feed_take (TlFeed *self)
{
  Lane *lane = &self->lanes[self->next];
  TlBatch *batch = g_async_queue_pop (lane->batches);

  g_async_queue_push (lane->orders, GO);
  self->next = (self->next + 1) % self->n_lanes;
  return batch;
}
