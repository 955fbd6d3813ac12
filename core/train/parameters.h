/* parameters.h - the weights that are learnt, by the names that they have in a model's file
 *
 * A model's load function says which tensors it wants, so the registry is filled by loading the
 * model once from it: tl_parameters_provide() is a TlTensorFunc for tl_loader_new_from_tensors().
 * While the registry is open each new name becomes a parameter with seeded first values; sealed, it
 * hands out what tl_parameters_show() made: leaves of a step's graph, or the running averages that
 * are exported. The statistics of batch norms ("….running_mean", "….running_var") are parameters
 * that never move from 0 and 1. All parameters lie one after the other in one tensor, and so do
 * their moments and averages: AdamW (Loshchilov and Hutter 2019, arXiv:1711.05101) and a checkpoint
 * are a handful of operations; only matrices that learn by Muon are cut out. One thread.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#pragma once

#include "core/torch/layer.h"
#include "core/weights/safetensors.h"

G_BEGIN_DECLS

typedef struct _TlParameters TlParameters;

/* @name: in front of everything in a checkpoint, so that one can hold several: "", "critic." */
TlParameters *tl_parameters_new (guint64 seed, const char *name, TlDevice device);
void tl_parameters_free (TlParameters *self);

/* A TlTensorFunc; @self: the TlParameters */
TlTensor *tl_parameters_provide (const char *name, const gint64 *shape, guint n_dims,
                                 gpointer self);

/* Before the registry is sealed: parameters whose names begin with @prefix stay as they are, in a
 * checkpoint that is loaded as their averages are, which is what was exported of them. They have no
 * gradients; something that the loss depends on must be left that has. */
void tl_parameters_hold (TlParameters *self, const char *prefix);

/* No more names; FALSE only where memory ran out. */
gboolean tl_parameters_seal (TlParameters *self, GError **error);

guint64 tl_parameters_get_n_values (TlParameters *self);
guint64 tl_parameters_get_n_steps (TlParameters *self);

typedef enum
{
  TL_PARAMETERS_LEAVES,   /* as they are, those that learn with gradients */
  TL_PARAMETERS_VALUES,   /* as they are, without */
  TL_PARAMETERS_AVERAGES, /* their running averages, without */
} TlParametersView;

/* What tl_parameters_provide() answers until @s is closed, or the next view is shown. */
void tl_parameters_show (TlParameters *self, TlScope *s, TlParametersView view);

typedef struct
{
  gdouble lr;
  gdouble weight_decay;        /* of tensors of two dimensions and more */
  gdouble max_norm;            /* gradients longer than this are shortened to it */
  gdouble average;             /* share of the old in the running average, when that has settled */
  const char *const *matrices; /* (nullable) (array zero-terminated=1): what the names of the
                                * matrices and convolutions begin with that learn by Muon
                                * (core/train/muon.h); all others learn by AdamW, at two fifths of
                                * the rate where this is set, and decay at the full rate */
} TlStepRule;

/**
 * tl_parameters_step:
 * @s: the scope in which leaves were shown last, and @loss computed from them
 * @norm: (out): of the gradient
 *
 * One step against the gradient of @loss. A gradient that is not finite changes nothing but the
 * count.
 *
 * Returns: FALSE in a failed scope: nothing has changed
 */
gboolean tl_parameters_step (TlParameters *self, TlScope *s, TlTensor *loss, const TlStepRule *rule,
                             gdouble *norm);

/* Rises in a line over @n_warm steps, then falls as a cosine to a hundredth at @n_steps. */
gdouble tl_schedule_get_lr (gdouble peak, guint64 step, guint64 n_warm, guint64 n_steps);

/* Everything a step depends on: values, moments, averages, count. Bit for bit. */
gboolean tl_parameters_save (TlParameters *self, TlSafetensorsWriter *writer, GError **error);
/* Whether the checkpoint holds parameters of this name. */
gboolean tl_parameters_are_in (TlParameters *self, TlWeights *weights);
/* The count of a checkpoint, before anything is loaded. */
gboolean tl_parameters_find_n_steps (TlParameters *self, TlWeights *weights, guint64 *n_steps,
                                     GError **error);
/* Treats the file as hostile. On failure nothing has changed; after a check that went well it can
 * only be that memory ran out. */
gboolean tl_parameters_check (TlParameters *self, TlWeights *weights, GError **error);
gboolean tl_parameters_load (TlParameters *self, TlWeights *weights, GError **error);

/* Begins with what a model's file has of these parameters, by name: values and averages; the rest,
 * moments and the count stay. An error, with nothing changed, where one has another shape or none
 * is there. Treats the file as hostile. */
gboolean tl_parameters_adopt (TlParameters *self, TlWeights *weights, GError **error);

/* The averages whose names begin with @prefix if @has_prefix, else the others, under their names,
 * as float16. */
gboolean tl_parameters_export (TlParameters *self, TlSafetensorsWriter *writer, const char *prefix,
                               gboolean has_prefix, GError **error);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (TlParameters, tl_parameters_free)

G_END_DECLS
