/* clip.c - both towers of CLIP against openai/CLIP, in every file that holds the model
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "app/verify/verify.h"
#include "config.h"

#include "core/clip/clip.h"

#define SLACK 10

static TlTensor *
cosines (TlScope *s, TlTensor *a, TlTensor *b)
{
  return tl_matmul (s, tl_normalize (s, a), tl_transpose (s, tl_normalize (s, b), 0, 1));
}

/* -> the golden's rows: [n, context] */
static void
check_tokens (Report *report, TlScope *s, Golden *golden, TlClip *clip, GError **error)
{
  g_autofree char *path = verify_find_vocabulary (golden->folder);
  const TlClipConfig *config = tl_clip_get_config (clip);
  g_autoptr (TlTokenizer) tokenizer = NULL;
  JsonArray *texts = json_object_get_array_member (golden->json, "texts");
  TlTensor *expected = golden_get (s, golden, "tokens");
  guint n_wrong = 0;

  if (path == NULL)
    return;
  tokenizer = tl_tokenizer_open (path, config->n_tokens, error);
  if (tokenizer == NULL)
    return;

  for (guint i = 0; i < json_array_get_length (texts); i++)
    {
      const char *text = json_array_get_string_element (texts, i);
      g_autoptr (TlTokens) tokens = tl_tokenizer_tokenize (tokenizer, text, config->context);
      TlTensor *row = tl_from_int64s (s, tokens->ids, TL_SHAPE (config->context));

      n_wrong += count_different (s, row, tl_narrow (s, expected, 0, i, 1), NULL) != 0;
    }
  report_count (report, "tokens", n_wrong, json_array_get_length (texts));
}

static gboolean
check_model (Report *report, Golden *golden, TlClip *clip, GError **error)
{
  TlScope *s = tl_scope_open (NULL);
  JsonObject *errors = json_object_get_object_member (golden->json, "fp32_vs_fp64");
  TlTensor *image = tl_clip_encode_image (s, clip, golden_get (s, golden, "images"));
  TlTensor *text = tl_clip_encode_text (s, clip, golden_get (s, golden, "tokens"));
  const struct
  {
    const char *name;
    TlTensor *got;
  } rows[] = {
    { "image_features", image },
    { "text_features", text },
    { "cosine", cosines (s, image, text) },
    { "image_cosine", cosines (s, image, image) },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (rows); i++)
    report_tensors (report, s, rows[i].name, rows[i].got,
                    golden_get (s, golden, "%s", rows[i].name),
                    SLACK * golden_reference_error (errors, rows[i].name));
  check_tokens (report, s, golden, clip, error);
  return tl_scope_close (s, *error == NULL ? error : NULL) && *error == NULL;
}

static gboolean
check_file (Report *report, Golden *golden, const char *file, GError **error)
{
  g_autofree char *path = golden_path (golden, file);
  g_autoptr (TlWeights) weights = tl_weights_open (path, error);
  g_autoptr (TlClip) clip = NULL;
  TlClipConfig config;

  if (weights == NULL || !tl_clip_config_infer (&config, weights, error))
    return FALSE;

  clip = tl_clip_load (&config, weights, TL_FLOAT32, report->device, error);
  return clip != NULL && check_model (report, golden, clip, error);
}

void
verify_clip (Report *report, Golden *golden)
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
