/* fuzz-archive.c - checkpoints and TorchScript archives
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "config.h"
#include "core/weights/archive.h"
#include "tests/core/weights/make.h"
#include "tests/fuzz/weights/fuzz.h"

int
LLVMFuzzerTestOneInput (const uint8_t *data, size_t size)
{
  g_autoptr (GBytes) bytes = g_bytes_new_static (data, size);
  g_autoptr (TlBlobs) blobs = tl_blobs_new ("fuzz", size);
  TlWeightsKind kind;

  if (tl_archive_read (bytes, blobs, &kind, NULL))
    fuzz_check_blobs (blobs);
  return 0;
}

GPtrArray *
fuzz_make_seeds (void)
{
  return make_zip_seeds ();
}
