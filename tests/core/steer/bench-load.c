/* bench-load.c - how long a pair of models takes to load, against reading the bytes it needs
 *
 *   bench-load VQGAN CLIP [VOCABULARY [ROUNDS]]   ROUNDS: 5
 *
 * In turns, so that a drifting machine is the same for both: the bytes of the tensors that loading
 * asks for, read in the order of the file into as much memory; the pair loaded; the maker told,
 * which hashes the files where that was not done before. Once with the files in the page cache,
 * once after the system was told to forget them. Medians, and of the ratios too; the first round is
 * not counted, in which memory comes from the system.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "config.h"
#include "core/steer/models.h"

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <time.h>
#include <unistd.h>

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

/* Into memory such as tensors get, for what was read is to be kept. */
static void
read_bytes (const char *path, gsize n)
{
  guint8 *kept = mmap (NULL, n, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  int fd = open (path, O_RDONLY);

  g_assert_true (kept != MAP_FAILED);
  madvise (kept, n, MADV_HUGEPAGE);
  for (gsize at = 0; at < n;)
    {
      gssize got = read (fd, kept + at, n - at);

      g_assert_cmpint (got, >, 0);
      at += (gsize) got;
    }
  close (fd);
  munmap (kept, n);
}

static gdouble
processor_seconds (void)
{
  return (gdouble) clock () / CLOCKS_PER_SEC;
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

/* What is measured: seconds of the clock, and of the processor. */
enum
{
  READING,
  READING_CPU,
  LOADING,
  LOADING_CPU,
  RATIO,
  NAMING,
  N_FIGURES
};

static void
measure_round (const Case *one, gdouble figures[N_FIGURES])
{
  g_autoptr (GError) error = NULL;
  g_autoptr (TlModels) models = NULL;
  g_autoptr (TlMaker) maker = NULL;
  gdouble cpu;
  gint64 start;

  forget (one);
  cpu = processor_seconds ();
  start = g_get_monotonic_time ();
  read_bytes (one->choice->vqgan, one->n_vqgan);
  read_bytes (one->choice->clip, one->n_clip);
  figures[READING] = seconds_since (start);
  figures[READING_CPU] = processor_seconds () - cpu;

  forget (one);
  cpu = processor_seconds ();
  start = g_get_monotonic_time ();
  models = tl_models_load (one->choice, TL_MODELS_ALL, &error);
  g_assert_no_error (error);
  figures[LOADING] = seconds_since (start);
  figures[LOADING_CPU] = processor_seconds () - cpu;
  figures[RATIO] = figures[LOADING] / figures[READING];

  start = g_get_monotonic_time ();
  maker = tl_models_dup_maker (models);
  figures[NAMING] = seconds_since (start);
}

static int
compare_doubles (const void *a, const void *b)
{
  gdouble x = *(const gdouble *) a, y = *(const gdouble *) b;

  return (x > y) - (x < y);
}

static void
measure (const Case *one, guint n)
{
  gdouble figures[N_FIGURES][MAX_ROUNDS], round[N_FIGURES], medians[N_FIGURES];

  measure_round (one, round);
  for (guint i = 0; i < n; i++)
    {
      measure_round (one, round);
      for (guint k = 0; k < N_FIGURES; k++)
        figures[k][i] = round[k];
    }
  for (guint k = 0; k < N_FIGURES; k++)
    {
      qsort (figures[k], n, sizeof figures[k][0], compare_doubles);
      medians[k] = figures[k][n / 2];
    }
  printf ("%s: reading %.2f s (processor %.2f), loading %.2f s (processor %.2f), %.2f of it; "
          "naming %.2f s\n",
          one->is_cold ? "forgotten" : "cached", medians[READING], medians[READING_CPU],
          medians[LOADING], medians[LOADING_CPU], medians[RATIO], medians[NAMING]);
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
