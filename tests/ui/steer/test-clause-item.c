/* test-clause-item.c - one row of the prompt
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "config.h"
#include "ui/steer/clause-item.h"

#include <math.h>

static void
assert_source (TlClauseItem *item, const char *expected)
{
  g_autofree char *source = tl_clause_item_dup_source (item);

  g_assert_cmpstr (source, ==, expected);
}

static void
test_read (void)
{
  g_autoptr (TlClauseItem) item = tl_clause_item_new ("photo:-0.5:-0.94");

  g_assert_cmpstr (tl_clause_item_get_text (item), ==, "photo");
  g_assert_cmpfloat (tl_clause_item_get_weight (item), ==, -0.5);
  g_assert_cmpfloat_with_epsilon (tl_clause_item_get_similarity (item), 0.2, 0.005);
  assert_source (item, "photo:-0.5:-0.94");
}

static void
test_draft_keeps_numbers (void)
{
  g_autoptr (TlClauseItem) item = tl_clause_item_new ("cat:0.3");

  tl_clause_item_set_text (item, "black cat");
  g_assert_true (tl_clause_item_has_draft (item));
  assert_source (item, "black cat:0.3");
  tl_clause_item_set_text (item, "black cat:2");
  assert_source (item, "black cat:2");
  tl_clause_item_set_text (item, "black cat:1");
  assert_source (item, "black cat:1");
  tl_clause_item_set_text (item, "  ");
  assert_source (item, "");
  tl_clause_item_set_text (item, "cat");
  g_assert_false (tl_clause_item_has_draft (item));
}

static void
test_weight_takes_draft (void)
{
  g_autoptr (TlClauseItem) item = tl_clause_item_new ("cat");

  tl_clause_item_set_text (item, "dog");
  tl_clause_item_set_weight (item, -0.5);
  g_assert_false (tl_clause_item_has_draft (item));
  g_assert_cmpstr (tl_clause_item_get_text (item), ==, "dog");
  assert_source (item, "dog:-0.5");
}

/* The similarity is what the artist means; the sign of the stop follows the weight. */
static void
test_stop_follows_weight (void)
{
  g_autoptr (TlClauseItem) item = tl_clause_item_new ("cat");

  tl_clause_item_set_similarity (item, 0.4);
  assert_source (item, "cat:1:0.672");
  tl_clause_item_set_weight (item, -1);
  assert_source (item, "cat:-1:-0.672");
  tl_clause_item_set_similarity (item, NAN);
  assert_source (item, "cat:-1");
}

static void
test_similarity (void)
{
  for (gdouble similarity = -1; similarity <= 1; similarity += 0.125)
    {
      gdouble stop = tl_stop_from_similarity (similarity, 1);

      g_assert_cmpfloat_with_epsilon (tl_stop_to_similarity (stop, 1), similarity, 0.002);
      g_assert_cmpfloat (tl_stop_from_similarity (similarity, -2), ==, -stop);
    }
  /* product.md, numbers of the notebook: loss 0.672 is cosine 0.40, 0.500 is 0.54. */
  g_assert_cmpfloat_with_epsilon (tl_stop_to_similarity (0.672, 1), 0.40, 0.001);
  g_assert_cmpfloat_with_epsilon (tl_stop_to_similarity (0.5, 1), 0.54, 0.001);
  g_assert_true (isnan (tl_stop_to_similarity (-INFINITY, 1)));
}

static void
test_schedule_stays (void)
{
  g_autoptr (TlClauseItem) item = tl_clause_item_new ("unreal engine:2 @..200");

  g_assert_cmpstr (tl_clause_item_get_text (item), ==, "unreal engine @..200");
  tl_clause_item_set_weight (item, 0.5);
  assert_source (item, "unreal engine:0.5 @..200");
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/clause-item/read", test_read);
  g_test_add_func ("/clause-item/draft-keeps-numbers", test_draft_keeps_numbers);
  g_test_add_func ("/clause-item/weight-takes-draft", test_weight_takes_draft);
  g_test_add_func ("/clause-item/stop-follows-weight", test_stop_follows_weight);
  g_test_add_func ("/clause-item/similarity", test_similarity);
  g_test_add_func ("/clause-item/schedule-stays", test_schedule_stays);
  return g_test_run ();
}
