/* scorer.c - the real judge: a second CLIP
 *
 * It looks at the whole picture and compares it with the clauses as the similarity of a run does,
 * with its own idea of what the words mean.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "config.h"
#include "core/steer/scorer.h"

#include "core/base/error.h"
#include "core/steer/iteration.h"

#include <glib/gi18n-lib.h>
#include <string.h>

typedef struct
{
  TlScorer parent;
  TlModels *models; /* without a VQGAN */
  TlEmbeds *embeds;
  TlModelName name;
  char *key;
} SteerScorer;

static SteerScorer *
steer_scorer (TlScorer *scorer)
{
  return (SteerScorer *) scorer;
}

static TlTensor *
read_picture (TlScope *s, TlFrame *frame, TlModels *models)
{
  const guint8 *pixels = g_bytes_get_data (tl_frame_get_pixels (frame), NULL);
  TlTensor *x = tl_from_argb32 (s, pixels, tl_frame_get_stride (frame), tl_frame_get_width (frame),
                                tl_frame_get_height (frame));

  return tl_to_device (s, x, tl_models_get_device (models));
}

static gboolean
score (TlScorer *scorer, TlFrame *frame, TlStart *start, TlSteer *steer, gdouble *value,
       GCancellable *cancellable, GError **error)
{
  SteerScorer *self = steer_scorer (scorer);
  const TlIteration iteration = { .models = self->models,
                                  .embeds = self->embeds,
                                  .steer = steer,
                                  .start = tl_start_get_values (start),
                                  .iteration = tl_frame_get_iteration (frame) };
  TlScope *s = tl_scope_open (cancellable);
  g_autoptr (GArray) targets = tl_iteration_find_targets (s, &iteration);

  *value = tl_iteration_measure (s, &iteration, targets, read_picture (s, frame, self->models));
  return tl_scope_close (s, error);
}

static void
free_scorer (TlScorer *scorer)
{
  SteerScorer *self = steer_scorer (scorer);

  tl_embeds_free (self->embeds);
  tl_models_free (self->models);
  g_free (self->name.name);
  g_free (self->name.sha256);
  g_free (self->key);
  g_free (self);
}

TlScorer *
tl_steer_scorer_load (const TlModelChoice *choice, GError **error)
{
  static const TlScorerClass klass = { score, free_scorer };
  TlModels *models = tl_models_load (choice, TL_MODELS_CLIP | TL_MODELS_TOKENIZER, error);
  SteerScorer *self;

  if (models == NULL)
    return NULL;
  self = g_new0 (SteerScorer, 1);
  self->parent.klass = &klass;
  self->models = models;
  self->embeds = tl_embeds_new (models);
  tl_models_name_clip (models, &self->name);
  self->key = g_strconcat (self->name.name, ":", self->name.sha256, NULL);
  return &self->parent;
}

const char *
tl_steer_scorer_get_key (TlScorer *scorer)
{
  return steer_scorer (scorer)->key;
}

gboolean
tl_steer_scorer_check_other (TlScorer *scorer, const TlMaker *maker, GError **error)
{
  const TlModelName *own = &steer_scorer (scorer)->name;
  const TlModelName *steering = &maker->clip;
  gboolean has_sums = *own->sha256 != '\0' && *steering->sha256 != '\0';

  if (strcmp (has_sums ? own->sha256 : own->name, has_sums ? steering->sha256 : steering->name)
      != 0)
    return TRUE;
  return tl_error_set (error, TL_ERROR_FORMAT, _ ("“%s” steers already: a judge is another CLIP"),
                       own->name);
}
