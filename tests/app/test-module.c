/* test-module.c - the library that computes, loaded by a program that is not linked with libtorch
 *
 * Both have copies of the same archives: what this program's engine is handed must be of its own
 * types, or nothing of it would work.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "app/module.h"
#include "config.h"
#include "core/base/error.h"
#include "core/engine/engine.h"

#include <string.h>

static gboolean
has_torch (void)
{
  g_autofree char *maps = NULL;

  g_assert_true (g_file_get_contents ("/proc/self/maps", &maps, NULL, NULL));
  return strstr (maps, "/libtorch_cpu.so") != NULL;
}

static TlRun *
make_run (void)
{
  g_autoptr (TlPrompt) prompt = tl_prompt_parse ("a red tractor");
  const TlStartValues values = { .seed = 1, .width = 64, .height = 64 };
  g_autoptr (TlStart) start = tl_start_new (&values);
  g_autoptr (TlSteer) steer = NULL;
  TlSettings settings;

  tl_settings_init_starter (&settings);
  settings.n_cutouts = 2;
  settings.n_iterations = 2;
  steer = tl_steer_new (prompt, &settings, NULL);
  return tl_run_new (start, steer);
}

static void
test_runs (void)
{
  const TlModelFiles starter = { 0 };
  g_autoptr (GError) error = NULL;
  g_autoptr (TlEngine) engine = NULL;
  g_autoptr (TlRun) run = make_run ();
  g_autoptr (TlFrame) frame = NULL;
  TlLoaded loaded = { 0 };

  g_assert_false (has_torch ());
  tl_module_get_source ()->load (&starter, &loaded, NULL, &error);
  g_assert_no_error (error);
  g_assert_true (has_torch ());

  engine = tl_engine_new (loaded.stepper);
  tl_engine_start (engine, run);
  while (tl_run_get_state (run) != TL_RUN_FINISHED)
    {
      g_assert_cmpint (tl_run_get_state (run), !=, TL_RUN_FAILED);
      g_main_context_iteration (NULL, TRUE);
    }
  frame = tl_run_dup_frame (run);
  g_assert_cmpuint (tl_frame_get_iteration (frame), ==, 2);
  g_assert_cmpstr (tl_run_get_maker (run)->vqgan.name, ==, "starter");

  tl_tokenizer_unref (loaded.values.tokenizer);
  tl_maker_free (loaded.values.maker);
  g_free ((char *) loaded.values.device);
}

/* A sentence, as of any file that is missing. */
static void
test_refusals (void)
{
  g_autofree char *folder = g_strdup (g_getenv ("TILLER_MODULE_DIR"));
  const TlModelFiles none = { .vqgan = "/no/such/file" }, starter = { 0 };
  g_autoptr (GError) error = NULL;
  TlLoaded loaded = { 0 };

  g_assert_false (tl_module_get_source ()->load (&none, &loaded, NULL, &error));
  g_assert_error (error, TL_ERROR, TL_ERROR_MISSING);
  g_clear_error (&error);

  g_setenv ("TILLER_MODULE_DIR", "/no/such/folder", TRUE);
  g_assert_false (tl_module_get_source ()->load (&starter, &loaded, NULL, &error));
  g_assert_error (error, TL_ERROR, TL_ERROR_MISSING);
  g_setenv ("TILLER_MODULE_DIR", folder, TRUE);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/module/runs", test_runs);
  g_test_add_func ("/module/refusals", test_refusals);
  return g_test_run ();
}
