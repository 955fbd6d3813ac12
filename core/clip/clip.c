/* clip.c - CLIP: pictures and words in one space
 *
 * The model's precision begins and ends here: what comes in is converted to it, what goes out is
 * float32 again.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "config.h"
#include "core/clip/clip.h"

#include "core/base/error.h"
#include "core/clip/names.h"
#include "core/clip/resnet.h"
#include "core/clip/text.h"
#include "core/clip/vit.h"

#include <glib/gi18n-lib.h>

/* Of random weights, so that two benchmarks compute the same. */
#define SEED 0

struct _TlClip
{
  TlClipConfig config;
  TlDtype dtype;
  TlDevice device;
  TlTensor *mean; /* [1, 3, 1, 1] float32 */
  TlClipVit vit;
  TlClipResnet resnet;
  TlClipText text;
};

static TlLoader *
make_loader (const TlClipConfig *config, TlWeights *weights, TlDtype dtype, TlDevice device)
{
  TlLoader *loader;

  if (weights == NULL)
    return tl_loader_new_random (SEED, dtype, device);

  loader = tl_loader_new (weights, config->prefix, dtype, device);
  tl_loader_set_name_func (loader, tl_clip_names_map, (gpointer) config);
  tl_clip_names_ignore_others (config, loader);
  return loader;
}

static gboolean
load_towers (TlClip *self, TlLoader *loader, GError **error)
{
  TlClipLoad load = {
    .config = &self->config, .loader = loader, .scope = tl_scope_open (NULL), .dtype = self->dtype
  };

  /* Of use where the loader hands out leaves; elsewhere there is nothing to record. */
  tl_scope_set_grad (load.scope, TRUE);
  self->mean =
    tl_own (tl_to_device (load.scope, tl_clip_get_mean (load.scope, &self->config), self->device));
  if (self->config.is_resnet)
    tl_clip_resnet_load (&self->resnet, &load);
  else
    tl_clip_vit_load (&self->vit, &load);
  tl_clip_text_load (&self->text, &load);

  if (!tl_scope_close (load.scope, error))
    return FALSE;
  return tl_loader_finish (loader, error);
}

TlClip *
tl_clip_load_with (const TlClipConfig *config, TlLoader *loader, TlDtype dtype, TlDevice device,
                   GError **error)
{
  g_autoptr (TlClip) self = NULL;

  g_return_val_if_fail (config != NULL, NULL);

  self = g_new0 (TlClip, 1);
  self->config = *config;
  self->dtype = dtype;
  self->device = device;
  if (!load_towers (self, loader, error))
    return NULL;

  return g_steal_pointer (&self);
}

TlClip *
tl_clip_load (const TlClipConfig *config, TlWeights *weights, TlDtype dtype, TlDevice device,
              GError **error)
{
  g_autoptr (TlLoader) loader = NULL;

  g_return_val_if_fail (config != NULL, NULL);

  loader = make_loader (config, weights, dtype, device);
  return tl_clip_load_with (config, loader, dtype, device, error);
}

void
tl_clip_free (TlClip *self)
{
  g_clear_pointer (&self->mean, tl_tensor_free);
  tl_clip_vit_clear (&self->vit);
  tl_clip_resnet_clear (&self->resnet);
  tl_clip_text_clear (&self->text);
  g_free (self);
}

const TlClipConfig *
tl_clip_get_config (TlClip *self)
{
  return &self->config;
}

/* As the towers want it. */
static TlTensor *
centre (TlScope *outer, TlClip *self, TlTensor *pictures)
{
  TlScope *s = tl_scope_enter (outer);
  TlTensor *x = tl_to_dtype (s, tl_to_device (s, pictures, self->device), TL_FLOAT32);

  return tl_scope_leave (s, tl_to_dtype (s, tl_sub (s, x, self->mean), self->dtype));
}

guint
tl_clip_get_n_blocks (TlClip *self)
{
  guint n = 0;

  if (!self->config.is_resnet)
    return self->config.n_layers;
  for (guint i = 0; i < G_N_ELEMENTS (self->config.stages); i++)
    n += self->config.stages[i];
  return n;
}

TlTensor *
tl_clip_encode_grid (TlScope *outer, TlClip *self, TlTensor *pictures, guint n_blocks)
{
  TlScope *s = tl_scope_enter (outer);
  TlTensor *x = centre (s, self, pictures);

  if (self->config.is_resnet)
    x = tl_clip_resnet_forward_cells (s, &self->resnet, x, n_blocks);
  else
    x = tl_clip_vit_forward_patches (s, &self->vit, x, n_blocks);
  return tl_scope_leave (s, tl_to_dtype (s, x, TL_FLOAT32));
}

TlTensor *
tl_clip_encode_patches (TlScope *outer, TlClip *self, TlTensor *pictures, TlTensor *patches)
{
  TlScope *s = tl_scope_enter (outer);
  TlTensor *x = centre (s, self, pictures);

  if (self->config.is_resnet)
    x = tl_clip_resnet_forward (s, &self->resnet, x);
  else
    x = tl_clip_vit_forward (s, &self->vit, x, patches);
  return tl_scope_leave (s, tl_to_dtype (s, x, TL_FLOAT32));
}

TlTensor *
tl_clip_encode_image (TlScope *s, TlClip *self, TlTensor *pictures)
{
  return tl_clip_encode_patches (s, self, pictures, NULL);
}

TlTensor *
tl_clip_encode_text (TlScope *outer, TlClip *self, TlTensor *ids)
{
  TlScope *s = tl_scope_enter (outer);
  TlTensor *x = tl_clip_text_forward (s, &self->text, tl_to_device (s, ids, self->device));

  return tl_scope_leave (s, tl_to_dtype (s, x, TL_FLOAT32));
}

TlTensor *
tl_clip_encode_words (TlScope *outer, TlClip *self, TlTokenizer *tokenizer, const char *text)
{
  guint n_tokens = tl_tokenizer_get_n_tokens (tokenizer);
  guint context = self->config.context;
  g_autoptr (TlTokens) tokens = NULL;
  TlScope *s;
  TlTensor *ids;

  if (!tl_tokenizer_fits (tokenizer, self->config.n_tokens))
    {
      tl_scope_fail (outer,
                     g_error_new (TL_ERROR, TL_ERROR_FORMAT,
                                  _ ("The vocabulary has %u word pieces, this CLIP needs %u"),
                                  n_tokens, self->config.n_tokens));
      return NULL;
    }

  tokens = tl_tokenizer_tokenize (tokenizer, text, context);
  s = tl_scope_enter (outer);
  ids = tl_from_int64s (s, tokens->ids, TL_SHAPE (1, context));
  return tl_scope_leave (s, tl_clip_encode_text (s, self, ids));
}

TlTensor *
tl_clip_encode_silence (TlScope *outer, TlClip *self)
{
  const gint64 n_tokens = self->config.n_tokens;
  TlScope *s = tl_scope_enter (outer);
  /* Start and end: OpenAI's vocabularies close with them. */
  TlTensor *ids = tl_from_int64s (s, (gint64[]){ n_tokens - 2, n_tokens - 1 }, TL_SHAPE (1, 2));

  return tl_scope_leave (s, tl_clip_encode_text (s, self, ids));
}
