/* bench-load.c - how long a pair of models takes to load, against reading the bytes it needs
 *
 *   bench-load VQGAN CLIP [VOCABULARY [ROUNDS]]   ROUNDS: 5
 *
 * In turns, so that a drifting machine is the same for both: the bytes of the tensors that loading
 * asks for, read in the order of the file into one buffer; the pair loaded; the maker told, which
 * hashes the files where that was not done before. Once with the files in the page cache, once
 * after the system was told to forget them. Medians, and of the ratios too.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "config.h"
#include "core/steer/models.h"

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define PIECE (1 << 20)
#define MAX_ROUNDS 100

/* As after a start of the machine, as far as a program without rights can ask for it. */
static void
forget_file (const char *path)
{
  int fd = open (path, O_RDONLY);

  fsync (fd);
  posix_fadvise (fd, 0, 0, POSIX_FADV_DONTNEED);
  close (fd);
}

static gboolean
is_needed (const TlBlob *blob)
{
  return tl_dtype_is_float (blob->dtype) && !g_str_has_prefix (blob->name, "loss.");
}

static int
compare_places (const void *a, const void *b)
{
  const guint8 *x = (*(const TlBlob *const *) a)->data, *y = (*(const TlBlob *const *) b)->data;

  return (x > y) - (x < y);
}

/* The tensors of the model lie one after the other in the files that people have, in zip archives
 * with some filling between: read as if there were none, which is less. */
static gsize
count_bytes (const char *path)
{
  g_autoptr (TlWeights) weights = tl_weights_open (path, NULL);
  g_autoptr (GPtrArray) blobs = g_ptr_array_new ();
  const TlBlob *last = NULL;
  gsize n = 0;

  for (guint i = 0; i < tl_weights_get_n_blobs (weights); i++)
    g_ptr_array_add (blobs, (gpointer) tl_weights_get_blob (weights, i));
  qsort (blobs->pdata, blobs->len, sizeof *blobs->pdata, compare_places);
  for (guint i = 0; i < blobs->len; i++)
    {
      const TlBlob *blob = blobs->pdata[i];

      if (is_needed (blob) && (last == NULL || blob->data != last->data))
        n += blob->n_bytes;
      last = blob;
    }
  return n;
}

static void
read_bytes (const char *path, gsize n)
{
  g_autofree guint8 *piece = g_malloc (PIECE);
  int fd = open (path, O_RDONLY);

  while (n > 0)
    {
      gssize got = read (fd, piece, MIN (n, PIECE));

      g_assert_cmpint (got, >, 0);
      n -= (gsize) got;
    }
  close (fd);
}

static gdouble
seconds_since (gint64 start)
{
  return (gdouble) (g_get_monotonic_time () - start) / G_USEC_PER_SEC;
}

typedef struct
{
  const TlModelChoice *choice;
  gsize n_vqgan, n_clip; /* bytes that are needed */
  gboolean is_cold;
} Case;

static void
forget (const Case *one)
{
  if (!one->is_cold)
    return;
  forget_file (one->choice->vqgan);
  forget_file (one->choice->clip);
}

static void
measure_round (const Case *one, gdouble *reading, gdouble *loading, gdouble *naming)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (TlModels) models = NULL;
  g_autoptr (TlMaker) maker = NULL;
  gint64 start;

  forget (one);
  start = g_get_monotonic_time ();
  read_bytes (one->choice->vqgan, one->n_vqgan);
  read_bytes (one->choice->clip, one->n_clip);
  *reading = seconds_since (start);

  forget (one);
  start = g_get_monotonic_time ();
  models = tl_models_load (one->choice, TL_MODELS_ALL, &error);
  g_assert_no_error (error);
  *loading = seconds_since (start);
  maker = tl_models_dup_maker (models);
  *naming = seconds_since (start) - *loading;
}

static int
compare_doubles (const void *a, const void *b)
{
  gdouble x = *(const gdouble *) a, y = *(const gdouble *) b;

  return (x > y) - (x < y);
}

static gdouble
median (gdouble *values, guint n)
{
  qsort (values, n, sizeof *values, compare_doubles);
  return values[n / 2];
}

static void
measure (const Case *one, guint n)
{
  gdouble reading[MAX_ROUNDS], loading[MAX_ROUNDS], naming[MAX_ROUNDS], ratios[MAX_ROUNDS];

  for (guint i = 0; i < n; i++)
    {
      measure_round (one, &reading[i], &loading[i], &naming[i]);
      ratios[i] = loading[i] / reading[i];
    }
  printf ("%s: reading %.2f s, loading %.2f s (%.2f of it), maker %.2f s after that\n",
          one->is_cold ? "forgotten" : "cached", median (reading, n), median (loading, n),
          median (ratios, n), median (naming, n));
}

int
main (int argc, char **argv)
{
  TlModelChoice choice = { 0 };
  Case one = { .choice = &choice };
  guint n = argc > 4 ? CLAMP ((guint) atoi (argv[4]), 1, MAX_ROUNDS) : 5;

  if (argc < 3)
    {
      fprintf (stderr, "usage: %s VQGAN CLIP [VOCABULARY [ROUNDS]]\n", argv[0]);
      return 2;
    }
  choice.vqgan = argv[1];
  choice.clip = argv[2];
  choice.vocab = argc > 3 ? argv[3] : NULL;
  tl_device_set_threads (0);
  one.n_vqgan = count_bytes (choice.vqgan);
  one.n_clip = count_bytes (choice.clip);
  printf ("needed: %.0f MB of the VQGAN, %.0f MB of the CLIP\n", one.n_vqgan / 1e6,
          one.n_clip / 1e6);
  measure (&one, n);
  one.is_cold = TRUE;
  measure (&one, n);
  return 0;
}
