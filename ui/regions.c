/* regions.c - F6: from one part of the window to the next
 *
 * Each part is entered where its keys are: at the prompt, the picture or the grid, the message, the
 * family, the name of the session. What is not on screen is passed over.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "config.h"
#include "ui/window-private.h"

/* As they are read. */
typedef enum
{
  REGION_PANE,
  REGION_VIEW,
  REGION_BAR,
  REGION_FAMILY,
  REGION_HEADER,
  N_REGIONS,
} Region;

static GtkWidget *
get_region (TlWindow *self, Region region)
{
  switch (region)
    {
    case REGION_PANE:
      return GTK_WIDGET (self->pane);
    case REGION_BAR:
      return GTK_WIDGET (self->bar);
    case REGION_FAMILY:
      return GTK_WIDGET (self->family);
    case REGION_HEADER:
      return gtk_window_get_titlebar (GTK_WINDOW (self));
    case REGION_VIEW:
    default:
      return GTK_WIDGET (self->views);
    }
}

/* Where the focus is; behind the last, if it is nowhere. */
static guint
find_region (TlWindow *self)
{
  GtkWidget *focus = gtk_root_get_focus (GTK_ROOT (self));

  for (guint i = 0; i < N_REGIONS && focus != NULL; i++)
    if (gtk_widget_is_ancestor (focus, get_region (self, i)))
      return i;
  return N_REGIONS;
}

static gboolean
is_in (TlWindow *self, Region region)
{
  return find_region (self) == region;
}

/* FALSE: there is nothing in it that could be used. */
static gboolean
enter (TlWindow *self, Region region)
{
  GtkWidget *widget = get_region (self, region);

  if (widget == NULL || !gtk_widget_get_mapped (widget))
    return FALSE;
  if (region == REGION_PANE)
    tl_steer_pane_focus_prompt (self->pane, FALSE);
  else if (region == REGION_VIEW)
    tl_window_focus_view (self);
  else if (region == REGION_FAMILY)
    tl_family_pane_focus (self->family);
  else if (region == REGION_HEADER)
    gtk_widget_child_focus (GTK_WIDGET (self->session_button), GTK_DIR_TAB_FORWARD);
  if (!is_in (self, region))
    gtk_widget_child_focus (widget, GTK_DIR_TAB_FORWARD);
  return is_in (self, region);
}

static void
go (TlWindow *self, guint by)
{
  guint from = find_region (self);

  if (from == N_REGIONS)
    from = by == 1 ? N_REGIONS - 1 : 0;
  for (guint i = 1; i <= N_REGIONS; i++)
    if (enter (self, (from + i * by) % N_REGIONS))
      break;
  gtk_window_set_focus_visible (GTK_WINDOW (self), TRUE);
}

static void
next_region_action (GtkWidget *widget, const char *name, GVariant *parameter)
{
  go (TL_WINDOW (widget), 1);
}

static void
previous_region_action (GtkWidget *widget, const char *name, GVariant *parameter)
{
  go (TL_WINDOW (widget), N_REGIONS - 1);
}

void
tl_window_install_regions (GtkWidgetClass *class)
{
  gtk_widget_class_install_action (class, "win.next-region", NULL, next_region_action);
  gtk_widget_class_install_action (class, "win.previous-region", NULL, previous_region_action);
}
