/* judge-picker.c - who judges: none, one of the CLIPs at hand, or a file
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "config.h"
#include "ui/explore/judge-picker.h"

#include "ui/inner-button.h"

#include <glib/gi18n-lib.h>
#include <string.h>

struct _TlJudgePicker
{
  GtkWidget parent_instance;

  TlJudges *judges; /* (nullable) */
  GPtrArray *clips; /* what the items stand for, but the first (none) and the last (a file) */
  gboolean is_refilling;

  GtkDropDown *choice;
  GtkStringList *items;
};

G_DEFINE_FINAL_TYPE (TlJudgePicker, tl_judge_picker, GTK_TYPE_WIDGET)

static guint
find_clip (TlJudgePicker *self, const char *clip)
{
  for (guint i = 0; clip != NULL && i < self->clips->len; i++)
    if (strcmp (self->clips->pdata[i], clip) == 0)
      return i + 1;
  return 0;
}

static void
list_clips (TlJudgePicker *self)
{
  const char *const *clips = tl_judges_get_clips (self->judges);
  const char *chosen = tl_judges_get_clip (self->judges);

  g_ptr_array_set_size (self->clips, 0);
  for (guint i = 0; clips[i] != NULL; i++)
    g_ptr_array_add (self->clips, g_strdup (clips[i]));
  if (chosen != NULL && find_clip (self, chosen) == 0)
    g_ptr_array_add (self->clips, g_strdup (chosen));
}

/* (transfer full) */
static GStrv
make_titles (TlJudgePicker *self)
{
  g_autoptr (GStrvBuilder) titles = g_strv_builder_new ();

  g_strv_builder_add (titles, _ ("No judge"));
  for (guint i = 0; i < self->clips->len; i++)
    {
      g_autofree char *title = tl_judges_make_title (self->clips->pdata[i]);

      g_strv_builder_add (titles, title);
    }
  g_strv_builder_add (titles, _ ("Choose a File…"));
  return g_strv_builder_end (titles);
}

/* The items stay where they are the same: it is a choice among them that leads here, and the
 * drop-down is not done with it yet. */
static void
refill (TlJudgePicker *self)
{
  g_auto (GStrv) titles = NULL;
  guint n_items = g_list_model_get_n_items (G_LIST_MODEL (self->items));
  gboolean is_same;

  list_clips (self);
  titles = make_titles (self);
  is_same = g_strv_length (titles) == n_items;
  for (guint i = 0; is_same && i < n_items; i++)
    is_same = strcmp (gtk_string_list_get_string (self->items, i), titles[i]) == 0;

  self->is_refilling = TRUE;
  if (!is_same)
    gtk_string_list_splice (self->items, 0, n_items, (const char *const *) titles);
  gtk_drop_down_set_selected (self->choice, find_clip (self, tl_judges_get_clip (self->judges)));
  self->is_refilling = FALSE;
}

static void
use (TlJudgePicker *self, const char *clip)
{
  gtk_widget_activate_action (GTK_WIDGET (self), "app.use-judge", "(ss)", clip, "");
}

static void
chosen_cb (GtkNativeDialog *chooser, gint response, TlJudgePicker *self)
{
  if (response == GTK_RESPONSE_ACCEPT)
    {
      g_autoptr (GFile) file = gtk_file_chooser_get_file (GTK_FILE_CHOOSER (chooser));
      g_autofree char *path = g_file_get_path (file);

      if (path != NULL)
        use (self, path);
    }
  g_object_unref (chooser);
}

static void
choose_file (TlJudgePicker *self)
{
  GtkFileChooserNative *chooser = gtk_file_chooser_native_new (
    _ ("A CLIP That Judges"), GTK_WINDOW (gtk_widget_get_root (GTK_WIDGET (self))),
    GTK_FILE_CHOOSER_ACTION_OPEN, NULL, NULL);

  gtk_native_dialog_set_modal (GTK_NATIVE_DIALOG (chooser), TRUE);
  g_signal_connect_object (chooser, "response", G_CALLBACK (chosen_cb), self, 0);
  gtk_native_dialog_show (GTK_NATIVE_DIALOG (chooser));
}

static void
selected_cb (TlJudgePicker *self)
{
  guint selected = gtk_drop_down_get_selected (self->choice);

  if (self->is_refilling || selected == GTK_INVALID_LIST_POSITION)
    return;
  if (selected > self->clips->len)
    {
      /* Nothing is chosen until a file is. */
      refill (self);
      choose_file (self);
    }
  else if (selected != find_clip (self, tl_judges_get_clip (self->judges)))
    use (self, selected > 0 ? self->clips->pdata[selected - 1] : "");
}

static void
tl_judge_picker_dispose (GObject *object)
{
  TlJudgePicker *self = TL_JUDGE_PICKER (object);
  GtkWidget *child;

  if (self->judges != NULL)
    g_signal_handlers_disconnect_by_data (self->judges, self);
  g_clear_object (&self->judges);
  while ((child = gtk_widget_get_first_child (GTK_WIDGET (object))) != NULL)
    gtk_widget_unparent (child);

  G_OBJECT_CLASS (tl_judge_picker_parent_class)->dispose (object);
}

static void
tl_judge_picker_finalize (GObject *object)
{
  g_ptr_array_unref (TL_JUDGE_PICKER (object)->clips);

  G_OBJECT_CLASS (tl_judge_picker_parent_class)->finalize (object);
}

static void
tl_judge_picker_class_init (TlJudgePickerClass *class)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (class);

  G_OBJECT_CLASS (class)->dispose = tl_judge_picker_dispose;
  G_OBJECT_CLASS (class)->finalize = tl_judge_picker_finalize;
  gtk_widget_class_set_layout_manager_type (widget_class, GTK_TYPE_BIN_LAYOUT);
  gtk_widget_class_set_template_from_resource (widget_class,
                                               "/org/tiller/Tiller/ui/explore/judge-picker.ui");
  gtk_widget_class_bind_template_child (widget_class, TlJudgePicker, choice);
  gtk_widget_class_bind_template_child (widget_class, TlJudgePicker, items);
  gtk_widget_class_bind_template_callback (widget_class, selected_cb);
}

static void
tl_judge_picker_init (TlJudgePicker *self)
{
  self->clips = g_ptr_array_new_with_free_func (g_free);
  self->is_refilling = TRUE;
  gtk_widget_init_template (GTK_WIDGET (self));
  tl_inner_button_name (self->choice);
}

void
tl_judge_picker_set_judges (TlJudgePicker *self, TlJudges *judges)
{
  g_return_if_fail (self->judges == NULL);

  self->judges = g_object_ref (judges);
  g_signal_connect_object (judges, "changed", G_CALLBACK (refill), self, G_CONNECT_SWAPPED);
  refill (self);
}
