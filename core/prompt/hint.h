/* hint.h - what is odd about a prompt, and what would mend it
 *
 * A hint never stops anything: the run goes on with the reading shown. Owned by its TlPrompt,
 * immutable.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* No prompt carries more than this many; what is odd about a prompt of kilobytes is then shown as
 * far as that. */
#define TL_PROMPT_MAX_HINTS 64

typedef enum
{
  TL_HINT_EMPTY_CLAUSE,     /* left out; or there is no clause at all */
  TL_HINT_EMPTY_COLON,      /* "cat:" */
  TL_HINT_NUMBER_AS_WEIGHT, /* "ratio 16:9" */
  TL_HINT_COMMA_NUMBER,     /* "cat:0,5" */
  TL_HINT_SWITCHED_OFF,     /* weight 0 that removes nothing of an earlier segment */
  TL_HINT_LIMITED,          /* |weight| > 10000 */
  TL_HINT_ONLY_NEGATIVE,    /* about a segment: clause is -1 */
  TL_HINT_KEPT_NUMBER,      /* "cat:1:0.5:2" keeps ":1" */
  TL_HINT_LETS_GO_AT_ONCE,
  TL_HINT_NEVER_LETS_GO,
  TL_HINT_REMOTE_IMAGE,
  TL_HINT_BAD_RANGE,
  TL_HINT_DOUBLE_POINT,
  TL_HINT_REORDERED,
  TL_HINT_A1111_EDITING,
  TL_HINT_A1111_EMPHASIS,
  TL_HINT_ANIMATION_KEYS,
  TL_HINT_UNREADABLE, /* characters were removed */
  TL_HINT_NOT_LATIN,
  TL_HINT_TOO_LONG, /* a clause over 4096 bytes was cut */
  TL_HINT_TOO_MANY, /* clauses or segments over the limit were dropped */
} TlHintCode;

typedef struct
{
  TlHintCode code;
  gint segment,
    clause; /* which one it is about, as tl_prompt_get_segment() counts; -1: the whole prompt */
  guint
    column; /* 1-based, in characters, of the source text; a byte that is no UTF-8 counts as one */
  char *message;   /* translated, one sentence */
  char *fix_label; /* (nullable): translated label of a button */
  char *fix;       /* (nullable): the whole prompt text with this one thing mended */
} TlHint;

G_END_DECLS
