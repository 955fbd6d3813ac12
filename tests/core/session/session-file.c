/* session-file.c - what tests of session files need
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "config.h"
#include "tests/core/session/session-file.h"

#include <glib/gstdio.h>
#include <sqlite3.h>
#include <stdio.h>
#include <string.h>

void
session_file_set_up (SessionFile *self, gconstpointer data)
{
  self->folder = g_dir_make_tmp ("tiller-XXXXXX", NULL);
  g_assert_nonnull (self->folder);
  self->path = g_build_filename (self->folder, "work.tiller", NULL);
}

void
session_file_tear_down (SessionFile *self, gconstpointer data)
{
  g_autoptr (GDir) folder = g_dir_open (self->folder, 0, NULL);
  const char *name;

  while ((name = g_dir_read_name (folder)) != NULL)
    {
      g_autofree char *path = g_build_filename (self->folder, name, NULL);

      g_assert_false (g_str_has_suffix (name, "-wal"));
      g_assert_false (g_str_has_suffix (name, "-shm"));
      g_assert_false (g_str_has_suffix (name, ".part"));
      g_assert_cmpint (g_unlink (path), ==, 0);
    }
  g_assert_cmpint (g_rmdir (self->folder), ==, 0);
  g_free (self->folder);
  g_free (self->path);
}

TlDatabase *
session_file_open (SessionFile *self, TlDatabaseMode mode)
{
  g_autoptr (GError) error = NULL;
  TlDatabase *database = tl_database_open (self->path, mode, &error);

  g_assert_no_error (error);
  g_assert_nonnull (database);
  return database;
}

GBytes *
make_bytes (guint32 seed, gsize size)
{
  guint8 *data = g_malloc (size);

  for (gsize i = 0; i < size; i++)
    {
      seed = seed * 1664525 + 1013904223;
      data[i] = (guint8) (seed >> 24);
    }
  return g_bytes_new_take (data, size);
}

TlFrame *
make_frame (guint width, guint height, guint64 iteration)
{
  guint32 *pixels = g_new (guint32, (gsize) width * height);
  g_autoptr (GBytes) bytes = NULL;

  for (guint y = 0; y < height; y++)
    for (guint x = 0; x < width; x++)
      pixels[(gsize) y * width + x] =
        0xff000000u | (x & 255) << 16 | (y & 255) << 8 | (iteration & 255);
  bytes = g_bytes_new_take (pixels, (gsize) width * height * 4);
  return tl_frame_new (width, height, (gsize) width * 4, bytes, iteration, 0.25);
}

TlRunRecord *
make_run (gint64 id, gint64 parent)
{
  static const TlMaker maker = {
    .vqgan = { (char *) "starter",
               (char *) "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad" },
    .clip = { (char *) "random:ViT-B/32", (char *) "" },
    .precision = (char *) "float32",
    .device = (char *) "cpu",
    .n_threads = 2,
  };
  g_autoptr (GBytes) bytes = make_bytes (7, 1000);
  g_autoptr (TlAsset) image = parent == 0 ? tl_asset_new ("drawing.png", bytes) : NULL;
  const TlStartValues start = { G_MAXUINT64 - (guint64) id, 128, 64, image, TL_FIT_PAD };
  TlRunRecord *run = g_new (TlRunRecord, 1);

  *run = (TlRunRecord){
    .id = id,
    .parent = parent,
    .parent_iteration = parent > 0 ? 25 : 0,
    .continues_parent = parent > 0,
    .exploration = 3,
    .hold = 100,
    .start = tl_start_new (&start),
    .maker = tl_maker_copy (&maker),
    .name = g_strdup ("the ☃ one"),
    .note = g_strdup ("first line\nsecond line"),
    .change = parent > 0 ? g_strdup ("“snow” added") : NULL,
    .mark = TL_MARK_STARRED,
    .is_deleted = id % 2 == 0,
    .state = TL_RUN_RUNNING,
    .iteration = 123,
    .similarity = 0.1 + 0.2,
    .created = 1700000000 + id,
  };
  return run;
}

void
put_run (TlDatabase *database, gint64 id, gint64 parent)
{
  g_autoptr (TlRunRecord) run = make_run (id, parent);
  g_autoptr (GError) error = NULL;

  tl_database_put_run (database, run, &error);
  g_assert_no_error (error);
}

void
put_turn (TlDatabase *database, gint64 run, guint64 iteration, const char *prompt)
{
  g_autoptr (TlPrompt) parsed = tl_prompt_parse (prompt);
  g_autoptr (TlSteer) steer = NULL;
  g_autoptr (GError) error = NULL;
  TlSettings settings;

  tl_settings_init (&settings);
  steer = tl_steer_new (parsed, &settings, NULL);
  tl_database_put_turn (database, run, &(TlJournalEntry){ .iteration = iteration, .steer = steer },
                        &error);
  g_assert_no_error (error);
}

guint32
state_seed (gint64 run, guint64 iteration)
{
  return (guint32) run * 1000003u + (guint32) iteration;
}

void
put_checkpoint (TlDatabase *database, gint64 run, guint64 iteration, TlKept kept, gsize size)
{
  g_autoptr (GBytes) state = make_bytes (state_seed (run, iteration), size);
  g_autoptr (GError) error = NULL;

  tl_database_put_checkpoint (database, run, &(TlCheckpointValues){ iteration, kept, 0.5, state },
                              &error);
  g_assert_no_error (error);
}

void
assert_state (TlDatabase *database, gint64 run, guint64 iteration, gsize size)
{
  g_autoptr (GBytes) expected = make_bytes (state_seed (run, iteration), size);
  g_autoptr (GError) error = NULL;
  g_autoptr (GBytes) state = NULL;
  guint64 found = 0;

  state = tl_database_get_state (database, run, iteration, &found, &error);
  g_assert_no_error (error);
  g_assert_cmpuint (found, ==, iteration);
  g_assert_true (g_bytes_equal (state, expected));
}

static void
assert_starts_equal (TlStart *a, TlStart *b)
{
  const TlStartValues *left = tl_start_get_values (a), *right = tl_start_get_values (b);

  g_assert_cmpuint (left->seed, ==, right->seed);
  g_assert_cmpuint (left->width, ==, right->width);
  g_assert_cmpuint (left->height, ==, right->height);
  g_assert_cmpint (left->fit, ==, right->fit);
  g_assert_cmpint (left->image == NULL, ==, right->image == NULL);
  if (left->image == NULL)
    return;
  g_assert_cmpstr (tl_asset_get_name (left->image), ==, tl_asset_get_name (right->image));
  g_assert_true (
    g_bytes_equal (tl_asset_get_bytes (left->image), tl_asset_get_bytes (right->image)));
}

static void
assert_makers_equal (const TlMaker *a, const TlMaker *b)
{
  g_assert_cmpint (a == NULL, ==, b == NULL);
  if (a == NULL)
    return;
  g_assert_cmpstr (a->vqgan.name, ==, b->vqgan.name);
  g_assert_cmpstr (a->vqgan.sha256, ==, b->vqgan.sha256);
  g_assert_cmpstr (a->clip.name, ==, b->clip.name);
  g_assert_cmpstr (a->clip.sha256, ==, b->clip.sha256);
  g_assert_cmpstr (a->precision, ==, b->precision);
  g_assert_cmpstr (a->device, ==, b->device);
  g_assert_cmpuint (a->n_threads, ==, b->n_threads);
}

void
assert_runs_equal (const TlRunRecord *a, const TlRunRecord *b)
{
  g_assert_cmpint (a->id, ==, b->id);
  g_assert_cmpint (a->parent, ==, b->parent);
  g_assert_cmpuint (a->parent_iteration, ==, b->parent_iteration);
  g_assert_cmpint (a->continues_parent, ==, b->continues_parent);
  g_assert_cmpint (a->exploration, ==, b->exploration);
  g_assert_cmpuint (a->hold, ==, b->hold);
  assert_starts_equal (a->start, b->start);
  assert_makers_equal (a->maker, b->maker);
  g_assert_cmpstr (a->name, ==, b->name);
  g_assert_cmpstr (a->note, ==, b->note);
  g_assert_cmpstr (a->change, ==, b->change);
  g_assert_cmpint (a->mark, ==, b->mark);
  g_assert_cmpint (a->is_deleted, ==, b->is_deleted);
  g_assert_cmpint (a->state, ==, b->state);
  g_assert_cmpuint (a->iteration, ==, b->iteration);
  g_assert_cmpint (memcmp (&a->similarity, &b->similarity, sizeof a->similarity), ==, 0);
  g_assert_cmpint (a->created, ==, b->created);
}

void
do_sql (const char *path, const char *sql)
{
  sqlite3 *sqlite;

  g_assert_cmpint (sqlite3_open (path, &sqlite), ==, SQLITE_OK);
  sqlite3_exec (sqlite, "PRAGMA synchronous = OFF", NULL, NULL, NULL);
  if (sqlite3_exec (sqlite, sql, NULL, NULL, NULL) != SQLITE_OK)
    g_error ("%s: %s", sql, sqlite3_errmsg (sqlite));
  g_assert_cmpint (sqlite3_close (sqlite), ==, SQLITE_OK);
}

char *
ask_sql (const char *path, const char *sql)
{
  sqlite3 *sqlite;
  sqlite3_stmt *statement;
  char *answer;

  g_assert_cmpint (sqlite3_open (path, &sqlite), ==, SQLITE_OK);
  g_assert_cmpint (sqlite3_prepare_v2 (sqlite, sql, -1, &statement, NULL), ==, SQLITE_OK);
  g_assert_cmpint (sqlite3_step (statement), ==, SQLITE_ROW);
  answer = g_strdup ((const char *) sqlite3_column_text (statement, 0));
  sqlite3_finalize (statement);
  g_assert_cmpint (sqlite3_close (sqlite), ==, SQLITE_OK);
  return answer;
}

GBytes *
read_bytes (const char *path)
{
  char *contents;
  gsize size;

  g_assert_true (g_file_get_contents (path, &contents, &size, NULL));
  return g_bytes_new_take (contents, size);
}

void
write_bytes (const char *path, gconstpointer contents, gsize size)
{
  FILE *file = fopen (path, "wb");

  g_assert_nonnull (file);
  g_assert_cmpuint (fwrite (contents, 1, size, file), ==, size);
  g_assert_cmpint (fclose (file), ==, 0);
}

void
remove_journals (const char *path)
{
  g_autofree char *wal = g_strconcat (path, "-wal", NULL);
  g_autofree char *shm = g_strconcat (path, "-shm", NULL);

  g_unlink (wal);
  g_unlink (shm);
}

gboolean
mount_small_disk (const char *folder, const char *size)
{
  g_autofree char *command = g_strdup_printf ("mount -t tmpfs -o size=%s tmpfs %s", size, folder);
  int status;

  if (g_spawn_command_line_sync (command, NULL, NULL, &status, NULL) && status == 0)
    return TRUE;
  g_test_skip ("a small disk to fill can only be mounted as root");
  return FALSE;
}

void
unmount_small_disk (const char *folder)
{
  g_autofree char *command = g_strdup_printf ("umount %s", folder);
  int status;

  g_assert_true (g_spawn_command_line_sync (command, NULL, NULL, &status, NULL));
  g_assert_cmpint (status, ==, 0);
}
