/* recipe-parse.c - a recipe from its JSON, which may come from anyone
 *
 * json.c bounds the text; here each member is checked for type and range before it means anything.
 * Members that are not known are left alone, since a newer Tiller may add some.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "config.h"
#include "core/base/error.h"
#include "core/session/journal.h"
#include "core/session/json.h"
#include "core/session/recipe.h"

#include <glib/gi18n-lib.h>
#include <string.h>

/* What has been read so far; tl_recipe_new() copies it. */
typedef struct
{
  TlStartValues start;
  TlMaker maker;
  GPtrArray *assets;
  GArray *journal;
  gint64 iteration;
} Draft;

static void
clear_draft (Draft *draft)
{
  g_clear_pointer (&draft->start.image, tl_asset_unref);
  g_ptr_array_unref (draft->assets);
  g_array_unref (draft->journal);
}

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Draft, clear_draft)

/* --- pictures --------------------------------------------------------------------------------- */

static gboolean
read_asset (Draft *draft, JsonNode *node, GError **error)
{
  g_autoptr (TlAsset) asset = NULL;
  g_autoptr (GBytes) bytes = NULL;
  const char *base64;
  JsonObject *object;
  guchar *data;
  gsize size;

  asset = tl_json_read_asset_name (node, NULL, error);
  if (asset == NULL)
    return FALSE;
  object = json_node_get_object (node);
  base64 = tl_json_get_string (object, "bytes", error);
  if (base64 == NULL)
    return FALSE;

  data = g_base64_decode (base64, &size);
  bytes = g_bytes_new_take (data, size);
  g_ptr_array_add (draft->assets, tl_asset_new (tl_asset_get_name (asset), bytes));
  if (strcmp (tl_asset_get_sha256 (draft->assets->pdata[draft->assets->len - 1]),
              tl_asset_get_sha256 (asset))
      != 0)
    return tl_error_set (error, TL_ERROR_FORMAT,
                         _ ("The picture “%s” inside the recipe is damaged"),
                         tl_asset_get_name (asset));
  return TRUE;
}

static gboolean
read_assets (Draft *draft, JsonObject *root, GError **error)
{
  JsonArray *array = tl_json_get_array (root, "assets", error);

  if (array == NULL)
    return FALSE;
  if (json_array_get_length (array) > TL_RECIPE_MAX_PICTURES)
    return tl_json_set_error (error, "assets");
  for (guint i = 0; i < json_array_get_length (array); i++)
    if (!read_asset (draft, json_array_get_element (array, i), error))
      return FALSE;
  return TRUE;
}

/* --- the start -------------------------------------------------------------------------------- */

static gboolean
read_seed (JsonObject *root, guint64 *seed, GError **error)
{
  const char *text = tl_json_get_string (root, "seed", error);

  if (text == NULL)
    return FALSE;
  return g_ascii_string_to_unsigned (text, 10, 0, G_MAXUINT64, seed, NULL)
         || tl_json_set_error (error, "seed");
}

static gboolean
read_side (JsonArray *size, guint index, guint *side, GError **error)
{
  JsonNode *node = json_array_get_element (size, index);
  gint64 value;

  if (!JSON_NODE_HOLDS_VALUE (node) || json_node_get_value_type (node) != G_TYPE_INT64)
    return tl_json_set_error (error, "size");
  value = json_node_get_int (node);
  if (value < TL_MIN_SIDE || value > TL_MAX_SIDE)
    return tl_error_set (error, TL_ERROR_FORMAT,
                         _ ("The recipe is for a picture of a size outside %d to %d"), TL_MIN_SIDE,
                         TL_MAX_SIDE);

  *side = (guint) value;
  return TRUE;
}

static gboolean
read_size (Draft *draft, JsonObject *root, GError **error)
{
  JsonArray *size = tl_json_get_array (root, "size", error);

  if (size == NULL)
    return FALSE;
  if (json_array_get_length (size) != 2)
    return tl_json_set_error (error, "size");
  return read_side (size, 0, &draft->start.width, error)
         && read_side (size, 1, &draft->start.height, error);
}

static gboolean
read_fit (JsonObject *object, TlFit *fit, GError **error)
{
  static const char *const names[] = { "crop", "pad", "stretch" };
  const char *name = tl_json_get_string (object, "fit", error);

  if (name == NULL)
    return FALSE;
  for (guint i = 0; i < G_N_ELEMENTS (names); i++)
    if (strcmp (names[i], name) == 0)
      {
        *fit = i;
        return TRUE;
      }
  return tl_json_set_error (error, "fit");
}

static gboolean
read_start (Draft *draft, JsonObject *root, GError **error)
{
  JsonObject *object;
  JsonNode *image;

  if (!read_seed (root, &draft->start.seed, error) || !read_size (draft, root, error))
    return FALSE;
  object = tl_json_get_object (root, "start", error);
  if (object == NULL || !read_fit (object, &draft->start.fit, error))
    return FALSE;

  image = json_object_get_member (object, "image");
  if (image == NULL)
    return TRUE;
  draft->start.image = tl_json_read_asset_name (image, draft->assets, error);
  return draft->start.image != NULL;
}

/* --- what it was made with -------------------------------------------------------------------- */

/* The strings stay the JSON's, which lives as long as the draft. */
static gboolean
borrow_string (JsonObject *object, const char *name, char **string, GError **error)
{
  *string = (char *) tl_json_get_string (object, name, error);
  return *string != NULL;
}

static gboolean
read_model (JsonObject *models, const char *name, TlModelName *model, GError **error)
{
  JsonObject *object = tl_json_get_object (models, name, error);

  if (object == NULL || !borrow_string (object, "name", &model->name, error)
      || !borrow_string (object, "sha256", &model->sha256, error))
    return FALSE;
  return *model->sha256 == '\0' || tl_asset_is_sha256 (model->sha256)
         || tl_json_set_error (error, "sha256");
}

static gboolean
read_maker (Draft *draft, JsonObject *root, GError **error)
{
  JsonObject *models = tl_json_get_object (root, "models", error);
  gint64 n_threads;

  if (models == NULL || !read_model (models, "vqgan", &draft->maker.vqgan, error)
      || !read_model (models, "clip", &draft->maker.clip, error)
      || !borrow_string (root, "precision", &draft->maker.precision, error)
      || !borrow_string (root, "device", &draft->maker.device, error)
      || !tl_json_get_int (root, "threads", 0, G_MAXINT16, &n_threads, error))
    return FALSE;

  draft->maker.n_threads = (guint) n_threads;
  return TRUE;
}

/* --- the journal ------------------------------------------------------------------------------ */

static gboolean
read_turn (JsonObject *object, TlTurn *turn, GError **error)
{
  const char *name = tl_json_get_string (object, "turn", error);

  if (name == NULL)
    return FALSE;
  *turn = strcmp (name, "hard") == 0 ? TL_TURN_HARD : TL_TURN_GENTLE;
  return *turn == TL_TURN_HARD || strcmp (name, "gentle") == 0 || tl_json_set_error (error, "turn");
}

/* Absent: none. */
static gboolean
read_jitter (JsonObject *entry, TlJitter *jitter, GError **error)
{
  JsonObject *object;
  gint64 index;

  *jitter = (TlJitter){ 0 };
  if (!json_object_has_member (entry, "jitter"))
    return TRUE;
  object = tl_json_get_object (entry, "jitter", error);
  if (object == NULL
      || !tl_json_get_double (object, "sigma", 0, TL_MAX_JITTER, &jitter->sigma, error)
      || !tl_json_get_int (object, "index", 0, G_MAXUINT32, &index, error))
    return FALSE;

  jitter->index = (guint32) index;
  return TRUE;
}

static gboolean
check_order (Draft *draft, gint64 iteration, GError **error)
{
  GArray *journal = draft->journal;
  gboolean is_next =
    journal->len == 0
      ? iteration == 0
      : (guint64) iteration > g_array_index (journal, TlJournalEntry, journal->len - 1).iteration;

  if (is_next)
    return TRUE;
  return tl_error_set (error, TL_ERROR_FORMAT,
                       _ ("The recipe is damaged: its turns are not in order"));
}

static gboolean
read_entry (Draft *draft, JsonNode *node, GError **error)
{
  g_autoptr (TlSteer) steer = NULL;
  TlJournalEntry entry;
  JsonObject *object, *steer_object;
  gint64 iteration;

  if (!JSON_NODE_HOLDS_OBJECT (node))
    return tl_json_set_error (error, "journal");
  object = json_node_get_object (node);
  if (!tl_json_get_int (object, "iteration", 0, draft->iteration, &iteration, error)
      || !read_turn (object, &entry.turn, error) || !read_jitter (object, &entry.jitter, error)
      || !check_order (draft, iteration, error))
    return FALSE;

  steer_object = tl_json_get_object (object, "steer", error);
  steer = steer_object != NULL ? tl_steer_read (steer_object, draft->assets, error) : NULL;
  if (steer == NULL)
    return FALSE;

  entry.iteration = (guint64) iteration;
  entry.steer = steer;
  tl_journal_add (draft->journal, &entry);
  return TRUE;
}

static gboolean
read_journal (Draft *draft, JsonObject *root, GError **error)
{
  JsonArray *array;

  if (!tl_json_get_int (root, "iteration", 0, TL_MAX_ITERATIONS, &draft->iteration, error))
    return FALSE;
  array = tl_json_get_array (root, "journal", error);
  if (array == NULL)
    return FALSE;
  for (guint i = 0; i < json_array_get_length (array); i++)
    if (!read_entry (draft, json_array_get_element (array, i), error))
      return FALSE;
  return draft->journal->len > 0 || tl_json_set_error (error, "journal");
}

static gboolean
check_version (JsonObject *root, GError **error)
{
  gint64 version;

  if (!tl_json_get_int (root, "version", 1, G_MAXINT64, &version, error))
    return FALSE;
  if (version > TL_RECIPE_VERSION)
    return tl_error_set (error, TL_ERROR_UNTRUSTED,
                         _ ("This recipe was written by a newer Tiller"));
  return TRUE;
}

TlRecipe *
tl_recipe_parse (const char *text, GError **error)
{
  g_autoptr (JsonNode) node = NULL;
  g_autoptr (TlStart) start = NULL;
  g_auto (Draft) draft = {
    .assets = g_ptr_array_new_with_free_func ((GDestroyNotify) tl_asset_unref),
    .journal = tl_journal_new (),
  };
  JsonObject *root;

  g_return_val_if_fail (text != NULL, NULL);

  node = tl_json_parse (text, TL_RECIPE_MAX_BYTES, error);
  if (node == NULL)
    return NULL;
  root = json_node_get_object (node);
  if (!check_version (root, error) || !read_assets (&draft, root, error)
      || !read_start (&draft, root, error) || !read_maker (&draft, root, error)
      || !read_journal (&draft, root, error))
    return NULL;

  start = tl_start_new (&draft.start);
  return tl_recipe_new (start, &draft.maker, draft.journal, (guint64) draft.iteration);
}
