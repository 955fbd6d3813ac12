/* run-private.h - what is in a run
 *
 * For run.c, which is what the engine says, and run-family.c, which is what its session knows.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#pragma once

#include "core/session/run.h"

G_BEGIN_DECLS

struct _TlRun
{
  GObject parent_instance;

  TlStart *start;
  TlSteer *steer;
  GArray *journal;
  TlMaker *maker; /* (nullable): until the engine has said it */

  TlRunState state;
  guint64 iteration;
  TlFrame *frame;
  gdouble similarity, loss, rate, seconds_left;
  char *message;

  TlRunOrigin origin; /* its parent and change are the two below */
  TlRun *parent;      /* (nullable): weak */
  char *change;
  GListStore *children;
  char *name, *note; /* (nullable) */
  TlMark mark;
  GArray *scores; /* (nullable): of Score (run-family.c), by iteration */
};

typedef enum
{
  TL_RUN_PROP_STATE = 1,
  TL_RUN_PROP_ITERATION,
  TL_RUN_PROP_N_ITERATIONS,
  TL_RUN_PROP_FRAME,
  TL_RUN_PROP_SIMILARITY,
  TL_RUN_PROP_LOSS,
  TL_RUN_PROP_RATE,
  TL_RUN_PROP_SECONDS_LEFT,
  TL_RUN_PROP_STEER,
  TL_RUN_PROP_MESSAGE,
  TL_RUN_PROP_NAME,
  TL_RUN_PROP_NOTE,
  TL_RUN_PROP_MARK,
  TL_RUN_PROP_TITLE,
  TL_RUN_PROP_CHILDREN,
  TL_RUN_PROP_N_SCORES,
  TL_RUN_N_PROPS
} TlRunProperty;

void tl_run_notify (TlRun *self, TlRunProperty property);
/* TRUE if it is another text now. */
gboolean tl_run_set_text (char **member, const char *text);

G_END_DECLS
