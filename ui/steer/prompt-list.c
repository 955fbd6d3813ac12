/* prompt-list.c - the prompt as rows
 *
 * Rows live in a GListStore; what joins them into one text - which segment a row is of, and the
 * keyframe that a segment begins with - stands here. After every change the whole text is read
 * once: hints go to the rows they are about, and rows that differ from the run are marked.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "config.h"
#include "ui/steer/prompt-list.h"

#include "ui/steer/assets.h"
#include "ui/steer/split.h"

#include <glib/gi18n-lib.h>
#include <math.h>

struct _TlPromptList
{
  GObject parent_instance;

  GListStore *items;
  GPtrArray *keyframes; /* (element-type utf8): of each segment: "" or "@400~50" */
  GPtrArray *assets;    /* (element-type TlAsset) */
  TlPrompt *reference;  /* (nullable) */
  TlPrompt *prompt;     /* as it was read last, with hints */
  gboolean is_changing; /* several changes are one: see begin_change() */
};

static guint changed_signal;

static void list_model_init (GListModelInterface *interface);

G_DEFINE_FINAL_TYPE_WITH_CODE (TlPromptList, tl_prompt_list, G_TYPE_OBJECT,
                               G_IMPLEMENT_INTERFACE (G_TYPE_LIST_MODEL, list_model_init))

static guint
get_n_items (TlPromptList *self)
{
  return g_list_model_get_n_items (G_LIST_MODEL (self->items));
}

/* Borrowed: the store keeps it. */
static TlClauseItem *
get_item (TlPromptList *self, guint position)
{
  g_autoptr (TlClauseItem) item = g_list_model_get_item (G_LIST_MODEL (self->items), position);

  return item;
}

static const char *
get_keyframe (TlPromptList *self, guint segment)
{
  return segment < self->keyframes->len ? g_ptr_array_index (self->keyframes, segment) : "";
}

/* --- Reading ------------------------------------------------------------------------------- */

static guint
count_clauses (const char *source)
{
  g_autoptr (TlPrompt) prompt = tl_prompt_parse (source);

  return tl_prompt_is_empty (prompt) ? 0 : tl_prompt_get_segment (prompt, 0)->n_clauses;
}

static gboolean
is_about (const TlHint *hint, gint segment, guint first, guint n)
{
  return hint->segment == segment && hint->clause >= (gint) first
         && hint->clause < (gint) (first + n);
}

/* Of a picture that the prompt names and nobody has brought. */
static gboolean
is_missing (TlPromptList *self, TlClauseItem *item)
{
  return tl_clause_item_get_kind (item) == TL_CLAUSE_IMAGE
         && !tl_assets_have (self->assets, tl_clause_item_get_words (item));
}

static void
give_missing_hint (TlClauseItem *item)
{
  g_autofree char *message =
    g_strdup_printf (_ ("There is no picture “%s” in this session, so nothing steers towards it."),
                     tl_clause_item_get_words (item));
  const TlHint hint = { .message = message, .fix_label = (char *) _ ("Choose…") };

  tl_clause_item_set_hint (item, &hint);
}

static gboolean
has_words (TlPromptList *self, guint segment)
{
  for (guint i = 0; i < get_n_items (self); i++)
    {
      TlClauseItem *item = get_item (self, i);
      g_autofree char *source = tl_clause_item_dup_source (item);

      if (tl_clause_item_get_segment (item) == segment && *source != '\0')
        return TRUE;
    }
  return FALSE;
}

/* A row that is being typed in is left alone until it is committed. Hints count the segments that
 * have words. */
static void
give_hints (TlPromptList *self)
{
  const GPtrArray *hints = tl_prompt_get_hints (self->prompt);
  guint segment = 0, read = 0, first = 0;

  for (guint i = 0; i < get_n_items (self); i++)
    {
      TlClauseItem *item = get_item (self, i);
      g_autofree char *source = tl_clause_item_dup_source (item);
      guint n = count_clauses (source);
      const TlHint *found = NULL;

      if (tl_clause_item_get_segment (item) != segment)
        {
          read += has_words (self, segment);
          first = 0;
        }
      segment = tl_clause_item_get_segment (item);
      for (guint j = 0; j < hints->len && found == NULL; j++)
        if (is_about (g_ptr_array_index (hints, j), (gint) read, first, n))
          found = g_ptr_array_index (hints, j);
      if (found == NULL && !tl_clause_item_has_draft (item) && is_missing (self, item))
        give_missing_hint (item);
      else
        tl_clause_item_set_hint (item, tl_clause_item_has_draft (item) ? NULL : found);
      first += n;
    }
}

static void
mark_changed (TlPromptList *self)
{
  for (guint i = 0; i < get_n_items (self); i++)
    {
      TlClauseItem *item = get_item (self, i);
      g_autofree char *source = tl_clause_item_dup_source (item);

      tl_clause_item_set_changed (item, self->reference != NULL && *source != '\0'
                                          && !tl_clause_item_is_in (item, self->reference));
    }
}

static void
changed (TlPromptList *self)
{
  if (self->is_changing)
    return;

  g_clear_pointer (&self->prompt, tl_prompt_unref);
  self->prompt = tl_prompt_list_dup_prompt (self);
  give_hints (self);
  mark_changed (self);
  g_signal_emit (self, changed_signal, 0);
}

static void
begin_change (TlPromptList *self)
{
  self->is_changing = TRUE;
}

/* The parser drops segments without words, so they are none here either: those after them move up,
 * their keyframes go, and what is left of their rows joins the segment before. */
static void
close_up (TlPromptList *self)
{
  GPtrArray *keyframes = g_ptr_array_new_with_free_func (g_free);
  gint last = -1;

  for (guint i = 0; i < get_n_items (self); i++)
    {
      TlClauseItem *item = get_item (self, i);
      guint segment = tl_clause_item_get_segment (item);

      if ((gint) segment != last && has_words (self, segment))
        {
          /* The first one begins the run, whatever it said. */
          g_ptr_array_add (keyframes, g_strdup (last < 0 ? "" : get_keyframe (self, segment)));
          last = (gint) segment;
        }
      tl_clause_item_set_segment (item, MAX (keyframes->len, 1) - 1);
    }
  if (last < 0)
    g_ptr_array_add (keyframes, g_strdup (""));
  g_ptr_array_unref (self->keyframes);
  self->keyframes = keyframes;
}

static void
end_change (TlPromptList *self)
{
  close_up (self);
  for (guint i = 0; i < get_n_items (self); i++)
    tl_clause_item_set_number (get_item (self, i), i + 1);
  self->is_changing = FALSE;
  changed (self);
}

/* --- Rows ---------------------------------------------------------------------------------- */

static void
insert_item (TlPromptList *self, guint position, TlClauseItem *item, guint segment)
{
  tl_clause_item_set_segment (item, segment);
  tl_clause_item_set_number (item, position + 1);
  g_signal_connect_object (item, "notify::text", G_CALLBACK (changed), self, G_CONNECT_SWAPPED);
  g_list_store_insert (self->items, position, item);
}

static void
insert_source (TlPromptList *self, guint position, const char *source, guint segment)
{
  g_autoptr (TlClauseItem) item = tl_clause_item_new (source);

  insert_item (self, position, item, segment);
}

static guint
find_position (TlPromptList *self, TlClauseItem *item)
{
  guint position = 0;
  gboolean is_found = g_list_store_find (self->items, item, &position);

  g_return_val_if_fail (is_found, 0);
  return position;
}

static void
remove_at (TlPromptList *self, guint position)
{
  g_signal_handlers_disconnect_by_data (get_item (self, position), self);
  g_list_store_remove (self->items, position);
}

/* Puts the clauses of @text in at @position; returns where they end. */
static guint
insert_text (TlPromptList *self, guint position, const char *text, guint segment)
{
  g_auto (GStrv) segments = tl_prompt_split_segments (text);

  for (guint i = 0; segments[i] != NULL; i++)
    {
      char *keyframe;
      const char *rest = tl_prompt_cut_keyframe (segments[i], &keyframe);
      g_auto (GStrv) clauses = tl_prompt_split_clauses (i == 0 ? segments[i] : rest);

      /* The first one goes on with the segment that is there. */
      if (i > 0)
        g_ptr_array_insert (self->keyframes, MIN (segment + i, self->keyframes->len), keyframe);
      else
        g_free (keyframe);
      for (guint j = 0; clauses[j] != NULL; j++)
        insert_source (self, position++, clauses[j], segment + i);
    }
  return position;
}

static void
keep_one_row (TlPromptList *self)
{
  if (get_n_items (self) == 0)
    insert_source (self, 0, "", 0);
}

/* A row whose draft holds several clauses becomes several; the row itself stays the first. */
static guint
commit_item (TlPromptList *self, guint position)
{
  TlClauseItem *item = get_item (self, position);
  g_autofree char *source = tl_clause_item_dup_source (item);
  guint segment = tl_clause_item_get_segment (item);
  guint n_segments = self->keyframes->len;
  guint end;

  if (!tl_clause_item_has_draft (item))
    return position + 1;

  end = insert_text (self, position + 1, source, segment);
  if (end == position + 1)
    {
      tl_clause_item_set_source (item, "");
      return end;
    }
  for (guint i = end; i < get_n_items (self); i++)
    {
      TlClauseItem *later = get_item (self, i);

      tl_clause_item_set_segment (later, tl_clause_item_get_segment (later) + self->keyframes->len
                                           - n_segments);
    }
  {
    g_autofree char *first = tl_clause_item_dup_source (get_item (self, position + 1));

    tl_clause_item_set_source (item, first);
  }
  remove_at (self, position + 1);
  return end - 1;
}

/* --- GObject ------------------------------------------------------------------------------- */

static GType
get_item_type (GListModel *model)
{
  return TL_TYPE_CLAUSE_ITEM;
}

static guint
get_n (GListModel *model)
{
  return get_n_items (TL_PROMPT_LIST (model));
}

static gpointer
get_nth (GListModel *model, guint position)
{
  return g_list_model_get_item (G_LIST_MODEL (TL_PROMPT_LIST (model)->items), position);
}

static void
list_model_init (GListModelInterface *interface)
{
  interface->get_item_type = get_item_type;
  interface->get_n_items = get_n;
  interface->get_item = get_nth;
}

static void
tl_prompt_list_finalize (GObject *object)
{
  TlPromptList *self = TL_PROMPT_LIST (object);

  g_object_unref (self->items);
  g_ptr_array_unref (self->keyframes);
  g_ptr_array_unref (self->assets);
  g_clear_pointer (&self->reference, tl_prompt_unref);
  g_clear_pointer (&self->prompt, tl_prompt_unref);

  G_OBJECT_CLASS (tl_prompt_list_parent_class)->finalize (object);
}

static void
tl_prompt_list_class_init (TlPromptListClass *class)
{
  G_OBJECT_CLASS (class)->finalize = tl_prompt_list_finalize;
  changed_signal = g_signal_new ("changed", G_TYPE_FROM_CLASS (class), G_SIGNAL_RUN_LAST, 0, NULL,
                                 NULL, NULL, G_TYPE_NONE, 0);
}

static void
tl_prompt_list_init (TlPromptList *self)
{
  self->items = g_list_store_new (TL_TYPE_CLAUSE_ITEM);
  self->keyframes = g_ptr_array_new_with_free_func (g_free);
  self->assets = tl_assets_new ();
  g_ptr_array_add (self->keyframes, g_strdup (""));
  keep_one_row (self);
  g_signal_connect_swapped (self->items, "items-changed", G_CALLBACK (g_list_model_items_changed),
                            self);
}

TlPromptList *
tl_prompt_list_new (void)
{
  return g_object_new (TL_TYPE_PROMPT_LIST, NULL);
}

char *
tl_prompt_list_dup_text (TlPromptList *self)
{
  GString *text = g_string_new (NULL);
  guint segment = 0;

  for (guint i = 0; i < get_n_items (self); i++)
    {
      TlClauseItem *item = get_item (self, i);
      g_autofree char *source = tl_clause_item_dup_source (item);
      gboolean is_first = text->len == 0;

      if (*source == '\0')
        continue;
      if (!is_first)
        g_string_append (text, segment == tl_clause_item_get_segment (item) ? " | " : " ^ ");
      if (!is_first && segment != tl_clause_item_get_segment (item))
        {
          const char *keyframe = get_keyframe (self, tl_clause_item_get_segment (item));

          g_string_append_printf (text, "%s%s", keyframe, *keyframe != '\0' ? " " : "");
        }
      g_string_append (text, source);
      segment = tl_clause_item_get_segment (item);
    }
  return g_string_free (text, FALSE);
}

void
tl_prompt_list_set_text (TlPromptList *self, const char *text)
{
  begin_change (self);
  while (get_n_items (self) > 0)
    remove_at (self, get_n_items (self) - 1);
  g_ptr_array_set_size (self->keyframes, 1);
  insert_text (self, 0, text, 0);
  keep_one_row (self);
  end_change (self);
}

TlPrompt *
tl_prompt_list_dup_prompt (TlPromptList *self)
{
  g_autofree char *text = tl_prompt_list_dup_text (self);

  return tl_prompt_parse (text);
}

const TlHint *
tl_prompt_list_get_hint (TlPromptList *self, gboolean any)
{
  const GPtrArray *hints = self->prompt != NULL ? tl_prompt_get_hints (self->prompt) : NULL;

  for (guint i = 0; hints != NULL && i < hints->len; i++)
    {
      const TlHint *hint = g_ptr_array_index (hints, i);

      if (any || hint->clause < 0)
        return hint;
    }
  return NULL;
}

TlClauseItem *
tl_prompt_list_add (TlPromptList *self, const char *source)
{
  guint n = get_n_items (self);
  TlClauseItem *last = get_item (self, n - 1);
  g_autofree char *last_source = tl_clause_item_dup_source (last);
  guint segment = tl_clause_item_get_segment (last);

  begin_change (self);
  if (*last_source == '\0')
    {
      remove_at (self, n - 1);
      n--;
    }
  insert_source (self, n, source, segment);
  end_change (self);
  return get_item (self, n);
}

/* (nullable): the first row that asks for a picture of this name, which is not here */
static TlClauseItem *
find_missing (TlPromptList *self, const char *name)
{
  for (guint i = 0; i < get_n_items (self); i++)
    {
      TlClauseItem *item = get_item (self, i);

      if (is_missing (self, item) && g_str_equal (tl_clause_item_get_words (item), name))
        return item;
    }
  return NULL;
}

TlClauseItem *
tl_prompt_list_add_image (TlPromptList *self, TlAsset *asset)
{
  TlClause clause = { .kind = TL_CLAUSE_IMAGE, .weight = 1, .stop = -INFINITY };
  g_autoptr (TlAsset) named = NULL;
  g_autofree char *source = NULL;
  TlClauseItem *missing;

  tl_prompt_list_commit (self);
  missing = find_missing (self, tl_asset_get_name (asset));
  if (missing != NULL)
    {
      guint position = find_position (self, missing);

      tl_prompt_list_bring_image (self, tl_asset_get_name (asset), asset);
      return get_item (self, position);
    }
  named = tl_assets_name_apart (self->assets, asset);
  tl_prompt_list_set_asset (self, named);
  clause.text = (char *) tl_asset_get_name (named);
  source = tl_clause_print (&clause);
  return tl_prompt_list_add (self, source);
}

void
tl_prompt_list_bring_image (TlPromptList *self, const char *name, TlAsset *asset)
{
  g_autoptr (TlAsset) named = tl_asset_new_alias (asset, name);
  g_autofree char *text = NULL;

  tl_prompt_list_commit (self);
  tl_prompt_list_set_asset (self, named);
  text = tl_prompt_list_dup_text (self);
  tl_prompt_list_set_text (self, text);
}

void
tl_prompt_list_remove (TlPromptList *self, TlClauseItem *item)
{
  begin_change (self);
  remove_at (self, find_position (self, item));
  keep_one_row (self);
  end_change (self);
}

void
tl_prompt_list_move (TlPromptList *self, TlClauseItem *item, gint by)
{
  g_autoptr (TlClauseItem) kept = g_object_ref (item);
  gint from = find_position (self, item);
  gint to = CLAMP (from + by, 0, (gint) get_n_items (self) - 1);
  guint segment = tl_clause_item_get_segment (get_item (self, to));

  if (to == from)
    return;
  begin_change (self);
  remove_at (self, from);
  insert_item (self, to, kept, segment);
  end_change (self);
}

void
tl_prompt_list_split (TlPromptList *self, TlClauseItem *item, gsize bytes)
{
  const char *text = tl_clause_item_get_text (item);
  g_autofree char *head = g_strstrip (g_strndup (text, bytes));
  g_autofree char *tail = g_strstrip (g_strdup (text + strlen (head)));
  guint segment = tl_clause_item_get_segment (item);

  begin_change (self);
  tl_clause_item_set_text (item, head);
  insert_source (self, find_position (self, item) + 1, tail, segment);
  end_change (self);
}

void
tl_prompt_list_commit (TlPromptList *self)
{
  gboolean has_draft = FALSE;

  for (guint i = 0; i < get_n_items (self); i++)
    has_draft |= tl_clause_item_has_draft (get_item (self, i));
  if (!has_draft)
    return;

  begin_change (self);
  for (guint i = 0; i < get_n_items (self);)
    i = commit_item (self, i);
  end_change (self);
}

void
tl_prompt_list_set_reference (TlPromptList *self, TlPrompt *prompt)
{
  g_clear_pointer (&self->reference, tl_prompt_unref);
  if (prompt != NULL)
    self->reference = tl_prompt_ref (prompt);
  mark_changed (self);
}

void
tl_prompt_list_set_asset (TlPromptList *self, TlAsset *asset)
{
  tl_assets_set (self->assets, asset);
}

GPtrArray *
tl_prompt_list_dup_assets (TlPromptList *self, TlPrompt *prompt)
{
  return tl_assets_dup_named (self->assets, prompt);
}

TlAsset *
tl_prompt_list_find_asset (TlPromptList *self, const char *name)
{
  return tl_assets_find (self->assets, name);
}

char *
tl_prompt_list_dup_segment_title (TlPromptList *self, guint segment)
{
  return tl_prompt_title_keyframe (get_keyframe (self, segment));
}
