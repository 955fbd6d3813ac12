/* yaml.h - a few numbers out of the .yaml that lies beside a checkpoint
 *
 * Reads no more of YAML than taming-transformers' configurations use: nested "key: value" lines by
 * indentation. Whatever else a line holds is skipped. Any thread.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/**
 * tl_yaml_lookup_uint:
 * @section: a mapping that must enclose the key at any depth, or "" for anywhere
 *
 * Returns: TRUE with the first number that stands after @key
 */
gboolean tl_yaml_lookup_uint (const char *text, const char *section, const char *key, guint *value);

/* (transfer full) (nullable): the text of the configuration that belongs to the checkpoint @path:
 * the same name with .yaml or .yml, else model.yaml, config.yaml or *project.yaml in its folder. */
char *tl_yaml_dup_beside (const char *path);

G_END_DECLS
