/* settings.h - the numbers that steering obeys
 *
 * TlSettings is a plain value: every setting of a run that can be changed while it goes on. One
 * table (tl_setting_get_all()) says name, type, range and unit of each; the command line, the
 * recipe and the journal are loops over it, so a new setting is a new row.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#pragma once

#include "core/session/augment.h"

#include <json-glib/json-glib.h>

G_BEGIN_DECLS

/* The longest run. */
#define TL_MAX_ITERATIONS 10000000

typedef enum
{
  TL_OPTIMIZER_ADAM,
  TL_OPTIMIZER_ADAMW,
  TL_OPTIMIZER_ADAGRAD,
  TL_OPTIMIZER_ADAMAX,
  TL_OPTIMIZER_RADAM,
  TL_OPTIMIZER_RMSPROP,
  TL_OPTIMIZER_DIFFGRAD,
  TL_OPTIMIZER_ADAMP,
} TlOptimizer;

#define TL_N_OPTIMIZERS (TL_OPTIMIZER_ADAMP + 1)

typedef enum
{
  TL_CUT_POOLING,  /* one pooling of the whole picture, then the augmentations one by one */
  TL_CUT_NOTEBOOK, /* random square crops, resampled */
  TL_CUT_FUSED, /* pooling, then ONE homography and one sampling per cutout, colour and noise after
                 */
} TlCutMethod;

#define TL_N_CUT_METHODS (TL_CUT_FUSED + 1)

typedef struct
{
  gint64 n_iterations; /* planned length */
  gint64 change_every; /* iterations between ^ segments; 0: length / segments */
  gboolean loop;       /* a story starts over */
  gint optimizer;      /* TlOptimizer */
  gdouble lr;
  gint64 coarse;       /* iterations of the beginning at half the size; 0: none */
  gint64 coarse_from;  /* where that beginning is: 0, or where forms are laid out anew */
  gdouble detail_rate; /* share of lr after them; of no effect where there are none */
  gdouble denoise;     /* share of the way to what the denoiser answers; 0: none */
  gint64 n_cutouts;
  gint cut_method; /* TlCutMethod */
  gdouble cut_pow; /* notebook: > 1 favours small crops, < 1 large ones */
  gdouble crop_min,
    crop_max; /* fused: side of the crop as share of the picture; > 1 looks past the edge */
  TlAugmentList augments;
  gdouble noise;       /* largest standard deviation of noise added to a cutout */
  gdouble init_weight; /* pull towards the start latent */
  gdouble init_decay;  /* the pull is divided by 1 + decay · iteration */
  gint64 variation;    /* what is drawn at random on the way has other luck; 0: the seed's own */
} TlSettings;

typedef enum
{
  TL_SETTING_INT,    /* gint64 */
  TL_SETTING_BOOL,   /* gboolean */
  TL_SETTING_DOUBLE, /* gdouble */
  TL_SETTING_ENUM,   /* gint; nicks name the values */
  TL_SETTING_AUGMENTS,
} TlSettingType;

typedef struct
{
  const char *name;  /* in JSON and on the command line: "init-weight" */
  const char *label; /* what the window calls it, in the middle of a sentence; as description */
  TlSettingType type;
  gsize offset;             /* in TlSettings */
  gdouble minimum, maximum; /* inclusive; INT and DOUBLE */
  const char *const *nicks; /* ENUM; NULL-terminated */
  const char *description;  /* marked for translation, not translated */
} TlSetting;

/* (array length=n) */
const TlSetting *tl_setting_get_all (guint *n);
const TlSetting *tl_setting_find (const char *name);

/* nerdyrodent's defaults: Adam 0.1, 32 cutouts, pooling, affine perspective jitter erasing, noise
 * 0.1, 500 iterations. */
void tl_settings_init (TlSettings *self);

/* The starter's preset (data/starter/README.md): 200 iterations of Adam at a low rate, 8 fused
 * cutouts, mild augmentations. */
void tl_settings_init_starter (TlSettings *self);

/* Whether a turn can lay out forms anew: at half the size, or by a denoiser that draws them. */
gboolean tl_settings_can_begin_forms (const TlSettings *self);

/* Sets one setting from text. The message says what was wrong and what would be right. */
gboolean tl_settings_set (TlSettings *self, const TlSetting *setting, const char *text,
                          GError **error);
/* (transfer full) */
char *tl_settings_print (const TlSettings *self, const TlSetting *setting);

gboolean tl_settings_equal (const TlSettings *a, const TlSettings *b);

/* An object with one member a setting. Reading starts from @self as it is, ignores unknown members
 * (a newer Tiller's), refuses values out of range. */
void tl_settings_write (const TlSettings *self, JsonBuilder *builder);
gboolean tl_settings_read (TlSettings *self, JsonObject *object, GError **error);

G_END_DECLS
