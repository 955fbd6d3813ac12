/* test-examples.c - scenes to begin with: which are recalled, and files that are not right
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "config.h"
#include "core/denoiser/examples.h"

#include "core/base/error.h"
#include "core/weights/safetensors.h"

#include <string.h>

#define N 5
#define HEIGHT 2
#define WIDTH 3
#define N_CELLS (HEIGHT * WIDTH)
#define N_WORDS 2
#define N_CODES 100

/* What a file says of itself, where it lies. */
typedef struct
{
  TlDtype codes, words;
  gint64 n, width, rows, n_words;
} Shape;

static const Shape right = { TL_INT16, TL_INT8, N, WIDTH, N, N_WORDS };

/* From right ahead, a little more to the left each; the last has no direction. */
static const gint8 directions[N][N_WORDS] = {
  { 0, 50 }, { 100, 0 }, { 127, 127 }, { -128, 0 }, { 0, 0 }
};

/* Example i has the codes from 10 i on; @odd takes the place of the last. */
static TlWeights *
make_file (const Shape *shape, gint16 odd)
{
  g_autoptr (TlSafetensorsWriter) writer = tl_safetensors_writer_new ();
  gsize n_codes = (gsize) (shape->n * HEIGHT * shape->width) * tl_dtype_size (shape->codes);
  gsize n_words = (gsize) (shape->rows * shape->n_words) * tl_dtype_size (shape->words);
  guint8 *codes = g_malloc0 (n_codes), *words = g_malloc0 (n_words);
  g_autoptr (GBytes) bytes = NULL, code_bytes = NULL, word_bytes = NULL;
  g_autoptr (GError) error = NULL;
  TlWeights *weights;

  for (guint i = 0; i < MIN (n_codes / 2, N * N_CELLS); i++)
    ((gint16 *) (gpointer) codes)[i] = GINT16_TO_LE ((gint16) (10 * (i / N_CELLS) + i % N_CELLS));
  if (odd != 0)
    ((gint16 *) (gpointer) codes)[N * N_CELLS - 1] = GINT16_TO_LE (odd);
  memcpy (words, directions, MIN (n_words, sizeof directions));
  code_bytes = g_bytes_new_take (codes, n_codes);
  word_bytes = g_bytes_new_take (words, n_words);
  tl_safetensors_writer_add (writer, TL_EXAMPLES_CODES, shape->codes, 3,
                             (const gint64[]){ shape->n, HEIGHT, shape->width }, code_bytes);
  tl_safetensors_writer_add (writer, TL_EXAMPLES_WORDS, shape->words, 2,
                             (const gint64[]){ shape->rows, shape->n_words }, word_bytes);
  bytes = tl_safetensors_writer_finish (writer);
  weights = tl_weights_new_from_safetensors (bytes, "examples", &error);
  g_assert_no_error (error);
  return weights;
}

static TlExamples *
load (void)
{
  g_autoptr (TlWeights) weights = make_file (&right, 0);
  g_autoptr (GError) error = NULL;
  TlExamples *self;

  g_assert_true (tl_examples_are_in (weights));
  self = tl_examples_load (weights, N_CODES, N_WORDS, &error);
  g_assert_no_error (error);
  g_assert_cmpuint (tl_examples_get_n (self), ==, N);
  return self;
}

/* Which examples are recalled for (x, y), in order. */
static void
recall (TlExamples *self, gfloat x, gfloat y, guint near, guint n, guint64 seed, guint *out)
{
  g_autofree gint64 *codes = g_new0 (gint64, n * N_CELLS);
  const gfloat words[N_WORDS] = { x, y };
  TlScope *s = tl_scope_open (NULL);
  TlRandom random;

  tl_random_init (&random, seed, 0, TL_PURPOSE_DENOISE, 1);
  tl_to_int64s (s, tl_examples_recall (s, self, words, near, n, &random), codes, n * N_CELLS);
  g_assert_true (tl_scope_close (s, NULL));
  for (guint i = 0; i < n; i++)
    {
      out[i] = (guint) codes[i * N_CELLS] / 10;
      for (gint64 k = 0; k < N_CELLS; k++)
        g_assert_cmpint (codes[i * N_CELLS + k], ==, 10 * out[i] + k);
    }
}

/* By direction alone, whatever the lengths. */
static void
test_nearest (void)
{
  g_autoptr (TlExamples) self = load ();
  guint found[2];

  recall (self, 0.1f, 3, 1, 2, 1, found);
  g_assert_cmpuint (found[0], ==, 0);
  g_assert_cmpuint (found[1], ==, 0);
  recall (self, 3, 0.1f, 1, 1, 1, found);
  g_assert_cmpuint (found[0], ==, 1);
  recall (self, 0.3f, 0.29f, 1, 1, 1, found);
  g_assert_cmpuint (found[0], ==, 2);
  recall (self, -1, 0, 1, 1, 1, found);
  g_assert_cmpuint (found[0], ==, 3);
}

/* Each of the nearest once before one comes again, in an order of the seed's; none of the others.
 */
static void
test_several (void)
{
  g_autoptr (TlExamples) self = load ();
  guint found[6], again[6], n_different = 0;

  for (guint64 seed = 0; seed < 20; seed++)
    {
      recall (self, 1, 1, 3, 6, seed, found);
      recall (self, 1, 1, 3, 6, seed, again);
      g_assert_cmpmem (found, sizeof found, again, sizeof again);
      for (guint half = 0; half < 6; half += 3)
        g_assert_cmpuint (1u << found[half] | 1u << found[half + 1] | 1u << found[half + 2], ==, 7);
      recall (self, 1, 1, 3, 6, seed + 1, again);
      n_different += memcmp (found, again, sizeof found) != 0;
    }
  g_assert_cmpuint (n_different, >, 5);
}

/* More than there are: all of them. */
static void
test_all (void)
{
  g_autoptr (TlExamples) self = load ();
  guint found[N], seen = 0;

  recall (self, 1, 1, 1000, N, 1, found);
  for (guint i = 0; i < N; i++)
    seen |= 1u << found[i];
  g_assert_cmpuint (seen, ==, (1u << N) - 1);
}

static void
refuse (const Shape *shape, gint16 odd, guint n_words)
{
  g_autoptr (TlWeights) weights = make_file (shape, odd);
  g_autoptr (GError) error = NULL;

  g_assert_null (tl_examples_load (weights, N_CODES, n_words, &error));
  g_assert_error (error, TL_ERROR, TL_ERROR_FORMAT);
}

static void
test_hostile (void)
{
  static const Shape wrong[] = {
    { TL_INT32, TL_INT8, N, WIDTH, N, N_WORDS },
    { TL_INT16, TL_UINT8, N, WIDTH, N, N_WORDS },
    { TL_INT16, TL_INT8, N, WIDTH, N - 1, N_WORDS },
    { TL_INT16, TL_INT8, N, WIDTH, N, N_WORDS + 1 },
    { TL_INT16, TL_INT8, N, TL_EXAMPLES_MOST_SIDE + 1, N, N_WORDS },
    { TL_INT16, TL_INT8, TL_EXAMPLES_MOST + 1, 1, TL_EXAMPLES_MOST + 1, N_WORDS },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (wrong); i++)
    refuse (&wrong[i], 0, N_WORDS);
  refuse (&right, N_CODES, N_WORDS);
  refuse (&right, -1, N_WORDS);
  refuse (&right, 0, N_WORDS + 1);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/examples/nearest", test_nearest);
  g_test_add_func ("/examples/several", test_several);
  g_test_add_func ("/examples/all", test_all);
  g_test_add_func ("/examples/hostile", test_hostile);
  return g_test_run ();
}
