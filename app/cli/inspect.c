/* inspect.c - tiller-cli inspect: what a model file, a session or a picture holds
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "app/cli/inspect-session.h"
#include "app/cli/place.h"
#include "config.h"

#include "core/export/png.h"
#include "core/session/recipe.h"
#include "core/weights/describe.h"

#include <glib/gi18n.h>
#include <string.h>

static const char png_signature[] = "\x89PNG\r\n\x1a\n";

static gboolean
is_png (GBytes *bytes)
{
  gsize size;
  const char *data = g_bytes_get_data (bytes, &size);

  return size >= sizeof png_signature - 1
         && memcmp (data, png_signature, sizeof png_signature - 1) == 0;
}

/* One row of what a model is: printed as words, or as a member of a JSON object. */
typedef struct
{
  const char *label, *name;
  gint64 value;
} Row;

/* @builder: (nullable): where the rows go instead of standard output */
static void
print_rows (const char *family, const Row *rows, gsize n, JsonBuilder *builder)
{
  if (builder == NULL)
    {
      cli_print (_ ("model: %s\n"), family);
      for (gsize i = 0; i < n; i++)
        if (rows[i].value > 0)
          cli_print ("  %s: %" G_GINT64_FORMAT "\n", _ (rows[i].label), rows[i].value);
      return;
    }

  json_builder_set_member_name (builder, "model");
  json_builder_add_string_value (builder, family);
  for (gsize i = 0; i < n; i++)
    {
      json_builder_set_member_name (builder, rows[i].name);
      json_builder_add_int_value (builder, rows[i].value);
    }
}

static gboolean
print_vqgan (TlWeights *weights, JsonBuilder *builder)
{
  TlVqganConfig config;

  /* NULL: that it is no VQGAN is an answer here, not an error. */
  if (!tl_vqgan_config_infer (&config, weights, NULL))
    return FALSE;

  {
    const Row rows[] = {
      { N_ ("codes"), "codes", config.n_codes },
      { N_ ("length of a code vector"), "e_dim", config.e_dim },
      { N_ ("latent channels"), "z_channels", config.z_channels },
      { N_ ("pixels per cell and side"), "downscale", config.downscale },
      { N_ ("channels at full size"), "ch", config.ch },
      { N_ ("levels"), "levels", config.n_levels },
      { N_ ("residual blocks a level"), "res_blocks", config.n_res_blocks },
      { N_ ("groups of the norms"), "norm_groups", config.n_groups },
    };

    print_rows (config.is_gumbel ? "VQGAN (Gumbel)" : "VQGAN", rows, G_N_ELEMENTS (rows), builder);
  }
  if (builder == NULL && *config.prefix != '\0')
    cli_print (_ ("  names begin with: %s\n"), config.prefix);
  return TRUE;
}

static void
print_colours (const char *name, const gfloat colours[3], JsonBuilder *builder)
{
  json_builder_set_member_name (builder, name);
  json_builder_begin_array (builder);
  for (guint i = 0; i < 3; i++)
    json_builder_add_double_value (builder, colours[i]);
  json_builder_end_array (builder);
}

/* What the tensors do not say, and how it is known: a guess must be seen to be one. */
static void
print_beside (const TlClipConfig *config, JsonBuilder *builder)
{
  static const struct
  {
    const char *name, *words;
  } evidence[] = {
    [TL_CLIP_ASSUMED] = { "nothing", N_ ("assumed; no file beside the model says") },
    [TL_CLIP_BY_NAME] = { "name", N_ ("by the name of the file") },
    [TL_CLIP_BY_JSON] = { "json", N_ ("as the file beside the model says") },
    [TL_CLIP_BY_ARCHIVE] = { "archive", N_ ("as all of OpenAI's own files") },
  };
  const gfloat *m = config->mean, *d = config->deviation;

  if (builder == NULL)
    {
      g_print (_ ("  activation: %s (%s)\n"), config->quick_gelu ? "QuickGELU" : "GELU",
               _ (evidence[config->activation_by].words));
      g_print (_ ("  pictures: less %g %g %g, divided by %g %g %g\n"), m[0], m[1], m[2], d[0], d[1],
               d[2]);
      return;
    }
  json_builder_set_member_name (builder, "activation");
  json_builder_add_string_value (builder, config->quick_gelu ? "quick_gelu" : "gelu");
  json_builder_set_member_name (builder, "activation_by");
  json_builder_add_string_value (builder, evidence[config->activation_by].name);
  print_colours ("mean", m, builder);
  print_colours ("deviation", d, builder);
}

static gboolean
print_clip (TlWeights *weights, JsonBuilder *builder)
{
  static const char *const names[] = { "OpenAI", "open_clip", "Hugging Face" };
  TlClipConfig config;

  if (!tl_clip_config_infer (&config, weights, NULL)) /* NULL: as above */
    return FALSE;

  {
    const Row rows[] = {
      { N_ ("input resolution"), "resolution", config.resolution },
      { N_ ("embedding"), "embed_dim", config.embed_dim },
      { N_ ("width"), "width", config.width },
      { N_ ("patch"), "patch", config.patch },
      { N_ ("layers"), "layers", config.n_layers },
      { N_ ("heads"), "heads", config.n_heads },
      { N_ ("text width"), "text_width", config.text_width },
      { N_ ("text layers"), "text_layers", config.text_layers },
      { N_ ("context"), "context", config.context },
      { N_ ("vocabulary"), "vocabulary", config.n_tokens },
    };

    print_rows (config.is_resnet ? "CLIP (ResNet)" : "CLIP (ViT)", rows, G_N_ELEMENTS (rows),
                builder);
  }
  print_beside (&config, builder);
  if (builder == NULL)
    cli_print (_ ("  names as in: %s\n"), names[config.names]);
  return TRUE;
}

static void
print_weights (TlWeights *weights)
{
  g_autoptr (GString) text = g_string_new (NULL);

  if (!print_vqgan (weights, NULL) && !print_clip (weights, NULL))
    cli_print (_ ("model: none that Tiller knows\n"));
  tl_weights_describe (weights, text);
  cli_print ("%s", text->str);
}

static void
print_weights_json (TlWeights *weights)
{
  g_autoptr (JsonBuilder) builder = json_builder_new ();
  g_autoptr (JsonNode) root = NULL;
  g_autofree char *json = NULL;

  json_builder_begin_object (builder);
  if (!print_vqgan (weights, builder))
    print_clip (weights, builder);
  tl_weights_describe_json (weights, builder);
  json_builder_end_object (builder);
  root = json_builder_get_root (builder);
  json = json_to_string (root, FALSE);
  cli_print ("%s\n", json);
}

static gboolean
inspect_weights (const char *path, gboolean json, GError **error)
{
  g_autoptr (TlWeights) weights = tl_weights_open (path, error);

  if (weights == NULL)
    return FALSE;
  if (json)
    print_weights_json (weights);
  else
    print_weights (weights);
  return TRUE;
}

static void
print_turn (const TlJournalEntry *entry)
{
  g_autofree char *iteration = g_strdup_printf ("%" G_GUINT64_FORMAT, entry->iteration);
  g_autofree char *prompt = tl_prompt_print (tl_steer_get_prompt (entry->steer));

  cli_print (_ ("  from %s: %s\n"), iteration, prompt);
}

static void
print_recipe (TlRecipe *recipe)
{
  const TlStartValues *start = tl_start_get_values (tl_recipe_get_start (recipe));
  const TlMaker *maker = tl_recipe_get_maker (recipe);
  g_autofree char *seed = g_strdup_printf ("%" G_GUINT64_FORMAT, start->seed);
  g_autofree char *iteration =
    g_strdup_printf ("%" G_GUINT64_FORMAT, tl_recipe_get_iteration (recipe));

  cli_print (_ ("picture made by Tiller\n"));
  cli_print (_ ("  size: %u × %u\n"), start->width, start->height);
  cli_print (_ ("  seed: %s\n"), seed);
  if (start->image != NULL)
    cli_print (_ ("  start picture: %s\n"), tl_asset_get_name (start->image));
  cli_print (_ ("  iteration: %s\n"), iteration);
  cli_print (_ ("  models: %s, %s\n"), maker->vqgan.name, maker->clip.name);
  cli_print (_ ("  computed on: %s, %s, %u threads\n"), maker->device, maker->precision,
             maker->n_threads);
  for (guint i = 0; i < tl_recipe_get_n_entries (recipe); i++)
    print_turn (tl_recipe_get_entry (recipe, i));
}

static gboolean
inspect_png (GBytes *bytes, gboolean json, GError **error)
{
  g_autofree char *text = tl_png_find_recipe (bytes, error);
  g_autoptr (TlRecipe) recipe = text != NULL ? tl_recipe_parse (text, error) : NULL;

  if (recipe == NULL)
    return FALSE;
  if (json)
    cli_print ("%s\n", text);
  else
    print_recipe (recipe);
  return TRUE;
}

static gboolean
inspect (const char *path, gboolean json, GError **error)
{
  g_autoptr (GMappedFile) file = NULL;
  g_autoptr (GBytes) bytes = NULL;

  if (place_is_session (path))
    return inspect_session (path, json, error);

  file = g_mapped_file_new (path, FALSE, NULL); /* NULL: reported below */
  bytes = file != NULL ? g_mapped_file_get_bytes (file) : NULL;
  if (bytes != NULL && is_png (bytes))
    return inspect_png (bytes, json, error);
  return inspect_weights (path, json, error);
}

CliStatus
cli_inspect (int argc, char **argv)
{
  g_auto (CliCommon) common = { 0 };
  g_autoptr (GError) error = NULL;
  CliStatus status;

  if (!cli_parse ("inspect", NULL, &common, &argc, &argv, 1, 1, &status))
    return status;
  return inspect (argv[1], common.json, &error) ? CLI_OK : cli_fail_error (error);
}
