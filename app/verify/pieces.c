/* pieces.c - each function of generate.py alone, with its inputs, outputs and gradients
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "app/verify/verify.h"
#include "config.h"

#include "core/steer/cutouts.h"
#include "core/steer/loss.h"

#define SLACK 10
/* Where the reference's float32 and double runs agree to the bit, a different order of summation
 * may still show: a few units in the last place of the largest value. */
#define LAST_PLACES 2e-7

typedef struct
{
  Report *report;
  Golden *golden;
  JsonObject *errors; /* fp32_vs_fp64.pieces */
} Pieces;

static void
check (const Pieces *self, TlScope *s, const char *name, TlTensor *got)
{
  TlTensor *expected = golden_get (s, self->golden, "%s", name);
  gdouble error = golden_reference_error (self->errors, name);

  report_tensors (self->report, s, name, got, expected,
                  MAX (SLACK * error, LAST_PLACES * peak_of (s, expected)));
}

static void
check_with_upstream (const Pieces *self, TlScope *s, const char *piece, TlTensor *y, TlTensor *leaf)
{
  g_autofree char *output = g_strdup_printf ("%s.output", piece);
  g_autofree char *gradient = g_strdup_printf ("%s.grad", piece);
  TlTensor *upstream = golden_get (s, self->golden, "%s.upstream", piece);

  check (self, s, output, tl_detach (s, y));
  check (self, s, gradient, tl_backward_from (s, y, upstream, leaf));
}

static void
check_with_squares (const Pieces *self, TlScope *s, const char *piece, TlTensor *y, TlTensor *leaf)
{
  g_autofree char *output = g_strdup_printf ("%s.output", piece);
  g_autofree char *gradient = g_strdup_printf ("%s.grad_of_sum_of_squares", piece);

  check (self, s, output, tl_detach (s, y));
  check (self, s, gradient, tl_backward (s, tl_sum (s, tl_mul (s, y, y), NULL, 0, FALSE), leaf));
}

static void
check_clamp (const Pieces *self, TlScope *s)
{
  TlTensor *leaf = tl_leaf (s, golden_get (s, self->golden, "piece.clamp.input"));

  check_with_upstream (self, s, "piece.clamp", tl_clamp_with_grad (s, leaf, 0, 1), leaf);
}

static void
check_prompt (const Pieces *self, TlScope *s, guint k)
{
  g_autofree char *loss_name = g_strdup_printf ("piece.prompt.%u.loss", k);
  g_autofree char *gradient_name = g_strdup_printf ("piece.prompt.%u.grad", k);
  TlTensor *leaf = tl_leaf (s, golden_get (s, self->golden, "piece.prompt.features"));
  TlTensor *embed = golden_get (s, self->golden, "piece.prompt.%u.embed", k);
  gdouble weight = golden_get_double (s, self->golden, "piece.prompt.%u.weight", k);
  gdouble stop = golden_get_double (s, self->golden, "piece.prompt.%u.stop", k);
  TlTensor *loss = tl_loss_clause (s, leaf, embed, weight, stop);

  check (self, s, loss_name, tl_detach (s, loss));
  check (self, s, gradient_name, tl_backward (s, loss, leaf));
}

static void
check_resample (const Pieces *self, TlScope *s, guint k, gint64 cut_size)
{
  g_autofree char *piece = g_strdup_printf ("piece.resample.%u", k);
  TlTensor *leaf = tl_leaf (s, golden_get (s, self->golden, "piece.resample.image"));
  gint64 box[3] = { 0 };
  TlTensor *crop;

  if (!tl_to_int64s (s, golden_get (s, self->golden, "%s.box", piece), box, 3))
    return;
  crop = tl_narrow (s, tl_narrow (s, leaf, 3, box[0], box[2]), 2, box[1], box[2]);
  check_with_squares (self, s, piece, tl_cutouts_resample (s, crop, cut_size, cut_size), leaf);
}

static void
check_pool (const Pieces *self, TlScope *s, guint k, gint64 cut_size)
{
  g_autofree char *piece = g_strdup_printf ("piece.pool.%u", k);
  TlTensor *leaf = tl_leaf (s, golden_get (s, self->golden, "%s.input", piece));

  check_with_squares (self, s, piece, tl_cutouts_pool (s, leaf, cut_size), leaf);
}

void
verify_pieces (Report *report, Golden *golden)
{
  TlScope *s = tl_scope_open (NULL);
  JsonObject *all = json_object_get_object_member (golden->json, "fp32_vs_fp64");
  gint64 cut_size = json_object_get_int_member_with_default (golden->json, "piece_cut_size", 32);
  g_autoptr (GError) error = NULL;
  Pieces self = {
    .report = report,
    .golden = golden,
    .errors = json_object_get_object_member (all, "pieces"),
  };

  tl_scope_set_grad (s, TRUE);
  if (golden_has (golden, "piece.clamp.input"))
    check_clamp (&self, s);
  for (guint k = 0; golden_has (golden, "piece.prompt.%u.embed", k); k++)
    check_prompt (&self, s, k);
  for (guint k = 0; golden_has (golden, "piece.resample.%u.box", k); k++)
    check_resample (&self, s, k, cut_size);
  for (guint k = 0; golden_has (golden, "piece.pool.%u.input", k); k++)
    check_pool (&self, s, k, cut_size);
  if (!tl_scope_close (s, &error))
    report_failure (report, "pieces", error->message);
}
