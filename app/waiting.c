/* waiting.c - threads that wait for each other do not hold the processor
 *
 * libgomp's threads spin for milliseconds at every barrier before they sleep. On a machine that has
 * anything else to do that costs several times the work itself: the one that spins keeps the one
 * that it waits for from running. A thousand turns bridge the gap between two operations as well.
 *
 * libgomp reads its environment in its constructor, which runs before main(), and starting the
 * program a second time would load libtorch twice. So the variable stands in the place of another
 * one that no library looks at, from before the first constructor until after the last.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "config.h"

#include <glib.h>
#include <string.h>

static char short_waiting[] = "GOMP_SPINCOUNT=1000";
static char **place, *original;

/* glibc hands this very array to getenv(), a little later. */
static void
take_place (int argc, char **argv, char **envp)
{
  static const char *const unread[] = { "_=", "SHLVL=", "OLDPWD=", "PWD=", "LOGNAME=", "USER=" };
  gsize best = G_N_ELEMENTS (unread);

  for (char **variable = envp; *variable != NULL; variable++)
    {
      if (strncmp (*variable, "GOMP_SPINCOUNT=", 15) == 0
          || strncmp (*variable, "OMP_WAIT_POLICY=", 16) == 0)
        return; /* somebody knows better */
      for (gsize i = 0; i < best; i++)
        if (strncmp (*variable, unread[i], strlen (unread[i])) == 0)
          {
            best = i;
            place = variable;
          }
    }
  if (best == G_N_ELEMENTS (unread))
    return;

  original = *place;
  *place = short_waiting;
}

/* The program's own constructors come last. */
__attribute__ ((constructor)) static void
give_place_back (void)
{
  if (original != NULL)
    *place = original;
}

typedef void (*PreinitFunc) (int argc, char **argv, char **envp);

__attribute__ ((section (".preinit_array"), used)) static PreinitFunc preinit = take_place;
