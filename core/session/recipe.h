/* recipe.h - everything that a picture was made from
 *
 * A recipe rebuilds a run from nothing: the start, the models by SHA-256, and the journal of what
 * steered it from which iteration. It travels as JSON in a PNG's iTXt chunk `tiller`. Plain data,
 * immutable once built, reference-counted.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#pragma once

#include "core/session/steer.h"

G_BEGIN_DECLS

#define TL_TYPE_RECIPE (tl_recipe_get_type ())
/* The newest that is read. Written is the oldest that says everything: 1 as long as nothing was
 * jittered, or varied, which readers of version 1 would pass over. */
#define TL_RECIPE_VERSION 2
/* Start images and image clauses up to this size travel inside the recipe, others by hash. */
#define TL_RECIPE_MAX_EMBEDDED (2 * 1024 * 1024)
#define TL_RECIPE_MAX_PICTURES 256
/* Of the JSON; longer ones are refused. */
#define TL_RECIPE_MAX_BYTES (16 * 1024 * 1024)

typedef enum
{
  TL_TURN_GENTLE, /* the optimiser keeps its memory */
  TL_TURN_HARD,   /* its moments start anew */
} TlTurn;

/* Noise added to the latent when a turn takes hold: @sigma times the standard deviation of the
 * codebook's values, drawn from (seed, iteration, TL_PURPOSE_JITTER, index). */
typedef struct
{
  gdouble sigma; /* 0: none */
  guint32 index;
} TlJitter;

#define TL_MAX_JITTER 10 /* sigma of a recipe is at most this */

/* @steer holds from the step that leaves iteration @iteration. */
typedef struct
{
  guint64 iteration;
  TlSteer *steer;
  TlTurn turn;
  TlJitter jitter;
} TlJournalEntry;

typedef struct
{
  char *name;   /* as the user named it: "starter", a file's base name, "random:…" */
  char *sha256; /* of the file; "" where it has none */
} TlModelName;

/* What the result depends on besides: bits repeat only where these are the same. */
typedef struct
{
  TlModelName vqgan, clip;
  char *precision; /* "float32" */
  char *device;    /* "cpu" */
  guint n_threads;
} TlMaker;

typedef struct _TlRecipe TlRecipe;

GType tl_recipe_get_type (void) G_GNUC_CONST;

/**
 * tl_recipe_new:
 * @journal: (element-type TlJournalEntry): by iteration, the first at 0; copied
 * @iteration: the picture's
 */
TlRecipe *tl_recipe_new (TlStart *start, const TlMaker *maker, GArray *journal, guint64 iteration);

TlRecipe *tl_recipe_ref (TlRecipe *self);
void tl_recipe_unref (TlRecipe *self);

TlStart *tl_recipe_get_start (TlRecipe *self);
const TlMaker *tl_recipe_get_maker (TlRecipe *self);
const TlJournalEntry *tl_recipe_get_entry (TlRecipe *self, guint index);
guint tl_recipe_get_n_entries (TlRecipe *self);
guint64 tl_recipe_get_iteration (TlRecipe *self);

/* The entry in force for the step that leaves @iteration. */
const TlJournalEntry *tl_recipe_find_entry (TlRecipe *self, guint64 iteration);

/* --- its pictures: start images and image clauses --------------------------------------------- */

/* (transfer full) (element-type TlAsset): each once, the start's first */
GPtrArray *tl_recipe_list_pictures (TlRecipe *self);
/* FALSE names one whose bytes are not here: a run would go on without it, to another picture. */
gboolean tl_recipe_check_pictures (TlRecipe *self, GError **error);
/* (transfer full): the same, with pictures of @known (element-type TlAsset) by hash, for those that
 * are not here */
TlRecipe *tl_recipe_dup_filled (TlRecipe *self, GPtrArray *known);

/* Pictures that it would print whole. */
gboolean tl_recipe_has_pictures (TlRecipe *self);
/* (transfer full): the same, but it prints its pictures by hash only */
TlRecipe *tl_recipe_dup_without_pictures (TlRecipe *self);
/* (transfer full) (nullable): the names, in quotes, of those that are here and too large to be
 * printed; NULL: none */
char *tl_recipe_dup_left_out (TlRecipe *self);

/* (transfer full): one line of JSON */
char *tl_recipe_print (TlRecipe *self);
/* Treats @text as hostile. Pictures that did not travel inside have no bytes (asset.h).
 * TL_ERROR_FORMAT, TL_ERROR_TOO_LARGE; TL_ERROR_UNTRUSTED if made by a newer version. */
TlRecipe *tl_recipe_parse (const char *text, GError **error);

TlMaker *tl_maker_copy (const TlMaker *self);
/* By their sums; a model that has no file has none: then its name says what it is. */
gboolean tl_model_name_equal (const TlModelName *a, const TlModelName *b);
void tl_maker_free (TlMaker *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (TlRecipe, tl_recipe_unref)
G_DEFINE_AUTOPTR_CLEANUP_FUNC (TlMaker, tl_maker_free)

G_END_DECLS
