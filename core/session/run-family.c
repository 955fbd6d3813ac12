/* run-family.c - a run among its relatives: where it comes from, what it is called
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "config.h"
#include "core/session/journal.h"
#include "core/session/run-private.h"

#include <glib/gi18n-lib.h>
#include <math.h>

/* What a judge says. */
typedef struct
{
  guint64 iteration;
  const char *judge; /* interned: few judges see many pictures */
  gdouble value;
} Score;

static void
inherit_journal (TlRun *self)
{
  guint n = tl_journal_count (self->parent->journal, self->origin.parent_iteration);

  for (guint i = 0; i < n; i++)
    tl_journal_add (self->journal, &g_array_index (self->parent->journal, TlJournalEntry, i));
}

static gint
compare_ids (gconstpointer a, gconstpointer b, gpointer data)
{
  gint64 left = ((const TlRun *) a)->origin.id, right = ((const TlRun *) b)->origin.id;

  return (left > right) - (left < right);
}

void
tl_run_add_child (TlRun *self, TlRun *child)
{
  g_list_store_insert_sorted (self->children, child, compare_ids, NULL);
}

void
tl_run_remove_child (TlRun *self, TlRun *child)
{
  guint position;

  if (g_list_store_find (self->children, child, &position))
    g_list_store_remove (self->children, position);
}

void
tl_run_set_origin (TlRun *self, const TlRunOrigin *origin)
{
  g_return_if_fail (TL_IS_RUN (self));
  g_return_if_fail (self->origin.id == 0 && self->journal->len == 0);

  self->origin = *origin;
  self->change = g_strdup (origin->change);
  self->origin.change = self->change;
  if (origin->parent == NULL)
    return;

  g_set_weak_pointer (&self->parent, origin->parent);
  if (origin->continues_parent)
    {
      inherit_journal (self);
      self->iteration = origin->parent_iteration;
    }
  tl_run_add_child (self->parent, self);
}

const TlRunOrigin *
tl_run_get_origin (TlRun *self)
{
  self->origin.parent = self->parent;
  return &self->origin;
}

/* Turns may lie ahead, where a recipe is being repeated: what is in force is that of @iteration. */
static void
restore_journal (TlRun *self, GArray *own_turns, guint64 iteration)
{
  for (guint i = 0; i < own_turns->len; i++)
    {
      const TlJournalEntry *entry = &g_array_index (own_turns, TlJournalEntry, i);

      tl_journal_add (self->journal, entry);
      if (i > 0 && entry->iteration > iteration)
        continue;
      tl_steer_unref (self->steer);
      self->steer = tl_steer_ref (entry->steer);
    }
}

void
tl_run_restore (TlRun *self, GArray *own_turns, const TlMaker *maker, TlRunState state,
                guint64 iteration, gdouble similarity)
{
  static const TlRunProperty restored[] = { TL_RUN_PROP_STEER, TL_RUN_PROP_N_ITERATIONS,
                                            TL_RUN_PROP_STATE, TL_RUN_PROP_ITERATION,
                                            TL_RUN_PROP_SIMILARITY };

  g_return_if_fail (TL_IS_RUN (self));

  restore_journal (self, own_turns, iteration);
  if (maker != NULL)
    tl_run_set_maker (self, maker);
  self->state = state;
  self->iteration = iteration;
  self->similarity = similarity;
  for (guint i = 0; i < G_N_ELEMENTS (restored); i++)
    tl_run_notify (self, restored[i]);
}

TlRun *
tl_run_get_parent (TlRun *self)
{
  return self->parent;
}

GListModel *
tl_run_get_children (TlRun *self)
{
  return G_LIST_MODEL (self->children);
}

gboolean
tl_run_is_picked (TlRun *self)
{
  return self->origin.exploration == 0 || self->mark == TL_MARK_STARRED
         || self->iteration > self->origin.hold
         || g_list_model_get_n_items (G_LIST_MODEL (self->children)) > 0;
}

GArray *
tl_run_get_journal (TlRun *self)
{
  return self->journal;
}

const TlMaker *
tl_run_get_maker (TlRun *self)
{
  return self->maker;
}

char *
tl_run_dup_title (TlRun *self)
{
  g_autofree char *seed = NULL;

  if (self->name != NULL && *self->name != '\0')
    return g_strdup (self->name);
  if (self->parent != NULL)
    return g_strdup_printf ("%" G_GUINT64_FORMAT " %s", self->origin.parent_iteration,
                            self->change != NULL ? self->change : _ ("fork"));
  seed = g_strdup_printf ("%" G_GUINT64_FORMAT, tl_start_get_values (self->start)->seed);
  return g_strdup_printf (_ ("seed %s"), seed);
}

const char *
tl_run_get_name (TlRun *self)
{
  return self->name;
}

void
tl_run_set_name (TlRun *self, const char *name)
{
  if (!tl_run_set_text (&self->name, name))
    return;

  tl_run_notify (self, TL_RUN_PROP_NAME);
  tl_run_notify (self, TL_RUN_PROP_TITLE);
}

const char *
tl_run_get_note (TlRun *self)
{
  return self->note;
}

void
tl_run_set_note (TlRun *self, const char *note)
{
  if (tl_run_set_text (&self->note, note))
    tl_run_notify (self, TL_RUN_PROP_NOTE);
}

TlMark
tl_run_get_mark (TlRun *self)
{
  return self->mark;
}

void
tl_run_set_mark (TlRun *self, TlMark mark)
{
  if (self->mark == mark)
    return;

  self->mark = mark;
  tl_run_notify (self, TL_RUN_PROP_MARK);
}

/* Where the score of @judge at @iteration is, or would be: they lie by iteration. */
static guint
find_score (TlRun *self, guint64 iteration, const char *judge, gboolean *is_there)
{
  guint i = self->scores->len;

  *is_there = FALSE;
  while (i > 0 && g_array_index (self->scores, Score, i - 1).iteration >= iteration)
    {
      const Score *score = &g_array_index (self->scores, Score, --i);

      *is_there = score->iteration == iteration && score->judge == judge;
      if (*is_there)
        break;
    }
  return i;
}

void
tl_run_add_score (TlRun *self, guint64 iteration, const char *judge, gdouble value)
{
  const Score score = { iteration, g_intern_string (judge), value };
  gboolean is_there;
  guint position;

  g_return_if_fail (TL_IS_RUN (self));
  g_return_if_fail (judge != NULL);

  if (self->scores == NULL)
    self->scores = g_array_new (FALSE, FALSE, sizeof (Score));
  position = find_score (self, iteration, score.judge, &is_there);
  if (is_there)
    g_array_index (self->scores, Score, position) = score;
  else
    g_array_insert_val (self->scores, position, score);
  tl_run_notify (self, TL_RUN_PROP_N_SCORES);
}

gdouble
tl_run_get_score (TlRun *self, const char *judge, guint64 *iteration)
{
  const char *interned = g_intern_string (judge);

  for (guint i = self->scores != NULL ? self->scores->len : 0; i > 0; i--)
    {
      const Score *score = &g_array_index (self->scores, Score, i - 1);

      if (score->judge != interned)
        continue;
      if (iteration != NULL)
        *iteration = score->iteration;
      return score->value;
    }
  return NAN;
}
