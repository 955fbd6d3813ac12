/* judge.c - what pictures show, in the eyes of a CLIP that did not steer them
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "config.h"
#include "core/train/judge.h"

#include "core/clip/preprocess.h"
#include "core/scenes/words.h"
#include "core/steer/cutouts.h"

#include <string.h>

#define N_PARTS 8

/* Any; the same for every picture. */
#define SEED 1

struct _TlJudge
{
  TlDevice device;
  TlClip *clip;
  TlTokenizer *tokenizer;
  TlLinear head; /* none without heads */
  TlSettings views;
  TlTensor *texts; /* [n, embed_dim], of length 1 */
  guint n_prompts;
};

static void
set_views (TlSettings *views)
{
  tl_settings_init_starter (views);
  views->n_cutouts = N_PARTS;
  views->crop_min = 0.8;
  views->crop_max = 1.05;
  views->noise = 0;
  views->augments.n = 0;
}

static gboolean
load_clip (TlJudge *self, const char *path, GError **error)
{
  g_autoptr (TlWeights) weights = tl_weights_open (path, error);
  TlClipConfig config;

  if (weights == NULL || !tl_clip_config_infer (&config, weights, error))
    return FALSE;
  self->clip = tl_clip_load (&config, weights, TL_FLOAT32, self->device, error);
  return self->clip != NULL;
}

static gboolean
load_heads (TlJudge *self, const char *path, GError **error)
{
  g_autoptr (TlWeights) weights = tl_weights_open (path, error);
  g_autoptr (TlLoader) loader = NULL;

  if (weights == NULL)
    return FALSE;
  loader = tl_loader_new (weights, "heads.", TL_FLOAT32, self->device);
  tl_loader_ignore (loader, "text.");
  tl_loader_linear (loader, &self->head, tl_clip_get_config (self->clip)->embed_dim,
                    tl_labels_get_count (), TRUE, "image");
  return tl_loader_finish (loader, error);
}

TlJudge *
tl_judge_open (const char *clip, const char *merges, const char *heads, TlDevice device,
               GError **error)
{
  g_autoptr (TlJudge) self = g_new0 (TlJudge, 1);

  self->device = device;
  set_views (&self->views);
  if (!load_clip (self, clip, error) || (heads != NULL && !load_heads (self, heads, error)))
    return NULL;
  self->tokenizer = tl_tokenizer_open (merges, tl_clip_get_config (self->clip)->n_tokens, error);
  if (self->tokenizer == NULL)
    return NULL;
  return g_steal_pointer (&self);
}

void
tl_judge_free (TlJudge *self)
{
  g_clear_pointer (&self->clip, tl_clip_free);
  g_clear_pointer (&self->tokenizer, tl_tokenizer_unref);
  tl_linear_clear (&self->head);
  g_clear_pointer (&self->texts, tl_tensor_free);
  g_free (self);
}

gboolean
tl_judge_set_prompts (TlJudge *self, const char *const *prompts, guint n, GError **error)
{
  g_autofree TlTensor **texts = g_new (TlTensor *, n);
  TlScope *s = tl_scope_open (NULL);
  TlTensor *all;

  for (guint i = 0; i < n; i++)
    texts[i] = tl_normalize (s, tl_clip_encode_words (s, self->clip, self->tokenizer, prompts[i]));
  all = tl_own (tl_cat (s, texts, n, 0));
  if (!tl_scope_close (s, error))
    {
      tl_tensor_free (all);
      return FALSE;
    }
  tl_tensor_free (self->texts);
  self->texts = all;
  self->n_prompts = n;
  return TRUE;
}

/* [1 + N_PARTS, 3, resolution, resolution] */
static TlTensor *
take_views (TlScope *outer, TlJudge *self, TlFrame *picture)
{
  TlScope *s = tl_scope_enter (outer);
  const gint64 size = tl_clip_get_config (self->clip)->resolution;
  const TlCutting cutting = { .settings = &self->views, .seed = SEED, .cut_size = size };
  TlTensor *x = tl_from_argb32 (s, g_bytes_get_data (tl_frame_get_pixels (picture), NULL),
                                tl_frame_get_stride (picture), tl_frame_get_width (picture),
                                tl_frame_get_height (picture));
  TlTensor *parts = tl_cutouts_make (s, x, &cutting);

  return tl_scope_leave (
    s, tl_cat (s, (TlTensor *const[]){ tl_clip_preprocess (s, x, size), parts }, 2, 0));
}

gboolean
tl_judge_has_heads (TlJudge *self)
{
  return self->head.weight != NULL;
}

gboolean
tl_judge_look (TlJudge *self, TlFrame *picture, TlOpinion *opinion, GError **error)
{
  const guint n_labels = tl_labels_get_count ();
  TlTensor *seen, *mean;
  TlScope *s;

  g_return_val_if_fail (self->texts != NULL, FALSE);

  s = tl_scope_open (NULL);
  seen = tl_clip_encode_image (s, self->clip, take_views (s, self, picture));
  *opinion = (TlOpinion){ g_new0 (gfloat, self->n_prompts), g_new0 (gfloat, n_labels) };
  mean = tl_mean (s, tl_normalize (s, seen), (const gint64[]){ 0 }, 1, TRUE);
  mean = tl_matmul (s, tl_normalize (s, mean), tl_transpose (s, self->texts, 0, 1));
  tl_to_floats (s, mean, opinion->cosines, self->n_prompts);
  if (tl_judge_has_heads (self))
    {
      TlTensor *scores = tl_linear (s, seen, self->head.weight, self->head.bias);

      scores = tl_mean (s, scores, (const gint64[]){ 0 }, 1, TRUE);
      tl_to_floats (s, scores, opinion->scores, n_labels);
    }
  return tl_scope_close (s, error);
}

void
tl_opinion_clear (TlOpinion *self)
{
  g_clear_pointer (&self->cosines, g_free);
  g_clear_pointer (&self->scores, g_free);
}

guint
tl_opinion_get_rank (const TlOpinion *self, guint n, guint own)
{
  guint rank = 0;

  for (guint i = 0; i < n; i++)
    rank += self->cosines[i] > self->cosines[own];
  return rank;
}

/* How many of @n scores are higher than that of @own. */
static guint
count_higher (const gfloat *scores, guint n, guint own)
{
  guint higher = 0;

  for (guint i = 0; i < n; i++)
    higher += scores[i] > scores[own];
  return higher;
}

/* The label that scores highest of @n from @first on. */
static guint
find_highest (const TlOpinion *self, guint first, guint n)
{
  guint highest = first;

  for (guint i = first + 1; i < first + n; i++)
    if (self->scores[i] > self->scores[highest])
      highest = i;
  return highest;
}

TlRecognition
tl_opinion_recognize (const TlOpinion *self, const TlScene *scene)
{
  const guint backgrounds = TL_N_OBJECTS * (1 + TL_N_COLOURS);
  const gfloat *objects = self->scores, *coloured = objects + TL_N_OBJECTS;
  const TlThing *thing = &scene->things[0];
  TlRecognition found = { .has_object = scene->n_things > 0 };
  guint kind;

  found.object_label = find_highest (self, 0, TL_N_OBJECTS);
  kind = found.has_object ? thing->kind : found.object_label;
  found.colour_label = find_highest (self, TL_N_OBJECTS + kind * TL_N_COLOURS, TL_N_COLOURS);
  found.background_label = find_highest (self, backgrounds, TL_N_BACKGROUNDS);
  found.background =
    count_higher (self->scores + backgrounds, TL_N_BACKGROUNDS, scene->background) == 0;
  if (!found.has_object)
    return found;
  found.object = count_higher (objects, TL_N_OBJECTS, thing->kind) < scene->n_things;
  found.has_colour = tl_scene_has_colours (scene) && thing->kind != TL_OBJECT_RAINBOW;
  found.colour =
    found.has_colour
    && count_higher (coloured + (gsize) thing->kind * TL_N_COLOURS, TL_N_COLOURS, thing->colour)
         == 0;
  return found;
}
