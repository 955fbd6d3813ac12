/* embeds.c - what clauses look like to CLIP
 *
 * The key of an entry names everything that its numbers depend on, so that keeping it or computing
 * it again comes to the same bits.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "config.h"
#include "core/steer/embeds.h"

#include "core/base/random.h"
#include "core/clip/preprocess.h"
#include "core/session/picture.h"
#include "core/steer/cutouts.h"

#include <math.h>

/* Twice as many as a segment can have clauses; pictures have a row for each cutout. */
#define MAX_ENTRIES 128

typedef struct
{
  char *key;
  TlTensor *embed;
} Entry;

struct _TlEmbeds
{
  TlModels *models;
  GQueue entries; /* of Entry, the newest first */
};

typedef struct
{
  TlEmbeds *self;
  const TlClause *clause;
  TlSteer *steer;
  const TlStartValues *start;
} Request;

static void
entry_free (gpointer data)
{
  Entry *entry = data;

  g_free (entry->key);
  tl_tensor_free (entry->embed);
  g_free (entry);
}

TlEmbeds *
tl_embeds_new (TlModels *models)
{
  TlEmbeds *self = g_new0 (TlEmbeds, 1);

  self->models = models;
  g_queue_init (&self->entries);
  return self;
}

void
tl_embeds_free (TlEmbeds *self)
{
  g_queue_clear_full (&self->entries, entry_free);
  g_free (self);
}

/* --- computing --- */

static TlTensor *
encode_text (TlScope *s, const Request *request)
{
  TlModels *models = request->self->models;

  return tl_clip_encode_words (s, tl_models_get_clip (models), tl_models_get_tokenizer (models),
                               request->clause->text);
}

static TlTensor *
draw_noise (TlScope *s, const Request *request)
{
  TlModels *models = request->self->models;
  guint n = tl_clip_get_config (tl_models_get_clip (models))->embed_dim;
  g_autofree gfloat *values = g_new (gfloat, n);
  TlRandom random;

  tl_random_init (&random, request->clause->noise_seed, 0, TL_PURPOSE_CLAUSE, 0);
  tl_random_fill_normal (&random, values, n);
  return tl_to_device (s, tl_from_floats (s, values, TL_SHAPE (1, n)),
                       tl_models_get_device (models));
}

/* Keeps the proportions, at no more pixels than the run has (generate.py, resize_image()). */
static TlTensor *
shrink (TlScope *s, TlTensor *picture, const TlStartValues *start)
{
  gdouble height, width, area, ratio;

  if (tl_scope_has_failed (s))
    return NULL;

  height = tl_tensor_get_size (picture, 2);
  width = tl_tensor_get_size (picture, 3);
  area = MIN (width * height, (gdouble) start->width * start->height);
  ratio = width / height;
  picture = tl_resize_antialiased (s, picture, MAX (1, (gint64) nearbyint (sqrt (area / ratio))),
                                   MAX (1, (gint64) nearbyint (sqrt (area * ratio))));
  return tl_clamp (s, picture, 0, 1);
}

/* A seed that the cutouts of iterations do not use: a clause's picture is cut once, not each time
 * anew, and its crops are not those of the first iteration. */
static guint64
clause_seed (guint64 seed)
{
  TlRandom random;
  guint64 high;

  tl_random_init (&random, seed, 0, TL_PURPOSE_CLAUSE, 0);
  high = tl_random_next (&random);
  return high << 32 | tl_random_next (&random);
}

static TlTensor *
encode_image (TlScope *s, const Request *request)
{
  TlModels *models = request->self->models;
  TlClip *clip = tl_models_get_clip (models);
  TlAsset *asset = tl_steer_find_asset (request->steer, request->clause->text);
  g_autoptr (TlFrame) frame = NULL;
  GError *error = NULL;
  TlCutting cutting = { .settings = tl_steer_get_settings (request->steer),
                        .seed = clause_seed (request->start->seed),
                        .cut_size = tl_clip_get_config (clip)->resolution };
  TlTensor *picture;

  frame = tl_picture_read (tl_asset_get_bytes (asset), tl_asset_get_name (asset), &error);
  if (frame == NULL)
    {
      tl_scope_fail (s, error);
      return NULL;
    }

  picture = tl_from_argb32 (s, g_bytes_get_data (tl_frame_get_pixels (frame), NULL),
                            tl_frame_get_stride (frame), tl_frame_get_width (frame),
                            tl_frame_get_height (frame));
  picture = shrink (s, picture, request->start);
  picture = tl_to_device (s, picture, tl_models_get_device (models));
  return tl_clip_encode_image (s, clip, tl_cutouts_make (s, picture, &cutting));
}

/* --- keeping --- */

/* All settings that say how a picture is cut. */
static char *
image_key (const Request *request, TlAsset *asset)
{
  const TlSettings *settings = tl_steer_get_settings (request->steer);
  const TlStartValues *start = request->start;
  g_autofree char *augments = tl_augment_list_print (&settings->augments);

  return g_strdup_printf ("image %s %" G_GUINT64_FORMAT " %u %u %" G_GINT64_FORMAT
                          " %d %a %a %a %a %s",
                          tl_asset_get_sha256 (asset), start->seed, start->width, start->height,
                          settings->n_cutouts, settings->cut_method, settings->cut_pow,
                          settings->crop_min, settings->crop_max, settings->noise, augments);
}

/* (nullable) (transfer full): NULL where the clause is off */
static char *
make_key (const Request *request)
{
  const TlClause *clause = request->clause;
  TlAsset *asset;

  switch (clause->kind)
    {
    case TL_CLAUSE_TEXT:
      return g_strconcat ("text ", clause->text, NULL);
    case TL_CLAUSE_NOISE:
      return g_strdup_printf ("noise %" G_GUINT64_FORMAT, clause->noise_seed);
    case TL_CLAUSE_IMAGE:
      asset = tl_steer_find_asset (request->steer, clause->text);
      return asset != NULL ? image_key (request, asset) : NULL;
    }
  return NULL;
}

static gint
compare_key (gconstpointer entry, gconstpointer key)
{
  return g_strcmp0 (((const Entry *) entry)->key, key);
}

static TlTensor *
compute (TlScope *outer, const Request *request)
{
  static TlTensor *(*const kinds[]) (TlScope *, const Request *) = {
    [TL_CLAUSE_TEXT] = encode_text,
    [TL_CLAUSE_IMAGE] = encode_image,
    [TL_CLAUSE_NOISE] = draw_noise,
  };
  TlScope *s = tl_scope_enter (outer);

  tl_scope_set_grad (s, FALSE);
  return tl_scope_leave (s, kinds[request->clause->kind](s, request));
}

static void
keep (TlEmbeds *self, const char *key, TlTensor *embed)
{
  Entry *entry = g_new0 (Entry, 1);

  entry->key = g_strdup (key);
  entry->embed = tl_own (embed);
  g_queue_push_head (&self->entries, entry);
  if (self->entries.length > MAX_ENTRIES)
    entry_free (g_queue_pop_tail (&self->entries));
}

TlTensor *
tl_embeds_get (TlEmbeds *self, TlScope *s, const TlClause *clause, TlSteer *steer,
               const TlStartValues *start)
{
  Request request = { .self = self, .clause = clause, .steer = steer, .start = start };
  g_autofree char *key = make_key (&request);
  GList *link;
  TlTensor *embed;

  if (key == NULL)
    return NULL;

  link = g_queue_find_custom (&self->entries, key, compare_key);
  if (link != NULL)
    {
      g_queue_unlink (&self->entries, link);
      g_queue_push_head_link (&self->entries, link);
      return tl_detach (s, ((Entry *) link->data)->embed);
    }

  embed = compute (s, &request);
  if (embed != NULL && !tl_scope_has_failed (s))
    keep (self, key, embed);
  return embed;
}
