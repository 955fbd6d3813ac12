/* judges.c - the CLIPs that may judge, and the one that does
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "config.h"
#include "ui/models/judges.h"

#include <glib/gi18n-lib.h>
#include <string.h>

struct _TlJudges
{
  GObject parent_instance;

  char **clips;
  char *clip, *key; /* (nullable) */
  gboolean is_loading;
};

static guint changed_signal;

G_DEFINE_FINAL_TYPE (TlJudges, tl_judges, G_TYPE_OBJECT)

static void
tl_judges_finalize (GObject *object)
{
  TlJudges *self = TL_JUDGES (object);

  g_strfreev (self->clips);
  g_free (self->clip);
  g_free (self->key);

  G_OBJECT_CLASS (tl_judges_parent_class)->finalize (object);
}

static void
tl_judges_class_init (TlJudgesClass *class)
{
  G_OBJECT_CLASS (class)->finalize = tl_judges_finalize;
  changed_signal = g_signal_new ("changed", G_TYPE_FROM_CLASS (class), G_SIGNAL_RUN_LAST, 0, NULL,
                                 NULL, NULL, G_TYPE_NONE, 0);
}

static void
tl_judges_init (TlJudges *self)
{
  self->clips = g_new0 (char *, 1);
}

TlJudges *
tl_judges_new (void)
{
  return g_object_new (TL_TYPE_JUDGES, NULL);
}

const char *const *
tl_judges_get_clips (TlJudges *self)
{
  return (const char *const *) self->clips;
}

void
tl_judges_set_clips (TlJudges *self, const char *const *clips)
{
  if (g_strv_equal ((const char *const *) self->clips, clips))
    return;
  g_strfreev (self->clips);
  self->clips = g_strdupv ((char **) clips);
  g_signal_emit (self, changed_signal, 0);
}

void
tl_judges_set (TlJudges *self, const char *clip, const char *key, gboolean is_loading)
{
  char *clip_copy = g_strdup (clip);
  char *key_copy = g_strdup (key);

  g_free (self->clip);
  g_free (self->key);
  self->clip = clip_copy;
  self->key = key_copy;
  self->is_loading = is_loading;
  g_signal_emit (self, changed_signal, 0);
}

const char *
tl_judges_get_clip (TlJudges *self)
{
  return self->clip;
}

const char *
tl_judges_get_key (TlJudges *self)
{
  return self->key;
}

gboolean
tl_judges_is_loading (TlJudges *self)
{
  return self->is_loading;
}

char *
tl_judges_dup_reason (TlJudges *self)
{
  if (self->key != NULL)
    return NULL;
  if (self->is_loading)
    return g_strdup (_ ("The judge is on its way."));
  if (*self->clips == NULL)
    return g_strdup (_ ("There is no second CLIP yet: choose its file under Judge."));
  return g_strdup (_ ("Nobody judges yet: choose a second CLIP under Judge."));
}

char *
tl_judges_make_title (const char *clip)
{
  return strcmp (clip, TL_JUDGE_STARTER) == 0 ? g_strdup (_ ("Starter judge"))
                                              : g_filename_display_basename (clip);
}
