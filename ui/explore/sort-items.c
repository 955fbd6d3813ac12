/* sort-items.c - the orders that the candidates may be brought into, as a menu
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "config.h"
#include "ui/explore/sort-items.h"

#include "ui/explore/order.h"

typedef struct
{
  GtkDropDown *sort; /* borrowed: it owns the factory */
  char *reason;      /* (nullable) */
} Items;

static void
items_free (gpointer data, GClosure *closure)
{
  Items *self = data;

  g_free (self->reason);
  g_free (self);
}

static void
update_check (GtkDropDown *sort, GParamSpec *pspec, GtkListItem *item)
{
  GtkWidget *check = gtk_widget_get_last_child (gtk_list_item_get_child (item));
  gboolean is_selected = gtk_drop_down_get_selected (sort) == gtk_list_item_get_position (item);

  gtk_widget_set_opacity (check, is_selected ? 1 : 0);
}

static void
setup_cb (GtkSignalListItemFactory *factory, GtkListItem *item, Items *self)
{
  GtkWidget *box = gtk_box_new (GTK_ORIENTATION_HORIZONTAL, 6);
  GtkWidget *label = gtk_label_new (NULL);

  gtk_label_set_xalign (GTK_LABEL (label), 0);
  gtk_widget_set_hexpand (label, TRUE);
  gtk_box_append (GTK_BOX (box), label);
  gtk_box_append (GTK_BOX (box), gtk_image_new_from_icon_name ("object-select-symbolic"));
  gtk_list_item_set_child (item, box);
}

static void
bind_cb (GtkSignalListItemFactory *factory, GtkListItem *item, Items *self)
{
  GtkWidget *box = gtk_list_item_get_child (item);
  const char *text = gtk_string_object_get_string (gtk_list_item_get_item (item));
  gboolean is_off = self->reason != NULL && gtk_list_item_get_position (item) == TL_ORDER_JUDGE;

  gtk_label_set_label (GTK_LABEL (gtk_widget_get_first_child (box)), text);
  gtk_widget_set_sensitive (box, !is_off);
  gtk_widget_set_tooltip_text (box, is_off ? self->reason : NULL);
  gtk_list_item_set_activatable (item, !is_off);
  gtk_list_item_set_selectable (item, !is_off);
  g_signal_connect_object (self->sort, "notify::selected", G_CALLBACK (update_check), item, 0);
  update_check (self->sort, NULL, item);
}

static void
unbind_cb (GtkSignalListItemFactory *factory, GtkListItem *item, Items *self)
{
  g_signal_handlers_disconnect_by_data (self->sort, item);
}

void
tl_sort_items_show (GtkDropDown *sort, const char *reason)
{
  g_autoptr (GtkListItemFactory) factory = gtk_signal_list_item_factory_new ();
  Items *items = g_new (Items, 1);

  *items = (Items){ sort, g_strdup (reason) };
  g_signal_connect (factory, "bind", G_CALLBACK (bind_cb), items);
  g_signal_connect (factory, "unbind", G_CALLBACK (unbind_cb), items);
  g_signal_connect_data (factory, "setup", G_CALLBACK (setup_cb), items, items_free, 0);
  gtk_drop_down_set_list_factory (sort, factory);
}
