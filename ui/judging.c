/* judging.c - asks the judge about candidates that wait
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "config.h"
#include "ui/judging.h"

struct _TlJudging
{
  GObject parent_instance;

  TlSession *session;
  TlWork *work;
  TlJudges *judges;
  GQueue runs; /* of TlRun: to be asked about */
  gboolean is_busy;
  gboolean is_over;
};

/* What the judge is asked. */
typedef struct
{
  TlJudging *self;
  TlRun *run;
  guint64 iteration;
  char *key; /* whose answer it will be */
} Question;

static guint failed_signal;

G_DEFINE_FINAL_TYPE (TlJudging, tl_judging, G_TYPE_OBJECT)

static void
question_free (Question *question)
{
  g_object_unref (question->self);
  g_object_unref (question->run);
  g_free (question->key);
  g_free (question);
}

G_DEFINE_AUTOPTR_CLEANUP_FUNC (Question, question_free)

static gboolean
is_wanted (TlJudging *self, TlRun *run)
{
  const char *key = tl_judges_get_key (self->judges);
  guint64 seen = G_MAXUINT64;

  if (self->is_over || key == NULL || tl_run_get_origin (run)->hold == 0
      || tl_run_get_iteration (run) == 0 || tl_run_is_active (run)
      || tl_run_get_mark (run) == TL_MARK_REJECTED)
    return FALSE;
  tl_run_get_score (run, key, &seen);
  return seen != tl_run_get_iteration (run);
}

static void ask_next (TlJudging *self);

static void
scored_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (Question) question = user_data;
  TlJudging *self = question->self;
  g_autoptr (GError) error = NULL;
  gdouble value;

  self->is_busy = FALSE;
  if (self->is_over)
    return;
  if (tl_engine_score_finish (TL_ENGINE (source), result, &value, &error))
    tl_session_add_score (self->session, question->run, question->iteration, question->key, value);
  /* Of one who was sent away meanwhile nothing is said. */
  else if (g_strcmp0 (question->key, tl_judges_get_key (self->judges)) == 0)
    {
      /* The next would fail alike. */
      g_queue_clear_full (&self->runs, g_object_unref);
      g_signal_emit (self, failed_signal, 0, error->message);
    }
  ask_next (self);
}

/* FALSE: there is nobody to ask, or nothing to show. */
static gboolean
show (TlJudging *self, TlRun *run, TlFrame *frame)
{
  TlBackend *backend = tl_work_get_backend (self->work);
  const char *key = tl_judges_get_key (self->judges);
  Question *question;

  if (backend == NULL || key == NULL || frame == NULL
      || tl_frame_get_iteration (frame) != tl_run_get_iteration (run))
    return FALSE;
  question = g_new (Question, 1);
  *question = (Question){ g_object_ref (self), g_object_ref (run), tl_frame_get_iteration (frame),
                          g_strdup (key) };
  self->is_busy = TRUE;
  tl_engine_score_async (tl_backend_get_engine (backend), frame, tl_run_get_start (run),
                         tl_run_get_steer (run), scored_cb, question);
  return TRUE;
}

static void
loaded_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (Question) question = user_data;
  /* A picture that cannot be read is not judged; the session says itself what is wrong with it. */
  g_autoptr (TlFrame) frame = tl_session_load_frame_finish (TL_SESSION (source), result, NULL);
  TlJudging *self = question->self;

  self->is_busy = FALSE;
  if (!is_wanted (self, question->run) || !show (self, question->run, frame))
    ask_next (self);
}

static void
load (TlJudging *self, TlRun *run)
{
  Question *question = g_new0 (Question, 1);

  question->self = g_object_ref (self);
  question->run = g_object_ref (run);
  self->is_busy = TRUE;
  tl_session_load_frame_async (self->session, run, tl_run_get_iteration (run), FALSE, NULL,
                               loaded_cb, question);
}

static void
ask_next (TlJudging *self)
{
  while (!self->is_busy && !g_queue_is_empty (&self->runs))
    {
      g_autoptr (TlRun) run = g_queue_pop_head (&self->runs);
      g_autoptr (TlFrame) frame = tl_run_dup_frame (run);

      if (is_wanted (self, run) && !show (self, run, frame))
        load (self, run);
    }
}

static void
tl_judging_dispose (GObject *object)
{
  TlJudging *self = TL_JUDGING (object);

  tl_judging_stop (self);
  g_clear_object (&self->session);
  g_clear_object (&self->work);
  g_clear_object (&self->judges);

  G_OBJECT_CLASS (tl_judging_parent_class)->dispose (object);
}

static void
tl_judging_class_init (TlJudgingClass *class)
{
  G_OBJECT_CLASS (class)->dispose = tl_judging_dispose;
  failed_signal = g_signal_new ("failed", G_TYPE_FROM_CLASS (class), G_SIGNAL_RUN_LAST, 0, NULL,
                                NULL, NULL, G_TYPE_NONE, 1, G_TYPE_STRING);
}

static void
tl_judging_init (TlJudging *self)
{
  g_queue_init (&self->runs);
}

TlJudging *
tl_judging_new (TlSession *session, TlWork *work, TlJudges *judges)
{
  TlJudging *self = g_object_new (TL_TYPE_JUDGING, NULL);

  self->session = g_object_ref (session);
  self->work = g_object_ref (work);
  self->judges = g_object_ref (judges);
  return self;
}

void
tl_judging_ask (TlJudging *self, TlRun *run)
{
  if (!is_wanted (self, run) || g_queue_find (&self->runs, run) != NULL)
    return;
  g_queue_push_tail (&self->runs, g_object_ref (run));
  ask_next (self);
}

void
tl_judging_stop (TlJudging *self)
{
  self->is_over = TRUE;
  g_queue_clear_full (&self->runs, g_object_unref);
}
