/* outbox.c - what the worker tells the main thread
 *
 * A queue under a lock and a source of the main loop that is made ready when something lies there.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "config.h"
#include "core/engine/outbox.h"

#include <math.h>

typedef struct
{
  TlLink *link;         /* (nullable): of no run */
  TlLetterFunc open;    /* or, where it is to a run, */
  TlRunLetterFunc read; /* which leaves the content to be discarded */
  gpointer content;
  GDestroyNotify discard;
} Letter;

struct _TlOutbox
{
  GSource *source;
  gboolean is_closed; /* main thread only */

  GMutex lock;          /* of what follows */
  GQueue letters;       /* of Letter */
  GHashTable *progress; /* TlLink -> the Letter of it that newer progress may replace */
};

typedef struct
{
  GSource base;
  TlOutbox *outbox;
} OutboxSource;

static void
discard_letter (gpointer data)
{
  Letter *letter = data;

  if (letter->discard != NULL)
    letter->discard (letter->content);
  g_clear_pointer (&letter->link, tl_link_unref);
  g_free (letter);
}

static void
open_letter (Letter *letter)
{
  if (letter->open != NULL)
    {
      letter->open (letter->link, letter->content);
      letter->discard = NULL;
    }
  else if (letter->link->run != NULL)
    {
      /* A handler may discard the run, and with it the link's reference. */
      g_autoptr (TlRun) run = g_object_ref (letter->link->run);

      letter->read (run, letter->content);
    }
  discard_letter (letter);
}

static void
clear (gpointer data)
{
  TlOutbox *self = data;

  g_assert (g_queue_is_empty (&self->letters));
  g_hash_table_unref (self->progress);
  g_mutex_clear (&self->lock);
}

/* --- news ------------------------------------------------------------------------------------- */

static TlRunNews *
news_copy (const TlRunNews *news)
{
  TlRunNews *copy = g_new (TlRunNews, 1);

  *copy = *news;
  copy->message = g_strdup (news->message);
  if (news->frame != NULL)
    tl_frame_ref (news->frame);
  return copy;
}

static void
news_free (gpointer data)
{
  TlRunNews *news = data;

  g_clear_pointer (&news->frame, tl_frame_unref);
  g_free (news->message);
  g_free (news);
}

/* @next takes the place of @news, but what it leaves open stays as it was. */
static void
news_replace (TlRunNews *news, const TlRunNews *next)
{
  TlRunNews *merged = news_copy (next);

  if (merged->frame == NULL)
    merged->frame = g_steal_pointer (&news->frame);
  /* Of an iteration that it has gone back from, nothing is said. */
  if (isnan (merged->similarity) && news->iteration <= next->iteration)
    merged->similarity = news->similarity;
  if (isnan (merged->rate))
    merged->rate = news->rate;
  if (isnan (merged->loss))
    merged->loss = news->loss;

  g_clear_pointer (&news->frame, tl_frame_unref);
  g_free (news->message);
  *news = *merged;
  g_free (merged);
}

static void
read_news (TlRun *run, gpointer content)
{
  tl_run_update (run, content);
}

/* --- the main loop's side --------------------------------------------------------------------- */

static gboolean
dispatch (GSource *source, GSourceFunc callback, gpointer user_data)
{
  TlOutbox *self = g_atomic_rc_box_acquire (((OutboxSource *) source)->outbox);
  Letter *letter;
  GQueue letters;

  g_mutex_lock (&self->lock);
  g_source_set_ready_time (source, -1);
  letters = self->letters;
  g_queue_init (&self->letters);
  g_hash_table_remove_all (self->progress);
  g_mutex_unlock (&self->lock);

  /* Opening one may close the outbox: whoever listens to a run may let go of the engine. */
  while (!self->is_closed && (letter = g_queue_pop_head (&letters)) != NULL)
    open_letter (letter);
  g_queue_clear_full (&letters, discard_letter);

  g_atomic_rc_box_release_full (self, clear);
  return G_SOURCE_CONTINUE;
}

static GSourceFuncs source_funcs = { .dispatch = dispatch };

TlOutbox *
tl_outbox_new (void)
{
  TlOutbox *self = g_atomic_rc_box_new0 (TlOutbox);

  g_mutex_init (&self->lock);
  g_queue_init (&self->letters);
  self->progress = g_hash_table_new (NULL, NULL);
  self->source = g_source_new (&source_funcs, sizeof (OutboxSource));
  ((OutboxSource *) self->source)->outbox = self;
  g_source_set_static_name (self->source, "Tiller engine");
  /* After input and drawing, which must never wait for news. */
  g_source_set_priority (self->source, G_PRIORITY_DEFAULT_IDLE);
  g_source_attach (self->source, g_main_context_get_thread_default ());
  return self;
}

void
tl_outbox_close (TlOutbox *self)
{
  self->is_closed = TRUE;
  g_source_destroy (self->source);
  g_clear_pointer (&self->source, g_source_unref);
  g_queue_clear_full (&self->letters, discard_letter);
  g_atomic_rc_box_release_full (self, clear);
}

/* --- the worker's side ------------------------------------------------------------------------ */

/* Either @open or @read. */
static Letter *
letter_new (TlLink *link, TlLetterFunc open, TlRunLetterFunc read, gpointer content,
            GDestroyNotify discard)
{
  Letter *letter = g_new (Letter, 1);

  *letter = (Letter){ link != NULL ? tl_link_ref (link) : NULL, open, read, content, discard };
  return letter;
}

/* With the lock held. */
static void
add_letter (TlOutbox *self, Letter *letter)
{
  g_queue_push_tail (&self->letters, letter);
  if (g_queue_get_length (&self->letters) == 1)
    g_source_set_ready_time (self->source, 0);
}

static void
post (TlOutbox *self, Letter *letter)
{
  g_mutex_lock (&self->lock);
  add_letter (self, letter);
  g_hash_table_remove (self->progress, letter->link);
  g_mutex_unlock (&self->lock);
}

void
tl_outbox_post (TlOutbox *self, TlLink *link, TlLetterFunc open, gpointer content,
                GDestroyNotify discard)
{
  post (self, letter_new (link, open, NULL, content, discard));
}

void
tl_outbox_post_to_run (TlOutbox *self, TlLink *link, TlRunLetterFunc read, gpointer content,
                       GDestroyNotify free_content)
{
  post (self, letter_new (link, NULL, read, content, free_content));
}

void
tl_outbox_post_news (TlOutbox *self, TlLink *link, const TlRunNews *news)
{
  tl_outbox_post_to_run (self, link, read_news, news_copy (news), news_free);
}

void
tl_outbox_post_progress (TlOutbox *self, TlLink *link, const TlRunNews *news)
{
  Letter *letter;

  g_mutex_lock (&self->lock);
  letter = g_hash_table_lookup (self->progress, link);
  if (letter != NULL)
    news_replace (letter->content, news);
  else
    {
      letter = letter_new (link, NULL, read_news, news_copy (news), news_free);
      add_letter (self, letter);
      g_hash_table_insert (self->progress, link, letter);
    }
  g_mutex_unlock (&self->lock);
}
