/* prompt.h - the prompt language
 *
 * A TlPrompt is what the artist wrote, read: segments of a story, each a list of weighted clauses. It is immutable and
 * reference-counted, so that it may cross threads. Parsing is total: every string reads as something, and what is odd about it
 * becomes a hint, never an error. Printing is the inverse: parse (print (x)) equals x.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#pragma once

#include <glib-object.h>

G_BEGIN_DECLS

#define TL_TYPE_PROMPT (tl_prompt_get_type ())

typedef struct _TlPrompt TlPrompt;

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

/* A moment of a run: an iteration, or a share of its planned length. */
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
  TlCurvePoint *points; /* in the order of time as written */
  guint n_points;
} TlSchedule;

typedef struct
{
  TlClauseKind kind;
  char *text;         /* the words, unescaped; an image's name; NULL for noise */
  guint64 noise_seed;
  gdouble weight;     /* -10000 ... 10000; negative steers away */
  gdouble stop;       /* the gradient is zero where sign (weight) · distance < stop; -INFINITY never stops */
  TlSchedule schedule;
} TlClause;

typedef struct
{
  TlClause *clauses;
  guint n_clauses;
  gboolean has_keyframe; /* @TIME was written after the ^ */
  TlTime at;
  guint fade;            /* iterations of cross-fade from the segment before */
} TlSegment;

typedef enum
{
  TL_HINT_EMPTY_CLAUSE,
  TL_HINT_EMPTY_COLON,      /* "cat:" */
  TL_HINT_NUMBER_AS_WEIGHT, /* "ratio 16:9" */
  TL_HINT_COMMA_NUMBER,     /* "cat:0,5" */
  TL_HINT_SWITCHED_OFF,     /* weight 0 */
  TL_HINT_LIMITED,          /* |weight| > 10000 */
  TL_HINT_ONLY_NEGATIVE,
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
  TL_HINT_UNREADABLE,       /* characters were removed */
  TL_HINT_NOT_LATIN,
  TL_HINT_TOO_LONG,         /* a clause over 4096 bytes was cut */
  TL_HINT_TOO_MANY,         /* clauses or segments over the limit were dropped */
} TlHintCode;

typedef struct
{
  TlHintCode code;
  gint segment, clause; /* which one it is about; -1: the whole prompt */
  guint column;         /* 1-based, in characters, of the source text */
  char *message;        /* translated, one sentence */
  char *fix_label;      /* (nullable): translated label of a button */
  char *fix;            /* (nullable): the whole prompt text with this one thing mended */
} TlHint;

/* A clause as it acts at one iteration. */
typedef struct
{
  const TlClause *clause; /* owned by the prompt */
  gdouble weight;         /* after schedule and cross-fade */
} TlActiveClause;

GType tl_prompt_get_type (void) G_GNUC_CONST;

/* Parses any bytes whatever, valid UTF-8 or not. */
TlPrompt *tl_prompt_parse (const char *text);

TlPrompt *tl_prompt_ref (TlPrompt *self);
void tl_prompt_unref (TlPrompt *self);

/* The text that parses to an equal prompt: canonical, with escapes where they are needed and no hint-worthy oddity. */
char *tl_prompt_print (TlPrompt *self);

/* As tl_prompt_print(), of one clause: what a row of the window shows and takes. */
char *tl_clause_print (const TlClause *clause);

gboolean tl_prompt_equal (TlPrompt *a, TlPrompt *b);

guint tl_prompt_get_n_segments (TlPrompt *self);
const TlSegment *tl_prompt_get_segment (TlPrompt *self, guint index);

/* No clause at all: there is nothing to steer towards or away from. */
gboolean tl_prompt_is_empty (TlPrompt *self);

/**
 * tl_prompt_get_hints:
 *
 * Returns: (transfer none) (element-type TlHint): what is odd, in the order of the text
 */
const GPtrArray *tl_prompt_get_hints (TlPrompt *self);

/**
 * TlStory:
 * @n_iterations: planned length of the run; percentages refer to it
 * @change_every: iterations between segments without a keyframe; 0: length / number of segments
 * @loop: start over after the last segment (only where no segment has a keyframe)
 */
typedef struct
{
  guint64 n_iterations;
  guint64 change_every;
  gboolean loop;
} TlStory;

/**
 * tl_prompt_at:
 *
 * The clauses that act at @iteration, with their weights then. Clauses of weight 0 are left out. Image and noise clauses
 * of earlier segments persist until a later segment names them again (product.md 3.4).
 *
 * Returns: (transfer full) (element-type TlActiveClause): in the order of the text; borrows from @self
 */
GArray *tl_prompt_at (TlPrompt *self, const TlStory *story, guint64 iteration);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (TlPrompt, tl_prompt_unref)

G_END_DECLS
