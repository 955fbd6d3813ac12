/* test-start-row.c - the picture that a run starts from, and what is shown of it
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "config.h"
#include "tests/ui/harness.h"
#include "ui/images.h"
#include "ui/steer/start-row.h"

static TlAsset *
make_picture (gint width, gint height)
{
  g_autoptr (GdkPixbuf) pixbuf = gdk_pixbuf_new (GDK_COLORSPACE_RGB, FALSE, 8, width, height);
  g_autoptr (GBytes) bytes = NULL;
  g_autoptr (GError) error = NULL;
  char *data = NULL;
  gsize size;

  gdk_pixbuf_fill (pixbuf, 0x406080ff);
  gdk_pixbuf_save_to_buffer (pixbuf, &data, &size, "png", &error, "compression", "1", NULL);
  g_assert_no_error (error);
  bytes = g_bytes_new_take (data, size);
  return tl_asset_new ("picture.png", bytes);
}

static GdkPaintable *
find_thumbnail (GtkWidget *widget)
{
  GdkPaintable *found = NULL;

  if (GTK_IS_PICTURE (widget))
    return gtk_picture_get_paintable (GTK_PICTURE (widget));
  for (GtkWidget *child = gtk_widget_get_first_child (widget); child != NULL && found == NULL;
       child = gtk_widget_get_next_sibling (child))
    found = find_thumbnail (child);
  return found;
}

static void
made_cb (GObject *source, GAsyncResult *result, gpointer is_made)
{
  g_autoptr (GdkTexture) texture = tl_image_thumbnail_finish (result, NULL);

  *(gboolean *) is_made = TRUE;
}

static gboolean
is_true (gpointer data)
{
  return *(gboolean *) data;
}

/* A large picture takes longer than the small one that was chosen after it. */
static void
test_last_thumbnail (void)
{
  g_autoptr (TlAsset) wide = make_picture (6000, 3000);
  g_autoptr (TlAsset) tall = make_picture (4, 8);
  TlStartRow *row = g_object_new (TL_TYPE_START_ROW, NULL);
  gboolean is_made = FALSE;

  g_object_ref_sink (row);
  tl_start_row_set_image (row, wide);
  tl_start_row_set_image (row, tall);
  tl_image_thumbnail_async (wide, 64, made_cb, &is_made);
  harness_wait (is_true, &is_made);
  harness_settle ();
  g_assert_nonnull (find_thumbnail (GTK_WIDGET (row)));
  g_assert_cmpfloat (gdk_paintable_get_intrinsic_aspect_ratio (find_thumbnail (GTK_WIDGET (row))),
                     <, 1);
  g_object_unref (row);
}

int
main (int argc, char *argv[])
{
  harness_init (&argc, &argv);
  g_test_add_func ("/start-row/last-thumbnail", test_last_thumbnail);
  return g_test_run ();
}
