/* backend.h - what runs are computed with at present
 *
 * An engine with the models it was given, and what the window must know of them: the step of sizes,
 * how words are counted, the device. Immutable once built; another choice of models is another
 * backend. A run keeps to the backend it was started on. Main thread.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#pragma once

#include "core/clip/tokenizer.h"
#include "core/engine/engine.h"

G_BEGIN_DECLS

#define TL_TYPE_BACKEND (tl_backend_get_type ())

G_DECLARE_FINAL_TYPE (TlBackend, tl_backend, TL, BACKEND, GObject)

/* The files that a choice of models names; NULL: the starter's, and for the vocabulary the one that
 * is found. Strings are borrowed. */
typedef struct
{
  const char *vqgan, *clip, *vocab;
} TlModelFiles;

/* Whether a run of some size finds the memory it needs. */
typedef enum
{
  TL_ROOM_UNKNOWN,
  TL_ROOM_ENOUGH,
  TL_ROOM_TIGHT, /* slower, or little is left for other programs */
  TL_ROOM_TOO_LITTLE,
} TlRoom;

typedef struct
{
  TlEngine *engine;
  TlTokenizer *tokenizer; /* (nullable) */
  guint context;          /* tokens that the words of a clause may take, marks and all */
  guint step;             /* pixels per latent cell */
  gboolean is_starter;
  guint side; /* pixels of a picture whose size nobody says */
  TlModelFiles files;
  TlMaker *maker;     /* (nullable): what the models are, by name and sum; not known */
  const char *device; /* for people: "CPU, 2 threads" */
  guint64 (*get_memory) (gpointer user_data); /* (nullable): bytes in use */
  /* (nullable): @n_bytes is the least that such a run takes, in all */
  TlRoom (*judge) (guint width, guint height, guint n_cutouts, guint64 *n_bytes,
                   gpointer user_data);
  gpointer user_data;
} TlBackendValues;

/* Copies @values and takes references. */
TlBackend *tl_backend_new (const TlBackendValues *values);

TlEngine *tl_backend_get_engine (TlBackend *self);
const TlBackendValues *tl_backend_get_values (TlBackend *self);
/* 0: not known */
guint64 tl_backend_get_memory (TlBackend *self);

/* @n_bytes: 0 where it is not known */
TlRoom tl_backend_judge (TlBackend *self, guint width, guint height, guint n_cutouts,
                         guint64 *n_bytes);

/* (transfer full): "Starter", or the name of the image model's file */
char *tl_backend_dup_name (TlBackend *self);

/* (nullable) @maker: what a run was made with. FALSE if these are known to be other models. */
gboolean tl_backend_has_models_of (TlBackend *self, const TlMaker *maker);

/* Whether a run comes out the same a second time, to the bit. Not on a graphics card: gradients of
 * sampling and pooling are added up there in no fixed order. */
gboolean tl_backend_is_exact (TlBackend *self);

/* The settings that suit the models. */
void tl_backend_init_settings (TlBackend *self, TlSettings *settings);

G_END_DECLS
