/* codes.c - tiller-cli encode and decode: pictures to latents and codes, and back
 *
 * The file between holds `z` [1, e_dim, h, w] float32, the encoder's own output, and `indices` [h,
 * w] int64, the codes it falls on. Decoding takes the codes where there are any.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "app/cli/cli.h"
#include "app/cli/drive.h"
#include "app/cli/tensors.h"
#include "config.h"

#include "core/base/error.h"
#include "core/export/export.h"
#include "core/export/png.h"
#include "core/session/picture.h"
#include "core/session/steer.h"

#include <glib/gi18n.h>
#include <math.h>

/* The picture cut to whole cells, from its top left corner: [1, 3, h, w] in [-1, 1] */
static TlTensor *
read_cells (TlScope *s, TlFrame *picture, guint step)
{
  guint width = tl_frame_get_width (picture) / step * step;
  guint height = tl_frame_get_height (picture) / step * step;
  const guint8 *pixels = g_bytes_get_data (tl_frame_get_pixels (picture), NULL);
  TlTensor *x = tl_from_argb32 (s, pixels, tl_frame_get_stride (picture), width, height);

  return tl_vqgan_from_picture (s, x);
}

static gboolean
check_picture (TlFrame *picture, const char *path, guint step, GError **error)
{
  guint shorter = MIN (tl_frame_get_width (picture), tl_frame_get_height (picture));
  guint longer = MAX (tl_frame_get_width (picture), tl_frame_get_height (picture));

  if (shorter >= step && longer <= TL_MAX_SIDE)
    return TRUE;
  return tl_error_set (
    error, TL_ERROR_TOO_LARGE, _ ("“%s” is %u × %u; %u to %d pixels a side can be encoded"), path,
    tl_frame_get_width (picture), tl_frame_get_height (picture), step, TL_MAX_SIDE);
}

static gboolean
encode (TlModels *models, const char *path, const char *output, GError **error)
{
  g_autoptr (TlSafetensorsWriter) writer = tl_safetensors_writer_new ();
  g_autoptr (TlFrame) picture = tl_picture_load (path, error);
  TlVqgan *vqgan = tl_models_get_vqgan (models);
  guint step = tl_vqgan_get_config (vqgan)->downscale;
  g_autoptr (GBytes) bytes = NULL;
  TlScope *s;
  TlTensor *x, *z;

  if (picture == NULL || !check_picture (picture, path, step, error))
    return FALSE;

  s = tl_scope_open (NULL);
  x = tl_to_device (s, read_cells (s, picture, step), tl_models_get_device (models));
  z = tl_vqgan_encode (s, vqgan, x);
  cli_tensors_add (writer, s, "z", z);
  cli_tensors_add (writer, s, "indices", tl_vqgan_encode_indices (s, vqgan, z));
  if (!tl_scope_close (s, error))
    return FALSE;

  bytes = tl_safetensors_writer_finish (writer);
  return tl_export_write (output, bytes, error);
}

CliStatus
cli_encode (int argc, char **argv)
{
  g_auto (CliCommon) common = { 0 };
  g_autofree char *output = NULL;
  const GOptionEntry entries[] = {
    { "output", 'o', 0, G_OPTION_ARG_FILENAME, &output, N_ ("where latent and codes go"),
      N_ ("FILE.safetensors") },
    { NULL },
  };
  g_autoptr (TlModels) models = NULL;
  g_autoptr (GError) error = NULL;
  TlModelChoice choice;
  CliStatus status;

  if (!cli_parse ("encode", entries, &common, &argc, &argv, 1, 1, &status))
    return status;
  if (output == NULL)
    return cli_fail (CLI_USAGE, _ ("encode needs -o FILE.safetensors"));
  if (!cli_common_resolve (&common, &choice, &error)
      || (models = tl_models_load (&choice, TL_MODELS_VQGAN, &error)) == NULL
      || !encode (models, argv[1], output, &error))
    return cli_fail_error (error);
  return cli_done (&common, output);
}

/* [1, e_dim, h, w] from the codes of the file, or from the code vectors nearest to its latent */
static TlTensor *
read_codes (TlScope *s, TlVqgan *vqgan, TlWeights *file, TlDevice device)
{
  const TlVqganConfig *config = tl_vqgan_get_config (vqgan);
  TlTensor *indices =
    cli_tensors_read_indices (s, file, "indices", config->n_codes, TL_MAX_SIDE / config->downscale);

  if (indices == NULL && !tl_scope_has_failed (s))
    {
      TlTensor *z =
        cli_tensors_read_latent (s, file, "z", config->e_dim, TL_MAX_SIDE / config->downscale);

      return tl_vqgan_quantize (s, vqgan, tl_to_device (s, z, device));
    }
  return tl_vqgan_lookup (s, vqgan, tl_to_device (s, indices, device));
}

static TlFrame *
decode_frame (TlModels *models, TlWeights *file, GError **error)
{
  TlVqgan *vqgan = tl_models_get_vqgan (models);
  TlScope *s = tl_scope_open (NULL);
  g_autoptr (GBytes) pixels = NULL;
  gint64 width = 0, height = 0;
  TlTensor *x;

  x = tl_vqgan_decode (s, vqgan, read_codes (s, vqgan, file, tl_models_get_device (models)));
  x = tl_clamp (s, tl_vqgan_to_picture (s, x), 0, 1);
  if (!tl_scope_has_failed (s))
    {
      guint8 *data;

      height = tl_tensor_get_size (x, 2);
      width = tl_tensor_get_size (x, 3);
      data = g_malloc (width * height * 4);
      pixels = g_bytes_new_take (data, width * height * 4);
      tl_to_argb32 (s, x, data, width * 4);
    }
  if (!tl_scope_close (s, error))
    return NULL;
  return tl_frame_new ((guint) width, (guint) height, width * 4, pixels, 0, NAN);
}

static gboolean
decode (TlModels *models, const char *path, const char *output, GError **error)
{
  g_autoptr (TlWeights) file = tl_weights_open (path, error);
  g_autoptr (TlFrame) frame = file != NULL ? decode_frame (models, file, error) : NULL;
  g_autoptr (GBytes) png = frame != NULL ? tl_png_encode (frame, NULL, error) : NULL;

  return png != NULL && tl_export_write (output, png, error);
}

CliStatus
cli_decode (int argc, char **argv)
{
  g_auto (CliCommon) common = { 0 };
  g_autofree char *output = NULL;
  const GOptionEntry entries[] = {
    { "output", 'o', 0, G_OPTION_ARG_FILENAME, &output, N_ ("where the picture goes"),
      N_ ("FILE.png") },
    { NULL },
  };
  g_autoptr (TlModels) models = NULL;
  g_autoptr (GError) error = NULL;
  TlModelChoice choice;
  CliStatus status;

  if (!cli_parse ("decode", entries, &common, &argc, &argv, 1, 1, &status))
    return status;
  if (output == NULL)
    return cli_fail (CLI_USAGE, _ ("decode needs -o FILE.png"));
  if (!drive_check_picture (output, &error) || !cli_common_resolve (&common, &choice, &error)
      || (models = tl_models_load (&choice, TL_MODELS_VQGAN, &error)) == NULL
      || !decode (models, argv[1], output, &error))
    return cli_fail_error (error);
  return cli_done (&common, output);
}
