/* recipe-pictures.c - the pictures that a recipe needs, and where it finds them
 *
 * A large picture travels by name and hash only; the steer that names it treats its clause as off.
 * That is right for a prompt that is worked on, and wrong for a recipe, which is to be repeated.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "config.h"
#include "core/base/error.h"
#include "core/session/journal.h"
#include "core/session/recipe.h"

#include <glib/gi18n-lib.h>
#include <string.h>

/* (nullable) (transfer none) */
static TlAsset *
find_by_hash (GPtrArray *assets, TlAsset *asset)
{
  const char *sha256 = tl_asset_get_sha256 (asset);

  for (guint i = 0; i < assets->len; i++)
    if (strcmp (tl_asset_get_sha256 (assets->pdata[i]), sha256) == 0)
      return assets->pdata[i];
  return NULL;
}

static void
add_once (GPtrArray *pictures, TlAsset *asset)
{
  if (find_by_hash (pictures, asset) == NULL)
    g_ptr_array_add (pictures, tl_asset_ref (asset));
}

GPtrArray *
tl_recipe_list_pictures (TlRecipe *self)
{
  GPtrArray *pictures = g_ptr_array_new_with_free_func ((GDestroyNotify) tl_asset_unref);
  TlAsset *image = tl_start_get_values (tl_recipe_get_start (self))->image;

  if (image != NULL)
    add_once (pictures, image);
  for (guint i = 0; i < tl_recipe_get_n_entries (self); i++)
    {
      GPtrArray *own = tl_steer_get_assets (tl_recipe_get_entry (self, i)->steer);

      for (guint j = 0; j < own->len; j++)
        add_once (pictures, own->pdata[j]);
    }
  return pictures;
}

gboolean
tl_recipe_check_pictures (TlRecipe *self, GError **error)
{
  g_autoptr (GPtrArray) pictures = tl_recipe_list_pictures (self);

  for (guint i = 0; i < pictures->len; i++)
    if (tl_asset_get_bytes (pictures->pdata[i]) == NULL)
      return tl_error_set (error, TL_ERROR_MISSING,
                           _ ("The picture “%s” is not in the recipe, only its name; without it "
                              "another picture would come out"),
                           tl_asset_get_name (pictures->pdata[i]));
  return TRUE;
}

/* (transfer full) */
static TlAsset *
fill (TlAsset *asset, GPtrArray *known)
{
  TlAsset *found = tl_asset_get_bytes (asset) == NULL ? find_by_hash (known, asset) : NULL;

  return found != NULL ? tl_asset_new_alias (found, tl_asset_get_name (asset))
                       : tl_asset_ref (asset);
}

/* (transfer full) */
static TlStart *
fill_start (TlStart *start, GPtrArray *known)
{
  TlStartValues values = *tl_start_get_values (start);
  g_autoptr (TlAsset) image = NULL;

  if (values.image == NULL)
    return tl_start_ref (start);
  values.image = image = fill (values.image, known);
  return tl_start_new (&values);
}

/* (transfer full) */
static TlSteer *
fill_steer (TlSteer *steer, GPtrArray *known)
{
  g_autoptr (GPtrArray) assets = g_ptr_array_new_with_free_func ((GDestroyNotify) tl_asset_unref);
  GPtrArray *own = tl_steer_get_assets (steer);

  for (guint i = 0; i < own->len; i++)
    g_ptr_array_add (assets, fill (own->pdata[i], known));
  return tl_steer_new (tl_steer_get_prompt (steer), tl_steer_get_settings (steer), assets);
}

TlRecipe *
tl_recipe_dup_filled (TlRecipe *self, GPtrArray *known)
{
  g_autoptr (TlStart) start = fill_start (tl_recipe_get_start (self), known);
  g_autoptr (GArray) journal = tl_journal_new ();

  for (guint i = 0; i < tl_recipe_get_n_entries (self); i++)
    {
      TlJournalEntry entry = *tl_recipe_get_entry (self, i);
      g_autoptr (TlSteer) steer = fill_steer (entry.steer, known);

      entry.steer = steer;
      tl_journal_add (journal, &entry);
    }
  return tl_recipe_new (start, tl_recipe_get_maker (self), journal, tl_recipe_get_iteration (self));
}
