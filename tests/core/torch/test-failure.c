/* test-failure.c - memory that ran out is known by the words of each library
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "config.h"
#include "core/torch/failure.h"

#include "core/base/error.h"

static void
test_out_of_memory (void)
{
  static const char *const texts[] = {
    "CUDA out of memory. Tried to allocate 2.00 GiB (GPU 0; 7.80 GiB total capacity)",
    "CUDA error: CUBLAS_STATUS_ALLOC_FAILED when calling `cublasCreate(handle)`",
    "cuDNN error: CUDNN_STATUS_ALLOC_FAILED\nException raised from",
    "[enforce fail at alloc_cpu.cpp:66] DefaultCPUAllocator: can't allocate memory",
    "std::bad_alloc",
  };

  for (gsize i = 0; i < G_N_ELEMENTS (texts); i++)
    {
      g_autoptr (GError) error = tl_failure_from_text (texts[i]);

      g_assert_error (error, TL_ERROR, TL_ERROR_TOO_LARGE);
    }
}

static void
test_others_keep_their_first_line (void)
{
  g_autoptr (GError) error =
    tl_failure_from_text ("cuDNN error: CUDNN_STATUS_NOT_SUPPORTED\nframe #0");

  g_assert_error (error, TL_ERROR, TL_ERROR_DEVICE);
  g_assert_true (g_str_has_suffix (error->message, "CUDNN_STATUS_NOT_SUPPORTED"));
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/torch/failure/out-of-memory", test_out_of_memory);
  g_test_add_func ("/torch/failure/others-keep-their-first-line",
                   test_others_keep_their_first_line);
  return g_test_run ();
}
