/* differences.h - what differs between two runs, in words
 *
 * Pure functions: for the edges of the family tree and for the comparison of two pictures.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#pragma once

#include "core/session/recipe.h"

G_BEGIN_DECLS

/* (transfer full) (nullable): "“snow” added, lr 0.1 → 0.2"; NULL if nothing does */
char *tl_steer_print_change (TlSteer *from, TlSteer *to);

/* (transfer full) (nullable): the same for a fork: "seed 7, 256 × 256, “snow” added". @seed and
 * @size are NULL where they stay. */
char *tl_fork_print_change (const guint64 *seed, const TlStartValues *size, TlSteer *from,
                            TlSteer *to);

/* (transfer full): of a fork that leaves for other models: "on MODEL" */
char *tl_makers_print_change (const TlMaker *from, const TlMaker *to);

typedef struct
{
  TlStart *start;
  TlSteer *steer;
  guint64 iteration;
  const TlMaker *maker; /* (nullable): not known */
} TlSide;

/* (transfer full) (element-type utf8): one sentence each, of what @b has that is other than in @a;
 * empty if they are the same */
GPtrArray *tl_sides_print_differences (const TlSide *a, const TlSide *b);

G_END_DECLS
