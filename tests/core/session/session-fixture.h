/* session-fixture.h - a session in a folder of its own, and a tongue for its runs
 *
 * What the engine would say, the fixture says for it: a session hears nothing else of a run.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#pragma once

#include "core/session/session-checkpoints.h"
#include "core/session/session-upkeep.h"

G_BEGIN_DECLS

typedef struct
{
  char *folder;
  TlSession *session;
} SessionFixture;

typedef struct
{
  const char *path;
  void (*func) (SessionFixture *f, gconstpointer data);
} SessionTest;

/* A program's tests, each with a session of its own; returns its exit status. */
int session_fixture_run_tests (int *argc, char ***argv, const SessionTest *tests, gsize n);

void session_fixture_set_up (SessionFixture *self, gconstpointer data);
/* Closes the session and removes the folder. */
void session_fixture_tear_down (SessionFixture *self, gconstpointer data);

/* (transfer full) */
TlSteer *session_fixture_steer (const char *words, gint64 n_iterations);
TlStart *session_fixture_start (guint64 seed);
/* (transfer none): a root */
TlRun *session_fixture_add (SessionFixture *self, guint64 seed, const char *words);
/* (transfer none) */
TlRun *session_fixture_fork (SessionFixture *self, TlRun *parent, guint64 iteration,
                             const char *words);

/* The engine takes @run up: its first turn, the maker, RUNNING. */
void session_fixture_begin (TlRun *run);
/* It is at @iteration now. */
void session_fixture_go (TlRun *run, TlRunState state, guint64 iteration);
/* The state of @iteration, made of @run's id and @iteration, and its picture. */
void session_fixture_keep (TlRun *run, guint64 iteration, TlKept kept);
void session_fixture_turn (TlRun *run, guint64 iteration, const char *words);
/* The state that session_fixture_keep() keeps. (transfer full) */
GBytes *session_fixture_state (gint64 run, guint64 iteration);

/* Runs the main loop until everything is in the file. */
void session_fixture_settle (TlSession *session);
/* Closes the session, and opens it again. */
void session_fixture_reopen (SessionFixture *self);
/* (transfer full) (nullable) */
TlSession *session_fixture_open (const char *path, GError **error);
/* Takes @session. Fails the test where it cannot be closed well. */
void session_fixture_close (TlSession *session);
/* Fails the test where it cannot be opened, or is damaged. */
TlSession *session_fixture_open_well (const char *path);
TlSession *session_fixture_duplicate (TlSession *session, GError **error);
gboolean session_fixture_copy (TlSession *session, const char *path, GError **error);

/* (transfer full) (nullable) */
GBytes *session_fixture_load (TlSession *session, TlRun *run, guint64 iteration, guint64 *found,
                              gboolean *is_parents, GError **error);
TlFrame *session_fixture_load_frame (TlSession *session, TlRun *run, guint64 iteration,
                                     gboolean is_thumbnail, GError **error);
/* (transfer full): when it is read; "0 25s 50": s starred, f fork, t turn, p pause */
char *session_fixture_print_checkpoints (TlSession *session, TlRun *run);

/* Everything that the window can see of the family, as text. (transfer full) */
char *session_fixture_print (TlSession *session);

G_END_DECLS
