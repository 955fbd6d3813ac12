/* check.c - what must hold of tensors that a reader has accepted
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "config.h"
#include "tests/fuzz/weights/fuzz.h"

#include <string.h>

static void
check_blob (const TlBlob *blob)
{
  gsize n = 1, reach = 1;
  volatile guint8 sink = 0;

  g_assert_cmpuint (blob->n_dims, <=, TL_MAX_DIMS);
  for (guint i = 0; i < blob->n_dims; i++)
    {
      g_assert_cmpint (blob->shape[i], >=, 0);
      g_assert_cmpint (blob->strides[i], >=, 0);
      n *= blob->shape[i];
    }

  g_assert_cmpuint (n, ==, blob->n_elements);
  if (n == 0)
    return;

  for (guint i = 0; i < blob->n_dims; i++)
    reach += (blob->shape[i] - 1) * blob->strides[i];
  g_assert_cmpuint (reach * tl_dtype_size (blob->dtype), ==, blob->n_bytes);

  /* The sanitizer knows whether these are there. */
  sink += blob->data[0];
  sink += blob->data[blob->n_bytes - 1];
}

void
fuzz_check_blobs (TlBlobs *blobs)
{
  const GArray *list = tl_blobs_get_list (blobs);

  if (!tl_blobs_finish (blobs, NULL))
    return;

  for (guint i = 0; i < list->len; i++)
    {
      const TlBlob *blob = &g_array_index (list, TlBlob, i);

      g_assert_true (tl_blobs_is_name (blob->name, strlen (blob->name)));
      check_blob (blob);
    }
}
