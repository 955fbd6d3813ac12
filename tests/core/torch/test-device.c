/* test-device.c - names, threads, memory, precision
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "config.h"
#include "core/torch/device.h"

#include "core/base/error.h"

#include <string.h>

static void
test_names (void)
{
  g_autofree char *cpu = NULL, *card = NULL;
  TlDevice device = { TL_CUDA, 7 };

  card = tl_device_get_name (device);
  g_assert_cmpstr (card, ==, "cuda:7");
  g_assert_true (tl_device_parse ("cpu", &device, NULL));
  cpu = tl_device_get_name (device);
  g_assert_cmpstr (cpu, ==, "cpu");
}

static void
test_unknown_names (void)
{
  static const char *const names[] = {
    "", "gpu", "cuda:", "cuda:x", "cuda:-1", "cuda:99", "cpu:0"
  };

  for (guint i = 0; i < G_N_ELEMENTS (names); i++)
    {
      g_autoptr (GError) error = NULL;
      TlDevice device;

      g_assert_false (tl_device_parse (names[i], &device, &error));
      g_assert_error (error, TL_ERROR, TL_ERROR_DEVICE);
    }
}

static void
test_cards_are_numbered (void)
{
  TlDevice device;

  g_assert_cmpint (tl_device_parse ("cuda", &device, NULL), ==, tl_device_get_n_cuda () > 0);
  for (guint i = 0; i < tl_device_get_n_cuda (); i++)
    {
      g_autofree char *name = g_strdup_printf ("cuda:%u", i);

      g_assert_true (tl_device_parse (name, &device, NULL));
      g_assert_cmpint (device.index, ==, i);
    }
}

/* The number holds in threads that start later, too: OpenMP has one for each. */
static gpointer
count_threads (gpointer data)
{
  TlScope *s = tl_scope_open (NULL);

  tl_scope_close (s, NULL);
  return GUINT_TO_POINTER (tl_device_get_threads ());
}

static void
test_threads (void)
{
  g_autofree char *one = NULL, *three = NULL;
  TlDevice cpu = { TL_CPU, 0 };

  g_assert_cmpuint (tl_device_set_threads (1), ==, 1);
  one = tl_device_describe (cpu);
  g_assert_cmpstr (one, ==, "CPU, 1 thread");
  g_assert_cmpuint (tl_device_set_threads (3), ==, 3);
  three = tl_device_describe (cpu);
  g_assert_cmpstr (three, ==, "CPU, 3 threads");
  g_assert_cmpuint (GPOINTER_TO_UINT (g_thread_join (g_thread_new ("count", count_threads, NULL))),
                    ==, 3);
  g_assert_cmpuint (tl_device_set_threads (G_MAXUINT), ==, TL_MAX_THREADS);
  g_assert_cmpuint (tl_device_set_threads (0), ==, g_get_num_processors ());
}

static void
test_memory (void)
{
  const gsize size = 64 << 20;
  TlDevice cpu = { TL_CPU, 0 };
  TlMemory before = tl_device_get_memory (cpu), during, after;
  TlScope *s = tl_scope_open (NULL);

  tl_full (s, 1, TL_SHAPE (size / 4));
  during = tl_device_get_memory (cpu);
  g_assert_true (tl_scope_close (s, NULL));
  after = tl_device_get_memory (cpu);
  g_assert_cmpuint (before.used, >, 0);
  g_assert_cmpuint (during.used, >=, before.used + size * 9 / 10);
  g_assert_cmpuint (after.peak, >=, before.used + size * 9 / 10);
  g_assert_cmpuint (after.free, >, 0);
}

static void
test_precision_names (void)
{
  static const char *const names[] = { "auto", "float32", "bfloat16", "float16" };
  TlPrecision precision;

  for (guint i = 0; i < G_N_ELEMENTS (names); i++)
    {
      g_assert_true (tl_precision_parse (names[i], &precision));
      g_assert_cmpstr (tl_precision_get_name (precision), ==, names[i]);
    }
  g_assert_false (tl_precision_parse ("double", &precision));
}

/* What Linux says of the processor is independent of our asking it. */
static gboolean
linux_sees_bfloat16 (void)
{
  g_autofree char *text = NULL;

  if (!g_file_get_contents ("/proc/cpuinfo", &text, NULL, NULL))
    return FALSE;
  return strstr (text, " avx512_bf16") != NULL || strstr (text, " amx_bf16") != NULL;
}

static void
test_precision_resolves (void)
{
  TlDevice cpu = { TL_CPU, 0 }, cuda = { TL_CUDA, 0 };

  g_assert_cmpint (tl_precision_resolve (TL_PRECISION_FLOAT32, cuda), ==, TL_FLOAT32);
  g_assert_cmpint (tl_precision_resolve (TL_PRECISION_BFLOAT16, cpu), ==, TL_BFLOAT16);
  g_assert_cmpint (tl_precision_resolve (TL_PRECISION_FLOAT16, cuda), ==, TL_FLOAT16);
  if (tl_device_get_n_cuda () == 0)
    g_assert_cmpint (tl_precision_resolve (TL_PRECISION_AUTO, cuda), ==, TL_FLOAT32);
  g_assert_cmpint (tl_precision_resolve (TL_PRECISION_AUTO, cpu), ==,
                   linux_sees_bfloat16 () ? TL_BFLOAT16 : TL_FLOAT32);
}

/* Not known, Pascal, Turing; Ampere, Hopper, Blackwell. */
static void
test_cards_with_bfloat16 (void)
{
  static const gint without[] = { 0, 6, 7 }, with[] = { 8, 9, 12 };

  for (guint i = 0; i < G_N_ELEMENTS (without); i++)
    g_assert_false (tl_cuda_has_bfloat16 (without[i]));
  for (guint i = 0; i < G_N_ELEMENTS (with); i++)
    g_assert_true (tl_cuda_has_bfloat16 (with[i]));
}

static void
test_version (void)
{
  g_assert_true (g_ascii_isdigit (tl_torch_get_version ()[0]));
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/torch/device/names", test_names);
  g_test_add_func ("/torch/device/unknown-names-are-refused", test_unknown_names);
  g_test_add_func ("/torch/device/cards-are-numbered", test_cards_are_numbered);
  g_test_add_func ("/torch/device/threads", test_threads);
  g_test_add_func ("/torch/device/memory", test_memory);
  g_test_add_func ("/torch/device/precision-names", test_precision_names);
  g_test_add_func ("/torch/device/precision-resolves", test_precision_resolves);
  g_test_add_func ("/torch/device/cards-with-bfloat16", test_cards_with_bfloat16);
  g_test_add_func ("/torch/device/version", test_version);
  return g_test_run ();
}
