/* dtype.h - element types of tensors, in files and in memory
 *
 * Shared by the readers of model files, which know nothing of libtorch, and by the tensor layer.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

typedef enum
{
  TL_FLOAT32,
  TL_FLOAT16,
  TL_BFLOAT16,
  TL_FLOAT64,
  TL_INT64,
  TL_INT32,
  TL_INT16,
  TL_INT8,
  TL_UINT8,
  TL_BOOL,
} TlDtype;

#define TL_N_DTYPES (TL_BOOL + 1)

/* Bytes of one element. */
gsize tl_dtype_size (TlDtype dtype);

/* "float32", "bfloat16", ...: untranslated, as people who know models write it. */
const char *tl_dtype_name (TlDtype dtype);

gboolean tl_dtype_is_float (TlDtype dtype);

G_END_DECLS
