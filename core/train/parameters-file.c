/* parameters-file.c - parameters as a checkpoint, and as a part of a model's file
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "config.h"
#include "core/train/parameters-private.h"

#include "core/base/error.h"
#include "core/torch/training.h"

#include <glib/gi18n-lib.h>
#include <string.h>

static const char *const tensor_names[N_TENSORS] = { "values", "mean", "square", "average" };

/* Names and shapes of all, as one word: what a checkpoint has to agree in. */
static char *
dup_layout (TlParameters *self)
{
  g_autoptr (GString) text = g_string_new (NULL);

  for (guint i = 0; i < self->parameters->len; i++)
    {
      const TlParameter *p = &g_array_index (self->parameters, TlParameter, i);

      g_string_append (text, p->name);
      for (guint k = 0; k < p->n_dims; k++)
        g_string_append_printf (text, " %" G_GINT64_FORMAT, p->shape[k]);
      g_string_append_c (text, '\n');
    }
  return g_compute_checksum_for_string (G_CHECKSUM_SHA256, text->str, (gssize) text->len);
}

static char *
dup_key (TlParameters *self, const char *what)
{
  return g_strconcat (self->name, what, NULL);
}

gboolean
tl_parameters_save (TlParameters *self, TlSafetensorsWriter *writer, GError **error)
{
  g_autofree char *layout = dup_layout (self);
  g_autofree char *n_steps = g_strdup_printf ("%" G_GUINT64_FORMAT, self->n_steps);
  g_autofree char *layout_key = dup_key (self, "layout"), *steps_key = dup_key (self, "steps");
  TlScope *s = tl_scope_open (NULL);

  tl_safetensors_writer_set_metadata (writer, layout_key, layout);
  tl_safetensors_writer_set_metadata (writer, steps_key, n_steps);
  for (guint i = 0; i < N_TENSORS; i++)
    {
      g_autofree char *key = dup_key (self, tensor_names[i]);
      g_autoptr (GBytes) bytes = tl_to_bytes (s, self->tensors[i]);

      if (bytes != NULL)
        tl_safetensors_writer_add (writer, key, TL_FLOAT32, 1, &self->n_values, bytes);
    }
  return tl_scope_close (s, error);
}

/* (nullable) */
static const TlBlob *
find_tensor (TlParameters *self, TlWeights *weights, const char *what, GError **error)
{
  g_autofree char *name = dup_key (self, what);
  const TlBlob *blob = tl_weights_lookup (weights, name);

  if (blob != NULL && blob->dtype == TL_FLOAT32 && blob->n_dims == 1
      && blob->shape[0] == self->n_values)
    return blob;
  tl_error_set (error, TL_ERROR_FORMAT, _ ("“%s” is missing from the checkpoint, or damaged"),
                name);
  return NULL;
}

/* (transfer full) (nullable) */
static TlTensor *
read_tensor (TlParameters *self, TlWeights *weights, const char *what, GError **error)
{
  const TlBlob *blob = find_tensor (self, weights, what, error);
  g_autoptr (TlTensor) x = NULL;
  TlTensor *placed;
  TlScope *s;

  if (blob == NULL)
    return NULL;
  x = tl_tensor_new_from_bytes (blob->data, blob->n_bytes, TL_FLOAT32, blob->shape, blob->strides,
                                1, TL_FLOAT32, error);
  if (x == NULL)
    return NULL;

  s = tl_scope_open (NULL);
  placed = tl_own (tl_to_device (s, x, self->device));
  if (tl_scope_close (s, error))
    return placed;
  tl_tensor_free (placed);
  return NULL;
}

gboolean
tl_parameters_are_in (TlParameters *self, TlWeights *weights)
{
  g_autofree char *key = dup_key (self, "layout");

  return tl_weights_get_metadata (weights, key) != NULL;
}

gboolean
tl_parameters_find_n_steps (TlParameters *self, TlWeights *weights, guint64 *n_steps,
                            GError **error)
{
  g_autofree char *key = dup_key (self, "steps");
  const char *steps = tl_weights_get_metadata (weights, key);

  if (steps != NULL && g_ascii_string_to_unsigned (steps, 10, 0, G_MAXINT64, n_steps, NULL))
    return TRUE;
  return tl_error_set (error, TL_ERROR_FORMAT, _ ("The checkpoint does not say its step"));
}

/* What is held is what was exported of it. */
static gboolean
settle_held (TlParameters *self, TlTensor *tensors[N_TENSORS], GError **error)
{
  TlScope *s = tl_scope_open (NULL);
  TlTensor *is_held = tl_less_scalar (s, self->moves, 0.5);
  g_autoptr (TlTensor) values = tl_own (tl_where (s, is_held, tensors[AVERAGE], tensors[VALUES]));

  if (!tl_scope_close (s, error))
    return FALSE;
  tl_tensor_free (tensors[VALUES]);
  tensors[VALUES] = g_steal_pointer (&values);
  return TRUE;
}

static void
drop (TlTensor *tensors[N_TENSORS])
{
  for (guint i = 0; i < N_TENSORS; i++)
    g_clear_pointer (&tensors[i], tl_tensor_free);
}

gboolean
tl_parameters_check (TlParameters *self, TlWeights *weights, GError **error)
{
  g_autofree char *layout = dup_layout (self), *layout_key = dup_key (self, "layout");
  guint64 n_steps;

  if (g_strcmp0 (layout, tl_weights_get_metadata (weights, layout_key)) != 0)
    return tl_error_set (error, TL_ERROR_FORMAT,
                         _ ("The checkpoint is of a model of other sizes, or of none"));
  if (!tl_parameters_find_n_steps (self, weights, &n_steps, error))
    return FALSE;
  for (guint i = 0; i < N_TENSORS; i++)
    if (find_tensor (self, weights, tensor_names[i], error) == NULL)
      return FALSE;
  return TRUE;
}

gboolean
tl_parameters_load (TlParameters *self, TlWeights *weights, GError **error)
{
  TlTensor *next[N_TENSORS] = { 0 };
  guint64 n_steps;

  if (!tl_parameters_check (self, weights, error)
      || !tl_parameters_find_n_steps (self, weights, &n_steps, error))
    return FALSE;

  for (guint i = 0; i < N_TENSORS; i++)
    if ((next[i] = read_tensor (self, weights, tensor_names[i], error)) == NULL)
      {
        drop (next);
        return FALSE;
      }
  if (self->moves != NULL && !settle_held (self, next, error))
    {
      drop (next);
      return FALSE;
    }
  tl_parameters_swap (self, next);
  self->n_steps = n_steps;
  return TRUE;
}

gboolean
tl_parameters_export (TlParameters *self, TlSafetensorsWriter *writer, const char *prefix,
                      gboolean has_prefix, GError **error)
{
  TlScope *s = tl_scope_open (NULL);

  for (guint i = 0; i < self->parameters->len; i++)
    {
      const TlParameter *p = &g_array_index (self->parameters, TlParameter, i);
      g_autoptr (GBytes) bytes = NULL;

      if (g_str_has_prefix (p->name, prefix) != has_prefix)
        continue;
      bytes = tl_to_bytes (
        s, tl_to_dtype (s, tl_parameters_cut (s, self->tensors[AVERAGE], p), TL_FLOAT16));
      if (bytes != NULL)
        tl_safetensors_writer_add (writer, p->name, TL_FLOAT16, p->n_dims, p->shape, bytes);
    }
  return tl_scope_close (s, error);
}

/* --- from a model --- */

static const TlBlob *
find (TlWeights *weights, const TlParameter *p)
{
  const TlBlob *blob = p->is_constant ? NULL : tl_weights_lookup (weights, p->name);

  return blob != NULL && tl_dtype_is_float (blob->dtype) ? blob : NULL;
}

static gboolean
has_shape (const TlBlob *blob, const TlParameter *p)
{
  return blob->n_dims == p->n_dims
         && memcmp (blob->shape, p->shape, p->n_dims * sizeof *p->shape) == 0;
}

/* (transfer full) (nullable): the parts that @weights has, the others as they are in @old */
static TlTensor *
adopt_into (TlParameters *self, TlWeights *weights, TlTensor *old, GError **error)
{
  guint n = self->parameters->len;
  g_autofree TlTensor **parts = g_new (TlTensor *, n);
  g_autoptr (GPtrArray) read = g_ptr_array_new_with_free_func ((GDestroyNotify) tl_tensor_free);
  TlScope *s = tl_scope_open (NULL);
  g_autoptr (TlTensor) all = NULL;

  for (guint i = 0; i < n; i++)
    {
      const TlParameter *p = &g_array_index (self->parameters, TlParameter, i);
      const TlBlob *blob = find (weights, p);
      TlTensor *x = NULL;

      parts[i] = tl_parameters_cut (s, old, p);
      if (blob == NULL)
        continue;
      x = tl_tensor_new_from_bytes (blob->data, blob->n_bytes, blob->dtype, blob->shape,
                                    blob->strides, blob->n_dims, TL_FLOAT32, error);
      if (x == NULL)
        {
          tl_scope_close (s, NULL);
          return NULL;
        }
      g_ptr_array_add (read, x);
      parts[i] = tl_to_device (s, x, self->device);
    }
  all = tl_own (tl_parameters_lay (s, parts, n));
  return tl_scope_close (s, error) ? g_steal_pointer (&all) : NULL;
}

gboolean
tl_parameters_adopt (TlParameters *self, TlWeights *weights, GError **error)
{
  g_autoptr (TlTensor) values = NULL, average = NULL;
  guint n_found = 0;

  for (guint i = 0; i < self->parameters->len; i++)
    {
      const TlParameter *p = &g_array_index (self->parameters, TlParameter, i);
      const TlBlob *blob = find (weights, p);

      if (blob != NULL && !has_shape (blob, p))
        return tl_error_set (error, TL_ERROR_FORMAT, _ ("“%s” has other sizes there than here"),
                             p->name);
      n_found += blob != NULL;
    }
  if (n_found == 0)
    return tl_error_set (error, TL_ERROR_FORMAT, _ ("Nothing in this file is of this model"));

  values = adopt_into (self, weights, self->tensors[VALUES], error);
  average = values != NULL ? adopt_into (self, weights, self->tensors[AVERAGE], error) : NULL;
  if (average == NULL)
    return FALSE;
  tl_tensor_free (self->tensors[VALUES]);
  self->tensors[VALUES] = g_steal_pointer (&values);
  tl_tensor_free (self->tensors[AVERAGE]);
  self->tensors[AVERAGE] = g_steal_pointer (&average);
  return TRUE;
}
