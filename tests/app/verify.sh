#!/bin/sh
# verify.sh - every golden of the reference folder, through the command that users have
#
# SPDX-License-Identifier: GPL-3.0-or-later
if [ ! -d "$TL_REFERENCE_DIR" ]; then
  echo "SKIPPED: there is no reference folder at $TL_REFERENCE_DIR, so nothing was held against the originals"
  exit 77
fi
exec "$1" verify "$TL_REFERENCE_DIR"
