/* test-yaml.c - numbers out of configurations, whatever else lies in them
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "config.h"
#include "core/vqgan/yaml.h"

#include <glib/gstdio.h>

static const char *const net2net = "model:\n"
                                   "  target: taming.models.cond_transformer.Net2NetTransformer\n"
                                   "  params:\n"
                                   "    cond_stage_config:\n"
                                   "      params:\n"
                                   "        n_embed: 1024 # of the condition\n"
                                   "    first_stage_config:\n"
                                   "      target: taming.models.vqgan.VQModel\n"
                                   "      params:\n"
                                   "        embed_dim: 256\r\n"
                                   "        n_embed:   4096   # codes\n"
                                   "        # n_embed: 7\n"
                                   "        ddconfig:\n"
                                   "          ch_mult:\n"
                                   "          - 1\n"
                                   "          norm_groups: 8\n"
                                   "    lr: 4.5e-06\n"
                                   "    name: 12x\n"
                                   "    below: -3\n";

static void
numbers_by_section (void)
{
  static const struct
  {
    const char *section, *key;
    gboolean found;
    guint value;
  } cases[] = {
    { "", "n_embed", TRUE, 1024 },
    { "first_stage_config", "n_embed", TRUE, 4096 },
    { "first_stage_config", "embed_dim", TRUE, 256 },
    { "first_stage_config", "norm_groups", TRUE, 8 },
    { "ddconfig", "norm_groups", TRUE, 8 },
    { "cond_stage_config", "norm_groups", FALSE, 0 },
    { "ddconfig", "embed_dim", FALSE, 0 },
    { "", "lr", FALSE, 0 },
    { "", "name", FALSE, 0 },
    { "", "below", FALSE, 0 },
    { "", "target", FALSE, 0 },
    { "", "absent", FALSE, 0 },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      guint value = 0;

      g_assert_cmpint (tl_yaml_lookup_uint (net2net, cases[i].section, cases[i].key, &value), ==,
                       cases[i].found);
      g_assert_cmpuint (value, ==, cases[i].value);
    }
}

static void
nonsense_has_no_keys (void)
{
  static const char *const texts[] = { "",
                                       "\n\n",
                                       ":",
                                       ": 3",
                                       "n_embed",
                                       "n_embed:",
                                       "[n_embed: 3",
                                       "\t\tn_embed : x",
                                       "n_embed: 99999999999999999999999" };

  for (gsize i = 0; i < G_N_ELEMENTS (texts); i++)
    {
      guint value = 0;

      g_assert_false (tl_yaml_lookup_uint (texts[i], "", "n_embed", &value));
    }
}

static void
write_file (const char *folder, const char *name, const char *text)
{
  g_autofree char *path = g_build_filename (folder, name, NULL);
  g_autoptr (GError) error = NULL;

  g_file_set_contents (path, text, -1, &error);
  g_assert_no_error (error);
}

static void
remove_file (const char *folder, const char *name)
{
  g_autofree char *path = g_build_filename (folder, name, NULL);

  g_assert_cmpint (g_remove (path), ==, 0);
}

/* The nearest name wins; what it is named after comes first. */
static void
beside_prefers_the_same_stem (void)
{
  static const char *const names[] = { "last.yaml", "last.yml", "model.yaml", "config.yaml",
                                       "2020-11-09-project.yaml" };
  g_autoptr (GError) error = NULL;
  g_autofree char *folder = g_dir_make_tmp ("tiller-yaml-XXXXXX", &error);
  g_autofree char *path = g_build_filename (folder, "last.ckpt", NULL);
  g_autofree char *none = NULL;

  g_assert_no_error (error);
  for (gsize i = 0; i < G_N_ELEMENTS (names); i++)
    write_file (folder, names[i], names[i]);
  write_file (folder, "2021-01-01-project.yaml", "another");

  for (gsize i = 0; i < G_N_ELEMENTS (names); i++)
    {
      g_autofree char *text = tl_yaml_dup_beside (path);

      g_assert_cmpstr (text, ==, names[i]);
      remove_file (folder, names[i]);
    }
  remove_file (folder, "2021-01-01-project.yaml");
  none = tl_yaml_dup_beside (path);
  g_assert_null (none);
  g_rmdir (folder);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/yaml/numbers/by-section", numbers_by_section);
  g_test_add_func ("/yaml/nonsense/has-no-keys", nonsense_has_no_keys);
  g_test_add_func ("/yaml/beside/prefers-the-same-stem", beside_prefers_the_same_stem);
  return g_test_run ();
}
