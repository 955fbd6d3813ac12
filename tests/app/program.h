/* program.h - the real tiller-cli, started in a folder of its own
 *
 * What fails, fails the test.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#pragma once

#include "core/session/picture.h"

G_BEGIN_DECLS

typedef struct
{
  char *folder;
} Fixture;

void fixture_set_up (Fixture *fixture, gconstpointer data);
void fixture_tear_down (Fixture *fixture, gconstpointer data);

typedef struct
{
  gint status;
  char *out, *err;
} Outcome;

void outcome_clear (Outcome *outcome);
void outcome_assert_ok (const Outcome *outcome);

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Outcome, outcome_clear)

/* (transfer full) */
char *program_path (void);

/* The line is split as a shell would. */
Outcome fixture_run (Fixture *fixture, const char *format, ...) G_GNUC_PRINTF (2, 3);

/* Of files in the folder. */
TlFrame *fixture_load (Fixture *fixture, const char *name);
gboolean fixture_same_pixels (Fixture *fixture, const char *a, const char *b);
void fixture_write (Fixture *fixture, const char *name, const char *content, gssize length);
char *fixture_path (Fixture *fixture, const char *name);

G_END_DECLS
