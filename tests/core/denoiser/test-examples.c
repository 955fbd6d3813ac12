/* test-examples.c - scenes to begin with: which are recalled, and files that are not right
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "config.h"
#include "core/denoiser/examples.h"

#include "core/base/error.h"
#include "core/weights/safetensors.h"

#include <string.h>
#include <zlib.h>

#define N 13
#define HEIGHT 2
#define WIDTH 3
#define N_CELLS (HEIGHT * WIDTH)
#define N_WORDS 2
#define N_CODES 200
#define N_SIGNS 4
#define N_SHOWN 2
#define NONE TL_EXAMPLES_NO_SIGN

/* What a file says of itself, where it lies. */
typedef struct
{
  TlDtype codes, signs, reading;
  gint64 width, rows, n_shown, n_signs, n_words;
} Shape;

static const Shape right = {
  TL_UINT8, TL_UINT8, TL_INT16, WIDTH, N, N_SHOWN, N_SIGNS, N_WORDS + 1
};

/* Of words (x, y): a sign for y, one for x, one for less of x, and one that always counts a little.
 */
static const gint16 reading[N_SIGNS][N_WORDS + 1] = {
  { 0, 1000, 0 }, { 1000, 0, 0 }, { -1000, 0, 0 }, { 0, 0, 300 }
};

/* The last nine all show what always counts a little. */
static const guint8 shown[N][N_SHOWN] = {
  { 0, NONE }, { 1, NONE }, { 0, 1 },    { 2, NONE }, { NONE, 3 }, { NONE, 3 }, { NONE, 3 },
  { NONE, 3 }, { NONE, 3 }, { NONE, 3 }, { NONE, 3 }, { NONE, 3 }, { NONE, 3 },
};

/* What is odd about numbers that are otherwise as they should be. */
typedef struct
{
  gint16 code;   /* the last, if not 0 */
  guint8 sign;   /* the last, if not 0 */
  guint n_fewer; /* codes */
  gsize n_cut;   /* bytes of what is deflated */
} Odd;

static const Odd nothing = { 0 };

/* As many bytes as a table of that shape has, the first of them @data. */
static GBytes *
take (gconstpointer data, gsize n_data, gint64 rows, gint64 width, TlDtype dtype)
{
  const gsize n = (gsize) (rows * width) * tl_dtype_size (dtype);
  guint8 *bytes = g_malloc0 (n);

  memcpy (bytes, data, MIN (n, n_data));
  return g_bytes_new_take (bytes, n);
}

/* Example i has the codes from 10 i on. */
static GBytes *
deflate_codes (const Odd *odd)
{
  gint16 codes[N * N_CELLS];
  uLongf n = compressBound (sizeof codes);
  guint8 *deflated = g_malloc (n);

  for (guint i = 0; i < N * N_CELLS; i++)
    codes[i] = GINT16_TO_LE ((gint16) (10 * (i / N_CELLS) + i % N_CELLS));
  if (odd->code != 0)
    codes[N * N_CELLS - 1] = GINT16_TO_LE (odd->code);
  g_assert_cmpint (
    compress (deflated, &n, (const guint8 *) codes, sizeof codes - odd->n_fewer * sizeof *codes),
    ==, Z_OK);
  return g_bytes_new_take (deflated, n - odd->n_cut);
}

static void
add_table (TlSafetensorsWriter *writer, const char *name, TlDtype dtype, gint64 rows, gint64 width,
           gconstpointer data, gsize n_data)
{
  g_autoptr (GBytes) bytes = take (data, n_data, rows, width, dtype);

  tl_safetensors_writer_add (writer, name, dtype, 2, (const gint64[]){ rows, width }, bytes);
}

static TlWeights *
make_file (const Shape *shape, const Odd *odd)
{
  const gint16 sides[2] = { GINT16_TO_LE (HEIGHT), GINT16_TO_LE ((gint16) shape->width) };
  g_autoptr (TlSafetensorsWriter) writer = tl_safetensors_writer_new ();
  g_autoptr (GBytes) codes = deflate_codes (odd), size = g_bytes_new (sides, sizeof sides);
  g_autoptr (GBytes) bytes = NULL;
  g_autoptr (GError) error = NULL;
  gint16 rows[N_SIGNS][N_WORDS + 1];
  guint8 signs[N][N_SHOWN];
  TlWeights *weights;

  memcpy (signs, shown, sizeof signs);
  if (odd->sign != 0)
    signs[N - 1][N_SHOWN - 1] = odd->sign;
  for (guint i = 0; i < N_SIGNS; i++)
    for (guint k = 0; k <= N_WORDS; k++)
      rows[i][k] = GINT16_TO_LE (reading[i][k]);
  tl_safetensors_writer_add (
    writer, TL_EXAMPLES_CODES, shape->codes, 1,
    (const gint64[]){ (gint64) (g_bytes_get_size (codes) / tl_dtype_size (shape->codes)) }, codes);
  tl_safetensors_writer_add (writer, TL_EXAMPLES_SIZE, TL_INT16, 1, (const gint64[]){ 2 }, size);
  add_table (writer, TL_EXAMPLES_SIGNS, shape->signs, shape->rows, shape->n_shown, signs,
             sizeof signs);
  add_table (writer, TL_EXAMPLES_READING, shape->reading, shape->n_signs, shape->n_words, rows,
             sizeof rows);
  bytes = tl_safetensors_writer_finish (writer);
  weights = tl_weights_new_from_safetensors (bytes, "examples", &error);
  g_assert_no_error (error);
  return weights;
}

static TlExamples *
load (void)
{
  g_autoptr (TlWeights) weights = make_file (&right, &nothing);
  g_autoptr (GError) error = NULL;
  TlExamples *self;

  g_assert_true (tl_examples_are_in (weights));
  self = tl_examples_load (weights, N_CODES, N_WORDS, &error);
  g_assert_no_error (error);
  g_assert_cmpuint (tl_examples_get_n (self), ==, N);
  g_assert_cmpuint (tl_examples_get_height (self), ==, HEIGHT);
  g_assert_cmpuint (tl_examples_get_width (self), ==, WIDTH);
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

#define N_DRAWN 400

/* How often each is recalled. */
static void
count (TlExamples *self, gfloat x, gfloat y, guint near, guint counts[N])
{
  guint found[N_DRAWN];

  recall (self, x, y, near, N_DRAWN, 1, found);
  memset (counts, 0, N * sizeof *counts);
  for (guint i = 0; i < N_DRAWN; i++)
    counts[found[i]]++;
}

/* By what the signs that one shows are worth together, whatever the length of the words: the first
 * eight, more often what is worth more, and none of the others. */
static void
test_worth (void)
{
  g_autoptr (TlExamples) self = load ();
  guint counts[N];

  count (self, 0.003f, 0.003f, 8, counts); /* 2: 1414, 0 and 1: 707, then 300 */
  g_assert_cmpfloat_with_epsilon (counts[2] / (gdouble) N_DRAWN, 0.53, 0.08);
  g_assert_cmpfloat_with_epsilon (counts[0] / (gdouble) N_DRAWN, 0.115, 0.05);
  g_assert_cmpfloat_with_epsilon (counts[1] / (gdouble) N_DRAWN, 0.115, 0.05);
  for (guint i = 4; i < 9; i++)
    g_assert_cmpfloat_with_epsilon (counts[i] / (gdouble) N_DRAWN, 0.05, 0.04);
  for (guint i = 9; i < N; i++)
    g_assert_cmpuint (counts[i], ==, 0);
  g_assert_cmpuint (counts[3], ==, 0);

  count (self, -100, 0, 8, counts); /* 3: 1000 */
  g_assert_cmpfloat_with_epsilon (counts[3] / (gdouble) N_DRAWN, 0.61, 0.08);
  g_assert_cmpuint (counts[0] + counts[1] + counts[2], ==, 0);
  count (self, -100, 0, 1, counts);
  g_assert_cmpuint (counts[3], ==, N_DRAWN);
  count (self, -100, 0, N + 1, counts);
  g_assert_cmpuint (counts[0], >, 0);
}

/* All that are worth the same, however many. */
static void
test_alike (void)
{
  g_autoptr (TlExamples) self = load ();
  guint counts[N];

  count (self, 0, 0, 8, counts);
  for (guint i = 4; i < N; i++)
    g_assert_cmpfloat_with_epsilon (counts[i] / (gdouble) N_DRAWN, 1 / 9.0, 0.06);
  g_assert_cmpuint (counts[0] + counts[1] + counts[2] + counts[3], ==, 0);
}

/* The seed says which. */
static void
test_seeds (void)
{
  g_autoptr (TlExamples) self = load ();
  guint found[6], again[6], n_different = 0;

  for (guint64 seed = 0; seed < 20; seed++)
    {
      recall (self, 0, 1, 8, 6, seed, found);
      recall (self, 0, 1, 8, 6, seed, again);
      g_assert_cmpmem (found, sizeof found, again, sizeof again);
      recall (self, 0, 1, 8, 6, seed + 1, again);
      n_different += memcmp (found, again, sizeof found) != 0;
    }
  g_assert_cmpuint (n_different, >, 15);
}

static void
refuse (const Shape *shape, const Odd *odd, guint n_words)
{
  g_autoptr (TlWeights) weights = make_file (shape, odd);
  g_autoptr (GError) error = NULL;

  g_assert_null (tl_examples_load (weights, N_CODES, n_words, &error));
  g_assert_error (error, TL_ERROR, TL_ERROR_FORMAT);
}

static void
test_hostile (void)
{
  static const Odd odd[] = {
    { .code = N_CODES },  { .code = -1 },   { .sign = N_SIGNS },
    { .sign = NONE - 1 }, { .n_fewer = 1 }, { .n_cut = 1 },
  };
  static const struct
  {
    gsize offset;
    gint64 value;
  } wrong[] = {
    { G_STRUCT_OFFSET (Shape, width), 0 },
    { G_STRUCT_OFFSET (Shape, width), WIDTH + 1 },
    { G_STRUCT_OFFSET (Shape, width), TL_EXAMPLES_MOST_SIDE + 1 },
    { G_STRUCT_OFFSET (Shape, rows), N - 1 },
    { G_STRUCT_OFFSET (Shape, rows), N + 1 },
    { G_STRUCT_OFFSET (Shape, rows), TL_EXAMPLES_MOST + 1 },
    { G_STRUCT_OFFSET (Shape, n_shown), TL_EXAMPLES_MOST_SIGNS + 1 },
    { G_STRUCT_OFFSET (Shape, n_signs), TL_EXAMPLES_NO_SIGN + 1 },
    { G_STRUCT_OFFSET (Shape, n_words), N_WORDS },
  };
  Shape shape;

  for (gsize i = 0; i < G_N_ELEMENTS (wrong); i++)
    {
      shape = right;
      *(gint64 *) G_STRUCT_MEMBER_P (&shape, wrong[i].offset) = wrong[i].value;
      refuse (&shape, &nothing, N_WORDS);
    }
  shape = right;
  shape.codes = TL_INT8;
  refuse (&shape, &nothing, N_WORDS);
  shape = right;
  shape.signs = TL_INT8;
  refuse (&shape, &nothing, N_WORDS);
  shape = right;
  shape.reading = TL_FLOAT16;
  refuse (&shape, &nothing, N_WORDS);
  for (gsize i = 0; i < G_N_ELEMENTS (odd); i++)
    refuse (&right, &odd[i], N_WORDS);
  refuse (&right, &nothing, N_WORDS + 1);
  refuse (&right, &nothing, TL_EXAMPLES_MOST_WORDS + 1);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/examples/worth", test_worth);
  g_test_add_func ("/examples/alike", test_alike);
  g_test_add_func ("/examples/seeds", test_seeds);
  g_test_add_func ("/examples/hostile", test_hostile);
  return g_test_run ();
}
