/* sheet.h - pictures side by side in one PNG, to be looked at
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

typedef struct _Sheet Sheet;

/* Cells of @size pixels a side; @has_captions: with room for a few lines below each. NULL where
 * that is more than a picture can have. */
Sheet *sheet_new (guint columns, guint rows, guint size, gboolean has_captions, GError **error);
void sheet_free (Sheet *self);

/* @planes: red, green and blue, size x size each, 0 ... 1 */
void sheet_put_planes (Sheet *self, guint column, guint row, const gfloat *planes, guint size);

/* @pixels: opaque ARGB32 */
void sheet_put_pixels (Sheet *self, guint column, guint row, const guint8 *pixels, guint stride,
                       guint width, guint height);

void sheet_put_caption (Sheet *self, guint column, guint row, const char *caption);

/* Whole or not at all. */
gboolean sheet_write (Sheet *self, const char *path, GError **error);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (Sheet, sheet_free)

G_END_DECLS
