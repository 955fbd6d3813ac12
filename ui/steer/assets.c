/* assets.c - pictures by the names that clauses give them
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "config.h"
#include "ui/steer/assets.h"

static gboolean
find (GPtrArray *assets, const char *name, guint *position)
{
  for (guint i = 0; i < assets->len; i++)
    if (g_str_equal (tl_asset_get_name (g_ptr_array_index (assets, i)), name))
      {
        *position = i;
        return TRUE;
      }
  return FALSE;
}

static gboolean
is_same (TlAsset *a, TlAsset *b)
{
  return g_str_equal (tl_asset_get_sha256 (a), tl_asset_get_sha256 (b));
}

/* What is only known by its hash leaves its name to a picture. */
static gboolean
is_free (GPtrArray *assets, const char *name, TlAsset *asset)
{
  TlAsset *now = tl_assets_find (assets, name);

  return now == NULL || tl_asset_get_bytes (now) == NULL || is_same (now, asset);
}

static void
add_named (GPtrArray *named, GPtrArray *assets, const TlSegment *segment)
{
  for (guint i = 0; i < segment->n_clauses; i++)
    {
      const TlClause *clause = &segment->clauses[i];
      TlAsset *asset =
        clause->kind == TL_CLAUSE_IMAGE ? tl_assets_find (assets, clause->text) : NULL;

      if (asset != NULL)
        g_ptr_array_add (named, tl_asset_ref (asset));
    }
}

GPtrArray *
tl_assets_new (void)
{
  return g_ptr_array_new_with_free_func ((GDestroyNotify) tl_asset_unref);
}

TlAsset *
tl_assets_find (GPtrArray *assets, const char *name)
{
  guint position;

  return find (assets, name, &position) ? g_ptr_array_index (assets, position) : NULL;
}

gboolean
tl_assets_have (GPtrArray *assets, const char *name)
{
  TlAsset *asset = tl_assets_find (assets, name);

  return asset != NULL && tl_asset_get_bytes (asset) != NULL;
}

void
tl_assets_set (GPtrArray *assets, TlAsset *asset)
{
  guint position;

  if (!find (assets, tl_asset_get_name (asset), &position))
    g_ptr_array_add (assets, tl_asset_ref (asset));
  else if (tl_asset_get_bytes (asset) != NULL
           || !is_same (g_ptr_array_index (assets, position), asset))
    {
      tl_asset_ref (asset);
      tl_asset_unref (g_ptr_array_index (assets, position));
      g_ptr_array_index (assets, position) = asset;
    }
}

/* (transfer full): without what no prompt can spell: control characters, and a backslash at the
 * end, which would be that of `\>` */
static char *
make_spellable (const char *name)
{
  GString *out = g_string_new (NULL);

  for (const char *p = name; *p != '\0'; p = g_utf8_next_char (p))
    g_string_append_unichar (out,
                             g_unichar_iscntrl (g_utf8_get_char (p)) ? '_' : g_utf8_get_char (p));
  if (g_str_has_suffix (out->str, "\\"))
    out->str[out->len - 1] = '_';
  return g_string_free (out, FALSE);
}

TlAsset *
tl_assets_name_apart (GPtrArray *assets, TlAsset *asset)
{
  g_autofree char *first = make_spellable (tl_asset_get_name (asset));
  g_autofree char *name = g_strdup (first);

  for (guint i = 2; !is_free (assets, name, asset); i++)
    {
      g_free (name);
      name = g_strdup_printf ("%u %s", i, first);
    }
  return tl_asset_new_alias (asset, name);
}

GPtrArray *
tl_assets_dup_named (GPtrArray *assets, TlPrompt *prompt)
{
  GPtrArray *named = tl_assets_new ();

  for (guint i = 0; i < tl_prompt_get_n_segments (prompt); i++)
    add_named (named, assets, tl_prompt_get_segment (prompt, i));
  return named;
}
