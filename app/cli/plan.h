/* plan.h - what `tiller-cli run` is to do, from its options or from a recipe
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#pragma once

#include "app/cli/cli.h"
#include "core/session/recipe.h"

G_BEGIN_DECLS

/* Options of run that say what to make; strings, NULL where not given. */
typedef struct
{
  char *prompt, *seed, *size, *start, *recipe;
  gboolean strict;
  gboolean quiet;  /* no notes; of the common options */
  char **settings; /* one for each row of the table of settings */
} PlanOptions;

typedef struct
{
  TlStart *start;
  GArray *journal; /* TlJournalEntry */
  guint64 n_iterations;
} Plan;

/* (transfer full): entries for the options above and one for each setting; @options is filled by
 * the parser. */
GOptionEntry *plan_options_make_entries (PlanOptions *options);
/* Of what starts from a prompt only. */
void plan_entries_hide_recipe (GOptionEntry *entries);
void plan_options_clear (PlanOptions *options);

/* The value of a setting that was not given. */
void plan_options_set_default (PlanOptions *options, const char *setting, const char *value);

/* Reads the recipe, if one is named: (nullable) (transfer full). */
gboolean plan_read_recipe (const PlanOptions *options, TlRecipe **recipe, GError **error);

/* What does not depend on the models is checked here, before anything slow. */
gboolean plan_check (const PlanOptions *options, GError **error);

/**
 * plan_make:
 * @recipe: (nullable): what to repeat; the options then change only the length
 * @models: by whose cells the size is snapped, and whose vocabulary has the words or not
 *
 * Prints hints and snapping on standard error, unless they are to be quiet.
 */
gboolean plan_make (Plan *plan, const PlanOptions *options, TlRecipe *recipe,
                    const TlModelChoice *choice, TlModels *models, GError **error);
void plan_clear (Plan *plan);

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (PlanOptions, plan_options_clear)
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Plan, plan_clear)

G_END_DECLS
