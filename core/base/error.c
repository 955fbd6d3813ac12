/* error.c - the one error domain of the project
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "config.h"
#include "core/base/error.h"

G_DEFINE_QUARK (tl-error-quark, tl_error)

gboolean
tl_error_set (GError **error, TlError code, const char *format, ...)
{
  va_list args;

  if (error == NULL)
    return FALSE;

  va_start (args, format);
  g_propagate_error (error, g_error_new_valist (TL_ERROR, code, format, args));
  va_end (args);
  return FALSE;
}
