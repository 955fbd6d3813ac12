/* differences.c - what differs between two runs, in words
 *
 * Clauses are the same clause where they name the same thing; what else they say is compared. A
 * story of several segments is compared as a whole.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "config.h"
#include "ui/differences.h"

#include <glib/gi18n-lib.h>

/* Characters of a clause that fit an edge of the tree. */
#define MAX_WORDS 40

/* --- Clauses --------------------------------------------------------------------------------- */

static char *
shorten (const char *text)
{
  g_autofree char *start = NULL;

  if (g_utf8_strlen (text, -1) <= MAX_WORDS)
    return g_strdup (text);
  start = g_utf8_substring (text, 0, MAX_WORDS - 1);
  return g_strconcat (start, "…", NULL);
}

static char *
print_name (const TlClause *clause)
{
  if (clause->kind == TL_CLAUSE_NOISE)
    return g_strdup (_ ("noise"));
  return shorten (clause->text);
}

static gboolean
is_same_thing (const TlClause *a, const TlClause *b)
{
  return a->kind == b->kind && a->noise_seed == b->noise_seed && g_strcmp0 (a->text, b->text) == 0;
}

static const TlClause *
find_clause (const TlSegment *segment, const TlClause *wanted)
{
  for (guint i = 0; i < segment->n_clauses; i++)
    if (is_same_thing (&segment->clauses[i], wanted))
      return &segment->clauses[i];
  return NULL;
}

static char *
print_clause_change (const TlClause *from, const TlClause *to)
{
  g_autofree char *name = print_name (to);

  if (from->weight != to->weight)
    /* Translators: a clause of the prompt and its weights before and after */
    return g_strdup_printf (_ ("“%s” %.4g → %.4g"), name, from->weight, to->weight);
  return g_strdup_printf (_ ("“%s” scheduled otherwise"), name);
}

/* One clause for another in the same place is a change of words. */
static gboolean
is_reworded (const TlSegment *from, const TlSegment *to, guint i)
{
  return i < from->n_clauses && i < to->n_clauses && find_clause (to, &from->clauses[i]) == NULL
         && find_clause (from, &to->clauses[i]) == NULL;
}

static void
add_segment_changes (GPtrArray *changes, const TlSegment *from, const TlSegment *to)
{
  for (guint i = 0; i < to->n_clauses; i++)
    {
      const TlClause *clause = &to->clauses[i];
      const TlClause *before = find_clause (from, clause);
      g_autofree char *name = print_name (clause);

      if (before == NULL && is_reworded (from, to, i))
        {
          g_autofree char *old = print_name (&from->clauses[i]);

          g_ptr_array_add (changes, g_strdup_printf (_ ("“%s” instead of “%s”"), name, old));
        }
      else if (before == NULL)
        /* Translators: a clause that was added to the prompt */
        g_ptr_array_add (changes, g_strdup_printf (_ ("“%s” added"), name));
      else if (!tl_clause_equal (before, clause))
        g_ptr_array_add (changes, print_clause_change (before, clause));
    }
  for (guint i = 0; i < from->n_clauses; i++)
    if (find_clause (to, &from->clauses[i]) == NULL && !is_reworded (from, to, i))
      {
        g_autofree char *name = print_name (&from->clauses[i]);

        /* Translators: a clause that was taken out of the prompt */
        g_ptr_array_add (changes, g_strdup_printf (_ ("“%s” removed"), name));
      }
}

static void
add_prompt_changes (GPtrArray *changes, TlPrompt *from, TlPrompt *to)
{
  if (tl_prompt_equal (from, to))
    return;
  if (tl_prompt_get_n_segments (from) == 1 && tl_prompt_get_n_segments (to) == 1)
    add_segment_changes (changes, tl_prompt_get_segment (from, 0), tl_prompt_get_segment (to, 0));
  else
    g_ptr_array_add (changes, g_strdup (_ ("another story")));
}

/* --- Settings -------------------------------------------------------------------------------- */

/* That other words lay out forms anew goes without saying. */
static void
add_setting_changes (GPtrArray *changes, const TlSettings *from, const TlSettings *to,
                     gboolean has_other_words)
{
  guint n;
  const TlSetting *settings = tl_setting_get_all (&n);

  for (guint i = 0; i < n; i++)
    {
      g_autofree char *before = tl_settings_print (from, &settings[i]);
      g_autofree char *after = tl_settings_print (to, &settings[i]);

      if (g_str_equal (before, after))
        continue;
      if (has_other_words && settings[i].offset == G_STRUCT_OFFSET (TlSettings, coarse_from))
        continue;
      if (settings[i].type == TL_SETTING_AUGMENTS)
        g_ptr_array_add (changes, g_strdup (_ ("other augmentations")));
      else
        /* Translators: a setting and its values before and after: "rate 0.1 → 0.2" */
        g_ptr_array_add (changes,
                         g_strdup_printf (_ ("%s %s → %s"), _ (settings[i].label), before, after));
    }
}

static GPtrArray *
list_steer_changes (TlSteer *from, TlSteer *to)
{
  GPtrArray *changes = g_ptr_array_new_with_free_func (g_free);

  add_prompt_changes (changes, tl_steer_get_prompt (from), tl_steer_get_prompt (to));
  add_setting_changes (changes, tl_steer_get_settings (from), tl_steer_get_settings (to),
                       changes->len > 0);
  return changes;
}

/* (nullable) */
static char *
join (GPtrArray *changes)
{
  if (changes->len == 0)
    return NULL;
  g_ptr_array_add (changes, NULL);
  return g_strjoinv (", ", (char **) changes->pdata);
}

char *
tl_steer_print_change (TlSteer *from, TlSteer *to)
{
  g_autoptr (GPtrArray) changes = list_steer_changes (from, to);

  return join (changes);
}

char *
tl_fork_print_change (const guint64 *seed, const TlStartValues *size, TlSteer *from, TlSteer *to)
{
  g_autoptr (GPtrArray) changes = g_ptr_array_new_with_free_func (g_free);

  if (seed != NULL)
    {
      g_autofree char *number = g_strdup_printf ("%" G_GUINT64_FORMAT, *seed);

      g_ptr_array_add (changes, g_strdup_printf (_ ("seed %s"), number));
    }
  if (size != NULL)
    g_ptr_array_add (changes, g_strdup_printf ("%u × %u", size->width, size->height));
  g_ptr_array_extend_and_steal (changes, list_steer_changes (from, to));
  return join (changes);
}

/* --- Two sides ------------------------------------------------------------------------------- */

static const char *
get_hash (TlAsset *image)
{
  return image != NULL ? tl_asset_get_sha256 (image) : NULL;
}

static void
add_start_changes (GPtrArray *changes, TlStart *a, TlStart *b)
{
  const TlStartValues *x = tl_start_get_values (a);
  const TlStartValues *y = tl_start_get_values (b);

  if (x->seed != y->seed)
    {
      g_autofree char *before = g_strdup_printf ("%" G_GUINT64_FORMAT, x->seed);
      g_autofree char *after = g_strdup_printf ("%" G_GUINT64_FORMAT, y->seed);

      g_ptr_array_add (changes, g_strdup_printf (_ ("seed %s → %s"), before, after));
    }
  if (x->width != y->width || x->height != y->height)
    g_ptr_array_add (changes, g_strdup_printf (_ ("size %u × %u → %u × %u"), x->width, x->height,
                                               y->width, y->height));
  if (g_strcmp0 (get_hash (x->image), get_hash (y->image)) != 0)
    g_ptr_array_add (changes, g_strdup (_ ("another start picture")));
  else if (x->image != NULL && x->fit != y->fit)
    g_ptr_array_add (changes, g_strdup (_ ("the start picture fitted otherwise")));
}

static gboolean
is_same_model (const TlModelName *a, const TlModelName *b)
{
  return g_strcmp0 (a->name, b->name) == 0 && g_strcmp0 (a->sha256, b->sha256) == 0;
}

char *
tl_makers_print_change (const TlMaker *from, const TlMaker *to)
{
  if (is_same_model (&from->vqgan, &to->vqgan))
    /* Translators: a fork that goes on with another CLIP or image model */
    return g_strdup_printf (_ ("on %s"), to->clip.name);
  if (is_same_model (&from->clip, &to->clip))
    return g_strdup_printf (_ ("on %s"), to->vqgan.name);
  return g_strdup_printf (_ ("on %s and %s"), to->vqgan.name, to->clip.name);
}

static void
add_maker_changes (GPtrArray *changes, const TlMaker *a, const TlMaker *b)
{
  if (a == NULL || b == NULL)
    return;
  if (!is_same_model (&a->vqgan, &b->vqgan))
    g_ptr_array_add (changes, g_strdup_printf (_ ("model %s → %s"), a->vqgan.name, b->vqgan.name));
  if (!is_same_model (&a->clip, &b->clip))
    g_ptr_array_add (changes, g_strdup_printf (_ ("CLIP %s → %s"), a->clip.name, b->clip.name));
}

GPtrArray *
tl_sides_print_differences (const TlSide *a, const TlSide *b)
{
  GPtrArray *changes = list_steer_changes (a->steer, b->steer);

  add_start_changes (changes, a->start, b->start);
  add_maker_changes (changes, a->maker, b->maker);
  if (a->iteration != b->iteration)
    g_ptr_array_add (changes, g_strdup_printf (_ ("iteration %lu → %lu"), (gulong) a->iteration,
                                               (gulong) b->iteration));
  return changes;
}
