/* plan.c - what `tiller-cli run` is to do, from its options or from a recipe
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "app/cli/plan.h"
#include "config.h"

#include "app/cli/ledger.h"
#include "app/cli/place.h"
#include "core/base/error.h"
#include "core/clip/unknown-words.h"
#include "core/export/png.h"
#include "core/session/journal.h"

#include <glib/gi18n.h>
#include <stdio.h>
#include <string.h>
#include <sys/random.h>

/* Longer ones are a mistake of the clipboard, and a run of hours should not start on a part of it.
 */
#define MAX_PROMPT_BYTES (16 * TL_PROMPT_MAX_BYTES)

static const char *
get_argument (const TlSetting *setting)
{
  switch (setting->type)
    {
    case TL_SETTING_ENUM:
      return N_ ("NAME");
    case TL_SETTING_BOOL:
      return "on|off";
    default:
      return N_ ("X");
    }
}

/* With the names that there are to choose from; lives as long as the program. */
static const char *
describe (const TlSetting *setting)
{
  g_autofree char *names = NULL, *text = NULL;

  if (setting->type != TL_SETTING_ENUM)
    return setting->description;
  names = g_strjoinv (", ", (char **) setting->nicks);
  text = g_strdup_printf ("%s: %s", _ (setting->description), names);
  return g_intern_string (text);
}

GOptionEntry *
plan_options_make_entries (PlanOptions *options)
{
  const GOptionEntry fixed[] = {
    { "prompt", 'p', 0, G_OPTION_ARG_FILENAME, &options->prompt, N_ ("what to steer towards"),
      N_ ("TEXT") },
    { "seed", 's', 0, G_OPTION_ARG_STRING, &options->seed,
      N_ ("start of the random numbers (default: a new one)"), N_ ("N") },
    { "size", 0, 0, G_OPTION_ARG_STRING, &options->size, N_ ("pixels of the picture"), N_ ("WxH") },
    { "start", 0, 0, G_OPTION_ARG_FILENAME, &options->start, N_ ("picture to start from"),
      N_ ("IMAGE") },
    { "recipe", 0, 0, G_OPTION_ARG_FILENAME, &options->recipe,
      N_ ("repeat what a picture of Tiller, or of a session, was made from"),
      N_ ("FILE.png|FILE.tiller[:RUN[@ITER]]") },
    { "strict", 0, 0, G_OPTION_ARG_NONE, &options->strict,
      N_ ("refuse a prompt that anything is odd about"), NULL },
  };
  guint n_settings;
  const TlSetting *settings = tl_setting_get_all (&n_settings);
  GOptionEntry *entries = g_new0 (GOptionEntry, G_N_ELEMENTS (fixed) + n_settings + 1);

  options->settings = g_new0 (char *, n_settings + 1);
  memcpy (entries, fixed, sizeof fixed);
  for (guint i = 0; i < n_settings; i++)
    entries[G_N_ELEMENTS (fixed) + i] = (GOptionEntry){
      .long_name = settings[i].name,
      .arg = G_OPTION_ARG_STRING,
      .arg_data = &options->settings[i],
      .description = describe (&settings[i]),
      .arg_description = get_argument (&settings[i]),
    };
  return entries;
}

void
plan_entries_hide_recipe (GOptionEntry *entries)
{
  for (; entries->long_name != NULL; entries++)
    if (strcmp (entries->long_name, "recipe") == 0)
      entries->flags |= G_OPTION_FLAG_HIDDEN;
}

void
plan_options_clear (PlanOptions *options)
{
  guint n_settings;

  tl_setting_get_all (&n_settings);
  for (guint i = 0; options->settings != NULL && i < n_settings; i++)
    g_free (options->settings[i]);
  g_free (options->settings);
  g_free (options->prompt);
  g_free (options->seed);
  g_free (options->size);
  g_free (options->start);
  g_free (options->recipe);
}

void
plan_options_set_default (PlanOptions *options, const char *setting, const char *value)
{
  guint n_settings;
  gsize row = (gsize) (tl_setting_find (setting) - tl_setting_get_all (&n_settings));

  if (options->settings[row] == NULL)
    options->settings[row] = g_strdup (value);
}

void
plan_clear (Plan *plan)
{
  g_clear_pointer (&plan->start, tl_start_unref);
  g_clear_pointer (&plan->journal, g_array_unref);
}

static TlRecipe *
read_picture_recipe (const char *path, GError **error)
{
  g_autoptr (TlAsset) file = tl_asset_load (path, error);
  g_autofree char *json = NULL;
  TlRecipe *recipe;

  if (file == NULL)
    return NULL;
  json = tl_png_find_recipe (tl_asset_get_bytes (file), error);
  recipe = json != NULL ? tl_recipe_parse (json, error) : NULL;
  if (recipe == NULL)
    g_prefix_error (error, "“%s”: ", path);
  return recipe;
}

/* Of the run's last iteration, where none is named. */
static TlRecipe *
read_session_recipe (const PlaceName *name, GError **error)
{
  g_autoptr (TlDatabase) database = ledger_open_to_read (name->path, error);
  g_auto (Place) place = { 0 };

  if (database == NULL || !place_find (&place, database, name->run, error))
    return NULL;
  return place_make_recipe (
    &place, name->iteration >= 0 ? (guint64) name->iteration : place.record->iteration, error);
}

gboolean
plan_read_recipe (const PlanOptions *options, TlRecipe **recipe, GError **error)
{
  g_auto (PlaceName) name = { 0 };

  *recipe = NULL;
  if (options->recipe == NULL)
    return TRUE;

  place_name_parse (&name, options->recipe);
  *recipe = place_is_session (name.path) ? read_session_recipe (&name, error)
                                         : read_picture_recipe (options->recipe, error);
  return *recipe != NULL;
}

static gboolean
parse_seed (const char *text, guint64 *seed, GError **error)
{
  if (text == NULL)
    {
      guint32 drawn;

      /* Ten digits: someone may want to type it again. */
      *seed =
        getrandom (&drawn, sizeof drawn, 0) == sizeof drawn ? drawn : (guint64) g_get_real_time ();
      return TRUE;
    }
  if (g_ascii_string_to_unsigned (text, 10, 0, G_MAXUINT64, seed, NULL))
    return TRUE;

  g_set_error (error, G_OPTION_ERROR, G_OPTION_ERROR_BAD_VALUE,
               _ ("“%s” is no seed: a whole number from 0 to 18446744073709551615"), text);
  return FALSE;
}

static gboolean
parse_size (const char *text, guint *width, guint *height, GError **error)
{
  g_auto (GStrv) sides = g_strsplit_set (text, "xX×", 2);
  guint64 w, h;

  if (g_strv_length (sides) != 2
      || !g_ascii_string_to_unsigned (sides[0], 10, 0, G_MAXUINT, &w, NULL)
      || !g_ascii_string_to_unsigned (sides[1], 10, 0, G_MAXUINT, &h, NULL))
    {
      g_set_error (error, G_OPTION_ERROR, G_OPTION_ERROR_BAD_VALUE,
                   _ ("“%s” is no size: write it as 512x384"), text);
      return FALSE;
    }
  if (MIN (w, h) < TL_MIN_SIDE || MAX (w, h) > TL_MAX_SIDE)
    return tl_error_set (error, TL_ERROR_TOO_LARGE,
                         _ ("%s is no size for a picture: %d to %d pixels a side"), text,
                         TL_MIN_SIDE, TL_MAX_SIDE);
  *width = (guint) w;
  *height = (guint) h;
  return TRUE;
}

/* What is typed wrongly is wrong usage, whatever the table of settings calls it. */
static gboolean
set_setting (TlSettings *settings, const TlSetting *setting, const char *text, GError **error)
{
  g_autoptr (GError) reason = NULL;

  if (tl_settings_set (settings, setting, text, &reason))
    return TRUE;
  g_set_error_literal (error, G_OPTION_ERROR, G_OPTION_ERROR_BAD_VALUE, reason->message);
  return FALSE;
}

static gboolean
check_settings (const PlanOptions *options, TlSettings *settings, GError **error)
{
  guint n_settings;
  const TlSetting *all = tl_setting_get_all (&n_settings);

  for (guint i = 0; i < n_settings; i++)
    if (options->settings[i] != NULL
        && !set_setting (settings, &all[i], options->settings[i], error))
      return FALSE;
  return TRUE;
}

gboolean
plan_check (const PlanOptions *options, GError **error)
{
  TlSettings settings;
  guint width, height;
  guint64 seed;

  if (options->prompt == NULL && options->recipe == NULL)
    {
      g_set_error (error, G_OPTION_ERROR, G_OPTION_ERROR_FAILED,
                   _ ("say what to steer towards: --prompt \"a red tractor\""));
      return FALSE;
    }
  if (options->prompt != NULL && strlen (options->prompt) > MAX_PROMPT_BYTES)
    return tl_error_set (error, TL_ERROR_TOO_LARGE,
                         _ ("The prompt is %zu bytes long; %d are the most"),
                         strlen (options->prompt), MAX_PROMPT_BYTES);

  tl_settings_init (&settings);
  return parse_seed (options->seed, &seed, error)
         && (options->size == NULL || parse_size (options->size, &width, &height, error))
         && check_settings (options, &settings, error);
}

/* One line a hint, as a compiler would say it. */
static gboolean
print_hints (TlPrompt *prompt, const PlanOptions *options, GError **error)
{
  const GPtrArray *hints = tl_prompt_get_hints (prompt);

  for (guint i = 0; i < hints->len; i++)
    {
      const TlHint *hint = g_ptr_array_index (hints, i);

      if (options->strict)
        {
          g_set_error (error, G_OPTION_ERROR, G_OPTION_ERROR_BAD_VALUE, _ ("prompt, column %u: %s"),
                       hint->column, hint->message);
          return FALSE;
        }
      if (!options->quiet)
        g_printerr (_ ("prompt, column %u: %s\n"), hint->column, hint->message);
    }
  return TRUE;
}

/* On the command line an image clause names a file. (transfer full) (nullable) */
static GPtrArray *
load_clause_images (TlPrompt *prompt, GError **error)
{
  g_autoptr (GPtrArray) assets = g_ptr_array_new_with_free_func ((GDestroyNotify) tl_asset_unref);

  for (guint i = 0; i < tl_prompt_get_n_segments (prompt); i++)
    {
      const TlSegment *segment = tl_prompt_get_segment (prompt, i);

      for (guint k = 0; k < segment->n_clauses; k++)
        {
          const TlClause *clause = &segment->clauses[k];
          g_autoptr (TlAsset) file = NULL;

          if (clause->kind != TL_CLAUSE_IMAGE || tl_clause_is_remote (clause))
            continue;
          file = tl_asset_load (clause->text, error);
          if (file == NULL)
            return NULL;
          g_ptr_array_add (assets, tl_asset_new (clause->text, tl_asset_get_bytes (file)));
        }
    }
  return g_steal_pointer (&assets);
}

static gboolean
print_unknown (TlPrompt *prompt, TlTokenizer *tokenizer, const PlanOptions *options, GError **error)
{
  g_autoptr (GString) words = g_string_new (NULL);
  g_autofree char *hint = NULL;

  for (guint i = 0; i < tl_prompt_get_n_segments (prompt); i++)
    {
      const TlSegment *segment = tl_prompt_get_segment (prompt, i);

      for (guint k = 0; k < segment->n_clauses; k++)
        if (segment->clauses[k].kind == TL_CLAUSE_TEXT)
          g_string_append_printf (words, "%s\n", segment->clauses[k].text);
    }
  hint = tl_unknown_words_dup_hint (tokenizer, words->str, NULL);
  if (hint != NULL && options->strict)
    {
      g_set_error (error, G_OPTION_ERROR, G_OPTION_ERROR_BAD_VALUE, _ ("prompt: %s"), hint);
      return FALSE;
    }
  if (hint != NULL && !options->quiet)
    g_printerr (_ ("prompt: %s\n"), hint);
  return TRUE;
}

static TlSteer *
make_steer (const PlanOptions *options, const TlModelChoice *choice, TlTokenizer *tokenizer,
            GError **error)
{
  g_autofree char *text = cli_dup_text (options->prompt);
  g_autoptr (TlPrompt) prompt = tl_prompt_parse (text);
  g_autoptr (GPtrArray) assets = NULL;
  TlSettings settings;

  if (tl_models_is_starter (choice))
    tl_settings_init_starter (&settings);
  else
    tl_settings_init (&settings);
  if (tl_prompt_is_empty (prompt))
    {
      tl_error_set (error, TL_ERROR_MISSING,
                    _ ("The prompt is empty: write what to steer towards"));
      return NULL;
    }
  if (!print_hints (prompt, options, error) || !print_unknown (prompt, tokenizer, options, error)
      || !check_settings (options, &settings, error))
    return NULL;

  assets = load_clause_images (prompt, error);
  return assets != NULL ? tl_steer_new (prompt, &settings, assets) : NULL;
}

static guint
snap (guint size, guint step, gboolean quiet)
{
  guint snapped = tl_snap_size (size, step);

  if (snapped != size && !quiet)
    g_printerr (_ ("size: %u → %u (the model works in steps of %u)\n"), size, snapped, step);
  return snapped;
}

static TlStart *
make_start (const PlanOptions *options, const TlModelChoice *choice, guint step, GError **error)
{
  guint side = tl_models_get_usual_side (choice);
  TlStartValues values = { .width = side, .height = side };
  g_autoptr (TlAsset) image = NULL;

  if (!parse_seed (options->seed, &values.seed, error)
      || (options->size != NULL
          && !parse_size (options->size, &values.width, &values.height, error)))
    return NULL;
  if (options->start != NULL)
    {
      image = tl_asset_load (options->start, error);
      if (image == NULL)
        return NULL;
    }

  values.width = snap (values.width, step, options->quiet);
  values.height = snap (values.height, step, options->quiet);
  values.image = image;
  return tl_start_new (&values);
}

static void
copy_journal (Plan *plan, TlRecipe *recipe)
{
  for (guint i = 0; i < tl_recipe_get_n_entries (recipe); i++)
    tl_journal_add (plan->journal, tl_recipe_get_entry (recipe, i));
}

/* Of a recipe only the length may be another: everything else would make another picture. */
static gboolean
repeat_recipe (Plan *plan, const PlanOptions *options, TlRecipe *recipe, GError **error)
{
  TlSettings settings;
  guint n_settings;
  const TlSetting *all = tl_setting_get_all (&n_settings);
  const TlSetting *length = tl_setting_find ("iterations");

  plan->start = tl_start_ref (tl_recipe_get_start (recipe));
  plan->n_iterations = tl_recipe_get_iteration (recipe);
  copy_journal (plan, recipe);

  for (guint i = 0; i < n_settings; i++)
    if (options->settings[i] != NULL && &all[i] != length)
      {
        g_set_error (error, G_OPTION_ERROR, G_OPTION_ERROR_BAD_VALUE,
                     _ ("--recipe repeats a picture; --%s would make another one"), all[i].name);
        return FALSE;
      }
  if (options->prompt != NULL || options->seed != NULL || options->size != NULL
      || options->start != NULL)
    {
      g_set_error (
        error, G_OPTION_ERROR, G_OPTION_ERROR_BAD_VALUE,
        _ ("--recipe repeats a picture: leave out --prompt, --seed, --size and --start"));
      return FALSE;
    }
  if (options->settings[length - all] == NULL)
    return TRUE;

  tl_settings_init (&settings);
  if (!set_setting (&settings, length, options->settings[length - all], error))
    return FALSE;
  plan->n_iterations = (guint64) settings.n_iterations;
  return TRUE;
}

gboolean
plan_make (Plan *plan, const PlanOptions *options, TlRecipe *recipe, const TlModelChoice *choice,
           TlModels *models, GError **error)
{
  g_autoptr (TlSteer) steer = NULL;

  plan->journal = tl_journal_new ();
  if (recipe != NULL)
    return repeat_recipe (plan, options, recipe, error);

  steer = make_steer (options, choice, tl_models_get_tokenizer (models), error);
  if (steer == NULL)
    return FALSE;
  tl_journal_add (plan->journal, &(TlJournalEntry){ .steer = steer });
  plan->n_iterations = (guint64) tl_steer_get_settings (steer)->n_iterations;
  plan->start = make_start (options, choice,
                            tl_vqgan_get_config (tl_models_get_vqgan (models))->downscale, error);
  return plan->start != NULL;
}
