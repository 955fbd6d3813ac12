/* labels.c - what a scene shows, as bits for training-only heads
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "config.h"
#include "core/scenes/words.h"

#include "core/scenes/names.h"
#include "core/scenes/table.h"

#include <string.h>

/* Where each group begins. */
enum
{
  OBJECTS = 0,
  COLOURED = OBJECTS + TL_N_OBJECTS,
  BACKGROUNDS = COLOURED + TL_N_OBJECTS * TL_N_COLOURS,
  BACKDROPS = BACKGROUNDS + TL_N_BACKGROUNDS,
  STYLES = BACKDROPS + TL_N_COLOURS,
  RELATIONS = STYLES + TL_N_STYLES,
  EXTRAS = RELATIONS + TL_N_RELATIONS,
  N_LABELS = EXTRAS + TL_N_EXTRAS,
};

guint
tl_labels_get_count (void)
{
  return N_LABELS;
}

char *
tl_labels_dup_name (guint label)
{
  g_return_val_if_fail (label < N_LABELS, NULL);

  if (label < COLOURED)
    return g_strconcat ("object ", tl_object_get (label)->words[0], NULL);
  if (label < BACKGROUNDS)
    return g_strconcat (tl_object_get ((label - COLOURED) / TL_N_COLOURS)->words[0], " ",
                        tl_colour_get_name ((label - COLOURED) % TL_N_COLOURS), NULL);
  if (label < BACKDROPS)
    return g_strconcat ("background ", tl_background_get_name (label - BACKGROUNDS), NULL);
  if (label < STYLES)
    return g_strconcat ("plain ", tl_colour_get_name (label - BACKDROPS), NULL);
  if (label < RELATIONS)
    return g_strconcat ("style ", tl_style_get_name (label - STYLES), NULL);
  if (label < EXTRAS)
    return g_strconcat ("relation ", tl_relation_get_name (label - RELATIONS), NULL);
  return g_strconcat ("extra ", tl_extra_get_name (label - EXTRAS), NULL);
}

void
tl_scene_get_labels (const TlScene *self, guint8 *bits)
{
  memset (bits, 0, N_LABELS);
  for (guint i = 0; i < self->n_things; i++)
    {
      const TlThing *thing = &self->things[i];

      bits[OBJECTS + thing->kind] = 1;
      if (tl_scene_has_colours (self) && thing->kind != TL_OBJECT_RAINBOW)
        bits[COLOURED + thing->kind * TL_N_COLOURS + thing->colour] = 1;
    }
  bits[BACKGROUNDS + self->background] = 1;
  if (self->background == TL_BACKGROUND_PLAIN && tl_scene_has_backdrop (self))
    bits[BACKDROPS + self->backdrop] = 1;
  bits[STYLES + self->style] = 1;
  bits[RELATIONS + self->relation] = 1;
  for (guint i = 0; i < TL_N_EXTRAS; i++)
    bits[EXTRAS + i] = (self->extras >> i) & 1;
}
