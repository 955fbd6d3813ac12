/* test-codebook.c - nearest code vectors against a plain search
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "config.h"
#include "core/vqgan/codebook.h"

#include "core/base/random.h"
#include "core/weights/safetensors.h"
#include "tests/core/vqgan/support.h"

static const TlDevice cpu = { TL_CPU, 0 };

static void
load_from (TlCodebook *codebook, const gfloat *vectors, guint n_codes, guint e_dim)
{
  const TlVqganConfig config = { .n_codes = n_codes, .e_dim = e_dim };
  g_autoptr (TlSafetensorsWriter) writer = tl_safetensors_writer_new ();
  g_autoptr (GBytes) numbers = g_bytes_new (vectors, n_codes * e_dim * sizeof *vectors);
  g_autoptr (GBytes) file = NULL;
  g_autoptr (TlWeights) weights = NULL;
  g_autoptr (TlLoader) loader = NULL;
  g_autoptr (GError) error = NULL;

  tl_safetensors_writer_add (writer, "quantize.embedding.weight", TL_FLOAT32, 2,
                             (const gint64[]){ n_codes, e_dim }, numbers);
  file = tl_safetensors_writer_finish (writer);
  weights = tl_weights_new_from_safetensors (file, "codes", &error);
  g_assert_no_error (error);
  /* In bfloat16 the codes would lose bits, so they do not follow the model's precision. */
  loader = tl_loader_new (weights, "", TL_BFLOAT16, cpu);
  tl_codebook_load (codebook, &config, loader, &error);
  g_assert_no_error (error);
  tl_loader_finish (loader, &error);
  g_assert_no_error (error);
}

static gdouble
squared_distance (const gfloat *a, gsize a_stride, const gfloat *b, guint n)
{
  gdouble sum = 0;

  for (guint i = 0; i < n; i++)
    sum += ((gdouble) a[i * a_stride] - b[i]) * ((gdouble) a[i * a_stride] - b[i]);
  return sum;
}

/* More cells x codes than are held at a time, in two pictures. */
static void
nearest_is_the_nearest (void)
{
  enum
  {
    CODES = 1500,
    DIM = 3,
    N = 2,
    H = 40,
    W = 41,
  };
  gfloat *vectors = g_new (gfloat, CODES * DIM), *z = g_new (gfloat, N * DIM * H * W);
  gint64 *indices = g_new (gint64, N * H * W);
  TlScope *s = tl_scope_open (NULL);
  TlCodebook codebook = { NULL };
  TlRandom random;

  tl_random_init (&random, 5, 0, TL_PURPOSE_START, 0);
  tl_random_fill_normal (&random, vectors, CODES * DIM);
  tl_random_fill_normal (&random, z, N * DIM * H * W);
  load_from (&codebook, vectors, CODES, DIM);
  tl_to_int64s (s,
                tl_codebook_nearest (s, &codebook, tl_from_floats (s, z, TL_SHAPE (N, DIM, H, W))),
                indices, N * H * W);
  test_close (s);

  for (guint i = 0; i < N * H * W; i++)
    {
      const gfloat *cell = z + i / (H * W) * DIM * H * W + i % (H * W);
      gdouble chosen, best = G_MAXDOUBLE;

      g_assert_true (indices[i] >= 0 && indices[i] < CODES);
      chosen = squared_distance (cell, H * W, vectors + indices[i] * DIM, DIM);
      for (guint k = 0; k < CODES; k++)
        best = MIN (best, squared_distance (cell, H * W, vectors + k * DIM, DIM));
      g_assert_cmpfloat (chosen, <=, best + 1e-5);
    }

  tl_codebook_clear (&codebook);
  g_free (vectors);
  g_free (z);
  g_free (indices);
}

/* Codes 1 and 3 are the same vector, and 2 is as far from the second cell as 1. */
static void
ties_go_to_the_first (void)
{
  static const gfloat vectors[] = { 9, 9, 1, 0, -1, 0, 1, 0 };
  static const gfloat z[] = { 1, 0, /* y: */ 0.5, 0 };
  static const gint64 expected[] = { 1, 1 };
  TlScope *s = tl_scope_open (NULL);
  TlCodebook codebook = { NULL };
  gint64 indices[2];

  load_from (&codebook, vectors, 4, 2);
  tl_to_int64s (s, tl_codebook_nearest (s, &codebook, tl_from_floats (s, z, TL_SHAPE (1, 2, 1, 2))),
                indices, 2);
  test_close (s);
  tl_codebook_clear (&codebook);
  g_assert_cmpmem (indices, sizeof indices, expected, sizeof expected);
}

static void
range_and_lookup (void)
{
  static const gfloat vectors[] = { 1, -2, 3, 4, -5, 6 };
  static const gint64 indices[] = { 2, 0, 1, 2 };
  static const gfloat expected[] = { -5, 1, 3, -5, 6, -2, 4, 6 };
  TlScope *s = tl_scope_open (NULL);
  TlCodebook codebook = { NULL };
  TlTensor *found;
  gfloat low[2], high[2], values[8];

  load_from (&codebook, vectors, 3, 2);
  tl_to_floats (s, codebook.z_min, low, 2);
  tl_to_floats (s, codebook.z_max, high, 2);
  found = tl_codebook_lookup (s, &codebook, tl_from_int64s (s, indices, TL_SHAPE (1, 2, 2)));
  tl_to_floats (s, found, values, 8);
  g_assert_cmpint (tl_tensor_get_size (found, 1), ==, 2);
  test_close (s);
  tl_codebook_clear (&codebook);

  g_assert_cmpfloat (low[0], ==, -5);
  g_assert_cmpfloat (low[1], ==, -2);
  g_assert_cmpfloat (high[0], ==, 3);
  g_assert_cmpfloat (high[1], ==, 6);
  g_assert_cmpmem (values, sizeof values, expected, sizeof expected);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/codebook/nearest/is-the-nearest", nearest_is_the_nearest);
  g_test_add_func ("/codebook/nearest/ties-go-to-the-first", ties_go_to_the_first);
  g_test_add_func ("/codebook/range-and-lookup", range_and_lookup);
  return g_test_run ();
}
