/* interrupt.c - Ctrl-C ends a run after its iteration, and keeps it
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "app/cli/interrupt.h"
#include "config.h"

#include <signal.h>

/* Set by the signal handler, which can reach nothing else. */
static volatile sig_atomic_t interrupted;

static void
on_interrupt (int signal_number)
{
  interrupted = 1;
}

void
catch_interrupts (void)
{
  struct sigaction action = { .sa_handler = on_interrupt, .sa_flags = (int) SA_RESETHAND };

  sigaction (SIGINT, &action, NULL);
  sigaction (SIGTERM, &action, NULL);
}

gboolean
is_interrupted (void)
{
  return interrupted != 0;
}
