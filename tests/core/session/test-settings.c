/* test-settings.c - each setting as text and as JSON
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "config.h"
#include "core/base/error.h"
#include "core/base/random.h"
#include "core/session/settings.h"
#include "tests/core/comma-locale.h"

#include <string.h>

static char *
print_json (const TlSettings *settings)
{
  g_autoptr (JsonBuilder) builder = json_builder_new ();
  g_autoptr (JsonNode) root = NULL;

  tl_settings_write (settings, builder);
  root = json_builder_get_root (builder);
  return json_to_string (root, FALSE);
}

static gboolean
read_json (TlSettings *settings, const char *text, GError **error)
{
  g_autoptr (JsonNode) root = json_from_string (text, NULL);

  g_assert_nonnull (root);
  return tl_settings_read (settings, json_node_get_object (root), error);
}

static void
set_randomly (TlSettings *settings, const TlSetting *setting, TlRandom *random)
{
  gdouble value = tl_random_range (random, setting->minimum, setting->maximum);
  gpointer member = (guint8 *) settings + setting->offset;

  switch (setting->type)
    {
    case TL_SETTING_INT:
      *(gint64 *) member = (gint64) value;
      break;
    case TL_SETTING_BOOL:
      *(gboolean *) member = tl_random_below (random, 2);
      break;
    case TL_SETTING_DOUBLE:
      *(gdouble *) member = value;
      break;
    case TL_SETTING_ENUM:
      *(gint *) member = tl_random_below (random, (guint32) setting->maximum + 1);
      break;
    case TL_SETTING_AUGMENTS:
    default:
      g_assert_true (tl_augment_list_parse (
        member, tl_random_below (random, 2) ? "rotation(p=0.25), noise" : "none", NULL));
    }
}

static void
defaults_are_in_range (void)
{
  void (*const inits[]) (TlSettings *) = { tl_settings_init, tl_settings_init_starter };
  guint n;
  const TlSetting *all = tl_setting_get_all (&n);

  for (gsize k = 0; k < G_N_ELEMENTS (inits); k++)
    {
      TlSettings settings, copy;

      inits[k](&settings);
      copy = settings;
      for (guint i = 0; i < n; i++)
        {
          g_autofree char *text = tl_settings_print (&settings, &all[i]);
          g_autoptr (GError) error = NULL;

          tl_settings_set (&copy, &all[i], text, &error);
          g_assert_no_error (error);
          g_assert_true (tl_setting_find (all[i].name) == &all[i]);
        }
      g_assert_true (tl_settings_equal (&settings, &copy));
    }
  g_assert_null (tl_setting_find ("speed"));
}

static void
json_and_text_read_back (void)
{
  guint n;
  const TlSetting *all = tl_setting_get_all (&n);

  for (guint seed = 0; seed < 300; seed++)
    {
      g_autofree char *json = NULL;
      g_autoptr (GError) error = NULL;
      TlSettings settings, again, from_text;
      TlRandom random;

      tl_settings_init (&settings);
      tl_settings_init_starter (&again);
      tl_settings_init_starter (&from_text);
      tl_random_init (&random, seed, 0, TL_PURPOSE_START, 0);
      for (guint i = 0; i < n; i++)
        set_randomly (&settings, &all[i], &random);

      json = print_json (&settings);
      read_json (&again, json, &error);
      g_assert_no_error (error);
      g_assert_true (tl_settings_equal (&settings, &again));
      g_assert_cmpmem (&settings.lr, sizeof (gdouble), &again.lr, sizeof (gdouble));

      for (guint i = 0; i < n; i++)
        {
          g_autofree char *text = tl_settings_print (&settings, &all[i]);

          g_assert_true (tl_settings_set (&from_text, &all[i], text, NULL));
        }
      g_assert_true (tl_settings_equal (&settings, &from_text));
    }
}

static void
each_member_counts (void)
{
  guint n;
  const TlSetting *all = tl_setting_get_all (&n);

  for (guint i = 0; i < n; i++)
    {
      TlSettings a, b;
      TlRandom random;

      tl_settings_init (&a);
      b = a;
      tl_random_init (&random, i, 0, TL_PURPOSE_START, 0);
      /* A draw may hit the default; ten in a row do not. */
      for (guint k = 0; k < 10 && tl_settings_equal (&a, &b); k++)
        set_randomly (&b, &all[i], &random);
      g_assert_false (tl_settings_equal (&a, &b));
    }
}

static void
what_is_wrong_is_said (void)
{
  static const struct
  {
    const char *name, *text;
    TlError code;
    const char *part;
  } cases[] = {
    { "iterations", "0", TL_ERROR_FORMAT, "1 to 10000000" },
    { "iterations", "10000001", TL_ERROR_FORMAT, "1 to 10000000" },
    { "iterations", "many", TL_ERROR_FORMAT, "many" },
    { "iterations", "1.5", TL_ERROR_FORMAT, "whole" },
    { "cutouts", "-3", TL_ERROR_FORMAT, "1 to 1024" },
    { "lr", "0", TL_ERROR_FORMAT, "lr" },
    { "lr", "nan", TL_ERROR_FORMAT, "nan" },
    { "lr", "", TL_ERROR_FORMAT, "lr" },
    { "loop", "yes", TL_ERROR_FORMAT, "yes" },
    { "optimizer", "sgd", TL_ERROR_MISSING, "adamp" },
    { "augment", "blur", TL_ERROR_MISSING, "blur" },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autoptr (GError) error = NULL;
      TlSettings settings, before;

      tl_settings_init (&settings);
      before = settings;
      g_assert_false (
        tl_settings_set (&settings, tl_setting_find (cases[i].name), cases[i].text, &error));
      g_assert_error (error, TL_ERROR, (gint) cases[i].code);
      g_assert_nonnull (strstr (error->message, cases[i].part));
      g_assert_true (tl_settings_equal (&settings, &before));
    }
}

/* What a message says is typed. */
static void
messages_have_a_point (void)
{
  g_autoptr (GError) error = NULL;
  TlSettings settings;

  if (!enter_comma_locale ())
    return;
  tl_settings_init (&settings);
  g_assert_false (tl_settings_set (&settings, tl_setting_find ("crop-min"), "5", &error));
  setlocale (LC_NUMERIC, "C");
  g_assert_nonnull (strstr (error->message, "0.05 to 2"));
}

static void
json_is_checked (void)
{
  static const struct
  {
    const char *text;
    gboolean is_good;
  } cases[] = {
    { "{}", TRUE },
    { "{\"lr\":1}", TRUE },
    { "{\"warp\":9,\"lr\":0.25}", TRUE },
    { "{\"optimizer\":\"AdamW\"}", TRUE },
    { "{\"lr\":-1}", FALSE },
    { "{\"lr\":null}", FALSE },
    { "{\"lr\":[1]}", FALSE },
    { "{\"lr\":{}}", FALSE },
    { "{\"lr\":true}", FALSE },
    { "{\"iterations\":0.5}", FALSE },
    { "{\"lr\":0.25,\"iterations\":-1}", FALSE },
    { "{\"optimizer\":3}", FALSE },
    { "{\"loop\":1}", FALSE },
    { "{\"augment\":\"affine(\"}", FALSE },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autoptr (GError) error = NULL;
      TlSettings settings, before;

      tl_settings_init (&settings);
      before = settings;
      g_assert_true (read_json (&settings, cases[i].text, &error) == cases[i].is_good);
      g_assert_true ((error == NULL) == cases[i].is_good);
      g_assert_true (cases[i].is_good || tl_settings_equal (&settings, &before));
    }
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/settings/defaults", defaults_are_in_range);
  g_test_add_func ("/settings/round-trip", json_and_text_read_back);
  g_test_add_func ("/settings/equal", each_member_counts);
  g_test_add_func ("/settings/errors", what_is_wrong_is_said);
  g_test_add_func ("/settings/json", json_is_checked);
  g_test_add_func ("/settings/point", messages_have_a_point);
  return g_test_run ();
}
