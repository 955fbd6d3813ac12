/* test-judge.c - what a judge makes of pictures
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "config.h"
#include "core/train/judge.h"

#include "core/base/error.h"
#include "core/base/paths.h"
#include "core/scenes/words.h"
#include "core/torch/device.h"
#include "core/train/clip-trainer.h"

#include <glib/gstdio.h>
#include <math.h>

static const TlDevice cpu = { TL_CPU, 0 };

/* --- opinions as plain numbers --- */

static void
test_rank (void)
{
  gfloat cosines[] = { 0.1f, 0.5f, 0.3f, 0.5f };
  const TlOpinion opinion = { .cosines = cosines };

  g_assert_cmpuint (tl_opinion_get_rank (&opinion, 4, 0), ==, 3);
  g_assert_cmpuint (tl_opinion_get_rank (&opinion, 4, 1), ==, 0);
  g_assert_cmpuint (tl_opinion_get_rank (&opinion, 4, 2), ==, 2);
}

static guint
find_label (const char *name)
{
  for (guint i = 0; i < tl_labels_get_count (); i++)
    {
      g_autofree char *found = tl_labels_dup_name (i);

      if (g_str_equal (found, name))
        return i;
    }
  g_assert_not_reached ();
}

static void
assert_label (guint label, const char *expected)
{
  g_autofree char *name = tl_labels_dup_name (label);

  g_assert_cmpstr (name, ==, expected);
}

static void
test_recognition (void)
{
  g_autofree gfloat *scores = g_new0 (gfloat, tl_labels_get_count ());
  const TlOpinion opinion = { .scores = scores };
  TlSceneParts parts = TL_SCENE_PARTS_INIT;
  g_autoptr (TlScene) one = NULL, two = NULL, drawing = NULL;
  TlRecognition found;

  parts.object = TL_OBJECT_CAT;
  parts.colour = TL_COLOUR_BLACK;
  parts.background = TL_BACKGROUND_SNOW;
  parts.style = TL_STYLE_FLAT;
  parts.relation = TL_RELATION_NONE;
  one = tl_scene_new_from (&parts, 1, 0);
  parts.style = TL_STYLE_LINE;
  drawing = tl_scene_new_from (&parts, 1, 0);
  parts.style = TL_STYLE_FLAT;
  parts.relation = TL_RELATION_NEXT_TO;
  parts.second = TL_OBJECT_TREE;
  two = tl_scene_new_from (&parts, 1, 0);

  scores[find_label ("object cat")] = 1;
  scores[find_label ("object dog")] = 2;
  scores[find_label ("cat black")] = 1;
  scores[find_label ("dog white")] = 9;
  scores[find_label ("background snow")] = 1;
  found = tl_opinion_recognize (&opinion, one);
  g_assert_true (found.has_object && found.has_colour && found.colour && found.background);
  assert_label (found.object_label, "object dog");
  assert_label (found.colour_label, "cat black"); /* the scene's thing has */
  assert_label (found.background_label, "background snow");
  g_assert_false (found.object); /* a dog, if one thing is asked for; */
  g_assert_true (tl_opinion_recognize (&opinion, two).object); /* of two it may be the second */
  g_assert_false (tl_opinion_recognize (&opinion, drawing).has_colour);

  scores[find_label ("object dog")] = 0;
  scores[find_label ("cat white")] = 2;
  scores[find_label ("background sea")] = 2;
  found = tl_opinion_recognize (&opinion, one);
  g_assert_true (found.object);
  g_assert_false (found.colour || found.background);
  assert_label (found.object_label, "object cat");
  assert_label (found.colour_label, "cat white");
  assert_label (found.background_label, "background sea");
}

/* --- a judge of files --- */

typedef struct
{
  char *folder, *clip, *heads, *merges;
} Fixture;

/* A tiny CLIP that was trained for no step at all. */
static void
set_up (Fixture *fixture, gconstpointer data)
{
  g_autoptr (TlTokenizer) tokenizer = NULL;
  g_autoptr (TlClipTrainer) trainer = NULL;
  g_autoptr (GBytes) clip = NULL, heads = NULL;
  g_autoptr (GError) error = NULL;
  TlClipTraining training;

  fixture->folder = g_dir_make_tmp ("tiller-judge-XXXXXX", NULL);
  fixture->clip = g_build_filename (fixture->folder, "clip.safetensors", NULL);
  fixture->heads = g_build_filename (fixture->folder, "heads.safetensors", NULL);
  fixture->merges = tl_path_starter ("starter-merges.txt");
  tokenizer = tl_tokenizer_open (fixture->merges, 0, &error);
  g_assert_no_error (error);
  tl_clip_training_init (&training);
  training.clip.width = training.clip.text_width = 64;
  training.clip.n_heads = training.clip.text_heads = 1;
  training.clip.n_layers = training.clip.text_layers = 1;
  trainer = tl_clip_trainer_new (&training, tokenizer, NULL, NULL, &error);
  clip = tl_clip_trainer_export (trainer, &error);
  heads = tl_clip_trainer_export_heads (trainer, &error);
  g_assert_no_error (error);
  g_file_set_contents (fixture->clip, g_bytes_get_data (clip, NULL),
                       (gssize) g_bytes_get_size (clip), &error);
  g_file_set_contents (fixture->heads, g_bytes_get_data (heads, NULL),
                       (gssize) g_bytes_get_size (heads), &error);
  g_assert_no_error (error);
}

static void
tear_down (Fixture *fixture, gconstpointer data)
{
  g_unlink (fixture->clip);
  g_unlink (fixture->heads);
  g_rmdir (fixture->folder);
  g_free (fixture->folder);
  g_free (fixture->clip);
  g_free (fixture->heads);
  g_free (fixture->merges);
}

static TlFrame *
draw (guint64 index, guint size)
{
  g_autoptr (TlScene) scene = tl_scene_new (3, index);
  g_autofree guint8 *pixels = g_malloc ((gsize) 4 * size * size);
  g_autoptr (GBytes) bytes = NULL;

  tl_scene_draw (scene, pixels, (gint) (4 * size), size);
  bytes = g_bytes_new (pixels, (gsize) 4 * size * size);
  return tl_frame_new (size, size, 4 * size, bytes, 0, NAN);
}

static void
judge_looks_at_pictures (Fixture *fixture, gconstpointer data)
{
  static const char *const prompts[] = { "a red tractor", "a cat at night", "a red tractor" };
  g_autoptr (GError) error = NULL;
  g_autoptr (TlJudge) judge =
    tl_judge_open (fixture->clip, fixture->merges, fixture->heads, cpu, &error);
  g_autoptr (TlFrame) a = draw (1, 128), b = draw (2, 64);
  g_auto (TlOpinion) of_a = { 0 }, again = { 0 }, of_b = { 0 };

  g_assert_no_error (error);
  g_assert_true (tl_judge_set_prompts (judge, prompts, 3, &error));
  g_assert_true (tl_judge_look (judge, a, &of_a, &error));
  g_assert_true (tl_judge_look (judge, a, &again, &error));
  g_assert_true (tl_judge_look (judge, b, &of_b, &error));
  g_assert_cmpmem (of_a.cosines, 3 * sizeof (gfloat), again.cosines, 3 * sizeof (gfloat));
  g_assert_cmpfloat (of_a.cosines[0], ==, of_a.cosines[2]);
  g_assert_cmpfloat (of_a.cosines[0], !=, of_a.cosines[1]);
  g_assert_cmpfloat (of_a.scores[0], !=, of_b.scores[0]);
  for (guint i = 0; i < 3; i++)
    g_assert_cmpfloat (fabs (of_b.cosines[i]), <=, 1);
}

/* Any CLIP can compare; what is in a picture only its heads can tell. */
static void
judge_does_without_heads (Fixture *fixture, gconstpointer data)
{
  static const char *const prompts[] = { "a red tractor", "a cat at night" };
  g_autoptr (GError) error = NULL;
  g_autoptr (TlJudge) whole =
    tl_judge_open (fixture->clip, fixture->merges, fixture->heads, cpu, &error);
  g_autoptr (TlJudge) plain = tl_judge_open (fixture->clip, fixture->merges, NULL, cpu, &error);
  g_autoptr (TlFrame) picture = draw (1, 128);
  g_auto (TlOpinion) a = { 0 }, b = { 0 };

  g_assert_no_error (error);
  g_assert_true (tl_judge_has_heads (whole));
  g_assert_false (tl_judge_has_heads (plain));
  g_assert_true (tl_judge_set_prompts (whole, prompts, 2, &error));
  g_assert_true (tl_judge_set_prompts (plain, prompts, 2, &error));
  g_assert_true (tl_judge_look (whole, picture, &a, &error));
  g_assert_true (tl_judge_look (plain, picture, &b, &error));
  g_assert_cmpmem (a.cosines, 2 * sizeof (gfloat), b.cosines, 2 * sizeof (gfloat));
  g_assert_cmpfloat (b.scores[0], ==, 0);
}

static void
judge_needs_its_files (Fixture *fixture, gconstpointer data)
{
  g_autoptr (GError) error = NULL;

  g_assert_null (tl_judge_open (fixture->heads, fixture->merges, fixture->heads, cpu, &error));
  g_assert_error (error, TL_ERROR, TL_ERROR_FORMAT);
  g_clear_error (&error);
  g_assert_null (tl_judge_open (fixture->clip, fixture->merges, fixture->clip, cpu, &error));
  g_assert_error (error, TL_ERROR, TL_ERROR_FORMAT);
  g_clear_error (&error);
  g_assert_null (tl_judge_open (fixture->clip, "no-such-file", fixture->heads, cpu, &error));
  g_assert_nonnull (error);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  tl_device_set_threads (1);
  g_test_add_func ("/train/judge/rank", test_rank);
  g_test_add_func ("/train/judge/recognition", test_recognition);
  g_test_add ("/train/judge/looks-at-pictures", Fixture, NULL, set_up, judge_looks_at_pictures,
              tear_down);
  g_test_add ("/train/judge/does-without-heads", Fixture, NULL, set_up, judge_does_without_heads,
              tear_down);
  g_test_add ("/train/judge/needs-its-files", Fixture, NULL, set_up, judge_needs_its_files,
              tear_down);
  return g_test_run ();
}
