/* application-private.h - what is in the program
 *
 * For application.c, which minds windows and actions, and application-models.c, which gives them
 * models and a judge.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#pragma once

#include "app/appearance.h"
#include "app/application.h"
#include "ui/models/judges.h"

G_BEGIN_DECLS

struct _TlApplication
{
  GtkApplication parent_instance;

  TlModelSource source;
  GSettings *preferences; /* (nullable) */
  TlAppearance *appearance;
  TlBackend *backend;    /* in force */
  GCancellable *loading; /* (nullable): of the models that are on their way */
  gboolean loads_files;  /* and they are not the starter's */
  gboolean are_chosen;   /* and somebody chose them now: they are remembered */
  char *missed;          /* (nullable): why the starter stands in for those of last time */
  guint first_load;      /* source */
  TlJudges *judges;
  char *judge, *judge_vocab; /* (nullable): in force */
  gboolean judge_is_chosen;  /* by somebody, now */
  GCancellable *summoning;   /* (nullable): of the judge that is on its way */
  guint inhibited;           /* cookie */
};

/* The models of last time, when nothing else is left to do, and their judge. */
void tl_application_begin_loading (TlApplication *self);
void tl_application_end_loading (TlApplication *self);

/* app.use-judge and app.use-models */
void tl_application_use_judge (GSimpleAction *action, GVariant *parameter, gpointer user_data);
void tl_application_use_models (GSimpleAction *action, GVariant *parameter, gpointer user_data);

G_END_DECLS
