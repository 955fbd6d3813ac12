/* session-process.c - another program at a session file, for tests
 *
 *   session-process hold FILE            opens it for writing, says its access, waits for its input
 * to end session-process write FILE SEED  writes facts for ever; says each one when it is in the
 * file
 *
 * What `write` says, a line each: "run R", "remove R", "turn R I", "checkpoint R I SIZE", "star R
 * I", "frame R I", "progress R I", "score R I", "exploration E", "copy". It is there to be killed.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "config.h"
#include "core/base/random.h"
#include "core/session/store.h"
#include "tests/core/session/session-file.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static int
hold (const char *path)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (TlDatabase) database = tl_database_open (path, TL_DATABASE_WRITE, &error);

  if (database == NULL)
    {
      g_printerr ("%s\n", error->message);
      return 1;
    }
  printf ("%d\n", (int) tl_database_get_access (database));
  fflush (stdout);
  while (getchar () != EOF)
    ;
  return 0;
}

/* --- writing ---------------------------------------------------------------------------------- */

typedef struct
{
  TlStore *store;
  TlRandom random;
  gint64 next_run, next_exploration;
  GArray *runs;     /* (element-type gint64): that are there */
  guint64 progress; /* further than any run */
  char *copy;
} Writer;

/* Comes after the fact in the store's queue: when it runs, the fact is in the file. */
static gboolean
say (TlDatabase *database, gconstpointer data, GError **error)
{
  size_t length = strlen (data);

  if (write (STDOUT_FILENO, data, length) != (ssize_t) length)
    exit (0);
  return TRUE;
}

G_GNUC_PRINTF (2, 3)
static void
acknowledge (Writer *self, const char *format, ...)
{
  char *line;
  va_list args;

  va_start (args, format);
  line = g_strdup_vprintf (format, args);
  va_end (args);
  tl_store_write (self->store, say, line, g_free);
}

static gint64
pick_run (Writer *self)
{
  return g_array_index (self->runs, gint64, tl_random_below (&self->random, self->runs->len));
}

static void
write_run (Writer *self)
{
  gint64 id = self->next_run++;
  g_autoptr (TlRunRecord) run = make_run (id, 0);

  tl_store_put_run (self->store, run);
  acknowledge (self, "run %" G_GINT64_FORMAT "\n", id);
  g_array_append_val (self->runs, id);
}

static void
remove_run (Writer *self)
{
  guint index = tl_random_below (&self->random, self->runs->len);
  gint64 id = g_array_index (self->runs, gint64, index);

  if (self->runs->len < 3)
    return;
  g_array_remove_index_fast (self->runs, index);
  tl_store_remove_run (self->store, id);
  acknowledge (self, "remove %" G_GINT64_FORMAT "\n", id);
}

static void
write_turn (Writer *self, gint64 run, guint iteration)
{
  g_autofree char *text = g_strdup_printf ("turn at %u", iteration);
  g_autoptr (TlPrompt) prompt = tl_prompt_parse (text);
  g_autoptr (TlSteer) steer = NULL;
  TlSettings settings;

  tl_settings_init (&settings);
  steer = tl_steer_new (prompt, &settings, NULL);
  tl_store_put_turn (self->store, run, &(TlJournalEntry){ .iteration = iteration, .steer = steer });
  acknowledge (self, "turn %" G_GINT64_FORMAT " %u\n", run, iteration);
}

static void
write_checkpoint (Writer *self, gint64 run, guint iteration)
{
  guint size = 1 + tl_random_below (&self->random, 60000);
  g_autoptr (GBytes) state = make_bytes (state_seed (run, iteration), size);

  tl_store_put_checkpoint (self->store, run,
                           &(TlCheckpointValues){ iteration, TL_KEPT_PERIODIC, 0.5, state });
  acknowledge (self, "checkpoint %" G_GINT64_FORMAT " %u %u\n", run, iteration, size);
  if (tl_random_below (&self->random, 4) > 0)
    return;
  tl_store_set_kept (self->store, run, iteration, TL_KEPT_STAR);
  acknowledge (self, "star %" G_GINT64_FORMAT " %u\n", run, iteration);
}

static void
write_frame (Writer *self, gint64 run, guint iteration)
{
  g_autoptr (TlFrame) frame = make_frame (64 + tl_random_below (&self->random, 200), 64, iteration);

  tl_store_put_frame (self->store, run, frame);
  acknowledge (self, "frame %" G_GINT64_FORMAT " %u\n", run, iteration);
}

/* As it is in the file: of two that were waiting, only the newer may have been written. */
static gboolean
say_progress (TlDatabase *database, gconstpointer data, GError **error)
{
  g_autoptr (GPtrArray) runs = tl_database_list_runs (database, NULL);

  for (guint i = 0; i < runs->len; i++)
    {
      const TlRunRecord *run = runs->pdata[i];
      g_autofree char *line = g_strdup_printf (
        "progress %" G_GINT64_FORMAT " %" G_GUINT64_FORMAT "\n", run->id, run->iteration);

      if (run->id == *(const gint64 *) data)
        say (database, line, NULL);
    }
  return TRUE;
}

static void
write_progress (Writer *self, gint64 run)
{
  tl_store_put_progress (self->store, run, TL_RUN_RUNNING, self->progress++, 0.5);
  tl_store_write (self->store, say_progress, g_memdup2 (&run, sizeof run), g_free);
}

static void
write_score (Writer *self, gint64 run, guint iteration)
{
  tl_store_put_score (self->store,
                      &(TlScoreRecord){ run, iteration, (char *) "j", (char *) "c", 0.25 });
  acknowledge (self, "score %" G_GINT64_FORMAT " %u\n", run, iteration);
}

static void
write_exploration (Writer *self)
{
  gint64 id = self->next_exploration++;

  tl_store_put_exploration (self->store, &(TlExplorationRecord){ id, 100, FALSE, id });
  acknowledge (self, "exploration %" G_GINT64_FORMAT "\n", id);
}

static gboolean
copy (TlDatabase *database, gconstpointer data, GError **error)
{
  return tl_database_copy (database, data, error);
}

static void
write_something (Writer *self)
{
  gint64 run = pick_run (self);
  guint iteration = tl_random_below (&self->random, TL_MAX_ITERATIONS);
  guint what = tl_random_below (&self->random, 100);

  if (what < 6)
    write_run (self);
  else if (what < 9)
    remove_run (self);
  else if (what < 25)
    write_turn (self, run, iteration);
  else if (what < 55)
    write_checkpoint (self, run, iteration);
  else if (what < 70)
    write_frame (self, run, iteration);
  else if (what < 85)
    write_progress (self, run);
  else if (what < 93)
    write_score (self, run, iteration);
  else if (what < 98)
    write_exploration (self);
  else
    {
      tl_store_write (self->store, copy, self->copy, NULL);
      acknowledge (self, "copy\n");
    }
}

static void
find_what_is_there (Writer *self, TlDatabase *database)
{
  g_autoptr (GPtrArray) runs = tl_database_list_runs (database, NULL);
  g_autoptr (GPtrArray) explorations = tl_database_list_explorations (database, NULL);

  self->runs = g_array_new (FALSE, FALSE, sizeof (gint64));
  self->next_exploration = 1;
  self->progress = 124; /* make_run() has 123 */
  for (guint i = 0; i < runs->len; i++)
    {
      const TlRunRecord *run = runs->pdata[i];

      g_array_append_val (self->runs, run->id);
      self->progress = MAX (self->progress, run->iteration + 1);
    }
  for (guint i = 0; i < explorations->len; i++)
    self->next_exploration =
      MAX (self->next_exploration, ((TlExplorationRecord *) explorations->pdata[i])->id + 1);
}

static int
write_for_ever (const char *path, guint64 seed, gint64 first_run)
{
  g_autoptr (GError) error = NULL;
  Writer self = { .next_run = first_run, .copy = g_strconcat (path, ".copy", NULL) };
  TlDatabase *database;

  database = tl_database_open (
    path, g_file_test (path, G_FILE_TEST_EXISTS) ? TL_DATABASE_WRITE : TL_DATABASE_CREATE, &error);
  if (database == NULL || tl_database_get_access (database) != TL_ACCESS_WRITE)
    {
      g_printerr ("%s\n", error != NULL ? error->message : "cannot be written");
      return 1;
    }
  tl_random_init (&self.random, seed, 0, TL_PURPOSE_START, 0);
  find_what_is_there (&self, database);
  self.store = tl_store_new (database);
  write_run (&self);
  while (tl_store_get_problem (self.store) == NULL)
    {
      write_something (&self);
      while (tl_store_get_n_pending (self.store) > 20 && tl_store_get_problem (self.store) == NULL)
        g_main_context_iteration (NULL, TRUE);
    }
  g_printerr ("%s\n", tl_store_get_problem (self.store));
  return 1;
}

int
main (int argc, char **argv)
{
  if (argc == 3 && strcmp (argv[1], "hold") == 0)
    return hold (argv[2]);
  if (argc == 5 && strcmp (argv[1], "write") == 0)
    return write_for_ever (argv[2], g_ascii_strtoull (argv[3], NULL, 10),
                           g_ascii_strtoll (argv[4], NULL, 10));
  return 2;
}
