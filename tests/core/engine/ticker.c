/* ticker.c - a stepper without models, to test the engine with
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "config.h"
#include "tests/core/engine/ticker.h"

#include "core/base/error.h"

#include <math.h>
#include <string.h>

#define SIDE 64

typedef struct
{
  TlStepper base;
  Ticker *ticker;
} TickerStepper;

struct _TlState
{
  guint64 seed, iteration, hash;
  guint64 memory; /* as moments are: acts on the next step, not on the picture */
};

/* --- the arithmetic --------------------------------------------------------------------------- */

/* splitmix64 (Steele, Lea, Flood 2014) */
static guint64
mix (guint64 a, guint64 b)
{
  guint64 x = (a ^ b) + G_GUINT64_CONSTANT (0x9E3779B97F4A7C15);

  x = (x ^ x >> 30) * G_GUINT64_CONSTANT (0xBF58476D1CE4E5B9);
  x = (x ^ x >> 27) * G_GUINT64_CONSTANT (0x94D049BB133111EB);
  return x ^ x >> 31;
}

static guint64
hash_steer (TlSteer *steer)
{
  g_autofree char *prompt = tl_prompt_print (tl_steer_get_prompt (steer));
  guint64 lr;

  memcpy (&lr, &tl_steer_get_settings (steer)->lr, sizeof lr);
  return mix (g_str_hash (prompt), lr);
}

static void
tick (struct _TlState *state, TlSteer *steer)
{
  state->hash = mix (mix (state->hash, state->memory), mix (hash_steer (steer), state->iteration));
  state->memory = mix (state->memory, state->hash);
  state->iteration++;
}

static void
move (struct _TlState *state, const TlJitter *jitter)
{
  guint64 sigma;

  memcpy (&sigma, &jitter->sigma, sizeof sigma);
  state->hash = mix (mix (state->hash, sigma), jitter->index);
}

static struct _TlState
begin (guint64 seed)
{
  return (struct _TlState){ .seed = seed, .hash = mix (seed, 1) };
}

/* What a turn does to a state when it takes hold. */
static void
turn (struct _TlState *state, const TlJournalEntry *entry)
{
  if (entry->iteration != state->iteration)
    return;

  if (entry->jitter.sigma > 0)
    move (state, &entry->jitter);
  if (entry->turn == TL_TURN_HARD)
    state->memory = 0;
}

guint64
ticker_replay (TlRecipe *recipe)
{
  struct _TlState state = begin (tl_start_get_values (tl_recipe_get_start (recipe))->seed);

  while (state.iteration < tl_recipe_get_iteration (recipe))
    {
      const TlJournalEntry *entry = tl_recipe_find_entry (recipe, state.iteration);

      turn (&state, entry);
      tick (&state, entry->steer);
    }
  turn (&state, tl_recipe_find_entry (recipe, state.iteration));
  return state.hash;
}

/* --- the stepper ------------------------------------------------------------------------------ */

static void
on_cancelled_cb (GCancellable *cancellable, Ticker *self)
{
  g_mutex_lock (&self->lock);
  g_cond_broadcast (&self->changed);
  g_mutex_unlock (&self->lock);
}

/* TRUE if the step may be done. */
static gboolean
pass_gate (Ticker *self, GCancellable *cancellable, GError **error)
{
  gulong handler = g_cancellable_connect (cancellable, G_CALLBACK (on_cancelled_cb), self, NULL);
  gboolean is_cancelled;

  g_mutex_lock (&self->lock);
  self->n_entered++;
  g_cond_broadcast (&self->changed);
  while (self->is_gated && self->n_let == 0 && !g_cancellable_is_cancelled (cancellable))
    g_cond_wait (&self->changed, &self->lock);
  is_cancelled = g_cancellable_set_error_if_cancelled (cancellable, error);
  if (self->is_gated && !is_cancelled)
    self->n_let--;
  self->n_cancelled += is_cancelled;
  g_mutex_unlock (&self->lock);

  g_cancellable_disconnect (cancellable, handler);
  return !is_cancelled;
}

static gboolean
fails (Ticker *self, guint64 iteration, GError **error)
{
  gboolean is_due;

  g_mutex_lock (&self->lock);
  is_due = self->n_failures > 0 && iteration == self->fail_at;
  self->n_failures -= is_due;
  g_mutex_unlock (&self->lock);
  if (is_due)
    g_set_error (error, G_IO_ERROR, G_IO_ERROR_FAILED, "out of patience at %u", (guint) iteration);
  return is_due;
}

static gboolean
runs_wild (Ticker *self, guint64 iteration, TlSteer *steer, GError **error)
{
  gboolean is_wild;

  g_mutex_lock (&self->lock);
  is_wild = self->wild_lr > 0 && iteration == self->wild_at
            && tl_steer_get_settings (steer)->lr > self->wild_lr;
  g_mutex_unlock (&self->lock);
  if (is_wild)
    tl_error_set (error, TL_ERROR_NUMBER, "no number at %u", (guint) iteration);
  return is_wild;
}

static Ticker *
ticker_of (TlStepper *stepper)
{
  return ((TickerStepper *) stepper)->ticker;
}

static TlState *
ticker_start (TlStepper *stepper, TlStart *start, GCancellable *cancellable, GError **error)
{
  TlState *state;

  if (fails (ticker_of (stepper), TICKER_START, error))
    return NULL;

  state = g_new (TlState, 1);
  *state = begin (tl_start_get_values (start)->seed);
  g_atomic_int_inc (&ticker_of (stepper)->n_states);
  return state;
}

static void
free_pixels (gpointer data)
{
  guint8 *pixels = data;
  Ticker *ticker;

  memcpy (&ticker, pixels + SIDE * SIDE * 4, sizeof ticker);
  g_atomic_int_add (&ticker->n_pictures, -1);
  g_free (pixels);
}

/* The counter's address lies behind the pixels. */
static TlFrame *
draw (Ticker *self, guint64 hash, guint64 iteration)
{
  guint8 *pixels = g_malloc0 (SIDE * SIDE * 4 + sizeof self);
  g_autoptr (GBytes) bytes = NULL;

  memcpy (pixels, &hash, sizeof hash);
  memcpy (pixels + SIDE * SIDE * 4, &self, sizeof self);
  g_atomic_int_inc (&self->n_pictures);
  bytes = g_bytes_new_with_free_func (pixels, SIDE * SIDE * 4, free_pixels, pixels);
  return tl_frame_new (SIDE, SIDE, SIDE * 4, bytes, iteration, hash % 1000 / 1000.0);
}

static gboolean
ticker_step (TlStepper *stepper, TlState *state, TlSteer *steer, TlWants wants, TlReport *report,
             GCancellable *cancellable, GError **error)
{
  Ticker *self = ticker_of (stepper);

  if (!pass_gate (self, cancellable, error) || fails (self, state->iteration, error)
      || runs_wild (self, state->iteration, steer, error))
    return FALSE;

  *report = (TlReport){ .loss = state->hash % 1000 / 1000.0, .similarity = NAN };
  if (wants & TL_WANT_SIMILARITY)
    report->similarity = state->hash % 1000 / 1000.0;
  if (wants & TL_WANT_FRAME)
    {
      report->frame = draw (self, state->hash, state->iteration);
      g_atomic_int_inc (&self->n_frames_wanted);
    }
  tick (state, steer);
  report->iteration = state->iteration;

  g_mutex_lock (&self->lock);
  if (self->n_log < TICKER_MAX_LOG)
    self->log[self->n_log++] = state->seed;
  g_mutex_unlock (&self->lock);
  return TRUE;
}

static TlFrame *
ticker_decode (TlStepper *stepper, TlState *state, TlSteer *steer, GCancellable *cancellable,
               GError **error)
{
  if (g_cancellable_set_error_if_cancelled (cancellable, error))
    return NULL;
  return draw (ticker_of (stepper), state->hash, state->iteration);
}

static void
ticker_forget (TlStepper *stepper, TlState *state)
{
  state->memory = 0;
}

static gboolean
ticker_jitter (TlStepper *stepper, TlState *state, const TlJitter *jitter, GError **error)
{
  if (fails (ticker_of (stepper), TICKER_JITTER, error))
    return FALSE;

  move (state, jitter);
  return TRUE;
}

static guint64
ticker_get_iteration (TlStepper *stepper, TlState *state)
{
  return state->iteration;
}

/* The counter's address lies behind, as with pixels. */
static void
free_bytes (gpointer data)
{
  Ticker *ticker;

  memcpy (&ticker, (guint8 *) data + sizeof (struct _TlState), sizeof ticker);
  g_atomic_int_add (&ticker->n_kept, -1);
  g_free (data);
}

static GBytes *
ticker_save (TlStepper *stepper, TlState *state, GError **error)
{
  guint8 *bytes;
  Ticker *self = ticker_of (stepper);

  if (fails (self, TICKER_SAVE, error))
    return NULL;

  bytes = g_malloc (sizeof *state + sizeof self);
  memcpy (bytes, state, sizeof *state);
  memcpy (bytes + sizeof *state, &self, sizeof self);
  g_atomic_int_inc (&self->n_kept);
  return g_bytes_new_with_free_func (bytes, sizeof *state, free_bytes, bytes);
}

static TlState *
ticker_load (TlStepper *stepper, TlStart *start, GBytes *bytes, GCancellable *cancellable,
             GError **error)
{
  const struct _TlState *state = g_bytes_get_data (bytes, NULL);

  if (fails (ticker_of (stepper), TICKER_START, error))
    return NULL;
  if (g_bytes_get_size (bytes) != sizeof *state || state->seed != tl_start_get_values (start)->seed)
    {
      g_set_error (error, G_IO_ERROR, G_IO_ERROR_INVALID_DATA, "no state of this run");
      return NULL;
    }

  g_atomic_int_inc (&ticker_of (stepper)->n_states);
  return g_memdup2 (state, sizeof *state);
}

static void
ticker_free_state (TlStepper *stepper, TlState *state)
{
  g_atomic_int_add (&ticker_of (stepper)->n_states, -1);
  g_free (state);
}

static TlMaker *
ticker_get_maker (TlStepper *stepper)
{
  const TlMaker maker = { .vqgan = { (char *) "ticker", (char *) "" },
                          .clip = { (char *) "ticker", (char *) "" },
                          .precision = (char *) "float32",
                          .device = (char *) "cpu",
                          .n_threads = 1 };

  return tl_maker_copy (&maker);
}

static void
ticker_rest (TlStepper *stepper)
{
  g_atomic_int_inc (&ticker_of (stepper)->n_rests);
}

static void
ticker_stepper_free (TlStepper *stepper)
{
  g_atomic_int_add (&ticker_of (stepper)->n_steppers, -1);
  g_free (stepper);
}

static const TlStepperClass ticker_class = {
  .start = ticker_start,
  .step = ticker_step,
  .decode = ticker_decode,
  .forget = ticker_forget,
  .jitter = ticker_jitter,
  .get_iteration = ticker_get_iteration,
  .save = ticker_save,
  .load = ticker_load,
  .free_state = ticker_free_state,
  .get_maker = ticker_get_maker,
  .rest = ticker_rest,
  .free = ticker_stepper_free,
};

TlStepper *
ticker_stepper_new (Ticker *self)
{
  TickerStepper *stepper = g_new (TickerStepper, 1);

  *stepper = (TickerStepper){ { &ticker_class }, self };
  g_atomic_int_inc (&self->n_steppers);
  return &stepper->base;
}

/* --- the test's side -------------------------------------------------------------------------- */

Ticker *
ticker_new (void)
{
  Ticker *self = g_new0 (Ticker, 1);

  g_mutex_init (&self->lock);
  g_cond_init (&self->changed);
  return self;
}

void
ticker_free (Ticker *self)
{
  g_assert_cmpint (g_atomic_int_get (&self->n_steppers), ==, 0);
  g_assert_cmpint (g_atomic_int_get (&self->n_states), ==, 0);
  g_assert_cmpint (g_atomic_int_get (&self->n_pictures), ==, 0);
  g_assert_cmpint (g_atomic_int_get (&self->n_kept), ==, 0);
  g_mutex_clear (&self->lock);
  g_cond_clear (&self->changed);
  g_free (self);
}

void
ticker_gate (Ticker *self)
{
  g_mutex_lock (&self->lock);
  self->is_gated = TRUE;
  self->n_let = 0;
  self->n_entered = 0;
  g_mutex_unlock (&self->lock);
}

void
ticker_let (Ticker *self, guint n)
{
  g_mutex_lock (&self->lock);
  self->n_let += n;
  g_cond_broadcast (&self->changed);
  g_mutex_unlock (&self->lock);
}

void
ticker_open (Ticker *self)
{
  g_mutex_lock (&self->lock);
  self->is_gated = FALSE;
  g_cond_broadcast (&self->changed);
  g_mutex_unlock (&self->lock);
}

void
ticker_wait_entered (Ticker *self, guint n)
{
  g_mutex_lock (&self->lock);
  while (self->n_entered < n)
    g_cond_wait (&self->changed, &self->lock);
  g_mutex_unlock (&self->lock);
}

void
ticker_fail (Ticker *self, guint64 iteration, guint n_times)
{
  g_mutex_lock (&self->lock);
  self->fail_at = iteration;
  self->n_failures = n_times;
  g_mutex_unlock (&self->lock);
}

void
ticker_run_wild (Ticker *self, guint64 iteration, gdouble lr)
{
  g_mutex_lock (&self->lock);
  self->wild_at = iteration;
  self->wild_lr = lr;
  g_mutex_unlock (&self->lock);
}

guint64
ticker_read_frame (TlFrame *frame)
{
  guint64 hash;

  memcpy (&hash, g_bytes_get_data (tl_frame_get_pixels (frame), NULL), sizeof hash);
  return hash;
}

guint64
ticker_read_bytes (GBytes *bytes)
{
  const struct _TlState *state = g_bytes_get_data (bytes, NULL);

  g_assert_cmpuint (g_bytes_get_size (bytes), ==, sizeof *state);
  return state->hash;
}
