/* height-limit.c - a text that grows with what is written, up to a height
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "config.h"
#include "ui/steer/height-limit.h"

typedef struct
{
  GtkScrolledWindow *scrolled;
  gint height;
} Limit;

static gboolean
is_above (GtkScrolledWindow *scrolled, gint height)
{
  return gtk_adjustment_get_upper (gtk_scrolled_window_get_vadjustment (scrolled)) > height;
}

static gboolean
apply_cb (gpointer user_data)
{
  const Limit *limit = user_data;
  gboolean scrolls = is_above (limit->scrolled, limit->height);

  gtk_scrolled_window_set_policy (limit->scrolled, GTK_POLICY_NEVER,
                                  scrolls ? GTK_POLICY_AUTOMATIC : GTK_POLICY_NEVER);
  gtk_scrolled_window_set_min_content_height (limit->scrolled, scrolls ? limit->height : -1);
  return G_SOURCE_REMOVE;
}

static void
limit_free (gpointer data)
{
  g_object_unref (((Limit *) data)->scrolled);
  g_free (data);
}

/* The height is known while it is allocated, which is too late to ask for another one. */
static void
changed_cb (GtkScrolledWindow *scrolled, GtkAdjustment *adjustment)
{
  gint height = GPOINTER_TO_INT (g_object_get_data (G_OBJECT (scrolled), "height-limit"));
  GtkPolicyType policy;
  Limit *limit;

  gtk_scrolled_window_get_policy (scrolled, NULL, &policy);
  if (is_above (scrolled, height) == (policy == GTK_POLICY_AUTOMATIC))
    return;
  limit = g_new (Limit, 1);
  *limit = (Limit){ g_object_ref (scrolled), height };
  g_idle_add_full (G_PRIORITY_DEFAULT_IDLE, apply_cb, limit, limit_free);
}

void
tl_height_limit_add (GtkScrolledWindow *scrolled, gint height)
{
  g_object_set_data (G_OBJECT (scrolled), "height-limit", GINT_TO_POINTER (height));
  g_signal_connect_object (gtk_scrolled_window_get_vadjustment (scrolled), "changed",
                           G_CALLBACK (changed_cb), scrolled, G_CONNECT_SWAPPED);
}
