/* models.c - the models that a run is steered with, by name
 *
 * A name is resolved once, to a file or to a preset with random weights; loading, the vocabulary
 * and the maker's hashes all start from that.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "config.h"
#include "core/steer/models.h"

#include "core/base/error.h"
#include "core/base/hash.h"
#include "core/base/paths.h"

#include <glib/gi18n-lib.h>
#include <string.h>

#define STARTER "starter"
#define STARTER_JUDGE "starter-judge"
#define RANDOM "random:"
/* Cosine of two in precisions of their own. */
#define SAME_CLIP 0.99

#define VOCABULARY "bpe_simple_vocab_16e6.txt.gz"

typedef struct
{
  char *name;   /* as the user gave it */
  char *path;   /* (nullable): NULL for random weights */
  char *sha256; /* (nullable): not known yet */
} Source;

struct _TlModels
{
  Source vqgan_source, clip_source;
  char *vocab; /* (nullable) */
  TlDevice device;
  TlDtype dtype;

  TlVqgan *vqgan;
  TlDenoiser *denoiser; /* (nullable) */
  TlExamples *examples; /* (nullable): of the denoiser's */
  enum
  {
    WORDS_NOT_ASKED,
    WORDS_KNOWN, /* the CLIP is the denoiser's */
    WORDS_FOREIGN
  } words;
  TlClip *clip;
  TlTokenizer *tokenizer;
};

/* --- names --- */

static gboolean
is_starter (const char *name)
{
  return name == NULL || strcmp (name, STARTER) == 0;
}

gboolean
tl_models_is_starter (const TlModelChoice *choice)
{
  return is_starter (choice->vqgan) && is_starter (choice->clip);
}

/* product.md, row 76: on a processor a picture of real models is to be there in minutes. */
guint
tl_models_get_usual_side (const TlModelChoice *choice)
{
  if (tl_models_is_starter (choice))
    return 128;
  return choice->device.kind == TL_CUDA ? 512 : 256;
}

/* A file, or one of that name among the user's models. */
static char *
find_file (const char *name)
{
  g_autofree char *relative = NULL;
  g_autofree char *mine = NULL;

  if (g_file_test (name, G_FILE_TEST_EXISTS))
    return g_strdup (name);

  relative = g_build_filename ("models", name, NULL);
  mine = tl_path_user_data (relative);
  return g_strdup (g_file_test (mine, G_FILE_TEST_EXISTS) ? mine : name);
}

static gboolean
is_starter_judge (const char *name)
{
  return g_strcmp0 (name, STARTER_JUDGE) == 0;
}

static void
resolve (Source *source, const char *name, const char *starter_file)
{
  source->name = g_strdup (name != NULL ? name : STARTER);
  if (is_starter (name))
    source->path = tl_path_starter (starter_file);
  else if (is_starter_judge (name))
    source->path = tl_path_starter ("starter-judge.safetensors");
  else if (!g_str_has_prefix (name, RANDOM))
    source->path = find_file (name);
}

static void
source_clear (Source *source)
{
  g_free (source->name);
  g_free (source->path);
  g_free (source->sha256);
}

/* Messages of readers say "this file": this says which. */
static gboolean
prefix_name (const Source *source, GError **error)
{
  if (error != NULL && *error != NULL && strstr ((*error)->message, source->name) == NULL)
    g_prefix_error (error, _ ("“%s”: "), source->name);
  return FALSE;
}

/* --- loading --- */

/* If there is one in the VQGAN's file; and its examples, if there are any. */
static gboolean
load_denoiser (TlModels *self, TlWeights *weights, GError **error)
{
  const TlVqganConfig *vqgan = tl_vqgan_get_config (self->vqgan);
  TlDenoiserConfig config;

  if (weights == NULL || !tl_denoiser_config_infer (&config, weights))
    return TRUE;
  if (config.e_dim != vqgan->e_dim)
    return tl_error_set (
      error, TL_ERROR_FORMAT,
      _ ("The denoiser in it is for latents of %u numbers a cell, these have %u"), config.e_dim,
      vqgan->e_dim);
  self->denoiser = tl_denoiser_load (&config, weights, self->dtype, self->device, error);
  if (self->denoiser == NULL || !tl_examples_are_in (weights))
    return self->denoiser != NULL;
  self->examples = tl_examples_load (weights, vqgan->n_codes, config.words, error);
  return self->examples != NULL;
}

static gboolean
load_vqgan (TlModels *self, GError **error)
{
  const Source *source = &self->vqgan_source;
  g_autoptr (TlWeights) weights = NULL;
  TlVqganConfig config;
  gboolean is_known;

  if (source->path == NULL)
    is_known = tl_vqgan_config_preset (&config, source->name + strlen (RANDOM), error);
  else
    {
      weights = tl_weights_open (source->path, error);
      is_known = weights != NULL && tl_vqgan_config_infer (&config, weights, error);
    }
  if (is_known)
    self->vqgan = tl_vqgan_load (&config, weights, self->dtype, self->device, error);

  return (self->vqgan != NULL && load_denoiser (self, weights, error))
         || prefix_name (source, error);
}

static gboolean
configure_clip (const Source *source, TlClipConfig *config, TlWeights **weights, GError **error)
{
  if (source->path == NULL)
    return tl_clip_config_preset (config, source->name + strlen (RANDOM), error)
           || prefix_name (source, error);

  *weights = tl_weights_open (source->path, error);
  return (*weights != NULL && tl_clip_config_infer (config, *weights, error))
         || prefix_name (source, error);
}

/* (nullable) (transfer full): a vocabulary in @folder */
static char *
find_vocabulary_in (const char *folder)
{
  const char *const names[] = { VOCABULARY, "bpe_simple_vocab_16e6.txt", "vocab.json",
                                "merges.txt" };

  for (gsize i = 0; i < G_N_ELEMENTS (names); i++)
    {
      g_autofree char *path = g_build_filename (folder, names[i], NULL);

      if (g_file_test (path, G_FILE_TEST_IS_REGULAR))
        return g_steal_pointer (&path);
    }
  return NULL;
}

/* (nullable) (transfer full) */
static char *
find_vocabulary (TlModels *self)
{
  g_autofree char *folder = NULL;
  g_autofree char *mine = NULL;
  char *found;

  if (self->vocab != NULL)
    return g_strdup (self->vocab);
  if (is_starter (self->clip_source.name) || is_starter_judge (self->clip_source.name))
    return tl_path_starter ("starter-merges.txt");

  folder = g_path_get_dirname (self->clip_source.path);
  found = find_vocabulary_in (folder);
  if (found != NULL)
    return found;

  mine = tl_path_user_data ("models");
  return find_vocabulary_in (mine);
}

static gboolean
load_tokenizer (TlModels *self, guint n_tokens, GError **error)
{
  const Source *source = &self->clip_source;
  g_autofree char *path = NULL;

  if (source->path == NULL && self->vocab == NULL)
    {
      self->tokenizer = tl_tokenizer_new_bytes ();
      return TRUE;
    }

  path = find_vocabulary (self);
  if (path == NULL)
    return tl_error_set (error, TL_ERROR_MISSING,
                         _ ("This CLIP needs its vocabulary, %s: put it beside “%s” or name it "
                            "with --vocab"),
                         VOCABULARY, source->name);

  self->tokenizer = tl_tokenizer_open (path, n_tokens, error);
  return self->tokenizer != NULL;
}

static gboolean
load_clip (TlModels *self, TlModelParts parts, GError **error)
{
  g_autoptr (TlWeights) weights = NULL;
  TlClipConfig config;

  if (!configure_clip (&self->clip_source, &config, &weights, error))
    return FALSE;
  /* Before the weights: a vocabulary that is missing should be said at once. */
  if ((parts & TL_MODELS_TOKENIZER) != 0 && !load_tokenizer (self, config.n_tokens, error))
    return FALSE;
  if ((parts & TL_MODELS_CLIP) == 0)
    return TRUE;

  self->clip = tl_clip_load (&config, weights, self->dtype, self->device, error);
  return self->clip != NULL || prefix_name (&self->clip_source, error);
}

TlModels *
tl_models_load (const TlModelChoice *choice, TlModelParts parts, GError **error)
{
  g_autoptr (TlModels) self = g_new0 (TlModels, 1);

  resolve (&self->vqgan_source, choice->vqgan, "starter-vqgan.safetensors");
  resolve (&self->clip_source, choice->clip, "starter-clip.safetensors");
  self->vocab = g_strdup (choice->vocab);
  self->device = choice->device;
  self->dtype = tl_precision_resolve (choice->precision, choice->device);

  if ((parts & TL_MODELS_VQGAN) != 0 && !load_vqgan (self, error))
    return NULL;
  if ((parts & (TL_MODELS_CLIP | TL_MODELS_TOKENIZER)) != 0 && !load_clip (self, parts, error))
    return NULL;
  return g_steal_pointer (&self);
}

void
tl_models_free (TlModels *self)
{
  g_clear_pointer (&self->vqgan, tl_vqgan_free);
  g_clear_pointer (&self->denoiser, tl_denoiser_free);
  g_clear_pointer (&self->examples, tl_examples_free);
  g_clear_pointer (&self->clip, tl_clip_free);
  g_clear_pointer (&self->tokenizer, tl_tokenizer_unref);
  source_clear (&self->vqgan_source);
  source_clear (&self->clip_source);
  g_free (self->vocab);
  g_free (self);
}

TlVqgan *
tl_models_get_vqgan (TlModels *self)
{
  return self->vqgan;
}

TlClip *
tl_models_get_clip (TlModels *self)
{
  return self->clip;
}

TlDenoiser *
tl_models_get_denoiser (TlModels *self)
{
  return self->denoiser;
}

TlExamples *
tl_models_get_examples (TlModels *self)
{
  return self->examples;
}

/* CLIPs are told apart by what they make of no words at all. */
static gboolean
is_same_clip (TlScope *outer, TlClip *clip, TlDenoiser *denoiser)
{
  TlScope *s = tl_scope_enter (outer);
  TlTensor *silence = tl_normalize (s, tl_clip_encode_silence (s, clip));
  gdouble cosine;

  silence = tl_mul (s, silence, tl_denoiser_get_silence (denoiser));
  cosine = tl_to_double (s, tl_sum (s, silence, NULL, 0, FALSE));
  tl_scope_leave (s, NULL);
  return cosine > SAME_CLIP;
}

gboolean
tl_models_has_words_for_denoiser (TlScope *s, TlModels *self)
{
  if (self->words == WORDS_NOT_ASKED)
    {
      gboolean fits = tl_clip_get_config (self->clip)->embed_dim
                      == tl_denoiser_get_config (self->denoiser)->words;
      gboolean is_same = fits && is_same_clip (s, self->clip, self->denoiser);

      if (tl_scope_has_failed (s))
        return FALSE;
      self->words = is_same ? WORDS_KNOWN : WORDS_FOREIGN;
    }
  return self->words == WORDS_KNOWN;
}

TlTokenizer *
tl_models_get_tokenizer (TlModels *self)
{
  return self->tokenizer;
}

TlDevice
tl_models_get_device (TlModels *self)
{
  return self->device;
}

TlDtype
tl_models_get_dtype (TlModels *self)
{
  return self->dtype;
}

/* --- maker --- */

static void
name_model (TlModelName *name, Source *source)
{
  if (source->sha256 == NULL)
    source->sha256 = source->path != NULL ? tl_hash_file_once (source->path) : g_strdup ("");
  name->sha256 = g_strdup (source->sha256);
  name->name = source->path == NULL || is_starter (source->name) || is_starter_judge (source->name)
                 ? g_strdup (source->name)
                 : g_path_get_basename (source->path);
}

void
tl_models_name_clip (TlModels *self, TlModelName *name)
{
  name_model (name, &self->clip_source);
}

TlMaker *
tl_models_dup_maker (TlModels *self)
{
  TlMaker *maker = g_new0 (TlMaker, 1);

  name_model (&maker->vqgan, &self->vqgan_source);
  name_model (&maker->clip, &self->clip_source);
  maker->precision = g_strdup (tl_dtype_name (self->dtype));
  maker->device = tl_device_get_name (self->device);
  maker->n_threads = tl_device_get_threads ();
  return maker;
}
