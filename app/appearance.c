/* appearance.c - light or dark, as the user or the desktop wants it
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "app/appearance.h"
#include "config.h"

#include <gtk/gtk.h>

#define PORTAL "org.freedesktop.portal.Desktop"
#define PORTAL_PATH "/org/freedesktop/portal/desktop"
#define SETTINGS "org.freedesktop.portal.Settings"
#define NAMESPACE "org.freedesktop.appearance"
#define KEY "color-scheme"

struct _TlAppearance
{
  GObject parent_instance;

  char *scheme;
  gboolean desktop_is_dark;
  gboolean had_dark; /* what GTK was told before us, by its own settings */
  GDBusProxy *portal;
};

G_DEFINE_FINAL_TYPE (TlAppearance, tl_appearance, G_TYPE_OBJECT)

static void
apply (TlAppearance *self)
{
  gboolean is_dark = self->desktop_is_dark || self->had_dark;

  if (!g_str_equal (self->scheme, "system"))
    is_dark = g_str_equal (self->scheme, "dark");
  g_object_set (gtk_settings_get_default (), "gtk-application-prefer-dark-theme", is_dark, NULL);
}

/* 1 is dark, 2 is light, 0 is no preference; the portal wraps it in one or two variants. */
static void
take_value (TlAppearance *self, GVariant *value)
{
  g_autoptr (GVariant) inner = g_variant_ref (value);

  while (g_variant_is_of_type (inner, G_VARIANT_TYPE_VARIANT))
    {
      GVariant *unwrapped = g_variant_get_variant (inner);

      g_variant_unref (inner);
      inner = unwrapped;
    }
  if (!g_variant_is_of_type (inner, G_VARIANT_TYPE_UINT32))
    return;
  self->desktop_is_dark = g_variant_get_uint32 (inner) == 1;
  apply (self);
}

static void
changed_cb (GDBusProxy *proxy, const char *sender, const char *signal, GVariant *parameters,
            TlAppearance *self)
{
  const char *namespace, *key;
  g_autoptr (GVariant) value = NULL;

  if (!g_str_equal (signal, "SettingChanged")
      || !g_variant_is_of_type (parameters, G_VARIANT_TYPE ("(ssv)")))
    return;
  g_variant_get (parameters, "(&s&sv)", &namespace, &key, &value);
  if (g_str_equal (namespace, NAMESPACE) && g_str_equal (key, KEY))
    take_value (self, value);
}

static void
read_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (TlAppearance) self = user_data;
  /* A desktop without the setting has no wish; so it stays light. */
  g_autoptr (GVariant) reply = g_dbus_proxy_call_finish (G_DBUS_PROXY (source), result, NULL);
  g_autoptr (GVariant) value = NULL;

  if (reply == NULL || !g_variant_is_of_type (reply, G_VARIANT_TYPE ("(v)")))
    return;
  g_variant_get (reply, "(v)", &value);
  take_value (self, value);
}

static void
portal_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (TlAppearance) self = user_data;

  /* Without a portal there is nobody to ask. */
  self->portal = g_dbus_proxy_new_for_bus_finish (result, NULL);
  if (self->portal == NULL)
    return;
  g_signal_connect_object (self->portal, "g-signal", G_CALLBACK (changed_cb), self, 0);
  g_dbus_proxy_call (self->portal, "Read", g_variant_new ("(ss)", NAMESPACE, KEY),
                     G_DBUS_CALL_FLAGS_NONE, -1, NULL, read_cb, g_object_ref (self));
}

static void
tl_appearance_finalize (GObject *object)
{
  TlAppearance *self = TL_APPEARANCE (object);

  g_free (self->scheme);
  g_clear_object (&self->portal);

  G_OBJECT_CLASS (tl_appearance_parent_class)->finalize (object);
}

static void
tl_appearance_class_init (TlAppearanceClass *class)
{
  G_OBJECT_CLASS (class)->finalize = tl_appearance_finalize;
}

static void
tl_appearance_init (TlAppearance *self)
{
  self->scheme = g_strdup ("system");
  g_object_get (gtk_settings_get_default (), "gtk-application-prefer-dark-theme", &self->had_dark,
                NULL);
  g_dbus_proxy_new_for_bus (G_BUS_TYPE_SESSION, G_DBUS_PROXY_FLAGS_DO_NOT_LOAD_PROPERTIES, NULL,
                            PORTAL, PORTAL_PATH, SETTINGS, NULL, portal_cb, g_object_ref (self));
}

TlAppearance *
tl_appearance_new (void)
{
  return g_object_new (TL_TYPE_APPEARANCE, NULL);
}

void
tl_appearance_set_scheme (TlAppearance *self, const char *scheme)
{
  char *copy = g_strdup (scheme);

  g_free (self->scheme);
  self->scheme = copy;
  apply (self);
}
