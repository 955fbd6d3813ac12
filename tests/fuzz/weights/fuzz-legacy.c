/* fuzz-legacy.c - files of torch.save before 1.6
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "config.h"
#include "core/weights/legacy.h"
#include "tests/core/weights/make.h"
#include "tests/fuzz/weights/fuzz.h"

int
LLVMFuzzerTestOneInput (const uint8_t *data, size_t size)
{
  g_autoptr (GBytes) bytes = g_bytes_new_static (data, size);
  g_autoptr (TlBlobs) blobs = tl_blobs_new ("fuzz", size);

  if (tl_legacy_recognise (bytes) && tl_legacy_read (bytes, blobs, NULL))
    fuzz_check_blobs (blobs);
  return 0;
}

GPtrArray *
fuzz_make_seeds (void)
{
  return make_legacy_seeds ();
}
