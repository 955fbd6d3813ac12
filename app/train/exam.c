/* exam.c - held-out prompts, a judge, and what it makes of pictures that are to show them
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "app/train/exam.h"
#include "app/train/loop.h"
#include "config.h"

#include "core/base/error.h"
#include "core/scenes/table.h"
#include "core/scenes/words.h"

#include <glib/gi18n.h>
#include <math.h>

/* Scenes in a row that say nothing new. */
#define MAX_TRIES 10000

/* --- prompts --- */

static gboolean
is_object (const char *name)
{
  for (gint kind = 0; kind < TL_N_OBJECTS; kind++)
    if (g_str_equal (name, tl_object_get (kind)->words[0]))
      return TRUE;
  return FALSE;
}

/* The scenes have all of @names. */
static gboolean
check_objects (const char *const *names, GError **error)
{
  g_autoptr (GString) unknown = g_string_new (NULL);

  for (; *names != NULL; names++)
    if (!is_object (*names))
      g_string_append_printf (unknown, "%s“%s”", unknown->len > 0 ? ", " : "", *names);
  return unknown->len == 0
         || tl_error_set (error, TL_ERROR_MISSING, _ ("The scenes have no %s"), unknown->str);
}

/* @kinds: (out): those that @names lists, or all; @n: (out): at least one */
static gboolean
list_objects (const char *names, gint kinds[TL_N_OBJECTS], guint *n, GError **error)
{
  g_auto (GStrv) words = names != NULL ? g_strsplit (names, ",", -1) : NULL;

  if (words != NULL && !check_objects ((const char *const *) words, error))
    return FALSE;
  *n = 0;
  for (gint kind = 0; kind < TL_N_OBJECTS; kind++)
    if (words == NULL
        || g_strv_contains ((const char *const *) words, tl_object_get (kind)->words[0]))
      kinds[(*n)++] = kind;
  return *n > 0 || tl_error_set (error, TL_ERROR_MISSING, _ ("The scenes have no “%s”"), names);
}

/* Each object in turn, with whatever the scene's numbers put around it; no sentence twice. */
static gboolean
make_prompts (Exam *self, const ExamOptions *o, GError **error)
{
  gint kinds[TL_N_OBJECTS];
  guint n_kinds, n_tries = 0;

  if (!list_objects (o->objects, kinds, &n_kinds, error))
    return FALSE;

  for (guint64 i = 0; self->prompts->len < o->n_prompts; i++)
    {
      TlSceneParts parts = TL_SCENE_PARTS_INIT;
      g_autoptr (TlScene) scene = NULL;
      g_autofree char *prompt = NULL;

      if (n_tries++ == MAX_TRIES)
        return tl_error_set (error, TL_ERROR_MISSING,
                             _ ("There are only %u prompts of these things"), self->prompts->len);
      parts.object = kinds[i % n_kinds];
      if (o->objects != NULL)
        parts.relation = TL_RELATION_NONE;
      scene = tl_scene_new_from (&parts, loop_held_out_seed (o->seed), i);
      prompt = tl_scene_dup_prompt (scene);
      if (g_ptr_array_find_with_equal_func (self->prompts, prompt, g_str_equal, NULL))
        continue;
      n_tries = 0;
      g_ptr_array_add (self->scenes, g_steal_pointer (&scene));
      g_ptr_array_add (self->prompts, g_steal_pointer (&prompt));
    }
  return TRUE;
}

Exam *
exam_new (const ExamOptions *options, TlJudge *judge, GError **error)
{
  g_autoptr (Exam) self = g_new (Exam, 1);

  *self = (Exam){ .judge = judge,
                  .size = options->size,
                  .scenes = g_ptr_array_new_with_free_func ((GDestroyNotify) tl_scene_free),
                  .prompts = g_ptr_array_new_with_free_func (g_free) };
  if (!make_prompts (self, options, error)
      || !tl_judge_set_prompts (judge, (const char *const *) self->prompts->pdata,
                                self->prompts->len, error))
    return NULL;
  return g_steal_pointer (&self);
}

void
exam_free (Exam *self)
{
  tl_judge_free (self->judge);
  g_ptr_array_unref (self->scenes);
  g_ptr_array_unref (self->prompts);
  g_free (self);
}

const char *
exam_get_prompt (Exam *self, guint which)
{
  return g_ptr_array_index (self->prompts, which);
}

/* --- how near, and what is recognised --- */

gboolean
exam_look (Exam *self, TlFrame *frame, TlOpinion *opinion, GError **error)
{
  return tl_judge_look (self->judge, frame, opinion, error);
}

void
exam_count (Exam *self, guint which, const TlOpinion *opinion, Tally *tally)
{
  guint rank = tl_opinion_get_rank (opinion, self->prompts->len, which);
  TlRecognition found;

  tally->n++;
  tally->first += rank < 1;
  tally->third += rank < 3;
  if (!tl_judge_has_heads (self->judge))
    return;
  found = tl_opinion_recognize (opinion, g_ptr_array_index (self->scenes, which));
  tally->n_backgrounds++;
  tally->backgrounds += found.background;
  tally->n_objects += found.has_object;
  tally->objects += found.object;
  tally->n_colours += found.has_colour;
  tally->colours += found.colour;
}

static void
print_share (const char *what, guint n, guint of)
{
  if (of > 0)
    g_print ("  %s %.2f", what, (gdouble) n / of);
}

void
exam_print (const Tally *tally)
{
  print_share (_ ("first"), tally->first, tally->n);
  print_share (_ ("first three"), tally->third, tally->n);
  print_share (_ ("object"), tally->objects, tally->n_objects);
  print_share (_ ("colour"), tally->colours, tally->n_colours);
  print_share (_ ("background"), tally->backgrounds, tally->n_backgrounds);
  g_print ("\n");
}

/* --- what can be reached at best --- */

static TlFrame *
draw_scene (const TlScene *scene, guint size)
{
  const gsize stride = (gsize) 4 * size;
  guint8 *data = g_malloc (stride * size);
  g_autoptr (GBytes) pixels = g_bytes_new_take (data, stride * size);

  tl_scene_draw (scene, data, (gint) stride, size);
  return tl_frame_new (size, size, stride, pixels, 0, NAN);
}

gboolean
exam_judge_scenes (Exam *self, GError **error)
{
  Tally tally = { 0 };

  for (guint i = 0; i < self->scenes->len; i++)
    {
      g_autoptr (TlFrame) drawn = draw_scene (g_ptr_array_index (self->scenes, i), self->size);
      g_auto (TlOpinion) opinion = { 0 };

      if (!tl_judge_look (self->judge, drawn, &opinion, error))
        return FALSE;
      exam_count (self, i, &opinion, &tally);
    }
  g_print (_ ("scenes as they are drawn:"));
  exam_print (&tally);
  return TRUE;
}
