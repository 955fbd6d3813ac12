/* fake-stepper.c - a stepper that paints a moving gradient, for tests of the window
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "config.h"
#include "tests/ui/fake-stepper.h"

#include "core/base/error.h"
#include "core/base/paths.h"

#include <math.h>
#include <string.h>

#define STEP_US 4000 /* about what a quick model takes */

struct _TlState
{
  guint width, height;
  guint64 iteration;
  gdouble hue; /* where the prompts have led so far */
};

static gdouble
get_goal (TlSteer *steer)
{
  g_autofree char *text = tl_prompt_print (tl_steer_get_prompt (steer));

  return g_str_hash (text) % 1000 / 1000.0;
}

static gdouble
get_similarity (TlState *state, TlSteer *steer)
{
  return 0.55 - 0.4 * fabs (state->hue - get_goal (steer));
}

static guint32
get_pixel (const TlState *state, guint x, guint y)
{
  gdouble t = (gdouble) (x + y) / (state->width + state->height) + state->iteration / 200.0;
  guint red = 127 + 120 * sin (6.28 * (t + state->hue));
  guint green = 127 + 120 * sin (6.28 * (t * 0.7 + state->hue + 0.33));
  guint blue = 127 + 120 * sin (6.28 * ((gdouble) y / state->height + state->hue + 0.66));

  return 0xff000000u | red << 16 | green << 8 | blue;
}

static TlFrame *
paint (TlState *state, TlSteer *steer)
{
  guint32 *pixels = g_new (guint32, (gsize) state->width * state->height);
  g_autoptr (GBytes) bytes = NULL;

  for (guint y = 0; y < state->height; y++)
    for (guint x = 0; x < state->width; x++)
      pixels[y * state->width + x] = get_pixel (state, x, y);
  bytes = g_bytes_new_take (pixels, 4 * (gsize) state->width * state->height);
  return tl_frame_new (state->width, state->height, 4 * (gsize) state->width, bytes,
                       state->iteration, get_similarity (state, steer));
}

static TlState *
fake_start (TlStepper *self, TlStart *start, GCancellable *cancellable, GError **error)
{
  const TlStartValues *values = tl_start_get_values (start);
  TlState *state = g_new0 (TlState, 1);

  state->width = values->width;
  state->height = values->height;
  state->hue = values->seed % 100 / 100.0;
  return state;
}

/* So that three halvings of the starter's rate tame it. */
static gboolean
is_too_fast (TlSteer *steer)
{
  TlSettings settings;

  tl_settings_init_starter (&settings);
  return tl_steer_get_settings (steer)->lr > settings.lr / 6;
}

static gboolean
fake_step (TlStepper *self, TlState *state, TlSteer *steer, TlWants wants, TlReport *report,
           GCancellable *cancellable, GError **error)
{
  g_autofree char *text = tl_prompt_print (tl_steer_get_prompt (steer));

  if (strstr (text, "broken") != NULL)
    return tl_error_set (error, TL_ERROR_DEVICE, "The gradient is broken.");

  if (state->iteration == 30 && strstr (text, "wild") != NULL
      && (is_too_fast (steer) || strstr (text, "wilder") != NULL))
    return tl_error_set (error, TL_ERROR_NUMBER, "The gradient is no number.");

  g_usleep (STEP_US);
  *report =
    (TlReport){ .loss = 1 - get_similarity (state, steer),
                .similarity = wants & TL_WANT_SIMILARITY ? get_similarity (state, steer) : NAN,
                .frame = wants & TL_WANT_FRAME ? paint (state, steer) : NULL };
  state->hue += 0.02 * (get_goal (steer) - state->hue);
  report->iteration = ++state->iteration;
  return TRUE;
}

static TlFrame *
fake_decode (TlStepper *self, TlState *state, TlSteer *steer, GCancellable *cancellable,
             GError **error)
{
  return paint (state, steer);
}

static void
fake_forget (TlStepper *self, TlState *state)
{
}

static gboolean
fake_jitter (TlStepper *self, TlState *state, const TlJitter *jitter, GError **error)
{
  state->hue = fmod (state->hue + jitter->sigma * (jitter->index + 1), 1);
  return TRUE;
}

static guint64
fake_get_iteration (TlStepper *self, TlState *state)
{
  return state->iteration;
}

static GBytes *
fake_save (TlStepper *self, TlState *state, GError **error)
{
  return g_bytes_new (state, sizeof *state);
}

static TlState *
fake_load (TlStepper *self, TlStart *start, GBytes *bytes, GCancellable *cancellable,
           GError **error)
{
  return g_memdup2 (g_bytes_get_data (bytes, NULL), sizeof (TlState));
}

static void
fake_free_state (TlStepper *self, TlState *state)
{
  g_free (state);
}

typedef struct
{
  TlStepper stepper;
  const char *model;
} FakeStepper;

static TlMaker *
fake_get_maker (TlStepper *self)
{
  const FakeStepper *fake = (const FakeStepper *) self;
  TlMaker maker = { .vqgan = { (char *) fake->model, (char *) "" },
                    .clip = { (char *) "gradient", (char *) "" },
                    .precision = (char *) "float32",
                    .device = (char *) "cpu",
                    .n_threads = 1 };

  return tl_maker_copy (&maker);
}

static void
fake_free (TlStepper *self)
{
  g_free (self);
}

TlStepper *
fake_stepper_new (const char *model)
{
  static const TlStepperClass class = {
    .start = fake_start,
    .step = fake_step,
    .decode = fake_decode,
    .forget = fake_forget,
    .jitter = fake_jitter,
    .get_iteration = fake_get_iteration,
    .save = fake_save,
    .load = fake_load,
    .free_state = fake_free_state,
    .get_maker = fake_get_maker,
    .free = fake_free,
  };
  FakeStepper *self = g_new0 (FakeStepper, 1);

  self->stepper.klass = &class;
  self->model = model;
  return &self->stepper;
}

/* --- the judge --- */

/* Likes what nobody else would. */
static gboolean
fake_score (TlScorer *self, TlFrame *frame, TlStart *start, TlSteer *steer, gdouble *value,
            GCancellable *cancellable, GError **error)
{
  guint64 seed = tl_start_get_values (start)->seed;

  if (seed == 13)
    return tl_error_set (error, TL_ERROR_DEVICE, "The judge has left.");
  *value = seed * 7 % 10 / 10.0;
  return TRUE;
}

static void
fake_scorer_free (TlScorer *self)
{
  g_free (self);
}

TlScorer *
fake_scorer_new (void)
{
  static const TlScorerClass class = { fake_score, fake_scorer_free };
  TlScorer *self = g_new (TlScorer, 1);

  self->klass = &class;
  return self;
}

gboolean
fake_load_judge (const char *clip, const char *vocab, const TlMaker *steering,
                 TlLoadedJudge *loaded, GError **error)
{
  if (strstr (clip, "broken") != NULL)
    return tl_error_set (error, TL_ERROR_FORMAT, "“%s” is no CLIP.", clip);
  loaded->scorer = fake_scorer_new ();
  loaded->key = g_strconcat (clip, ":", "0", NULL);
  return TRUE;
}

char **
fake_list_clips (void)
{
  const char *const clips[] = { "/models/broken.pt", "/models/second.pt", NULL };

  return g_strdupv ((char **) clips);
}

/* A byte a pixel and cutout; the machine has four million, of which two are easily had. */
static TlRoom
fake_judge (guint width, guint height, guint n_cutouts, guint64 *n_bytes, gpointer user_data)
{
  *n_bytes = (guint64) width * height * n_cutouts;
  return *n_bytes <= 2000000   ? TL_ROOM_ENOUGH
         : *n_bytes <= 4000000 ? TL_ROOM_TIGHT
                               : TL_ROOM_TOO_LITTLE;
}

gboolean
fake_load_models (const TlModelFiles *files, TlLoaded *loaded, GCancellable *cancellable,
                  GError **error)
{
  g_autofree char *merges = tl_path_starter ("starter-merges.txt");
  TlTokenizer *tokenizer;

  if (files->vqgan != NULL && strstr (files->vqgan, "broken") != NULL)
    return tl_error_set (error, TL_ERROR_FORMAT, "“%s” holds no image model Tiller knows.",
                         files->vqgan);
  tokenizer = tl_tokenizer_open (merges, 0, error);
  if (tokenizer == NULL)
    return FALSE;

  loaded->values = (TlBackendValues){
    .tokenizer = tokenizer,
    .context = 48,
    .step = files->vqgan != NULL ? 16 : 8,
    .is_starter = files->vqgan == NULL,
    .side = files->vqgan == NULL ? 128 : 256,
    .device = g_strdup ("CPU, 2 threads"),
    .judge = fake_judge,
  };
  loaded->stepper = fake_stepper_new ("gradient");
  return TRUE;
}
