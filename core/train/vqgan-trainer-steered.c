/* vqgan-trainer-steered.c - runs beside a decoder that learns, steered by what it draws
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "config.h"
#include "core/train/vqgan-trainer-private.h"

#include "core/steer/loss.h"
#include "core/train/texts.h"

#include <math.h>

void
tl_vqgan_trainer_make_steered (TlVqganTrainer *self)
{
  const TlVqganTraining *t = &self->training;
  const TlSteeredOptions options = { .vqgan = &t->vqgan,
                                     .device = t->device,
                                     .seed = t->seed,
                                     .n = t->n_steered,
                                     .size = t->steered_size,
                                     .start = TL_STEERED_FROM_SCENE };

  self->steered = tl_steered_new (&options);
}

/* Whom the runs are steered by, and to what. */
typedef struct
{
  TlClip *clip;
  TlTensor *texts; /* [n, embed_dim] of length 1: the words of the runs last */
  gint64 first;    /* of them */
} Aim;

/* A TlAwayFunc of an Aim. */
static TlTensor *
away (TlScope *s, TlTensor *cutouts, guint which, gconstpointer data)
{
  const Aim *aim = data;

  return tl_loss_clause (s, tl_clip_encode_image (s, aim->clip, cutouts),
                         tl_narrow (s, aim->texts, 0, aim->first + which, 1), 1, -INFINITY);
}

TlBatch *
tl_vqgan_trainer_steer (TlScope *outer, TlVqganTrainer *self, TlVqgan *vqgan, const TlBatch *batch,
                        TlTensor **latents, GError **error)
{
  const guint64 step = tl_vqgan_trainer_get_step (self);
  Aim aim = { .clip = self->clip, .first = batch->n - self->training.n_steered };
  const TlSteeredGuide guide = { .away = away,
                                 .data = &aim,
                                 .cut_size = tl_clip_get_config (self->clip)->resolution };
  g_autoptr (TlBatch) joined = NULL;
  TlTexts words;
  TlScope *s;

  if (!tl_steered_set_vqgan (self->steered, vqgan, error))
    return NULL;
  joined = tl_steered_join (self->steered, step, batch, error);
  if (joined == NULL)
    return NULL;
  *latents = tl_steered_show_latents (outer, self->steered);
  s = tl_scope_enter (outer);
  tl_scope_set_grad (s, FALSE);
  words = tl_texts_read (s, self->tokenizer, joined, tl_clip_get_config (self->clip)->context,
                         self->training.device);
  aim.texts = tl_normalize (s, tl_clip_encode_text (s, self->clip, words.ids));
  tl_steered_move (s, self->steered, step, &guide);
  tl_scope_leave (s, NULL);
  return g_steal_pointer (&joined);
}
