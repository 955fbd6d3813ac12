/* steering.c - the whole chain against generate.py's train(): prompt to picture to gradient to step
 *
 * Two passes over the recorded steps. The first sets z to what the reference had and checks the
 * loss and the gradient of each step, so that nothing accumulates; the second runs freely from the
 * start and checks where it ends up.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "app/verify/ties.h"
#include "app/verify/verify.h"
#include "config.h"

#include "core/clip/clip.h"
#include "core/prompt/prompt.h"
#include "core/steer/cutouts.h"
#include "core/steer/loss.h"
#include "core/steer/optimizer.h"
#include "core/vqgan/vqgan.h"

#include <math.h>

#define SLACK 10
#define MAX_BOXES 64
#define MAX_TERMS 16
#define MAX_STEPS 64
/* Bounds of the reference README, "How to compare". */
#define LOSS_TOLERANCE 1e-4
#define GRADIENT_TOLERANCE 1e-3
#define Z_TOLERANCE 1e-3
#define Z_SHARE 0.005
#define EMBED_TOLERANCE 1e-5

typedef struct
{
  Report *report;
  Golden *golden;
  const char *mode; /* "crop" or "pool" */
  JsonObject *setting;
  TlVqgan *vqgan;
  TlClip *clip;
  TlTokenizer *tokenizer;
  TlBox boxes[MAX_BOXES];
  guint n_boxes;
  gdouble lr, init_weight;
  guint n_clauses;
  gdouble weights[MAX_TERMS], stops[MAX_TERMS];
  gdouble tie_margin;      /* rounding error of the reference's picture */
  GArray *ties[MAX_STEPS]; /* of each step: windows where the other maximum was taken */
} Chain;

/* What one evaluation leaves. */
typedef struct
{
  TlTensor *picture, *cutouts, *features, *gradient;
  gdouble terms[MAX_TERMS];
  guint n_terms;
} Evaluation;

static TlTensor *
make_cutouts (TlScope *s, const Chain *self, TlTensor *picture)
{
  gint64 size = tl_clip_get_config (self->clip)->resolution;

  if (self->n_boxes > 0)
    return tl_cutouts_crop (s, picture, self->boxes, self->n_boxes, size);
  return tl_cutouts_pool (s, picture, size);
}

static TlTensor *
make_picture (TlScope *s, const Chain *self, TlTensor *z)
{
  TlTensor *decoded = tl_vqgan_decode (s, self->vqgan, tl_vqgan_quantize (s, self->vqgan, z));

  return tl_clamp_with_grad (s, tl_mul_scalar (s, tl_add_scalar (s, decoded, 1), 0.5), 0, 1);
}

static void
add_term (TlScope *s, Evaluation *e, TlTensor **loss, TlTensor *term)
{
  e->terms[e->n_terms++] = tl_to_double (s, tl_detach (s, term));
  *loss = *loss == NULL ? term : tl_add (s, *loss, term);
}

static void
evaluate (TlScope *s, const Chain *self, TlTensor *z, guint64 step, GArray *ties, Evaluation *e)
{
  TlTensor *loss = NULL;
  TlTensor *leaf, *picture;

  *e = (Evaluation){ 0 };
  tl_scope_set_grad (s, TRUE);
  leaf = tl_leaf (s, z);
  e->picture = make_picture (s, self, leaf);
  picture = e->picture;
  if (ties != NULL && ties->len > 0)
    picture = tl_add (s, picture, ties_make_nudge (s, picture, ties));
  e->cutouts = make_cutouts (s, self, picture);
  e->features = tl_clip_encode_image (s, self->clip, e->cutouts);
  if (self->init_weight > 0)
    add_term (s, e, &loss, tl_loss_start (s, leaf, NULL, self->init_weight, 2, step));
  for (guint k = 0; k < self->n_clauses; k++)
    add_term (s, e, &loss,
              tl_loss_clause (s, e->features,
                              golden_get (s, self->golden, "%s.prompt.%u.embed", self->mode, k),
                              self->weights[k], self->stops[k]));
  e->gradient = tl_backward (s, loss, leaf);
  tl_scope_set_grad (s, FALSE);
}

static TlTensor *
recorded (TlScope *s, const Chain *self, const char *what, gint64 step)
{
  TlTensor *all = golden_get (s, self->golden, "%s.%s", self->mode, what);

  return tl_narrow (s, all, 0, step, 1);
}

/* Largest difference of the loss terms of a step from the recorded row. */
static gdouble
loss_error (TlScope *s, const Chain *self, const Evaluation *e, gint64 step)
{
  gfloat row[MAX_TERMS];
  gdouble worst = 0;
  TlTensor *expected = recorded (s, self, "losses", step);

  if (tl_scope_has_failed (s) || tl_tensor_get_n_elements (expected) != e->n_terms
      || !tl_to_floats (s, expected, row, e->n_terms))
    return NAN;
  for (guint k = 0; k < e->n_terms; k++)
    worst = MAX (worst, fabs (e->terms[k] - row[k]));
  return worst;
}

static void
report_line (const Chain *self, const char *quantity, gdouble error, gdouble tolerance)
{
  g_autofree char *line = g_strdup_printf ("%s.%s", self->mode, quantity);

  report_number (self->report, line, error, tolerance);
}

/* Keeps NAN, which MAX () would lose. */
static gdouble
worse (gdouble a, gdouble b)
{
  return isnan (a) || a > b ? a : b;
}

/* What the reference says of its own error in this mode. */
static JsonObject *
chain_errors (const Chain *self)
{
  JsonObject *all = json_object_get_object_member (self->golden->json, "fp32_vs_fp64");

  return json_object_get_object_member (all, self->mode);
}

static void
check_first (TlScope *s, const Chain *self, const Evaluation *e)
{
  JsonObject *errors = chain_errors (self);
  const struct
  {
    const char *name;
    TlTensor *got;
  } rows[] = {
    { "image0", e->picture },
    { "cutouts0", e->cutouts },
    { "features0", e->features },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (rows); i++)
    report_line (
      self, rows[i].name,
      largest_difference (s, tl_detach (s, rows[i].got),
                          golden_get (s, self->golden, "%s.%s", self->mode, rows[i].name)),
      SLACK * golden_reference_error (errors, rows[i].name));
}

static gdouble
gradient_error (TlScope *s, const Evaluation *e, TlTensor *expected)
{
  return largest_difference (s, e->gradient, expected) / peak_of (s, expected);
}

/* Takes the other maximum of each tie in turn and keeps what brings the gradient closer. */
static gdouble
resolve_ties (TlScope *s, Chain *self, TlTensor *z, gint64 step, TlTensor *picture,
              TlTensor *expected, gdouble error)
{
  gint64 size = tl_clip_get_config (self->clip)->resolution;
  g_autoptr (GArray) found = ties_find (s, tl_detach (s, picture), size, self->tie_margin);
  GArray *chosen = self->ties[step];

  for (guint i = 0; i < found->len && error > GRADIENT_TOLERANCE; i++)
    {
      Evaluation e;
      gdouble other;

      g_array_append_val (chosen, g_array_index (found, Tie, i));
      evaluate (s, self, z, (guint64) step, chosen, &e);
      other = gradient_error (s, &e, expected);
      if (other < error)
        error = other;
      else
        g_array_set_size (chosen, chosen->len - 1);
    }
  return error;
}

static void
check_steps (TlScope *outer, Chain *self, gint64 n_steps)
{
  gdouble worst_loss = 0, worst_gradient = 0;
  g_autofree char *line = NULL;
  guint n_ties = 0;

  for (gint64 i = 0; i < n_steps; i++)
    {
      TlScope *s = tl_scope_enter (outer);
      TlTensor *z =
        i == 0 ? golden_get (s, self->golden, "%s.z0", self->mode) : recorded (s, self, "z", i - 1);
      TlTensor *expected = recorded (s, self, "grads", i);
      Evaluation e;

      gdouble error;

      evaluate (s, self, z, i, NULL, &e);
      if (i == 0)
        check_first (s, self, &e);
      worst_loss = worse (loss_error (s, self, &e, i), worst_loss);
      error = gradient_error (s, &e, expected);
      if (error > GRADIENT_TOLERANCE && self->n_boxes == 0)
        error = resolve_ties (s, self, z, i, e.picture, expected, error);
      worst_gradient = worse (error, worst_gradient);
      n_ties += self->ties[i]->len;
      tl_scope_leave (s, NULL);
    }
  report_line (self, "losses, step by step", worst_loss, LOSS_TOLERANCE);
  line = n_ties == 0 ? g_strdup ("gradients, of peak")
                     : g_strdup_printf ("gradients, of peak (ties: %u)", n_ties);
  report_line (self, line, worst_gradient, GRADIENT_TOLERANCE);
}

/* Share of z that is further than 1e-3 from what was recorded. */
static gdouble
share_of_far (TlScope *s, TlTensor *a, TlTensor *b)
{
  TlTensor *near = tl_less_scalar (s, tl_abs (s, tl_sub (s, a, b)), Z_TOLERANCE);

  return 1 - tl_to_double (s, tl_mean (s, tl_to_dtype (s, near, TL_FLOAT32), NULL, 0, FALSE));
}

static void
check_free_run (TlScope *s, const Chain *self, gint64 n_steps)
{
  TlTensor *z = golden_get (s, self->golden, "%s.z0", self->mode);
  TlMoments moments = { 0 };
  gdouble worst_loss = 0, worst_share = 0;
  guint n_codes = 0, n_different = 0;
  g_autofree char *codes_line = NULL;

  for (gint64 i = 0; i < n_steps; i++)
    {
      TlMoments next = { 0 };
      TlTensor *codes;
      Evaluation e;

      evaluate (s, self, z, i, self->ties[i], &e);
      worst_loss = worse (loss_error (s, self, &e, i), worst_loss);
      z = tl_optimizer_step (s, TL_OPTIMIZER_ADAM, self->lr, &moments, z, e.gradient, &next);
      tl_moments_clear (&moments);
      moments = next;
      z = tl_minimum (s, tl_maximum (s, z, tl_vqgan_get_z_min (self->vqgan)),
                      tl_vqgan_get_z_max (self->vqgan));
      z = tl_sweep (s, z);
      codes = tl_vqgan_nearest (s, self->vqgan, z);
      n_different += count_different (s, codes, recorded (s, self, "codes", i), NULL);
      n_codes += tl_scope_has_failed (s) ? 0 : (guint) tl_tensor_get_n_elements (codes);
      worst_share = worse (share_of_far (s, z, recorded (s, self, "z", i)), worst_share);
    }
  tl_moments_clear (&moments);
  report_line (self, "losses, running freely", worst_loss, LOSS_TOLERANCE);
  report_line (self, "share of z beyond 1e-3", worst_share, Z_SHARE);
  codes_line = g_strdup_printf ("%s.codes, running freely", self->mode);
  report_count (self->report, codes_line, n_different, n_codes);
  report_line (self, "image_end",
               largest_difference (s, make_picture (s, self, z),
                                   golden_get (s, self->golden, "%s.image_end", self->mode)),
               SLACK * golden_reference_error (chain_errors (self), "image_end"));
}

/* Embeds: the texts of the setting through tokenizer and text tower, and the image prompt through
 * the same boxes. */
static void
check_embeds (TlScope *s, const Chain *self)
{
  JsonArray *prompts = json_object_get_array_member (self->setting, "prompts");
  guint n_texts = json_array_get_length (prompts);

  for (guint k = 0; k < self->n_clauses; k++)
    {
      TlTensor *expected = golden_get (s, self->golden, "%s.prompt.%u.embed", self->mode, k);
      g_autofree char *line = g_strdup_printf ("prompt.%u.embed", k);
      TlTensor *got = NULL;

      if (k < n_texts && self->tokenizer != NULL)
        {
          g_autoptr (TlPrompt) prompt =
            tl_prompt_parse (json_array_get_string_element (prompts, k));

          got = tl_clip_encode_words (s, self->clip, self->tokenizer,
                                      tl_prompt_get_segment (prompt, 0)->clauses[0].text);
        }
      else if (k >= n_texts && golden_has (self->golden, "%s.image_prompt", self->mode))
        {
          TlTensor *image = golden_get (s, self->golden, "%s.image_prompt", self->mode);

          got = tl_clip_encode_image (s, self->clip, make_cutouts (s, self, image));
        }
      if (got != NULL)
        report_line (self, line, largest_difference (s, got, expected),
                     EMBED_TOLERANCE * MAX (1, peak_of (s, expected)));
    }
}

static void
read_setting (TlScope *s, Chain *self)
{
  JsonObject *adam = json_object_get_object_member (self->golden->json, "adam");

  self->setting = json_object_get_object_member (self->golden->json, self->mode);
  self->tie_margin = golden_reference_error (chain_errors (self), "image0");
  self->lr = json_object_get_double_member (adam, "lr");
  self->init_weight = json_object_get_double_member_with_default (self->setting, "init_weight", 0);
  if (json_object_has_member (self->setting, "boxes_x_y_size"))
    {
      JsonArray *boxes = json_object_get_array_member (self->setting, "boxes_x_y_size");

      self->n_boxes = MIN (json_array_get_length (boxes), MAX_BOXES);
      for (guint i = 0; i < self->n_boxes; i++)
        {
          JsonArray *box = json_array_get_array_element (boxes, i);

          self->boxes[i] =
            (TlBox){ json_array_get_int_element (box, 0), json_array_get_int_element (box, 1),
                     json_array_get_int_element (box, 2) };
        }
    }
  for (guint k = 0;
       k < MAX_TERMS - 1 && golden_has (self->golden, "%s.prompt.%u.embed", self->mode, k); k++)
    {
      self->weights[k] = golden_get_double (s, self->golden, "%s.prompt.%u.weight", self->mode, k);
      self->stops[k] = golden_get_double (s, self->golden, "%s.prompt.%u.stop", self->mode, k);
      self->n_clauses = k + 1;
    }
}

static void
check_mode (Chain models, const char *mode)
{
  JsonObject *steps = json_object_get_object_member (models.golden->json, "steps");
  TlScope *s = tl_scope_open (NULL);
  g_autoptr (GError) error = NULL;
  Chain self = models;
  gint64 n_steps;

  self.mode = mode;
  n_steps = CLAMP (json_object_get_int_member (steps, mode), 1, MAX_STEPS);
  for (gint64 i = 0; i < n_steps; i++)
    self.ties[i] = g_array_new (FALSE, FALSE, sizeof (Tie));
  read_setting (s, &self);
  check_embeds (s, &self);
  check_steps (s, &self, n_steps);
  check_free_run (s, &self, n_steps);
  if (!tl_scope_close (s, &error))
    report_failure (self.report, mode, error->message);
  for (gint64 i = 0; i < n_steps; i++)
    g_array_unref (self.ties[i]);
}

static TlVqgan *
load_vqgan (Report *report, Golden *golden, GError **error)
{
  g_autofree char *path =
    golden_path (golden, json_object_get_string_member (golden->json, "vqgan"));
  g_autoptr (TlWeights) weights = tl_weights_open (path, error);
  TlVqganConfig config;

  if (weights == NULL || !tl_vqgan_config_infer (&config, weights, error))
    return NULL;
  return tl_vqgan_load (&config, weights, TL_FLOAT32, report->device, error);
}

static TlClip *
load_clip (Report *report, Golden *golden, GError **error)
{
  g_autofree char *path =
    golden_path (golden, json_object_get_string_member (golden->json, "clip"));
  g_autoptr (TlWeights) weights = tl_weights_open (path, error);
  TlClipConfig config;

  if (weights == NULL || !tl_clip_config_infer (&config, weights, error))
    return NULL;
  return tl_clip_load (&config, weights, TL_FLOAT32, report->device, error);
}

static void
check_quantizer (Report *report, Golden *golden, TlVqgan *vqgan)
{
  TlScope *s = tl_scope_open (NULL);
  g_autoptr (GError) error = NULL;
  TlTensor *leaf, *y;

  /* Channels last in the reference: [1, h, w, e]. */
  tl_scope_set_grad (s, TRUE);
  leaf = tl_leaf (s, golden_get (s, golden, "piece.vq.input"));
  y = tl_vqgan_quantize (s, vqgan, tl_permute (s, leaf, TL_SHAPE (0, 3, 1, 2)));
  y = tl_permute (s, y, TL_SHAPE (0, 2, 3, 1));
  report_tensors (report, s, "piece.vq.output", tl_detach (s, y),
                  golden_get (s, golden, "piece.vq.output"), 1e-6);
  report_tensors (report, s, "piece.vq.grad",
                  tl_backward_from (s, y, golden_get (s, golden, "piece.vq.upstream"), leaf),
                  golden_get (s, golden, "piece.vq.grad"), 0);
  if (!tl_scope_close (s, &error))
    report_failure (report, "piece.vq", error->message);
}

void
verify_steering (Report *report, Golden *golden)
{
  static const char *const modes[] = { "crop", "pool" };
  g_autoptr (GError) error = NULL;
  g_autoptr (TlVqgan) vqgan = load_vqgan (report, golden, &error);
  g_autoptr (TlClip) clip = vqgan != NULL ? load_clip (report, golden, &error) : NULL;
  g_autofree char *vocabulary = verify_find_vocabulary (golden->folder);
  g_autoptr (TlTokenizer) tokenizer = NULL;
  Chain models = { .report = report, .golden = golden };

  report->subject = golden->name;
  if (clip == NULL)
    {
      report_failure (report, "models", error->message);
      return;
    }
  if (vocabulary != NULL)
    tokenizer = tl_tokenizer_open (vocabulary, tl_clip_get_config (clip)->n_tokens, NULL);

  models.vqgan = vqgan;
  models.clip = clip;
  models.tokenizer = tokenizer; /* without one, the recorded embeds are still used */
  if (golden_has (golden, "piece.vq.input"))
    check_quantizer (report, golden, vqgan);
  for (gsize i = 0; i < G_N_ELEMENTS (modes); i++)
    if (golden_has (golden, "%s.z0", modes[i]))
      check_mode (models, modes[i]);
}
