/* verify.h - golden numbers, and the report of how close this build comes to them
 *
 * A golden is a pair of files that somebody else's code wrote: NAME.golden.json says how, and
 * NAME.golden.safetensors holds the tensors. Each verify_*() checks one kind and adds a line per
 * quantity to the report. A quantity that could not be computed is a failed one.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#pragma once

#include "core/torch/tensor.h"
#include "core/weights/weights.h"

#include <json-glib/json-glib.h>

G_BEGIN_DECLS

typedef struct
{
  char *folder;
  char *name; /* "vqgan-f16", for the lines */
  JsonObject *json;
  TlWeights *tensors; /* NULL where the kind has none */
  TlDevice device;    /* that its tensors are put on */
} Golden;

typedef struct
{
  gboolean json;
  const char *subject; /* first column of the lines */
  guint n_ok, n_failed;
  TlDevice device;
} Report;

Golden *golden_open (const char *folder, const char *file, TlDevice device, GError **error);
void golden_free (Golden *self);

/* A tensor of the golden, in the scope, as float32 (or int64 if it holds integers) on the
 * golden's device. Fails the scope where it is missing. */
TlTensor *golden_get (TlScope *s, Golden *self, const char *name, ...) G_GNUC_PRINTF (3, 4);
gboolean golden_has (Golden *self, const char *name, ...) G_GNUC_PRINTF (2, 3);
gdouble golden_get_double (TlScope *s, Golden *self, const char *name, ...) G_GNUC_PRINTF (3, 4);
/* (transfer full): path of a file beside the golden; of the weights in it, if it is a folder */
char *golden_path (Golden *self, const char *file);
/* Checkpoints that hold the model of the golden: (transfer full) (element-type utf8) */
GPtrArray *golden_checkpoints (Golden *self);
/* max_abs of an entry of an "fp32_vs_fp64" object: the reference's own error; 0 if not stated */
gdouble golden_reference_error (JsonObject *errors, const char *name);

/* Largest difference of two tensors against a tolerance; a line. */
void report_tensors (Report *self, TlScope *s, const char *quantity, TlTensor *got,
                     TlTensor *expected, gdouble tolerance);
void report_number (Report *self, const char *quantity, gdouble error, gdouble tolerance);
/* Things that must be equal: how many were not. */
void report_count (Report *self, const char *quantity, guint n_wrong, guint n_all);
void report_failure (Report *self, const char *quantity, const char *message);

/* max |x|, and max |a - b|; NAN in a failed scope */
gdouble peak_of (TlScope *s, TlTensor *x);
gdouble largest_difference (TlScope *s, TlTensor *a, TlTensor *b);
/* How many elements of int64 tensors differ where @margin (nullable) is above 1e-4. */
guint count_different (TlScope *s, TlTensor *a, TlTensor *b, TlTensor *margin);

void verify_tokens (Report *report, const char *folder, const char *file);
void verify_vqgan (Report *report, Golden *golden);
void verify_clip (Report *report, Golden *golden);
void verify_steering (Report *report, Golden *golden);
void verify_pieces (Report *report, Golden *golden);
void verify_optimizers (Report *report, Golden *golden);
void verify_augments (Report *report, Golden *golden);

/* (transfer full) (nullable): a vocabulary in the folder of goldens */
char *verify_find_vocabulary (const char *folder);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (Golden, golden_free)

G_END_DECLS
