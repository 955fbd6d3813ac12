/* vqgan.c - encoder, codes and decoder against taming-transformers
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "app/verify/verify.h"
#include "config.h"

#include "core/vqgan/vqgan.h"

/* Ten times the reference's own float32 error (reference README). */
#define SLACK 10

static JsonObject *
errors_of_case (Golden *golden, guint index)
{
  JsonArray *cases = json_object_get_array_member (golden->json, "cases");
  JsonObject *entry = json_array_get_object_element (cases, index);

  return json_object_get_object_member (entry, "fp32_vs_fp64");
}

static void
check_case (Report *report, TlScope *outer, Golden *golden, TlVqgan *vqgan, guint index)
{
  TlScope *s = tl_scope_enter (outer);
  JsonObject *errors = errors_of_case (golden, index);
  g_autofree char *z_line = g_strdup_printf ("%u.z", index);
  g_autofree char *indices_line = g_strdup_printf ("%u.indices", index);
  g_autofree char *z_q_line = g_strdup_printf ("%u.z_q", index);
  g_autofree char *decoded_line = g_strdup_printf ("%u.decoded", index);
  TlTensor *z = tl_vqgan_encode (s, vqgan, golden_get (s, golden, "%u.image", index));
  TlTensor *expected = golden_get (s, golden, "%u.indices", index);
  TlTensor *z_q = tl_vqgan_lookup (s, vqgan, expected);
  TlTensor *margin = NULL;

  if (golden_has (golden, "%u.margin", index))
    margin = golden_get (s, golden, "%u.margin", index);
  report_tensors (report, s, z_line, z, golden_get (s, golden, "%u.z", index),
                  SLACK * golden_reference_error (errors, "z"));
  report_count (report, indices_line,
                count_different (s, tl_vqgan_encode_indices (s, vqgan, z), expected, margin),
                (guint) tl_tensor_get_n_elements (expected));
  report_tensors (report, s, z_q_line, z_q, golden_get (s, golden, "%u.z_q", index), 1e-6);
  report_tensors (report, s, decoded_line, tl_vqgan_decode (s, vqgan, z_q),
                  golden_get (s, golden, "%u.decoded", index),
                  SLACK * golden_reference_error (errors, "decoded"));
  tl_scope_leave (s, NULL);
}

static void
check_range (Report *report, TlScope *s, Golden *golden, TlVqgan *vqgan)
{
  report_tensors (report, s, "z_min", tl_vqgan_get_z_min (vqgan), golden_get (s, golden, "z_min"),
                  0);
  report_tensors (report, s, "z_max", tl_vqgan_get_z_max (vqgan), golden_get (s, golden, "z_max"),
                  0);
}

static gboolean
check_model (Report *report, Golden *golden, TlVqgan *vqgan, GError **error)
{
  TlScope *s = tl_scope_open (NULL);
  guint n_cases = json_array_get_length (json_object_get_array_member (golden->json, "cases"));

  for (guint i = 0; i < n_cases; i++)
    check_case (report, s, golden, vqgan, i);
  if (golden_has (golden, "z_min"))
    check_range (report, s, golden, vqgan);
  return tl_scope_close (s, error);
}

static gboolean
check_file (Report *report, Golden *golden, const char *file, GError **error)
{
  g_autofree char *path = golden_path (golden, file);
  g_autoptr (TlWeights) weights = tl_weights_open (path, error);
  g_autoptr (TlVqgan) vqgan = NULL;
  TlVqganConfig config;

  if (weights == NULL || !tl_vqgan_config_infer (&config, weights, error))
    return FALSE;

  vqgan = tl_vqgan_load (&config, weights, TL_FLOAT32, report->device, error);
  return vqgan != NULL && check_model (report, golden, vqgan, error);
}

void
verify_vqgan (Report *report, Golden *golden)
{
  g_autoptr (GPtrArray) files = golden_checkpoints (golden);

  for (guint i = 0; i < files->len; i++)
    {
      const char *file = g_ptr_array_index (files, i);
      g_autoptr (GError) error = NULL;

      report->subject = file;
      if (!check_file (report, golden, file, &error))
        report_failure (report, "model", error->message);
    }
}
