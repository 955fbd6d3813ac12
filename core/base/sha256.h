/* sha256.h - SHA-256, by the processor's own instructions where it has them
 *
 * GLib's is portable C, and takes four seconds for a gigabyte; the instructions take less than one.
 * A TlSha256 is a plain value. Any thread.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

#define TL_SHA256_BLOCK 64

typedef struct
{
  GChecksum *portable; /* (nullable): does it all where the processor cannot */
  guint32 state[8];
  guint64 n_bytes;
  guint8 rest[TL_SHA256_BLOCK]; /* the first n_bytes % TL_SHA256_BLOCK of it: no whole block yet */
} TlSha256;

void tl_sha256_init (TlSha256 *self);
/* Whatever the processor has: for comparison. */
void tl_sha256_init_portable (TlSha256 *self);
void tl_sha256_clear (TlSha256 *self);

void tl_sha256_update (TlSha256 *self, const guint8 *data, gsize size);

/* (transfer full): 64 hexadecimal digits; nothing may be added after it */
char *tl_sha256_finish (TlSha256 *self);

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (TlSha256, tl_sha256_clear)

G_END_DECLS
