/* rebuild.c - which values of a pickle are tensors, and what they say of themselves
 *
 * Names and argument orders are those of torch/_utils.py, torch/_tensor.py and
 * torch/serialization.py, versions 0.4 to 2.x.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "config.h"
#include "core/weights/rebuild.h"

#include "core/base/error.h"

#include <glib/gi18n-lib.h>
#include <string.h>

/* A parameter may wrap a tensor that a subclass wraps, but not forever. */
#define MAX_WRAPPERS 8

/* Element types by the name of the storage class; those below the line exist in files and in no
 * TlDtype. */
static const struct
{
  const char *storage;
  const char *type;
  gsize element_size;
  int dtype; /* -1: none */
} types[] = {
  { "FloatStorage", "float32", 4, TL_FLOAT32 },
  { "HalfStorage", "float16", 2, TL_FLOAT16 },
  { "BFloat16Storage", "bfloat16", 2, TL_BFLOAT16 },
  { "DoubleStorage", "float64", 8, TL_FLOAT64 },
  { "LongStorage", "int64", 8, TL_INT64 },
  { "IntStorage", "int32", 4, TL_INT32 },
  { "ShortStorage", "int16", 2, TL_INT16 },
  { "CharStorage", "int8", 1, TL_INT8 },
  { "ByteStorage", "uint8", 1, TL_UINT8 },
  { "BoolStorage", "bool", 1, TL_BOOL },
  { "UntypedStorage", "uint8", 1, TL_UINT8 },

  { "ComplexFloatStorage", "complex64", 8, -1 },
  { "ComplexDoubleStorage", "complex128", 16, -1 },
  { "QInt8Storage", "qint8", 1, -1 },
  { "QUInt8Storage", "quint8", 1, -1 },
  { "QInt32Storage", "qint32", 4, -1 },
  { "QUInt4x2Storage", "quint4x2", 1, -1 },
  { "QUInt2x4Storage", "quint2x4", 1, -1 },
  { "", "uint16", 2, -1 },
  { "", "uint32", 4, -1 },
  { "", "uint64", 8, -1 },
  { "", "float8_e4m3fn", 1, -1 },
  { "", "float8_e5m2", 1, -1 },
  { "", "float8_e4m3fnuz", 1, -1 },
  { "", "float8_e5m2fnuz", 1, -1 },
};

typedef enum
{
  CALL_TENSOR,      /* storage, offset, shape, strides, ... */
  CALL_TYPED,       /* the same, with the element type as the seventh */
  CALL_WRAPPER,     /* the first argument is the tensor */
  CALL_SUBCLASS,    /* function, class, arguments of the function, state */
  CALL_UNSUPPORTED, /* sparse, quantised and the like */
} CallKind;

typedef struct
{
  const char *module;
  const char *name;
  CallKind kind;
} Call;

static const Call calls[] = {
  { "torch._utils", "_rebuild_tensor_v2", CALL_TENSOR },
  { "torch._utils", "_rebuild_tensor", CALL_TENSOR },
  { "torch._utils", "_rebuild_tensor_v3", CALL_TYPED },
  { "torch._utils", "_rebuild_parameter", CALL_WRAPPER },
  { "torch._utils", "_rebuild_parameter_with_state", CALL_WRAPPER },
  { "torch.nn.parameter", "Parameter", CALL_WRAPPER },
  { "torch.nn.parameter", "Buffer", CALL_WRAPPER },
  { "torch.autograd.variable", "Variable", CALL_WRAPPER },
  { "torch._tensor", "_rebuild_from_type", CALL_SUBCLASS },
  { "torch._tensor", "_rebuild_from_type_v2", CALL_SUBCLASS },
  { "torch.tensor", "_rebuild_from_type", CALL_SUBCLASS },
  { "torch._utils", "_rebuild_qtensor", CALL_UNSUPPORTED },
  { "torch._utils", "_rebuild_sparse_tensor", CALL_UNSUPPORTED },
  { "torch._utils", "_rebuild_sparse_csr_tensor", CALL_UNSUPPORTED },
  { "torch._utils", "_rebuild_nested_tensor", CALL_UNSUPPORTED },
  { "torch._utils", "_rebuild_meta_tensor_no_storage", CALL_UNSUPPORTED },
  { "torch._utils", "_rebuild_wrapper_subclass", CALL_UNSUPPORTED },
  { "torch._utils", "_rebuild_device_tensor_from_numpy", CALL_UNSUPPORTED },
  { "torch._utils", "_rebuild_xla_tensor", CALL_UNSUPPORTED },
};

/* What is left once the wrappers are off. */
typedef struct
{
  const Call *call;
  const TlPickleValue *arguments; /* a tuple */
} Rebuild;

static const Call *
find_call (const TlPickleValue *callable)
{
  for (guint i = 0; i < G_N_ELEMENTS (calls); i++)
    if (tl_pickle_is_global (callable, calls[i].module, calls[i].name))
      return &calls[i];

  return NULL;
}

static const TlPickleValue *
get_argument (const TlPickleValue *arguments, guint i, TlPickleKind kind)
{
  if (i >= arguments->n || arguments->items[i]->kind != kind)
    return NULL;

  return arguments->items[i];
}

static gboolean
unwrap (const TlPickleValue *value, Rebuild *rebuild)
{
  const TlPickleValue *callable, *arguments;

  if (value->kind != TL_PICKLE_OBJECT)
    return FALSE;
  callable = value->items[TL_PICKLE_CALLABLE];
  arguments = value->items[TL_PICKLE_ARGUMENTS];

  for (guint i = 0; i < MAX_WRAPPERS && arguments != NULL; i++)
    {
      const TlPickleValue *inner;

      *rebuild = (Rebuild){ find_call (callable), arguments };
      if (rebuild->call == NULL)
        return FALSE;
      if (rebuild->call->kind == CALL_SUBCLASS && arguments->n >= 3)
        {
          callable = arguments->items[0];
          arguments = get_argument (arguments, 2, TL_PICKLE_TUPLE);
        }
      else if (rebuild->call->kind != CALL_WRAPPER)
        return TRUE;
      else if ((inner = get_argument (arguments, 0, TL_PICKLE_OBJECT)) != NULL)
        {
          callable = inner->items[TL_PICKLE_CALLABLE];
          arguments = inner->items[TL_PICKLE_ARGUMENTS];
        }
      else
        return FALSE;
    }

  return FALSE;
}

gboolean
tl_rebuild_recognise (const TlPickleValue *value)
{
  Rebuild rebuild;

  return unwrap (value, &rebuild);
}

/* "torch.FloatStorage", "torch.cuda.FloatStorage" and "torch.storage.UntypedStorage" are all of one
 * kind. */
static gboolean
read_storage_type (const TlPickleValue *class, TlStorageId *id)
{
  if (class->kind != TL_PICKLE_GLOBAL || class->items[0]->n < strlen ("torch")
      || memcmp (class->items[0]->bytes, "torch", strlen ("torch")) != 0)
    return FALSE;

  for (guint i = 0; i < G_N_ELEMENTS (types); i++)
    if (tl_pickle_is_global (class, NULL, types[i].storage))
      {
        id->type = types[i].type;
        id->element_size = types[i].element_size;
        id->is_usable = types[i].dtype >= 0;
        id->dtype = MAX (types[i].dtype, 0);
        return TRUE;
      }

  return FALSE;
}

/* (key of the view, offset, number of elements) */
static gboolean
read_view (const TlPickleValue *view, TlStorageId *id)
{
  gint64 n_root = id->n_elements;
  const TlPickleValue *offset, *n;

  if (view->kind == TL_PICKLE_NONE)
    return TRUE;
  if (view->kind != TL_PICKLE_TUPLE || (offset = get_argument (view, 1, TL_PICKLE_INT)) == NULL
      || (n = get_argument (view, 2, TL_PICKLE_INT)) == NULL)
    return FALSE;

  id->view_offset = offset->integer;
  id->n_elements = n->integer;
  return id->view_offset >= 0 && id->n_elements >= 0 && id->view_offset <= n_root
         && id->n_elements <= n_root - id->view_offset;
}

gboolean
tl_storage_id_read (const TlPickleValue *value, TlStorageId *id)
{
  const TlPickleValue *tuple, *n_elements;

  *id = (TlStorageId){ 0 };
  if (value->kind != TL_PICKLE_PERSID)
    return FALSE;
  tuple = value->items[0];
  if (tuple->kind != TL_PICKLE_TUPLE || tuple->n < 5
      || !tl_pickle_is_text (tuple->items[0], "storage"))
    return FALSE;

  id->key = get_argument (tuple, 2, TL_PICKLE_TEXT);
  n_elements = get_argument (tuple, 4, TL_PICKLE_INT);
  if (id->key == NULL || n_elements == NULL || n_elements->integer < 0
      || !read_storage_type (tuple->items[1], id))
    return FALSE;

  id->n_elements = n_elements->integer;
  return tuple->n < 6 || read_view (tuple->items[5], id);
}

/* torch.float32 and the like, which overrule the storage's class. */
static gboolean
read_dtype (const TlPickleValue *value, TlStorageId *id)
{
  for (guint i = 0; i < G_N_ELEMENTS (types); i++)
    if (tl_pickle_is_global (value, "torch", types[i].type))
      {
        id->type = types[i].type;
        id->is_usable = types[i].dtype >= 0;
        id->dtype = MAX (types[i].dtype, 0);
        return TRUE;
      }

  return FALSE;
}

static gboolean
read_numbers (const TlPickleValue *tuple, gint64 numbers[TL_MAX_DIMS])
{
  if (tuple == NULL || tuple->n > TL_MAX_DIMS)
    return FALSE;

  for (guint i = 0; i < tuple->n; i++)
    {
      if (tuple->items[i]->kind != TL_PICKLE_INT)
        return FALSE;
      numbers[i] = tuple->items[i]->integer;
    }

  return TRUE;
}

static gboolean
fail (TlBlobs *blobs, const char *name, const char *reason, GError **error)
{
  return tl_error_set (error, TL_ERROR_FORMAT, _ ("“%s”: tensor “%s” %s"),
                       tl_blobs_get_file (blobs), name, reason);
}

static void
skip (TlBlobs *blobs, const char *name, const char *what, guint64 n_bytes)
{
  g_autofree char *text = g_strdup_printf ("%s: %s", name, what);

  tl_blobs_skip (blobs, text, n_bytes);
}

/* The part of the storage that the id names. */
static gboolean
find_bytes (const TlStorageId *id, const TlStorages *storages, TlBlobSpec *spec, GError **error)
{
  gsize skipped, size;

  if (!storages->find (storages->data, id, &spec->storage, &size, error))
    return FALSE;

  /* find() made sure that offset and number of elements together lie in the storage. */
  skipped = (gsize) id->view_offset * id->element_size;
  spec->storage += skipped;
  spec->storage_size = (gsize) id->n_elements * id->element_size;
  g_assert (skipped <= size && spec->storage_size <= size - skipped);
  return TRUE;
}

/* Offset, shape, strides: the numbers only, unchecked. */
static gboolean
read_geometry (const TlPickleValue *arguments, gint64 *shape, gint64 *strides, TlBlobSpec *spec)
{
  const TlPickleValue *offset = get_argument (arguments, 1, TL_PICKLE_INT);
  const TlPickleValue *sizes = get_argument (arguments, 2, TL_PICKLE_TUPLE);
  const TlPickleValue *steps = get_argument (arguments, 3, TL_PICKLE_TUPLE);

  if (offset == NULL || !read_numbers (sizes, shape) || !read_numbers (steps, strides)
      || sizes->n != steps->n)
    return FALSE;

  spec->offset = offset->integer;
  spec->n_dims = sizes->n;
  spec->shape = shape;
  spec->strides = strides;
  return TRUE;
}

static gboolean
read_storage (const Rebuild *rebuild, TlStorageId *id)
{
  const TlPickleValue *arguments = rebuild->arguments;

  if (!tl_storage_id_read (arguments->items[0], id))
    return FALSE;

  return rebuild->call->kind != CALL_TYPED
         || (arguments->n >= 7 && read_dtype (arguments->items[6], id));
}

gboolean
tl_rebuild_tensor (const TlPickleValue *value, const char *name, const TlStorages *storages,
                   TlBlobs *blobs, GError **error)
{
  gint64 shape[TL_MAX_DIMS], strides[TL_MAX_DIMS];
  TlBlobSpec spec = { .name = name };
  TlStorageId id;
  Rebuild rebuild;

  g_return_val_if_fail (unwrap (value, &rebuild), FALSE);

  if (rebuild.call->kind == CALL_UNSUPPORTED)
    {
      skip (blobs, name, _ ("a sort of tensor that Tiller does not use"), 0);
      return TRUE;
    }
  if (!read_geometry (rebuild.arguments, shape, strides, &spec))
    return fail (blobs, name, _ ("has no readable shape"), error);
  if (!read_storage (&rebuild, &id))
    return fail (blobs, name, _ ("has a storage or a number type that Tiller does not know"),
                 error);
  if (!id.is_usable)
    {
      skip (blobs, name, id.type, storages->measure (storages->data, id.key));
      return TRUE;
    }

  spec.dtype = id.dtype;
  return find_bytes (&id, storages, &spec, error) && tl_blobs_add (blobs, &spec, error);
}
