/* fuzz-config.c - any bytes as the config.json beside a model
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "config.h"
#include "core/base/error.h"
#include "core/clip/config-file.h"
#include "tests/fuzz/clip/folder.h"

#include <stddef.h>
#include <stdint.h>

int LLVMFuzzerTestOneInput (const uint8_t *data, size_t size);

/* Whatever the file says, heads divide widths. */
static void
read_as (TlClipNames names, const char *path)
{
  TlClipConfig config;
  g_autoptr (GError) error = NULL;

  g_assert_true (tl_clip_config_preset (&config, "ViT-B/32", NULL));
  config.names = names;
  if (!tl_clip_config_read_file (&config, path, &error))
    g_assert_error (error, TL_ERROR, TL_ERROR_FORMAT);
  g_assert_cmpuint (config.n_heads, >, 0);
  g_assert_cmpuint (config.text_heads, >, 0);
  g_assert_cmpuint (config.width % config.n_heads, ==, 0);
  g_assert_cmpuint (config.text_width % config.text_heads, ==, 0);
}

int
LLVMFuzzerTestOneInput (const uint8_t *data, size_t size)
{
  g_autofree char *model = fuzz_folder_write ("model.safetensors", data, 0);
  g_autofree char *hugging_face = fuzz_folder_write ("config.json", data, size);
  g_autofree char *open_clip = fuzz_folder_write ("open_clip_config.json", data, size);

  read_as (TL_CLIP_HUGGING_FACE, model);
  read_as (TL_CLIP_OPENAI, model);
  return 0;
}
