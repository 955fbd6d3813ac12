/* session-family.c - runs begun, forked, varied, explored, deleted
 *
 * Each of these is a few facts in the file before anything runs: a run that never began is still
 * there the next time, with what it was to be made of.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "config.h"
#include "core/base/error.h"
#include "core/session/journal.h"
#include "core/session/session-checkpoints.h"
#include "core/session/session-private.h"

#include <glib/gi18n-lib.h>

/* What a new run is made of. */
typedef struct
{
  TlStart *start;
  TlRunOrigin origin; /* without id and time */
  TlJournalEntry entry;
} Draft;

static TlRun *
make_run (TlSession *self, const Draft *draft)
{
  g_autoptr (TlRun) run = tl_run_new (draft->start, draft->entry.steer);
  TlRunOrigin origin = draft->origin;
  TlMember *member;

  origin.id = self->last_run + 1;
  origin.session = self->serial;
  origin.created = g_get_real_time () / G_USEC_PER_SEC;
  tl_run_set_origin (run, &origin);
  member = tl_session_take_member (self, run, FALSE);
  tl_scribe_put_run (member);
  tl_scribe_put_journal (member);
  tl_run_add_journal (run, &draft->entry);
  return run;
}

TlRun *
tl_session_add_run (TlSession *self, TlStart *start, TlSteer *steer, GError **error)
{
  g_return_val_if_fail (TL_IS_SESSION (self), NULL);
  g_return_val_if_fail (start != NULL && steer != NULL, NULL);

  if (!tl_steer_check_length (steer, error)
      || !tl_session_ensure_file (self, tl_steer_get_prompt (steer), error))
    return NULL;

  return make_run (self, &(Draft){ .start = start, .entry = { .steer = steer } });
}

/* --- forks ------------------------------------------------------------------------------------ */

static gboolean
check_generation (TlRun *parent, GError **error)
{
  guint n = 1;

  for (TlRun *run = parent; run != NULL; run = tl_run_get_parent (run))
    n++;
  if (n <= TL_MAX_GENERATIONS)
    return TRUE;
  return tl_error_set (error, TL_ERROR_TOO_LARGE,
                       _ ("A family has at most %d generations; fork from an earlier run"),
                       TL_MAX_GENERATIONS);
}

/* A recipe has one jitter an iteration, so a second one there could not be told. */
static gboolean
check_fork (TlRun *parent, guint64 iteration, GError **error)
{
  const TlJournalEntry *entry = tl_journal_find (tl_run_get_journal (parent), iteration);
  g_autofree char *title = tl_run_dup_title (parent);

  if (entry != NULL && entry->iteration == iteration && entry->jitter.sigma > 0)
    return tl_error_set (error, TL_ERROR_UNTRUSTED,
                         _ ("“%s” was itself varied at iteration %lu; fork from a later one"),
                         title, (gulong) iteration);
  return TRUE;
}

/* (transfer full): where the parent laid out forms anew is no iteration of a run that begins anew.
 */
static TlSteer *
make_first_steer (TlSteer *steer)
{
  TlSettings settings = *tl_steer_get_settings (steer);

  settings.coarse_from = 0;
  return tl_steer_new (tl_steer_get_prompt (steer), &settings, tl_steer_get_assets (steer));
}

static TlRun *
fork_run (TlSession *self, TlRun *parent, guint64 iteration, const TlForkValues *values,
          guint64 hold)
{
  gboolean continues = values->start == NULL;
  g_autoptr (TlSteer) steer =
    continues ? tl_steer_ref (values->steer) : make_first_steer (values->steer);
  const Draft draft = {
    .start = continues ? tl_run_get_start (parent) : values->start,
    .origin = { .parent = parent,
                .parent_iteration = iteration,
                .continues_parent = continues,
                .hold = hold,
                .change = values->change },
    .entry = { continues ? iteration : 0, steer, values->turn, values->jitter },
  };

  tl_session_keep_for_fork (self, parent, iteration);
  return make_run (self, &draft);
}

TlRun *
tl_session_fork (TlSession *self, TlRun *parent, guint64 iteration, const TlForkValues *values,
                 GError **error)
{
  g_return_val_if_fail (TL_IS_SESSION (self), NULL);
  g_return_val_if_fail (tl_session_get_member (self, parent) != NULL, NULL);
  g_return_val_if_fail (values != NULL && values->steer != NULL, NULL);

  if (!tl_session_check_writable (self, error) || !check_generation (parent, error)
      || !tl_steer_check_length (values->steer, error))
    return NULL;
  if (values->start == NULL && !check_fork (parent, iteration, error))
    return NULL;

  return fork_run (self, parent, iteration, values, 0);
}

/* --- siblings --------------------------------------------------------------------------------- */

static guint32
find_last_jitter (TlSession *self, TlRun *parent, guint64 iteration)
{
  guint32 last = 0;

  for (guint i = 0; i < self->members->len; i++)
    {
      TlRun *run = ((TlMember *) self->members->pdata[i])->run;
      const TlRunOrigin *origin = tl_run_get_origin (run);
      const TlJournalEntry *entry;

      if (origin->parent != parent || origin->parent_iteration != iteration
          || !origin->continues_parent)
        continue;
      entry = tl_journal_find (tl_run_get_journal (run), iteration);
      if (entry != NULL && entry->iteration == iteration && entry->jitter.sigma > 0)
        last = MAX (last, entry->jitter.index);
    }
  return last;
}

/* As @run is steered, for long enough. Before the first step there may be nothing but random codes
 * to vary, which a denoiser leaves at once: the luck with which it draws has to be another. */
static TlSteer *
make_sibling_steer (TlSteer *steer, guint64 iteration, guint32 index)
{
  TlSettings settings = *tl_steer_get_settings (steer);

  if (iteration == 0)
    settings.variation = (gint64) (((guint64) settings.variation + index) & G_MAXINT64);
  settings.n_iterations = MAX (settings.n_iterations, (gint64) (iteration + TL_SIBLING_ITERATIONS));
  return tl_steer_new (tl_steer_get_prompt (steer), &settings, tl_steer_get_assets (steer));
}

static gboolean
check_siblings (TlSession *self, TlRun *run, guint64 iteration, gdouble sigma, GError **error)
{
  if (!tl_session_check_writable (self, error) || !check_generation (run, error)
      || !check_fork (run, iteration, error))
    return FALSE;
  if (!(sigma > 0 && sigma <= TL_MAX_JITTER))
    return tl_error_set (error, TL_ERROR_FORMAT,
                         _ ("How far siblings differ must be more than 0 and at most %d"),
                         TL_MAX_JITTER);
  if (iteration > TL_MAX_ITERATIONS - TL_SIBLING_ITERATIONS)
    return tl_error_set (error, TL_ERROR_TOO_LARGE, _ ("A run has at most %d iterations"),
                         TL_MAX_ITERATIONS);
  return TRUE;
}

GPtrArray *
tl_session_add_siblings (TlSession *self, TlRun *run, guint64 iteration, guint n, gdouble sigma,
                         GError **error)
{
  const TlJournalEntry *entry;
  TlSteer *steer;
  GPtrArray *siblings;
  TlTurn turn;
  guint32 last;

  g_return_val_if_fail (TL_IS_SESSION (self), NULL);
  g_return_val_if_fail (tl_session_get_member (self, run) != NULL, NULL);
  g_return_val_if_fail (n > 0 && n <= TL_EXPLORE_MAX_SEEDS, NULL);

  if (!check_siblings (self, run, iteration, sigma, error))
    return NULL;

  /* They go on as @run does, a turn at this very iteration included. */
  entry = tl_journal_find (tl_run_get_journal (run), iteration);
  turn = entry != NULL && entry->iteration == iteration ? entry->turn : TL_TURN_GENTLE;
  steer = entry != NULL ? entry->steer : tl_run_get_steer (run);
  last = find_last_jitter (self, run, iteration);
  siblings = g_ptr_array_new ();
  for (guint i = 1; i <= n; i++)
    {
      g_autofree char *change = g_strdup_printf (_ ("variation %u"), last + i);
      g_autoptr (TlSteer) own = make_sibling_steer (steer, iteration, last + i);
      const TlForkValues values = { own, turn, { sigma, last + i }, NULL, change };

      g_ptr_array_add (siblings,
                       fork_run (self, run, iteration, &values, iteration + TL_SIBLING_ITERATIONS));
    }
  return siblings;
}

/* --- undo ------------------------------------------------------------------------------------- */

static gboolean
changes (const TlJournalEntry *entry, const TlJournalEntry *before)
{
  return entry->turn == TL_TURN_HARD || entry->jitter.sigma > 0
         || !tl_steer_equal (entry->steer, before->steer);
}

/* A fork's first turn is done after its parent's checkpoint. */
static TlRun *
find_owner (TlRun *run, guint64 iteration)
{
  while (tl_run_get_parent (run) != NULL && tl_run_get_origin (run)->continues_parent
         && iteration <= tl_run_get_origin (run)->parent_iteration)
    run = tl_run_get_parent (run);
  return run;
}

TlRun *
tl_session_find_undo (TlSession *self, TlRun *run, guint64 *iteration, TlSteer **steer)
{
  GArray *journal = tl_run_get_journal (run);

  /* Turns that are still ahead have changed nothing yet. */
  for (guint i = tl_journal_count (journal, tl_run_get_iteration (run) + 1); i > 1; i--)
    {
      const TlJournalEntry *entry = &g_array_index (journal, TlJournalEntry, i - 1);
      const TlJournalEntry *before = &g_array_index (journal, TlJournalEntry, i - 2);

      if (!changes (entry, before))
        continue;
      *iteration = entry->iteration;
      *steer = before->steer;
      return find_owner (run, entry->iteration);
    }
  return NULL;
}

/* --- explorations ----------------------------------------------------------------------------- */

static void
add_candidates (TlSession *self, TlExploration *exploration, const TlStartValues *first,
                TlSteer *steer, guint n)
{
  TlStartValues values = *first;

  for (guint i = 0; i < n; i++, values.seed++)
    {
      g_autoptr (TlStart) start = tl_start_new (&values);

      make_run (self, &(Draft){ .start = start,
                                .origin = { .exploration = tl_exploration_get_id (exploration),
                                            .hold = tl_exploration_get_hold (exploration) },
                                .entry = { .steer = steer } });
    }
}

TlExploration *
tl_session_explore (TlSession *self, TlStart *start, TlSteer *steer, guint n_seeds, guint64 hold,
                    GError **error)
{
  TlExploration *exploration;
  TlExplorationRecord record;

  g_return_val_if_fail (TL_IS_SESSION (self), NULL);
  g_return_val_if_fail (start != NULL && steer != NULL, NULL);
  g_return_val_if_fail (n_seeds >= TL_EXPLORE_MIN_SEEDS && n_seeds <= TL_EXPLORE_MAX_SEEDS, NULL);
  g_return_val_if_fail (hold > 0, NULL);

  if (!tl_steer_check_length (steer, error)
      || !tl_session_ensure_file (self, tl_steer_get_prompt (steer), error))
    return NULL;

  record = (TlExplorationRecord){
    .id = self->last_exploration + 1,
    /* A run that is to end before would never be held. */
    .hold = MIN (hold, (guint64) tl_steer_get_settings (steer)->n_iterations),
    .created = g_get_real_time () / G_USEC_PER_SEC,
  };
  exploration = tl_exploration_new (&record);
  tl_session_take_exploration (self, exploration);
  tl_scribe_put_exploration (self, exploration);
  add_candidates (self, exploration, tl_start_get_values (start), steer, n_seeds);
  return exploration;
}

/* Deleted ones had their seeds too. */
static TlRun *
find_last_candidate (TlSession *self, TlExploration *exploration)
{
  for (guint i = self->members->len; i > 0; i--)
    {
      TlRun *run = ((TlMember *) self->members->pdata[i - 1])->run;

      if (tl_run_get_origin (run)->exploration == tl_exploration_get_id (exploration))
        return run;
    }
  return NULL;
}

gboolean
tl_session_explore_more (TlSession *self, TlExploration *exploration, guint n_seeds, GError **error)
{
  const TlJournalEntry *entry;
  TlRun *last;
  TlStartValues values;
  g_autoptr (TlSteer) steer = NULL;

  g_return_val_if_fail (TL_IS_SESSION (self), FALSE);
  g_return_val_if_fail (n_seeds > 0 && n_seeds <= TL_EXPLORE_MAX_SEEDS, FALSE);

  if (!tl_session_check_writable (self, error))
    return FALSE;
  last = find_last_candidate (self, exploration);
  if (last == NULL)
    return tl_error_set (error, TL_ERROR_MISSING,
                         _ ("Nothing is left of this exploration to go on from"));

  values = *tl_start_get_values (tl_run_get_start (last));
  values.seed++;
  /* As they all began, whatever this one was turned to since. */
  entry = tl_journal_find (tl_run_get_journal (last), 0);
  steer = tl_steer_ref (entry != NULL ? entry->steer : tl_run_get_steer (last));
  add_candidates (self, exploration, &values, steer, n_seeds);
  return TRUE;
}

/* --- deleting --------------------------------------------------------------------------------- */

static void
set_deleted (TlSession *self, TlRun *run, gboolean is_deleted)
{
  TlMember *member = tl_session_get_member (self, run);

  g_return_if_fail (member != NULL);

  if (member->is_deleted == is_deleted || !tl_session_check_writable (self, NULL))
    return;

  tl_session_set_deleted (self, member, is_deleted);
  tl_scribe_put_run (member);
}

void
tl_session_delete_run (TlSession *self, TlRun *run)
{
  g_return_if_fail (TL_IS_SESSION (self));

  set_deleted (self, run, TRUE);
}

void
tl_session_undelete_run (TlSession *self, TlRun *run)
{
  g_return_if_fail (TL_IS_SESSION (self));

  set_deleted (self, run, FALSE);
}

void
tl_session_forget_interrupted (TlSession *self)
{
  if (self->interrupted->len == 0)
    return;

  for (guint i = 0; i < self->interrupted->len; i++)
    {
      TlMember *member = tl_session_get_member (self, self->interrupted->pdata[i]);

      member->state = TL_RUN_PAUSED;
      tl_scribe_put_run (member);
    }
  g_ptr_array_set_size (self->interrupted, 0);
  tl_session_emit_interrupted_changed (self);
}

void
tl_session_add_score (TlSession *self, TlRun *run, guint64 iteration, const char *judge,
                      gdouble value)
{
  TlStore *store;
  /* Only read from. */
  const TlScoreRecord record = { .run = tl_run_get_origin (run)->id,
                                 .iteration = iteration,
                                 .judge = (char *) judge,
                                 .clause = (char *) "",
                                 .value = value };

  g_return_if_fail (TL_IS_SESSION (self));

  tl_run_add_score (run, iteration, judge, value);
  store = tl_session_get_writer (self);
  if (store != NULL)
    tl_store_put_score (store, &record);
}
