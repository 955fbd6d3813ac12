/* history.c - prompts that were used before
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "config.h"
#include "ui/steer/history.h"

#include "core/base/paths.h"

#define MAX_PROMPTS 500

struct _TlHistory
{
  GObject parent_instance;

  GtkStringList *prompts;
  GFile *file;
};

G_DEFINE_FINAL_TYPE (TlHistory, tl_history, G_TYPE_OBJECT)

static void
remove_equal (TlHistory *self, const char *prompt)
{
  for (guint i = g_list_model_get_n_items (G_LIST_MODEL (self->prompts)); i > 0; i--)
    if (g_str_equal (gtk_string_list_get_string (self->prompts, i - 1), prompt))
      gtk_string_list_remove (self->prompts, i - 1);
}

/* What was added before the file was read is newer than all of it. */
static void
loaded_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (TlHistory) self = user_data;
  g_autofree char *text = NULL;
  g_auto (GStrv) lines = NULL;

  /* No file is an empty history, and one that cannot be read is no reason to trouble anybody. */
  if (!g_file_load_contents_finish (G_FILE (source), result, &text, NULL, NULL, NULL)
      || !g_utf8_validate (text, -1, NULL))
    return;

  lines = g_strsplit (text, "\n", MAX_PROMPTS + 1);
  for (guint i = 0; lines[i] != NULL && i < MAX_PROMPTS; i++)
    if (*lines[i] != '\0')
      gtk_string_list_append (self->prompts, lines[i]);
}

static void
save (TlHistory *self)
{
  guint n = MIN (g_list_model_get_n_items (G_LIST_MODEL (self->prompts)), MAX_PROMPTS);
  GString *text = g_string_new (NULL);
  g_autoptr (GBytes) bytes = NULL;

  for (guint i = 0; i < n; i++)
    g_string_append_printf (text, "%s\n", gtk_string_list_get_string (self->prompts, i));
  bytes = g_string_free_to_bytes (text);
  /* Losing the history to a full disk is not worth a word. */
  g_file_replace_contents_bytes_async (self->file, bytes, NULL, FALSE, G_FILE_CREATE_PRIVATE, NULL,
                                       NULL, NULL);
}

static void
tl_history_finalize (GObject *object)
{
  TlHistory *self = TL_HISTORY (object);

  g_object_unref (self->prompts);
  g_object_unref (self->file);

  G_OBJECT_CLASS (tl_history_parent_class)->finalize (object);
}

static void
tl_history_class_init (TlHistoryClass *class)
{
  G_OBJECT_CLASS (class)->finalize = tl_history_finalize;
}

static void
tl_history_init (TlHistory *self)
{
  g_autofree char *folder = tl_path_user_data ("");
  g_autofree char *path = tl_path_user_data ("prompts.txt");

  g_mkdir_with_parents (folder, 0700);
  self->prompts = gtk_string_list_new (NULL);
  self->file = g_file_new_for_path (path);
  g_file_load_contents_async (self->file, NULL, loaded_cb, g_object_ref (self));
}

TlHistory *
tl_history_open (void)
{
  static TlHistory *shared = NULL;

  if (shared != NULL)
    return g_object_ref (shared);
  shared = g_object_new (TL_TYPE_HISTORY, NULL);
  g_object_add_weak_pointer (G_OBJECT (shared), (gpointer *) &shared);
  return shared;
}

void
tl_history_add (TlHistory *self, const char *prompt)
{
  g_autofree char *line = g_strdelimit (g_strdup (prompt), "\r\n", ' ');
  const char *lines[] = { line, NULL };

  if (*line == '\0' || g_strcmp0 (tl_history_get (self, 0), line) == 0)
    return;
  remove_equal (self, line);
  gtk_string_list_splice (self->prompts, 0, 0, lines);
  save (self);
}

const char *
tl_history_get (TlHistory *self, guint position)
{
  return gtk_string_list_get_string (self->prompts, position);
}

GListModel *
tl_history_get_model (TlHistory *self)
{
  return G_LIST_MODEL (self->prompts);
}
