/* test-pace.c - seconds per iteration
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "config.h"
#include "core/engine/pace.h"

#include <math.h>

static void
is_unknown_at_first (void)
{
  TlPace pace;

  tl_pace_start (&pace, 1000);
  for (guint i = 1; i <= 2; i++)
    {
      tl_pace_add (&pace, 1000 + i * 500000);
      g_assert_true (isnan (tl_pace_get_seconds (&pace)));
    }
  tl_pace_add (&pace, 1000 + 3 * 500000);
  g_assert_cmpfloat_with_epsilon (tl_pace_get_seconds (&pace), 0.5, 1e-9);
}

static void
forgets_what_is_long_ago (void)
{
  TlPace pace;
  gint64 now = 0;

  tl_pace_start (&pace, now);
  for (guint i = 0; i < 1000; i++)
    tl_pace_add (&pace, now += G_USEC_PER_SEC);
  g_assert_cmpfloat_with_epsilon (tl_pace_get_seconds (&pace), 1, 1e-9);
  for (guint i = 0; i < TL_PACE_SPAN; i++)
    tl_pace_add (&pace, now += G_USEC_PER_SEC / 4);
  g_assert_cmpfloat_with_epsilon (tl_pace_get_seconds (&pace), 0.25, 1e-9);
}

static void
a_pause_does_not_count (void)
{
  TlPace pace;
  gint64 now = 0;

  tl_pace_start (&pace, now);
  for (guint i = 0; i < 10; i++)
    tl_pace_add (&pace, now += G_USEC_PER_SEC);
  now += 3600 * (gint64) G_USEC_PER_SEC;
  tl_pace_start (&pace, now);
  g_assert_true (isnan (tl_pace_get_seconds (&pace)));
  for (guint i = 0; i < 3; i++)
    tl_pace_add (&pace, now += G_USEC_PER_SEC);
  g_assert_cmpfloat_with_epsilon (tl_pace_get_seconds (&pace), 1, 1e-9);
}

static void
waiting_for_others_does_not_count (void)
{
  TlPace pace;
  gint64 now = 0;

  tl_pace_start (&pace, now);
  for (guint i = 0; i < 100; i++)
    {
      if (i % 5 == 0)
        tl_pace_take_turn (&pace, now += 55 * G_USEC_PER_SEC);
      tl_pace_add (&pace, now += G_USEC_PER_SEC);
      if (i >= 2)
        g_assert_cmpfloat_with_epsilon (tl_pace_get_seconds (&pace), 1, 1e-9);
    }
}

static void
a_clock_that_stands_still_is_survived (void)
{
  TlPace pace;

  tl_pace_start (&pace, 5);
  for (guint i = 0; i < 50; i++)
    tl_pace_add (&pace, 5);
  g_assert_true (isnan (tl_pace_get_seconds (&pace)));
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/pace/first", is_unknown_at_first);
  g_test_add_func ("/pace/window", forgets_what_is_long_ago);
  g_test_add_func ("/pace/pause", a_pause_does_not_count);
  g_test_add_func ("/pace/waiting", waiting_for_others_does_not_count);
  g_test_add_func ("/pace/still", a_clock_that_stands_still_is_survived);
  return g_test_run ();
}
