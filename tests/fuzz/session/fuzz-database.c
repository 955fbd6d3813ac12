/* fuzz-database.c - any damage to a session file
 *
 * The input is a list of changes to a good session, five bytes each: what to do, page, offset (two
 * bytes), value. So nearly every input gets past the first page. What comes of it opens or is
 * refused, is read whole, written to and copied; nothing may crash, and nothing hang.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "config.h"
#include "core/base/error.h"
#include "core/session/database-sql.h"
#include "tests/core/session/session-file.h"

#include <glib/gstdio.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#define PAGE 8192
#define N_RUNS 4

int LLVMFuzzerTestOneInput (const uint8_t *data, size_t size);

enum
{
  SET,
  FLIP,
  NOISE, /* sixteen bytes */
  REPEAT_PAGE,
  CUT,
  N_CHANGES,
};

/* --- the good session ------------------------------------------------------------------------- */

static void
fill (TlDatabase *database)
{
  g_autoptr (GBytes) png = make_bytes (1, 12000), thumbnail = make_bytes (2, 600);

  g_assert_true (tl_sql_exec (database, "PRAGMA synchronous = OFF", NULL));
  tl_database_put_exploration (database, &(TlExplorationRecord){ 1, 100, TRUE, 1 }, NULL);
  tl_database_set_meta (database, "title", "winter", NULL);
  for (gint64 run = 1; run <= N_RUNS; run++)
    {
      put_run (database, run, run / 2);
      put_turn (database, run, run > 1 ? 25 : 0, "a | b:-0.5");
      put_turn (database, run, 40, "c");
      put_checkpoint (database, run, 25, TL_KEPT_PERIODIC, 20000);
      put_checkpoint (database, run, 50, TL_KEPT_STAR, 300);
      tl_database_put_frame (database, run, 25, png, thumbnail, NULL);
      tl_database_put_score (database, &(TlScoreRecord){ run, 25, (char *) "j", (char *) "c", 0.5 },
                             NULL);
    }
}

/* In memory where that can be: nothing here is to be kept. */
static char *
make_folder (void)
{
  g_autofree char *template = g_strdup ("/dev/shm/tiller-fuzz-XXXXXX");

  if (g_mkdtemp (template) != NULL)
    return g_steal_pointer (&template);
  return g_dir_make_tmp ("tiller-fuzz-XXXXXX", NULL);
}

static GByteArray *
make_good_session (SessionFile *file)
{
  TlDatabase *database = session_file_open (file, TL_DATABASE_CREATE);
  char *contents;
  gsize size;

  fill (database);
  tl_database_close (database);
  g_assert_true (g_file_get_contents (file->path, &contents, &size, NULL));
  return g_byte_array_new_take ((guint8 *) contents, size);
}

/* --- damage ----------------------------------------------------------------------------------- */

static void
change (GByteArray *bytes, const uint8_t *record)
{
  guint n_pages = MAX (bytes->len / PAGE, 1);
  gsize page = (gsize) (record[1] % n_pages) * PAGE, from = (gsize) (record[4] % n_pages) * PAGE;
  gsize at = page + (((gsize) record[2] << 8) | record[3]) % PAGE;

  if (at + 16 > bytes->len || MAX (page, from) + PAGE > bytes->len)
    return;
  switch (record[0] % N_CHANGES)
    {
    case SET:
      bytes->data[at] = record[4];
      break;
    case FLIP:
      bytes->data[at] ^= record[4];
      break;
    case NOISE:
      for (guint i = 0; i < 16; i++)
        bytes->data[at + i] = (guint8) (record[4] * 31 + i * 97);
      break;
    case REPEAT_PAGE:
      memmove (bytes->data + page, bytes->data + from, PAGE);
      break;
    default:
      g_byte_array_set_size (bytes, (guint) at);
    }
}

static void
write_file (const char *path, GByteArray *bytes)
{
  FILE *file = fopen (path, "wb");

  g_assert_nonnull (file);
  g_assert_cmpuint (fwrite (bytes->data, 1, bytes->len, file), ==, bytes->len);
  g_assert_cmpint (fclose (file), ==, 0);
}

static void
remove_file (const char *path)
{
  static const char *const suffixes[] = { "", "-wal", "-shm", "-journal" };

  for (guint i = 0; i < G_N_ELEMENTS (suffixes); i++)
    {
      g_autofree char *name = g_strconcat (path, suffixes[i], NULL);

      g_unlink (name);
    }
}

/* --- what is done with it --------------------------------------------------------------------- */

static void
read_run (TlDatabase *database, gint64 run)
{
  g_autoptr (GArray) turns = tl_database_list_turns (database, run, NULL);
  g_autoptr (GPtrArray) checkpoints = tl_database_list_checkpoints (database, run, NULL);
  g_autoptr (GPtrArray) scores = tl_database_list_scores (database, run, NULL);
  g_autoptr (GBytes) state = tl_database_get_state (database, run, G_MAXUINT64, NULL, NULL);
  g_autoptr (GBytes) frame = tl_database_get_frame (database, run, G_MAXUINT64, NULL, NULL);
  g_autoptr (GBytes) thumbnail = tl_database_get_thumbnail (database, run, 30, NULL, NULL);

  for (guint i = 0; turns != NULL && i < turns->len; i++)
    g_assert_nonnull (g_array_index (turns, TlJournalEntry, i).steer);
}

static void
read_all (TlDatabase *database)
{
  g_autoptr (GPtrArray) runs = tl_database_list_runs (database, NULL);
  g_autoptr (GPtrArray) explorations = tl_database_list_explorations (database, NULL);
  g_autofree char *title = tl_database_get_meta (database, "title");
  const char *damage;

  for (guint i = 0; runs != NULL && i < runs->len; i++)
    read_run (database, ((TlRunRecord *) runs->pdata[i])->id);
  damage = tl_database_get_damage (database);
  g_assert_true (damage == NULL || g_utf8_validate (damage, -1, NULL));
}

/* Whatever becomes of it. */
static void
write_some (TlDatabase *database)
{
  g_autoptr (TlRunRecord) run = make_run (N_RUNS + 1, 0);
  g_autoptr (GBytes) state = make_bytes (3, 30000);

  tl_sql_exec (database, "PRAGMA synchronous = OFF", NULL);
  tl_database_put_run (database, run, NULL);
  tl_database_put_checkpoint (database, 2, &(TlCheckpointValues){ 75, 0, 0.5, state }, NULL);
  tl_database_set_kept (database, 1, 25, TL_KEPT_STAR, NULL);
  tl_database_thin (database, 1000, FALSE, NULL, NULL, NULL);
  tl_database_remove_run (database, N_RUNS, NULL);
  read_all (database);
}

static void
use_file (const char *path, TlDatabaseMode mode)
{
  g_autofree char *copy = g_strconcat (path, ".copy", NULL);
  g_autoptr (GError) error = NULL;
  g_autoptr (TlDatabase) database = tl_database_open (path, mode, &error);

  g_assert_cmpint (database == NULL, ==, error != NULL);
  if (database == NULL)
    {
      g_assert_true (error->domain == TL_ERROR);
      g_assert_true (g_utf8_validate (error->message, -1, NULL));
      return;
    }
  read_all (database);
  tl_database_copy (database, copy, NULL);
  remove_file (copy);
  if (tl_database_get_access (database) == TL_ACCESS_WRITE)
    write_some (database);
}

int
LLVMFuzzerTestOneInput (const uint8_t *data, size_t size)
{
  g_autofree char *folder = make_folder ();
  g_autofree char *path = g_build_filename (folder, "work.tiller", NULL);
  static GByteArray *good; /* made once, as it is always the same */
  g_autoptr (GByteArray) bytes = g_byte_array_new ();

  if (good == NULL)
    good = make_good_session (&(SessionFile){ folder, path });
  g_byte_array_append (bytes, good->data, good->len);
  for (; size >= 5; data += 5, size -= 5)
    change (bytes, data);

  write_file (path, bytes);
  use_file (path, TL_DATABASE_READ);
  use_file (path, TL_DATABASE_WRITE);
  g_free (tl_database_check (path, NULL));
  remove_file (path);
  g_assert_cmpint (g_rmdir (folder), ==, 0);
  return 0;
}
