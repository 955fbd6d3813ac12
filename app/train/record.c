/* record.c - what an evaluation saw: its pictures, and a table of what each was taken for
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "app/train/record.h"
#include "config.h"

#include "core/base/error.h"
#include "core/export/png.h"
#include "core/scenes/words.h"
#include "core/session/picture.h"

#include <errno.h>
#include <glib/gi18n.h>
#include <string.h>

struct _Record
{
  char *folder;
  Exam *exam;
  GString *table;
};

Record *
record_new (const char *folder, Exam *exam, GError **error)
{
  Record *self;

  if (g_mkdir_with_parents (folder, 0777) != 0)
    {
      tl_error_set (error, TL_ERROR_MISSING, _ ("Could not make the folder “%s”: %s"), folder,
                    g_strerror (errno));
      return NULL;
    }
  self = g_new (Record, 1);
  *self = (Record){ g_strdup (folder), exam,
                    g_string_new ("prompt,seed,iteration,rank,thing,colour,place\n") };
  return self;
}

void
record_free (Record *self)
{
  g_free (self->folder);
  g_string_free (self->table, TRUE);
  g_free (self);
}

/* --- pictures --- */

/* Captions are lower-case words, commas and hyphens, which any file system takes. */
static char *
dup_path (Record *self, const Look *look)
{
  g_autofree char *name =
    g_strdup_printf ("%s, seed %" G_GUINT64_FORMAT ", %" G_GUINT64_FORMAT ".png",
                     exam_get_prompt (self->exam, look->which), look->seed, look->iteration);

  return g_build_filename (self->folder, name, NULL);
}

gboolean
record_save (Record *self, const Look *look, TlFrame *frame, GError **error)
{
  g_autofree char *path = dup_path (self, look);
  g_autoptr (GBytes) png = tl_png_encode (frame, NULL, error);

  return png != NULL
         && g_file_set_contents (path, g_bytes_get_data (png, NULL),
                                 (gssize) g_bytes_get_size (png), error);
}

TlFrame *
record_load (Record *self, const Look *look, GError **error)
{
  g_autofree char *path = dup_path (self, look);

  return tl_picture_load (path, error);
}

/* --- the table --- */

/* "object pine tree" -> "pine tree" */
static void
append_after (GString *table, guint label, char *(*find) (const char *, gint))
{
  g_autofree char *name = tl_labels_dup_name (label);

  g_string_append_printf (table, ",%s", find (name, ' ') + 1);
}

void
record_note (Record *self, const Look *look, const TlOpinion *opinion)
{
  Exam *exam = self->exam;
  TlRecognition found;

  g_string_append_printf (self->table, "\"%s\",%" G_GUINT64_FORMAT ",%" G_GUINT64_FORMAT ",%u",
                          exam_get_prompt (exam, look->which), look->seed, look->iteration,
                          tl_opinion_get_rank (opinion, exam->prompts->len, look->which) + 1);
  if (tl_judge_has_heads (exam->judge))
    {
      found = tl_opinion_recognize (opinion, g_ptr_array_index (exam->scenes, look->which));
      append_after (self->table, found.object_label, strchr);
      append_after (self->table, found.colour_label, strrchr);
      append_after (self->table, found.background_label, strchr);
    }
  else
    g_string_append (self->table, ",,,");
  g_string_append_c (self->table, '\n');
}

gboolean
record_write_table (Record *self, GError **error)
{
  g_autofree char *path = g_build_filename (self->folder, "runs.csv", NULL);

  return g_file_set_contents (path, self->table->str, (gssize) self->table->len, error);
}
