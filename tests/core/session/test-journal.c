/* test-journal.c - turns in order, and what is left of two at one iteration
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "config.h"
#include "core/base/random.h"
#include "core/session/journal.h"
#include "tests/core/session/random-recipe.h"

/* Each character is a turn, its iteration in ten: "0g 3h 3g" */
static GArray *
write_journal (const char *turns, TlSteer *steer)
{
  GArray *journal = tl_journal_new ();

  for (; *turns != '\0'; turns += turns[2] == ' ' ? 3 : 2)
    tl_journal_add (journal, &(TlJournalEntry){ (guint64) (turns[0] - '0'), steer,
                                                turns[1] == 'h' ? TL_TURN_HARD : TL_TURN_GENTLE });
  return journal;
}

static char *
read_journal (GArray *journal)
{
  GString *text = g_string_new (NULL);

  for (guint i = 0; i < journal->len; i++)
    {
      const TlJournalEntry *entry = &g_array_index (journal, TlJournalEntry, i);

      g_string_append_printf (text, "%s%u%c", i > 0 ? " " : "", (guint) entry->iteration,
                              entry->turn == TL_TURN_HARD ? 'h' : 'g');
    }
  return g_string_free (text, FALSE);
}

static TlSteer *
any_steer (void)
{
  TlRandom random;

  tl_random_init (&random, 1, 0, TL_PURPOSE_START, 0);
  return random_steer (&random);
}

static void
table (void)
{
  static const struct
  {
    const char *turns, *left;
  } cases[] = {
    { "0g 3g 5h", "0g 3g 5h" }, { "0g 3g 3g", "0g 3g" }, { "0g 3h 3g", "0g 3h" },
    { "0g 3g 3h", "0g 3h" },    { "0h", "0g" },          { "0g 0h", "0g" },
    { "0g 3h 5g 3g", "0g 3h" }, { "0g 3h 5g 0g", "0g" }, { "0g 3g 5h 4g", "0g 3g 4g" },
  };
  g_autoptr (TlSteer) steer = any_steer ();

  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autoptr (GArray) journal = write_journal (cases[i].turns, steer);
      g_autofree char *left = read_journal (journal);

      g_assert_cmpstr (left, ==, cases[i].left);
    }
}

static void
the_later_steer_is_left (void)
{
  g_autoptr (GArray) journal = tl_journal_new ();
  g_autoptr (TlSteer) first = any_steer (), second = any_steer ();

  tl_journal_add (journal, &(TlJournalEntry){ 0, first, TL_TURN_GENTLE });
  tl_journal_add (journal, &(TlJournalEntry){ 0, second, TL_TURN_GENTLE });
  g_assert_cmpuint (journal->len, ==, 1);
  g_assert_true (g_array_index (journal, TlJournalEntry, 0).steer == second);
}

static void
what_was_jittered_stays_so (void)
{
  g_autoptr (GArray) journal = tl_journal_new ();
  g_autoptr (GArray) copy = NULL;
  g_autoptr (TlSteer) steer = any_steer ();
  const TlJournalEntry *entry;

  tl_journal_add (journal, &(TlJournalEntry){ 0, steer });
  tl_journal_add (journal, &(TlJournalEntry){ 5, steer, TL_TURN_GENTLE, { 0.1, 7 } });
  tl_journal_add (journal, &(TlJournalEntry){ 5, steer });
  copy = tl_journal_copy (journal);
  g_assert_cmpuint (copy->len, ==, 2);
  entry = tl_journal_find (copy, 5);
  g_assert_cmpfloat (entry->jitter.sigma, ==, 0.1);
  g_assert_cmpuint (entry->jitter.index, ==, 7);
  tl_journal_add (journal, &(TlJournalEntry){ 6, steer });
  g_assert_cmpfloat (tl_journal_find (journal, 6)->jitter.sigma, ==, 0);
}

static void
finding_and_counting (void)
{
  g_autoptr (TlSteer) steer = any_steer ();
  g_autoptr (GArray) journal = write_journal ("0g 3g 5h", steer);
  static const struct
  {
    guint64 iteration, found;
    guint n_acted;
  } cases[] = {
    { 0, 0, 1 }, { 1, 0, 1 }, { 2, 0, 1 }, { 3, 3, 1 },
    { 4, 3, 2 }, { 5, 5, 2 }, { 6, 5, 3 }, { G_MAXUINT64 - 1, 5, 3 },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_assert_cmpuint (tl_journal_find (journal, cases[i].iteration)->iteration, ==,
                        cases[i].found);
      g_assert_cmpuint (tl_journal_count (journal, cases[i].iteration), ==, cases[i].n_acted);
    }
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/journal/add", table);
  g_test_add_func ("/journal/replace", the_later_steer_is_left);
  g_test_add_func ("/journal/jitter", what_was_jittered_stays_so);
  g_test_add_func ("/journal/find", finding_and_counting);
  return g_test_run ();
}
