/* model.c - small CLIPs of random numbers, in the names of OpenAI and of Hugging Face
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "config.h"
#include "tests/core/clip/model.h"

#include "core/base/random.h"
#include "core/weights/safetensors.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

static void
model_tensor_free (gpointer data)
{
  ModelTensor *self = data;

  g_free (self->name);
  g_free (self->data);
  g_free (self);
}

GPtrArray *
model_new (void)
{
  return g_ptr_array_new_with_free_func (model_tensor_free);
}

/* Matrices and convolutions keep the size of what they are given; vectors are near 1 or near 0, and
 * variances above 0. */
static void
fill (ModelTensor *self, guint32 stream)
{
  gboolean is_factor =
    g_str_has_suffix (self->name, "weight") || strstr (self->name, "running_var");
  gdouble center = self->n_dims == 1 && is_factor ? 1 : 0;
  gdouble fan_in = self->n_dims > 1 ? (gdouble) self->n / self->shape[0] : 1;
  gdouble deviation = self->n_dims > 1 ? 1 / sqrt (fan_in) : 0.2;
  TlRandom random;

  tl_random_init (&random, 7, 0, TL_PURPOSE_WEIGHTS, stream);
  for (gsize i = 0; i < self->n; i++)
    self->data[i] = (gfloat) (center + deviation * 1.7 * (2 * tl_random_uniform (&random) - 1));
}

void
model_add (GPtrArray *model, const char *name, const gint64 *shape, guint n_dims)
{
  ModelTensor *self = g_new0 (ModelTensor, 1);

  self->name = g_strdup (name);
  self->n_dims = n_dims;
  self->n = 1;
  for (guint i = 0; i < n_dims; i++)
    {
      self->shape[i] = shape[i];
      self->n *= (gsize) shape[i];
    }
  self->data = g_new (gfloat, self->n);
  fill (self, model->len);
  g_ptr_array_add (model, self);
}

static void
add_layer (GPtrArray *model, const char *name, const gint64 *shape, guint n_dims)
{
  g_autofree char *weight = g_strconcat (name, ".weight", NULL);
  g_autofree char *bias = g_strconcat (name, ".bias", NULL);

  model_add (model, weight, shape, n_dims);
  model_add (model, bias, shape, 1);
}

static void
add_block (GPtrArray *model, const char *prefix, guint i, gint64 width)
{
  const char *const norms[] = { "ln_1", "ln_2" };
  const struct
  {
    const char *name;
    gint64 out, in;
  } layers[] = { { "attn.out_proj", width, width },
                 { "mlp.c_fc", 4 * width, width },
                 { "mlp.c_proj", width, 4 * width } };
  g_autofree char *block = g_strdup_printf ("%stransformer.resblocks.%u.", prefix, i);
  g_autofree char *weight = g_strconcat (block, "attn.in_proj_weight", NULL);
  g_autofree char *bias = g_strconcat (block, "attn.in_proj_bias", NULL);

  for (guint j = 0; j < G_N_ELEMENTS (norms); j++)
    {
      g_autofree char *name = g_strconcat (block, norms[j], NULL);

      add_layer (model, name, TL_SHAPE (width));
    }
  for (guint j = 0; j < G_N_ELEMENTS (layers); j++)
    {
      g_autofree char *name = g_strconcat (block, layers[j].name, NULL);

      add_layer (model, name, TL_SHAPE (layers[j].out, layers[j].in));
    }
  model_add (model, weight, TL_SHAPE (3 * width, width));
  model_add (model, bias, TL_SHAPE (3 * width));
}

static void
add_text (GPtrArray *model)
{
  model_add (model, "token_embedding.weight", TL_SHAPE (MODEL_TOKENS, 64));
  model_add (model, "positional_embedding", TL_SHAPE (MODEL_CONTEXT, 64));
  add_block (model, "", 0, 64);
  add_layer (model, "ln_final", TL_SHAPE (64));
  model_add (model, "text_projection", TL_SHAPE (64, MODEL_EMBED));
  model_add (model, "logit_scale", TL_SHAPE (1));
}

GPtrArray *
model_new_vit (void)
{
  GPtrArray *model = model_new ();

  add_text (model);
  model_add (model, "visual.conv1.weight", TL_SHAPE (128, 3, 8, 8));
  model_add (model, "visual.class_embedding", TL_SHAPE (128));
  model_add (model, "visual.positional_embedding", TL_SHAPE (10, 128));
  add_layer (model, "visual.ln_pre", TL_SHAPE (128));
  add_block (model, "visual.", 0, 128);
  add_block (model, "visual.", 1, 128);
  add_layer (model, "visual.ln_post", TL_SHAPE (128));
  model_add (model, "visual.proj", TL_SHAPE (128, MODEL_EMBED));
  return model;
}

static void
add_conv (GPtrArray *model, const char *name, const char *norm, gint64 out, gint64 in,
          gint64 kernel)
{
  g_autofree char *weight = g_strconcat (name, ".weight", NULL);
  g_autofree char *mean = g_strconcat (norm, ".running_mean", NULL);
  g_autofree char *variance = g_strconcat (norm, ".running_var", NULL);

  model_add (model, weight, TL_SHAPE (out, in, kernel, kernel));
  add_layer (model, norm, TL_SHAPE (out));
  model_add (model, mean, TL_SHAPE (out));
  model_add (model, variance, TL_SHAPE (out));
}

static void
add_numbered_conv (GPtrArray *model, const char *prefix, guint i, gint64 out, gint64 in,
                   gint64 kernel)
{
  g_autofree char *name = g_strdup_printf ("%sconv%u", prefix, i);
  g_autofree char *norm = g_strdup_printf ("%sbn%u", prefix, i);

  add_conv (model, name, norm, out, in, kernel);
}

static void
add_bottleneck (GPtrArray *model, guint stage, guint i, gint64 in, gint64 inner)
{
  g_autofree char *prefix = g_strdup_printf ("visual.layer%u.%u.", stage, i);
  g_autofree char *conv = g_strconcat (prefix, "downsample.0", NULL);
  g_autofree char *norm = g_strconcat (prefix, "downsample.1", NULL);

  add_numbered_conv (model, prefix, 1, inner, in, 1);
  add_numbered_conv (model, prefix, 2, inner, inner, 3);
  add_numbered_conv (model, prefix, 3, 4 * inner, inner, 1);
  if (i == 0)
    add_conv (model, conv, norm, 4 * inner, in, 1);
}

GPtrArray *
model_new_resnet (void)
{
  GPtrArray *model = model_new ();
  const char *const projections[] = { "q_proj", "k_proj", "v_proj", "c_proj" };

  add_text (model);
  add_numbered_conv (model, "visual.", 1, 2, 3, 3);
  add_numbered_conv (model, "visual.", 2, 2, 2, 3);
  add_numbered_conv (model, "visual.", 3, 4, 2, 3);
  add_bottleneck (model, 1, 0, 4, 4);
  add_bottleneck (model, 1, 1, 16, 4);
  add_bottleneck (model, 2, 0, 16, 8);
  add_bottleneck (model, 3, 0, 32, 16);
  add_bottleneck (model, 4, 0, 64, 32);
  model_add (model, "visual.attnpool.positional_embedding", TL_SHAPE (5, 128));
  for (guint i = 0; i < G_N_ELEMENTS (projections); i++)
    {
      g_autofree char *name = g_strconcat ("visual.attnpool.", projections[i], NULL);

      add_layer (model, name, TL_SHAPE (i == 3 ? MODEL_EMBED : 128, 128));
    }
  return model;
}

ModelTensor *
model_get (GPtrArray *model, const char *name)
{
  for (guint i = 0; i < model->len; i++)
    {
      ModelTensor *tensor = g_ptr_array_index (model, i);

      if (strcmp (tensor->name, name) == 0)
        return tensor;
    }
  g_error ("the model has no %s", name);
}

void
model_add_prefix (GPtrArray *model, const char *prefix)
{
  for (guint i = 0; i < model->len; i++)
    {
      ModelTensor *tensor = g_ptr_array_index (model, i);
      char *name = g_strconcat (prefix, tensor->name, NULL);

      g_free (tensor->name);
      tensor->name = name;
    }
}

/* --- Hugging Face --- */

/* Written out apart from core/clip/names.c, from the key list of transformers' CLIPModel. */
static const char *const hugging_face[][2] = {
  { "visual.conv1.weight", "vision_model.embeddings.patch_embedding.weight" },
  { "visual.class_embedding", "vision_model.embeddings.class_embedding" },
  { "visual.positional_embedding", "vision_model.embeddings.position_embedding.weight" },
  { "visual.ln_pre.weight", "vision_model.pre_layrnorm.weight" },
  { "visual.ln_pre.bias", "vision_model.pre_layrnorm.bias" },
  { "visual.ln_post.weight", "vision_model.post_layernorm.weight" },
  { "visual.ln_post.bias", "vision_model.post_layernorm.bias" },
  { "visual.proj", "visual_projection.weight" },
  { "token_embedding.weight", "text_model.embeddings.token_embedding.weight" },
  { "positional_embedding", "text_model.embeddings.position_embedding.weight" },
  { "ln_final.weight", "text_model.final_layer_norm.weight" },
  { "ln_final.bias", "text_model.final_layer_norm.bias" },
  { "text_projection", "text_projection.weight" },
  { "logit_scale", "logit_scale" },
  { "ln_1.weight", "layer_norm1.weight" },
  { "ln_1.bias", "layer_norm1.bias" },
  { "ln_2.weight", "layer_norm2.weight" },
  { "ln_2.bias", "layer_norm2.bias" },
  { "attn.out_proj.weight", "self_attn.out_proj.weight" },
  { "attn.out_proj.bias", "self_attn.out_proj.bias" },
  { "mlp.c_fc.weight", "mlp.fc1.weight" },
  { "mlp.c_fc.bias", "mlp.fc1.bias" },
  { "mlp.c_proj.weight", "mlp.fc2.weight" },
  { "mlp.c_proj.bias", "mlp.fc2.bias" },
};

static const char *
find_hugging_face (const char *name)
{
  for (guint i = 0; i < G_N_ELEMENTS (hugging_face); i++)
    if (strcmp (hugging_face[i][0], name) == 0)
      return hugging_face[i][1];
  g_error ("Hugging Face has no name for %s", name);
}

static void
add_copy (GPtrArray *model, const char *name, const ModelTensor *from, gsize start, gint64 rows)
{
  gint64 shape[4];
  ModelTensor *copy;

  memcpy (shape, from->shape, sizeof shape);
  shape[0] = rows;
  model_add (model, name, shape, from->n_dims);
  copy = g_ptr_array_index (model, model->len - 1);
  memcpy (copy->data, from->data + start, copy->n * sizeof *copy->data);
}

static void
add_in_block (GPtrArray *model, const ModelTensor *tensor, const char *tower, guint block,
              const char *part)
{
  g_autofree char *prefix = g_strdup_printf ("%s.encoder.layers.%u.", tower, block);
  const char *const letters[] = { "q", "k", "v" };

  if (!g_str_has_prefix (part, "attn.in_proj_"))
    {
      g_autofree char *name = g_strconcat (prefix, find_hugging_face (part), NULL);

      add_copy (model, name, tensor, 0, tensor->shape[0]);
      return;
    }
  for (guint i = 0; i < 3; i++)
    {
      g_autofree char *name = g_strdup_printf ("%sself_attn.%s_proj.%s", prefix, letters[i],
                                               part + strlen ("attn.in_proj_"));

      add_copy (model, name, tensor, i * tensor->n / 3, tensor->shape[0] / 3);
    }
}

static void
transpose (ModelTensor *self)
{
  gint64 rows = self->shape[0], columns = self->shape[1];
  g_autofree gfloat *old = g_memdup2 (self->data, self->n * sizeof *old);

  for (gint64 i = 0; i < rows; i++)
    for (gint64 j = 0; j < columns; j++)
      self->data[j * rows + i] = old[i * columns + j];
  self->shape[0] = columns;
  self->shape[1] = rows;
}

GPtrArray *
model_to_hugging_face (GPtrArray *model)
{
  GPtrArray *out = model_new ();
  char part[64];
  guint block;

  for (guint i = 0; i < model->len; i++)
    {
      const ModelTensor *tensor = g_ptr_array_index (model, i);

      if (sscanf (tensor->name, "transformer.resblocks.%u.%63s", &block, part) == 2)
        add_in_block (out, tensor, "text_model", block, part);
      else if (sscanf (tensor->name, "visual.transformer.resblocks.%u.%63s", &block, part) == 2)
        add_in_block (out, tensor, "vision_model", block, part);
      else
        add_copy (out, find_hugging_face (tensor->name), tensor, 0, tensor->shape[0]);
    }
  transpose (model_get (out, "text_projection.weight"));
  transpose (model_get (out, "visual_projection.weight"));
  return out;
}

/* --- files --- */

GBytes *
model_to_bytes (GPtrArray *model)
{
  g_autoptr (TlSafetensorsWriter) writer = tl_safetensors_writer_new ();

  for (guint i = 0; i < model->len; i++)
    {
      const ModelTensor *tensor = g_ptr_array_index (model, i);
      g_autoptr (GBytes) data = g_bytes_new (tensor->data, tensor->n * sizeof *tensor->data);

      tl_safetensors_writer_add (writer, tensor->name, TL_FLOAT32, tensor->n_dims, tensor->shape,
                                 data);
    }
  return tl_safetensors_writer_finish (writer);
}

TlWeights *
model_to_weights (GPtrArray *model)
{
  g_autoptr (GBytes) bytes = model_to_bytes (model);
  g_autoptr (GError) error = NULL;
  TlWeights *weights = tl_weights_new_from_safetensors (bytes, "made by the test", &error);

  g_assert_no_error (error);
  return weights;
}

TlClip *
model_load (TlWeights *weights)
{
  const TlDevice cpu = { TL_CPU, 0 };
  TlClipConfig config;
  g_autoptr (GError) error = NULL;
  TlClip *clip;

  tl_clip_config_infer (&config, weights, &error);
  g_assert_no_error (error);
  clip = tl_clip_load (&config, weights, TL_FLOAT32, cpu, &error);
  g_assert_no_error (error);
  return clip;
}

TlTensor *
model_make_pictures (TlScope *s, gint64 n, gint64 size)
{
  gsize n_values = (gsize) (n * 3 * size * size);
  g_autofree gfloat *values = g_new (gfloat, n_values);
  TlRandom random;

  tl_random_init (&random, 5, 0, TL_PURPOSE_START, 0);
  for (gsize i = 0; i < n_values; i++)
    values[i] = (gfloat) tl_random_uniform (&random);
  return tl_from_floats (s, values, TL_SHAPE (n, 3, size, size));
}

gfloat *
model_get_floats (TlScope *s, TlTensor *x)
{
  gsize n = tl_tensor_get_n_elements (x);
  gfloat *values = g_new0 (gfloat, n);

  g_assert_true (tl_to_floats (s, x, values, n));
  return values;
}
