/* steer.c - what a run is steered by at a moment: its prompt, settings and pictures
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "config.h"
#include "core/session/steer.h"

#include "core/base/error.h"
#include "core/session/json.h"

#include <glib/gi18n-lib.h>
#include <string.h>

/* A story of 64 segments of 64 clauses of ordinary length stays far below it. */
#define MAX_PROMPT_BYTES (1024 * 1024)

struct _TlSteer
{
  TlPrompt *prompt;
  TlSettings settings;
  GPtrArray *assets; /* of TlAsset */
};

G_DEFINE_BOXED_TYPE (TlSteer, tl_steer, tl_steer_ref, tl_steer_unref)

static void
clear (gpointer data)
{
  TlSteer *self = data;

  tl_prompt_unref (self->prompt);
  g_ptr_array_unref (self->assets);
}

static GPtrArray *
copy_assets (GPtrArray *assets)
{
  GPtrArray *copy = g_ptr_array_new_with_free_func ((GDestroyNotify) tl_asset_unref);

  for (guint i = 0; assets != NULL && i < assets->len; i++)
    g_ptr_array_add (copy, tl_asset_ref (assets->pdata[i]));
  return copy;
}

TlSteer *
tl_steer_new (TlPrompt *prompt, const TlSettings *settings, GPtrArray *assets)
{
  TlSteer *self;

  g_return_val_if_fail (prompt != NULL, NULL);
  g_return_val_if_fail (settings != NULL, NULL);

  self = g_atomic_rc_box_new (TlSteer);
  self->prompt = tl_prompt_ref (prompt);
  self->settings = *settings;
  self->assets = copy_assets (assets);
  return self;
}

TlSteer *
tl_steer_ref (TlSteer *self)
{
  return g_atomic_rc_box_acquire (self);
}

void
tl_steer_unref (TlSteer *self)
{
  g_atomic_rc_box_release_full (self, clear);
}

TlPrompt *
tl_steer_get_prompt (TlSteer *self)
{
  return self->prompt;
}

const TlSettings *
tl_steer_get_settings (TlSteer *self)
{
  return &self->settings;
}

TlAsset *
tl_steer_find_asset (TlSteer *self, const char *name)
{
  for (guint i = 0; i < self->assets->len; i++)
    {
      TlAsset *asset = self->assets->pdata[i];

      if (strcmp (tl_asset_get_name (asset), name) == 0)
        return tl_asset_get_bytes (asset) != NULL ? asset : NULL;
    }
  return NULL;
}

GPtrArray *
tl_steer_get_assets (TlSteer *self)
{
  return self->assets;
}

static gboolean
have_equal_assets (TlSteer *a, TlSteer *b)
{
  if (a->assets->len != b->assets->len)
    return FALSE;

  for (guint i = 0; i < a->assets->len; i++)
    {
      TlAsset *left = a->assets->pdata[i], *right = b->assets->pdata[i];

      if (strcmp (tl_asset_get_name (left), tl_asset_get_name (right)) != 0
          || strcmp (tl_asset_get_sha256 (left), tl_asset_get_sha256 (right)) != 0)
        return FALSE;
    }
  return TRUE;
}

gboolean
tl_steer_equal (TlSteer *a, TlSteer *b)
{
  return a == b
         || (tl_prompt_equal (a->prompt, b->prompt)
             && tl_settings_equal (&a->settings, &b->settings) && have_equal_assets (a, b));
}

/* --- JSON ------------------------------------------------------------------------------------- */

static void
write_assets (GPtrArray *assets, JsonBuilder *builder)
{
  json_builder_begin_array (builder);
  for (guint i = 0; i < assets->len; i++)
    tl_json_write_asset_name (assets->pdata[i], builder);
  json_builder_end_array (builder);
}

void
tl_steer_write (TlSteer *self, JsonBuilder *builder)
{
  g_autofree char *prompt = tl_prompt_print (self->prompt);

  json_builder_begin_object (builder);
  json_builder_set_member_name (builder, "prompt");
  json_builder_add_string_value (builder, prompt);
  json_builder_set_member_name (builder, "settings");
  tl_settings_write (&self->settings, builder);
  json_builder_set_member_name (builder, "assets");
  write_assets (self->assets, builder);
  json_builder_end_object (builder);
}

gboolean
tl_steer_check_length (TlSteer *self, GError **error)
{
  g_autofree char *prompt = tl_prompt_print (self->prompt);

  if (strlen (prompt) <= MAX_PROMPT_BYTES)
    return TRUE;
  return tl_error_set (error, TL_ERROR_TOO_LARGE,
                       _ ("The prompt is longer than a session can hold: %d kB are the most"),
                       MAX_PROMPT_BYTES / 1024);
}

static GPtrArray *
read_assets (JsonArray *array, GPtrArray *known, GError **error)
{
  g_autoptr (GPtrArray) assets = g_ptr_array_new_with_free_func ((GDestroyNotify) tl_asset_unref);

  for (guint i = 0; i < json_array_get_length (array); i++)
    {
      TlAsset *asset = tl_json_read_asset_name (json_array_get_element (array, i), known, error);

      if (asset == NULL)
        return NULL;
      g_ptr_array_add (assets, asset);
    }
  return g_steal_pointer (&assets);
}

TlSteer *
tl_steer_read (JsonObject *object, GPtrArray *assets, GError **error)
{
  g_autoptr (TlPrompt) prompt = NULL;
  g_autoptr (GPtrArray) own_assets = NULL;
  TlSettings settings;
  const char *text;
  JsonObject *settings_object;
  JsonArray *array;

  text = tl_json_get_string (object, "prompt", error);
  settings_object = text != NULL ? tl_json_get_object (object, "settings", error) : NULL;
  array = settings_object != NULL ? tl_json_get_array (object, "assets", error) : NULL;
  if (array == NULL)
    return NULL;

  if (strlen (text) > MAX_PROMPT_BYTES)
    {
      tl_error_set (error, TL_ERROR_TOO_LARGE, _ ("The recipe holds a prompt of more than %d kB"),
                    MAX_PROMPT_BYTES / 1024);
      return NULL;
    }

  tl_settings_init (&settings);
  own_assets = read_assets (array, assets, error);
  if (own_assets == NULL || !tl_settings_read (&settings, settings_object, error))
    return NULL;

  prompt = tl_prompt_parse (text);
  return tl_steer_new (prompt, &settings, own_assets);
}
