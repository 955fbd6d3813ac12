/* verify.c - tiller-cli verify: every golden of a folder
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "app/cli/cli.h"
#include "app/verify/verify.h"
#include "config.h"

#include "core/base/error.h"

#include <glib/gi18n.h>
#include <string.h>

typedef void (*VerifyFunc) (Report *report, Golden *golden);

/* What a golden is of shows in what its JSON states. */
static const struct
{
  const char *member, *second;
  VerifyFunc func;
} kinds[] = {
  { "vqgan", "clip", verify_steering },     { "checkpoint", "codebook", verify_vqgan },
  { "checkpoint", "texts", verify_clip },   { "stages", "cutouts", verify_augments },
  { "tensors", "note", verify_optimizers },
};

static gboolean
check_golden (Report *report, const char *folder, const char *file, GError **error)
{
  g_autoptr (Golden) golden = golden_open (folder, file, report->device, error);

  if (golden == NULL)
    return FALSE;

  for (gsize i = 0; i < G_N_ELEMENTS (kinds); i++)
    if (json_object_has_member (golden->json, kinds[i].member)
        && json_object_has_member (golden->json, kinds[i].second))
      {
        kinds[i].func (report, golden);
        if (kinds[i].func == verify_steering && golden_has (golden, "piece.clamp.input"))
          verify_pieces (report, golden);
        return TRUE;
      }
  return tl_error_set (error, TL_ERROR_FORMAT, _ ("“%s” is of no kind that is known"), file);
}

static void
check_file (Report *report, const char *folder, const char *file)
{
  g_autoptr (GError) error = NULL;

  report->subject = file;
  if (strcmp (file, "tokens.json") == 0)
    verify_tokens (report, folder, file);
  else if (!check_golden (report, folder, file, &error))
    report_failure (report, "golden", error->message);
}

static gint
compare_names (gconstpointer a, gconstpointer b)
{
  return strcmp (*(const char *const *) a, *(const char *const *) b);
}

/* (transfer full) (nullable) */
static GPtrArray *
list_goldens (const char *folder, GError **error)
{
  g_autoptr (GPtrArray) files = g_ptr_array_new_with_free_func (g_free);
  g_autoptr (GDir) directory = g_dir_open (folder, 0, error);
  const char *name;

  if (directory == NULL)
    return NULL;

  while ((name = g_dir_read_name (directory)) != NULL)
    if (g_str_has_suffix (name, ".golden.json") || strcmp (name, "tokens.json") == 0)
      g_ptr_array_add (files, g_strdup (name));
  g_ptr_array_sort (files, compare_names);
  if (files->len > 0)
    return g_steal_pointer (&files);

  tl_error_set (error, TL_ERROR_MISSING, _ ("There are no golden numbers in “%s”"), folder);
  return NULL;
}

CliStatus
cli_verify (int argc, char **argv)
{
  g_auto (CliCommon) common = { 0 };
  g_autoptr (GPtrArray) files = NULL;
  g_autoptr (GError) error = NULL;
  TlModelChoice choice;
  Report report = { 0 };
  CliStatus status;

  if (!cli_parse ("verify", NULL, &common, &argc, &argv, 1, 1, &status))
    return status;
  if (!cli_common_resolve (&common, &choice, &error))
    return cli_fail_error (error);
  files = list_goldens (argv[1], &error);
  if (files == NULL)
    return cli_fail_error (error);

  report.json = common.json;
  report.device = choice.device;
  for (guint i = 0; i < files->len; i++)
    check_file (&report, argv[1], g_ptr_array_index (files, i));
  if (!common.json)
    g_print (_ ("%u ok, %u failed\n"), report.n_ok, report.n_failed);
  return report.n_failed == 0 && report.n_ok > 0 ? CLI_OK : CLI_FAILED;
}
