/* bytes.h - little-endian numbers at any address, and tables by names that a file chooses
 *
 * Files do not align their numbers. The caller has checked that the bytes are there.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#pragma once

#include <glib.h>
#include <string.h>

static inline int
tl_bytes_compare_texts (gconstpointer a, gconstpointer b, gpointer unused)
{
  return strcmp ((const char *) a, (const char *) b);
}

/* A table by text. It is a tree because a file could choose names that all fall into one slot of a
 * hash table, which would then take hours to fill. */
static inline GTree *
tl_bytes_table_new (GDestroyNotify free_key, GDestroyNotify free_value)
{
  return g_tree_new_full (tl_bytes_compare_texts, NULL, free_key, free_value);
}

static inline guint16
tl_bytes_u16 (const guint8 *at)
{
  guint16 value;

  memcpy (&value, at, sizeof value);
  return GUINT16_FROM_LE (value);
}

static inline guint32
tl_bytes_u32 (const guint8 *at)
{
  guint32 value;

  memcpy (&value, at, sizeof value);
  return GUINT32_FROM_LE (value);
}

static inline guint64
tl_bytes_u64 (const guint8 *at)
{
  guint64 value;

  memcpy (&value, at, sizeof value);
  return GUINT64_FROM_LE (value);
}
