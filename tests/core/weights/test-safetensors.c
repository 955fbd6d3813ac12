/* test-safetensors.c - writing safetensors, and reading back what was written
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "config.h"
#include "core/weights/safetensors.h"

#include <string.h>

static GBytes *
write_two (void)
{
  static const gfloat numbers[6] = { 1, 2, 3, 4, 5, -6.5f };
  static const guint8 flags[3] = { 1, 0, 1 };
  static const gint64 shape[2] = { 2, 3 }, n_flags[1] = { 3 };
  g_autoptr (TlSafetensorsWriter) writer = tl_safetensors_writer_new ();
  g_autoptr (GBytes) a = g_bytes_new_static (numbers, sizeof numbers);
  g_autoptr (GBytes) b = g_bytes_new_static (flags, sizeof flags);

  tl_safetensors_writer_set_metadata (writer, "norm_groups", "32");
  tl_safetensors_writer_set_metadata (writer, "said \"so\"\n", "a\\b\tü");
  tl_safetensors_writer_set_metadata (writer, "norm_groups", "8");
  tl_safetensors_writer_add (writer, "z.weight", TL_FLOAT32, 2, shape, a);
  tl_safetensors_writer_add (writer, "flags", TL_BOOL, 1, n_flags, b);
  return tl_safetensors_writer_finish (writer);
}

static void
test_round_trip (void)
{
  g_autoptr (GBytes) bytes = write_two ();
  g_autoptr (GError) error = NULL;
  g_autoptr (TlWeights) weights = tl_weights_new_from_safetensors (bytes, "memory", &error);
  const TlBlob *blob;
  gfloat last;

  g_assert_no_error (error);
  g_assert_cmpuint (tl_weights_get_n_blobs (weights), ==, 2);
  g_assert_cmpstr (tl_weights_get_blob (weights, 0)->name, ==, "flags");
  blob = tl_weights_lookup (weights, "z.weight");
  g_assert_cmpint (blob->dtype, ==, TL_FLOAT32);
  g_assert_cmpint (blob->strides[0], ==, 3);
  g_assert_cmpint (blob->strides[1], ==, 1);
  g_assert_cmpuint (blob->n_bytes, ==, 24);
  memcpy (&last, blob->data + 20, sizeof last);
  g_assert_cmpfloat (last, ==, -6.5f);
  g_assert_cmpstr (tl_weights_get_metadata (weights, "norm_groups"), ==, "8");
  g_assert_cmpstr (tl_weights_get_metadata (weights, "said \"so\"\n"), ==, "a\\b\tü");
  g_assert_null (tl_weights_get_metadata (weights, "flags"));
}

static void
test_same_bytes (void)
{
  g_autoptr (GBytes) a = write_two ();
  g_autoptr (GBytes) b = write_two ();
  const guint8 *data = g_bytes_get_data (a, NULL);

  g_assert_true (g_bytes_equal (a, b));
  g_assert_cmpuint (data[0] % 8, ==, 0);
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/safetensors/reads-what-it-wrote", test_round_trip);
  g_test_add_func ("/safetensors/same-tensors-same-bytes", test_same_bytes);

  return g_test_run ();
}
