/* main.c - the window program: languages, and on with it
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "app/application.h"
#include "app/module.h"
#include "config.h"

#include <glib/gi18n.h>
#include <locale.h>

int
main (int argc, char *argv[])
{
  g_autoptr (TlApplication) application = NULL;

  tl_module_prepare ();
  setlocale (LC_ALL, "");
  bindtextdomain (GETTEXT_PACKAGE, TL_LOCALE_DIR);
  bind_textdomain_codeset (GETTEXT_PACKAGE, "UTF-8");
  textdomain (GETTEXT_PACKAGE);
  g_set_application_name ("Tiller");

  application = tl_application_new (tl_module_get_source ());
  return g_application_run (G_APPLICATION (application), argc, argv);
}
