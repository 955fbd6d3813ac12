/* preferences.c - what the window remembers
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "app/preferences.h"
#include "config.h"

static GSettingsSchema *
find_schema (void)
{
  GSettingsSchemaSource *installed = g_settings_schema_source_get_default ();
  g_autoptr (GSettingsSchemaSource) built = NULL;
  GSettingsSchema *schema = NULL;

  /* The build's own comes first: a program that was not installed goes with its own schema. */
  built = g_settings_schema_source_new_from_directory (TL_SCHEMA_DIR, installed, TRUE, NULL);
  if (built != NULL)
    return g_settings_schema_source_lookup (built, TL_APPLICATION_ID, TRUE);
  if (installed != NULL)
    schema = g_settings_schema_source_lookup (installed, TL_APPLICATION_ID, TRUE);
  return schema;
}

GSettings *
tl_preferences_new (void)
{
  g_autoptr (GSettingsSchema) schema = find_schema ();

  return schema != NULL ? g_settings_new_full (schema, NULL, NULL) : NULL;
}
