/* test-pictures-window.c - the picture on the canvas is that of the run
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "config.h"
#include "core/export/export.h"
#include "core/export/png.h"
#include "core/session/journal.h"
#include "tests/ui/harness.h"

#include <glib/gstdio.h>
#include <string.h>

/* A run that shows nothing yet has no picture to be given away: that on the canvas is another's. */
static void
test_picture_of_another (void)
{
  TlWindow *window = harness_open_window ();
  TlSession *session = tl_window_get_session (window);
  TlRun *first, *second;

  harness_type (window, "Iterations", "5");
  harness_press (window, "Run");
  harness_wait_state (window, TL_RUN_FINISHED);
  first = tl_window_get_run (window);
  g_assert_true (harness_can_press (window, "Export"));

  second = tl_session_add_run (session, tl_run_get_start (first), tl_run_get_steer (first), NULL);
  tl_session_set_selected (session, second);
  harness_settle ();
  g_assert_false (harness_can_press (window, "Export"));
  tl_session_set_selected (session, first);
  harness_settle ();
  g_assert_true (harness_can_press (window, "Export"));
  harness_close_window (window);
}

static gboolean
shows (gpointer data)
{
  gpointer *pair = data; /* window, iteration */
  TlFrame *frame = tl_steer_page_get_frame (tl_window_get_page (pair[0]));

  return frame != NULL && tl_frame_get_iteration (frame) == GPOINTER_TO_SIZE (pair[1]);
}

/* Pictures of a run that was read from a file are in the file, that of now too. */
static void
test_back_to_now (void)
{
  TlWindow *window = harness_open_window ();
  g_autofree char *path = NULL;
  g_autoptr (GFile) file = NULL;
  g_autoptr (GVariant) back = g_variant_ref_sink (g_variant_new_int32 (-1));
  gpointer past[2] = { NULL, GSIZE_TO_POINTER (50) }, now[2] = { NULL, GSIZE_TO_POINTER (60) };

  harness_type (window, "Iterations", "60");
  harness_press (window, "Run");
  harness_wait_state (window, TL_RUN_FINISHED);
  path = harness_copy_session (window, "now.tiller");
  harness_close_window (window);

  window = past[0] = now[0] = harness_open_window ();
  file = g_file_new_for_path (path);
  tl_window_open (window, file);
  harness_wait (shows, now);
  g_assert_true (
    gtk_widget_activate_action_variant (GTK_WIDGET (window), "win.go-checkpoint", back));
  harness_wait (shows, past);
  harness_press_label (window, "Back to Now");
  harness_wait (shows, now);
  harness_close_window (window);
}

static void
open_file (TlWindow *window, const char *path, const char *answer, const char *button)
{
  g_autoptr (GFile) file = g_file_new_for_path (path);

  tl_window_open (window, file);
  harness_wait_message (window, answer);
  harness_press_label (window, button);
}

/* (transfer full): a picture as another program would write it, too large for a recipe */
static TlAsset *
make_large_picture (TlWindow *window)
{
  TlFrame *frame = tl_steer_page_get_frame (tl_window_get_page (window));
  g_autoptr (GBytes) png = tl_png_encode (frame, NULL, NULL);
  GByteArray *grown = g_byte_array_sized_new (TL_RECIPE_MAX_EMBEDDED + 1);
  g_autoptr (GBytes) bytes = NULL;

  g_byte_array_set_size (grown, TL_RECIPE_MAX_EMBEDDED + 1);
  memset (grown->data, 0, grown->len);
  memcpy (grown->data, g_bytes_get_data (png, NULL), g_bytes_get_size (png));
  bytes = g_byte_array_free_to_bytes (grown);
  return tl_asset_new ("big.png", bytes);
}

/* (transfer full): the path of the run's picture, exported */
static char *
export_with (TlWindow *window, TlAsset *picture)
{
  g_autoptr (TlPrompt) prompt = tl_prompt_parse ("<image:big.png>");
  g_autoptr (GPtrArray) assets = g_ptr_array_new ();
  g_autoptr (TlSteer) steer = NULL;
  g_autoptr (TlRecipe) recipe = NULL;
  g_autoptr (GBytes) png = NULL;
  g_autoptr (GArray) journal = tl_journal_new ();
  TlRun *run = tl_window_get_run (window);
  char *path = g_build_filename (g_get_home_dir (), "with-big.png", NULL);

  g_ptr_array_add (assets, picture);
  steer = tl_steer_new (prompt, tl_steer_get_settings (tl_run_get_steer (run)), assets);
  tl_journal_add (journal, &(TlJournalEntry){ .steer = steer });
  recipe = tl_recipe_new (tl_run_get_start (run), tl_run_get_maker (run), journal, 2);
  png = tl_png_encode (tl_steer_page_get_frame (tl_window_get_page (window)), recipe, NULL);
  g_assert_true (tl_export_write (path, png, NULL));
  return path;
}

/* What was too large to travel is missed, until the session has it. */
static void
test_large_pictures_are_missed (void)
{
  TlWindow *window = harness_open_window ();
  g_autoptr (TlAsset) picture = NULL;
  g_autofree char *path = NULL;
  g_autofree char *big = g_build_filename (g_get_home_dir (), "big.png", NULL);
  TlSteer *steer;
  guint n_runs;

  harness_type (window, "Iterations", "2");
  harness_press (window, "Run");
  harness_wait_state (window, TL_RUN_FINISHED);
  picture = make_large_picture (window);
  path = export_with (window, picture);
  n_runs = harness_count_runs (window);
  open_file (window, path, "“with-big", "Use All");
  g_assert_nonnull (strstr (tl_window_get_message (window), "“big.png” is not in the recipe"));
  g_assert_cmpuint (harness_count_runs (window), ==, n_runs);

  g_assert_true (tl_export_write (big, tl_asset_get_bytes (picture), NULL));
  open_file (window, big, "What is", "Steer Towards It");
  harness_press (window, "Run");
  harness_wait_state (window, TL_RUN_FINISHED);
  harness_press (window, "Export");
  g_assert_nonnull (harness_find_prefix (GTK_WIDGET (window), "Too large to travel"));
  harness_press (window, "Export");

  open_file (window, path, "“with-big", "Use All");
  g_assert_cmpuint (harness_count_runs (window), ==, n_runs + 2);
  steer = tl_run_get_steer (tl_window_get_run (window));
  g_assert_nonnull (tl_steer_find_asset (steer, "big.png"));
  g_remove (path);
  g_remove (big);
  harness_close_window (window);
}

static guint32
crc_of (const guint8 *data, gsize length)
{
  guint32 crc = 0xffffffff;

  for (gsize i = 0; i < length; i++)
    {
      crc ^= data[i];
      for (guint k = 0; k < 8; k++)
        crc = crc >> 1 ^ ((crc & 1) != 0 ? 0xedb88320 : 0);
    }
  return ~crc;
}

static void
append_uint32 (GByteArray *array, guint32 value)
{
  value = GUINT32_TO_BE (value);
  g_byte_array_append (array, (const guint8 *) &value, sizeof value);
}

/* (transfer full): @png with an iTXt chunk behind its first one */
static GBytes *
add_recipe (GBytes *png, const char *json)
{
  const gsize head = 8 + 12 + 13; /* signature and IHDR */
  gsize length;
  const guint8 *data = g_bytes_get_data (png, &length);
  GByteArray *out = g_byte_array_new ();
  g_autoptr (GByteArray) chunk = g_byte_array_new ();

  g_byte_array_append (chunk, (const guint8 *) "iTXttiller\0\0\0\0\0", 15);
  g_byte_array_append (chunk, (const guint8 *) json, (guint) strlen (json));
  g_byte_array_append (out, data, (guint) head);
  append_uint32 (out, chunk->len - 4);
  g_byte_array_append (out, chunk->data, chunk->len);
  append_uint32 (out, crc_of (chunk->data, chunk->len));
  g_byte_array_append (out, data + head, (guint) (length - head));
  return g_byte_array_free_to_bytes (out);
}

/* Why its recipe is not offered is worth a word where a newer Tiller could offer it. */
static void
test_recipe_of_a_newer_tiller (void)
{
  const char *const answers[][2] = { { "{\"version\":99}", "This recipe was written by a newer" },
                                     { "{\"version\":0}", "What is" } };
  TlWindow *window = harness_open_window ();
  g_autoptr (GBytes) png = NULL;
  g_autofree char *path = g_build_filename (g_get_home_dir (), "newer.png", NULL);

  harness_type (window, "Iterations", "2");
  harness_press (window, "Run");
  harness_wait_state (window, TL_RUN_FINISHED);
  png = tl_png_encode (tl_steer_page_get_frame (tl_window_get_page (window)), NULL, NULL);
  for (gsize i = 0; i < G_N_ELEMENTS (answers); i++)
    {
      g_autoptr (GBytes) with_recipe = add_recipe (png, answers[i][0]);

      g_assert_true (tl_export_write (path, with_recipe, NULL));
      open_file (window, path, answers[i][1], "Start From It");
    }
  g_remove (path);
  harness_close_window (window);
}

int
main (int argc, char **argv)
{
  harness_init (&argc, &argv);
  g_test_add_func ("/window/pictures/of-another", test_picture_of_another);
  g_test_add_func ("/window/pictures/back-to-now", test_back_to_now);
  g_test_add_func ("/window/pictures/large-ones-are-missed", test_large_pictures_are_missed);
  g_test_add_func ("/window/pictures/recipe-of-a-newer-tiller", test_recipe_of_a_newer_tiller);
  return g_test_run ();
}
