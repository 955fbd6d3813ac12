/* prompt-row.c - a clause in the prompt list
 *
 * Everything shown is bound to the item. The words are a text view, which has no property to bind,
 * so they are carried over by hand, once in each direction.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "config.h"
#include "ui/steer/prompt-row.h"

#include "core/clip/unknown-words.h"
#include "ui/images.h"
#include "ui/inner-button.h"
#include "ui/steer/height-limit.h"
#include "ui/steer/spin.h"

#include <glib/gi18n-lib.h>
#include <math.h>

/* Ten lines: what is longer scrolls, so that the row is never taller than the window. */
#define MAX_TEXT_HEIGHT 164

#define NUDGE 0.1
#define FINE_NUDGE 0.01
#define SLIDER_STEP 0.05

struct _TlPromptRow
{
  GtkListBoxRow parent_instance;

  TlClauseItem *item;
  guint n_tokens;
  guint resize; /* idle source */
  gsize cut;    /* byte of the words from which the model does not read; 0: all is read */

  GtkTextView *text;
  GtkPicture *thumbnail;
  GtkLabel *name;
  GtkImage *direction_icon;
  GtkScale *slider;
  GtkSpinButton *weight;
  GtkSpinButton *stop;
  GtkMenuButton *menu;
  GtkWidget *cut_line;
  GtkWidget *unknown_line;
  GtkLabel *unknown;
};

enum
{
  PROP_ITEM = 1,
};

G_DEFINE_FINAL_TYPE (TlPromptRow, tl_prompt_row, GTK_TYPE_LIST_BOX_ROW)

static GtkTextBuffer *
get_buffer (TlPromptRow *self)
{
  return gtk_text_view_get_buffer (self->text);
}

static char *
dup_typed (TlPromptRow *self)
{
  GtkTextIter start, end;

  gtk_text_buffer_get_bounds (get_buffer (self), &start, &end);
  return gtk_text_buffer_get_text (get_buffer (self), &start, &end, FALSE);
}

static void
commit (TlPromptRow *self)
{
  gtk_widget_activate_action (GTK_WIDGET (self), "prompt.commit", NULL);
}

/* --- Words --------------------------------------------------------------------------------- */

static void
typed_cb (GtkTextBuffer *buffer, TlPromptRow *self)
{
  g_autofree char *typed = dup_typed (self);

  tl_clause_item_set_text (self->item, typed);
}

static void
show_text (TlPromptRow *self)
{
  g_autofree char *typed = dup_typed (self);
  const char *text = tl_clause_item_get_text (self->item);

  if (g_str_equal (typed, text))
    return;
  /* Setting a text deletes the old one first; that is nothing that someone typed. */
  g_signal_handlers_block_by_func (get_buffer (self), typed_cb, self);
  gtk_text_buffer_set_text (get_buffer (self), text, -1);
  g_signal_handlers_unblock_by_func (get_buffer (self), typed_cb, self);
}

static void
focus_left_cb (GtkEventControllerFocus *controller, TlPromptRow *self)
{
  commit (self);
}

static gboolean
text_key_cb (GtkEventControllerKey *controller, guint keyval, guint keycode, GdkModifierType state,
             TlPromptRow *self)
{
  /* Those of an action have been taken by now, or it is disabled: none is a new line. */
  if (keyval != GDK_KEY_Return && keyval != GDK_KEY_KP_Enter)
    return GDK_EVENT_PROPAGATE;
  commit (self);
  return GDK_EVENT_STOP;
}

/* A text view knows its height only once its lines are laid out in the width that it got, which is
 * after it was asked; asked again while sizes are given out, it would not be heard. */
static gboolean
resize_cb (gpointer user_data)
{
  TlPromptRow *self = user_data;

  self->resize = 0;
  gtk_widget_queue_resize (GTK_WIDGET (self->text));
  return G_SOURCE_REMOVE;
}

static void
queue_resize (TlPromptRow *self)
{
  if (self->resize == 0)
    self->resize = g_idle_add (resize_cb, self);
}

static void
text_height_cb (GtkAdjustment *adjustment, TlPromptRow *self)
{
  if (gtk_adjustment_get_upper (adjustment) > gtk_adjustment_get_page_size (adjustment))
    queue_resize (self);
}

/* --- Weight -------------------------------------------------------------------------------- */

static gboolean
nudge_key_cb (GtkEventControllerKey *controller, guint keyval, guint keycode, GdkModifierType state,
              TlPromptRow *self)
{
  gdouble step = state & GDK_SHIFT_MASK ? FINE_NUDGE : NUDGE;
  gdouble weight;

  if ((state & GDK_CONTROL_MASK) == 0 || (keyval != GDK_KEY_Up && keyval != GDK_KEY_Down))
    return GDK_EVENT_PROPAGATE;

  /* A weight is that of one clause: what else was typed gets rows of its own first. */
  commit (self);
  weight = tl_clause_item_get_weight (self->item) + (keyval == GDK_KEY_Up ? step : -step);
  tl_clause_item_set_weight (self->item, round (weight * 100) / 100);
  return GDK_EVENT_STOP;
}

static gboolean
slider_moved_cb (GtkRange *range, GtkScrollType scroll, gdouble value, TlPromptRow *self)
{
  commit (self);
  tl_clause_item_set_weight (self->item, round (CLAMP (value, -2, 2) / SLIDER_STEP) * SLIDER_STEP);
  return GDK_EVENT_STOP;
}

static char *
direction_word (GObject *object, gdouble weight)
{
  if (weight == 0)
    return g_strdup (_ ("off"));
  return g_strdup (weight < 0 ? _ ("away from") : _ ("towards"));
}

static char *
direction_icon (GObject *object, gdouble weight)
{
  if (weight == 0)
    return g_strdup ("tiller-off-symbolic");
  return g_strdup (weight < 0 ? "tiller-away-symbolic" : "tiller-towards-symbolic");
}

/* --- Stop ---------------------------------------------------------------------------------- */

static gboolean
has_stop (GObject *object, gdouble similarity)
{
  return !isnan (similarity);
}

static char *
print_stop (GObject *object, gdouble similarity)
{
  /* Translators: a clause steers until the picture is this similar to it */
  return g_strdup_printf (_ ("lets go at similarity %.2f"), similarity);
}

static void
menu_shown_cb (GtkWidget *popover, TlPromptRow *self)
{
  gdouble similarity = tl_clause_item_get_similarity (self->item);

  gtk_spin_button_set_value (self->stop, isnan (similarity) ? 0.4 : similarity);
}

/* --- What the row looks like ---------------------------------------------------------------- */

static gboolean
has_text (GObject *object, const char *text)
{
  return text != NULL && *text != '\0';
}

static gboolean
is_words (GObject *object, gint kind)
{
  return kind == TL_CLAUSE_TEXT;
}

static gboolean
is_no_words (GObject *object, gint kind)
{
  return kind != TL_CLAUSE_TEXT;
}

static gboolean
is_picture (GObject *object, gint kind)
{
  return kind == TL_CLAUSE_IMAGE;
}

static char *
print_name (GObject *object, gint kind)
{
  TlPromptRow *self = TL_PROMPT_ROW (object);

  if (self->item == NULL)
    return NULL;
  if (kind == TL_CLAUSE_IMAGE)
    return g_strdup (tl_clause_item_get_words (self->item));
  /* Translators: %s is <noise:666> */
  return g_strdup_printf (_ ("Noise %s"), tl_clause_item_get_text (self->item));
}

static void
take_label (GtkWidget *widget, char *label)
{
  gtk_accessible_update_property (GTK_ACCESSIBLE (widget), GTK_ACCESSIBLE_PROPERTY_LABEL, label,
                                  -1);
  g_free (label);
}

static void
update_number (TlPromptRow *self)
{
  guint number = tl_clause_item_get_number (self->item);

  /* Translators: accessible names of the parts of a prompt row; %u counts the rows */
  take_label (GTK_WIDGET (self->text), g_strdup_printf (_ ("Prompt %u"), number));
  take_label (GTK_WIDGET (self->weight), g_strdup_printf (_ ("Weight %u"), number));
  take_label (GTK_WIDGET (self->slider), g_strdup_printf (_ ("Weight %u, slider"), number));
  take_label (GTK_WIDGET (self->menu), g_strdup_printf (_ ("Menu of prompt %u"), number));
}

static void
update_weight (TlPromptRow *self)
{
  gdouble weight = tl_clause_item_get_weight (self->item);

  gtk_range_set_value (GTK_RANGE (self->slider), CLAMP (weight, -2, 2));
  if (weight < 0)
    gtk_widget_add_css_class (GTK_WIDGET (self), "away");
  else
    gtk_widget_remove_css_class (GTK_WIDGET (self), "away");
}

/* --- Tokens -------------------------------------------------------------------------------- */

/* Bytes of what is shown that spell the first @n bytes of the words: the shown text has escapes. */
static gsize
find_shown (const char *shown, const char *words, gsize n)
{
  const char *p = shown;

  for (gsize i = 0; i < n && *p != '\0'; i++, p++)
    if (*p == '\\' && words[i] != '\\')
      p++;
  return p - shown;
}

/* A word of which only the beginning is read is not read. */
static gsize
find_word (const char *text, gsize at)
{
  gsize start = at;

  while (start > 0 && !g_ascii_isspace (text[start - 1]))
    start--;
  return start > 0 ? start : at;
}

static void
strike_cut (TlPromptRow *self)
{
  GtkTextBuffer *buffer = get_buffer (self);
  GtkTextIter start, end;

  gtk_text_buffer_get_bounds (buffer, &start, &end);
  gtk_text_buffer_remove_tag_by_name (buffer, "cut", &start, &end);
  if (self->cut > 0)
    {
      g_autofree char *typed = dup_typed (self);
      glong chars = g_utf8_pointer_to_offset (typed, typed + self->cut);

      gtk_text_buffer_get_iter_at_offset (buffer, &start, chars);
      gtk_text_buffer_apply_tag_by_name (buffer, "cut", &start, &end);
    }
  gtk_widget_set_visible (self->cut_line, self->cut > 0);
}

/* The word that is being typed, which is not finished. (transfer full) (nullable) */
static char *
dup_word_in_hand (TlPromptRow *self)
{
  GtkTextBuffer *buffer = get_buffer (self);
  g_autofree char *word = NULL;
  GtkTextIter start, end;

  gtk_text_buffer_get_iter_at_mark (buffer, &end, gtk_text_buffer_get_insert (buffer));
  if (!tl_clause_item_has_draft (self->item) || !gtk_widget_has_focus (GTK_WIDGET (self->text))
      || (!gtk_text_iter_inside_word (&end) && !gtk_text_iter_ends_word (&end)))
    return NULL;
  start = end;
  if (!gtk_text_iter_starts_word (&start))
    gtk_text_iter_backward_word_start (&start);
  if (!gtk_text_iter_ends_word (&end))
    gtk_text_iter_forward_word_end (&end);
  word = gtk_text_buffer_get_text (buffer, &start, &end, FALSE);
  return g_utf8_strdown (word, -1);
}

static void
show_unknown (TlPromptRow *self, TlTokenizer *tokenizer, const char *words)
{
  g_autofree char *in_hand = dup_word_in_hand (self);
  g_autofree char *hint = tl_unknown_words_dup_hint (tokenizer, words, in_hand);

  gtk_label_set_label (self->unknown, hint != NULL ? hint : "");
  gtk_widget_set_visible (self->unknown_line, hint != NULL);
}

/* --- Actions ------------------------------------------------------------------------------- */

/* What the row asks of the view: row.remove becomes prompt.remove of this row. */
static void
row_action (GtkWidget *widget, const char *name, GVariant *parameter)
{
  TlPromptRow *self = TL_PROMPT_ROW (widget);
  g_autofree char *action = g_strconcat ("prompt.", name + strlen ("row."), NULL);

  gtk_menu_button_popdown (self->menu);
  gtk_widget_activate_action (widget, action, "u", tl_clause_item_get_number (self->item));
}

static void
split_action (GtkWidget *widget, const char *name, GVariant *parameter)
{
  TlPromptRow *self = TL_PROMPT_ROW (widget);

  gtk_widget_activate_action (widget, "prompt.split", "(uu)",
                              tl_clause_item_get_number (self->item), (guint) self->cut);
}

static void
stop_action (GtkWidget *widget, const char *name, GVariant *parameter)
{
  TlPromptRow *self = TL_PROMPT_ROW (widget);

  gtk_spin_button_update (self->stop);
  tl_clause_item_set_similarity (self->item, gtk_spin_button_get_value (self->stop));
  gtk_menu_button_popdown (self->menu);
}

static void
never_stop_action (GtkWidget *widget, const char *name, GVariant *parameter)
{
  TlPromptRow *self = TL_PROMPT_ROW (widget);

  tl_clause_item_set_similarity (self->item, NAN);
  gtk_menu_button_popdown (self->menu);
}

/* --- GObject ------------------------------------------------------------------------------- */

static void
tl_prompt_row_get_property (GObject *object, guint id, GValue *value, GParamSpec *pspec)
{
  if (id == PROP_ITEM)
    g_value_set_object (value, TL_PROMPT_ROW (object)->item);
  else
    G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
}

static void
tl_prompt_row_set_property (GObject *object, guint id, const GValue *value, GParamSpec *pspec)
{
  if (id == PROP_ITEM)
    g_set_object (&TL_PROMPT_ROW (object)->item, g_value_get_object (value));
  else
    G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
}

static void
tl_prompt_row_constructed (GObject *object)
{
  TlPromptRow *self = TL_PROMPT_ROW (object);

  G_OBJECT_CLASS (tl_prompt_row_parent_class)->constructed (object);
  g_signal_connect_object (self->item, "notify::text", G_CALLBACK (show_text), self,
                           G_CONNECT_SWAPPED);
  g_signal_connect_object (self->item, "notify::number", G_CALLBACK (update_number), self,
                           G_CONNECT_SWAPPED);
  g_signal_connect_object (self->item, "notify::weight", G_CALLBACK (update_weight), self,
                           G_CONNECT_SWAPPED);
  g_object_bind_property (self->item, "weight", self->weight, "value",
                          G_BINDING_SYNC_CREATE | G_BINDING_BIDIRECTIONAL);
  show_text (self);
  update_number (self);
  update_weight (self);
}

static void
tl_prompt_row_dispose (GObject *object)
{
  TlPromptRow *self = TL_PROMPT_ROW (object);

  g_clear_handle_id (&self->resize, g_source_remove);
  g_clear_object (&self->item);

  G_OBJECT_CLASS (tl_prompt_row_parent_class)->dispose (object);
}

static void
bind_template (GtkWidgetClass *class)
{
  gtk_widget_class_set_template_from_resource (class, "/org/tiller/Tiller/ui/steer/prompt-row.ui");
  gtk_widget_class_bind_template_child (class, TlPromptRow, cut_line);
  gtk_widget_class_bind_template_child (class, TlPromptRow, direction_icon);
  gtk_widget_class_bind_template_child (class, TlPromptRow, menu);
  gtk_widget_class_bind_template_child (class, TlPromptRow, name);
  gtk_widget_class_bind_template_child (class, TlPromptRow, slider);
  gtk_widget_class_bind_template_child (class, TlPromptRow, stop);
  gtk_widget_class_bind_template_child (class, TlPromptRow, text);
  gtk_widget_class_bind_template_child (class, TlPromptRow, thumbnail);
  gtk_widget_class_bind_template_child (class, TlPromptRow, unknown);
  gtk_widget_class_bind_template_child (class, TlPromptRow, unknown_line);
  gtk_widget_class_bind_template_child (class, TlPromptRow, weight);
}

static void
bind_callbacks (GtkWidgetClass *class)
{
  gtk_widget_class_bind_template_callback (class, direction_icon);
  gtk_widget_class_bind_template_callback (class, direction_word);
  gtk_widget_class_bind_template_callback (class, focus_left_cb);
  gtk_widget_class_bind_template_callback (class, has_stop);
  gtk_widget_class_bind_template_callback (class, has_text);
  gtk_widget_class_bind_template_callback (class, is_no_words);
  gtk_widget_class_bind_template_callback (class, is_picture);
  gtk_widget_class_bind_template_callback (class, is_words);
  gtk_widget_class_bind_template_callback (class, menu_shown_cb);
  gtk_widget_class_bind_template_callback (class, nudge_key_cb);
  gtk_widget_class_bind_template_callback (class, print_name);
  gtk_widget_class_bind_template_callback (class, print_stop);
  gtk_widget_class_bind_template_callback (class, slider_moved_cb);
  gtk_widget_class_bind_template_callback (class, text_key_cb);
  gtk_widget_class_bind_template_callback (class, tl_spin_button_print_share);
  gtk_widget_class_bind_template_callback (class, typed_cb);
}

static void
install_actions (GtkWidgetClass *class)
{
  gtk_widget_class_install_action (class, "row.fix", NULL, row_action);
  gtk_widget_class_install_action (class, "row.move-down", NULL, row_action);
  gtk_widget_class_install_action (class, "row.move-up", NULL, row_action);
  gtk_widget_class_install_action (class, "row.remove", NULL, row_action);
  gtk_widget_class_install_action (class, "row.split", NULL, split_action);
  gtk_widget_class_install_action (class, "row.stop", NULL, stop_action);
  gtk_widget_class_install_action (class, "row.never-stop", NULL, never_stop_action);
}

static void
tl_prompt_row_class_init (TlPromptRowClass *class)
{
  GObjectClass *object_class = G_OBJECT_CLASS (class);

  object_class->get_property = tl_prompt_row_get_property;
  object_class->set_property = tl_prompt_row_set_property;
  object_class->constructed = tl_prompt_row_constructed;
  object_class->dispose = tl_prompt_row_dispose;
  g_object_class_install_property (
    object_class, PROP_ITEM,
    g_param_spec_object ("item", NULL, NULL, TL_TYPE_CLAUSE_ITEM,
                         G_PARAM_READWRITE | G_PARAM_CONSTRUCT_ONLY | G_PARAM_STATIC_STRINGS));
  install_actions (GTK_WIDGET_CLASS (class));
  bind_template (GTK_WIDGET_CLASS (class));
  bind_callbacks (GTK_WIDGET_CLASS (class));
}

static void
tl_prompt_row_init (TlPromptRow *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
  tl_inner_button_name (self->menu);
  tl_height_limit_add (GTK_SCROLLED_WINDOW (gtk_widget_get_parent (GTK_WIDGET (self->text))),
                       MAX_TEXT_HEIGHT);
  gtk_accessible_update_relation (GTK_ACCESSIBLE (self), GTK_ACCESSIBLE_RELATION_LABELLED_BY,
                                  self->text, NULL, -1);
  g_signal_connect_object (gtk_scrollable_get_vadjustment (GTK_SCROLLABLE (self->text)), "changed",
                           G_CALLBACK (text_height_cb), self, 0);
  g_signal_connect_object (gtk_scrollable_get_hadjustment (GTK_SCROLLABLE (self->text)), "changed",
                           G_CALLBACK (queue_resize), self, G_CONNECT_SWAPPED);
  gtk_text_buffer_create_tag (get_buffer (self), "cut", "strikethrough", TRUE, NULL);
  tl_image_let_paste (self->text);
}

GtkWidget *
tl_prompt_row_new (TlClauseItem *item)
{
  return g_object_new (TL_TYPE_PROMPT_ROW, "item", item, NULL);
}

TlClauseItem *
tl_prompt_row_get_item (TlPromptRow *self)
{
  return self->item;
}

void
tl_prompt_row_focus_text (TlPromptRow *self, gboolean select)
{
  GtkTextIter start, end;

  if (tl_clause_item_get_kind (self->item) != TL_CLAUSE_TEXT)
    {
      gtk_widget_grab_focus (GTK_WIDGET (self->weight));
      return;
    }
  gtk_widget_grab_focus (GTK_WIDGET (self->text));
  gtk_text_buffer_get_bounds (get_buffer (self), &start, &end);
  if (select)
    gtk_text_buffer_select_range (get_buffer (self), &start, &end);
}

void
tl_prompt_row_set_thumbnail (TlPromptRow *self, GdkPaintable *thumbnail)
{
  gtk_picture_set_paintable (self->thumbnail, thumbnail);
}

void
tl_prompt_row_measure (TlPromptRow *self, TlTokenizer *tokenizer, guint context)
{
  g_autofree char *source = tl_clause_item_dup_source (self->item);
  g_autoptr (TlClauseItem) now = tl_clause_item_new (source);
  const char *words = tl_clause_item_get_words (now);

  self->n_tokens = 0;
  self->cut = 0;
  if (tokenizer != NULL && tl_clause_item_get_kind (now) == TL_CLAUSE_TEXT)
    {
      g_autoptr (TlTokens) tokens = tl_tokenizer_tokenize (tokenizer, words, context);

      self->n_tokens = tokens->n_total;
      if (tokens->n_used < tokens->n_total)
        self->cut =
          find_shown (tl_clause_item_get_text (self->item), words, find_word (words, tokens->cut));
      show_unknown (self, tokenizer, words);
    }
  else
    gtk_widget_set_visible (self->unknown_line, FALSE);
  strike_cut (self);
}

guint
tl_prompt_row_get_n_tokens (TlPromptRow *self)
{
  return self->n_tokens;
}
