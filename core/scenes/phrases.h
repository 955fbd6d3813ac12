/* phrases.h - the words of the captions: tables without grammar
 *
 * Lists end with NULL; what stands first is what a prompt for evaluation says. Entries with the
 * name of a colour are left out where the picture has none. Any thread.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#pragma once

#include "core/scenes/kinds.h"

G_BEGIN_DECLS

typedef struct
{
  const char *ground[8]; /* "on the grass": what stands */
  const char *air[7];    /* "in the sky": what flies */
  const char *alone[7];  /* "a green meadow": without things */
  const char *tag;       /* "meadow" */
} TlPlaceWords;

typedef struct
{
  const char
    *forms[8]; /* with %s for the rest of the sentence; "!" in front: the rest loses its article */
  const char *tag;
} TlStyleWords;

const TlPlaceWords *tl_phrases_get_place (TlBackground background, guint extras);
const TlStyleWords *tl_phrases_get_style (TlSceneStyle style);

/* "next to": from the first to the second. */
const char *const *tl_phrases_get_relation (TlRelation relation);
/* (nullable): the same seen from the second. */
const char *const *tl_phrases_get_inverse (TlRelation relation);
/* What a driver does with the vehicle. */
const char *const *tl_phrases_get_driving (TlObjectKind vehicle);

/* @bit: which bit of TlExtras */
const char *const *tl_phrases_get_extra (guint bit);

G_END_DECLS
