/* zip.h - the entries of a zip archive that lies in memory
 *
 * As much of PKWARE's APPNOTE 6.3 as torch.save uses: stored and deflated entries, zip64. Opening
 * reads the directory at the end and nothing else; an entry's own header is read when the entry is
 * asked for. Ranges that overlap or leave the file are refused. Checksums are not compared: that
 * would read every tensor, and torch can be told to leave them out. Immutable once open.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

typedef struct _TlZip TlZip;

typedef struct
{
  char *name;
  guint64 offset; /* of the entry's own header */
  guint64 limit;  /* where the next entry or the directory begins */
  guint64 size;   /* unpacked */
  guint64 packed_size;
  guint16 method;
  guint16 flags;
} TlZipEntry;

/* @bytes begin like an entry of a zip archive. */
gboolean tl_zip_recognise (GBytes *bytes);

/* @file stands for the file in messages. Keeps a reference to @bytes. */
TlZip *tl_zip_new (GBytes *bytes, const char *file, GError **error);
void tl_zip_free (TlZip *self);

guint tl_zip_get_n_entries (TlZip *self);

/* In the order of the directory. */
const TlZipEntry *tl_zip_get_entry (TlZip *self, guint index);

/* (nullable) */
const TlZipEntry *tl_zip_lookup (TlZip *self, const char *name);

/* Finds the bytes of an entry that is stored without packing; they live as long as the archive's
 * bytes. */
gboolean tl_zip_map (TlZip *self, const TlZipEntry *entry, const guint8 **data, gsize *size,
                     GError **error);

/**
 * tl_zip_read:
 *
 * The bytes of a stored entry without a copy, or those of a packed one unpacked. An entry that
 * unpacks to more than its packed bytes can honestly hold is refused before memory is taken.
 *
 * Returns: (transfer full): the bytes, or NULL with TL_ERROR_FORMAT
 */
GBytes *tl_zip_read (TlZip *self, const TlZipEntry *entry, GError **error);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (TlZip, tl_zip_free)

G_END_DECLS
