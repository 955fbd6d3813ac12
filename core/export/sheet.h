/* sheet.h - a contact sheet: the pictures of an exploration on one page
 *
 * Drawn with cairo, as large as the pictures are up to a limit, each with its seed, similarity and
 * what a judge says under it. Any thread.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#pragma once

#include "core/session/frame.h"

#include <gio/gio.h>

G_BEGIN_DECLS

/* Larger pictures are drawn smaller: pixels of the longer side. */
#define TL_SHEET_MAX_SIDE 512

typedef struct
{
  TlFrame *frame;
  guint64 seed;
  gdouble similarity; /* NAN: not said */
  gdouble judge;      /* what a judge says; NAN: not said */
} TlSheetCell;

/**
 * tl_sheet_draw:
 * @title: (nullable): the prompt; cut where it is too long
 *
 * Returns: (transfer full): a picture of iteration 0; NULL with TL_ERROR_TOO_LARGE where memory
 * does not suffice
 */
TlFrame *tl_sheet_draw (const TlSheetCell *cells, guint n_cells, const char *title, GError **error);

G_END_DECLS
