/* place.c - a place in a session file
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "app/cli/place.h"
#include "config.h"

#include "core/base/error.h"
#include "core/session/journal.h"

#include <glib/gi18n.h>
#include <stdio.h>
#include <string.h>

/* --- names ------------------------------------------------------------------------------------ */

gboolean
place_is_session (const char *path)
{
  static const char magic[] = "SQLite format 3";
  char head[sizeof magic] = { 0 };
  FILE *file = fopen (path, "rb");
  gboolean is_session;

  if (file == NULL)
    return FALSE;
  is_session =
    fread (head, 1, sizeof head, file) == sizeof head && memcmp (head, magic, sizeof head) == 0;
  fclose (file);
  return is_session;
}

/* Takes "@300" off the end of @run. */
static gint64
take_iteration (char *run)
{
  char *at = strrchr (run, '@');
  guint64 iteration;

  if (at == NULL
      || !g_ascii_string_to_unsigned (at + 1, 10, 0, TL_MAX_ITERATIONS, &iteration, NULL))
    return -1;
  *at = '\0';
  return (gint64) iteration;
}

void
place_name_parse (PlaceName *self, const char *text)
{
  const char *colon = strrchr (text, ':');

  *self = (PlaceName){ .iteration = -1 };
  if (colon == NULL || g_file_test (text, G_FILE_TEST_EXISTS))
    {
      self->path = g_strdup (text);
      return;
    }

  self->path = g_strndup (text, (gsize) (colon - text));
  self->run = g_strdup (colon + 1);
  self->iteration = take_iteration (self->run);
  if (*self->run == '\0')
    g_clear_pointer (&self->run, g_free);
}

void
place_name_clear (PlaceName *self)
{
  g_clear_pointer (&self->path, g_free);
  g_clear_pointer (&self->run, g_free);
}

/* --- runs ------------------------------------------------------------------------------------- */

static const TlRunRecord *
find_by_id (GPtrArray *runs, gint64 id)
{
  for (guint i = 0; i < runs->len; i++)
    if (((TlRunRecord *) runs->pdata[i])->id == id)
      return runs->pdata[i];
  return NULL;
}

static const TlRunRecord *
find_last (GPtrArray *runs)
{
  const TlRunRecord *last = NULL;

  for (guint i = 0; i < runs->len; i++)
    {
      const TlRunRecord *record = runs->pdata[i];

      if (!record->is_deleted && (last == NULL || record->id > last->id))
        last = record;
    }
  return last;
}

static const TlRunRecord *
find_by_name (GPtrArray *runs, const char *name)
{
  for (guint i = 0; i < runs->len; i++)
    if (g_strcmp0 (((TlRunRecord *) runs->pdata[i])->name, name) == 0)
      return runs->pdata[i];
  return NULL;
}

static const TlRunRecord *
find_run (GPtrArray *runs, const char *run, GError **error)
{
  const TlRunRecord *record = NULL;
  guint64 id;

  if (run == NULL)
    record = find_last (runs);
  else
    record = find_by_name (runs, run);
  if (record == NULL && run != NULL
      && g_ascii_string_to_unsigned (run, 10, 1, G_MAXINT64, &id, NULL))
    record = find_by_id (runs, (gint64) id);
  if (record != NULL)
    return record;

  if (run == NULL)
    tl_error_set (error, TL_ERROR_MISSING, _ ("The session has no run"));
  else
    tl_error_set (error, TL_ERROR_MISSING, _ ("The session has no run “%s”"), run);
  return NULL;
}

/* Parents come before their children, so this ends. (transfer full) */
static GArray *
load_journal (GPtrArray *runs, const TlRunRecord *record, TlDatabase *database, guint *n_inherited,
              GError **error)
{
  g_autoptr (GArray) journal = tl_journal_new (), own = NULL;
  const TlRunRecord *parent = record->continues_parent ? find_by_id (runs, record->parent) : NULL;

  if (parent != NULL)
    {
      guint n;
      g_autoptr (GArray) inherited = load_journal (runs, parent, database, &n, error);

      if (inherited == NULL)
        return NULL;
      n = tl_journal_count (inherited, record->parent_iteration);
      for (guint i = 0; i < n; i++)
        tl_journal_add (journal, &g_array_index (inherited, TlJournalEntry, i));
    }
  *n_inherited = journal->len;

  own = tl_database_list_turns (database, record->id, error);
  if (own == NULL)
    return NULL;
  for (guint i = 0; i < own->len; i++)
    tl_journal_add (journal, &g_array_index (own, TlJournalEntry, i));
  return g_steal_pointer (&journal);
}

static gboolean
check_journal (const Place *self, GError **error)
{
  if (self->journal->len > 0 && g_array_index (self->journal, TlJournalEntry, 0).iteration == 0)
    return TRUE;
  return tl_error_set (error, TL_ERROR_FORMAT,
                       _ ("What steered run %d cannot be read, so it cannot be repeated"),
                       (gint) self->record->id);
}

gboolean
place_find (Place *self, TlDatabase *database, const char *run, GError **error)
{
  *self = (Place){ .runs = tl_database_list_runs (database, error) };
  if (self->runs == NULL)
    return FALSE;
  self->record = find_run (self->runs, run, error);
  if (self->record == NULL)
    return FALSE;
  self->journal = load_journal (self->runs, self->record, database, &self->n_inherited, error);
  return self->journal != NULL && check_journal (self, error);
}

void
place_clear (Place *self)
{
  g_clear_pointer (&self->runs, g_ptr_array_unref);
  g_clear_pointer (&self->journal, g_array_unref);
}

guint64
place_get_origin (const Place *self)
{
  return self->record->continues_parent ? self->record->parent_iteration : 0;
}

const TlMaker *
place_get_maker (const Place *self)
{
  const TlRunRecord *record = self->record;

  while (record != NULL && record->maker == NULL)
    record = find_by_id (self->runs, record->parent);
  return record != NULL ? record->maker : NULL;
}

/* Where a run left its parent, its picture is of after it was jittered. */
static guint
count_entries (const Place *self, guint64 iteration)
{
  guint n = tl_journal_count (self->journal, iteration);
  const TlJournalEntry *next;

  if (n == self->journal->len || !self->record->continues_parent
      || iteration != self->record->parent_iteration)
    return n;
  next = &g_array_index (self->journal, TlJournalEntry, n);
  return next->iteration == iteration && next->jitter.sigma > 0 ? n + 1 : n;
}

TlRecipe *
place_make_recipe (const Place *self, guint64 iteration, GError **error)
{
  const TlMaker *maker = place_get_maker (self);
  g_autoptr (GArray) journal = tl_journal_new ();
  guint n = count_entries (self, iteration);

  if (maker == NULL)
    {
      tl_error_set (error, TL_ERROR_MISSING, _ ("Run %d has not begun"), (gint) self->record->id);
      return NULL;
    }
  for (guint i = 0; i < n; i++)
    tl_journal_add (journal, &g_array_index (self->journal, TlJournalEntry, i));
  return tl_recipe_new (self->record->start, maker, journal, iteration);
}

GBytes *
place_load_state (const Place *self, TlDatabase *database, guint64 iteration, guint64 *found,
                  gboolean *is_parents, GError **error)
{
  const TlRunRecord *record = self->record;

  *is_parents = FALSE;
  while (record != NULL)
    {
      g_autoptr (GError) missing = NULL;
      GBytes *state = tl_database_get_state (database, record->id, iteration, found, &missing);

      if (state != NULL)
        return state;
      if (!g_error_matches (missing, TL_ERROR, TL_ERROR_MISSING))
        {
          g_propagate_error (error, g_steal_pointer (&missing));
          return NULL;
        }
      *is_parents = TRUE;
      iteration = MIN (iteration, record->parent_iteration);
      record = record->continues_parent ? find_by_id (self->runs, record->parent) : NULL;
    }
  return NULL;
}
