/* layer.c - layers, and the loader that fills them from a model file
 *
 * A tensor comes from a blob of the file or from seeded random numbers; both are only bytes with
 * strides, and one conversion takes them to the model's dtype. Or a trainer gives it, as a tensor.
 * Convolution weights are described to that conversion as [out, kh, kw, in], so that they land
 * channels-last without a second copy.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "config.h"
#include "core/torch/layer.h"

#include "core/base/error.h"
#include "core/base/random.h"
#include "core/torch/training.h"

#include <glib/gi18n-lib.h>
#include <math.h>
#include <string.h>

#define N_QUANTILES 4096

/* Standard deviation of embeddings, as CLIP and most transformers start theirs. */
#define EMBEDDING_DEVIATION 0.02

struct _TlLoader
{
  TlWeights *weights; /* NULL: given tensors, else random numbers */
  char *prefix;
  TlDtype dtype;
  TlDevice device;

  TlNameFunc name_func;
  gpointer name_data;

  GHashTable *used;   /* set of names in the file */
  GPtrArray *ignored; /* beginnings of names in the file */
  GError *error;      /* the first one */

  TlTensorFunc tensor_func;
  gpointer tensor_data;

  guint64 seed;
  gfloat *quantiles; /* of the normal distribution, at the middles of N_QUANTILES equal shares */
};

/* What is asked for. */
typedef struct
{
  char *name; /* canonical */
  const gint64 *shape;
  guint n_dims;
  TlDtype dtype;
  gboolean channels_last;
} Request;

/* Where its numbers lie. */
typedef struct
{
  const void *data;
  gsize n_bytes;
  TlDtype dtype;
  gint64 shape[TL_MAX_DIMS];
  gint64 strides[TL_MAX_DIMS];
} Source;

/* --- layers --- */

void
tl_conv_clear (TlConv *self)
{
  g_clear_pointer (&self->weight, tl_tensor_free);
  g_clear_pointer (&self->bias, tl_tensor_free);
}

void
tl_linear_clear (TlLinear *self)
{
  g_clear_pointer (&self->weight, tl_tensor_free);
  g_clear_pointer (&self->bias, tl_tensor_free);
}

void
tl_norm_clear (TlNorm *self)
{
  g_clear_pointer (&self->weight, tl_tensor_free);
  g_clear_pointer (&self->bias, tl_tensor_free);
}

/* --- from bytes to tensors --- */

/* For the error message; -1 reads as "any". */
static char *
describe_shape (const gint64 *shape, guint n_dims)
{
  GString *text = g_string_new ("[");

  for (guint i = 0; i < n_dims; i++)
    {
      g_string_append (text, i == 0 ? "" : ", ");
      if (shape[i] < 0)
        g_string_append (text, _ ("any"));
      else
        g_string_append_printf (text, "%" G_GINT64_FORMAT, shape[i]);
    }
  g_string_append_c (text, ']');

  return g_string_free (text, FALSE);
}

static gboolean
shape_fits (const TlBlob *blob, const Request *request)
{
  if (blob->n_dims != request->n_dims)
    return FALSE;

  for (guint i = 0; i < request->n_dims; i++)
    if (request->shape[i] >= 0 && request->shape[i] != blob->shape[i])
      return FALSE;

  return TRUE;
}

/* [out, in, kh, kw] -> [out, kh, kw, in] */
static void
move_channels_last (gint64 *values)
{
  gint64 in = values[1];

  values[1] = values[2];
  values[2] = values[3];
  values[3] = in;
}

static TlTensor *
place (TlLoader *self, TlTensor *x, gboolean channels_last)
{
  TlScope *s = tl_scope_open (NULL);
  TlTensor *placed;

  x = tl_to_device (s, x, self->device);
  if (channels_last)
    x = tl_permute (s, x, TL_SHAPE (0, 3, 1, 2));
  placed = tl_own (x);

  if (tl_scope_close (s, &self->error))
    return placed;
  g_clear_pointer (&placed, tl_tensor_free);
  return NULL;
}

static TlTensor *
convert (TlLoader *self, Source *source, const Request *request)
{
  gboolean channels_last = request->channels_last && request->n_dims == 4;
  g_autoptr (TlTensor) x = NULL;

  if (channels_last)
    {
      move_channels_last (source->shape);
      move_channels_last (source->strides);
    }

  x = tl_tensor_new_from_bytes (source->data, source->n_bytes, source->dtype, source->shape,
                                source->strides, request->n_dims, request->dtype, &self->error);
  if (x == NULL)
    return NULL;

  return place (self, x, channels_last);
}

/* --- from the file --- */

static char *
dup_file_name (TlLoader *self, const char *name)
{
  g_autofree char *mapped = NULL;

  if (self->name_func != NULL)
    mapped = self->name_func (name, self->name_data);

  return g_strconcat (self->prefix, mapped != NULL ? mapped : name, NULL);
}

static gboolean
check_blob (TlLoader *self, const TlBlob *blob, const char *file_name, const Request *request)
{
  g_autofree char *expected = describe_shape (request->shape, request->n_dims);
  g_autofree char *found = NULL;

  if (blob == NULL)
    return tl_error_set (&self->error, TL_ERROR_FORMAT, _ ("“%s” %s is missing from this file"),
                         file_name, expected);

  found = describe_shape (blob->shape, blob->n_dims);
  if (!shape_fits (blob, request))
    return tl_error_set (&self->error, TL_ERROR_FORMAT, _ ("“%s” is %s in this file, expected %s"),
                         file_name, found, expected);
  if (!tl_dtype_is_float (blob->dtype))
    return tl_error_set (&self->error, TL_ERROR_FORMAT,
                         _ ("“%s” %s holds %s in this file, expected %s of floating point numbers"),
                         file_name, found, tl_dtype_name (blob->dtype), expected);
  return TRUE;
}

static TlTensor *
read_tensor (TlLoader *self, const Request *request)
{
  g_autofree char *file_name = dup_file_name (self, request->name);
  const TlBlob *blob = tl_weights_lookup (self->weights, file_name);
  Source source;

  if (!check_blob (self, blob, file_name, request))
    return NULL;

  source.data = blob->data;
  source.n_bytes = blob->n_bytes;
  source.dtype = blob->dtype;
  memcpy (source.shape, blob->shape, sizeof source.shape);
  memcpy (source.strides, blob->strides, sizeof source.strides);
  g_hash_table_add (self->used, g_steal_pointer (&file_name));

  return convert (self, &source, request);
}

/* --- from the generator --- */

/* Solves cdf (x) = p by Newton's method from @x, which is below and near the root for the rising p
 * of the caller. */
static gdouble
refine_quantile (gdouble x, gdouble p)
{
  for (guint i = 0; i < 8; i++)
    {
      gdouble cdf = 0.5 * erfc (-x * G_SQRT2 / 2);
      gdouble density = exp (-x * x / 2) / sqrt (2 * G_PI);

      x -= (cdf - p) / density;
    }
  return x;
}

/* Seventy million numbers are wanted: reading them off a table takes a tenth of Box and Muller's
 * time. */
static gfloat *
make_quantiles (void)
{
  gfloat *quantiles = g_new (gfloat, N_QUANTILES);
  gdouble x = 0;

  for (guint i = 0; i < N_QUANTILES / 2; i++)
    {
      x = refine_quantile (x, 0.5 + (i + 0.5) / N_QUANTILES);
      quantiles[N_QUANTILES / 2 + i] = (gfloat) x;
      quantiles[N_QUANTILES / 2 - 1 - i] = (gfloat) -x;
    }
  return quantiles;
}

/* FNV-1a: the stream of a tensor depends on its name, not on the order of loading. */
static guint32
hash_name (const char *name)
{
  guint32 hash = 2166136261u;

  for (; *name != '\0'; name++)
    hash = (hash ^ (guint8) *name) * 16777619u;
  return hash;
}

static void
fill_normal (TlLoader *self, const char *name, gdouble deviation, gfloat *out, gsize n)
{
  const gfloat scale = (gfloat) deviation;
  TlRandom random;

  tl_random_init (&random, self->seed, 0, TL_PURPOSE_WEIGHTS, hash_name (name));
  for (gsize i = 0; i < n; i += 2)
    {
      guint32 bits = tl_random_next (&random);

      out[i] = scale * self->quantiles[bits % N_QUANTILES];
      if (i + 1 < n)
        out[i + 1] = scale * self->quantiles[bits / N_QUANTILES % N_QUANTILES];
    }
}

static void
fill (TlLoader *self, const Request *request, gfloat *out, gsize n)
{
  gdouble fan_in = request->n_dims == 0 ? 1 : (gdouble) n / MAX (request->shape[0], 1);
  gboolean is_vector = request->n_dims == 1;
  gfloat constant =
    g_str_has_suffix (request->name, "bias") || g_str_has_suffix (request->name, "running_mean")
      ? 0
      : 1;

  if (strstr (request->name, "embed") != NULL)
    fill_normal (self, request->name, EMBEDDING_DEVIATION, out, n);
  else if (is_vector)
    for (gsize i = 0; i < n; i++)
      out[i] = constant;
  else
    fill_normal (self, request->name, 1 / sqrt (fan_in), out, n);
}

static TlTensor *
draw_tensor (TlLoader *self, const Request *request)
{
  g_autofree gfloat *data = NULL;
  Source source = { .dtype = TL_FLOAT32 };
  gsize n = 1;

  for (guint i = request->n_dims; i-- > 0;)
    {
      g_return_val_if_fail (request->shape[i] > 0, NULL);
      source.shape[i] = request->shape[i];
      source.strides[i] = (gint64) n;
      n *= (gsize) request->shape[i];
    }

  data = g_try_new (gfloat, n);
  if (data == NULL)
    {
      tl_error_set (&self->error, TL_ERROR_TOO_LARGE, _ ("There is not enough memory for “%s”"),
                    request->name);
      return NULL;
    }
  fill (self, request, data, n);
  source.data = data;
  source.n_bytes = n * sizeof *data;

  return convert (self, &source, request);
}

/* --- from a trainer --- */

static TlTensor *
keep_given (TlLoader *self, const Request *request)
{
  TlScope *s = tl_scope_open (NULL);
  TlTensor *x =
    self->tensor_func (request->name, request->shape, request->n_dims, self->tensor_data);
  TlTensor *kept;

  if (x == NULL)
    tl_scope_fail (s, g_error_new (TL_ERROR, TL_ERROR_MISSING,
                                   _ ("There is no “%s” to compute with"), request->name));
  tl_scope_set_grad (s, TRUE);
  x = tl_to_dtype (s, tl_to_device (s, x, self->device), request->dtype);
  if (request->channels_last && request->n_dims == 4)
    x = tl_channels_last (s, x);
  kept = tl_own_in_graph (x);

  if (tl_scope_close (s, &self->error))
    return kept;
  g_clear_pointer (&kept, tl_tensor_free);
  return NULL;
}

/* --- asking --- */

/* Takes the request's name. */
static TlTensor *
take (TlLoader *self, Request request)
{
  g_autofree char *name = request.name;

  g_return_val_if_fail (request.n_dims <= TL_MAX_DIMS, NULL);

  if (self->error != NULL
      || g_cancellable_set_error_if_cancelled (g_cancellable_get_current (), &self->error))
    return NULL;

  if (self->tensor_func != NULL)
    return keep_given (self, &request);
  return self->weights != NULL ? read_tensor (self, &request) : draw_tensor (self, &request);
}

static TlTensor *
take_part (TlLoader *self, const char *layer, const char *part, TlDtype dtype, const gint64 *shape,
           guint n_dims)
{
  return take (self, (Request){ .name = g_strconcat (layer, part, NULL),
                                .shape = shape,
                                .n_dims = n_dims,
                                .dtype = dtype,
                                .channels_last = TRUE });
}

TlTensor *
tl_loader_take (TlLoader *self, const gint64 *shape, guint n_dims, const char *name, ...)
{
  Request request = { .shape = shape, .n_dims = n_dims, .dtype = self->dtype };
  va_list args;

  va_start (args, name);
  request.name = g_strdup_vprintf (name, args);
  va_end (args);

  return take (self, request);
}

TlTensor *
tl_loader_take_float32 (TlLoader *self, const gint64 *shape, guint n_dims, const char *name, ...)
{
  Request request = { .shape = shape, .n_dims = n_dims, .dtype = TL_FLOAT32 };
  va_list args;

  va_start (args, name);
  request.name = g_strdup_vprintf (name, args);
  va_end (args);

  return take (self, request);
}

void
tl_loader_conv (TlLoader *self, TlConv *conv, gint64 in, gint64 out, gint64 kernel,
                gboolean has_bias, const char *name, ...)
{
  g_autofree char *layer = NULL;
  va_list args;

  va_start (args, name);
  layer = g_strdup_vprintf (name, args);
  va_end (args);

  conv->weight =
    take_part (self, layer, ".weight", self->dtype, TL_SHAPE (out, in, kernel, kernel));
  if (has_bias)
    conv->bias = take_part (self, layer, ".bias", self->dtype, TL_SHAPE (out));
}

void
tl_loader_linear (TlLoader *self, TlLinear *linear, gint64 in, gint64 out, gboolean has_bias,
                  const char *name, ...)
{
  g_autofree char *layer = NULL;
  va_list args;

  va_start (args, name);
  layer = g_strdup_vprintf (name, args);
  va_end (args);

  linear->weight = take_part (self, layer, ".weight", self->dtype, TL_SHAPE (out, in));
  if (has_bias)
    linear->bias = take_part (self, layer, ".bias", self->dtype, TL_SHAPE (out));
}

void
tl_loader_norm (TlLoader *self, TlNorm *norm, gint64 channels, const char *name, ...)
{
  g_autofree char *layer = NULL;
  va_list args;

  va_start (args, name);
  layer = g_strdup_vprintf (name, args);
  va_end (args);

  norm->weight = take_part (self, layer, ".weight", TL_FLOAT32, TL_SHAPE (channels));
  norm->bias = take_part (self, layer, ".bias", TL_FLOAT32, TL_SHAPE (channels));
}

/* --- life --- */

static TlLoader *
loader_new (TlDtype dtype, TlDevice device)
{
  TlLoader *self = g_new0 (TlLoader, 1);

  self->dtype = dtype;
  self->device = device;
  self->used = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  self->ignored = g_ptr_array_new_with_free_func (g_free);
  return self;
}

TlLoader *
tl_loader_new (TlWeights *weights, const char *prefix, TlDtype dtype, TlDevice device)
{
  TlLoader *self = loader_new (dtype, device);

  self->weights = tl_weights_ref (weights);
  self->prefix = g_strdup (prefix);
  return self;
}

TlLoader *
tl_loader_new_random (guint64 seed, TlDtype dtype, TlDevice device)
{
  TlLoader *self = loader_new (dtype, device);

  self->seed = seed;
  self->quantiles = make_quantiles ();
  return self;
}

TlLoader *
tl_loader_new_from_tensors (TlTensorFunc func, gpointer data, TlDtype dtype, TlDevice device)
{
  TlLoader *self = loader_new (dtype, device);

  self->tensor_func = func;
  self->tensor_data = data;
  return self;
}

void
tl_loader_free (TlLoader *self)
{
  g_clear_pointer (&self->weights, tl_weights_unref);
  g_hash_table_unref (self->used);
  g_ptr_array_unref (self->ignored);
  g_clear_error (&self->error);
  g_free (self->quantiles);
  g_free (self->prefix);
  g_free (self);
}

void
tl_loader_set_name_func (TlLoader *self, TlNameFunc func, gpointer data)
{
  self->name_func = func;
  self->name_data = data;
}

void
tl_loader_ignore (TlLoader *self, const char *name_prefix)
{
  if (self->weights != NULL)
    g_ptr_array_add (self->ignored, g_strconcat (self->prefix, name_prefix, NULL));
}

gboolean
tl_loader_has_failed (TlLoader *self)
{
  return self->error != NULL;
}

/* --- what nobody asked for --- */

static gboolean
is_stray (TlLoader *self, const char *name)
{
  if (!g_str_has_prefix (name, self->prefix) || g_hash_table_contains (self->used, name))
    return FALSE;
  /* Batch norm's count of training steps: in every file that has such layers, used by none in
   * evaluation. */
  if (g_str_has_suffix (name, ".num_batches_tracked"))
    return FALSE;

  for (guint i = 0; i < self->ignored->len; i++)
    if (g_str_has_prefix (name, g_ptr_array_index (self->ignored, i)))
      return FALSE;

  return TRUE;
}

static void
check_strays (TlLoader *self)
{
  const TlBlob *first = NULL;
  g_autofree char *shape = NULL;
  guint n = 0;

  for (guint i = 0; i < tl_weights_get_n_blobs (self->weights); i++)
    {
      const TlBlob *blob = tl_weights_get_blob (self->weights, i);

      if (!is_stray (self, blob->name))
        continue;
      n++;
      if (first == NULL)
        first = blob;
    }
  if (first == NULL)
    return;

  shape = describe_shape (first->shape, first->n_dims);
  tl_error_set (&self->error, TL_ERROR_FORMAT,
                g_dngettext (GETTEXT_PACKAGE,
                             "“%s” %s is in this file but is no part of the model Tiller knows",
                             "“%s” %s and %u more are in this file but are no part of the model "
                             "Tiller knows",
                             n),
                first->name, shape, n - 1);
}

gboolean
tl_loader_finish (TlLoader *self, GError **error)
{
  if (self->error == NULL && self->weights != NULL)
    check_strays (self);
  if (self->error == NULL)
    return TRUE;

  g_propagate_error (error, g_error_copy (self->error));
  return FALSE;
}
