/* test-models.c - models by name: the starter, random weights, and what is said when one is wrong
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "config.h"
#include "core/base/error.h"
#include "core/base/paths.h"
#include "core/steer/models.h"

#include <glib/gstdio.h>
#include <string.h>

typedef struct
{
  char *folder; /* the user's data folder, empty at first */
} Fixture;

static void
set_up (Fixture *fixture, gconstpointer data)
{
  fixture->folder = g_dir_make_tmp ("tiller-XXXXXX", NULL);
  g_setenv ("TILLER_DATA_DIR", fixture->folder, TRUE);
}

/* One level of folders, which is all that these tests make. */
static void
remove_folder (const char *path)
{
  g_autoptr (GDir) dir = g_dir_open (path, 0, NULL);
  const char *name;

  while (dir != NULL && (name = g_dir_read_name (dir)) != NULL)
    {
      g_autofree char *child = g_build_filename (path, name, NULL);

      if (g_file_test (child, G_FILE_TEST_IS_DIR) && !g_file_test (child, G_FILE_TEST_IS_SYMLINK))
        remove_folder (child);
      else
        g_remove (child);
    }
  g_rmdir (path);
}

static void
tear_down (Fixture *fixture, gconstpointer data)
{
  remove_folder (fixture->folder);
  g_free (fixture->folder);
}

static TlModels *
load (const TlModelChoice *choice, TlModelParts parts)
{
  g_autoptr (GError) error = NULL;
  TlModels *models = tl_models_load (choice, parts, &error);

  g_assert_no_error (error);
  return models;
}

static void
test_starter (Fixture *fixture, gconstpointer data)
{
  const TlModelChoice choices[] = { { 0 }, { .vqgan = "starter", .clip = "starter" } };
  const TlModelChoice mixed = { .clip = "other.pt" };

  for (gsize i = 0; i < G_N_ELEMENTS (choices); i++)
    {
      g_autoptr (TlModels) models = load (&choices[i], TL_MODELS_ALL);

      g_assert_true (tl_models_is_starter (&choices[i]));
      g_assert_cmpuint (tl_models_get_usual_side (&choices[i]), ==, 128);
      g_assert_cmpuint (tl_vqgan_get_config (tl_models_get_vqgan (models))->downscale, ==, 8);
      g_assert_cmpuint (tl_clip_get_config (tl_models_get_clip (models))->resolution, ==, 64);
      g_assert_cmpuint (tl_tokenizer_get_n_tokens (tl_models_get_tokenizer (models)), ==, 1330);
    }
  g_assert_false (tl_models_is_starter (&mixed));
  g_assert_cmpuint (tl_models_get_usual_side (&mixed), ==, 256);
}

static void
test_parts (Fixture *fixture, gconstpointer data)
{
  const TlModelChoice choice = { 0 };
  g_autoptr (TlModels) vqgan = load (&choice, TL_MODELS_VQGAN);
  g_autoptr (TlModels) tokenizer = load (&choice, TL_MODELS_TOKENIZER);

  g_assert_nonnull (tl_models_get_vqgan (vqgan));
  g_assert_null (tl_models_get_clip (vqgan));
  g_assert_null (tl_models_get_tokenizer (vqgan));
  g_assert_nonnull (tl_models_get_tokenizer (tokenizer));
  g_assert_null (tl_models_get_clip (tokenizer));
}

/* Benchmarks need no file at all: every byte of a text is a token. */
static void
test_random_tokens (Fixture *fixture, gconstpointer data)
{
  const TlModelChoice choice = { .clip = "random:ViT-B/32" };
  g_autoptr (TlModels) models = load (&choice, TL_MODELS_TOKENIZER);
  g_autoptr (TlTokens) tokens =
    tl_tokenizer_tokenize (tl_models_get_tokenizer (models), "red car", 77);
  g_autoptr (TlMaker) maker = tl_models_dup_maker (models);

  g_assert_cmpuint (tokens->n_used, ==, 6);
  g_assert_cmpint (tokens->ids[7], >, tokens->ids[0]);
  g_assert_cmpstr (maker->clip.name, ==, "random:ViT-B/32");
  g_assert_cmpstr (maker->clip.sha256, ==, "");
}

/* A copy of the starter's CLIP under a name of its own, in the user's folder of models. */
static char *
copy_clip (Fixture *fixture)
{
  g_autofree char *from = tl_path_starter ("starter-clip.safetensors");
  g_autofree char *folder = g_build_filename (fixture->folder, "models", NULL);
  char *to = g_build_filename (folder, "mine.safetensors", NULL);
  g_autofree char *contents = NULL;
  gsize n;

  g_mkdir (folder, 0700);
  g_assert_true (g_file_get_contents (from, &contents, &n, NULL));
  g_assert_true (g_file_set_contents (to, contents, (gssize) n, NULL));
  return to;
}

static void
copy_merges (Fixture *fixture, const char *name)
{
  g_autofree char *from = tl_path_starter ("starter-merges.txt");
  g_autofree char *to = g_build_filename (fixture->folder, name, NULL);
  g_autofree char *contents = NULL;
  gsize n;

  g_assert_true (g_file_get_contents (from, &contents, &n, NULL));
  g_assert_true (g_file_set_contents (to, contents, (gssize) n, NULL));
}

static void
test_vocabulary (Fixture *fixture, gconstpointer data)
{
  g_autofree char *path = copy_clip (fixture);
  g_autofree char *merges = tl_path_starter ("starter-merges.txt");
  TlModelChoice choice = { .clip = path };
  g_autoptr (GError) error = NULL;
  g_autoptr (TlModels) named = NULL, beside = NULL, by_name = NULL;

  g_assert_null (tl_models_load (&choice, TL_MODELS_ALL, &error));
  g_assert_error (error, TL_ERROR, TL_ERROR_MISSING);
  g_assert_nonnull (strstr (error->message, "--vocab"));

  choice.vocab = merges;
  named = load (&choice, TL_MODELS_TOKENIZER);
  choice.vocab = NULL;
  copy_merges (fixture, "models/merges.txt");
  beside = load (&choice, TL_MODELS_TOKENIZER);
  g_assert_cmpuint (tl_tokenizer_get_n_tokens (tl_models_get_tokenizer (beside)), ==, 1330);

  /* The user's models go by their names alone. */
  choice.clip = "mine.safetensors";
  by_name = load (&choice, TL_MODELS_CLIP | TL_MODELS_TOKENIZER);
  g_assert_nonnull (tl_models_get_clip (by_name));
}

static void
assert_refused (const TlModelChoice *choice, gint code, const char *word)
{
  g_autoptr (GError) error = NULL;

  g_assert_null (tl_models_load (choice, TL_MODELS_ALL, &error));
  g_assert_error (error, TL_ERROR, code);
  g_test_message ("%s", error->message);
  g_assert_nonnull (strstr (error->message, word));
  g_assert_null (strchr (error->message, '\n'));
}

static void
test_bad_models (Fixture *fixture, gconstpointer data)
{
  g_autofree char *vqgan = tl_path_starter ("starter-vqgan.safetensors");
  g_autofree char *clip = tl_path_starter ("starter-clip.safetensors");
  g_autofree char *text = g_build_filename (fixture->folder, "notes.ckpt", NULL);

  g_assert_true (g_file_set_contents (text, "not a model", -1, NULL));
  assert_refused (&(TlModelChoice){ .vqgan = "no/such/file.ckpt" }, TL_ERROR_MISSING, "file.ckpt");
  assert_refused (&(TlModelChoice){ .clip = "no/such/file.pt" }, TL_ERROR_MISSING, "file.pt");
  assert_refused (&(TlModelChoice){ .vqgan = text }, TL_ERROR_FORMAT, "notes.ckpt");
  assert_refused (&(TlModelChoice){ .vqgan = clip }, TL_ERROR_FORMAT, "starter-clip");
  assert_refused (&(TlModelChoice){ .clip = vqgan }, TL_ERROR_FORMAT, "starter-vqgan");
  assert_refused (&(TlModelChoice){ .vqgan = "random:nothing" }, TL_ERROR_MISSING, "nothing");
  assert_refused (&(TlModelChoice){ .clip = "random:nothing" }, TL_ERROR_MISSING, "nothing");
  assert_refused (&(TlModelChoice){ .vocab = "no/such/vocab.txt" }, TL_ERROR_MISSING, "vocab.txt");
}

/* Seconds of reading and gigabytes that nobody wants any more. */
static void
test_cancelled (Fixture *fixture, gconstpointer data)
{
  const TlModelParts parts[] = { TL_MODELS_VQGAN, TL_MODELS_CLIP };
  g_autoptr (GCancellable) cancellable = g_cancellable_new ();

  g_cancellable_cancel (cancellable);
  g_cancellable_push_current (cancellable);
  for (gsize i = 0; i < G_N_ELEMENTS (parts); i++)
    {
      g_autoptr (GError) error = NULL;

      g_assert_null (tl_models_load (&(TlModelChoice){ 0 }, parts[i], &error));
      g_assert_error (error, G_IO_ERROR, G_IO_ERROR_CANCELLED);
    }
  g_cancellable_pop_current (cancellable);
}

int
main (int argc, char **argv)
{
  const struct
  {
    const char *path;
    void (*func) (Fixture *fixture, gconstpointer data);
  } tests[] = {
    { "/steer/models/starter", test_starter },
    { "/steer/models/parts", test_parts },
    { "/steer/models/random-needs-no-file", test_random_tokens },
    { "/steer/models/vocabulary-is-found", test_vocabulary },
    { "/steer/models/bad-ones-are-named", test_bad_models },
    { "/steer/models/cancelled", test_cancelled },
  };

  g_test_init (&argc, &argv, NULL);
  for (gsize i = 0; i < G_N_ELEMENTS (tests); i++)
    g_test_add (tests[i].path, Fixture, NULL, set_up, tests[i].func, tear_down);
  return g_test_run ();
}
