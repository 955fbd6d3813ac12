/* make.h - model files written byte by byte, for the tests and fuzzers of core/weights
 *
 * An assembler for pickles, a writer of zip archives that can also lie, and whole checkpoints made
 * of both. Nothing is shared with the readers under test.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* Numbers, little endian. */
void make_u16 (GByteArray *out, guint16 value);
void make_u32 (GByteArray *out, guint32 value);
void make_u64 (GByteArray *out, guint64 value);

/* Instructions of pickles. @codes are those without bytes of their own. */
void make_op (GByteArray *pickle, const char *codes);
void make_protocol (GByteArray *pickle, guint8 version);
void make_int (GByteArray *pickle, gint64 value);
void make_text (GByteArray *pickle, const char *text);
void make_put (GByteArray *pickle, guint8 index);
void make_get (GByteArray *pickle, guint8 index);
void make_global (GByteArray *pickle, const char *module, const char *name);
void make_ordered_dict (GByteArray *pickle);

typedef struct
{
  const char *key;
  gint64 n_elements; /* of the storage */
  guint n_dims;
  gint64 shape[9];
  gint64 strides[9];
  gint64 offset;
  const char *type;     /* NULL: "FloatStorage" */
  const char *rebuild;  /* NULL: "_rebuild_tensor_v2" */
  const char *location; /* NULL: "cpu" */
} MakeTensor;

/* The persistent id of the tensor's storage, and the call that makes the tensor of it. */
void make_storage (GByteArray *pickle, const MakeTensor *tensor);
void make_tensor (GByteArray *pickle, const MakeTensor *tensor);

typedef struct _MakeZip MakeZip;

/* With @is_zip64, each entry has its numbers in zip64 records, as torch writes them for large
 * files. */
MakeZip *make_zip_new (gboolean is_zip64);
void make_zip_add (MakeZip *self, const char *name, gconstpointer data, gsize size,
                   gboolean is_packed);

/* Takes @self. */
GBytes *make_zip_finish (MakeZip *self);

/* A file of torch.save: takes @pickle as data.pkl and @storages (name, floats 0, 1, 2, ... of which
 * there are n) under data/. */
typedef struct
{
  const char *key;
  guint n_floats;
} MakeStorage;

GBytes *make_checkpoint (GByteArray *pickle, const MakeStorage *storages, guint n_storages);

/* The same in the form from before 1.6. */
GBytes *make_legacy (GByteArray *pickle, const MakeStorage *storages, guint n_storages);

/* The first three pickles of such a file. */
void make_legacy_start (GByteArray *out, gint64 version, gboolean is_little_endian);

/* Header text and @n_data bytes 0, 1, 2, ... */
GBytes *make_safetensors (const char *header, gsize n_data);

/* Files that fuzzers start from: of every kind, of every form that the readers know. (element-type
 * GBytes) */
GPtrArray *make_zip_seeds (void);
GPtrArray *make_legacy_seeds (void);
GPtrArray *make_safetensors_seeds (void);
GPtrArray *make_pickle_seeds (void);

/* What tl_weights_open() makes of @bytes, as one line: "name:dtype[shape]/strides=first number",
 * "-skipped", or "!message". */
char *make_listing (GBytes *bytes);

/* @expected is all of the listing or, after "!", a part of the message. */
void make_assert_listing (GBytes *bytes, const char *expected);

/* A checkpoint by its pickle; it has the storages "0", of twelve numbers, and "1", of six. */
typedef struct
{
  const char *name;
  void (*build) (GByteArray *pickle);
  const char *expected;
} MakeCase;

/* A test for each, named @path/case. @cases are not copied. */
void make_add_cases (const char *path, const MakeCase *cases, guint n_cases);

/* Writes @bytes to a file in a new temporary folder, and takes both away again. */
char *make_file (GBytes *bytes, const char *name);
void make_remove (const char *path);

G_END_DECLS
