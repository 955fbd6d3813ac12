/* clause.h - the values a prompt is made of
 *
 * Plain structs, owned by the TlPrompt that lends them and as immutable as it is. Whoever fills in
 * a TlClause by hand, to print it, gives words that are trimmed and not empty; an image's name has
 * no line break and does not end in a backslash, because the language cannot spell such a name.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

#define TL_PROMPT_MAX_SEGMENTS 64
#define TL_PROMPT_MAX_CLAUSES 64
#define TL_PROMPT_MAX_WEIGHT 10000.0
#define TL_PROMPT_MAX_BYTES 4096

typedef enum
{
  TL_CLAUSE_TEXT,
  TL_CLAUSE_IMAGE, /* <image:NAME>, an asset of the session */
  TL_CLAUSE_NOISE, /* <noise:SEED> */
} TlClauseKind;

typedef enum
{
  TL_SCHEDULE_ALWAYS,
  TL_SCHEDULE_RANGE, /* @from..to: full weight for from <= iteration < to */
  TL_SCHEDULE_CURVE, /* @{…}: the weight itself, linear between the points, constant outside them */
} TlScheduleKind;

/* A moment of a run: an iteration, or a share of its planned length. Numbers too large to count to
 * are the largest there is. */
typedef struct
{
  guint64 value; /* iterations, or percent */
  gboolean is_percent;
} TlTime;

typedef struct
{
  TlTime time;
  gdouble weight;
} TlCurvePoint;

typedef struct
{
  TlScheduleKind kind;
  gboolean has_from, has_to;
  TlTime from, to;
  TlCurvePoint
    *points; /* in the order of time; as written where iterations and percentages are mixed */
  guint n_points;
} TlSchedule;

typedef struct
{
  TlClauseKind kind;
  char *text; /* the words, unescaped; an image's name; NULL for noise */
  guint64 noise_seed;
  gdouble weight; /* -10000 ... 10000; negative steers away */
  gdouble
    stop; /* the gradient is zero where sign (weight) · distance < stop; -INFINITY never stops */
  TlSchedule schedule;
} TlClause;

typedef struct
{
  TlClause *clauses; /* at least one */
  guint n_clauses;
  gboolean has_keyframe; /* @TIME was written after the ^; never true of the first segment */
  TlTime at;
  guint fade; /* iterations of cross-fade from the segment before */
} TlSegment;

/* As tl_prompt_print(), of one clause: what a row of the window shows and takes. */
char *tl_clause_print (const TlClause *clause);

gboolean tl_clause_equal (const TlClause *a, const TlClause *b);

/* An image that would have to be fetched, <image:https://…>: it is off until somebody copies it
 * into the session. */
gboolean tl_clause_is_remote (const TlClause *clause);

G_END_DECLS
