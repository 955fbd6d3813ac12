/* test-weights.c - tl_weights_open on the reference checkpoints
 *
 * The three CLIP files hold the same numbers in three formats and under two sets of names, which
 * makes each reader a check of the others.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "config.h"
#include "core/weights/weights.h"

#include "core/base/error.h"
#include "tests/core/weights/make.h"

#include <string.h>
#include <sys/stat.h>

static TlWeights *
open_reference (const char *name)
{
  const char *folder = g_getenv ("TL_REFERENCE_DIR");
  g_autofree char *path = NULL;
  g_autoptr (GError) error = NULL;
  TlWeights *weights;

  if (folder == NULL || !g_file_test (folder, G_FILE_TEST_IS_DIR))
    {
      g_test_skip ("the folder of reference checkpoints (TL_REFERENCE_DIR) is not here");
      return NULL;
    }

  path = g_build_filename (folder, name, NULL);
  weights = tl_weights_open (path, &error);
  g_assert_no_error (error);
  return weights;
}

/* IEEE half, exactly. */
static gdouble
half_to_double (guint16 half)
{
  int exponent = half >> 10 & 31, mantissa = half & 1023;
  gdouble sign = half >> 15 ? -1 : 1, value;

  if (exponent == 0)
    value = mantissa / 1024.0 / 16384.0;
  else
    value = (1 + mantissa / 1024.0)
            * (exponent >= 15 ? 1 << (exponent - 15) : 1.0 / (1 << (15 - exponent)));
  return sign * value;
}

/* The element at a row-major position, through the blob's own strides. */
static gdouble
get_element (const TlBlob *blob, gsize position)
{
  gsize offset = 0;
  gfloat single;
  guint16 half;
  gint64 integer;

  for (guint i = blob->n_dims; i-- > 0;)
    {
      offset += position % blob->shape[i] * blob->strides[i];
      position /= blob->shape[i];
    }

  g_assert_cmpuint ((offset + 1) * tl_dtype_size (blob->dtype), <=, blob->n_bytes);
  switch (blob->dtype)
    {
    case TL_FLOAT32:
      memcpy (&single, blob->data + offset * sizeof single, sizeof single);
      return single;
    case TL_FLOAT16:
      memcpy (&half, blob->data + offset * sizeof half, sizeof half);
      return half_to_double (half);
    case TL_INT64:
      memcpy (&integer, blob->data + offset * sizeof integer, sizeof integer);
      return integer;
    default:
      g_assert_not_reached ();
    }
}

static void
assert_equal_blobs (const TlBlob *a, const TlBlob *b)
{
  g_assert_nonnull (a);
  g_assert_nonnull (b);
  g_assert_cmpuint (a->n_dims, ==, b->n_dims);
  for (guint i = 0; i < a->n_dims; i++)
    g_assert_cmpint (a->shape[i], ==, b->shape[i]);

  /* All of a small tensor, a sample of a large one. */
  for (gsize i = 0; i < a->n_elements; i += 1 + a->n_elements / 4096)
    g_assert_cmpfloat (get_element (a, i), ==, get_element (b, i));
}

static void
test_torchscript (void)
{
  g_autoptr (TlWeights) script = open_reference ("clip-vit.pt");
  const TlBlob *blob;

  if (script == NULL)
    return;

  g_assert_cmpint (tl_weights_get_kind (script), ==, TL_WEIGHTS_TORCHSCRIPT);
  blob = tl_weights_lookup (script, "input_resolution");
  g_assert_nonnull (blob);
  g_assert_cmpint (blob->dtype, ==, TL_INT64);
  g_assert_cmpuint (blob->n_dims, ==, 0);
  g_assert_cmpfloat (get_element (blob, 0), ==, 32);
  g_assert_cmpfloat (get_element (tl_weights_lookup (script, "context_length"), 0), ==, 77);
  g_assert_cmpfloat (get_element (tl_weights_lookup (script, "vocab_size"), 0), ==, 49408);
  g_assert_true (tl_weights_has_prefix (script, "visual.transformer.resblocks.1.attn."));
  g_assert_false (tl_weights_has_prefix (script, "visual.transformer.resblocks.2."));
  g_assert_null (tl_weights_lookup (script, "visual.transformer"));
  /* The attention mask is a constant of the code. */
  g_assert_cmpuint (tl_weights_get_skipped (script)->len, ==, 1);
}

static void
test_same_numbers (void)
{
  g_autoptr (TlWeights) script = open_reference ("clip-vit.pt");
  g_autoptr (TlWeights) state = NULL;
  guint n_extra = 0;

  if (script == NULL)
    return;

  state = open_reference ("clip-vit-state.pt");
  g_assert_cmpint (tl_weights_get_kind (state), ==, TL_WEIGHTS_ZIP);
  for (guint i = 0; i < tl_weights_get_n_blobs (script); i++)
    {
      const TlBlob *blob = tl_weights_get_blob (script, i);

      if (blob->dtype == TL_INT64)
        n_extra++;
      else
        assert_equal_blobs (blob, tl_weights_lookup (state, blob->name));
    }

  g_assert_cmpuint (n_extra, ==, 3);
  g_assert_cmpuint (tl_weights_get_n_blobs (state), ==, tl_weights_get_n_blobs (script) - n_extra);
}

static void
test_transposed (void)
{
  g_autoptr (TlWeights) state = open_reference ("clip-vit-state.pt");
  const TlBlob *blob;

  if (state == NULL)
    return;

  blob = tl_weights_lookup (state, "text_projection");
  g_assert_cmpint (blob->shape[0], ==, 64);
  g_assert_cmpint (blob->shape[1], ==, 32);
  g_assert_cmpint (blob->strides[0], ==, 1);
  g_assert_cmpint (blob->strides[1], ==, 64);
  g_assert_cmpuint (blob->n_bytes, ==, 64 * 32 * 2);
}

static void
test_safetensors (void)
{
  g_autoptr (TlWeights) open_clip = open_reference ("clip-vit-openclip.safetensors");
  g_autoptr (TlWeights) script = NULL;
  static const char *const names[] = { "logit_scale", "text_projection", "token_embedding.weight",
                                       "visual.conv1.weight", "visual.ln_post.bias" };

  if (open_clip == NULL)
    return;

  script = open_reference ("clip-vit.pt");
  g_assert_cmpint (tl_weights_get_kind (open_clip), ==, TL_WEIGHTS_SAFETENSORS);
  for (guint i = 0; i < G_N_ELEMENTS (names); i++)
    assert_equal_blobs (tl_weights_lookup (open_clip, names[i]),
                        tl_weights_lookup (script, names[i]));
}

static gboolean
has_skipped (TlWeights *weights, const char *prefix)
{
  const GPtrArray *skipped = tl_weights_get_skipped (weights);

  for (guint i = 0; i < skipped->len; i++)
    if (g_str_has_prefix (g_ptr_array_index (skipped, i), prefix))
      return TRUE;

  return FALSE;
}

static void
test_lightning (void)
{
  g_autoptr (TlWeights) weights = open_reference ("vqgan-f16.ckpt");
  const TlBlob *blob;

  if (weights == NULL)
    return;

  g_assert_cmpint (tl_weights_get_kind (weights), ==, TL_WEIGHTS_ZIP);
  blob = tl_weights_lookup (weights, "quantize.embedding.weight");
  g_assert_nonnull (blob);
  g_assert_cmpint (blob->shape[0], ==, 256);
  g_assert_cmpint (blob->shape[1], ==, 64);
  g_assert_true (tl_weights_has_prefix (weights, "loss.discriminator."));
  g_assert_false (tl_weights_has_prefix (weights, "state_dict."));
  g_assert_false (tl_weights_has_prefix (weights, "optimizer_states"));
  g_assert_true (has_skipped (weights, "optimizer_states (254"));
  g_assert_true (has_skipped (weights, "callbacks ("));
}

static void
test_missing (void)
{
  g_autoptr (GError) error = NULL;

  g_assert_null (tl_weights_open ("/nowhere/at/all.ckpt", &error));
  g_assert_error (error, TL_ERROR, TL_ERROR_MISSING);
  g_assert_nonnull (strstr (error->message, "all.ckpt"));
}

/* What people hand over instead of a model. */
static void
test_strangers (void)
{
  static const struct
  {
    const char *bytes;
    const char *message;
  } strangers[] = {
    { "", "is empty" },
    { "\n <!DOCTYPE html><html>Quota exceeded", "is a web page, not a model" },
    { "\xef\xbb\xbf<html>", "is a web page, not a model" },
    { "<?xml version=\"1.0\"?><Error>NoSuchKey</Error>", "is a web page, not a model" },
    { "version https://git-lfs.github.com/spec/v1\noid sha256:0\nsize 12\n", "Git LFS pointer" },
    { "\x1f\x8b\x08", "packed with gzip" },
    { "\x89HDF\r\n\x1a\n", "HDF5" },
    { "model:\n  base_learning_rate: 4.5e-06\n", "no model file that Tiller knows" },
    { "%s%n%s%n", "no model file that Tiller knows" },
    { "P", "no model file that Tiller knows" },
    { "\x80", "no model file that Tiller knows" },
    { "PK\x03\x04 and no more", "was not copied whole" },
  };

  for (guint i = 0; i < G_N_ELEMENTS (strangers); i++)
    {
      g_autoptr (GBytes) bytes =
        g_bytes_new_static (strangers[i].bytes, strlen (strangers[i].bytes));
      g_autofree char *path = make_file (bytes, "%s-model.ckpt");
      g_autoptr (GError) error = NULL;

      g_assert_null (tl_weights_open (path, &error));
      make_remove (path);
      g_assert_error (error, TL_ERROR, TL_ERROR_FORMAT);
      g_assert_nonnull (strstr (error->message, "“%s-model.ckpt”"));
      if (strstr (error->message, strangers[i].message) == NULL)
        g_error ("“%s” does not say “%s”", error->message, strangers[i].message);
    }
}

static void
test_tar (void)
{
  g_autofree char *blank = g_strnfill (512, ' ');
  g_autoptr (GBytes) bytes = NULL;

  memcpy (blank + 257, "ustar", 5);
  bytes = g_bytes_new (blank, 512);
  make_assert_listing (bytes, "!PyTorch older than 0.2");
}

static void
test_folder_and_pipe (void)
{
  g_autofree char *folder = g_dir_make_tmp ("tiller-weights-XXXXXX", NULL);
  g_autofree char *pipe = g_build_filename (folder, "pipe", NULL);
  g_autoptr (GError) error = NULL;

  g_assert_null (tl_weights_open (folder, &error));
  g_assert_error (error, TL_ERROR, TL_ERROR_FORMAT);
  g_clear_error (&error);

  /* Opening it would wait for a writer. */
  g_assert_cmpint (mkfifo (pipe, 0600), ==, 0);
  g_assert_null (tl_weights_open (pipe, &error));
  g_assert_error (error, TL_ERROR, TL_ERROR_FORMAT);
  make_remove (pipe);
}

/* Renaming a file does not change what it is. */
static void
test_name_does_not_matter (void)
{
  g_autoptr (GBytes) bytes =
    make_safetensors ("{\"a\":{\"dtype\":\"U8\",\"shape\":[1],\"data_offsets\":[0,1]}}", 1);
  g_autofree char *path = make_file (bytes, "vqgan.ckpt");
  g_autoptr (GError) error = NULL;
  g_autoptr (TlWeights) weights = tl_weights_open (path, &error);

  make_remove (path);
  g_assert_no_error (error);
  g_assert_cmpint (tl_weights_get_kind (weights), ==, TL_WEIGHTS_SAFETENSORS);
  g_assert_cmpstr (tl_weights_get_path (weights), ==, path);
}

static void
test_prefix (void)
{
#define NAMED(name, at) "\"" name "\":{\"dtype\":\"U8\",\"shape\":[1],\"data_offsets\":[" at "]}"
  g_autoptr (GBytes) bytes = make_safetensors (
    "{" NAMED ("a.b", "0,1") "," NAMED ("a-b", "1,2") "," NAMED ("b", "2,3") "}", 3);
  g_autoptr (TlWeights) weights = tl_weights_new_from_safetensors (bytes, "x", NULL);

  g_assert_true (tl_weights_has_prefix (weights, ""));
  g_assert_true (tl_weights_has_prefix (weights, "a."));
  g_assert_true (tl_weights_has_prefix (weights, "b"));
  g_assert_false (tl_weights_has_prefix (weights, "b."));
  g_assert_false (tl_weights_has_prefix (weights, "c"));
  g_assert_nonnull (tl_weights_lookup (weights, "a.b"));
  g_assert_null (tl_weights_lookup (weights, "a"));
  g_assert_null (tl_weights_lookup (weights, "zz"));
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/weights/torchscript/attributes-are-names", test_torchscript);
  g_test_add_func ("/weights/torchscript/agrees-with-state-dict", test_same_numbers);
  g_test_add_func ("/weights/zip/transposed-tensor-keeps-its-strides", test_transposed);
  g_test_add_func ("/weights/safetensors/agrees-with-torchscript", test_safetensors);
  g_test_add_func ("/weights/zip/lightning-state-is-unwrapped", test_lightning);
  g_test_add_func ("/weights/missing-file", test_missing);
  g_test_add_func ("/weights/no-model", test_strangers);
  g_test_add_func ("/weights/tar-of-the-first-pytorch", test_tar);
  g_test_add_func ("/weights/folder-and-pipe", test_folder_and_pipe);
  g_test_add_func ("/weights/name-of-the-file-does-not-matter", test_name_does_not_matter);
  g_test_add_func ("/weights/prefix-and-lookup", test_prefix);

  return g_test_run ();
}
