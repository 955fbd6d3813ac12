/* session-census.c - a session of known contents, and how much of it can be read
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "config.h"
#include "tests/core/session/session-census.h"

#include <string.h>

void
make_census_session (SessionFile *file)
{
  g_autoptr (TlDatabase) database = session_file_open (file, TL_DATABASE_CREATE);
  g_autoptr (GBytes) png = make_bytes (1, 9000), thumbnail = make_bytes (2, 500);

  g_assert_true (
    tl_database_put_exploration (database, &(TlExplorationRecord){ 3, 100, TRUE, 1 }, NULL));
  for (gint64 run = 1; run <= CENSUS_RUNS; run++)
    {
      put_run (database, run, run - 1);
      put_turn (database, run, run > 1 ? 25 : 0, "a");
      for (guint i = 1; i <= CENSUS_CHECKPOINTS; i++)
        {
          put_checkpoint (database, run, i * 25, TL_KEPT_PERIODIC, CENSUS_STATE);
          g_assert_true (tl_database_put_frame (database, run, i * 25, png, thumbnail, NULL));
        }
      g_assert_true (tl_database_put_score (
        database, &(TlScoreRecord){ run, 25, (char *) "j", (char *) "c", 0.5 }, NULL));
    }
}

static const Census whole = { CENSUS_RUNS,
                              CENSUS_RUNS,
                              CENSUS_RUNS *CENSUS_CHECKPOINTS,
                              CENSUS_RUNS *CENSUS_CHECKPOINTS,
                              CENSUS_RUNS,
                              1 };

gboolean
census_is_whole (const Census *census)
{
  return memcmp (census, &whole, sizeof whole) == 0;
}

/* What is read is what was put, or is not read. */
static void
count_run (TlDatabase *database, gint64 run, Census *census)
{
  g_autoptr (GArray) turns = tl_database_list_turns (database, run, NULL);
  g_autoptr (GPtrArray) checkpoints = tl_database_list_checkpoints (database, run, NULL);
  g_autoptr (GPtrArray) scores = tl_database_list_scores (database, run, NULL);
  g_autoptr (GBytes) png = make_bytes (1, 9000);

  census->n_turns += turns != NULL ? turns->len : 0;
  census->n_scores += scores != NULL ? scores->len : 0;
  for (guint i = 1; i <= CENSUS_CHECKPOINTS; i++)
    {
      guint64 found = 0;
      g_autoptr (GBytes) state = tl_database_get_state (database, run, i * 25, &found, NULL);
      g_autoptr (GBytes) frame = NULL;

      if (state != NULL)
        assert_state (database, run, found, CENSUS_STATE);
      census->n_states += state != NULL && found == i * 25;
      frame = tl_database_get_frame (database, run, i * 25, &found, NULL);
      g_assert_true (frame == NULL || g_bytes_equal (frame, png));
      census->n_frames += frame != NULL && found == i * 25;
    }
}

static gboolean
has_its_picture (const TlRunRecord *run)
{
  TlAsset *image = tl_start_get_values (run->start)->image;

  return image == NULL || tl_asset_get_bytes (image) != NULL;
}

void
census_count (TlDatabase *database, Census *census)
{
  g_autoptr (GPtrArray) runs = tl_database_list_runs (database, NULL);
  g_autoptr (GPtrArray) explorations = tl_database_list_explorations (database, NULL);

  *census = (Census){ 0 };
  census->n_explorations = explorations != NULL ? explorations->len : 0;
  for (guint i = 0; runs != NULL && i < runs->len; i++)
    {
      TlRunRecord *run = runs->pdata[i];
      g_autoptr (TlRunRecord) expected = make_run (run->id, run->id - 1);

      if (run->id >= 1 && run->id <= CENSUS_RUNS && run->parent == expected->parent
          && has_its_picture (run))
        assert_runs_equal (run, expected);
      census->n_runs++;
      count_run (database, run->id, census);
    }
}
