/* test-memory.c - memory of large tensors is used again, bounded, and refused in time
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "config.h"
#include "tests/core/torch/check.h"

#include "core/base/error.h"
#include "core/base/random.h"
#include "core/torch/device.h"

static guint64
get_used (void)
{
  return tl_device_get_memory ((TlDevice){ TL_CPU, 0 }).used;
}

/* Linux would promise it, and end the program when it is filled. */
static void
test_refuses_what_the_system_lacks (void)
{
  g_autoptr (GError) error = NULL;
  guint64 n_bytes = tl_device_get_memory ((TlDevice){ TL_CPU, 0 }).free + (1 << 30);
  TlScope *s = tl_scope_open (NULL);

  g_assert_null (tl_zeros (s, TL_SHAPE ((gint64) n_bytes / 4)));
  g_assert_false (tl_scope_close (s, &error));
  g_assert_error (error, TL_ERROR, TL_ERROR_TOO_LARGE);
}

/* Eight tensors of changing sizes alive at a time, each filled with its number. */
static void
churn (guint64 seed, guint n_rounds)
{
  TlTensor *alive[8] = { NULL };
  gdouble values[8];
  TlScope *s = tl_scope_open (NULL);
  TlRandom random;

  tl_random_init (&random, seed, 0, TL_PURPOSE_WEIGHTS, 0);
  for (guint i = 0; i < n_rounds; i++)
    {
      guint k = tl_random_below (&random, G_N_ELEMENTS (alive));
      gint64 n = 1000 + tl_random_below (&random, 1 << 20);

      if (alive[k] != NULL)
        g_assert_cmpfloat (tl_to_double (s, tl_amin (s, alive[k], 0, FALSE)), ==, values[k]);
      values[k] = seed * 1000 + i;
      alive[k] = tl_full (s, values[k], TL_SHAPE (n));
      tl_sweep_all_but (s, alive, G_N_ELEMENTS (alive));
    }
  check_scope_close (s);
}

static void
test_stays_bounded (void)
{
  guint64 used;

  churn (1, 50);
  used = get_used ();
  churn (2, 300);

  /* 600 MB went through; at most 8 of 4 MB each are alive, and 64 MB and an eighth are kept. */
  g_assert_cmpuint (get_used (), <, used + (120 << 20));
}

/* 64 MB of each, so that other things which come and go do not show. */
static void
test_trim (void)
{
  const gint64 n = 16 << 20;
  TlScope *s = tl_scope_open (NULL), *inner = tl_scope_enter (s);
  TlTensor *kept = tl_full (s, 7, TL_SHAPE (n));
  guint64 used;

  tl_full (inner, 8, TL_SHAPE (n));
  tl_scope_leave (inner, NULL);
  used = get_used ();
  tl_memory_trim ();
  g_assert_cmpuint (get_used () + (60 << 20), <, used);

  g_assert_cmpfloat (tl_to_double (s, tl_amin (s, kept, 0, FALSE)), ==, 7);
  g_assert_cmpfloat (tl_to_double (s, tl_amax (s, kept, 0, FALSE)), ==, 7);
  tl_memory_trim ();
  check_scope_close (s);
  churn (9, 60);
}

static gpointer
churn_in_thread (gpointer data)
{
  churn (GPOINTER_TO_UINT (data), 60);
  return NULL;
}

static void
test_threads (void)
{
  GThread *threads[4];

  for (guint i = 0; i < G_N_ELEMENTS (threads); i++)
    threads[i] = g_thread_new ("churn", churn_in_thread, GUINT_TO_POINTER (i + 3));
  for (guint i = 0; i < G_N_ELEMENTS (threads); i++)
    g_thread_join (threads[i]);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/torch/memory/refuses-what-the-system-lacks",
                   test_refuses_what_the_system_lacks);
  g_test_add_func ("/torch/memory/stays-bounded", test_stays_bounded);
  g_test_add_func ("/torch/memory/trim-gives-back", test_trim);
  g_test_add_func ("/torch/memory/threads-do-not-get-each-others-blocks", test_threads);
  return g_test_run ();
}
