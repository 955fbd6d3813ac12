/* recipe.c - everything that a picture was made from
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "config.h"
#include "core/session/recipe.h"

#include "core/session/journal.h"
#include "core/session/json.h"

#include <glib/gi18n-lib.h>
#include <string.h>

/* All pictures of a recipe together; what comes after is named only. */
#define MAX_EMBEDDED_SUM (4 * TL_RECIPE_MAX_EMBEDDED)

struct _TlRecipe
{
  TlStart *start;
  TlMaker *maker;
  GArray *journal;
  guint64 iteration;
  gboolean by_hash; /* no picture is printed whole */
};

G_DEFINE_BOXED_TYPE (TlRecipe, tl_recipe, tl_recipe_ref, tl_recipe_unref)

gboolean
tl_model_name_equal (const TlModelName *a, const TlModelName *b)
{
  if (*a->sha256 != '\0' && *b->sha256 != '\0')
    return strcmp (a->sha256, b->sha256) == 0;
  return strcmp (a->name, b->name) == 0;
}

TlMaker *
tl_maker_copy (const TlMaker *self)
{
  TlMaker *copy = g_new (TlMaker, 1);

  *copy = (TlMaker){
    .vqgan = { g_strdup (self->vqgan.name), g_strdup (self->vqgan.sha256) },
    .clip = { g_strdup (self->clip.name), g_strdup (self->clip.sha256) },
    .precision = g_strdup (self->precision),
    .device = g_strdup (self->device),
    .n_threads = self->n_threads,
  };
  return copy;
}

void
tl_maker_free (TlMaker *self)
{
  if (self == NULL)
    return;

  g_free (self->vqgan.name);
  g_free (self->vqgan.sha256);
  g_free (self->clip.name);
  g_free (self->clip.sha256);
  g_free (self->precision);
  g_free (self->device);
  g_free (self);
}

static void
clear (gpointer data)
{
  TlRecipe *self = data;

  tl_start_unref (self->start);
  tl_maker_free (self->maker);
  g_array_unref (self->journal);
}

TlRecipe *
tl_recipe_new (TlStart *start, const TlMaker *maker, GArray *journal, guint64 iteration)
{
  TlRecipe *self;

  g_return_val_if_fail (start != NULL && maker != NULL, NULL);
  g_return_val_if_fail (journal->len > 0, NULL);
  g_return_val_if_fail (g_array_index (journal, TlJournalEntry, 0).iteration == 0, NULL);

  self = g_atomic_rc_box_new0 (TlRecipe);
  self->start = tl_start_ref (start);
  self->maker = tl_maker_copy (maker);
  self->iteration = iteration;
  self->journal = tl_journal_new ();
  for (guint i = 0; i < journal->len; i++)
    tl_journal_add (self->journal, &g_array_index (journal, TlJournalEntry, i));
  return self;
}

TlRecipe *
tl_recipe_ref (TlRecipe *self)
{
  return g_atomic_rc_box_acquire (self);
}

void
tl_recipe_unref (TlRecipe *self)
{
  g_atomic_rc_box_release_full (self, clear);
}

TlStart *
tl_recipe_get_start (TlRecipe *self)
{
  return self->start;
}

const TlMaker *
tl_recipe_get_maker (TlRecipe *self)
{
  return self->maker;
}

const TlJournalEntry *
tl_recipe_get_entry (TlRecipe *self, guint index)
{
  g_return_val_if_fail (index < self->journal->len, NULL);

  return &g_array_index (self->journal, TlJournalEntry, index);
}

guint
tl_recipe_get_n_entries (TlRecipe *self)
{
  return self->journal->len;
}

guint64
tl_recipe_get_iteration (TlRecipe *self)
{
  return self->iteration;
}

const TlJournalEntry *
tl_recipe_find_entry (TlRecipe *self, guint64 iteration)
{
  return tl_journal_find (self->journal, iteration);
}

/* --- printing --------------------------------------------------------------------------------- */

static void
add_string (JsonBuilder *builder, const char *name, const char *value)
{
  json_builder_set_member_name (builder, name);
  json_builder_add_string_value (builder, value);
}

static void
add_int (JsonBuilder *builder, const char *name, gint64 value)
{
  json_builder_set_member_name (builder, name);
  json_builder_add_int_value (builder, value);
}

static void
write_start (const TlStartValues *start, JsonBuilder *builder)
{
  static const char *const fits[] = {
    [TL_FIT_CROP] = "crop", [TL_FIT_PAD] = "pad", [TL_FIT_STRETCH] = "stretch"
  };
  g_autofree char *seed = g_strdup_printf ("%" G_GUINT64_FORMAT, start->seed);

  /* A string, since many readers of JSON keep 53 bits of a number. */
  add_string (builder, "seed", seed);
  json_builder_set_member_name (builder, "size");
  json_builder_begin_array (builder);
  json_builder_add_int_value (builder, start->width);
  json_builder_add_int_value (builder, start->height);
  json_builder_end_array (builder);
  json_builder_set_member_name (builder, "start");
  json_builder_begin_object (builder);
  if (start->image != NULL)
    {
      json_builder_set_member_name (builder, "image");
      tl_json_write_asset_name (start->image, builder);
    }
  add_string (builder, "fit", fits[start->fit]);
  json_builder_end_object (builder);
}

static void
write_model (const char *member, const TlModelName *model, JsonBuilder *builder)
{
  json_builder_set_member_name (builder, member);
  json_builder_begin_object (builder);
  add_string (builder, "name", model->name);
  add_string (builder, "sha256", model->sha256);
  json_builder_end_object (builder);
}

static void
write_maker (const TlMaker *maker, JsonBuilder *builder)
{
  json_builder_set_member_name (builder, "models");
  json_builder_begin_object (builder);
  write_model ("vqgan", &maker->vqgan, builder);
  write_model ("clip", &maker->clip, builder);
  json_builder_end_object (builder);
  add_string (builder, "precision", maker->precision);
  add_string (builder, "device", maker->device);
  add_int (builder, "threads", maker->n_threads);
}

static void
write_jitter (const TlJitter *jitter, JsonBuilder *builder)
{
  json_builder_set_member_name (builder, "jitter");
  json_builder_begin_object (builder);
  json_builder_set_member_name (builder, "sigma");
  json_builder_add_double_value (builder, jitter->sigma);
  add_int (builder, "index", jitter->index);
  json_builder_end_object (builder);
}

static void
write_journal (GArray *journal, JsonBuilder *builder)
{
  json_builder_set_member_name (builder, "journal");
  json_builder_begin_array (builder);
  for (guint i = 0; i < journal->len; i++)
    {
      const TlJournalEntry *entry = &g_array_index (journal, TlJournalEntry, i);

      json_builder_begin_object (builder);
      add_int (builder, "iteration", (gint64) entry->iteration);
      add_string (builder, "turn", entry->turn == TL_TURN_HARD ? "hard" : "gentle");
      if (entry->jitter.sigma > 0)
        write_jitter (&entry->jitter, builder);
      json_builder_set_member_name (builder, "steer");
      tl_steer_write (entry->steer, builder);
      json_builder_end_object (builder);
    }
  json_builder_end_array (builder);
}

/* Whether @asset is worth its bytes: none too large, and not too many. */
static gboolean
take_asset (GPtrArray *taken, TlAsset *asset, gsize *n_bytes)
{
  GBytes *bytes = tl_asset_get_bytes (asset);
  gsize size = bytes != NULL ? g_bytes_get_size (bytes) : 0;

  if (bytes == NULL || size > TL_RECIPE_MAX_EMBEDDED || *n_bytes + size > MAX_EMBEDDED_SUM
      || taken->len == TL_RECIPE_MAX_PICTURES)
    return FALSE;

  *n_bytes += size;
  g_ptr_array_add (taken, tl_asset_ref (asset));
  return TRUE;
}

/* (element-type TlAsset). @left_out: (nullable): what is here and is not worth its bytes */
static GPtrArray *
collect_assets (TlRecipe *self, GPtrArray *left_out)
{
  g_autoptr (GPtrArray) pictures = tl_recipe_list_pictures (self);
  GPtrArray *taken = g_ptr_array_new_with_free_func ((GDestroyNotify) tl_asset_unref);
  gsize n_bytes = 0;

  for (guint i = 0; i < pictures->len && !self->by_hash; i++)
    if (!take_asset (taken, pictures->pdata[i], &n_bytes) && left_out != NULL
        && tl_asset_get_bytes (pictures->pdata[i]) != NULL)
      g_ptr_array_add (left_out, tl_asset_ref (pictures->pdata[i]));
  return taken;
}

static void
write_asset_bytes (TlRecipe *self, JsonBuilder *builder)
{
  g_autoptr (GPtrArray) assets = collect_assets (self, NULL);

  json_builder_set_member_name (builder, "assets");
  json_builder_begin_array (builder);
  for (guint i = 0; i < assets->len; i++)
    {
      TlAsset *asset = assets->pdata[i];
      gsize size;
      const guint8 *data = g_bytes_get_data (tl_asset_get_bytes (asset), &size);
      g_autofree char *base64 = g_base64_encode (data, size);

      json_builder_begin_object (builder);
      add_string (builder, "name", tl_asset_get_name (asset));
      add_string (builder, "sha256", tl_asset_get_sha256 (asset));
      add_string (builder, "bytes", base64);
      json_builder_end_object (builder);
    }
  json_builder_end_array (builder);
}

gboolean
tl_recipe_has_pictures (TlRecipe *self)
{
  g_autoptr (GPtrArray) assets = collect_assets (self, NULL);

  return assets->len > 0;
}

char *
tl_recipe_dup_left_out (TlRecipe *self)
{
  g_autoptr (GPtrArray) left_out = g_ptr_array_new_with_free_func ((GDestroyNotify) tl_asset_unref);
  g_autoptr (GPtrArray) taken = collect_assets (self, left_out);
  GString *names = g_string_new (NULL);

  for (guint i = 0; i < left_out->len; i++)
    {
      if (i > 0)
        g_string_append (names, ", ");
      g_string_append_printf (names, _ ("“%s”"), tl_asset_get_name (left_out->pdata[i]));
    }
  return g_string_free (names, left_out->len == 0);
}

TlRecipe *
tl_recipe_dup_without_pictures (TlRecipe *self)
{
  TlRecipe *copy = tl_recipe_new (self->start, self->maker, self->journal, self->iteration);

  copy->by_hash = TRUE;
  return copy;
}

/* The oldest version whose readers understand everything. */
static gint64
find_version (GArray *journal)
{
  for (guint i = 0; i < journal->len; i++)
    {
      const TlJournalEntry *entry = &g_array_index (journal, TlJournalEntry, i);

      if (entry->jitter.sigma > 0 || tl_steer_get_settings (entry->steer)->variation != 0)
        return 2;
    }
  return 1;
}

char *
tl_recipe_print (TlRecipe *self)
{
  g_autoptr (JsonBuilder) builder = json_builder_new ();
  g_autoptr (JsonNode) root = NULL;

  json_builder_begin_object (builder);
  add_int (builder, "version", find_version (self->journal));
  add_string (builder, "tiller", TL_VERSION);
  write_start (tl_start_get_values (self->start), builder);
  write_maker (self->maker, builder);
  add_int (builder, "iteration", (gint64) self->iteration);
  write_journal (self->journal, builder);
  write_asset_bytes (self, builder);
  json_builder_end_object (builder);

  root = json_builder_get_root (builder);
  return json_to_string (root, FALSE);
}
