/* reading.h - a text while it is being read
 *
 * What the parser knows about where things stand and the finished prompt forgets: hints and their
 * fixes are written from it. Private to core/prompt, used by one thread, gone when
 * tl_prompt_parse() returns.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#pragma once

#include "core/prompt/clause.h"

G_BEGIN_DECLS

/* Bytes of the readable text, from start up to but not including end. */
typedef struct
{
  gsize start, end;
} TlSpan;

typedef enum
{
  TL_ODD_LIMITED = 1 << 0,      /* a weight, or that of a point, went past the limit */
  TL_ODD_BAD_RANGE = 1 << 1,    /* the schedule was dropped: it ends before it starts */
  TL_ODD_DOUBLE_POINT = 1 << 2, /* the schedule was dropped: two weights at odd_time */
  TL_ODD_REORDERED = 1 << 3,    /* points of a curve were sorted */
  TL_ODD_CUT = 1 << 4,          /* the text was too long */
} TlOddities;

typedef struct
{
  guint segment, index;   /* where the prompt keeps it */
  const TlClause *clause; /* there */
  TlSpan whole;           /* all of it, trimmed */
  TlSpan body;            /* the words or <…>, trimmed */
  TlSpan weight, stop;    /* the groups with their colons, trimmed; empty where not written */
  TlSpan schedule;        /* from its @; empty where not written */
  guint oddities;
  TlTime odd_time;
} TlClauseReading;

typedef struct
{
  TlSpan raw;      /* between its ^ marks */
  TlSpan keyframe; /* from its @; empty where not written */
  TlSegment segment;
  guint first; /* of its clauses in TlReading.clauses */
  guint64 key; /* what the story is sorted by */
} TlSegmentReading;

typedef struct
{
  char *text; /* what is readable of the source, NUL-terminated */
  gsize length;
  guint8
    *live; /* for each byte: is it a |, ^, : or @ that means something, or the < of an image? */
  GArray *removed;  /* gsize: where in text an unreadable character stood, in order */
  GArray *segments; /* TlSegmentReading, in the order of the story */
  GArray *clauses;  /* TlClauseReading, in the order of the text */
  GArray *empty; /* TlSpan: cutting these out leaves no empty clause; the first MAX_EMPTY of them */
  gsize n_empty; /* empty clauses */
  gsize first_empty; /* where the first of them stands */
  gsize over_limit;  /* where the first clause or segment past a limit stands; G_MAXSIZE: none */
  gint moved;        /* a segment that was moved to where its keyframe belongs; -1: none */
} TlReading;

/* Reads any bytes. */
TlReading *tl_reading_new (const char *source);
void tl_reading_free (TlReading *self);

/* Moves the segments (TlSegment) out. The clauses stay where they are in memory. */
GArray *tl_reading_take_segments (TlReading *self);

/* Do both say the same? */
gboolean tl_reading_equal (const TlReading *a, const TlReading *b);

/* Fills in text, removed and live: the part of tl_reading_new() that looks at single characters. */
void tl_reading_scan (TlReading *self, const char *source);

/* The 1-based column of the source, in characters, of the byte at @position of the text. */
guint tl_reading_get_column (const TlReading *self, gsize position);

gboolean tl_reading_is_live (const TlReading *self, gsize position, char special);

/* Where @special first means something in @span; its end if nowhere. */
gsize tl_reading_find (const TlReading *self, TlSpan span, char special);

/* As tl_reading_find(), the last. */
gsize tl_reading_find_last (const TlReading *self, TlSpan span, char special);

TlSpan tl_reading_trim (const TlReading *self, TlSpan span);

/* The whole text with @span replaced. */
char *tl_reading_replace (const TlReading *self, TlSpan span, const char *replacement);

/* Where an <image:…> that opens at @start ends, past its >; 0 if it is not closed on its line. */
gsize tl_image_end (const char *text, gsize start);

gboolean tl_is_space (char c);

/* Is @text a backslash and one of the six characters that it escapes? */
gboolean tl_is_escape (const char *text);

char *tl_unescape (const char *text, gsize length);

void tl_clause_clear (TlClause *clause);
gboolean tl_clause_has_same_body (const TlClause *a, const TlClause *b);

void tl_segment_clear (TlSegment *segment);
gboolean tl_segment_equal (const TlSegment *a, const TlSegment *b);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (TlReading, tl_reading_free)

G_END_DECLS
