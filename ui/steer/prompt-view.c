/* prompt-view.c - the prompt, as rows or as one text
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "config.h"
#include "ui/steer/prompt-view.h"

#include "ui/images.h"
#include "ui/inner-button.h"
#include "ui/steer/history.h"
#include "ui/steer/image-clause.h"
#include "ui/steer/prompt-row.h"

#define THUMBNAIL_SIZE 96

struct _TlPromptView
{
  GtkWidget parent_instance;

  TlPromptList *list;
  TlHistory *history;
  gint history_position; /* -1: not in the history */
  char *history_draft;   /* what stood there before */
  TlTokenizer *tokenizer;
  guint context;
  gboolean as_text;
  gboolean is_typing; /* the text says what the list is to be, not the list what the text is */

  GtkListBox *rows;
  GtkTextView *text;
  GtkWidget *hint_line;
  GtkLabel *hint;
  GtkButton *fix;
  GtkLabel *meter;
  GtkListView *history_list;
  GtkMenuButton *history_button;
  GtkSearchEntry *history_search;
  GtkFilterListModel *history_model;
};

enum
{
  PROP_LIST = 1,
  PROP_AS_TEXT,
};

G_DEFINE_FINAL_TYPE (TlPromptView, tl_prompt_view, GTK_TYPE_WIDGET)

/* --- Rows ---------------------------------------------------------------------------------- */

static TlPromptRow *
get_row (TlPromptView *self, guint number)
{
  GtkListBoxRow *row = gtk_list_box_get_row_at_index (self->rows, number - 1);

  return row != NULL ? TL_PROMPT_ROW (row) : NULL;
}

/* Borrowed: the list keeps it. */
static TlClauseItem *
get_item (TlPromptView *self, guint number)
{
  g_autoptr (TlClauseItem) item = g_list_model_get_item (G_LIST_MODEL (self->list), number - 1);

  return item;
}

static void
thumbnail_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (TlPromptRow) row = user_data;
  /* It was seen to be a picture when it came in; without a thumbnail the row still has its name. */
  g_autoptr (GdkTexture) texture = tl_image_thumbnail_finish (result, NULL);

  if (texture != NULL)
    tl_prompt_row_set_thumbnail (row, GDK_PAINTABLE (texture));
}

static GtkWidget *
create_row (gpointer item, gpointer user_data)
{
  TlPromptView *self = user_data;
  GtkWidget *row = tl_prompt_row_new (item);
  TlAsset *asset = NULL;

  if (tl_clause_item_get_kind (item) == TL_CLAUSE_IMAGE)
    asset = tl_prompt_list_find_asset (self->list, tl_clause_item_get_words (item));
  if (asset != NULL && tl_asset_get_bytes (asset) != NULL)
    tl_image_thumbnail_async (asset, THUMBNAIL_SIZE, thumbnail_cb, g_object_ref (row));
  return row;
}

static void
update_header (GtkListBoxRow *row, GtkListBoxRow *before, gpointer user_data)
{
  TlPromptView *self = user_data;
  guint segment = tl_clause_item_get_segment (tl_prompt_row_get_item (TL_PROMPT_ROW (row)));
  guint before_segment = 0;
  g_autofree char *title = NULL;
  GtkWidget *label;

  if (before != NULL)
    before_segment = tl_clause_item_get_segment (tl_prompt_row_get_item (TL_PROMPT_ROW (before)));
  if (segment == before_segment)
    {
      gtk_list_box_row_set_header (row, NULL);
      return;
    }
  title = tl_prompt_list_dup_segment_title (self->list, segment);
  label = gtk_label_new (title);
  gtk_label_set_xalign (GTK_LABEL (label), 0);
  gtk_widget_add_css_class (label, "segment-title");
  gtk_list_box_row_set_header (row, label);
}

/* --- Meter --------------------------------------------------------------------------------- */

/* Of the row that is worked on, else of the longest. */
static void
update_meter (TlPromptView *self)
{
  guint room = self->context > 2 ? self->context - 2 : 0;
  guint n_tokens = 0;
  gboolean has_focus = FALSE;
  g_autofree char *text = NULL;
  TlPromptRow *row;

  for (guint i = 1; (row = get_row (self, i)) != NULL; i++)
    {
      gboolean is_focused =
        (gtk_widget_get_state_flags (GTK_WIDGET (row)) & GTK_STATE_FLAG_FOCUS_WITHIN) != 0;

      tl_prompt_row_measure (row, self->tokenizer, self->context);
      if (is_focused || (!has_focus && tl_prompt_row_get_n_tokens (row) > n_tokens))
        n_tokens = tl_prompt_row_get_n_tokens (row);
      has_focus |= is_focused;
    }
  text = g_strdup_printf ("%u/%u", n_tokens, room);
  gtk_label_set_label (self->meter, text);
  gtk_widget_set_visible (GTK_WIDGET (self->meter), self->tokenizer != NULL);
  if (n_tokens > room)
    gtk_widget_add_css_class (GTK_WIDGET (self->meter), "warning");
  else
    gtk_widget_remove_css_class (GTK_WIDGET (self->meter), "warning");
}

/* --- As text ------------------------------------------------------------------------------- */

static char *
dup_typed (TlPromptView *self)
{
  GtkTextBuffer *buffer = gtk_text_view_get_buffer (self->text);
  GtkTextIter start, end;

  gtk_text_buffer_get_bounds (buffer, &start, &end);
  return gtk_text_buffer_get_text (buffer, &start, &end, FALSE);
}

static void
text_typed_cb (GtkTextBuffer *buffer, TlPromptView *self)
{
  g_autofree char *typed = dup_typed (self);
  g_autofree char *now = tl_prompt_list_dup_text (self->list);

  if (g_str_equal (typed, now))
    return;
  self->is_typing = TRUE;
  tl_prompt_list_set_text (self->list, typed);
  self->is_typing = FALSE;
}

static void
show_text (TlPromptView *self)
{
  GtkTextBuffer *buffer = gtk_text_view_get_buffer (self->text);
  g_autofree char *text = tl_prompt_list_dup_text (self->list);
  g_autofree char *typed = dup_typed (self);

  /* The cursor stays where nothing changes. */
  if (g_str_equal (text, typed))
    return;
  g_signal_handlers_block_by_func (buffer, text_typed_cb, self);
  gtk_text_buffer_set_text (buffer, text, -1);
  g_signal_handlers_unblock_by_func (buffer, text_typed_cb, self);
}

/* Rows show what is odd about them; as one text, the first odd thing stands for all. */
static void
update_hint (TlPromptView *self)
{
  const TlHint *hint = tl_prompt_list_get_hint (self->list, self->as_text);
  gboolean has_fix = hint != NULL && hint->fix != NULL && hint->fix_label != NULL;

  gtk_widget_set_visible (self->hint_line, hint != NULL);
  gtk_label_set_label (self->hint, hint != NULL ? hint->message : "");
  gtk_widget_set_visible (GTK_WIDGET (self->fix), has_fix);
  gtk_button_set_label (self->fix, has_fix ? hint->fix_label : "");
}

static gboolean
text_key_cb (GtkEventControllerKey *controller, guint keyval, guint keycode, GdkModifierType state,
             TlPromptView *self)
{
  /* A prompt is one line; the view wraps it. Keys of actions do not come here. */
  return keyval == GDK_KEY_Return || keyval == GDK_KEY_KP_Enter;
}

/* --- History ------------------------------------------------------------------------------- */

static void
walk_history (TlPromptView *self, gint by)
{
  gint position = MAX (-1, self->history_position + by);
  const char *prompt;

  if (self->history_position < 0)
    {
      g_free (self->history_draft);
      self->history_draft = tl_prompt_list_dup_text (self->list);
      /* What stands there is often the newest one itself. */
      if (by > 0 && g_strcmp0 (tl_history_get (self->history, 0), self->history_draft) == 0)
        position = 1;
    }
  prompt = position >= 0 ? tl_history_get (self->history, position) : self->history_draft;
  if (prompt == NULL)
    return;

  tl_prompt_list_set_text (self->list, prompt);
  self->history_position = position;
  tl_prompt_view_focus (self, FALSE);
}

static gboolean
history_key_cb (GtkEventControllerKey *controller, guint keyval, guint keycode,
                GdkModifierType state, TlPromptView *self)
{
  if ((state & GDK_ALT_MASK) == 0 || (keyval != GDK_KEY_Up && keyval != GDK_KEY_Down))
    return GDK_EVENT_PROPAGATE;
  walk_history (self, keyval == GDK_KEY_Up ? 1 : -1);
  return GDK_EVENT_STOP;
}

static void
history_chosen_cb (GtkListView *view, guint position, TlPromptView *self)
{
  g_autoptr (GtkStringObject) chosen =
    g_list_model_get_item (G_LIST_MODEL (self->history_model), position);

  gtk_menu_button_popdown (self->history_button);
  tl_prompt_list_set_text (self->list, gtk_string_object_get_string (chosen));
  tl_prompt_view_focus (self, FALSE);
}

static void
history_changed (TlPromptView *self)
{
  GListModel *model = tl_history_get_model (self->history);

  gtk_widget_set_visible (GTK_WIDGET (self->history_button), g_list_model_get_n_items (model) > 0);
}

static gboolean
dropped_cb (GtkDropTarget *target, const GValue *value, gdouble x, gdouble y, TlPromptView *self)
{
  return tl_image_clause_drop (self->list, GTK_WIDGET (self), value);
}

/* --- Actions ------------------------------------------------------------------------------- */

static void
add_text_action (GtkWidget *widget, const char *name, GVariant *parameter)
{
  TlPromptView *self = TL_PROMPT_VIEW (widget);
  TlClauseItem *item = tl_prompt_list_add (self->list, "");

  tl_prompt_row_focus_text (get_row (self, tl_clause_item_get_number (item)), FALSE);
}

static void
add_image_action (GtkWidget *widget, const char *name, GVariant *parameter)
{
  tl_image_clause_choose (TL_PROMPT_VIEW (widget)->list, widget, NULL);
}

static void
commit_action (GtkWidget *widget, const char *name, GVariant *parameter)
{
  tl_prompt_list_commit (TL_PROMPT_VIEW (widget)->list);
}

static void
remove_action (GtkWidget *widget, const char *name, GVariant *parameter)
{
  TlPromptView *self = TL_PROMPT_VIEW (widget);
  guint number = g_variant_get_uint32 (parameter);
  TlPromptRow *next;

  tl_prompt_list_remove (self->list, get_item (self, number));
  next = get_row (self, number);
  tl_prompt_row_focus_text (next != NULL ? next : get_row (self, MAX (number - 1, 1)), FALSE);
}

static void
move_action (GtkWidget *widget, const char *name, GVariant *parameter)
{
  TlPromptView *self = TL_PROMPT_VIEW (widget);
  TlClauseItem *item = get_item (self, g_variant_get_uint32 (parameter));

  tl_prompt_list_move (self->list, item, g_str_equal (name, "prompt.move-up") ? -1 : 1);
  tl_prompt_row_focus_text (get_row (self, tl_clause_item_get_number (item)), FALSE);
}

/* The hint of a row, or that below them all. */
static void
fix_action (GtkWidget *widget, const char *name, GVariant *parameter)
{
  TlPromptView *self = TL_PROMPT_VIEW (widget);
  guint number = g_variant_get_uint32 (parameter);
  TlClauseItem *item = number > 0 ? get_item (self, number) : NULL;
  const TlHint *hint = item == NULL ? tl_prompt_list_get_hint (self->list, self->as_text) : NULL;
  g_autofree char *fix = g_strdup (item != NULL   ? tl_clause_item_get_fix (item)
                                   : hint != NULL ? hint->fix
                                                  : NULL);

  if (fix == NULL && item != NULL && tl_clause_item_get_kind (item) == TL_CLAUSE_IMAGE)
    tl_image_clause_choose (self->list, widget, tl_clause_item_get_words (item));
  if (fix == NULL)
    return;
  tl_prompt_list_set_text (self->list, fix);
  if (!self->as_text && get_row (self, number) != NULL)
    tl_prompt_row_focus_text (get_row (self, number), FALSE);
  else
    tl_prompt_view_focus (self, FALSE);
}

static void
split_action (GtkWidget *widget, const char *name, GVariant *parameter)
{
  TlPromptView *self = TL_PROMPT_VIEW (widget);
  guint number, bytes;

  g_variant_get (parameter, "(uu)", &number, &bytes);
  tl_prompt_list_split (self->list, get_item (self, number), bytes);
}

static void
list_changed (TlPromptView *self)
{
  g_autofree char *text = tl_prompt_list_dup_text (self->list);

  if (self->history_position >= 0
      && g_strcmp0 (tl_history_get (self->history, self->history_position), text) != 0)
    self->history_position = -1;
  if (self->as_text && !self->is_typing)
    show_text (self);
  gtk_list_box_invalidate_headers (self->rows);
  update_meter (self);
  update_hint (self);
}

static void
set_as_text (TlPromptView *self, gboolean as_text)
{
  if (self->as_text == as_text)
    return;

  self->as_text = as_text;
  tl_prompt_list_commit (self->list);
  show_text (self);
  update_hint (self);
  g_object_notify (G_OBJECT (self), "as-text");
  tl_prompt_view_focus (self, FALSE);
}

/* --- GObject ------------------------------------------------------------------------------- */

static void
tl_prompt_view_get_property (GObject *object, guint id, GValue *value, GParamSpec *pspec)
{
  TlPromptView *self = TL_PROMPT_VIEW (object);

  if (id == PROP_LIST)
    g_value_set_object (value, self->list);
  else if (id == PROP_AS_TEXT)
    g_value_set_boolean (value, self->as_text);
  else
    G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
}

static void
tl_prompt_view_set_property (GObject *object, guint id, const GValue *value, GParamSpec *pspec)
{
  if (id == PROP_AS_TEXT)
    set_as_text (TL_PROMPT_VIEW (object), g_value_get_boolean (value));
  else
    G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
}

static void
tl_prompt_view_dispose (GObject *object)
{
  TlPromptView *self = TL_PROMPT_VIEW (object);
  GtkWidget *child;

  while ((child = gtk_widget_get_first_child (GTK_WIDGET (object))) != NULL)
    gtk_widget_unparent (child);
  g_clear_object (&self->list);
  g_clear_object (&self->history);
  g_clear_pointer (&self->tokenizer, tl_tokenizer_unref);
  g_clear_pointer (&self->history_draft, g_free);

  G_OBJECT_CLASS (tl_prompt_view_parent_class)->dispose (object);
}

static void
install_actions (GtkWidgetClass *class)
{
  gtk_widget_class_install_action (class, "prompt.add-image", NULL, add_image_action);
  gtk_widget_class_install_action (class, "prompt.add-text", NULL, add_text_action);
  gtk_widget_class_install_action (class, "prompt.commit", NULL, commit_action);
  gtk_widget_class_install_action (class, "prompt.fix", "u", fix_action);
  gtk_widget_class_install_action (class, "prompt.move-down", "u", move_action);
  gtk_widget_class_install_action (class, "prompt.move-up", "u", move_action);
  gtk_widget_class_install_action (class, "prompt.remove", "u", remove_action);
  gtk_widget_class_install_action (class, "prompt.split", "(uu)", split_action);
  gtk_widget_class_install_property_action (class, "prompt.as-text", "as-text");
}

static void
bind_template (GtkWidgetClass *class)
{
  gtk_widget_class_set_template_from_resource (class, "/org/tiller/Tiller/ui/steer/prompt-view.ui");
  gtk_widget_class_bind_template_child (class, TlPromptView, fix);
  gtk_widget_class_bind_template_child (class, TlPromptView, hint);
  gtk_widget_class_bind_template_child (class, TlPromptView, hint_line);
  gtk_widget_class_bind_template_child (class, TlPromptView, history_button);
  gtk_widget_class_bind_template_child (class, TlPromptView, history_list);
  gtk_widget_class_bind_template_child (class, TlPromptView, history_model);
  gtk_widget_class_bind_template_child (class, TlPromptView, history_search);
  gtk_widget_class_bind_template_child (class, TlPromptView, meter);
  gtk_widget_class_bind_template_child (class, TlPromptView, rows);
  gtk_widget_class_bind_template_child (class, TlPromptView, text);
  gtk_widget_class_bind_template_callback (class, history_chosen_cb);
  gtk_widget_class_bind_template_callback (class, history_key_cb);
  gtk_widget_class_bind_template_callback (class, text_key_cb);
  gtk_widget_class_bind_template_callback (class, text_typed_cb);
  gtk_widget_class_bind_template_callback (class, update_meter);
}

static void
tl_prompt_view_class_init (TlPromptViewClass *class)
{
  GObjectClass *object_class = G_OBJECT_CLASS (class);

  object_class->get_property = tl_prompt_view_get_property;
  object_class->set_property = tl_prompt_view_set_property;
  object_class->dispose = tl_prompt_view_dispose;
  g_object_class_install_property (object_class, PROP_LIST,
                                   g_param_spec_object ("list", NULL, NULL, TL_TYPE_PROMPT_LIST,
                                                        G_PARAM_READABLE | G_PARAM_STATIC_STRINGS));
  g_object_class_install_property (
    object_class, PROP_AS_TEXT,
    g_param_spec_boolean ("as-text", NULL, NULL, FALSE,
                          G_PARAM_READWRITE | G_PARAM_STATIC_STRINGS | G_PARAM_EXPLICIT_NOTIFY));
  install_actions (GTK_WIDGET_CLASS (class));
  gtk_widget_class_set_layout_manager_type (GTK_WIDGET_CLASS (class), GTK_TYPE_BIN_LAYOUT);
  gtk_widget_class_set_css_name (GTK_WIDGET_CLASS (class), "prompt-view");
  bind_template (GTK_WIDGET_CLASS (class));
}

static void
tl_prompt_view_init (TlPromptView *self)
{
  GtkDropTarget *target = tl_image_drop_target_new ();

  self->list = tl_prompt_list_new ();
  self->history = tl_history_open ();
  self->history_position = -1;
  gtk_widget_init_template (GTK_WIDGET (self));

  tl_inner_button_name (self->history_button);
  tl_image_let_paste (self->text);
  gtk_list_box_bind_model (self->rows, G_LIST_MODEL (self->list), create_row, self, NULL);
  gtk_list_box_set_header_func (self->rows, update_header, self, NULL);
  gtk_filter_list_model_set_model (self->history_model, tl_history_get_model (self->history));
  g_signal_connect_object (self->list, "changed", G_CALLBACK (list_changed), self,
                           G_CONNECT_SWAPPED);
  g_signal_connect_object (tl_history_get_model (self->history), "items-changed",
                           G_CALLBACK (history_changed), self, G_CONNECT_SWAPPED);
  g_signal_connect (target, "drop", G_CALLBACK (dropped_cb), self);
  gtk_widget_add_controller (GTK_WIDGET (self), GTK_EVENT_CONTROLLER (target));
  list_changed (self);
  history_changed (self);
}

TlPromptList *
tl_prompt_view_get_list (TlPromptView *self)
{
  return self->list;
}

void
tl_prompt_view_remember (TlPromptView *self)
{
  g_autofree char *text = NULL;

  tl_prompt_list_commit (self->list);
  text = tl_prompt_list_dup_text (self->list);
  tl_history_add (self->history, text);
  self->history_position = -1;
}

void
tl_prompt_view_focus (TlPromptView *self, gboolean select)
{
  if (self->as_text)
    gtk_widget_grab_focus (GTK_WIDGET (self->text));
  else
    tl_prompt_row_focus_text (get_row (self, 1), select);
}

void
tl_prompt_view_set_tokenizer (TlPromptView *self, TlTokenizer *tokenizer, guint context)
{
  g_clear_pointer (&self->tokenizer, tl_tokenizer_unref);
  if (tokenizer != NULL)
    self->tokenizer = tl_tokenizer_ref (tokenizer);
  self->context = context;
  update_meter (self);
}
