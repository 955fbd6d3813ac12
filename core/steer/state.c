/* state.c - the whole state of a run, and its form as bytes
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "config.h"
#include "core/steer/state.h"

#include "core/base/error.h"
#include "core/steer/coarse.h"
#include "core/weights/safetensors.h"

#include <glib/gi18n-lib.h>
#include <math.h>
#include <string.h>

#define SCHEMA "1"
#define MOMENT "moment."

/* Said only where it is not seen from the iteration. */
#define RANDOM "random"

#define FORMS_FROM "forms_from"

/* As many as random numbers can tell apart. */
#define MAX_ITERATION ((G_GUINT64_CONSTANT (1) << 48) - 1)

TlState *
tl_state_new (TlStart *start, TlTensor *z)
{
  TlState *self = g_new0 (TlState, 1);

  self->start = tl_start_ref (start);
  self->is_random = tl_start_get_values (start)->image == NULL;
  self->z = z;
  return self;
}

void
tl_state_free (TlState *self)
{
  g_clear_pointer (&self->start, tl_start_unref);
  g_clear_pointer (&self->z, tl_tensor_free);
  g_clear_pointer (&self->z_start, tl_tensor_free);
  tl_moments_clear (&self->moments);
  g_free (self);
}

static const char *
optimizer_name (TlOptimizer optimizer)
{
  return tl_setting_find ("optimizer")->nicks[optimizer];
}

/* --- saving --- */

static void
write_number (TlSafetensorsWriter *writer, const char *key, guint64 value)
{
  g_autofree char *text = g_strdup_printf ("%" G_GUINT64_FORMAT, value);

  tl_safetensors_writer_set_metadata (writer, key, text);
}

static void
write_tensor (TlScope *s, TlSafetensorsWriter *writer, const char *name, TlTensor *x)
{
  gint64 shape[4];
  g_autoptr (GBytes) bytes = tl_to_bytes (s, x);

  for (guint i = 0; i < G_N_ELEMENTS (shape); i++)
    shape[i] = tl_tensor_get_size (x, (gint) i);
  if (bytes != NULL)
    tl_safetensors_writer_add (writer, name, TL_FLOAT32, G_N_ELEMENTS (shape), shape, bytes);
}

static void
write_moments (TlScope *s, TlSafetensorsWriter *writer, const TlState *self)
{
  for (guint i = 0; i < TL_MOMENTS_MAX && self->moments.moments[i] != NULL; i++)
    {
      g_autofree char *name =
        g_strconcat (MOMENT, tl_optimizer_get_moment_name (self->optimizer, i), NULL);

      write_tensor (s, writer, name, self->moments.moments[i]);
    }
}

static void
write_metadata (TlSafetensorsWriter *writer, const TlState *self, TlModels *models)
{
  const TlStartValues *start = tl_start_get_values (self->start);
  g_autoptr (TlMaker) maker = tl_models_dup_maker (models);

  tl_safetensors_writer_set_metadata (writer, "tiller.state", SCHEMA);
  write_number (writer, "iteration", self->iteration);
  if (self->is_random && self->iteration > 0)
    tl_safetensors_writer_set_metadata (writer, RANDOM, "1");
  if (self->forms_from != TL_STATE_NOT_SAID)
    write_number (writer, FORMS_FROM, self->forms_from);
  tl_safetensors_writer_set_metadata (writer, "optimizer", optimizer_name (self->optimizer));
  write_number (writer, "n_steps", (guint64) self->moments.n_steps);
  write_number (writer, "seed", start->seed);
  write_number (writer, "width", start->width);
  write_number (writer, "height", start->height);
  tl_safetensors_writer_set_metadata (writer, "vqgan", maker->vqgan.name);
  tl_safetensors_writer_set_metadata (writer, "vqgan.sha256", maker->vqgan.sha256);
  tl_safetensors_writer_set_metadata (writer, "clip", maker->clip.name);
  tl_safetensors_writer_set_metadata (writer, "clip.sha256", maker->clip.sha256);
}

GBytes *
tl_state_save (TlState *self, TlModels *models, GError **error)
{
  g_autoptr (TlSafetensorsWriter) writer = tl_safetensors_writer_new ();
  TlScope *s = tl_scope_open (NULL);

  write_metadata (writer, self, models);
  write_tensor (s, writer, "z", self->z);
  write_moments (s, writer, self);
  if (!tl_scope_close (s, error))
    return NULL;

  return tl_safetensors_writer_finish (writer);
}

/* --- loading --- */

static gboolean
refuse (GError **error)
{
  return tl_error_set (error, TL_ERROR_FORMAT, _ ("This checkpoint is damaged"));
}

static gboolean
read_number (TlWeights *weights, const char *key, guint64 maximum, guint64 *value, GError **error)
{
  const char *text = tl_weights_get_metadata (weights, key);

  return (text != NULL && g_ascii_string_to_unsigned (text, 10, 0, maximum, value, NULL))
         || refuse (error);
}

static gboolean
read_optimizer (TlWeights *weights, TlOptimizer *optimizer, GError **error)
{
  const char *text = tl_weights_get_metadata (weights, "optimizer");

  for (guint i = 0; i < TL_N_OPTIMIZERS; i++)
    if (g_strcmp0 (text, optimizer_name (i)) == 0)
      {
        *optimizer = i;
        return TRUE;
      }
  return refuse (error);
}

static gboolean
check_schema (TlWeights *weights, GError **error)
{
  const char *schema = tl_weights_get_metadata (weights, "tiller.state");

  if (schema == NULL)
    return tl_error_set (error, TL_ERROR_FORMAT, _ ("This is not a Tiller checkpoint"));
  if (strcmp (schema, SCHEMA) != 0)
    return tl_error_set (error, TL_ERROR_UNTRUSTED,
                         _ ("This checkpoint was saved by a newer Tiller"));
  return TRUE;
}

/* A latent means nothing to another image model. Another CLIP may take over: it only steers. */
static gboolean
check_models (TlWeights *weights, TlModels *models, GError **error)
{
  g_autoptr (TlMaker) maker = tl_models_dup_maker (models);
  const char *name = tl_weights_get_metadata (weights, "vqgan");

  if (name == NULL)
    return refuse (error);
  if (g_strcmp0 (tl_weights_get_metadata (weights, "vqgan.sha256"), maker->vqgan.sha256) == 0
      && (*maker->vqgan.sha256 != '\0' || strcmp (name, maker->vqgan.name) == 0))
    return TRUE;
  return tl_error_set (error, TL_ERROR_MISSING,
                       _ ("This checkpoint belongs to the image model “%s”, not to “%s”"), name,
                       maker->vqgan.name);
}

static gboolean
check_start (TlWeights *weights, const TlStartValues *start, GError **error)
{
  guint64 seed, width, height;
  g_autofree char *number = NULL;

  if (!read_number (weights, "seed", G_MAXUINT64, &seed, error)
      || !read_number (weights, "width", TL_MAX_SIDE, &width, error)
      || !read_number (weights, "height", TL_MAX_SIDE, &height, error))
    return FALSE;
  if (seed == start->seed && width == start->width && height == start->height)
    return TRUE;

  number = g_strdup_printf ("%" G_GUINT64_FORMAT, seed);
  return tl_error_set (error, TL_ERROR_FORMAT,
                       _ ("This checkpoint belongs to another run: seed %s, %u × %u"), number,
                       (guint) width, (guint) height);
}

static gboolean
is_finite (TlTensor *x)
{
  TlScope *s = tl_scope_open (NULL);
  gdouble sum = tl_to_double (s, tl_sum (s, tl_mul_scalar (s, x, 0), NULL, 0, FALSE));

  return tl_scope_close (s, NULL) && sum == 0;
}

static TlTensor *
place (TlTensor *x, TlDevice device, GError **error)
{
  TlScope *s = tl_scope_open (NULL);
  g_autoptr (TlTensor) placed = tl_own (tl_to_device (s, x, device));

  return tl_scope_close (s, error) ? g_steal_pointer (&placed) : NULL;
}

/* Which of the two forms it is stored in; any other is refused where it is read. */
static gboolean
is_stored_coarse (TlWeights *weights, const gint64 coarse[4])
{
  const TlBlob *blob = tl_weights_lookup (weights, "z");

  return blob != NULL && blob->n_dims == 4 && memcmp (blob->shape, coarse, 4 * sizeof *coarse) == 0;
}

/* A finite float32 tensor of just this shape. */
static TlTensor *
read_tensor (TlWeights *weights, const char *name, const gint64 shape[4], TlModels *models,
             GError **error)
{
  const TlBlob *blob = tl_weights_lookup (weights, name);
  g_autoptr (TlTensor) x = NULL;

  if (blob == NULL || blob->dtype != TL_FLOAT32 || blob->n_dims != 4
      || memcmp (blob->shape, shape, 4 * sizeof *shape) != 0)
    {
      refuse (error);
      return NULL;
    }

  x = tl_tensor_new_from_bytes (blob->data, blob->n_bytes, blob->dtype, blob->shape, blob->strides,
                                blob->n_dims, TL_FLOAT32, error);
  if (x == NULL)
    return NULL;
  if (!is_finite (x))
    {
      refuse (error);
      return NULL;
    }
  return place (x, tl_models_get_device (models), error);
}

/* All of the optimiser's, or none before its first step. */
static gboolean
read_moments (TlState *self, TlWeights *weights, const gint64 shape[4], TlModels *models,
              GError **error)
{
  guint64 n_steps;

  if (!read_optimizer (weights, &self->optimizer, error)
      || !read_number (weights, "n_steps", self->iteration, &n_steps, error))
    return FALSE;

  self->moments.n_steps = (gint64) n_steps;
  for (guint i = 0; n_steps > 0 && i < tl_optimizer_get_n_moments (self->optimizer); i++)
    {
      g_autofree char *name =
        g_strconcat (MOMENT, tl_optimizer_get_moment_name (self->optimizer, i), NULL);

      self->moments.moments[i] = read_tensor (weights, name, shape, models, error);
      if (self->moments.moments[i] == NULL)
        return FALSE;
    }
  return TRUE;
}

TlState *
tl_state_load (GBytes *bytes, TlStart *start, TlModels *models, GError **error)
{
  const TlVqganConfig *config = tl_vqgan_get_config (tl_models_get_vqgan (models));
  const TlStartValues *values = tl_start_get_values (start);
  gint64 shape[4];
  g_autoptr (TlWeights) weights =
    tl_weights_new_from_safetensors (bytes, _ ("the checkpoint"), error);
  g_autoptr (TlState) self = NULL;

  if (weights == NULL || !check_schema (weights, error) || !check_models (weights, models, error)
      || !check_start (weights, values, error))
    return NULL;

  tl_coarse_get_shape (values, config, TRUE, shape);
  if (!is_stored_coarse (weights, shape))
    tl_coarse_get_shape (values, config, FALSE, shape);
  self = tl_state_new (start, NULL);
  self->z = read_tensor (weights, "z", shape, models, error);
  if (self->z == NULL || !read_number (weights, "iteration", MAX_ITERATION, &self->iteration, error)
      || !read_moments (self, weights, shape, models, error))
    return NULL;
  if (self->iteration > 0 && tl_weights_get_metadata (weights, RANDOM) == NULL)
    self->is_random = FALSE;
  self->forms_from = TL_STATE_NOT_SAID;
  if (tl_weights_get_metadata (weights, FORMS_FROM) != NULL
      && !read_number (weights, FORMS_FROM, MAX_ITERATION, &self->forms_from, error))
    return NULL;
  return g_steal_pointer (&self);
}
