/* seed-row.c - the seed: typed, diced, locked
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "config.h"
#include "ui/steer/seed-row.h"

#include <glib/gi18n-lib.h>

struct _TlSeedRow
{
  GtkWidget parent_instance;

  guint64 seed;
  gboolean locked;
  gboolean is_used;   /* by a run */
  gboolean is_chosen; /* typed or diced, and not used since */

  GtkEntry *entry;
  GtkWidget *note;
};

enum
{
  PROP_SEED = 1,
  PROP_LOCKED,
  N_PROPERTIES
};

static GParamSpec *properties[N_PROPERTIES];

G_DEFINE_FINAL_TYPE (TlSeedRow, tl_seed_row, GTK_TYPE_WIDGET)

/* Four thousand million are enough to choose from, and short enough to be read to somebody. */
static guint64
draw_seed (void)
{
  return g_random_int ();
}

static gboolean
read_entry (TlSeedRow *self, guint64 *seed)
{
  g_autofree char *text =
    g_strstrip (g_strdup (gtk_editable_get_text (GTK_EDITABLE (self->entry))));

  return g_ascii_string_to_unsigned (text, 10, 0, G_MAXUINT64, seed, NULL);
}

static void
show_seed (TlSeedRow *self)
{
  g_autofree char *text = g_strdup_printf ("%" G_GUINT64_FORMAT, self->seed);

  if (!g_str_equal (gtk_editable_get_text (GTK_EDITABLE (self->entry)), text))
    gtk_editable_set_text (GTK_EDITABLE (self->entry), text);
  gtk_widget_set_visible (self->note, FALSE);
}

/* What is typed counts at once; what is no seed is said, and undone when the entry is left. */
static void
typed_cb (GtkEditable *editable, TlSeedRow *self)
{
  guint64 seed = 0;
  gboolean is_seed = read_entry (self, &seed);

  gtk_widget_set_visible (self->note, !is_seed);
  if (!is_seed || seed == self->seed)
    return;
  self->seed = seed;
  self->is_used = FALSE;
  self->is_chosen = TRUE;
  tl_seed_row_set_locked (self, TRUE);
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_SEED]);
}

static void
left_cb (GtkEventControllerFocus *controller, TlSeedRow *self)
{
  show_seed (self);
}

static void
dice_action (GtkWidget *widget, const char *name, GVariant *parameter)
{
  TlSeedRow *self = TL_SEED_ROW (widget);

  tl_seed_row_set_seed (self, draw_seed ());
  self->is_chosen = TRUE;
}

static char *
lock_icon (GObject *object, gboolean locked)
{
  return g_strdup (locked ? "changes-prevent-symbolic" : "changes-allow-symbolic");
}

static char *
lock_tip (GObject *object, gboolean locked)
{
  return g_strdup (locked ? _ ("Locked: every run uses this seed")
                          : _ ("Not locked: every run draws a new seed"));
}

static void
tl_seed_row_get_property (GObject *object, guint id, GValue *value, GParamSpec *pspec)
{
  TlSeedRow *self = TL_SEED_ROW (object);

  if (id == PROP_SEED)
    g_value_set_uint64 (value, self->seed);
  else if (id == PROP_LOCKED)
    g_value_set_boolean (value, self->locked);
  else
    G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
}

static void
tl_seed_row_set_property (GObject *object, guint id, const GValue *value, GParamSpec *pspec)
{
  TlSeedRow *self = TL_SEED_ROW (object);

  if (id == PROP_SEED)
    tl_seed_row_set_seed (self, g_value_get_uint64 (value));
  else if (id == PROP_LOCKED)
    tl_seed_row_set_locked (self, g_value_get_boolean (value));
  else
    G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
}

static void
tl_seed_row_dispose (GObject *object)
{
  GtkWidget *child;

  while ((child = gtk_widget_get_first_child (GTK_WIDGET (object))) != NULL)
    gtk_widget_unparent (child);

  G_OBJECT_CLASS (tl_seed_row_parent_class)->dispose (object);
}

static void
tl_seed_row_class_init (TlSeedRowClass *class)
{
  GObjectClass *object_class = G_OBJECT_CLASS (class);
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (class);
  const GParamFlags flags = G_PARAM_READWRITE | G_PARAM_STATIC_STRINGS | G_PARAM_EXPLICIT_NOTIFY;

  object_class->get_property = tl_seed_row_get_property;
  object_class->set_property = tl_seed_row_set_property;
  object_class->dispose = tl_seed_row_dispose;
  properties[PROP_SEED] = g_param_spec_uint64 ("seed", NULL, NULL, 0, G_MAXUINT64, 0, flags);
  properties[PROP_LOCKED] = g_param_spec_boolean ("locked", NULL, NULL, FALSE, flags);
  g_object_class_install_properties (object_class, N_PROPERTIES, properties);

  gtk_widget_class_install_action (widget_class, "seed.dice", NULL, dice_action);
  gtk_widget_class_install_property_action (widget_class, "seed.lock", "locked");
  gtk_widget_class_set_layout_manager_type (widget_class, GTK_TYPE_BIN_LAYOUT);
  gtk_widget_class_set_template_from_resource (widget_class,
                                               "/org/tiller/Tiller/ui/steer/seed-row.ui");
  gtk_widget_class_bind_template_child (widget_class, TlSeedRow, entry);
  gtk_widget_class_bind_template_child (widget_class, TlSeedRow, note);
  gtk_widget_class_bind_template_callback (widget_class, left_cb);
  gtk_widget_class_bind_template_callback (widget_class, lock_icon);
  gtk_widget_class_bind_template_callback (widget_class, lock_tip);
  gtk_widget_class_bind_template_callback (widget_class, typed_cb);
}

static void
tl_seed_row_init (TlSeedRow *self)
{
  self->seed = draw_seed ();
  gtk_widget_init_template (GTK_WIDGET (self));
  show_seed (self);
}

guint64
tl_seed_row_take (TlSeedRow *self)
{
  if (self->is_used && !self->locked)
    tl_seed_row_set_seed (self, draw_seed ());
  show_seed (self);
  self->is_used = TRUE;
  self->is_chosen = FALSE;
  return self->seed;
}

guint64
tl_seed_row_get_seed (TlSeedRow *self)
{
  return self->seed;
}

void
tl_seed_row_set_seed (TlSeedRow *self, guint64 seed)
{
  self->seed = seed;
  self->is_used = FALSE;
  self->is_chosen = FALSE;
  show_seed (self);
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_SEED]);
}

gboolean
tl_seed_row_is_chosen (TlSeedRow *self)
{
  return self->is_chosen;
}

gboolean
tl_seed_row_get_locked (TlSeedRow *self)
{
  return self->locked;
}

void
tl_seed_row_set_locked (TlSeedRow *self, gboolean locked)
{
  if (self->locked == locked)
    return;
  self->locked = locked;
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_LOCKED]);
}
