/* vqgan-trainer-file.c - checkpoints of a VQGAN that learns, and what it learnt as a model
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "config.h"
#include "core/train/vqgan-trainer-private.h"

#include "core/base/error.h"
#include "core/torch/training.h"

#include <glib/gi18n-lib.h>
#include <string.h>

/* The plain numbers of the codes, by their names in a checkpoint. */
typedef struct
{
  const char *name;
  gfloat *values;
  gint64 shape[2];
  guint n_dims;
} Field;

#define N_FIELDS 4

static void
list_fields (TlVqganTrainer *self, Field fields[N_FIELDS])
{
  const TlCodes *c = &self->codes;
  const Field all[N_FIELDS] = {
    { "codes.vectors", c->vectors, { c->n, c->d }, 2 },
    { "codes.sums", c->sums, { c->n, c->d }, 2 },
    { "codes.counts", c->counts, { c->n }, 1 },
    { "codes.ages", c->ages, { c->n }, 1 },
  };

  memcpy (fields, all, sizeof all);
}

static gsize
count_bytes (const Field *field)
{
  return sizeof (gfloat) * (gsize) field->shape[0]
         * (gsize) (field->n_dims == 2 ? field->shape[1] : 1);
}

static void
add_floats (TlSafetensorsWriter *writer, const char *name, const gfloat *values, guint n_dims,
            const gint64 *shape, gsize n_bytes)
{
  g_autoptr (GBytes) bytes = g_bytes_new (values, n_bytes);

  tl_safetensors_writer_add (writer, name, TL_FLOAT32, n_dims, shape, bytes);
}

GBytes *
tl_vqgan_trainer_save (TlVqganTrainer *self, GError **error)
{
  g_autoptr (TlSafetensorsWriter) writer = tl_safetensors_writer_new ();
  const gint64 n_seen = self->seen->len;
  Field fields[N_FIELDS];

  if (!tl_parameters_save (self->parameters, writer, error)
      || !tl_refine_save (self->refine, writer, error))
    return NULL;
  tl_safetensors_writer_set_metadata (writer, "has_codes", self->has_codes ? "1" : "0");
  list_fields (self, fields);
  for (guint i = 0; i < N_FIELDS; i++)
    add_floats (writer, fields[i].name, fields[i].values, fields[i].n_dims, fields[i].shape,
                count_bytes (&fields[i]));
  add_floats (writer, TL_VQGAN_SEEN, (const gfloat *) self->seen->data, 1, &n_seen,
              (gsize) n_seen * sizeof (gfloat));
  if (self->steered != NULL)
    tl_steered_save (self->steered, writer);
  return tl_safetensors_writer_finish (writer);
}

/* (nullable): where @n_dims and @shape are those of the file's tensor and its numbers lie one after
 * the other; shape[0] -1: any */
static const TlBlob *
find_floats (TlWeights *weights, const char *name, guint n_dims, const gint64 *shape,
             GError **error)
{
  const TlBlob *blob = tl_weights_lookup (weights, name);
  gboolean fits = blob != NULL && blob->dtype == TL_FLOAT32 && blob->n_dims == n_dims
                  && blob->n_bytes == blob->n_elements * sizeof (gfloat);

  for (guint i = 0; fits && i < n_dims; i++)
    fits = shape[i] < 0 || blob->shape[i] == shape[i];
  if (fits)
    return blob;
  tl_error_set (error, TL_ERROR_FORMAT, _ ("“%s” is missing from the checkpoint, or damaged"),
                name);
  return NULL;
}

/* Codes are no part of a checkpoint before they were found, nor where there shall be none yet. */
static gboolean
find_has_codes (TlVqganTrainer *self, TlWeights *weights, gboolean *has_codes, GError **error)
{
  guint64 n_steps;

  if (!tl_parameters_find_n_steps (self->parameters, weights, &n_steps, error))
    return FALSE;
  *has_codes = g_strcmp0 (tl_weights_get_metadata (weights, "has_codes"), "1") == 0
               && (self->training.only_decoder
                   || n_steps >= tl_vqgan_trainer_count_free_steps (&self->training));
  return TRUE;
}

/* (nullable): the cells that codes are looked for in */
static const TlBlob *
find_seen (TlVqganTrainer *self, TlWeights *weights, GError **error)
{
  const gint64 any = -1;
  const TlBlob *seen = find_floats (weights, TL_VQGAN_SEEN, 1, &any, error);

  if (seen == NULL
      || (seen->n_elements % self->codes.d == 0
          && seen->n_elements <= tl_vqgan_trainer_count_cells_to_find (self) * self->codes.d))
    return seen;
  tl_error_set (error, TL_ERROR_FORMAT, _ ("“%s” is missing from the checkpoint, or damaged"),
                TL_VQGAN_SEEN);
  return NULL;
}

/* Checked before anything is changed: a checkpoint is taken whole or, but for a lack of memory
 * between the critic and the rest, not at all. */
gboolean
tl_vqgan_trainer_load (TlVqganTrainer *self, TlWeights *weights, GError **error)
{
  const TlBlob *seen = find_seen (self, weights, error);
  Field fields[N_FIELDS];
  gboolean has_codes;

  if (seen == NULL || !find_has_codes (self, weights, &has_codes, error))
    return FALSE;
  list_fields (self, fields);
  for (guint i = 0; has_codes && i < N_FIELDS; i++)
    if (find_floats (weights, fields[i].name, fields[i].n_dims, fields[i].shape, error) == NULL)
      return FALSE;
  if (!tl_parameters_check (self->parameters, weights, error)
      || !tl_refine_load (self->refine, weights, error)
      || !tl_parameters_load (self->parameters, weights, error))
    return FALSE;

  for (guint i = 0; has_codes && i < N_FIELDS; i++)
    memcpy (fields[i].values, tl_weights_lookup (weights, fields[i].name)->data,
            count_bytes (&fields[i]));
  g_array_set_size (self->seen, 0);
  g_array_append_vals (self->seen, seen->data, (guint) seen->n_elements);
  self->has_codes = has_codes;
  if (self->steered != NULL)
    tl_steered_load (self->steered, weights);
  return TRUE;
}

/* Where the decoder is to learn alone; nobody moves codes then, so that each may count as one cell.
 */
static gboolean
adopt_codes (TlVqganTrainer *self, TlWeights *weights, GError **error)
{
  const TlBlob *blob = tl_weights_lookup (weights, TL_VQGAN_CODEBOOK);
  const gsize n = (gsize) self->codes.n * self->codes.d;
  g_autoptr (TlTensor) vectors = NULL;
  TlScope *s;

  if (blob == NULL || blob->n_dims != 2 || blob->shape[0] != self->codes.n
      || blob->shape[1] != self->codes.d)
    return tl_error_set (error, TL_ERROR_FORMAT, _ ("This file has not %u codes of %u numbers"),
                         self->codes.n, self->codes.d);
  vectors = tl_tensor_new_from_bytes (blob->data, blob->n_bytes, blob->dtype, blob->shape,
                                      blob->strides, blob->n_dims, TL_FLOAT32, error);
  if (vectors == NULL)
    return FALSE;
  s = tl_scope_open (NULL);
  tl_to_floats (s, vectors, self->codes.vectors, n);
  if (!tl_scope_close (s, error))
    return FALSE;
  memcpy (self->codes.sums, self->codes.vectors, n * sizeof (gfloat));
  for (guint i = 0; i < self->codes.n; i++)
    self->codes.counts[i] = 1;
  memset (self->codes.ages, 0, self->codes.n * sizeof (gfloat));
  self->has_codes = TRUE;
  return TRUE;
}

gboolean
tl_vqgan_trainer_begin_with (TlVqganTrainer *self, TlWeights *weights, GError **error)
{
  return tl_parameters_adopt (self->parameters, weights, error)
         && (!self->training.only_decoder || adopt_codes (self, weights, error));
}

static gboolean
add_codebook (TlVqganTrainer *self, TlSafetensorsWriter *writer, GError **error)
{
  const gint64 shape[] = { self->codes.n, self->codes.d };
  TlScope *s = tl_scope_open (NULL);
  TlTensor *codebook = tl_from_floats (s, self->codes.vectors, shape, 2);
  g_autoptr (GBytes) bytes = tl_to_bytes (s, tl_to_dtype (s, codebook, TL_FLOAT16));

  if (bytes != NULL)
    tl_safetensors_writer_add (writer, TL_VQGAN_CODEBOOK, TL_FLOAT16, 2, shape, bytes);
  return tl_scope_close (s, error);
}

GBytes *
tl_vqgan_trainer_export (TlVqganTrainer *self, GError **error)
{
  g_autoptr (TlSafetensorsWriter) writer = tl_safetensors_writer_new ();
  g_autofree char *groups = g_strdup_printf ("%u", self->training.vqgan.n_groups);

  tl_safetensors_writer_set_metadata (writer, "norm_groups", groups);
  if (!tl_parameters_export (self->parameters, writer, "", TRUE, error)
      || !add_codebook (self, writer, error))
    return NULL;
  return tl_safetensors_writer_finish (writer);
}
