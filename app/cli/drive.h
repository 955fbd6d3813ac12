/* drive.h - a run from where it is to where it is to end, with all that is written meanwhile
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#pragma once

#include "app/cli/ledger.h"

G_BEGIN_DECLS

typedef struct
{
  Track track;
  Ledger ledger;
  guint64 until;      /* iteration */
  const char *output; /* (nullable): where the last picture goes */
  gboolean is_named;  /* without one it is named after the prompt; else there is none */
  const char *frames; /* (nullable): folder for every save_every-th picture */
  guint64 save_every;
  gboolean json, quiet, progress;
} Drive;

/* Ends early, and well, where it is interrupted. */
gboolean drive_go (Drive *self, GError **error);
void drive_clear (Drive *self);

/* An hour's work should not find out at its end that there is nowhere to put it. */
gboolean drive_check_writable (const char *path, GError **error);
/* Nor that it is no PNG that its name promises. */
gboolean drive_check_picture (const char *path, GError **error);

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Drive, drive_clear)

G_END_DECLS
