/* fake-tiller.c - the whole window program on the fake stepper, to look at and to try out by hand
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "app/application.h"
#include "config.h"
#include "tests/ui/fake-stepper.h"

int
main (int argc, char *argv[])
{
  const TlModelSource source = { fake_load_models, fake_load_judge, fake_list_clips };
  g_autoptr (TlApplication) application = tl_application_new (&source);

  return g_application_run (G_APPLICATION (application), argc, argv);
}
