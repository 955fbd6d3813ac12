/* examples.c - scenes that are worth remembering, for a denoiser to begin with
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "config.h"
#include "core/train/examples.h"

#include "core/base/error.h"
#include "core/denoiser/examples.h"
#include "core/scenes/scene.h"
#include "core/train/feed.h"
#include "core/train/texts.h"

#include <glib/gi18n-lib.h>
#include <math.h>
#include <string.h>

#define BATCH 64

/* Scenes without a thing are told by what follows the things. */
#define NOTHING TL_N_OBJECTS

typedef struct
{
  guint index; /* of the scene */
  guint first, second;
  TlBackground background;
  TlSceneStyle style;
  gfloat nearness;
} Candidate;

typedef struct
{
  const TlExamplesChoice *choice;
  TlModels *models;
  gsize n_cells, n_words;
  GArray *candidates; /* of Candidate, the one of each scene at its index until they are sorted */
  gint16 *codes;      /* [n_scenes, n_cells] */
  gint8 *words;       /* [n_scenes, n_words] */
} Gatherer;

static void
gatherer_clear (Gatherer *self)
{
  g_clear_pointer (&self->candidates, g_array_unref);
  g_free (self->codes);
  g_free (self->words);
}

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Gatherer, gatherer_clear)

/* As finely as 8 bits have it: the largest number of each row becomes 127. */
static void
shorten (const gfloat *words, gsize n, gint8 *out)
{
  gfloat most = 0;

  for (gsize i = 0; i < n; i++)
    most = MAX (most, fabsf (words[i]));
  for (gsize i = 0; i < n; i++)
    out[i] = most > 0 ? (gint8) lrintf (G_MAXINT8 * words[i] / most) : 0;
}

/* -> indices [n, h, w], words [n, n_words] and how near both are, [n] */
static void
look_at (TlScope *s, const Gatherer *self, const TlBatch *batch, TlTensor *out[3])
{
  TlVqgan *vqgan = tl_models_get_vqgan (self->models);
  TlClip *clip = tl_models_get_clip (self->models);
  TlDevice device = tl_models_get_device (self->models);
  const guint side = tl_clip_get_config (clip)->resolution;
  TlTexts texts = tl_texts_read (s, tl_models_get_tokenizer (self->models), batch,
                                 tl_clip_get_config (clip)->context, device);
  TlTensor *x = tl_to_device (s, tl_batch_get_pictures (s, batch), device);

  x = tl_vqgan_encode (s, vqgan, tl_vqgan_from_picture (s, x));
  out[0] = tl_vqgan_encode_indices (s, vqgan, x);
  x = tl_vqgan_decode (s, vqgan, tl_vqgan_lookup (s, vqgan, out[0]));
  x = tl_vqgan_to_picture (s, x);
  if (self->choice->size != side)
    x = tl_interpolate_bicubic (s, x, side, side, FALSE);
  x = tl_normalize (s, tl_clip_encode_image (s, clip, x));
  out[1] = tl_narrow (s, texts.ids, 0, 0, texts.n);
  out[1] = tl_normalize (s, tl_clip_encode_text (s, clip, out[1]));
  out[2] = tl_sum (s, tl_mul (s, x, out[1]), (const gint64[]){ 1 }, 1, FALSE);
}

/* Two of three show one thing in one place, in turn all of both; the third whatever scenes show. */
TlScene *
tl_examples_draw_scene (guint64 seed, guint index)
{
  const guint turn = index / 3 * 2 + index % 3;
  TlSceneParts parts = TL_SCENE_PARTS_INIT;

  if (index % 3 < 2)
    {
      parts.object = (gint) (turn % TL_N_OBJECTS);
      parts.background = (gint) (turn / TL_N_OBJECTS % TL_N_BACKGROUNDS);
      parts.relation = TL_RELATION_NONE;
    }
  return tl_scene_new_from (&parts, seed, index);
}

static void
note (Gatherer *self, const TlScene *scene, gfloat nearness)
{
  const Candidate candidate = {
    .index = (guint) scene->index,
    .first = scene->n_things > 0 ? scene->things[0].kind : NOTHING,
    .second = scene->n_things > 1 ? scene->things[1].kind : NOTHING,
    .background = scene->background,
    .style = scene->style,
    .nearness = nearness,
  };

  g_array_append_val (self->candidates, candidate);
}

static GPtrArray *
make_scenes (const TlExamplesChoice *choice, guint first)
{
  GPtrArray *scenes = g_ptr_array_new_with_free_func ((GDestroyNotify) tl_scene_free);

  for (guint i = first; i < choice->n_scenes && scenes->len < BATCH; i++)
    g_ptr_array_add (scenes, tl_examples_draw_scene (choice->seed, i));
  return scenes;
}

/* The scenes from @first on, as many as a batch or as there are. */
static gboolean
gather_batch (Gatherer *self, guint first, GError **error)
{
  g_autoptr (GPtrArray) scenes = make_scenes (self->choice, first);
  const guint n = scenes->len;
  g_autoptr (TlBatch) batch =
    tl_batch_draw_scenes ((TlScene *const *) scenes->pdata, n, self->choice->size, 0);
  g_autofree gint64 *codes = g_new (gint64, n * self->n_cells);
  g_autofree gfloat *words = g_new (gfloat, n * self->n_words);
  gfloat nearness[BATCH];
  TlTensor *seen[3];
  TlScope *s = tl_scope_open (NULL);

  tl_scope_set_grad (s, FALSE);
  look_at (s, self, batch, seen);
  tl_to_int64s (s, seen[0], codes, n * self->n_cells);
  tl_to_floats (s, seen[1], words, n * self->n_words);
  tl_to_floats (s, seen[2], nearness, n);
  if (!tl_scope_close (s, error))
    return FALSE;
  for (guint i = 0; i < n; i++)
    {
      note (self, g_ptr_array_index (scenes, i), nearness[i]);
      for (gsize k = 0; k < self->n_cells; k++)
        self->codes[(first + i) * self->n_cells + k] = (gint16) codes[i * self->n_cells + k];
      shorten (words + i * self->n_words, self->n_words, self->words + (first + i) * self->n_words);
    }
  return TRUE;
}

static gint
compare_nearness (gconstpointer a, gconstpointer b)
{
  const Candidate *one = a, *other = b;

  if (one->nearness != other->nearness)
    return one->nearness > other->nearness ? -1 : 1;
  return one->index < other->index ? -1 : 1;
}

static gint
compare_index (gconstpointer a, gconstpointer b)
{
  return ((const Candidate *) a)->index < ((const Candidate *) b)->index ? -1 : 1;
}

/* What two of a sort share; all of one are at most so many. */
typedef enum
{
  SORT_PAIR,         /* both things */
  SORT_PAIRS_OF_ONE, /* two things, by the first */
  SORT_PLACE,        /* one thing in a place */
  SORT_STYLE,        /* the same in a style */
  N_SORTS
} Sort;

static const guint most[N_SORTS] = { 1, 13, 2, 1 };

static guint *
count (GHashTable *counts, Sort sort, guint first, guint rest)
{
  const guint key = (first * TL_N_BACKGROUNDS * TL_N_STYLES + rest) * N_SORTS + sort;
  guint *n = g_hash_table_lookup (counts, GUINT_TO_POINTER (key));

  if (n == NULL)
    {
      n = g_new0 (guint, 1);
      g_hash_table_insert (counts, GUINT_TO_POINTER (key), n);
    }
  return n;
}

/* FALSE where there are enough like it. */
static gboolean
keep (GHashTable *counts, const Candidate *c)
{
  const gboolean is_pair = c->second != NOTHING;
  const Sort sorts[2] = { is_pair ? SORT_PAIR : SORT_PLACE,
                          is_pair ? SORT_PAIRS_OF_ONE : SORT_STYLE };
  const guint style = c->background * TL_N_STYLES + c->style;
  guint *const counted[2] = {
    count (counts, sorts[0], c->first, is_pair ? c->second : c->background),
    count (counts, sorts[1], c->first, is_pair ? 0 : style),
  };

  for (guint i = 0; i < 2; i++)
    if (*counted[i] >= most[sorts[i]])
      return FALSE;
  for (guint i = 0; i < 2; i++)
    ++*counted[i];
  return TRUE;
}

/* Leaves those that are kept, in the order of their scenes. */
static void
keep_the_nearest (Gatherer *self)
{
  g_autoptr (GHashTable) counts = g_hash_table_new_full (NULL, NULL, NULL, g_free);
  guint n = 0;

  g_array_sort (self->candidates, compare_nearness);
  for (guint i = 0; i < self->candidates->len && n < self->choice->n_kept; i++)
    {
      const Candidate c = g_array_index (self->candidates, Candidate, i);

      if (keep (counts, &c))
        g_array_index (self->candidates, Candidate, n++) = c;
    }
  g_array_set_size (self->candidates, n);
  g_array_sort (self->candidates, compare_index);
}

static void
add (const Gatherer *self, gint64 side, TlSafetensorsWriter *writer)
{
  const gsize n = self->candidates->len;
  g_autofree gint16 *codes = g_new (gint16, n * self->n_cells);
  g_autofree gint8 *words = g_new (gint8, n * self->n_words);
  g_autoptr (GBytes) all_codes = NULL, all_words = NULL;

  for (gsize i = 0; i < n; i++)
    {
      const gsize index = g_array_index (self->candidates, Candidate, i).index;

      for (gsize k = 0; k < self->n_cells; k++)
        codes[i * self->n_cells + k] = GINT16_TO_LE (self->codes[index * self->n_cells + k]);
      memcpy (words + i * self->n_words, self->words + index * self->n_words, self->n_words);
    }
  all_codes = g_bytes_new (codes, n * self->n_cells * sizeof *codes);
  all_words = g_bytes_new (words, n * self->n_words);
  tl_safetensors_writer_add (writer, TL_EXAMPLES_CODES, TL_INT16, 3,
                             (const gint64[]){ (gint64) n, side, side }, all_codes);
  tl_safetensors_writer_add (writer, TL_EXAMPLES_WORDS, TL_INT8, 2,
                             (const gint64[]){ (gint64) n, (gint64) self->n_words }, all_words);
}

guint
tl_examples_gather (const TlExamplesChoice *choice, TlModels *models, TlSafetensorsWriter *writer,
                    GError **error)
{
  const TlVqganConfig *vqgan = tl_vqgan_get_config (tl_models_get_vqgan (models));
  const gsize side = choice->size / vqgan->downscale;
  g_auto (Gatherer) self = {
    .choice = choice,
    .models = models,
    .n_cells = side * side,
    .n_words = tl_clip_get_config (tl_models_get_clip (models))->embed_dim,
    .candidates = g_array_new (FALSE, FALSE, sizeof (Candidate)),
  };

  if (vqgan->n_codes > G_MAXINT16 + 1)
    {
      tl_error_set (error, TL_ERROR_FORMAT,
                    _ ("This VQGAN has %u codes; examples are kept of up to %d"), vqgan->n_codes,
                    G_MAXINT16 + 1);
      return 0;
    }
  self.codes = g_new (gint16, choice->n_scenes * self.n_cells);
  self.words = g_new (gint8, choice->n_scenes * self.n_words);
  for (guint i = 0; i < choice->n_scenes; i += BATCH)
    if (!gather_batch (&self, i, error))
      return 0;
  keep_the_nearest (&self);
  add (&self, (gint64) side, writer);
  return self.candidates->len;
}
