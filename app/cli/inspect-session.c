/* inspect-session.c - what a session holds: runs as a tree, checkpoints, scores
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "app/cli/cli.h"
#include "app/cli/inspect-session.h"
#include "config.h"

#include "app/cli/ledger.h"
#include "app/cli/place.h"

#include <glib/gi18n.h>
#include <math.h>

typedef struct
{
  TlDatabase *database;
  GPtrArray *runs;        /* TlRunRecord */
  GPtrArray *checkpoints; /* (nullable): of the run that is printed, as what follows */
  GPtrArray *scores;
  GArray *turns;
} Session;

static const char *
get_state_nick (TlRunState state)
{
  g_autoptr (GEnumClass) klass = g_type_class_ref (TL_TYPE_RUN_STATE);
  const GEnumValue *value = g_enum_get_value (klass, (gint) state);

  return value != NULL ? value->value_nick : "?";
}

static void
session_forget (Session *self)
{
  g_clear_pointer (&self->checkpoints, g_ptr_array_unref);
  g_clear_pointer (&self->scores, g_ptr_array_unref);
  g_clear_pointer (&self->turns, g_array_unref);
}

static gboolean
session_read (Session *self, const TlRunRecord *run, GError **error)
{
  session_forget (self);
  self->checkpoints = tl_database_list_checkpoints (self->database, run->id, error);
  if (self->checkpoints == NULL)
    return FALSE;
  self->scores = tl_database_list_scores (self->database, run->id, error);
  if (self->scores == NULL)
    return FALSE;
  self->turns = tl_database_list_turns (self->database, run->id, error);
  return self->turns != NULL;
}

static const char *
get_state_word (TlRunState state)
{
  static const char *const words[] = {
    [TL_RUN_NEW] = N_ ("new"),         [TL_RUN_STARTING] = N_ ("starting"),
    [TL_RUN_RUNNING] = N_ ("running"), [TL_RUN_PAUSED] = N_ ("paused"),
    [TL_RUN_STOPPED] = N_ ("stopped"), [TL_RUN_FINISHED] = N_ ("finished"),
    [TL_RUN_FAILED] = N_ ("failed"),   [TL_RUN_HELD] = N_ ("held"),
  };

  return (guint) state < G_N_ELEMENTS (words) ? _ (words[state]) : "?";
}

static const char *
as_it_is (const char *word)
{
  return word;
}

static const char *
translate (const char *word)
{
  return _ (word);
}

/* "turn, end"; "" for one that is merely periodic. JSON has the words as they are. */
static char *
describe_kept (TlKept kept, const char *(*say) (const char *word))
{
  static const struct
  {
    TlKept flag;
    const char *word;
  } words[] = {
    { TL_KEPT_TURN, N_ ("turn") }, { TL_KEPT_PAUSE, N_ ("pause") }, { TL_KEPT_HOLD, N_ ("hold") },
    { TL_KEPT_END, N_ ("end") },   { TL_KEPT_FORK, N_ ("fork") },   { TL_KEPT_STAR, N_ ("star") },
  };
  GString *text = g_string_new (NULL);

  for (gsize i = 0; i < G_N_ELEMENTS (words); i++)
    if ((kept & words[i].flag) != 0)
      g_string_append_printf (text, "%s%s", text->len > 0 ? ", " : "", say (words[i].word));
  return g_string_free (text, FALSE);
}

static char *
get_prompt (const TlJournalEntry *entry)
{
  return tl_prompt_print (tl_steer_get_prompt (entry->steer));
}

/* --- as JSON ---------------------------------------------------------------------------------- */

static char *
checkpoint_json (TlCheckpoint *checkpoint)
{
  g_autoptr (CliJson) object = cli_json_new ();
  g_autofree char *kept = describe_kept (tl_checkpoint_get_kept (checkpoint), as_it_is);

  cli_json_add_int (object, "iteration", (gint64) tl_checkpoint_get_iteration (checkpoint));
  cli_json_add_string (object, "kept", kept);
  cli_json_add_double (object, "similarity", tl_checkpoint_get_similarity (checkpoint));
  cli_json_add_int (object, "bytes", (gint64) tl_checkpoint_get_n_bytes (checkpoint));
  return cli_json_to_string (object);
}

static char *
score_json (const TlScoreRecord *score)
{
  g_autoptr (CliJson) object = cli_json_new ();

  cli_json_add_int (object, "iteration", (gint64) score->iteration);
  cli_json_add_string (object, "judge", score->judge);
  cli_json_add_string (object, "clause", score->clause);
  cli_json_add_double (object, "value", score->value);
  return cli_json_to_string (object);
}

static char *
turn_json (const TlJournalEntry *entry)
{
  g_autoptr (CliJson) object = cli_json_new ();
  g_autofree char *prompt = get_prompt (entry);

  cli_json_add_int (object, "iteration", (gint64) entry->iteration);
  cli_json_add_string (object, "prompt", prompt);
  cli_json_add_boolean (object, "hard", entry->turn == TL_TURN_HARD);
  return cli_json_to_string (object);
}

static void
add_array (CliJson *line, const char *name, GPtrArray *objects)
{
  g_autofree char *joined = NULL;
  g_autofree char *array = NULL;

  g_ptr_array_add (objects, NULL);
  joined = g_strjoinv (",", (char **) objects->pdata);
  array = g_strdup_printf ("[%s]", joined);
  cli_json_add_raw (line, name, array);
  g_ptr_array_unref (objects);
}

static void
add_lists (CliJson *line, const Session *self)
{
  GPtrArray *turns = g_ptr_array_new_with_free_func (g_free);
  GPtrArray *checkpoints = g_ptr_array_new_with_free_func (g_free);
  GPtrArray *scores = g_ptr_array_new_with_free_func (g_free);

  for (guint i = 0; i < self->turns->len; i++)
    g_ptr_array_add (turns, turn_json (&g_array_index (self->turns, TlJournalEntry, i)));
  for (guint i = 0; i < self->checkpoints->len; i++)
    g_ptr_array_add (checkpoints, checkpoint_json (self->checkpoints->pdata[i]));
  for (guint i = 0; i < self->scores->len; i++)
    g_ptr_array_add (scores, score_json (self->scores->pdata[i]));
  add_array (line, "turns", turns);
  add_array (line, "checkpoints", checkpoints);
  add_array (line, "scores", scores);
}

static void
add_or_null (CliJson *line, const char *name, gint64 value, gboolean is_there)
{
  if (is_there)
    cli_json_add_int (line, name, value);
  else
    cli_json_add_raw (line, name, "null");
}

static void
print_run_json (const Session *self, const TlRunRecord *run)
{
  static const char *const marks[] = { "none", "starred", "rejected" };
  const TlStartValues *start = tl_start_get_values (run->start);
  g_autoptr (CliJson) line = cli_json_new ();

  cli_json_add_int (line, "run", run->id);
  add_or_null (line, "parent", run->parent, run->parent != 0);
  add_or_null (line, "left", (gint64) run->parent_iteration, run->parent != 0);
  cli_json_add_string (line, "change", run->change);
  add_or_null (line, "exploration", run->exploration, run->exploration != 0);
  add_or_null (line, "hold", (gint64) run->hold, run->hold != 0);
  cli_json_add_string (line, "name", run->name);
  cli_json_add_string (line, "note", run->note);
  cli_json_add_string (line, "mark", marks[run->mark]);
  cli_json_add_boolean (line, "deleted", run->is_deleted);
  cli_json_add_uint64 (line, "seed", start->seed);
  cli_json_add_int (line, "width", start->width);
  cli_json_add_int (line, "height", start->height);
  cli_json_add_string (line, "state", get_state_nick (run->state));
  cli_json_add_int (line, "iteration", (gint64) run->iteration);
  cli_json_add_double (line, "similarity", run->similarity);
  add_lists (line, self);
  cli_json_print (line);
}

/* --- as words --------------------------------------------------------------------------------- */

static char *
print_similarity (gdouble similarity)
{
  return isnan (similarity) ? g_strdup ("–") : g_strdup_printf ("%.3f", similarity);
}

static char *
describe_run (const TlRunRecord *run)
{
  g_autofree char *seed =
    g_strdup_printf ("%" G_GUINT64_FORMAT, tl_start_get_values (run->start)->seed);
  g_autofree char *origin = NULL;

  if (run->name != NULL && *run->name != '\0')
    return g_strdup (run->name);
  if (run->parent == 0)
    return g_strdup_printf (_ ("seed %s"), seed);
  origin = g_strdup_printf ("%d", (gint) run->parent_iteration);
  return g_strdup_printf (_ ("fork at %s: %s"), origin,
                          run->change != NULL ? run->change : _ ("no change"));
}

static void
print_checkpoints (const Session *self, const char *indent)
{
  for (guint i = 0; i < self->checkpoints->len; i++)
    {
      TlCheckpoint *checkpoint = self->checkpoints->pdata[i];
      g_autofree char *kept = describe_kept (tl_checkpoint_get_kept (checkpoint), translate);
      g_autofree char *similarity = print_similarity (tl_checkpoint_get_similarity (checkpoint));

      gint iteration = (gint) tl_checkpoint_get_iteration (checkpoint);

      if (*kept == '\0')
        cli_print (_ ("%s  checkpoint %d, similarity %s\n"), indent, iteration, similarity);
      else
        cli_print (_ ("%s  checkpoint %d, similarity %s, kept for: %s\n"), indent, iteration,
                   similarity, kept);
    }
}

static void
print_run (const Session *self, const TlRunRecord *run, guint depth)
{
  g_autofree char *indent = g_strnfill (2 * depth, ' ');
  g_autofree char *title = describe_run (run);
  g_autofree char *similarity = print_similarity (run->similarity);

  cli_print (_ ("%srun %d: %s, %s at %d, similarity %s\n"), indent, (gint) run->id, title,
             get_state_word (run->state), (gint) run->iteration, similarity);
  for (guint i = 0; i < self->turns->len; i++)
    {
      const TlJournalEntry *entry = &g_array_index (self->turns, TlJournalEntry, i);
      g_autofree char *prompt = get_prompt (entry);

      cli_print (_ ("%s  from %d: %s\n"), indent, (gint) entry->iteration, prompt);
    }
  print_checkpoints (self, indent);
  for (guint i = 0; i < self->scores->len; i++)
    {
      const TlScoreRecord *score = self->scores->pdata[i];

      cli_print (_ ("%s  score at %d: %.3f, %s (%s)\n"), indent, (gint) score->iteration,
                 score->value, *score->clause != '\0' ? score->clause : _ ("the whole prompt"),
                 score->judge);
    }
}

/* The run and, since parents come before their children, what left it. */
static gboolean
print_branch (Session *self, const TlRunRecord *run, guint depth, GError **error)
{
  if (!session_read (self, run, error))
    return FALSE;
  print_run (self, run, depth);
  for (guint i = 0; i < self->runs->len; i++)
    {
      const TlRunRecord *child = self->runs->pdata[i];

      if (child->parent == run->id && !child->is_deleted
          && !print_branch (self, child, depth + 1, error))
        return FALSE;
    }
  return TRUE;
}

static gboolean
print_tree (Session *self, GError **error)
{
  for (guint i = 0; i < self->runs->len; i++)
    {
      const TlRunRecord *run = self->runs->pdata[i];

      if (run->parent == 0 && !run->is_deleted && !print_branch (self, run, 0, error))
        return FALSE;
    }
  return TRUE;
}

static gboolean
print_lines (Session *self, GError **error)
{
  for (guint i = 0; i < self->runs->len; i++)
    {
      if (!session_read (self, self->runs->pdata[i], error))
        return FALSE;
      print_run_json (self, self->runs->pdata[i]);
    }
  return TRUE;
}

gboolean
inspect_session (const char *path, gboolean json, GError **error)
{
  g_autoptr (TlDatabase) database = ledger_open_to_read (path, error);
  Session self = { .database = database };
  gboolean is_done;

  if (database == NULL)
    return FALSE;
  self.runs = tl_database_list_runs (database, error);
  if (self.runs == NULL)
    return FALSE;
  is_done = json ? print_lines (&self, error) : print_tree (&self, error);
  session_forget (&self);
  g_ptr_array_unref (self.runs);
  return is_done;
}
