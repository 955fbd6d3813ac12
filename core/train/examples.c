/* examples.c - scenes that are worth remembering, for a denoiser to begin with
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "config.h"
#include "core/train/examples.h"

#include "core/base/error.h"
#include "core/denoiser/examples.h"
#include "core/scenes/table.h"
#include "core/scenes/words.h"
#include "core/train/feed.h"
#include "core/train/frugal.h"
#include "core/train/signs.h"
#include "core/train/texts.h"

#include <glib/gi18n-lib.h>
#include <math.h>
#include <string.h>
#include <zlib.h>

#define BATCH 64

/* Captions of each scene that the reading learns from; the first is what its picture is compared
 * with. */
#define N_CAPTIONS 4

/* What a bit of a code may cost of the variance of what cells show: a third fewer of them, with
 * which scenes look the same but for what is smooth in them, as skies. */
#define PRICE 0.015

/* Scenes without a thing are told by what follows the things. */
#define NOTHING TL_N_OBJECTS

#define N_WISHES (TL_N_BACKGROUNDS * (TL_N_COLOURS + TL_N_STYLES))

typedef struct
{
  guint index; /* of the scene */
  guint first, second;
  TlSceneStyle style;
  guint wish; /* less than N_WISHES: its place and the first thing's colour, or else its style */
  guint8 signs[TL_SIGNS_OF_SCENE];
  gfloat nearness;
} Candidate;

typedef struct
{
  const TlExamplesChoice *choice;
  TlModels *models;
  gsize n_cells, n_words;
  GArray *candidates; /* of Candidate, the one of each scene at its index until they are sorted */
  gint16 *codes;      /* [n_scenes, n_cells] */
  TlSigns *signs;
} Gatherer;

static void
gatherer_clear (Gatherer *self)
{
  g_clear_pointer (&self->candidates, g_array_unref);
  g_free (self->codes);
  g_clear_pointer (&self->signs, tl_signs_free);
}

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Gatherer, gatherer_clear)

/* -> [n, n_words], of length 1 */
static TlTensor *
read_captions (TlScope *s, const Gatherer *self, const TlBatch *batch)
{
  TlClip *clip = tl_models_get_clip (self->models);
  TlTexts texts =
    tl_texts_read (s, tl_models_get_tokenizer (self->models), batch,
                   tl_clip_get_config (clip)->context, tl_models_get_device (self->models));

  return tl_normalize (s, tl_clip_encode_text (s, clip, texts.ids));
}

/* -> indices [n, h, w], words [n, n_words] and how near both are, [n] */
static void
look_at (TlScope *s, const Gatherer *self, const TlBatch *batch, TlTensor *out[3])
{
  TlVqgan *vqgan = tl_models_get_vqgan (self->models);
  TlClip *clip = tl_models_get_clip (self->models);
  const guint side = tl_clip_get_config (clip)->resolution;
  TlTensor *x =
    tl_to_device (s, tl_batch_get_pictures (s, batch), tl_models_get_device (self->models));

  x = tl_vqgan_encode (s, vqgan, tl_vqgan_from_picture (s, x));
  out[0] = tl_vqgan_encode_indices (s, vqgan, x);
  x = tl_vqgan_decode (s, vqgan, tl_vqgan_lookup (s, vqgan, out[0]));
  x = tl_vqgan_to_picture (s, x);
  if (self->choice->size != side)
    x = tl_interpolate_bicubic (s, x, side, side, FALSE);
  x = tl_normalize (s, tl_clip_encode_image (s, clip, x));
  out[1] = read_captions (s, self, batch);
  out[2] = tl_sum (s, tl_mul (s, x, out[1]), (const gint64[]){ 1 }, 1, FALSE);
}

/* The @k-th of the colours that it may have, and from the first again. */
static TlColour
get_colour (TlObjectKind kind, guint k)
{
  const guint colours = tl_object_get (kind)->colours;
  guint n = 0;

  for (guint i = 0; i < TL_N_COLOURS; i++)
    n += (colours >> i) & 1;
  k %= MAX (n, 1);
  for (guint i = 0; i < TL_N_COLOURS; i++)
    if (((colours >> i) & 1) != 0 && k-- == 0)
      return (TlColour) i;
  return 0;
}

/* Two of three show one thing in one place and colour, in turn all of the three; the third whatever
 * scenes show. */
TlScene *
tl_examples_draw_scene (guint64 seed, guint index)
{
  const guint turn = index / 3 * 2 + index % 3;
  TlSceneParts parts = TL_SCENE_PARTS_INIT;

  if (index % 3 < 2)
    {
      parts.object = (gint) (turn % TL_N_OBJECTS);
      parts.background = (gint) (turn / TL_N_OBJECTS % TL_N_BACKGROUNDS);
      parts.colour =
        (gint) get_colour ((TlObjectKind) parts.object, turn / TL_N_OBJECTS / TL_N_BACKGROUNDS);
      parts.relation = TL_RELATION_NONE;
    }
  return tl_scene_new_from (&parts, seed, index);
}

static guint
find_wish (const TlScene *scene)
{
  const guint look = !tl_scene_has_colours (scene) ? TL_N_COLOURS + (guint) scene->style
                     : scene->n_things > 0         ? (guint) scene->things[0].colour
                                                   : 0;

  return scene->background * (TL_N_COLOURS + TL_N_STYLES) + look;
}

static void
note (Gatherer *self, const TlScene *scene, gfloat nearness)
{
  Candidate candidate = {
    .index = (guint) scene->index,
    .first = scene->n_things > 0 ? scene->things[0].kind : NOTHING,
    .second = scene->n_things > 1 ? scene->things[1].kind : NOTHING,
    .style = scene->style,
    .wish = find_wish (scene),
    .nearness = nearness,
  };

  tl_signs_get (scene, candidate.signs);
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

/* (transfer full): caption number @k of each */
static GStrv
dup_captions (GPtrArray *scenes, guint k)
{
  GStrv captions = g_new0 (char *, scenes->len + 1);

  for (guint i = 0; i < scenes->len; i++)
    captions[i] = tl_scene_dup_caption (g_ptr_array_index (scenes, i), k);
  return captions;
}

/* words: [n, n_words], of a caption of each scene */
static void
learn_captions (TlScope *s, Gatherer *self, GPtrArray *scenes, TlTensor *words)
{
  const gsize n_numbers = scenes->len * self->n_words;
  g_autofree gfloat *numbers = g_new (gfloat, n_numbers);
  guint8 signs[TL_SIGNS_OF_SCENE];

  if (!tl_to_floats (s, words, numbers, n_numbers))
    return;
  for (guint i = 0; i < scenes->len; i++)
    {
      tl_signs_get (g_ptr_array_index (scenes, i), signs);
      tl_signs_add (self->signs, numbers + i * self->n_words, signs);
    }
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
  gfloat nearness[BATCH];
  TlTensor *seen[3];
  TlScope *s = tl_scope_open (NULL);

  tl_scope_set_grad (s, FALSE);
  look_at (s, self, batch, seen);
  tl_to_int64s (s, seen[0], codes, n * self->n_cells);
  tl_to_floats (s, seen[2], nearness, n);
  learn_captions (s, self, scenes, seen[1]);
  for (guint k = 1; k < N_CAPTIONS; k++)
    {
      g_auto (GStrv) captions = dup_captions (scenes, k);
      const TlBatch words = { .n = n, .captions = captions };

      learn_captions (s, self, scenes, read_captions (s, self, &words));
    }
  if (!tl_scope_close (s, error))
    return FALSE;
  for (guint i = 0; i < n; i++)
    {
      note (self, g_ptr_array_index (scenes, i), nearness[i]);
      for (gsize k = 0; k < self->n_cells; k++)
        self->codes[(first + i) * self->n_cells + k] = (gint16) codes[i * self->n_cells + k];
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
  SORT_THING,        /* one thing */
  SORT_STYLE,        /* the same in a style */
  SORT_WISH,         /* the same in a place, and in a colour or in a style without any */
  N_SORTS
} Sort;

/* So that @n of all sorts are somewhat more than will be found: of a thing alone four for one pair
 * that it is the first of. */
static void
share_out (guint n, guint most[N_SORTS])
{
  const guint each = 4 * (TL_N_OBJECTS + 1) + TL_N_OBJECTS;

  most[SORT_PAIR] = 1;
  most[SORT_PAIRS_OF_ONE] = MAX (1, n / each);
  most[SORT_THING] = MAX (1, 4 * n / each);
  most[SORT_STYLE] = MAX (1, most[SORT_THING] / 3);
  most[SORT_WISH] = MAX (1, most[SORT_THING] / (TL_N_BACKGROUNDS * TL_N_COLOURS));
}

static guint *
count (GHashTable *counts, Sort sort, guint first, guint rest)
{
  const guint key = (first * N_WISHES + rest) * N_SORTS + sort;
  guint *n = g_hash_table_lookup (counts, GUINT_TO_POINTER (key));

  G_STATIC_ASSERT (N_WISHES > MAX ((gint) NOTHING, (gint) TL_N_STYLES));
  if (n == NULL)
    {
      n = g_new0 (guint, 1);
      g_hash_table_insert (counts, GUINT_TO_POINTER (key), n);
    }
  return n;
}

/* FALSE where there are enough like it. */
static gboolean
keep (GHashTable *counts, const guint most[N_SORTS], const Candidate *c)
{
  const gboolean is_pair = c->second != NOTHING;
  const Sort from = is_pair ? SORT_PAIR : SORT_THING, behind = is_pair ? SORT_THING : N_SORTS;
  const guint rest[N_SORTS] = {
    [SORT_PAIR] = c->second,
    [SORT_STYLE] = c->style,
    [SORT_WISH] = c->wish,
  };

  for (Sort sort = from; sort < behind; sort++)
    if (*count (counts, sort, c->first, rest[sort]) >= most[sort])
      return FALSE;
  for (Sort sort = from; sort < behind; sort++)
    ++*count (counts, sort, c->first, rest[sort]);
  return TRUE;
}

/* Leaves those that are kept, in the order of their scenes. */
static void
keep_the_nearest (Gatherer *self)
{
  g_autoptr (GHashTable) counts = g_hash_table_new_full (NULL, NULL, NULL, g_free);
  guint most[N_SORTS], n = 0;

  share_out (self->choice->n_kept, most);
  g_array_sort (self->candidates, compare_nearness);
  for (guint i = 0; i < self->candidates->len && n < self->choice->n_kept; i++)
    {
      const Candidate c = g_array_index (self->candidates, Candidate, i);

      if (keep (counts, most, &c))
        g_array_index (self->candidates, Candidate, n++) = c;
    }
  g_array_set_size (self->candidates, n);
  g_array_sort (self->candidates, compare_index);
}

/* As finely as 16 bits have it: the largest number becomes 32767. */
static GBytes *
shorten (const gdouble *reading, gsize n)
{
  gint16 *out = g_new (gint16, n);
  gdouble largest = 0;

  for (gsize i = 0; i < n; i++)
    largest = MAX (largest, fabs (reading[i]));
  for (gsize i = 0; i < n; i++)
    out[i] = GINT16_TO_LE (largest > 0 ? (gint16) lrint (G_MAXINT16 * reading[i] / largest) : 0);
  return g_bytes_new_take (out, n * sizeof *out);
}

/* (transfer full): [n_kept, n_cells] */
static gint16 *
join_codes (const Gatherer *self)
{
  const gsize n = self->candidates->len;
  gint16 *codes = g_new (gint16, n * self->n_cells);

  for (gsize i = 0; i < n; i++)
    memcpy (codes + i * self->n_cells,
            self->codes + g_array_index (self->candidates, Candidate, i).index * self->n_cells,
            self->n_cells * sizeof *codes);
  return codes;
}

static gboolean
spare_bits (const Gatherer *self, gint16 *codes, GError **error)
{
  TlVqgan *vqgan = tl_models_get_vqgan (self->models);
  const guint n_codes = tl_vqgan_get_config (vqgan)->n_codes;
  const guint d = tl_vqgan_get_config (vqgan)->e_dim;
  g_autofree gfloat *vectors = g_new (gfloat, (gsize) n_codes * d);
  TlScope *s = tl_scope_open (NULL);

  tl_to_floats (s, tl_vqgan_get_codebook (vqgan), vectors, (gsize) n_codes * d);
  if (!tl_scope_close (s, error))
    return FALSE;
  tl_frugal_choose (vectors, n_codes, d, PRICE, codes, self->candidates->len * self->n_cells);
  return TRUE;
}

/* codes: [n] -> int16, deflated */
static GBytes *
deflate_codes (const gint16 *codes, gsize n)
{
  const gsize n_bytes = n * sizeof *codes;
  g_autofree gint16 *written = g_malloc (n_bytes);
  uLongf n_deflated = compressBound (n_bytes);
  guint8 *deflated = g_malloc (n_deflated);

  for (gsize i = 0; i < n; i++)
    written[i] = GINT16_TO_LE (codes[i]);
  /* It fails only where there is no memory, and then as g_malloc() does. */
  if (compress2 (deflated, &n_deflated, (const guint8 *) written, n_bytes, Z_BEST_COMPRESSION)
      != Z_OK)
    g_error ("zlib: no memory for %" G_GSIZE_FORMAT " bytes", n_bytes);
  return g_bytes_new_take (deflated, n_deflated);
}

static GBytes *
join_signs (const Gatherer *self)
{
  const gsize n = self->candidates->len;
  guint8 *signs = g_new (guint8, n * TL_SIGNS_OF_SCENE);

  for (gsize i = 0; i < n; i++)
    memcpy (signs + i * TL_SIGNS_OF_SCENE, g_array_index (self->candidates, Candidate, i).signs,
            TL_SIGNS_OF_SCENE);
  return g_bytes_new_take (signs, n * TL_SIGNS_OF_SCENE);
}

static gboolean
add (const Gatherer *self, gint16 side, TlSafetensorsWriter *writer, GError **error)
{
  const gint64 n_signs = tl_signs_get_count (), width = (gint64) self->n_words + 1;
  const gint16 size[2] = { GINT16_TO_LE (side), GINT16_TO_LE (side) };
  g_autofree gint16 *chosen = join_codes (self);
  g_autofree gdouble *reading = tl_signs_solve (self->signs);
  g_autoptr (GBytes) codes = NULL, signs = join_signs (self);
  g_autoptr (GBytes) rows = shorten (reading, (gsize) (n_signs * width));
  g_autoptr (GBytes) sides = g_bytes_new (size, sizeof size);

  if (!spare_bits (self, chosen, error))
    return FALSE;
  codes = deflate_codes (chosen, self->candidates->len * self->n_cells);
  tl_safetensors_writer_add (writer, TL_EXAMPLES_CODES, TL_UINT8, 1,
                             (const gint64[]){ (gint64) g_bytes_get_size (codes) }, codes);
  tl_safetensors_writer_add (writer, TL_EXAMPLES_SIZE, TL_INT16, 1, (const gint64[]){ 2 }, sides);
  tl_safetensors_writer_add (writer, TL_EXAMPLES_SIGNS, TL_UINT8, 2,
                             (const gint64[]){ self->candidates->len, TL_SIGNS_OF_SCENE }, signs);
  tl_safetensors_writer_add (writer, TL_EXAMPLES_READING, TL_INT16, 2,
                             (const gint64[]){ n_signs, width }, rows);
  return TRUE;
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
  self.signs = tl_signs_new ((guint) self.n_words);
  for (guint i = 0; i < choice->n_scenes; i += BATCH)
    if (!gather_batch (&self, i, error))
      return 0;
  keep_the_nearest (&self);
  return add (&self, (gint16) side, writer, error) ? self.candidates->len : 0;
}
