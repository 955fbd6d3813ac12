/* eval.c - tiller-train eval: what a pair of models makes of prompts it was not trained on
 *
 * Steers held-out prompts as the program would and asks a judge, which is another CLIP, what came
 * of it.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "app/train/exam.h"
#include "app/train/loop.h"
#include "app/train/record.h"
#include "app/train/sheet.h"
#include "config.h"

#include "core/base/error.h"
#include "core/base/paths.h"
#include "core/steer/latent.h"
#include "core/steer/stepper.h"
#include "core/train/feed.h"

#include <glib/gi18n.h>
#include <math.h>
#include <string.h>

#define MAX_STOPS 16
/* Iterations between looks after a turn; its own is a multiple of them. */
#define TURN_EVERY 5
#define TURN_GOAL 50

#define SHEET_COLUMNS 8
#define N_REBUILT 64

typedef struct
{
  char *vqgan, *clip, *vocab, *judge, *merges, *heads, *stops, *sheet, *objects, *record;
  gint n_prompts, n_seeds, n_turns, turn_at, size, threads;
  gint64 seed;  /* of prompts */
  gint64 first; /* of each prompt's first run; -1: the same */
  gdouble lr;
  char **changes; /* (nullable): NAME=VALUE */
  gboolean has_captions;
  gboolean has_new_forms; /* of turns */
  gboolean is_again;      /* what is in the record is looked at */
} Options;

static guint64
get_seed (const Options *o, gint run)
{
  return (guint64) (o->first >= 0 ? o->first : o->seed) + (guint64) run;
}

static void
options_clear (Options *self)
{
  char *const names[] = { self->vqgan, self->clip,  self->vocab, self->judge,   self->merges,
                          self->heads, self->stops, self->sheet, self->objects, self->record };

  for (gsize i = 0; i < G_N_ELEMENTS (names); i++)
    g_free (names[i]);
  g_strfreev (self->changes);
}

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Options, options_clear)

typedef struct
{
  const Options *options;
  TlSettings settings;
  TlStepper *stepper; /* (nullable): nothing is steered again */
  Exam *exam;
  Record *record; /* (nullable) */
  guint64 stops[MAX_STOPS];
  guint n_stops;
  Tally tallies[MAX_STOPS];
  Tally turned; /* as long after a turn as it was taken after the start */
  Sheet *sheet;
} Eval;

static void
eval_clear (Eval *self)
{
  g_clear_pointer (&self->stepper, tl_stepper_free);
  g_clear_pointer (&self->record, record_free);
  g_clear_pointer (&self->exam, exam_free);
  g_clear_pointer (&self->sheet, sheet_free);
}

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Eval, eval_clear)

/* --- steering --- */

static TlSteer *
make_steer (Eval *self, guint which, gint64 coarse_from)
{
  /* Captions have none of the language's signs in them. */
  g_autoptr (TlPrompt) prompt = tl_prompt_parse (exam_get_prompt (self->exam, which));
  TlSettings settings = self->settings;

  settings.coarse_from = coarse_from;
  return tl_steer_new (prompt, &settings, NULL);
}

static TlState *
begin (Eval *self, guint64 seed, GError **error)
{
  const TlStartValues values = { .seed = seed,
                                 .width = (guint) self->options->size,
                                 .height = (guint) self->options->size };
  g_autoptr (TlStart) start = tl_start_new (&values);

  return self->stepper->klass->start (self->stepper, start, NULL, error);
}

static gboolean
walk (Eval *self, TlState *state, TlSteer *steer, guint64 until, GError **error)
{
  TlReport report;

  while (self->stepper->klass->get_iteration (self->stepper, state) < until)
    if (!self->stepper->klass->step (self->stepper, state, steer, TL_WANT_NOTHING, &report, NULL,
                                     error))
      return FALSE;
  return TRUE;
}

static TlFrame *
decode (Eval *self, TlState *state, TlSteer *steer, GError **error)
{
  return self->stepper->klass->decode (self->stepper, state, steer, NULL, error);
}

/* --- runs --- */

static void
show (Eval *self, guint which, TlFrame *frame)
{
  guint column = which % SHEET_COLUMNS, row = which / SHEET_COLUMNS;

  sheet_put_pixels (self->sheet, column, row, g_bytes_get_data (tl_frame_get_pixels (frame), NULL),
                    (guint) tl_frame_get_stride (frame), tl_frame_get_width (frame),
                    tl_frame_get_height (frame));
  if (self->options->has_captions)
    sheet_put_caption (self->sheet, column, row, exam_get_prompt (self->exam, which));
}

/* The picture of @look, and in the record: as the run is then, or as it was then. */
static TlFrame *
see (Eval *self, TlState *state, TlSteer *steer, const Look *look, GError **error)
{
  g_autoptr (TlFrame) frame = NULL;

  if (self->options->is_again)
    return record_load (self->record, look, error);
  if (!walk (self, state, steer, look->iteration, error))
    return NULL;
  frame = decode (self, state, steer, error);
  if (frame == NULL || (self->record != NULL && !record_save (self->record, look, frame, error)))
    return NULL;
  return g_steal_pointer (&frame);
}

/* @state: (nullable): of a run that is not steered again */
static gboolean
run_one (Eval *self, TlState *state, guint which, guint64 seed, gboolean is_shown, GError **error)
{
  g_autoptr (TlSteer) steer = make_steer (self, which, 0);

  for (guint i = 0; i < self->n_stops; i++)
    {
      const Look look = { which, seed, self->stops[i] };
      g_autoptr (TlFrame) frame = see (self, state, steer, &look, error);
      g_auto (TlOpinion) opinion = { 0 };

      if (frame == NULL || !exam_look (self->exam, frame, &opinion, error))
        return FALSE;
      exam_count (self->exam, which, &opinion, &self->tallies[i]);
      if (self->record != NULL)
        record_note (self->record, &look, &opinion);
      if (is_shown && i + 1 == self->n_stops)
        show (self, which, frame);
    }
  return TRUE;
}

static gboolean
run_seed (Eval *self, guint which, guint64 seed, gboolean is_shown, GError **error)
{
  TlState *state = NULL;
  gboolean is_good;

  if (self->options->is_again)
    return run_one (self, NULL, which, seed, is_shown, error);
  state = begin (self, seed, error);
  if (state == NULL)
    return FALSE;
  is_good = run_one (self, state, which, seed, is_shown, error);
  self->stepper->klass->free_state (self->stepper, state);
  return is_good;
}

static gboolean
run_all (Eval *self, GError **error)
{
  const Options *o = self->options;

  for (guint which = 0; which < (guint) o->n_prompts; which++)
    for (gint i = 0; i < o->n_seeds; i++)
      if (!run_seed (self, which, get_seed (o, i), i == 0 && self->sheet != NULL, error))
        return FALSE;
  for (guint i = 0; i < self->n_stops; i++)
    {
      g_print (_ ("iteration %d, %u runs:"), (gint) self->stops[i], self->tallies[i].n);
      exam_print (&self->tallies[i]);
    }
  return self->record == NULL || record_write_table (self->record, error);
}

/* --- what can be rebuilt at best --- */

static void
mark_used (TlScope *s, TlTensor *choices, gboolean *is_used)
{
  const gsize n = tl_scope_has_failed (s) ? 0 : tl_tensor_get_n_elements (choices);
  g_autofree gint64 *numbers = g_new (gint64, n);

  if (n == 0 || !tl_to_int64s (s, choices, numbers, n))
    return;
  for (gsize i = 0; i < n; i++)
    is_used[numbers[i]] = TRUE;
}

/* @psnr: (out): in dB, how near what the VQGAN makes of a scene's codes comes to it
 * @is_used: [n_codes]: TRUE from now on of those codes too */
static gboolean
find_psnr (Eval *self, guint64 which, gboolean *is_used, gdouble *psnr, GError **error)
{
  const TlFeedOptions feed = { .seed = loop_held_out_seed ((guint64) self->options->seed),
                               .n = 1,
                               .size = (guint) self->options->size };
  TlVqgan *vqgan = tl_models_get_vqgan (tl_steer_stepper_get_models (self->stepper));
  g_autoptr (TlBatch) scene = tl_batch_draw (&feed, which);
  TlScope *s = tl_scope_open (NULL);
  TlTensor *x = tl_batch_get_pictures (s, scene), *choices, *y, *off;

  tl_scope_set_grad (s, FALSE);
  choices = tl_vqgan_nearest (s, vqgan, tl_vqgan_encode (s, vqgan, tl_vqgan_from_picture (s, x)));
  mark_used (s, choices, is_used);
  y = tl_vqgan_decode (s, vqgan, tl_vqgan_lookup (s, vqgan, choices));
  y = tl_clamp (s, tl_vqgan_to_picture (s, y), 0, 1);
  off = tl_sub (s, x, y);
  *psnr = -10 * log10 (tl_to_double (s, tl_mean (s, tl_mul (s, off, off), NULL, 0, FALSE)));
  return tl_scope_close (s, error);
}

static gboolean
rebuild_scenes (Eval *self, GError **error)
{
  TlVqgan *vqgan = tl_models_get_vqgan (tl_steer_stepper_get_models (self->stepper));
  const guint n_codes = tl_vqgan_get_config (vqgan)->n_codes;
  g_autofree gboolean *is_used = g_new0 (gboolean, n_codes);
  guint n_used = 0;
  gdouble sum = 0;

  for (guint i = 0; i < N_REBUILT; i++)
    {
      gdouble psnr;

      if (!find_psnr (self, i, is_used, &psnr, error))
        return FALSE;
      sum += psnr;
    }
  for (guint i = 0; i < n_codes; i++)
    n_used += is_used[i];
  /* At least so many: other scenes need others, and more scenes more of them. */
  g_print (_ ("%d scenes rebuilt from codes: %.2f dB each on average, %u of %u codes used by "
              "them\n"),
           N_REBUILT, sum / N_REBUILT, n_used, n_codes);
  return TRUE;
}

/* --- right turns --- */

/* @n_iterations: after the turn until the new prompt is nearer than the old; as many as before the
 * turn are waited for, 0: in vain. */
static gboolean
turn (Eval *self, TlState *state, guint from, guint to, guint *n_iterations, GError **error)
{
  const guint turn_at = (guint) self->options->turn_at;
  g_autoptr (TlSteer) before = make_steer (self, from, 0);
  g_autoptr (TlSteer) after = make_steer (self, to, self->options->has_new_forms ? turn_at : 0);

  if (!walk (self, state, before, turn_at, error))
    return FALSE;
  for (guint n = TURN_EVERY; n <= turn_at; n += TURN_EVERY)
    {
      g_autoptr (TlFrame) frame = NULL;
      g_auto (TlOpinion) opinion = { 0 };

      if (!walk (self, state, after, turn_at + n, error))
        return FALSE;
      frame = decode (self, state, after, error);
      if (frame == NULL || !exam_look (self->exam, frame, &opinion, error))
        return FALSE;
      if (*n_iterations == 0 && opinion.cosines[to] > opinion.cosines[from])
        *n_iterations = n;
      if (n == turn_at)
        exam_count (self->exam, to, &opinion, &self->turned);
    }
  return TRUE;
}

static gboolean
turn_all (Eval *self, GError **error)
{
  const guint n_prompts = (guint) self->options->n_prompts;
  guint n = (guint) self->options->n_turns, n_good = 0, n_done = 0, sum = 0;

  for (guint i = 0; i < n; i++)
    {
      guint from = i % n_prompts, to = (from + 1) % n_prompts, n_iterations = 0;
      TlState *state = begin (self, get_seed (self->options, (gint) i), error);
      gboolean is_good = state != NULL && turn (self, state, from, to, &n_iterations, error);

      if (state != NULL)
        self->stepper->klass->free_state (self->stepper, state);
      if (!is_good)
        return FALSE;
      n_good += n_iterations > 0 && n_iterations <= TURN_GOAL;
      n_done += n_iterations > 0;
      sum += n_iterations;
    }
  if (n > 0)
    g_print (_ ("right turns: %.2f of %u within %d iterations; %u done, after %.0f on average\n"),
             (gdouble) n_good / n, n, TURN_GOAL, n_done, (gdouble) sum / MAX (n_done, 1));
  if (self->turned.n > 0)
    {
      g_print (_ ("%d iterations after them:"), self->options->turn_at);
      exam_print (&self->turned);
    }
  return TRUE;
}

/* --- the command --- */

static gboolean
wrong (GError **error, const char *message)
{
  g_set_error_literal (error, G_OPTION_ERROR, G_OPTION_ERROR_BAD_VALUE, message);
  return FALSE;
}

static gboolean
read_stops (Eval *self, const char *text, GError **error)
{
  g_auto (GStrv) words = g_strsplit (text, ",", -1);
  guint64 last = 0;

  for (guint i = 0; words[i] != NULL; i++)
    {
      guint64 stop;

      if (i >= MAX_STOPS
          || !g_ascii_string_to_unsigned (words[i], 10, last + 1, TL_MAX_ITERATIONS, &stop, NULL))
        return wrong (error, _ ("--iterations takes up to 16 rising numbers: 25,50,100"));
      self->stops[self->n_stops++] = last = stop;
    }
  return self->n_stops > 0
         || wrong (error, _ ("--iterations takes up to 16 rising numbers: 25,50,100"));
}

/* What the command itself decides. */
static gboolean
is_own (const char *name)
{
  static const char *const names[] = { "iterations", "lr", "coarse-from", NULL };

  return g_strv_contains (names, name);
}

/* The starter's settings, but for what the options change. */
static gboolean
read_settings (Eval *self, GError **error)
{
  char **changes = self->options->changes;

  tl_settings_init_starter (&self->settings);
  self->settings.n_iterations = (gint64) self->stops[self->n_stops - 1];
  if (self->options->lr > 0)
    self->settings.lr = self->options->lr;
  for (guint i = 0; changes != NULL && changes[i] != NULL; i++)
    {
      g_auto (GStrv) words = g_strsplit (changes[i], "=", 2);
      const TlSetting *setting = words[0] != NULL ? tl_setting_find (words[0]) : NULL;

      if (setting == NULL || words[1] == NULL || is_own (words[0]))
        return wrong (error, _ ("--set takes a setting of `tiller-cli run` by its name, without "
                                "the dashes, except iterations, lr and coarse-from: noise=0.1"));
      if (!tl_settings_set (&self->settings, setting, words[1], error))
        return FALSE;
    }
  return TRUE;
}

static gboolean
check (Eval *self, const Options *o, GError **error)
{
  if ((o->judge == NULL) != (o->merges == NULL) || (o->judge == NULL && o->heads != NULL))
    return wrong (error, _ ("--judge and --judge-merges come together, --judge-heads with them"));
  if (o->is_again && o->record == NULL)
    return wrong (error, _ ("--again looks at what --record has kept"));
  if (o->n_prompts < 2 || o->n_prompts > 1000 || o->n_seeds < 1 || o->n_seeds > 100
      || o->n_turns < 0 || o->n_turns > 1000 || o->turn_at < TURN_EVERY || o->turn_at > 10000
      || o->turn_at % TURN_EVERY != 0 || o->size < TL_MIN_SIDE || o->size > 1024 || o->threads < 0
      || o->threads > 1024 || !(o->lr >= 0 && o->lr <= 100))
    return wrong (error, _ ("--prompts takes 2 to 1000, --seeds 1 to 100, --turns up to 1000, "
                            "--turn-at multiples of 5 up to 10000, "
                            "--size 64 to 1024, --lr up to 100"));
  return read_stops (self, o->stops != NULL ? o->stops : "25,50,100,300", error)
         && read_settings (self, error);
}

/* The one that is asked for, or the starter's with its heads. */
static TlJudge *
open_judge (const Options *o, GError **error)
{
  const TlDevice device = { TL_CPU, 0 };
  g_autofree char *judge = tl_path_starter ("starter-judge.safetensors");
  g_autofree char *merges = tl_path_starter ("starter-merges.txt");
  g_autofree char *heads = tl_path_starter ("starter-judge-heads.safetensors");

  if (o->judge != NULL)
    return tl_judge_open (o->judge, o->merges, o->heads, device, error);
  return tl_judge_open (judge, merges, heads, device, error);
}

static gboolean
open_exam (Eval *self, GError **error)
{
  const Options *o = self->options;
  const ExamOptions options = { .n_prompts = (guint) o->n_prompts,
                                .size = (guint) o->size,
                                .seed = (guint64) o->seed,
                                .objects = o->objects };
  TlJudge *judge = open_judge (o, error);

  if (judge != NULL)
    self->exam = exam_new (&options, judge, error);
  if (self->exam == NULL)
    return FALSE;
  if (o->record != NULL)
    self->record = record_new (o->record, self->exam, error);
  return o->record == NULL || self->record != NULL;
}

static gboolean
open_models (Eval *self, GError **error)
{
  const Options *o = self->options;
  const TlModelChoice choice = { .vqgan = o->vqgan, .clip = o->clip, .vocab = o->vocab };

  const TlStartValues start = { .width = (guint) o->size, .height = (guint) o->size };
  TlModels *models;

  self->stepper = tl_steer_stepper_new (&choice);
  if (!tl_steer_stepper_load_models (self->stepper, NULL, error))
    return FALSE;
  models = tl_steer_stepper_get_models (self->stepper);
  return tl_latent_check_size (&start, tl_models_get_vqgan (models), error);
}

static gboolean
evaluate (const Options *o, GError **error)
{
  g_auto (Eval) self = { .options = o };

  if (!check (&self, o, error))
    return FALSE;
  if (o->sheet != NULL)
    self.sheet =
      sheet_new (SHEET_COLUMNS, ((guint) o->n_prompts + SHEET_COLUMNS - 1) / SHEET_COLUMNS,
                 (guint) o->size, o->has_captions, error);
  if (o->sheet != NULL && self.sheet == NULL)
    return FALSE;
  tl_device_set_threads ((guint) o->threads);
  if (!open_exam (&self, error))
    return FALSE;
  if (!o->is_again && (!open_models (&self, error) || !rebuild_scenes (&self, error)))
    return FALSE;
  return exam_judge_scenes (self.exam, error) && run_all (&self, error)
         && (self.sheet == NULL || sheet_write (self.sheet, o->sheet, error))
         && (o->is_again || turn_all (&self, error));
}

TrainStatus
train_eval (int argc, char **argv)
{
  g_auto (Options) o = { .n_prompts = 40,
                         .n_seeds = 3,
                         .n_turns = 10,
                         .turn_at = 100,
                         .size = 128,
                         .has_captions = TRUE,
                         .first = -1 };
  g_autoptr (GError) error = NULL;
  const GOptionEntry entries[] = {
    { "vqgan", 0, 0, G_OPTION_ARG_FILENAME, &o.vqgan, N_ ("what draws (default: the starter)"),
      N_ ("FILE") },
    { "clip", 0, 0, G_OPTION_ARG_FILENAME, &o.clip, N_ ("what steers (default: the starter)"),
      N_ ("FILE") },
    { "vocab", 0, 0, G_OPTION_ARG_FILENAME, &o.vocab, N_ ("its merges"), N_ ("FILE") },
    { "judge", 0, 0, G_OPTION_ARG_FILENAME, &o.judge,
      N_ ("another CLIP, which judges (default: the starter's judge, with its heads)"),
      N_ ("FILE") },
    { "judge-merges", 0, 0, G_OPTION_ARG_FILENAME, &o.merges, N_ ("its merges"), N_ ("FILE") },
    { "judge-heads", 0, 0, G_OPTION_ARG_FILENAME, &o.heads,
      N_ ("its heads, as the command clip leaves them: whether thing, colour and place are "
          "recognised (default: not asked)"),
      N_ ("FILE") },
    { "prompts", 0, 0, G_OPTION_ARG_INT, &o.n_prompts, N_ ("how many (default: 40)"), N_ ("N") },
    { "objects", 0, 0, G_OPTION_ARG_STRING, &o.objects,
      N_ ("only of these things, each alone: tractor,cat"), N_ ("NAMES") },
    { "seeds", 0, 0, G_OPTION_ARG_INT, &o.n_seeds, N_ ("runs of each (default: 3)"), N_ ("N") },
    { "seed", 0, 0, G_OPTION_ARG_INT64, &o.seed, N_ ("of the prompts, and of each one's first run"),
      N_ ("N") },
    { "first", 0, 0, G_OPTION_ARG_INT64, &o.first, N_ ("another seed for each prompt's first run"),
      N_ ("N") },
    { "iterations", 0, 0, G_OPTION_ARG_STRING, &o.stops,
      N_ ("when to look (default: 25,50,100,300)"), N_ ("N,…") },
    { "turns", 0, 0, G_OPTION_ARG_INT, &o.n_turns,
      N_ ("how often the prompt is changed on the way (default: 10)"), N_ ("N") },
    { "new-forms", 0, 0, G_OPTION_ARG_NONE, &o.has_new_forms, N_ ("turns lay out forms anew"),
      NULL },
    { "turn-at", 0, 0, G_OPTION_ARG_INT, &o.turn_at, N_ ("the iteration of that (default: 100)"),
      N_ ("N") },
    { "size", 0, 0, G_OPTION_ARG_INT, &o.size, N_ ("pixels a side (default: 128)"), N_ ("N") },
    { "lr", 0, 0, G_OPTION_ARG_DOUBLE, &o.lr, N_ ("learning rate (default: the starter's)"),
      N_ ("X") },
    { "set", 0, 0, G_OPTION_ARG_STRING_ARRAY, &o.changes,
      N_ ("another setting than the starter's: noise=0.1"), N_ ("NAME=VALUE") },
    { "sheet", 0, 0, G_OPTION_ARG_FILENAME, &o.sheet,
      N_ ("write the last pictures of each prompt's first run to this PNG"), N_ ("FILE") },
    { "record", 0, 0, G_OPTION_ARG_FILENAME, &o.record,
      N_ ("keep each picture and a table of what it was taken for here"), N_ ("FOLDER") },
    { "again", 0, 0, G_OPTION_ARG_NONE, &o.is_again,
      N_ ("look at the pictures in that folder, by whatever judge, and steer nothing"), NULL },
    { "no-captions", 0, G_OPTION_FLAG_REVERSE, G_OPTION_ARG_NONE, &o.has_captions,
      N_ ("a sheet to be guessed"), NULL },
    { "threads", 0, 0, G_OPTION_ARG_INT, &o.threads,
      N_ ("processors to compute with (default: all)"), N_ ("N") },
    { NULL },
  };

  if (!train_parse ("eval", entries, &argc, &argv))
    return TRAIN_USAGE;
  return evaluate (&o, &error) ? TRAIN_OK : train_fail_error (error);
}
