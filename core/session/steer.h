/* steer.h - what a run is steered by at a moment: its prompt, settings and pictures
 *
 * A TlSteer is immutable and reference-counted, so that it may cross threads; to turn a run, make
 * another. A TlStart is what a run began from, and never changes.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#pragma once

#include "core/prompt/prompt.h"
#include "core/session/asset.h"
#include "core/session/settings.h"

G_BEGIN_DECLS

#define TL_TYPE_STEER (tl_steer_get_type ())
#define TL_TYPE_START (tl_start_get_type ())

typedef struct _TlSteer TlSteer;

GType tl_steer_get_type (void) G_GNUC_CONST;

/**
 * tl_steer_new:
 * @assets: (nullable) (element-type TlAsset): pictures that image clauses name
 */
TlSteer *tl_steer_new (TlPrompt *prompt, const TlSettings *settings, GPtrArray *assets);

TlSteer *tl_steer_ref (TlSteer *self);
void tl_steer_unref (TlSteer *self);

TlPrompt *tl_steer_get_prompt (TlSteer *self);
const TlSettings *tl_steer_get_settings (TlSteer *self);
/* (nullable): the asset of an image clause; NULL as well if its bytes are not here */
TlAsset *tl_steer_find_asset (TlSteer *self, const char *name);
/* (element-type TlAsset) */
GPtrArray *tl_steer_get_assets (TlSteer *self);

gboolean tl_steer_equal (TlSteer *a, TlSteer *b);

/* What is longer would be written, and refused by whoever reads it. */
gboolean tl_steer_check_length (TlSteer *self, GError **error);

/* An object {"prompt": text, "settings": {…}, "assets": [{"name", "sha256"}]}. */
void tl_steer_write (TlSteer *self, JsonBuilder *builder);
/* @assets: (element-type TlAsset): where those named are looked up by sha256; missing ones are kept
 * by name only, their clauses are off. */
TlSteer *tl_steer_read (JsonObject *object, GPtrArray *assets, GError **error);

/* How the picture of a start is fitted to the size of the run. */
typedef enum
{
  TL_FIT_CROP,
  TL_FIT_PAD,
  TL_FIT_STRETCH,
} TlFit;

typedef struct
{
  guint64 seed;
  guint width, height; /* pixels, multiples of the model's step */
  TlAsset *image;      /* (nullable): start picture; without one, random codes of the seed */
  TlFit fit;
} TlStartValues;

typedef struct _TlStart TlStart;

GType tl_start_get_type (void) G_GNUC_CONST;

/* Copies @values. */
TlStart *tl_start_new (const TlStartValues *values);
TlStart *tl_start_ref (TlStart *self);
void tl_start_unref (TlStart *self);
const TlStartValues *tl_start_get_values (TlStart *self);

#define TL_MIN_SIDE 64
#define TL_MAX_SIDE 8192

/**
 * tl_snap_size:
 * @step: pixels per latent cell
 *
 * Returns: @size rounded to the nearest multiple of @step in 64 … 8192, at least 64
 */
guint tl_snap_size (guint size, guint step);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (TlSteer, tl_steer_unref)
G_DEFINE_AUTOPTR_CLEANUP_FUNC (TlStart, tl_start_unref)

G_END_DECLS
