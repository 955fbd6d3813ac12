/* augment.h - which augmentations cutouts go through, and their parameters
 *
 * Plain values. The text form is what the command line, the recipe and the journal carry:
 * "affine, perspective(distortion=0.5 p=1), jitter". What is not named keeps its default, which are
 * nerdyrodent's (generate.py, class MakeCutouts).
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

typedef enum
{
  TL_AUGMENT_JITTER,      /* brightness contrast saturation hue p */
  TL_AUGMENT_AFFINE,      /* degrees translate shear p; border zeros */
  TL_AUGMENT_PERSPECTIVE, /* distortion p */
  TL_AUGMENT_ERASING, /* scale_min scale_max ratio_min ratio_max p; the same box for all cutouts */
  TL_AUGMENT_SHARPNESS, /* sharpness p */
  TL_AUGMENT_NOISE,     /* mean std p */
  TL_AUGMENT_ROTATION,  /* degrees p */
  TL_AUGMENT_ELASTIC,   /* kernel sigma alpha p */
} TlAugmentKind;

#define TL_N_AUGMENTS (TL_AUGMENT_ELASTIC + 1)
#define TL_AUGMENT_MAX_PARAMETERS 5

/* parameters: in the order of the comment above */
typedef struct
{
  TlAugmentKind kind;
  gdouble parameters[TL_AUGMENT_MAX_PARAMETERS];
} TlAugment;

/* In the order in which they are applied; each kind at most once. */
typedef struct
{
  TlAugment items[TL_N_AUGMENTS];
  guint n;
} TlAugmentList;

/* "" and "none" are the empty list. TL_ERROR_MISSING names the word that is not known. */
gboolean tl_augment_list_parse (TlAugmentList *list, const char *text, GError **error);

/* (transfer full): parameters that are at their default are left out */
char *tl_augment_list_print (const TlAugmentList *list);

const char *tl_augment_get_name (TlAugmentKind kind);

G_END_DECLS
