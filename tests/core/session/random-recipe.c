/* random-recipe.c - recipes that nobody would make, for tests of what must always hold
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "config.h"
#include "tests/core/session/random-recipe.h"

#include "core/session/journal.h"

/* Of no picture here. */
#define SHA256 "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"

#define PICK(random, array) ((array)[tl_random_below (random, G_N_ELEMENTS (array))])

static const char *const names[] = {
  "drawing.png", "a \"quoted\" name", "ünïcode ☃.jpg", "", "back\\slash", "tab\there",
};

static TlAsset *
random_asset (TlRandom *random)
{
  g_autoptr (GBytes) bytes = NULL;
  guint8 data[64];
  guint n = tl_random_below (random, sizeof data);

  if (tl_random_below (random, 5) == 0)
    return tl_asset_new_absent (PICK (random, names), SHA256);
  for (guint i = 0; i < n; i++)
    data[i] = (guint8) tl_random_next (random);
  bytes = g_bytes_new (data, n);
  return tl_asset_new (PICK (random, names), bytes);
}

TlSteer *
random_steer (TlRandom *random)
{
  static const char *const prompts[] = {
    "a red tractor",
    "",
    "a|b:0.5 ^ c:-1:-0.94",
    "<image:drawing.png>:0.5 | “curly” \\| pipe",
    "fog @{0:1,50%:0.2} | \"quotes\" \\\\ and\ttabs",
    "ünïcode ☃ 雪 | <noise:18446744073709551615>:0.1",
  };
  g_autoptr (TlPrompt) prompt = tl_prompt_parse (PICK (random, prompts));
  g_autoptr (GPtrArray) assets = g_ptr_array_new_with_free_func ((GDestroyNotify) tl_asset_unref);
  TlSettings settings;

  tl_settings_init (&settings);
  settings.lr = tl_random_range (random, 1e-6, 100);
  settings.n_iterations = 1 + tl_random_below (random, TL_MAX_ITERATIONS);
  settings.optimizer = (gint) tl_random_below (random, TL_N_OPTIMIZERS);
  settings.noise = tl_random_uniform (random) / 3;
  if (tl_random_below (random, 3) == 0)
    settings.variation =
      (gint64) (tl_random_next (random) & G_MAXINT32) << 32 | tl_random_next (random);
  for (guint n = tl_random_below (random, 4); n > 0; n--)
    g_ptr_array_add (assets, random_asset (random));
  return tl_steer_new (prompt, &settings, assets);
}

static TlStart *
random_start (TlRandom *random)
{
  TlStartValues values = {
    .seed = (guint64) tl_random_next (random) << 32 | tl_random_next (random),
    .width = TL_MIN_SIDE + tl_random_below (random, TL_MAX_SIDE - TL_MIN_SIDE + 1),
    .height = TL_MIN_SIDE + tl_random_below (random, TL_MAX_SIDE - TL_MIN_SIDE + 1),
    .fit = tl_random_below (random, 3),
  };
  g_autoptr (TlAsset) image = tl_random_below (random, 2) ? random_asset (random) : NULL;

  values.image = image;
  return tl_start_new (&values);
}

TlRecipe *
random_recipe (TlRandom *random)
{
  const TlMaker maker = {
    .vqgan = { (char *) "starter", (char *) SHA256 },
    .clip = { (char *) "random:ViT-B/32", (char *) "" },
    .precision = (char *) "bfloat16",
    .device = (char *) "cuda:1",
    .n_threads = tl_random_below (random, 64),
  };
  g_autoptr (TlStart) start = random_start (random);
  g_autoptr (GArray) journal = tl_journal_new ();
  guint64 iteration = 0;

  for (guint n = 1 + tl_random_below (random, 5); n > 0; n--)
    {
      g_autoptr (TlSteer) steer = random_steer (random);

      TlJournalEntry entry = { iteration, steer, (TlTurn) tl_random_below (random, 2) };

      if (tl_random_below (random, 3) == 0)
        entry.jitter = (TlJitter){ tl_random_uniform (random) + 0.01, tl_random_next (random) };
      tl_journal_add (journal, &entry);
      iteration += 1 + tl_random_below (random, 1000);
    }
  return tl_recipe_new (start, &maker, journal, iteration);
}

static void
assert_assets_equal (TlAsset *a, TlAsset *b)
{
  g_assert_cmpint (a == NULL, ==, b == NULL);
  if (a == NULL)
    return;

  g_assert_cmpstr (tl_asset_get_name (a), ==, tl_asset_get_name (b));
  g_assert_cmpstr (tl_asset_get_sha256 (a), ==, tl_asset_get_sha256 (b));
  if (tl_asset_get_bytes (a) != NULL)
    g_assert_true (g_bytes_equal (tl_asset_get_bytes (a), tl_asset_get_bytes (b)));
}

static void
assert_makers_equal (const TlMaker *a, const TlMaker *b)
{
  g_assert_cmpstr (a->vqgan.name, ==, b->vqgan.name);
  g_assert_cmpstr (a->vqgan.sha256, ==, b->vqgan.sha256);
  g_assert_cmpstr (a->clip.name, ==, b->clip.name);
  g_assert_cmpstr (a->clip.sha256, ==, b->clip.sha256);
  g_assert_cmpstr (a->precision, ==, b->precision);
  g_assert_cmpstr (a->device, ==, b->device);
  g_assert_cmpuint (a->n_threads, ==, b->n_threads);
}

void
assert_recipes_equal (TlRecipe *a, TlRecipe *b)
{
  const TlStartValues *left = tl_start_get_values (tl_recipe_get_start (a));
  const TlStartValues *right = tl_start_get_values (tl_recipe_get_start (b));

  g_assert_cmpuint (left->seed, ==, right->seed);
  g_assert_cmpuint (left->width, ==, right->width);
  g_assert_cmpuint (left->height, ==, right->height);
  g_assert_cmpint (left->fit, ==, right->fit);
  assert_assets_equal (left->image, right->image);
  assert_makers_equal (tl_recipe_get_maker (a), tl_recipe_get_maker (b));
  g_assert_cmpuint (tl_recipe_get_iteration (a), ==, tl_recipe_get_iteration (b));
  g_assert_cmpuint (tl_recipe_get_n_entries (a), ==, tl_recipe_get_n_entries (b));
  for (guint i = 0; i < tl_recipe_get_n_entries (a); i++)
    {
      const TlJournalEntry *x = tl_recipe_get_entry (a, i), *y = tl_recipe_get_entry (b, i);

      g_assert_cmpuint (x->iteration, ==, y->iteration);
      g_assert_cmpint (x->turn, ==, y->turn);
      g_assert_cmpfloat (x->jitter.sigma, ==, y->jitter.sigma);
      g_assert_cmpuint (x->jitter.index, ==, y->jitter.index);
      g_assert_true (tl_steer_equal (x->steer, y->steer));
    }
}
