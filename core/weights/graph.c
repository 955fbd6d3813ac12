/* graph.c - from the values of a checkpoint to named tensors
 *
 * A value may be reachable along many ways, and in a hostile file along exponentially many or
 * endlessly. Collecting therefore counts its visits and marks the values on its way; measuring
 * visits each value once.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "config.h"
#include "core/weights/graph.h"

#include "core/base/error.h"
#include "core/weights/bytes.h"

#include <glib/gi18n-lib.h>
#include <string.h>

#define MAX_DEPTH 64

/* Passes over the values, so that one does not take the marks of another for its own. */
#define PASS_SKIPPED 1
#define PASS_WRAPPER 2 /* and the following ones */

/* Where checkpoints keep the model, best first. */
static const char *const wrappers[] = { "state_dict", "model_state_dict", "model" };

/* What stands beside a model whose tensors are not wrapped. */
static const char *const beside_model[] = {
  "amp",
  "amp_scaling_state",
  "args",
  "callbacks",
  "cfg",
  "config",
  "hparams",
  "hparams_name",
  "hyper_parameters",
  "loops",
  "lr_scheduler",
  "lr_schedulers",
  "native_amp_scaling_state",
  "opt",
  "optim",
  "optimizer",
  "optimizer_state_dict",
  "optimizer_states",
  "optimizers",
  "rng_state",
  "scaler",
  "scheduler",
  "schedulers",
};

/* torch.nn.Module keeps its parts in these; their names are not part of a tensor's name. */
static const char *const module_parts[] = { "_parameters", "_buffers", "_modules" };

typedef struct
{
  const TlStorages *storages;
  TlBlobs *blobs;
  GString *path;
  guint depth;
  gsize n_visits_left; /* of what has a name */
  gsize n_items_left;  /* of what is looked through for names */
} Walk;

static gboolean walk_value (Walk *walk, TlPickleValue *value, GError **error);

/* TorchScript says of lists and dictionaries which type they have, by a call with the value as its
 * first argument. */
static TlPickleValue *
take_off_tags (TlPickleValue *value)
{
  for (guint i = 0; i < MAX_DEPTH && value->kind == TL_PICKLE_OBJECT; i++)
    {
      const TlPickleValue *arguments = value->items[TL_PICKLE_ARGUMENTS];

      if (arguments->n == 0
          || (!tl_pickle_is_global (value->items[TL_PICKLE_CALLABLE], "torch.jit._pickle",
                                    "restore_type_tag")
              && !tl_pickle_is_global (value->items[TL_PICKLE_CALLABLE], "torch.jit._pickle",
                                       "build_tensorlist")))
        break;
      value = arguments->items[0];
    }

  return value;
}

static gboolean
is_container (const TlPickleValue *value)
{
  return value->kind >= TL_PICKLE_TUPLE && value->kind != TL_PICKLE_GLOBAL
         && value->kind != TL_PICKLE_PERSID && value->n > 0 && !tl_rebuild_recognise (value);
}

/* Measuring */

static void
visit (GPtrArray *open, TlPickleValue *value, guint16 pass)
{
  if (value == NULL || value->kind < TL_PICKLE_TUPLE || value->visit == pass)
    return;

  value->visit = pass;
  g_ptr_array_add (open, value);
}

static guint64
measure_storage (const TlPickleValue *persid, GTree *seen, const TlStorages *storages)
{
  g_autofree char *key = NULL;
  TlStorageId id;

  if (!tl_storage_id_read (persid, &id) || id.key->n > TL_BLOB_MAX_NAME)
    return 0;

  key = g_strndup (id.key->bytes, id.key->n);
  if (g_tree_lookup_extended (seen, key, NULL, NULL))
    return 0;

  g_tree_insert (seen, g_steal_pointer (&key), NULL);
  return storages->measure (storages->data, id.key);
}

guint64
tl_graph_measure (TlPickleValue *value, guint16 pass, const TlStorages *storages)
{
  g_autoptr (GPtrArray) open = g_ptr_array_new ();
  g_autoptr (GTree) seen = tl_bytes_table_new (g_free, NULL);
  guint64 n_bytes = 0;

  visit (open, value, pass);
  while (open->len > 0)
    {
      TlPickleValue *next = g_ptr_array_steal_index_fast (open, open->len - 1);

      if (next->kind == TL_PICKLE_PERSID)
        n_bytes += measure_storage (next, seen, storages);
      for (guint i = 0; i < next->n; i++)
        visit (open, next->items[i], pass);
    }

  return n_bytes;
}

static void
skip (Walk *walk, const TlPickleValue *key, TlPickleValue *value)
{
  g_autofree char *raw = NULL, *name = NULL, *what = NULL;

  if (key->kind == TL_PICKLE_TEXT)
    raw = g_strndup (key->bytes, MIN (key->n, TL_BLOB_MAX_NAME));
  else if (key->kind == TL_PICKLE_GLOBAL)
    raw = g_strndup (key->items[1]->bytes, MIN (key->items[1]->n, TL_BLOB_MAX_NAME));
  else
    return;

  name = g_utf8_make_valid (raw, -1);
  what = g_strconcat (walk->path->str, walk->path->len > 0 ? "." : "", name, NULL);
  tl_blobs_skip (walk->blobs, what, tl_graph_measure (value, PASS_SKIPPED, walk->storages));
}

/* Collecting */

static gboolean
fail (Walk *walk, const char *reason, GError **error)
{
  const char *file = tl_blobs_get_file (walk->blobs);

  if (walk->path->len == 0)
    return tl_error_set (error, TL_ERROR_FORMAT, _ ("“%s”: what it holds %s"), file, reason);
  return tl_error_set (error, TL_ERROR_FORMAT, _ ("“%s”: what is named “%s” %s"), file,
                       walk->path->str, reason);
}

static gboolean
append_name (Walk *walk, const char *name, gsize length, GError **error)
{
  if (!tl_blobs_is_name (name, length) || walk->path->len + 1 + length > TL_BLOB_MAX_NAME)
    return fail (walk, _ ("holds something whose name is no text"), error);

  if (walk->path->len > 0)
    g_string_append_c (walk->path, '.');
  g_string_append_len (walk->path, name, length);
  return TRUE;
}

/* One step down, with the path restored afterwards. */
static gboolean
walk_named (Walk *walk, const char *name, gsize length, TlPickleValue *value, GError **error)
{
  gsize parent = walk->path->len;
  gboolean is_done;

  value = take_off_tags (value);
  if (walk->n_visits_left-- == 0)
    return fail (walk, _ ("is reached along far too many ways"), error);
  if (!is_container (value) && !tl_rebuild_recognise (value))
    return TRUE;

  is_done = append_name (walk, name, length, error) && walk_value (walk, value, error);
  g_string_truncate (walk->path, parent);
  return is_done;
}

/* Keys are names or numbers. Anything else, such as the classes that key Lightning's callbacks,
 * names no part of a model. */
static gboolean
walk_pair (Walk *walk, TlPickleValue *key, TlPickleValue *value, GError **error)
{
  char number[24];

  if (key->kind == TL_PICKLE_TEXT)
    return walk_named (walk, key->bytes, key->n, value, error);
  if (key->kind == TL_PICKLE_INT)
    {
      g_snprintf (number, sizeof number, "%" G_GINT64_FORMAT, key->integer);
      return walk_named (walk, number, strlen (number), value, error);
    }

  if (is_container (value))
    skip (walk, key, value);
  return TRUE;
}

static gboolean
walk_pairs (Walk *walk, const TlPickleValue *dict, GError **error)
{
  guint n;
  TlPickleValue **pairs = tl_pickle_pairs (dict, &n);

  for (guint i = 0; i + 1 < n; i += 2)
    if (!walk_pair (walk, pairs[i], pairs[i + 1], error))
      return FALSE;

  return TRUE;
}

static gboolean
walk_elements (Walk *walk, const TlPickleValue *list, GError **error)
{
  guint n;
  TlPickleValue **elements = tl_pickle_elements (list, &n);

  for (guint i = 0; i < n; i++)
    {
      char number[24];

      g_snprintf (number, sizeof number, "%u", i);
      if (!walk_named (walk, number, strlen (number), elements[i], error))
        return FALSE;
    }

  return TRUE;
}

/* A whole module that was pickled: parameters, buffers and modules in one namespace, hooks and the
 * rest left alone. */
static gboolean
walk_module (Walk *walk, const TlPickleValue *state, gboolean *is_module, GError **error)
{
  *is_module = FALSE;
  for (guint i = 0; i < G_N_ELEMENTS (module_parts); i++)
    {
      TlPickleValue *part = tl_pickle_find (state, module_parts[i]);

      if (part == NULL)
        continue;
      *is_module = TRUE;
      if (!walk_pairs (walk, part, error))
        return FALSE;
    }

  return TRUE;
}

/* TorchScript modules are objects whose state holds their attributes by name. The state of an
 * OrderedDict is bookkeeping. */
static gboolean
walk_object (Walk *walk, const TlPickleValue *object, GError **error)
{
  const TlPickleValue *state = object->items[TL_PICKLE_STATE];
  gboolean is_module;

  if (!walk_pairs (walk, object, error) || !walk_elements (walk, object, error))
    return FALSE;
  if (state == NULL || object->n > TL_PICKLE_CONTENTS
      || tl_pickle_is_global (object->items[TL_PICKLE_CALLABLE], "collections", "OrderedDict"))
    return TRUE;
  if (!walk_module (walk, state, &is_module, error))
    return FALSE;

  return is_module || walk_pairs (walk, state, error);
}

static gboolean
is_optimizer (const TlPickleValue *value)
{
  return tl_pickle_find (value, "param_groups") != NULL && tl_pickle_find (value, "state") != NULL;
}

static gboolean
walk_container (Walk *walk, TlPickleValue *value, GError **error)
{
  if (value->kind == TL_PICKLE_OBJECT)
    return walk_object (walk, value, error);
  if (value->kind == TL_PICKLE_DICT)
    return walk_pairs (walk, value, error);

  return walk_elements (walk, value, error);
}

/* What a value holds is looked through each time it is reached, whether anything in it has a name
 * or not. */
static gboolean
pay_for (Walk *walk, const TlPickleValue *value, GError **error)
{
  const TlPickleValue *state =
    value->kind == TL_PICKLE_OBJECT ? value->items[TL_PICKLE_STATE] : NULL;
  gsize n = (gsize) value->n + (state != NULL && is_container (state) ? state->n : 0);

  if (n > walk->n_items_left)
    return fail (walk, _ ("is reached along far too many ways"), error);
  walk->n_items_left -= n;
  return TRUE;
}

static gboolean
walk_value (Walk *walk, TlPickleValue *value, GError **error)
{
  gboolean is_done;

  if (tl_rebuild_recognise (value))
    return tl_rebuild_tensor (value, walk->path->str, walk->storages, walk->blobs, error);
  if (value->flags & TL_PICKLE_BUSY)
    return fail (walk, _ ("contains itself"), error);
  if (walk->depth >= MAX_DEPTH)
    return fail (walk, _ ("is nested too deeply"), error);
  if (!pay_for (walk, value, error))
    return FALSE;
  if (is_optimizer (value))
    {
      tl_blobs_skip (walk->blobs, walk->path->str,
                     tl_graph_measure (value, PASS_SKIPPED, walk->storages));
      return TRUE;
    }

  value->flags |= TL_PICKLE_BUSY;
  walk->depth++;
  is_done = walk_container (walk, value, error);
  walk->depth--;
  value->flags &= ~TL_PICKLE_BUSY;
  return is_done;
}

/* The dictionary that holds the model, if the file has one around it. */
static TlPickleValue *
find_wrapped (TlPickleValue *root, const TlStorages *storages)
{
  for (guint i = 0; i < G_N_ELEMENTS (wrappers); i++)
    {
      TlPickleValue *value = tl_pickle_find (root, wrappers[i]);

      if (value != NULL && is_container (take_off_tags (value))
          && tl_graph_measure (value, PASS_WRAPPER + i, storages) > 0)
        return value;
    }

  return NULL;
}

static gboolean
is_beside_model (const TlPickleValue *key)
{
  for (guint i = 0; i < G_N_ELEMENTS (beside_model); i++)
    if (tl_pickle_is_text (key, beside_model[i]))
      return TRUE;

  return FALSE;
}

/* Everything beside a wrapped model is skipped: names of its own averaged copy, say, would mix with
 * the model's. */
static gboolean
walk_root_pair (Walk *walk, TlPickleValue *key, TlPickleValue *value, TlPickleValue *wrapped,
                GError **error)
{
  if (value == wrapped)
    return TRUE;
  if (!is_container (take_off_tags (value)))
    return wrapped != NULL || walk_pair (walk, key, value, error);
  if (wrapped == NULL && !is_beside_model (key))
    return walk_pair (walk, key, value, error);

  skip (walk, key, value);
  return TRUE;
}

static gboolean
walk_root (Walk *walk, TlPickleValue *root, GError **error)
{
  guint n;
  TlPickleValue **pairs = tl_pickle_pairs (root, &n);
  TlPickleValue *wrapped = find_wrapped (root, walk->storages);

  if (tl_rebuild_recognise (root))
    g_string_assign (walk->path, "tensor");
  else if (!is_container (root))
    return TRUE;
  if (n == 0)
    return walk_value (walk, root, error);
  if (wrapped != NULL && !walk_value (walk, take_off_tags (wrapped), error))
    return FALSE;

  for (guint i = 0; i + 1 < n; i += 2)
    if (!walk_root_pair (walk, pairs[i], pairs[i + 1], wrapped, error))
      return FALSE;

  return TRUE;
}

/* How many visits it takes to come by every reference once. Collecting never enters the arguments
 * of the calls that make tensors, which are most of an honest file, so that it stays far below this
 * even where whole modules are shared. */
static gsize
count_references (TlPickle *pickle)
{
  gsize n_values = tl_pickle_get_n_values (pickle), n = 64;

  for (gsize i = 0; i < n_values; i++)
    {
      const TlPickleValue *value = tl_pickle_get_value (pickle, i);

      if (value->kind >= TL_PICKLE_TUPLE)
        n += value->n;
    }

  return n;
}

gboolean
tl_graph_collect (TlPickle *pickle, const TlStorages *storages, TlBlobs *blobs, GError **error)
{
  g_autoptr (GString) path = g_string_new (NULL);
  Walk walk = { storages, blobs, path };

  walk.n_visits_left = count_references (pickle);
  walk.n_items_left = 4 * walk.n_visits_left;
  return walk_root (&walk, take_off_tags (tl_pickle_get_root (pickle)), error);
}
