/* test-clip.c - CLIP against the numbers of the original, in every naming
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "config.h"
#include "core/clip/clip.h"

#include "core/base/error.h"
#include "core/base/paths.h"
#include "tests/core/clip/model.h"

#include <json-glib/json-glib.h>
#include <math.h>
#include <string.h>

static const TlDevice cpu = { TL_CPU, 0 };

/* --- the original's numbers --- */

typedef struct
{
  TlWeights *golden;
  JsonParser *parser;
  JsonObject *manifest;
} Reference;

static char *
find_reference (const char *name)
{
  const char *folder = g_getenv ("TL_REFERENCE_DIR");

  return g_build_filename (folder != NULL ? folder : "", name, NULL);
}

static gboolean
reference_open (Reference *self)
{
  g_autofree char *tensors = find_reference ("clip-vit.golden.safetensors");
  g_autofree char *manifest = find_reference ("clip-vit.golden.json");
  g_autoptr (GError) error = NULL;

  if (!g_file_test (tensors, G_FILE_TEST_EXISTS))
    {
      g_test_skip ("NOT CHECKED: there is no clip-vit.golden.safetensors in TL_REFERENCE_DIR");
      return FALSE;
    }
  self->golden = tl_weights_open (tensors, &error);
  g_assert_no_error (error);
  self->parser = json_parser_new ();
  g_assert_true (json_parser_load_from_file (self->parser, manifest, NULL));
  self->manifest = json_node_get_object (json_parser_get_root (self->parser));
  return TRUE;
}

static void
reference_close (Reference *self)
{
  tl_weights_unref (self->golden);
  g_object_unref (self->parser);
}

static TlTensor *
reference_get (TlScope *s, Reference *self, const char *name)
{
  const TlBlob *blob = tl_weights_lookup (self->golden, name);
  g_autoptr (TlTensor) owned = NULL;

  g_assert_nonnull (blob);
  owned = tl_tensor_new_from_bytes (blob->data, blob->n_bytes, blob->dtype, blob->shape,
                                    blob->strides, blob->n_dims, TL_FLOAT32, NULL);
  return tl_clone (s, owned);
}

/* Ten times what the original's own float32 is away from its double. */
static gdouble
reference_get_tolerance (Reference *self, const char *name)
{
  JsonObject *object = json_object_get_object_member (self->manifest, "fp32_vs_fp64");

  object = json_object_get_object_member (object, name);
  return 10 * json_object_get_double_member (object, "max_abs");
}

static gdouble
greatest_difference (TlScope *s, TlTensor *a, TlTensor *b)
{
  gsize n = tl_tensor_get_n_elements (a);
  g_autofree gfloat *va = model_get_floats (s, a);
  g_autofree gfloat *vb = model_get_floats (s, b);
  gdouble greatest = 0;

  g_assert_cmpuint (n, ==, tl_tensor_get_n_elements (b));
  for (gsize i = 0; i < n; i++)
    greatest = isfinite (va[i]) ? MAX (greatest, fabs ((gdouble) va[i] - vb[i])) : INFINITY;
  return greatest;
}

static void
check_against (TlScope *s, Reference *reference, const char *name, TlTensor *x)
{
  gdouble difference = greatest_difference (s, x, reference_get (s, reference, name));
  gdouble tolerance = reference_get_tolerance (reference, name);

  g_test_message ("%s: %g, at most %g", name, difference, tolerance);
  g_assert_cmpfloat (difference, <=, tolerance);
}

static void
check_file (Reference *reference, const char *name, TlClipNames names)
{
  g_autofree char *path = find_reference (name);
  g_autoptr (GError) error = NULL;
  g_autoptr (TlWeights) weights = tl_weights_open (path, &error);
  g_autoptr (TlClip) clip = NULL;
  TlScope *s = tl_scope_open (NULL);
  TlTensor *image, *text, *tokens;

  g_assert_no_error (error);
  clip = model_load (weights);
  g_assert_cmpint (tl_clip_get_config (clip)->names, ==, names);

  tokens = tl_to_dtype (s, reference_get (s, reference, "tokens"), TL_INT64);
  image = tl_clip_encode_image (s, clip, reference_get (s, reference, "images"));
  text = tl_clip_encode_text (s, clip, tokens);
  g_test_message ("%s", name);
  check_against (s, reference, "image_features", image);
  check_against (s, reference, "text_features", text);

  image = tl_normalize (s, image);
  text = tl_normalize (s, text);
  check_against (s, reference, "cosine", tl_matmul (s, image, tl_transpose (s, text, 0, 1)));
  check_against (s, reference, "image_cosine", tl_matmul (s, image, tl_transpose (s, image, 0, 1)));
  g_assert_true (tl_scope_close (s, &error));
}

static void
test_reference_files (void)
{
  Reference reference;

  if (!reference_open (&reference))
    return;
  check_file (&reference, "clip-vit.pt", TL_CLIP_OPENAI);
  check_file (&reference, "clip-vit-state.pt", TL_CLIP_OPENAI);
  check_file (&reference, "clip-vit-openclip.safetensors", TL_CLIP_OPENAI);
  reference_close (&reference);
}

static void
test_reference_words (void)
{
  Reference reference;
  g_autofree char *path = find_reference ("clip-vit-openclip.safetensors");
  g_autofree char *vocabulary = find_reference ("bpe_simple_vocab_16e6.txt.gz");
  g_autoptr (TlWeights) weights = NULL;
  g_autoptr (TlClip) clip = NULL;
  g_autoptr (TlTokenizer) tokenizer = NULL;
  JsonArray *texts;
  TlScope *s;

  if (!reference_open (&reference))
    return;

  weights = tl_weights_open (path, NULL);
  clip = model_load (weights);
  tokenizer = tl_tokenizer_open (vocabulary, tl_clip_get_config (clip)->n_tokens, NULL);
  texts = json_object_get_array_member (reference.manifest, "texts");
  s = tl_scope_open (NULL);
  for (guint i = 0; i < json_array_get_length (texts); i++)
    {
      const char *text = json_array_get_string_element (texts, i);
      TlTensor *expected = tl_narrow (s, reference_get (s, &reference, "text_features"), 0, i, 1);
      TlTensor *found = tl_clip_encode_words (s, clip, tokenizer, text);

      g_assert_cmpfloat (greatest_difference (s, found, expected), <=,
                         reference_get_tolerance (&reference, "text_features"));
    }
  g_assert_true (tl_scope_close (s, NULL));
  reference_close (&reference);
}

/* --- one model, several names --- */

static const gint64 ids[] = { 38, 3, 17, 39, 0, 0, 0, 0, 0, 0, 38, 5, 5, 5, 30, 2, 1, 9, 11, 39 };

/* Features of three pictures and two texts, [5, MODEL_EMBED] */
static gfloat *
get_features (TlWeights *weights)
{
  g_autoptr (TlClip) clip = model_load (weights);
  g_autoptr (GError) error = NULL;
  TlScope *s = tl_scope_open (NULL);
  gint64 resolution = tl_clip_get_config (clip)->resolution;
  TlTensor *image = tl_clip_encode_image (s, clip, model_make_pictures (s, 3, resolution));
  TlTensor *text = tl_from_int64s (s, ids, TL_SHAPE (2, MODEL_CONTEXT));
  gfloat *features;

  text = tl_clip_encode_text (s, clip, text);
  features = model_get_floats (s, tl_cat (s, (TlTensor *const[]){ image, text }, 2, 0));
  tl_scope_close (s, &error);
  g_assert_no_error (error);
  return features;
}

static void
check_same_features (GPtrArray *model, GPtrArray *other)
{
  g_autoptr (TlWeights) weights = model_to_weights (model);
  g_autoptr (TlWeights) other_weights = model_to_weights (other);
  g_autofree gfloat *features = get_features (weights);
  g_autofree gfloat *other_features = get_features (other_weights);

  for (guint i = 0; i < 5 * MODEL_EMBED; i++)
    g_assert_true (isfinite (features[i]) && features[i] != 0);
  g_assert_cmpmem (features, 5 * MODEL_EMBED * sizeof (gfloat), other_features,
                   5 * MODEL_EMBED * sizeof (gfloat));
}

static void
test_hugging_face (void)
{
  g_autoptr (GPtrArray) model = model_new_vit ();
  g_autoptr (GPtrArray) other = model_to_hugging_face (model);

  check_same_features (model, other);
}

static void
test_prefix (void)
{
  g_autoptr (GPtrArray) model = model_new_vit ();
  g_autoptr (GPtrArray) prefixed = model_new_vit ();
  g_autoptr (GPtrArray) hugging_face = model_to_hugging_face (model);

  model_add_prefix (prefixed, "clip.module.");
  check_same_features (model, prefixed);
  model_add_prefix (hugging_face, "model.");
  check_same_features (model, hugging_face);
}

/* open_clip's CustomTextCLIP keeps the text tower in an object of its own. */
static void
test_text_in_an_object (void)
{
  g_autoptr (GPtrArray) model = model_new_vit ();
  g_autoptr (GPtrArray) other = model_new_vit ();

  for (guint i = 0; i < other->len; i++)
    {
      ModelTensor *tensor = g_ptr_array_index (other, i);
      g_autofree char *old = tensor->name;
      gboolean is_text = !g_str_has_prefix (old, "visual.") && strcmp (old, "logit_scale") != 0;

      tensor->name = g_strconcat (is_text ? "text." : "", old, NULL);
    }
  check_same_features (model, other);
}

static void
test_resnet_prefix (void)
{
  g_autoptr (GPtrArray) model = model_new_resnet ();
  g_autoptr (GPtrArray) other = model_new_resnet ();

  model_add_prefix (other, "model.");
  check_same_features (model, other);
}

/* Buffers that files have and the model does not need. */
static void
test_extras_are_ignored (void)
{
  g_autoptr (GPtrArray) model = model_new_vit ();
  g_autoptr (GPtrArray) other = model_new_vit ();
  g_autoptr (GPtrArray) hugging_face = NULL;

  model_add (other, "input_resolution", TL_SHAPE (1));
  model_add (other, "context_length", TL_SHAPE (1));
  model_add (other, "vocab_size", TL_SHAPE (1));
  model_add (other, "attn_mask", TL_SHAPE (MODEL_CONTEXT, MODEL_CONTEXT));
  check_same_features (model, other);

  hugging_face = model_to_hugging_face (model);
  model_add (hugging_face, "text_model.embeddings.position_ids", TL_SHAPE (1, MODEL_CONTEXT));
  model_add (hugging_face, "vision_model.embeddings.position_ids", TL_SHAPE (1, 10));
  check_same_features (model, hugging_face);
}

/* --- words --- */

static void
test_wrong_vocabulary (void)
{
  g_autoptr (GPtrArray) model = model_new_vit ();
  g_autoptr (TlWeights) weights = model_to_weights (model);
  g_autoptr (TlClip) clip = model_load (weights);
  g_autofree char *path = tl_path_starter ("starter-merges.txt");
  g_autoptr (TlTokenizer) tokenizer = tl_tokenizer_open (path, 0, NULL);
  g_autoptr (GError) error = NULL;
  TlScope *s = tl_scope_open (NULL);

  g_assert_null (tl_clip_encode_words (s, clip, tokenizer, "a red tractor"));
  g_assert_false (tl_scope_close (s, &error));
  g_assert_error (error, TL_ERROR, TL_ERROR_FORMAT);
}

/* --- gradient --- */

/* The gradient of a weighted sum of features, against the change along a direction. */
static void
test_gradient (void)
{
  g_autoptr (GPtrArray) model = model_new_vit ();
  g_autoptr (TlWeights) weights = model_to_weights (model);
  g_autoptr (TlClip) clip = model_load (weights);
  TlScope *s = tl_scope_open (NULL);
  TlTensor *x = model_make_pictures (s, 2, 24);
  TlTensor *upstream = tl_narrow (s, model_make_pictures (s, 1, MODEL_EMBED), 1, 1, 1);
  TlTensor *direction, *leaf, *gradient, *ends[2];
  gdouble along, difference;

  upstream = tl_narrow (s, tl_reshape (s, upstream, TL_SHAPE (MODEL_EMBED, MODEL_EMBED)), 0, 0, 2);
  direction = tl_add_scalar (s, tl_remainder_scalar (s, tl_mul_scalar (s, x, 37), 1), -0.5);
  tl_scope_set_grad (s, TRUE);
  leaf = tl_leaf (s, x);
  gradient = tl_backward_from (s, tl_clip_encode_image (s, clip, leaf), upstream, leaf);
  tl_scope_set_grad (s, FALSE);
  along = tl_to_double (s, tl_sum (s, tl_mul (s, gradient, direction), NULL, 0, FALSE));

  for (guint i = 0; i < 2; i++)
    {
      TlTensor *moved = tl_add (s, x, tl_mul_scalar (s, direction, i == 0 ? -0.01 : 0.01));

      moved = tl_mul (s, tl_clip_encode_image (s, clip, moved), upstream);
      ends[i] = tl_sum (s, moved, NULL, 0, FALSE);
    }
  difference = (tl_to_double (s, ends[1]) - tl_to_double (s, ends[0])) / 0.02;
  g_assert_true (tl_scope_close (s, NULL));
  g_test_message ("along the direction: %g, by difference: %g", along, difference);
  g_assert_cmpfloat (fabs (along), >, 0.01);
  g_assert_cmpfloat (fabs (along - difference), <, 0.01 * fabs (along));
}

/* --- the starter, precision --- */

static TlClip *
load_starter (TlDtype dtype)
{
  g_autofree char *path = tl_path_starter ("starter-clip.safetensors");
  g_autoptr (GError) error = NULL;
  g_autoptr (TlWeights) weights = tl_weights_open (path, &error);
  TlClipConfig config;
  TlClip *clip;

  g_assert_no_error (error);
  g_assert_true (tl_clip_config_infer (&config, weights, &error));
  clip = tl_clip_load (&config, weights, dtype, cpu, &error);
  g_assert_no_error (error);
  return clip;
}

static gdouble
get_cosine (TlScope *s, TlTensor *a, TlTensor *b)
{
  TlTensor *product = tl_mul (s, tl_normalize (s, a), tl_normalize (s, b));

  return tl_to_double (s, tl_sum (s, product, NULL, 0, FALSE));
}

/* [1, 3, 64, 64]: a disc of one colour on a white ground */
static TlTensor *
draw_disc (TlScope *s, const gfloat colour[3])
{
  g_autofree gfloat *values = g_new (gfloat, 3 * 64 * 64);

  for (gint c = 0; c < 3; c++)
    for (gint y = 0; y < 64; y++)
      for (gint x = 0; x < 64; x++)
        {
          gboolean is_inside = (x - 32) * (x - 32) + (y - 32) * (y - 32) < 20 * 20;

          values[(c * 64 + y) * 64 + x] = is_inside ? colour[c] : 0.95f;
        }
  return tl_from_floats (s, values, TL_SHAPE (1, 3, 64, 64));
}

static void
test_starter (void)
{
  static const gfloat red[] = { 0.86f, 0.12f, 0.12f }, blue[] = { 0.15f, 0.35f, 0.85f };
  g_autoptr (TlClip) clip = load_starter (TL_FLOAT32);
  const TlClipConfig *config = tl_clip_get_config (clip);
  g_autofree char *path = tl_path_starter ("starter-merges.txt");
  g_autoptr (TlTokenizer) tokenizer = tl_tokenizer_open (path, config->n_tokens, NULL);
  TlScope *s = tl_scope_open (NULL);
  TlTensor *tractor = tl_clip_encode_words (s, clip, tokenizer, "a red tractor");
  TlTensor *stopped = tl_clip_encode_words (s, clip, tokenizer, "a red tractor.");
  TlTensor *fish = tl_clip_encode_words (s, clip, tokenizer, "a blue fish under water");
  TlTensor *red_balloon = tl_clip_encode_words (s, clip, tokenizer, "a red balloon");
  TlTensor *blue_balloon = tl_clip_encode_words (s, clip, tokenizer, "a blue balloon");
  TlTensor *red_disc = tl_clip_encode_image (s, clip, draw_disc (s, red));
  TlTensor *blue_disc = tl_clip_encode_image (s, clip, draw_disc (s, blue));

  g_assert_cmpuint (config->resolution, ==, 64);
  g_assert_true (config->is_resnet);
  g_assert_cmpuint (config->stages[3], ==, 2);
  g_assert_cmpuint (config->text_layers, ==, 2);
  g_assert_cmpuint (config->context, ==, 48);
  g_assert_cmpfloat (get_cosine (s, tractor, stopped), >, 0.8);
  g_assert_cmpfloat (get_cosine (s, tractor, fish), <, 0.5);
  g_assert_cmpfloat (get_cosine (s, red_disc, red_balloon), >,
                     get_cosine (s, red_disc, blue_balloon) + 0.1);
  g_assert_cmpfloat (get_cosine (s, blue_disc, blue_balloon), >,
                     get_cosine (s, blue_disc, red_balloon) + 0.1);
  g_assert_true (tl_scope_close (s, NULL));
}

static void
test_bfloat16 (void)
{
  g_autoptr (TlClip) exact = load_starter (TL_FLOAT32);
  g_autoptr (TlClip) rounded = load_starter (TL_BFLOAT16);
  g_autofree char *path = tl_path_starter ("starter-merges.txt");
  g_autoptr (TlTokenizer) tokenizer = tl_tokenizer_open (path, 0, NULL);
  const char *text = "a sketch of a castle at night";
  TlScope *s = tl_scope_open (NULL);
  TlTensor *x = model_make_pictures (s, 1, 64);
  TlTensor *image = tl_clip_encode_image (s, rounded, x);
  TlTensor *words = tl_clip_encode_words (s, rounded, tokenizer, text);

  g_assert_cmpint (tl_tensor_get_dtype (image), ==, TL_FLOAT32);
  g_assert_cmpint (tl_tensor_get_dtype (words), ==, TL_FLOAT32);
  g_assert_cmpfloat (get_cosine (s, image, tl_clip_encode_image (s, exact, x)), >, 0.999);
  g_assert_cmpfloat (get_cosine (s, words, tl_clip_encode_words (s, exact, tokenizer, text)), >,
                     0.999);
  g_assert_true (tl_scope_close (s, NULL));
}

/* --- for training --- */

static void
assert_same (TlScope *s, TlTensor *a, TlTensor *b)
{
  gsize n = tl_tensor_get_n_elements (a);
  g_autofree gfloat *x = model_get_floats (s, a), *y = model_get_floats (s, b);

  g_assert_cmpuint (tl_tensor_get_n_elements (b), ==, n);
  for (gsize i = 0; i < n; i++)
    g_assert_cmpfloat_with_epsilon (x[i], y[i], 1e-5);
}

/* All patches in any order are the picture; what is in the others is not looked at. */
static void
test_some_patches (void)
{
  static const gint64 all[] = { 8, 0, 7, 1, 6, 2, 5, 3, 4, 4, 3, 5, 2, 6, 1, 7, 0, 8 };
  static const gint64 left_column[] = { 0, 0, 3, 3, 6, 6 };
  g_autoptr (GPtrArray) model = model_new_vit ();
  g_autoptr (TlWeights) weights = model_to_weights (model);
  g_autoptr (TlClip) clip = model_load (weights);
  TlScope *s = tl_scope_open (NULL);
  TlTensor *x = model_make_pictures (s, 2, 24), *patches, *other;

  /* [9, 2]: an order for each picture */
  patches = tl_from_int64s (s, all, TL_SHAPE (2, 9));
  patches = tl_contiguous (s, tl_transpose (s, patches, 0, 1));
  assert_same (s, tl_clip_encode_image (s, clip, x), tl_clip_encode_patches (s, clip, x, patches));

  other = tl_cat (
    s, (TlTensor *const[]){ tl_narrow (s, x, 3, 0, 8), tl_zeros (s, TL_SHAPE (2, 3, 24, 16)) }, 2,
    3);
  patches = tl_from_int64s (s, left_column, TL_SHAPE (3, 2));
  assert_same (s, tl_clip_encode_patches (s, clip, x, patches),
               tl_clip_encode_patches (s, clip, other, patches));
  g_assert_true (tl_scope_close (s, NULL));
}

/* [places, n, width] of two pictures, of which the second is white right of the middle. */
static void
check_grid (GPtrArray *model, guint side, guint n_blocks, const gint64 shape[3])
{
  g_autoptr (TlWeights) weights = model_to_weights (model);
  g_autoptr (TlClip) clip = model_load (weights);
  TlScope *s = tl_scope_open (NULL);
  TlTensor *x = model_make_pictures (s, 1, side), *grid, *white;

  g_assert_cmpuint (tl_clip_get_n_blocks (clip), >=, n_blocks);
  white = tl_full (s, 1, TL_SHAPE (1, 3, side, side / 2));
  white = tl_cat (s, (TlTensor *const[]){ tl_narrow (s, x, 3, 0, side / 2), white }, 2, 3);
  grid = tl_clip_encode_grid (s, clip, tl_cat (s, (TlTensor *const[]){ x, white }, 2, 0), n_blocks);
  g_assert_cmpint (tl_tensor_get_n_dims (grid), ==, 3);
  for (guint i = 0; i < 3; i++)
    g_assert_cmpint (tl_tensor_get_size (grid, i), ==, shape[i]);

  if (n_blocks <= 1 && tl_clip_get_config (clip)->is_resnet)
    {
      TlTensor *corner = tl_narrow (s, grid, 0, 0, 1), *other = tl_narrow (s, grid, 0, 15, 1);

      assert_same (s, tl_narrow (s, corner, 1, 0, 1), tl_narrow (s, corner, 1, 1, 1));
      other = tl_sub (s, tl_narrow (s, other, 1, 0, 1), tl_narrow (s, other, 1, 1, 1));
      g_assert_cmpfloat (tl_to_double (s, tl_sum (s, tl_mul (s, other, other), NULL, 0, FALSE)), >,
                         1e-6);
    }
  g_assert_true (tl_scope_close (s, NULL));
}

/* Places in reading order, as finely as the block sees them. */
static void
test_grid (void)
{
  g_autoptr (GPtrArray) vit = model_new_vit (), resnet = model_new_resnet ();
  const ModelTensor *first = model_get (vit, "visual.conv1.weight");

  check_grid (vit, 24, 1, (const gint64[]){ 9, 2, first->shape[0] });
  check_grid (resnet, 64, 1, (const gint64[]){ 256, 2, 16 });
  check_grid (resnet, 64, 3, (const gint64[]){ 64, 2, 32 });
  check_grid (resnet, 64, 5, (const gint64[]){ 4, 2, 128 });
}

static void
test_short_texts (void)
{
  static const gint64 short_ids[2 * MODEL_CONTEXT] = {
    38, 5, 39, 0, 0, 0, 0, 0, 0, 0, 38, 7, 6, 39
  };
  g_autoptr (GPtrArray) model = model_new_vit ();
  g_autoptr (TlWeights) weights = model_to_weights (model);
  g_autoptr (TlClip) clip = model_load (weights);
  TlScope *s = tl_scope_open (NULL);
  TlTensor *x = tl_from_int64s (s, short_ids, TL_SHAPE (2, MODEL_CONTEXT));

  assert_same (s, tl_clip_encode_text (s, clip, x),
               tl_clip_encode_text (s, clip, tl_narrow (s, x, 1, 0, 4)));
  g_assert_true (tl_scope_close (s, NULL));
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/clip/reference/all-files", test_reference_files);
  g_test_add_func ("/clip/reference/words", test_reference_words);
  g_test_add_func ("/clip/names/hugging-face", test_hugging_face);
  g_test_add_func ("/clip/names/prefix", test_prefix);
  g_test_add_func ("/clip/names/text-in-an-object", test_text_in_an_object);
  g_test_add_func ("/clip/names/resnet-prefix", test_resnet_prefix);
  g_test_add_func ("/clip/names/extras-are-ignored", test_extras_are_ignored);
  g_test_add_func ("/clip/words/wrong-vocabulary-fails", test_wrong_vocabulary);
  g_test_add_func ("/clip/gradient", test_gradient);
  g_test_add_func ("/clip/starter", test_starter);
  g_test_add_func ("/clip/bfloat16", test_bfloat16);
  g_test_add_func ("/clip/some-patches", test_some_patches);
  g_test_add_func ("/clip/grid", test_grid);
  g_test_add_func ("/clip/short-texts", test_short_texts);
  return g_test_run ();
}
