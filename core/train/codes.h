/* codes.h - a codebook that follows the latents: k-means, then moving averages
 *
 * Plain numbers. Each code is the average of the cells that chose it lately (van den Oord et al.
 * 2017, arXiv:1711.00937, appendix A.1); one that nobody chose for long starts over at a cell of
 * the batch. Everything random is drawn from (seed, step). One thread.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

typedef struct
{
  guint n, d;
  guint64 seed;
  gfloat *vectors; /* [n, d] */
  gfloat *sums;    /* [n, d]: of the cells, decayed */
  gfloat *counts;  /* [n] */
  gfloat *ages;    /* [n]: steps since somebody chose it */
} TlCodes;

void tl_codes_init (TlCodes *self, guint n, guint d, guint64 seed);
void tl_codes_clear (TlCodes *self);

/* cells: [n_cells, d], n_cells at least 1; the codes become @n_rounds of k-means of them */
void tl_codes_find (TlCodes *self, const gfloat *cells, gsize n_cells, guint n_rounds);

/**
 * tl_codes_follow:
 * @choices: (array length=n_cells): the code that each of @cells chose
 *
 * Codes that are dead start over as one of @cells, up to the last step: steering may land on any
 * code, so all should be something that pictures are made of.
 */
void tl_codes_follow (TlCodes *self, const gfloat *cells, const gint64 *choices, gsize n_cells,
                      guint64 step);

/* Those that nobody chose for more than half of the time after which one starts over. */
guint tl_codes_count_idle (const TlCodes *self);

/* Eigenvalues of the covariance of cells [n_cells, d], largest first -> spectrum [d] */
void tl_codes_get_spectrum (const gfloat *cells, gsize n_cells, guint d, gdouble *spectrum);

/* As tl_codes_get_spectrum(), and the axes that belong to it, of length 1 -> axes [d, d], one a
 * row */
void tl_codes_get_axes (const gfloat *cells, gsize n_cells, guint d, gdouble *spectrum,
                        gdouble *axes);

/* How many dimensions as good as all of one size: exp of the entropy of the eigenvalues' shares. */
gdouble tl_codes_get_rank (const gdouble *spectrum, guint d);

G_END_DECLS
