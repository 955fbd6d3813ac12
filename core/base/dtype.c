/* dtype.c - element types of tensors, in files and in memory
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "config.h"
#include "core/base/dtype.h"

static const struct
{
  const char *name;
  gsize size;
  gboolean is_float;
} dtypes[TL_N_DTYPES] = {
  [TL_FLOAT32] = { "float32", 4, TRUE },   [TL_FLOAT16] = { "float16", 2, TRUE },
  [TL_BFLOAT16] = { "bfloat16", 2, TRUE }, [TL_FLOAT64] = { "float64", 8, TRUE },
  [TL_INT64] = { "int64", 8, FALSE },      [TL_INT32] = { "int32", 4, FALSE },
  [TL_INT16] = { "int16", 2, FALSE },      [TL_INT8] = { "int8", 1, FALSE },
  [TL_UINT8] = { "uint8", 1, FALSE },      [TL_BOOL] = { "bool", 1, FALSE },
};

gsize
tl_dtype_size (TlDtype dtype)
{
  return dtypes[dtype].size;
}

const char *
tl_dtype_name (TlDtype dtype)
{
  return dtypes[dtype].name;
}

gboolean
tl_dtype_is_float (TlDtype dtype)
{
  return dtypes[dtype].is_float;
}
