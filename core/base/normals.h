/* normals.h - many random numbers at once; random.h is what asks for them
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* The cipher's blocks at @counter and those after it in its first word, under @key -> four words of
 * each, one block after the other */
void tl_normals_encipher (const guint32 counter[4], const guint32 key[2], gsize n_blocks,
                          guint32 *words);

/* Two normal numbers of each pair of @words, as tl_random_normal() gives them but for the last
 * digits of a double. */
void tl_normals_from_words (const guint32 *words, gsize n_pairs, gfloat *out);

G_END_DECLS
