/* fuzz.h - what the fuzzers of model files share
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#pragma once

#include "core/weights/blobs.h"

#include <stddef.h>
#include <stdint.h>

G_BEGIN_DECLS

/* Each fuzzer has these two. */
int LLVMFuzzerTestOneInput (const uint8_t *data, size_t size);

/* (element-type GBytes): whole inputs to start from */
GPtrArray *fuzz_make_seeds (void);

/* Finishes @blobs and, if they are accepted, reads every tensor's ends and holds its numbers
 * against each other. */
void fuzz_check_blobs (TlBlobs *blobs);

G_END_DECLS
