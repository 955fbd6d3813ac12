/* keeper.c - what a session file would have of a run, as a test wants it
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "config.h"
#include "tests/core/engine/keeper.h"

#include "core/session/journal.h"

#include <math.h>

static void
append (GString *text, const char *word)
{
  g_string_append_printf (text, "%s%s", text->len > 0 ? " " : "", word);
}

static guint64
replay (TlRun *run, guint64 iteration)
{
  g_autoptr (TlRecipe) recipe = tl_run_dup_recipe (run, iteration);

  g_assert_nonnull (recipe);
  return ticker_replay (recipe);
}

static void
on_kept_cb (TlRun *run, const TlCheckpointValues *values, Keeper *self)
{
  static const char letters[] = "tphefs";
  g_autoptr (GString) word = g_string_new (NULL);

  g_assert_cmphex (ticker_read_bytes (values->state), ==, replay (run, values->iteration));
  g_ptr_array_add (self->states, g_bytes_ref (values->state));
  g_array_append_val (self->iterations, values->iteration);
  g_string_printf (word, "%u", (guint) values->iteration);
  for (guint i = 0; i < sizeof letters - 1; i++)
    if (values->kept & 1u << i)
      g_string_append_c (word, letters[i]);
  append (self->text, word->str);
}

static void
on_pictured_cb (TlRun *run, TlFrame *frame, Keeper *self)
{
  g_autofree char *word = g_strdup_printf ("%u", (guint) tl_frame_get_iteration (frame));

  g_assert_cmphex (ticker_read_frame (frame), ==, replay (run, tl_frame_get_iteration (frame)));
  g_assert_false (isnan (tl_frame_get_similarity (frame)));
  append (self->pictures, word);
}

static void
on_turned_cb (TlRun *run, const TlJournalEntry *entry, Keeper *self)
{
  TlJournalEntry copy = *entry;

  tl_steer_ref (copy.steer);
  g_array_append_val (self->turns, copy);
}

static void
clear_entry (gpointer data)
{
  tl_steer_unref (((TlJournalEntry *) data)->steer);
}

Keeper *
keeper_new (TlRun *run)
{
  Keeper *self = g_new0 (Keeper, 1);

  g_set_weak_pointer (&self->run, run);
  self->states = g_ptr_array_new_with_free_func ((GDestroyNotify) g_bytes_unref);
  self->iterations = g_array_new (FALSE, FALSE, sizeof (guint64));
  self->turns = g_array_new (FALSE, FALSE, sizeof (TlJournalEntry));
  g_array_set_clear_func (self->turns, clear_entry);
  self->text = g_string_new (NULL);
  self->pictures = g_string_new (NULL);
  g_signal_connect (run, "kept", G_CALLBACK (on_kept_cb), self);
  g_signal_connect (run, "pictured", G_CALLBACK (on_pictured_cb), self);
  g_signal_connect (run, "turned", G_CALLBACK (on_turned_cb), self);
  return self;
}

void
keeper_free (Keeper *self)
{
  if (self->run != NULL)
    g_signal_handlers_disconnect_by_data (self->run, self);
  g_clear_weak_pointer (&self->run);
  g_ptr_array_unref (self->states);
  g_array_unref (self->iterations);
  g_array_unref (self->turns);
  g_string_free (self->text, TRUE);
  g_string_free (self->pictures, TRUE);
  g_free (self);
}

void
keeper_write (Keeper *self, guint index)
{
  on_turned_cb (self->run, &g_array_index (tl_run_get_journal (self->run), TlJournalEntry, index),
                self);
}

GBytes *
keeper_find (Keeper *self, guint64 iteration, guint64 *found)
{
  GBytes *state = NULL;

  *found = 0;
  for (guint i = 0; i < self->iterations->len; i++)
    {
      guint64 at = g_array_index (self->iterations, guint64, i);

      if (at > iteration || (state != NULL && at < *found))
        continue;
      *found = at;
      state = self->states->pdata[i];
    }
  g_assert_nonnull (state);
  return state;
}

TlRun *
keeper_restore (Keeper *self, gint64 n_iterations, const TlRunOrigin *origin)
{
  guint64 seed = tl_start_get_values (tl_run_get_start (self->run))->seed;
  TlRun *run = fixture_run (seed, "never in force", n_iterations);

  if (origin != NULL)
    tl_run_set_origin (run, origin);
  tl_run_restore (run, self->turns, tl_run_get_maker (self->run), tl_run_get_state (self->run),
                  tl_run_get_iteration (self->run), NAN);
  return run;
}
