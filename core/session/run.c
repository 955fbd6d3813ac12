/* run.c - one run, as the window sees it
 *
 * A record of what the engine said last, with a notification for each thing that changed, and of
 * what somebody called it. Nothing here decides anything; the recipe is the journal so far.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "config.h"
#include "core/session/journal.h"
#include "core/session/run-private.h"

#include <math.h>

enum
{
  TURNED,
  KEPT,
  PICTURED,
  N_SIGNALS
};

static guint signals[N_SIGNALS];

static GParamSpec *properties[TL_RUN_N_PROPS];

G_DEFINE_FINAL_TYPE (TlRun, tl_run, G_TYPE_OBJECT)

GType
tl_run_state_get_type (void)
{
  static const GEnumValue values[] = {
    { TL_RUN_NEW, "TL_RUN_NEW", "new" },
    { TL_RUN_STARTING, "TL_RUN_STARTING", "starting" },
    { TL_RUN_RUNNING, "TL_RUN_RUNNING", "running" },
    { TL_RUN_PAUSED, "TL_RUN_PAUSED", "paused" },
    { TL_RUN_STOPPED, "TL_RUN_STOPPED", "stopped" },
    { TL_RUN_FINISHED, "TL_RUN_FINISHED", "finished" },
    { TL_RUN_FAILED, "TL_RUN_FAILED", "failed" },
    { TL_RUN_HELD, "TL_RUN_HELD", "held" },
    { 0, NULL, NULL },
  };
  static gsize type = 0;

  if (g_once_init_enter (&type))
    g_once_init_leave (&type, g_enum_register_static ("TlRunState", values));
  return type;
}

GType
tl_mark_get_type (void)
{
  static const GEnumValue values[] = {
    { TL_MARK_NONE, "TL_MARK_NONE", "none" },
    { TL_MARK_STARRED, "TL_MARK_STARRED", "starred" },
    { TL_MARK_REJECTED, "TL_MARK_REJECTED", "rejected" },
    { 0, NULL, NULL },
  };
  static gsize type = 0;

  if (g_once_init_enter (&type))
    g_once_init_leave (&type, g_enum_register_static ("TlMark", values));
  return type;
}

static void
tl_run_finalize (GObject *object)
{
  TlRun *self = TL_RUN (object);

  tl_start_unref (self->start);
  tl_steer_unref (self->steer);
  g_array_unref (self->journal);
  g_clear_pointer (&self->maker, tl_maker_free);
  g_clear_pointer (&self->frame, tl_frame_unref);
  g_free (self->message);
  g_clear_weak_pointer (&self->parent);
  g_object_unref (self->children);
  g_free (self->change);
  g_free (self->name);
  g_free (self->note);
  g_clear_pointer (&self->scores, g_array_unref);

  G_OBJECT_CLASS (tl_run_parent_class)->finalize (object);
}

static void
tl_run_get_property (GObject *object, guint id, GValue *value, GParamSpec *pspec)
{
  TlRun *self = TL_RUN (object);

  switch (id)
    {
    case TL_RUN_PROP_STATE:
      g_value_set_enum (value, self->state);
      break;
    case TL_RUN_PROP_ITERATION:
      g_value_set_uint64 (value, self->iteration);
      break;
    case TL_RUN_PROP_N_ITERATIONS:
      g_value_set_uint64 (value, tl_run_get_n_iterations (self));
      break;
    case TL_RUN_PROP_FRAME:
      g_value_set_boxed (value, self->frame);
      break;
    case TL_RUN_PROP_SIMILARITY:
      g_value_set_double (value, self->similarity);
      break;
    case TL_RUN_PROP_LOSS:
      g_value_set_double (value, self->loss);
      break;
    case TL_RUN_PROP_RATE:
      g_value_set_double (value, self->rate);
      break;
    case TL_RUN_PROP_SECONDS_LEFT:
      g_value_set_double (value, self->seconds_left);
      break;
    case TL_RUN_PROP_STEER:
      g_value_set_boxed (value, self->steer);
      break;
    case TL_RUN_PROP_MESSAGE:
      g_value_set_string (value, self->message);
      break;
    case TL_RUN_PROP_NAME:
      g_value_set_string (value, self->name);
      break;
    case TL_RUN_PROP_NOTE:
      g_value_set_string (value, self->note);
      break;
    case TL_RUN_PROP_MARK:
      g_value_set_enum (value, self->mark);
      break;
    case TL_RUN_PROP_TITLE:
      g_value_take_string (value, tl_run_dup_title (self));
      break;
    case TL_RUN_PROP_N_SCORES:
      g_value_set_uint64 (value, self->scores != NULL ? self->scores->len : 0);
      break;
    case TL_RUN_PROP_CHILDREN:
      g_value_set_object (value, self->children);
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
    }
}

static void
tl_run_set_property (GObject *object, guint id, const GValue *value, GParamSpec *pspec)
{
  TlRun *self = TL_RUN (object);

  switch (id)
    {
    case TL_RUN_PROP_NAME:
      tl_run_set_name (self, g_value_get_string (value));
      break;
    case TL_RUN_PROP_NOTE:
      tl_run_set_note (self, g_value_get_string (value));
      break;
    case TL_RUN_PROP_MARK:
      tl_run_set_mark (self, g_value_get_enum (value));
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
    }
}

static GParamSpec *
double_property (const char *name, gdouble initial)
{
  return g_param_spec_double (name, NULL, NULL, -G_MAXDOUBLE, G_MAXDOUBLE, initial,
                              G_PARAM_READABLE | G_PARAM_STATIC_STRINGS);
}

static GParamSpec *
count_property (const char *name)
{
  return g_param_spec_uint64 (name, NULL, NULL, 0, G_MAXUINT64, 0,
                              G_PARAM_READABLE | G_PARAM_STATIC_STRINGS);
}

static GParamSpec *
boxed_property (const char *name, GType type)
{
  return g_param_spec_boxed (name, NULL, NULL, type, G_PARAM_READABLE | G_PARAM_STATIC_STRINGS);
}

static GParamSpec *
text_property (const char *name, GParamFlags flags)
{
  return g_param_spec_string (name, NULL, NULL, NULL, flags | G_PARAM_STATIC_STRINGS);
}

static guint
signal_with (const char *name, GType type)
{
  return g_signal_new (name, TL_TYPE_RUN, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 1,
                       type);
}

static void
tl_run_class_init (TlRunClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);

  object_class->finalize = tl_run_finalize;
  object_class->get_property = tl_run_get_property;
  object_class->set_property = tl_run_set_property;

  properties[TL_RUN_PROP_STATE] = g_param_spec_enum (
    "state", NULL, NULL, TL_TYPE_RUN_STATE, TL_RUN_NEW, G_PARAM_READABLE | G_PARAM_STATIC_STRINGS);
  properties[TL_RUN_PROP_ITERATION] = count_property ("iteration");
  properties[TL_RUN_PROP_N_ITERATIONS] = count_property ("n-iterations");
  properties[TL_RUN_PROP_FRAME] = boxed_property ("frame", TL_TYPE_FRAME);
  properties[TL_RUN_PROP_SIMILARITY] = double_property ("similarity", 0);
  properties[TL_RUN_PROP_LOSS] = double_property ("loss", 0);
  properties[TL_RUN_PROP_RATE] = double_property ("rate", 0);
  properties[TL_RUN_PROP_SECONDS_LEFT] = double_property ("seconds-left", -1);
  properties[TL_RUN_PROP_STEER] = boxed_property ("steer", TL_TYPE_STEER);
  properties[TL_RUN_PROP_MESSAGE] = text_property ("message", G_PARAM_READABLE);
  properties[TL_RUN_PROP_NAME] =
    text_property ("name", G_PARAM_READWRITE | G_PARAM_EXPLICIT_NOTIFY);
  properties[TL_RUN_PROP_NOTE] =
    text_property ("note", G_PARAM_READWRITE | G_PARAM_EXPLICIT_NOTIFY);
  properties[TL_RUN_PROP_MARK] =
    g_param_spec_enum ("mark", NULL, NULL, TL_TYPE_MARK, TL_MARK_NONE,
                       G_PARAM_READWRITE | G_PARAM_EXPLICIT_NOTIFY | G_PARAM_STATIC_STRINGS);
  properties[TL_RUN_PROP_TITLE] = text_property ("title", G_PARAM_READABLE);
  properties[TL_RUN_PROP_CHILDREN] = g_param_spec_object (
    "children", NULL, NULL, G_TYPE_LIST_MODEL, G_PARAM_READABLE | G_PARAM_STATIC_STRINGS);
  properties[TL_RUN_PROP_N_SCORES] = count_property ("n-scores");
  g_object_class_install_properties (object_class, TL_RUN_N_PROPS, properties);

  signals[TURNED] = signal_with ("turned", G_TYPE_POINTER);
  signals[KEPT] = signal_with ("kept", G_TYPE_POINTER);
  signals[PICTURED] = signal_with ("pictured", TL_TYPE_FRAME);
}

static void
tl_run_init (TlRun *self)
{
  self->journal = tl_journal_new ();
  self->children = g_list_store_new (TL_TYPE_RUN);
  self->similarity = NAN;
  self->loss = NAN;
  self->seconds_left = -1;
}

TlRun *
tl_run_new (TlStart *start, TlSteer *steer)
{
  TlRun *self;

  g_return_val_if_fail (start != NULL && steer != NULL, NULL);

  self = g_object_new (TL_TYPE_RUN, NULL);
  self->start = tl_start_ref (start);
  self->steer = tl_steer_ref (steer);
  return self;
}

TlStart *
tl_run_get_start (TlRun *self)
{
  return self->start;
}

TlSteer *
tl_run_get_steer (TlRun *self)
{
  return self->steer;
}

TlRunState
tl_run_get_state (TlRun *self)
{
  return self->state;
}

guint64
tl_run_get_iteration (TlRun *self)
{
  return self->iteration;
}

guint64
tl_run_get_n_iterations (TlRun *self)
{
  return (guint64) tl_steer_get_settings (self->steer)->n_iterations;
}

guint64
tl_run_get_goal (TlRun *self)
{
  guint64 n_iterations = tl_run_get_n_iterations (self);

  return self->iteration < self->origin.hold ? MIN (self->origin.hold, n_iterations) : n_iterations;
}

TlFrame *
tl_run_dup_frame (TlRun *self)
{
  return self->frame != NULL ? tl_frame_ref (self->frame) : NULL;
}

gdouble
tl_run_get_similarity (TlRun *self)
{
  return self->similarity;
}

gdouble
tl_run_get_loss (TlRun *self)
{
  return self->loss;
}

gdouble
tl_run_get_rate (TlRun *self)
{
  return self->rate;
}

gdouble
tl_run_get_seconds_left (TlRun *self)
{
  return self->seconds_left;
}

const char *
tl_run_get_message (TlRun *self)
{
  return self->message;
}

gboolean
tl_run_is_active (TlRun *self)
{
  return self->state == TL_RUN_STARTING || self->state == TL_RUN_RUNNING;
}

/* Where a run left its parent, its picture is of after it was jittered, while its parent's is of
 * before. */
static guint
count_entries (TlRun *self, guint64 iteration)
{
  guint n = tl_journal_count (self->journal, iteration);
  const TlJournalEntry *next;

  if (n == self->journal->len || !self->origin.continues_parent
      || iteration != self->origin.parent_iteration)
    return n;
  next = &g_array_index (self->journal, TlJournalEntry, n);
  return next->iteration == iteration && next->jitter.sigma > 0 ? n + 1 : n;
}

TlRecipe *
tl_run_dup_recipe (TlRun *self, guint64 iteration)
{
  g_autoptr (GArray) journal = NULL;
  guint n = count_entries (self, iteration);

  /* Of a line whose beginning could not be read, nothing can be rebuilt. */
  if (self->maker == NULL || n == 0
      || g_array_index (self->journal, TlJournalEntry, 0).iteration > 0)
    return NULL;

  journal = tl_journal_new ();
  for (guint i = 0; i < n; i++)
    tl_journal_add (journal, &g_array_index (self->journal, TlJournalEntry, i));
  return tl_recipe_new (self->start, self->maker, journal, iteration);
}

void
tl_run_notify (TlRun *self, TlRunProperty property)
{
  g_object_notify_by_pspec (G_OBJECT (self), properties[property]);
}

gboolean
tl_run_set_text (char **member, const char *text)
{
  if (g_strcmp0 (*member, text) == 0)
    return FALSE;

  g_free (*member);
  *member = g_strdup (text);
  return TRUE;
}

/* --- for the engine --------------------------------------------------------------------------- */

/* NAN is no news. */
static void
set_double (TlRun *self, gdouble *member, gdouble value, guint property)
{
  if (isnan (value) || *member == value)
    return;

  *member = value;
  tl_run_notify (self, property);
}

static void
set_state (TlRun *self, TlRunState state)
{
  if (self->state == state)
    return;

  self->state = state;
  tl_run_notify (self, TL_RUN_PROP_STATE);
}

static void
set_iteration (TlRun *self, guint64 iteration)
{
  if (self->iteration == iteration)
    return;

  self->iteration = iteration;
  tl_run_notify (self, TL_RUN_PROP_ITERATION);
}

static void
set_frame (TlRun *self, TlFrame *frame)
{
  if (frame == NULL || frame == self->frame)
    return;

  g_clear_pointer (&self->frame, tl_frame_unref);
  self->frame = tl_frame_ref (frame);
  tl_run_notify (self, TL_RUN_PROP_FRAME);
}

static void
set_message (TlRun *self, const char *message)
{
  if (tl_run_set_text (&self->message, message))
    tl_run_notify (self, TL_RUN_PROP_MESSAGE);
}

static void
update_seconds_left (TlRun *self)
{
  guint64 goal = tl_run_get_goal (self);
  gdouble n_left = self->iteration < goal ? (gdouble) (goal - self->iteration) : 0;
  gboolean is_known = self->state == TL_RUN_RUNNING && self->rate > 0;

  set_double (self, &self->seconds_left, is_known ? n_left / self->rate : -1,
              TL_RUN_PROP_SECONDS_LEFT);
}

/* Of an iteration that it has gone back from. */
static void
forget_similarity (TlRun *self)
{
  if (isnan (self->similarity))
    return;

  self->similarity = NAN;
  tl_run_notify (self, TL_RUN_PROP_SIMILARITY);
}

void
tl_run_update (TlRun *self, const TlRunNews *news)
{
  g_return_if_fail (TL_IS_RUN (self));

  g_object_freeze_notify (G_OBJECT (self));
  if (news->iteration < self->iteration)
    forget_similarity (self);
  set_state (self, news->state);
  set_iteration (self, news->iteration);
  set_frame (self, news->frame);
  set_message (self, news->message);
  set_double (self, &self->loss, news->loss, TL_RUN_PROP_LOSS);
  set_double (self, &self->similarity, news->similarity, TL_RUN_PROP_SIMILARITY);
  set_double (self, &self->rate, news->rate, TL_RUN_PROP_RATE);
  update_seconds_left (self);
  g_object_thaw_notify (G_OBJECT (self));
}

void
tl_run_set_steer (TlRun *self, TlSteer *steer)
{
  guint64 n_iterations;

  g_return_if_fail (TL_IS_RUN (self));

  if (steer == self->steer)
    return;

  g_object_freeze_notify (G_OBJECT (self));
  n_iterations = tl_run_get_n_iterations (self);
  tl_steer_unref (self->steer);
  self->steer = tl_steer_ref (steer);
  tl_run_notify (self, TL_RUN_PROP_STEER);
  if (tl_run_get_n_iterations (self) != n_iterations)
    tl_run_notify (self, TL_RUN_PROP_N_ITERATIONS);
  update_seconds_left (self);
  g_object_thaw_notify (G_OBJECT (self));
}

void
tl_run_add_journal (TlRun *self, const TlJournalEntry *entry)
{
  g_return_if_fail (TL_IS_RUN (self));

  tl_journal_add (self->journal, entry);
  g_signal_emit (self, signals[TURNED], 0, entry);
  if (entry->iteration <= self->iteration)
    tl_run_set_steer (self, entry->steer);
}

void
tl_run_set_maker (TlRun *self, const TlMaker *maker)
{
  g_return_if_fail (TL_IS_RUN (self));

  g_clear_pointer (&self->maker, tl_maker_free);
  self->maker = tl_maker_copy (maker);
}

void
tl_run_add_checkpoint (TlRun *self, const TlCheckpointValues *values)
{
  g_return_if_fail (TL_IS_RUN (self));

  g_signal_emit (self, signals[KEPT], 0, values);
}

void
tl_run_add_picture (TlRun *self, TlFrame *frame)
{
  g_return_if_fail (TL_IS_RUN (self));

  g_signal_emit (self, signals[PICTURED], 0, frame);
}
