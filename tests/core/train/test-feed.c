/* test-feed.c - batches of drawn scenes
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "config.h"
#include "core/train/feed.h"

#include "core/scenes/words.h"

#include <string.h>

static const TlFeedOptions options = {
  .seed = 3, .n = 4, .size = 32, .crops = 0.5, .has_words = TRUE
};

#define N_PIXELS (4 * 3 * 32 * 32)

static void
assert_equal (const TlBatch *a, const TlBatch *b)
{
  g_assert_cmpmem (a->pixels, N_PIXELS * sizeof (gfloat), b->pixels, N_PIXELS * sizeof (gfloat));
  g_assert_true (
    g_strv_equal ((const char *const *) a->captions, (const char *const *) b->captions));
  g_assert_cmpmem (a->labels, 4 * tl_labels_get_count () * sizeof (gfloat), b->labels,
                   4 * tl_labels_get_count () * sizeof (gfloat));
}

/* data: threads that draw */
static void
test_is_a_function_of_its_number (gconstpointer data)
{
  g_autoptr (TlFeed) feed = tl_feed_new (&options, 5, GPOINTER_TO_UINT (data));

  for (guint64 k = 5; k < 11; k++)
    {
      g_autoptr (TlBatch) ahead = tl_feed_take (feed);
      g_autoptr (TlBatch) alone = tl_batch_draw (&options, k);
      g_autoptr (TlBatch) other = tl_batch_draw (&options, k + 1);

      assert_equal (ahead, alone);
      g_assert_cmpint (memcmp (alone->pixels, other->pixels, N_PIXELS * sizeof (gfloat)), !=, 0);
    }
}

/* Uncropped, a batch is the scenes as they are drawn, and says what they show. */
static void
test_shows_the_scenes (void)
{
  TlFeedOptions whole = options;
  g_autoptr (TlBatch) batch = NULL;
  guint32 pixels[32 * 32];
  g_autofree guint8 *bits = g_malloc (tl_labels_get_count ());

  whole.crops = 0;
  batch = tl_batch_draw (&whole, 2);
  for (guint i = 0; i < whole.n; i++)
    {
      g_autoptr (TlScene) scene = tl_scene_new (whole.seed, 2 * whole.n + i);
      gboolean is_said = FALSE;

      tl_scene_draw (scene, (guint8 *) pixels, 4 * 32, 32);
      for (guint k = 0; k < 32 * 32; k++)
        for (guint c = 0; c < 3; c++)
          g_assert_cmpfloat (batch->pixels[(i * 3 + c) * 32 * 32 + k], ==,
                             ((pixels[k] >> (16 - 8 * c)) & 0xff) / 255.0f);
      tl_scene_get_labels (scene, bits);
      for (guint k = 0; k < tl_labels_get_count (); k++)
        g_assert_cmpfloat (batch->labels[i * tl_labels_get_count () + k], ==, bits[k]);
      for (guint k = 0; k < 256 && !is_said; k++)
        {
          g_autofree char *caption = tl_scene_dup_caption (scene, k);

          is_said = g_str_equal (caption, batch->captions[i]);
        }
      g_assert_true (is_said);
    }
}

/* Some show a part of their scene; the last, where it is asked for, the whole of it. */
static void
test_last_are_whole (void)
{
  TlFeedOptions whole = options, parts = options;
  g_autoptr (TlBatch) a = NULL, b = NULL;
  const gsize n_first = N_PIXELS / 2;

  whole.crops = 0;
  parts.crops = 1;
  parts.n_whole = 2;
  a = tl_batch_draw (&whole, 1);
  b = tl_batch_draw (&parts, 1);
  for (guint i = 0; i < 2; i++)
    g_assert_cmpint (memcmp (a->pixels + i * N_PIXELS / 4, b->pixels + i * N_PIXELS / 4,
                             N_PIXELS / 4 * sizeof (gfloat)),
                     !=, 0);
  g_assert_cmpmem (a->pixels + n_first, n_first * sizeof (gfloat), b->pixels + n_first,
                   n_first * sizeof (gfloat));
}

/* Twins change nothing else, and say the same of another thing: most differ, in the middle of what
 * both say. */
static void
test_twins (void)
{
  TlFeedOptions many = options, paired;
  g_autoptr (TlBatch) alone = NULL, batch = NULL;
  guint n_other = 0, n_shared = 0;

  many.n = 64;
  paired = many;
  paired.has_twins = TRUE;
  alone = tl_batch_draw (&many, 0);
  batch = tl_batch_draw (&paired, 0);
  g_assert_null (alone->twins);
  g_assert_true (
    g_strv_equal ((const char *const *) alone->captions, (const char *const *) batch->captions));
  g_assert_cmpmem (alone->pixels, 64 * 3 * 32 * 32 * sizeof (gfloat), batch->pixels,
                   64 * 3 * 32 * 32 * sizeof (gfloat));
  g_assert_cmpuint (g_strv_length (batch->twins), ==, 64);
  for (guint i = 0; i < 64; i++)
    {
      const char *a = batch->captions[i], *b = batch->twins[i];
      gsize n_a = strlen (a), n_b = strlen (b), first = 0, last = 0;

      while (first < MIN (n_a, n_b) && a[first] == b[first])
        first++;
      while (last < MIN (n_a, n_b) - first && a[n_a - 1 - last] == b[n_b - 1 - last])
        last++;
      n_other += !g_str_equal (a, b);
      n_shared += !g_str_equal (a, b) && first + last > n_a / 3;
    }
  g_test_message ("%u of 64 differ, %u of them in less than two thirds", n_other, n_shared);
  g_assert_cmpuint (n_other, >, 55);
  g_assert_cmpuint (n_shared, >, 40);
}

/* Every third is a quarter as many of other scenes, twice as large. */
static void
test_large_every (void)
{
  TlFeedOptions mixed = options;
  g_autoptr (TlBatch) usual = NULL, before = NULL, large = NULL, next = NULL;

  mixed.large_every = 3;
  usual = tl_batch_draw (&options, 1);
  before = tl_batch_draw (&mixed, 1);
  large = tl_batch_draw (&mixed, 2);
  next = tl_batch_draw (&mixed, 5);
  assert_equal (usual, before);
  for (guint i = 0; i < 2; i++)
    {
      const TlBatch *batch = i == 0 ? large : next;

      g_assert_cmpuint (batch->n, ==, 1);
      g_assert_cmpuint (batch->size, ==, 64);
      g_assert_cmpuint (g_strv_length (batch->captions), ==, 1);
    }
  g_assert_cmpint (memcmp (large->pixels, next->pixels, 3 * 64 * 64 * sizeof (gfloat)), !=, 0);
}

static void
test_without_words (void)
{
  TlFeedOptions silent = options;
  g_autoptr (TlBatch) batch = NULL;
  TlScope *s = tl_scope_open (NULL);
  g_autofree char *shape = NULL;

  silent.has_words = FALSE;
  batch = tl_batch_draw (&silent, 0);
  g_assert_null (batch->captions);
  g_assert_null (batch->labels);
  shape = tl_tensor_describe_shape (tl_batch_get_pictures (s, batch));
  g_assert_cmpstr (shape, ==, "[4, 3, 32, 32]");
  g_assert_true (tl_scope_close (s, NULL));
}

/* Orders that were not carried out do not keep the thread. */
static void
test_ends_at_any_time (void)
{
  for (guint i = 0; i < 5; i++)
    {
      g_autoptr (TlFeed) feed = tl_feed_new (&options, i, 1 + i % 3);

      for (guint k = 0; k < i; k++)
        tl_batch_free (tl_feed_take (feed));
    }
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_data_func ("/train/feed/is-a-function-of-its-number", GUINT_TO_POINTER (1),
                        test_is_a_function_of_its_number);
  g_test_add_data_func ("/train/feed/on-several-threads", GUINT_TO_POINTER (3),
                        test_is_a_function_of_its_number);
  g_test_add_func ("/train/feed/shows-the-scenes", test_shows_the_scenes);
  g_test_add_func ("/train/feed/twins", test_twins);
  g_test_add_func ("/train/feed/large-every", test_large_every);
  g_test_add_func ("/train/feed/without-words", test_without_words);
  g_test_add_func ("/train/feed/last-are-whole", test_last_are_whole);
  g_test_add_func ("/train/feed/ends-at-any-time", test_ends_at_any_time);
  return g_test_run ();
}
