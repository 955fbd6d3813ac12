/* order.c - in which order candidates stand
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "config.h"
#include "ui/explore/order.h"

#include "ui/explore/candidate.h"

#include <math.h>

/* The best first; what is not known last: no cosine is less than -1. */
static gint
compare_values (gdouble x, gdouble y)
{
  x = isnan (x) ? -2 : x;
  y = isnan (y) ? -2 : y;
  return (x < y) - (x > y);
}

static gint
compare_similarity (TlRun *a, TlRun *b)
{
  return compare_values (tl_run_get_similarity (a), tl_run_get_similarity (b));
}

static gint
compare_score (const char *judge, TlRun *a, TlRun *b)
{
  if (judge == NULL)
    return 0;
  return compare_values (tl_run_get_score (a, judge, NULL), tl_run_get_score (b, judge, NULL));
}

/* The stars first, the rejected last. */
static gint
compare_mark (TlRun *a, TlRun *b)
{
  const gint places[] = { [TL_MARK_STARRED] = 0, [TL_MARK_NONE] = 1, [TL_MARK_REJECTED] = 2 };

  return places[tl_run_get_mark (a)] - places[tl_run_get_mark (b)];
}

static gint
compare_age (TlRun *a, TlRun *b)
{
  gint64 x = tl_run_get_origin (a)->id;
  gint64 y = tl_run_get_origin (b)->id;

  return (x > y) - (x < y);
}

/* As they were laid out by hand. */
static gint
compare_place (TlExploration *exploration, TlRun *a, TlRun *b)
{
  guint x = exploration != NULL ? tl_exploration_get_place (exploration, a) : 0;
  guint y = exploration != NULL ? tl_exploration_get_place (exploration, b) : 0;

  return (x > y) - (x < y);
}

gint
tl_order_compare (TlOrder order, TlExploration *exploration, const char *judge, TlRun *a, TlRun *b)
{
  gint result = 0;

  if (order == TL_ORDER_MINE)
    result = compare_place (exploration, a, b);
  if (order == TL_ORDER_JUDGE)
    result = compare_score (judge, a, b);
  if (order == TL_ORDER_STARS)
    result = compare_mark (a, b);
  if ((order == TL_ORDER_SIMILARITY || order == TL_ORDER_STARS) && result == 0)
    result = compare_similarity (a, b);
  return result != 0 ? result : compare_age (a, b);
}

guint
tl_order_find_place (const char *order, TlRun *run)
{
  g_auto (GStrv) words = g_strsplit (order != NULL ? order : "", " ", -1);
  g_autofree char *id = g_strdup_printf ("%" G_GINT64_FORMAT, tl_run_get_origin (run)->id);
  guint i = 0;

  while (words[i] != NULL && !g_str_equal (words[i], id))
    i++;
  return words[i] != NULL ? i : G_MAXUINT;
}

char *
tl_order_print (GtkFlowBox *grid, GtkFlowBoxChild *child, gint index)
{
  g_autoptr (GPtrArray) children = g_ptr_array_new ();
  GString *order = g_string_new (NULL);
  GtkFlowBoxChild *next;

  for (gint i = 0; (next = gtk_flow_box_get_child_at_index (grid, i)) != NULL; i++)
    if (next != child)
      g_ptr_array_add (children, next);
  g_ptr_array_insert (children, CLAMP (index, 0, (gint) children->len), child);
  for (guint i = 0; i < children->len; i++)
    {
      TlRun *run = tl_candidate_get_run (TL_CANDIDATE (children->pdata[i]));

      if (i > 0)
        g_string_append_c (order, ' ');
      g_string_append_printf (order, "%" G_GINT64_FORMAT, tl_run_get_origin (run)->id);
    }
  return g_string_free (order, FALSE);
}
