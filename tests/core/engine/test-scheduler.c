/* test-scheduler.c - who steps next
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "config.h"
#include "core/engine/scheduler.h"

/* One character a run: its iterations in this round, "." if it cannot run; "*" before the focus. */
static guint
read_runs (const char *text, TlRound *runs)
{
  guint n = 0;
  gboolean is_focus = FALSE;

  for (; *text != '\0'; text++)
    {
      if (*text == '*')
        {
          is_focus = TRUE;
          continue;
        }
      runs[n++] = (TlRound){ *text != '.', is_focus, *text == '.' ? 0 : (guint) (*text - '0') };
      is_focus = FALSE;
    }
  return n;
}

static void
table (void)
{
  static const struct
  {
    const char *runs;
    gint next;
    gboolean starts_round;
  } cases[] = {
    { "", -1, TRUE },     { ".", -1, TRUE },    { "0", 0, FALSE },      { "5", 0, TRUE },
    { "3", 0, FALSE },    { "00", 0, FALSE },   { "0*0", 1, FALSE },    { "1*0", 0, FALSE },
    { "5*0", 1, FALSE },  { "50", 1, FALSE },   { "55", 0, TRUE },      { "5*5", 1, TRUE },
    { ".0", 1, FALSE },   { ".5", 1, TRUE },    { "5.0", 2, FALSE },    { "0*.0", 0, FALSE },
    { "5*50", 2, FALSE }, { "*500", 1, FALSE }, { "*550", 2, FALSE },   { "54*0", 1, FALSE },
    { "5*.5", 0, TRUE },  { "..*.", -1, TRUE }, { "0000*0", 4, FALSE }, { "524", 1, FALSE },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      TlRound runs[8];
      guint n = read_runs (cases[i].runs, runs);
      gboolean starts_round;

      g_test_message ("case “%s”", cases[i].runs);
      g_assert_cmpint (tl_scheduler_pick (runs, n, &starts_round), ==, cases[i].next);
      g_assert_cmpint (starts_round, ==, cases[i].starts_round);
    }
}

/* As the worker does. */
static gint
advance (TlRound *runs, guint n)
{
  gboolean starts_round;
  gint next = tl_scheduler_pick (runs, n, &starts_round);

  for (guint i = 0; starts_round && i < n; i++)
    runs[i].n_done = 0;
  if (next >= 0)
    runs[next].n_done++;
  return next;
}

static void
rounds_go_round (void)
{
  TlRound runs[3] = { { TRUE }, { TRUE }, { TRUE } };
  static const char expected[] = "000001111122222"
                                 "222220000011111";

  for (guint i = 0; expected[i] != '\0'; i++)
    {
      runs[2].is_focus = i >= 7;
      g_assert_cmpint (advance (runs, 3), ==, expected[i] - '0');
    }
}

static void
nobody_starves (void)
{
  TlRound runs[12];
  guint counts[12] = { 0 };

  for (guint i = 0; i < 12; i++)
    runs[i] = (TlRound){ TRUE, FALSE, 0 };
  for (guint k = 0; k < 12 * TL_SLICE * 10; k++)
    {
      /* A focus that jumps about at every step. */
      for (guint i = 0; i < 12; i++)
        runs[i].is_focus = i == k * 7 % 12;
      counts[advance (runs, 12)]++;
    }
  for (guint i = 0; i < 12; i++)
    g_assert_cmpuint (counts[i], ==, TL_SLICE * 10);
}

/* What was set back catches up before the others go on, the one that is looked at but for; what
 * does not grow with them is held up by none. */
static void
those_behind_go_first (void)
{
  TlRound runs[4] = { { TRUE, FALSE, 0, 1, 20 },
                      { TRUE, FALSE, 0, 1, 10 },
                      { TRUE, FALSE, 0, 1, 20 },
                      { TRUE, FALSE, 0, 0, 90 } };
  static const char alone[] = "11111"
                              "33333"
                              "11111"
                              "00000"
                              "22222"
                              "33333";
  static const char focus[] = "22222"
                              "11111"
                              "33333"
                              "22222"
                              "11111"
                              "33333";

  for (guint i = 0; alone[i] != '\0'; i++)
    {
      gint next = advance (runs, 4);

      g_assert_cmpint (next, ==, alone[i] - '0');
      runs[next].iteration++;
    }
  runs[1].iteration = 0;
  runs[2].is_focus = TRUE;
  for (guint i = 0; focus[i] != '\0'; i++)
    {
      gint next = advance (runs, 4);

      g_assert_cmpint (next, ==, focus[i] - '0');
      runs[next].iteration++;
    }
  /* It does not hold them up where it cannot go on. */
  runs[1].is_runnable = runs[2].is_focus = FALSE;
  for (guint i = 0; i < 4; i++)
    runs[i].n_done = 0;
  g_assert_cmpint (advance (runs, 4), ==, 0);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/scheduler/table", table);
  g_test_add_func ("/scheduler/rounds", rounds_go_round);
  g_test_add_func ("/scheduler/fair", nobody_starves);
  g_test_add_func ("/scheduler/behind", those_behind_go_first);
  return g_test_run ();
}
