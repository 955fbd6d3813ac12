/* test-describe.c - what inspect prints
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "config.h"
#include "core/weights/describe.h"

#include "tests/core/weights/make.h"

#define HEADER                                                                                     \
  "{\"__metadata__\":{\"norm_groups\":\"8\",\"escape\":\"a\\u001b[2Jb\"},"                         \
  "\"conv.weight\":{\"dtype\":\"F16\",\"shape\":[2,3],\"data_offsets\":[0,12]},"                   \
  "\"f\":{\"dtype\":\"F8_E4M3\",\"shape\":[4],\"data_offsets\":[12,16]}}"

static TlWeights *
open_sample (void)
{
  g_autoptr (GBytes) bytes = make_safetensors (HEADER, 16);
  g_autoptr (GError) error = NULL;
  TlWeights *weights = tl_weights_new_from_safetensors (bytes, "sample", &error);

  g_assert_no_error (error);
  return weights;
}

static void
test_text (void)
{
  g_autoptr (TlWeights) weights = open_sample ();
  g_autoptr (GString) out = g_string_new (NULL);

  tl_weights_describe (weights, out);
  g_assert_cmpstr (out->str, ==,
                   "safetensors file\n"
                   "1 tensor, 12 bytes\n"
                   "  conv.weight  float16   [2, 3]  12 bytes\n"
                   "Skipped:\n"
                   "  f: F8_E4M3 (4 bytes)\n"
                   "Metadata:\n"
                   "  escape: a [2Jb\n"
                   "  norm_groups: 8\n");
}

static void
test_json (void)
{
  g_autoptr (TlWeights) weights = open_sample ();
  g_autoptr (JsonBuilder) builder = json_builder_new_immutable ();
  g_autoptr (JsonNode) root = NULL;
  g_autofree char *text = NULL;

  json_builder_begin_object (builder);
  tl_weights_describe_json (weights, builder);
  json_builder_end_object (builder);
  root = json_builder_get_root (builder);
  text = json_to_string (root, FALSE);
  g_assert_cmpstr (text, ==,
                   "{\"format\":\"safetensors\",\"tensors\":[{\"name\":\"conv.weight\",\"dtype\":"
                   "\"float16\",\"shape\":[2,3],\"bytes\":12}],\"skipped\":[\"f: F8_E4M3 (4 "
                   "bytes)\"],\"metadata\":{\"escape\":\"a\\u001b[2Jb\",\"norm_groups\":\"8\"}}");
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/describe/text", test_text);
  g_test_add_func ("/describe/json", test_json);

  return g_test_run ();
}
