/* bar.c - one sentence over the canvas, with what can be done about it
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "config.h"
#include "ui/bar.h"

#define MESSAGE_SECONDS 10

static const char *const button_names[TL_BAR_MAX_BUTTONS] = { "first", "second", "third",
                                                              "fourth" };

struct _TlBar
{
  GtkWidget parent_instance;

  guint timeout;

  GtkRevealer *revealer;
  GtkWidget *card;
  GtkImage *icon;
  GtkLabel *label;
  GtkButton *buttons[TL_BAR_MAX_BUTTONS];
  char *actions[TL_BAR_MAX_BUTTONS]; /* detailed */
};

G_DEFINE_FINAL_TYPE (TlBar, tl_bar, GTK_TYPE_WIDGET)

static gboolean
timeout_cb (gpointer user_data)
{
  TlBar *self = user_data;

  self->timeout = 0;
  tl_bar_close (self);
  return G_SOURCE_REMOVE;
}

static void
close_action (GtkWidget *widget, const char *name, GVariant *parameter)
{
  tl_bar_close (TL_BAR (widget));
}

/* Closed first: what the action has to say may be the next message. */
static void
clicked_cb (GtkButton *button, TlBar *self)
{
  g_autofree char *name = NULL;
  g_autoptr (GVariant) target = NULL;
  guint i = 0;

  while (self->buttons[i] != button)
    i++;
  if (!g_action_parse_detailed_name (self->actions[i], &name, &target, NULL))
    g_return_if_reached ();
  tl_bar_close (self);
  gtk_widget_activate_action_variant (GTK_WIDGET (self), name, target);
}

/* Closed, it must take neither clicks nor the focus. */
static void
revealed_cb (TlBar *self)
{
  gboolean is_there = gtk_revealer_get_reveal_child (self->revealer)
                      || gtk_revealer_get_child_revealed (self->revealer);

  gtk_widget_set_visible (GTK_WIDGET (self), is_there);
}

static void
show_buttons (TlBar *self, const TlBarButton *buttons)
{
  gboolean is_end = buttons == NULL;

  for (guint i = 0; i < TL_BAR_MAX_BUTTONS; i++)
    {
      is_end = is_end || buttons[i].label == NULL;
      gtk_widget_set_visible (GTK_WIDGET (self->buttons[i]), !is_end);
      if (is_end)
        continue;
      gtk_button_set_label (self->buttons[i], buttons[i].label);
      g_free (self->actions[i]);
      self->actions[i] = g_strdup (buttons[i].action);
    }
}

static void
tl_bar_dispose (GObject *object)
{
  TlBar *self = TL_BAR (object);
  GtkWidget *child;

  g_clear_handle_id (&self->timeout, g_source_remove);
  while ((child = gtk_widget_get_first_child (GTK_WIDGET (object))) != NULL)
    gtk_widget_unparent (child);
  for (guint i = 0; i < TL_BAR_MAX_BUTTONS; i++)
    g_clear_pointer (&self->actions[i], g_free);

  G_OBJECT_CLASS (tl_bar_parent_class)->dispose (object);
}

static void
tl_bar_class_init (TlBarClass *class)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (class);

  G_OBJECT_CLASS (class)->dispose = tl_bar_dispose;
  gtk_widget_class_install_action (widget_class, "bar.close", NULL, close_action);
  gtk_widget_class_add_binding_action (widget_class, GDK_KEY_Escape, 0, "bar.close", NULL);
  gtk_widget_class_set_accessible_role (widget_class, GTK_ACCESSIBLE_ROLE_ALERT);
  gtk_widget_class_set_layout_manager_type (widget_class, GTK_TYPE_BIN_LAYOUT);
  gtk_widget_class_set_template_from_resource (widget_class, "/org/tiller/Tiller/ui/bar.ui");
  gtk_widget_class_bind_template_child (widget_class, TlBar, card);
  gtk_widget_class_bind_template_child (widget_class, TlBar, icon);
  gtk_widget_class_bind_template_child (widget_class, TlBar, label);
  gtk_widget_class_bind_template_child (widget_class, TlBar, revealer);
  for (guint i = 0; i < TL_BAR_MAX_BUTTONS; i++)
    gtk_widget_class_bind_template_child_full (widget_class, button_names[i], FALSE, 0);
  gtk_widget_class_bind_template_callback (widget_class, clicked_cb);
  gtk_widget_class_bind_template_callback (widget_class, revealed_cb);
}

static void
tl_bar_init (TlBar *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
  for (guint i = 0; i < TL_BAR_MAX_BUTTONS; i++)
    self->buttons[i] =
      GTK_BUTTON (gtk_widget_get_template_child (GTK_WIDGET (self), TL_TYPE_BAR, button_names[i]));
}

void
tl_bar_show (TlBar *self, TlBarKind kind, const char *message, const TlBarButton *buttons)
{
  const char *icons[] = { "object-select-symbolic", "dialog-question-symbolic",
                          "dialog-warning-symbolic" };

  g_clear_handle_id (&self->timeout, g_source_remove);
  if (kind == TL_BAR_MESSAGE)
    self->timeout = g_timeout_add_seconds (MESSAGE_SECONDS, timeout_cb, self);

  gtk_label_set_label (self->label, message);
  gtk_image_set_from_icon_name (self->icon, icons[kind]);
  if (kind == TL_BAR_ERROR)
    gtk_widget_add_css_class (self->card, "error");
  else
    gtk_widget_remove_css_class (self->card, "error");
  show_buttons (self, buttons);
  gtk_widget_set_visible (GTK_WIDGET (self), TRUE);
  gtk_revealer_set_reveal_child (self->revealer, TRUE);
}

void
tl_bar_close (TlBar *self)
{
  g_clear_handle_id (&self->timeout, g_source_remove);
  gtk_revealer_set_reveal_child (self->revealer, FALSE);
  revealed_cb (self);
}

gboolean
tl_bar_is_open (TlBar *self)
{
  return gtk_revealer_get_reveal_child (self->revealer);
}

const char *
tl_bar_get_message (TlBar *self)
{
  return gtk_label_get_label (self->label);
}
