/* frugal.h - codes that cost fewer bits, for nearly the same pictures
 *
 * Of codes that show nearly the same, most cells are worse off with a rare one: it takes more bits
 * and is hardly nearer. So each code gives way to the one for which the squared distance and what
 * its bits cost are least together, by how often each then comes, again and again
 * (entropy-constrained vector quantization: Chou, Lookabaugh, Gray 1989, IEEE Trans. ASSP 37). One
 * thread.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/**
 * tl_frugal_choose:
 * @vectors: [n_codes, d], the codebook
 * @price: of a bit, as a share of the variance of what the cells show; 0 changes nothing
 * @cells: (inout): [n_cells], codes below @n_codes
 *
 * Cells of the same code are of the same code afterwards, one that cells had before.
 */
void tl_frugal_choose (const gfloat *vectors, guint n_codes, guint d, gdouble price, gint16 *cells,
                       gsize n_cells);

G_END_DECLS
