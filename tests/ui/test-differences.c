/* test-differences.c - what differs between two runs, in words
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "config.h"
#include "ui/differences.h"

static TlSteer *
make_steer (const char *text, gdouble lr)
{
  g_autoptr (TlPrompt) prompt = tl_prompt_parse (text);
  TlSettings settings;

  tl_settings_init (&settings);
  settings.lr = lr;
  return tl_steer_new (prompt, &settings, NULL);
}

static void
test_changes (void)
{
  const struct
  {
    const char *from, *to;
    gdouble lr;
    const char *change;
  } cases[] = {
    { "boat", "boat", 0.1, NULL },
    { "boat", "boat | snow", 0.1, "“snow” added" },
    { "boat | snow", "boat", 0.1, "“snow” removed" },
    { "boat", "house", 0.1, "“house” instead of “boat”" },
    { "boat", "boat:0.5", 0.1, "“boat” 1 → 0.5" },
    { "boat | snow", "boat | snow:-1", 0.1, "“snow” 1 → -1" },
    { "boat", "boat", 0.2, "rate 0.1 → 0.2" },
    { "boat", "boat | snow", 0.2, "“snow” added, rate 0.1 → 0.2" },
    { "boat", "boat @..20", 0.1, "“boat” scheduled otherwise" },
    { "boat ^ house", "boat ^ snow", 0.1, "another story" },
    { "boat | snow", "snow | boat", 0.1, NULL },
    { "boat", "boat | <noise:7>:0.1", 0.1, "“noise” added" },
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autoptr (TlSteer) from = make_steer (cases[i].from, 0.1);
      g_autoptr (TlSteer) to = make_steer (cases[i].to, cases[i].lr);
      g_autofree char *change = tl_steer_print_change (from, to);

      g_assert_cmpstr (change, ==, cases[i].change);
    }
}

static void
test_fork (void)
{
  const guint64 seed = G_MAXUINT64;
  const TlStartValues size = { .width = 128, .height = 256 };
  g_autoptr (TlSteer) from = make_steer ("boat", 0.1);
  g_autoptr (TlSteer) to = make_steer ("boat | snow", 0.1);
  g_autofree char *nothing = tl_fork_print_change (NULL, NULL, from, from);
  g_autofree char *luck = tl_fork_print_change (&seed, NULL, from, from);
  g_autofree char *all = tl_fork_print_change (&seed, &size, from, to);

  g_assert_null (nothing);
  g_assert_cmpstr (luck, ==, "seed 18446744073709551615");
  g_assert_cmpstr (all, ==, "seed 18446744073709551615, 128 × 256, “snow” added");
}

/* An edge of the tree has room for some words. */
static void
test_long_clause (void)
{
  g_autofree char *words = g_strnfill (500, 'x');
  g_autoptr (TlSteer) from = make_steer ("boat", 0.1);
  g_autofree char *text = g_strconcat ("boat | ", words, NULL);
  g_autoptr (TlSteer) to = make_steer (text, 0.1);
  g_autofree char *change = tl_steer_print_change (from, to);

  g_assert_cmpint (g_utf8_strlen (change, -1), <, 60);
  g_assert_true (g_utf8_validate (change, -1, NULL));
}

static void
test_sides (void)
{
  g_autoptr (TlSteer) steer = make_steer ("boat", 0.1);
  g_autoptr (TlStart) start =
    tl_start_new (&(TlStartValues){ .seed = 7, .width = 128, .height = 128 });
  g_autoptr (TlStart) other =
    tl_start_new (&(TlStartValues){ .seed = G_MAXUINT64, .width = 128, .height = 256 });
  TlMaker maker = { .vqgan = { (char *) "a", (char *) "" }, .clip = { (char *) "c", (char *) "" } };
  TlMaker newer = { .vqgan = { (char *) "b", (char *) "" }, .clip = { (char *) "c", (char *) "" } };
  TlSide a = { start, steer, 100, &maker };
  TlSide b = { other, steer, 240, &newer };
  g_autoptr (GPtrArray) same = tl_sides_print_differences (&a, &a);
  g_autoptr (GPtrArray) differences = tl_sides_print_differences (&a, &b);
  g_autofree char *edge = tl_makers_print_change (&maker, &newer);

  g_assert_cmpstr (edge, ==, "on b");
  g_assert_cmpuint (same->len, ==, 0);
  g_assert_cmpuint (differences->len, ==, 4);
  g_assert_cmpstr (g_ptr_array_index (differences, 0), ==, "seed 7 → 18446744073709551615");
  g_assert_cmpstr (g_ptr_array_index (differences, 1), ==, "size 128 × 128 → 128 × 256");
  g_assert_cmpstr (g_ptr_array_index (differences, 2), ==, "model a → b");
  g_assert_cmpstr (g_ptr_array_index (differences, 3), ==, "iteration 100 → 240");
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/differences/changes", test_changes);
  g_test_add_func ("/differences/fork", test_fork);
  g_test_add_func ("/differences/long-clause", test_long_clause);
  g_test_add_func ("/differences/sides", test_sides);
  return g_test_run ();
}
