/* failure.c - what libtorch says, as an error of ours
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "config.h"
#include "core/torch/failure.h"

#include "core/base/error.h"

#include <glib/gi18n-lib.h>
#include <string.h>

/* When memory runs out: libtorch, oneDNN, the allocators; cuBLAS and cuDNN name a status. */
static const char *const out_of_memory[] = {
  "DefaultCPUAllocator", "can't allocate memory",  "not enough memory", "out of memory",
  "bad_alloc",           "calculation overflowed", "alloc_cpu",         "ALLOC_FAILED",
};

GError *
tl_failure_too_large (void)
{
  return g_error_new_literal (
    TL_ERROR, TL_ERROR_TOO_LARGE,
    _ ("There is not enough memory for this: try a smaller picture, fewer "
       "cutouts or a smaller model"));
}

GError *
tl_failure_from_text (const char *text)
{
  g_autofree char *line = g_strndup (text, strcspn (text, "\n"));

  for (gsize i = 0; i < G_N_ELEMENTS (out_of_memory); i++)
    if (strstr (text, out_of_memory[i]) != NULL)
      return tl_failure_too_large ();
  return g_error_new (TL_ERROR, TL_ERROR_DEVICE, _ ("The computation failed: %s"), line);
}
