/* test-outbox.c - letters arrive in order, and progress does not pile up
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "config.h"
#include "core/engine/outbox.h"
#include "tests/core/engine/fixture.h"

#include <math.h>

typedef struct
{
  GString *seen; /* what arrived */
  TlOutbox *outbox;
  guint n_discarded;
} Log;

typedef struct
{
  Log *log;
  char letter;
} Note;

static void
open_note (TlLink *link, gpointer content)
{
  Note *note = content;

  g_string_append_c (note->log->seen, note->letter);
  if (note->letter == '!')
    g_clear_pointer (&note->log->outbox, tl_outbox_close);
  g_free (note);
}

static void
discard_note (gpointer content)
{
  Note *note = content;

  note->log->n_discarded++;
  g_free (note);
}

static void
post (Log *log, TlLink *link, char letter)
{
  Note *note = g_new (Note, 1);

  *note = (Note){ log, letter };
  tl_outbox_post (log->outbox, link, open_note, note, discard_note);
}

static void
post_progress (Log *log, TlLink *link, guint64 iteration, gdouble rate)
{
  const TlRunNews news = {
    .state = TL_RUN_RUNNING, .iteration = iteration, .loss = NAN, .similarity = NAN, .rate = rate
  };

  tl_outbox_post_progress (log->outbox, link, &news);
}

static void
on_iteration_cb (TlRun *run, GParamSpec *pspec, Log *log)
{
  g_string_append_printf (log->seen, "%u", (guint) tl_run_get_iteration (run));
}

static void
progress_gives_way_to_progress (void)
{
  g_autoptr (TlRun) run = fixture_run (1, "snow", 10), other = fixture_run (2, "rain", 10);
  TlLink *link = tl_link_new (run), *other_link = tl_link_new (other);
  Log log = { g_string_new (NULL), tl_outbox_new (), 0 };

  g_signal_connect (run, "notify::iteration", G_CALLBACK (on_iteration_cb), &log);
  g_signal_connect (other, "notify::iteration", G_CALLBACK (on_iteration_cb), &log);

  post (&log, link, 'a');
  post_progress (&log, link, 1, 0.5);
  post_progress (&log, other_link, 7, NAN);
  post_progress (&log, link, 2, NAN);
  post (&log, link, 'b');
  post_progress (&log, link, 3, NAN);
  post_progress (&log, other_link, 8, NAN);
  post_progress (&log, link, 4, NAN);
  g_assert_cmpstr (log.seen->str, ==, "");
  fixture_settle ();
  /* What lies before b stays before it; the other run's progress is one. */
  g_assert_cmpstr (log.seen->str, ==, "a28b4");
  g_assert_cmpfloat (tl_run_get_rate (run), ==, 0.5);

  /* Opened ones are not replaced. */
  post_progress (&log, link, 5, NAN);
  fixture_settle ();
  g_assert_cmpstr (log.seen->str, ==, "a28b45");

  /* A run that was let go of hears nothing. */
  post_progress (&log, link, 6, NAN);
  tl_link_cut (link);
  fixture_settle ();
  g_assert_cmpstr (log.seen->str, ==, "a28b45");

  tl_outbox_close (log.outbox);
  tl_link_cut (other_link);
  tl_link_unref (link);
  tl_link_unref (other_link);
  g_string_free (log.seen, TRUE);
}

static void
closing_discards_what_lies_there (void)
{
  g_autoptr (TlRun) run = fixture_run (1, "snow", 10);
  TlLink *link = tl_link_new (run);
  Log log = { g_string_new (NULL), tl_outbox_new (), 0 };

  post (&log, link, 'a');
  post (&log, link, '!');
  post (&log, link, 'b');
  post_progress (&log, link, 1, NAN);
  fixture_settle ();
  g_assert_cmpstr (log.seen->str, ==, "a!");
  g_assert_cmpuint (log.n_discarded, ==, 1);
  g_assert_null (log.outbox);

  log.outbox = tl_outbox_new ();
  post (&log, link, 'c');
  tl_outbox_close (log.outbox);
  fixture_settle ();
  g_assert_cmpstr (log.seen->str, ==, "a!");
  g_assert_cmpuint (log.n_discarded, ==, 2);

  tl_link_cut (link);
  tl_link_unref (link);
  g_string_free (log.seen, TRUE);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/outbox/order", progress_gives_way_to_progress);
  g_test_add_func ("/outbox/close", closing_discards_what_lies_there);
  return g_test_run ();
}
