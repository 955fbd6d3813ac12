/* settings.c - the numbers that steering obeys
 *
 * One table says everything about each setting. Text, JSON and comparing are loops over it, so that
 * a new setting is one row and one member.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "config.h"
#include "core/session/settings.h"

#include "core/base/error.h"
#include "core/session/number.h"

#include <glib/gi18n-lib.h>
#include <string.h>

static const char *const optimizers[TL_N_OPTIMIZERS + 1] = {
  "adam", "adamw", "adagrad", "adamax", "radam", "rmsprop", "diffgrad", "adamp", NULL,
};

static const char *const cut_methods[TL_N_CUT_METHODS + 1] = {
  "pooling",
  "notebook",
  "fused",
  NULL,
};

#define AT(member) G_STRUCT_OFFSET (TlSettings, member)

static const TlSetting settings[] = {
  { "iterations", N_ ("length"), TL_SETTING_INT, AT (n_iterations), 1, TL_MAX_ITERATIONS, NULL,
    N_ ("Planned length of the run, in iterations") },
  { "change-every", N_ ("change every"), TL_SETTING_INT, AT (change_every), 0, TL_MAX_ITERATIONS,
    NULL, N_ ("Iterations between the segments of a story; 0 shares the length evenly") },
  { "loop", N_ ("loop"), TL_SETTING_BOOL, AT (loop), 0, 1, NULL,
    N_ ("A story starts over after its end") },
  { "optimizer", N_ ("optimiser"), TL_SETTING_ENUM, AT (optimizer), 0, TL_N_OPTIMIZERS - 1,
    optimizers, N_ ("How the picture follows the gradient") },
  { "lr", N_ ("rate"), TL_SETTING_DOUBLE, AT (lr), 1e-6, 100, NULL,
    N_ ("Learning rate: how far one iteration goes; 0.1 suits Adam and its relatives, Adagrad "
        "wants about 0.5, RMSprop and DiffGrad less") },
  { "coarse", N_ ("forms"), TL_SETTING_INT, AT (coarse), 0, TL_MAX_ITERATIONS, NULL,
    N_ ("Iterations of the beginning that the picture is steered at half its size: forms before "
        "details, and faster; 0: none") },
  { "coarse-from", N_ ("new forms at"), TL_SETTING_INT, AT (coarse_from), 0, TL_MAX_ITERATIONS,
    NULL,
    N_ ("The iteration from which on a turn lays out forms anew, at half the size or as the image "
        "model's denoiser draws them; 0: they are from the start") },
  { "detail-rate", N_ ("details"), TL_SETTING_DOUBLE, AT (detail_rate), 0.001, 1, NULL,
    N_ ("After them, how much of the learning rate is left for details") },
  { "denoise", N_ ("denoise"), TL_SETTING_DOUBLE, AT (denoise), 0, 1, NULL,
    N_ ("How far each iteration goes towards what the image model's denoiser takes the picture "
        "to be, where the model brings one; 0: not at all") },
  { "cutouts", N_ ("cutouts"), TL_SETTING_INT, AT (n_cutouts), 1, 1024, NULL,
    N_ ("How many cutouts of the picture CLIP sees in one iteration") },
  { "cut-method", N_ ("cutout method"), TL_SETTING_ENUM, AT (cut_method), 0, TL_N_CUT_METHODS - 1,
    cut_methods, N_ ("How cutouts are taken") },
  { "cut-pow", N_ ("crop power"), TL_SETTING_DOUBLE, AT (cut_pow), 0.01, 100, NULL,
    N_ ("Method notebook: above 1 favours small crops, below 1 large ones") },
  { "crop-min", N_ ("smallest crop"), TL_SETTING_DOUBLE, AT (crop_min), 0.05, 2, NULL,
    N_ ("Method fused: smallest crop, as a share of the picture") },
  { "crop-max", N_ ("largest crop"), TL_SETTING_DOUBLE, AT (crop_max), 0.05, 2, NULL,
    N_ ("Method fused: largest crop, as a share of the picture; above 1 looks past the edge") },
  { "augment", N_ ("augmentations"), TL_SETTING_AUGMENTS, AT (augments), 0, 0, NULL,
    N_ ("What cutouts go through, in this order: jitter, affine, perspective, erasing, sharpness, "
        "noise, rotation, elastic, each at most once; or none") },
  { "noise", N_ ("noise"), TL_SETTING_DOUBLE, AT (noise), 0, 10, NULL,
    N_ ("Largest standard deviation of the noise added to a cutout") },
  { "init-weight", N_ ("stay close"), TL_SETTING_DOUBLE, AT (init_weight), 0, 1000, NULL,
    N_ ("How strongly the picture is held close to its start") },
  { "init-decay", N_ ("decay of stay close"), TL_SETTING_DOUBLE, AT (init_decay), 0, 1000, NULL,
    N_ ("How fast that hold weakens: it is divided by 1 + decay · iteration") },
  { "variation", N_ ("luck"), TL_SETTING_INT, AT (variation), 0, G_MAXINT64, NULL,
    N_ ("Other luck for the same seed: another number here draws other cutouts; 0 is the seed's "
        "own") },
};

const TlSetting *
tl_setting_get_all (guint *n)
{
  *n = G_N_ELEMENTS (settings);
  return settings;
}

const TlSetting *
tl_setting_find (const char *name)
{
  for (gsize i = 0; i < G_N_ELEMENTS (settings); i++)
    if (strcmp (settings[i].name, name) == 0)
      return &settings[i];
  return NULL;
}

static gpointer
member (TlSettings *self, const TlSetting *setting)
{
  return (guint8 *) self + setting->offset;
}

static gconstpointer
const_member (const TlSettings *self, const TlSetting *setting)
{
  return (const guint8 *) self + setting->offset;
}

/* The lists are written here and tested, so they can be read. */
static void
set_augments (TlSettings *self, const char *text)
{
  gboolean is_read = tl_augment_list_parse (&self->augments, text, NULL);

  g_assert (is_read);
}

void
tl_settings_init (TlSettings *self)
{
  *self = (TlSettings){
    .n_iterations = 500,
    .optimizer = TL_OPTIMIZER_ADAM,
    .lr = 0.1,
    .detail_rate = 1,
    .n_cutouts = 32,
    .cut_method = TL_CUT_POOLING,
    .cut_pow = 1,
    .crop_min = 0.75,
    .crop_max = 1.1,
    .noise = 0.1,
  };
  set_augments (self, "affine, perspective, jitter, erasing");
}

void
tl_settings_init_starter (TlSettings *self)
{
  tl_settings_init (self);
  /* Its things are plain by iteration 100, and by 300 more of them grow in the sky. A turn at 100
   * needs as many again. */
  self->n_iterations = 200;
  /* It begins with forms and colours that are there already, in the whole size: slow enough, and
   * pulled at so little, that they are not worn off. */
  self->lr = 0.02;
  self->denoise = 0.05;
  self->n_cutouts = 8;
  self->cut_method = TL_CUT_FUSED;
  /* What only a few pixels say is lost in as much noise: the gradient becomes one that people can
   * read (Kaur, Cohen, Lipton 2019, arXiv:1910.08640). */
  self->noise = 0.35;
  /* What CLIP was trained with: every cutout turned (by a normal angle of 5 degrees, whose spread
   * a uniform one of ±8 has), seen a little from the side and in other light. */
  set_augments (self, "perspective(distortion=0.15 p=1), rotation(degrees=8 p=1), "
                      "jitter(brightness=0.15 saturation=0.15 hue=0.02 p=1), "
                      "erasing(scale-min=0.02 scale-max=0.15 ratio-min=0.5 ratio-max=2 p=0.4)");
}

gboolean
tl_settings_can_begin_forms (const TlSettings *self)
{
  return self->coarse > 0 || self->denoise > 0;
}

/* --- text ------------------------------------------------------------------------------------- */

static gboolean
check_range (const TlSetting *setting, gdouble value, GError **error)
{
  g_autofree char *minimum = tl_number_print (setting->minimum);
  g_autofree char *maximum = tl_number_print (setting->maximum);

  if (value >= setting->minimum && value <= setting->maximum)
    return TRUE;

  return tl_error_set (error, TL_ERROR_FORMAT, _ ("“%s” goes from %s to %s"), setting->name,
                       minimum, maximum);
}

static gboolean
set_int (TlSettings *self, const TlSetting *setting, const char *text, GError **error)
{
  gint64 value;

  if (!tl_number_parse_int (text, &value))
    return tl_error_set (error, TL_ERROR_FORMAT, _ ("“%s” wants a whole number, not “%s”"),
                         setting->name, text);
  if (!check_range (setting, value, error))
    return FALSE;

  *(gint64 *) member (self, setting) = value;
  return TRUE;
}

static gboolean
set_double (TlSettings *self, const TlSetting *setting, const char *text, GError **error)
{
  gdouble value;

  if (!tl_number_parse (text, &value))
    return tl_error_set (error, TL_ERROR_FORMAT, _ ("“%s” wants a number like 0.5, not “%s”"),
                         setting->name, text);
  if (!check_range (setting, value, error))
    return FALSE;

  *(gdouble *) member (self, setting) = value;
  return TRUE;
}

static gboolean
set_bool (TlSettings *self, const TlSetting *setting, const char *text, GError **error)
{
  gboolean is_on = strcmp (text, "on") == 0;

  if (!is_on && strcmp (text, "off") != 0)
    return tl_error_set (error, TL_ERROR_FORMAT, _ ("“%s” is “on” or “off”, not “%s”"),
                         setting->name, text);

  *(gboolean *) member (self, setting) = is_on;
  return TRUE;
}

static gboolean
set_enum (TlSettings *self, const TlSetting *setting, const char *text, GError **error)
{
  g_autofree char *nicks = NULL;

  for (gint i = 0; setting->nicks[i] != NULL; i++)
    if (g_ascii_strcasecmp (setting->nicks[i], text) == 0)
      {
        *(gint *) member (self, setting) = i;
        return TRUE;
      }

  nicks = g_strjoinv (", ", (char **) setting->nicks);
  return tl_error_set (error, TL_ERROR_MISSING, _ ("“%s” is none of %s, which “%s” can be"), text,
                       nicks, setting->name);
}

gboolean
tl_settings_set (TlSettings *self, const TlSetting *setting, const char *text, GError **error)
{
  g_return_val_if_fail (setting != NULL && text != NULL, FALSE);

  switch (setting->type)
    {
    case TL_SETTING_INT:
      return set_int (self, setting, text, error);
    case TL_SETTING_BOOL:
      return set_bool (self, setting, text, error);
    case TL_SETTING_DOUBLE:
      return set_double (self, setting, text, error);
    case TL_SETTING_ENUM:
      return set_enum (self, setting, text, error);
    case TL_SETTING_AUGMENTS:
      return tl_augment_list_parse (member (self, setting), text, error);
    default:
      g_return_val_if_reached (FALSE);
    }
}

char *
tl_settings_print (const TlSettings *self, const TlSetting *setting)
{
  gconstpointer value = const_member (self, setting);

  switch (setting->type)
    {
    case TL_SETTING_INT:
      return g_strdup_printf ("%" G_GINT64_FORMAT, *(const gint64 *) value);
    case TL_SETTING_BOOL:
      return g_strdup (*(const gboolean *) value ? "on" : "off");
    case TL_SETTING_DOUBLE:
      return tl_number_print (*(const gdouble *) value);
    case TL_SETTING_ENUM:
      return g_strdup (setting->nicks[*(const gint *) value]);
    case TL_SETTING_AUGMENTS:
      return tl_augment_list_print (value);
    default:
      g_return_val_if_reached (NULL);
    }
}

gboolean
tl_settings_equal (const TlSettings *a, const TlSettings *b)
{
  /* Printing tells apart whatever differs, and needs no second list of types. */
  for (gsize i = 0; i < G_N_ELEMENTS (settings); i++)
    {
      g_autofree char *left = tl_settings_print (a, &settings[i]);
      g_autofree char *right = tl_settings_print (b, &settings[i]);

      if (strcmp (left, right) != 0)
        return FALSE;
    }
  return TRUE;
}

/* --- JSON ------------------------------------------------------------------------------------- */

static void
write_value (const TlSettings *self, const TlSetting *setting, JsonBuilder *builder)
{
  gconstpointer value = const_member (self, setting);
  g_autofree char *text = NULL;

  switch (setting->type)
    {
    case TL_SETTING_INT:
      json_builder_add_int_value (builder, *(const gint64 *) value);
      break;
    case TL_SETTING_BOOL:
      json_builder_add_boolean_value (builder, *(const gboolean *) value);
      break;
    case TL_SETTING_DOUBLE:
      json_builder_add_double_value (builder, *(const gdouble *) value);
      break;
    case TL_SETTING_ENUM:
    case TL_SETTING_AUGMENTS:
    default:
      text = tl_settings_print (self, setting);
      json_builder_add_string_value (builder, text);
      break;
    }
}

void
tl_settings_write (const TlSettings *self, JsonBuilder *builder)
{
  json_builder_begin_object (builder);
  for (gsize i = 0; i < G_N_ELEMENTS (settings); i++)
    {
      json_builder_set_member_name (builder, settings[i].name);
      write_value (self, &settings[i], builder);
    }
  json_builder_end_object (builder);
}

/* (nullable): the text that would set the same, so that JSON and text obey the same checks */
static char *
text_of_node (JsonNode *node)
{
  if (!JSON_NODE_HOLDS_VALUE (node))
    return NULL;

  switch (json_node_get_value_type (node))
    {
    case G_TYPE_INT64:
      return g_strdup_printf ("%" G_GINT64_FORMAT, json_node_get_int (node));
    case G_TYPE_DOUBLE:
      return tl_number_print (json_node_get_double (node));
    case G_TYPE_BOOLEAN:
      return g_strdup (json_node_get_boolean (node) ? "on" : "off");
    case G_TYPE_STRING:
      return json_node_dup_string (node);
    default:
      return NULL;
    }
}

gboolean
tl_settings_read (TlSettings *self, JsonObject *object, GError **error)
{
  TlSettings result = *self;

  for (gsize i = 0; i < G_N_ELEMENTS (settings); i++)
    {
      JsonNode *node = json_object_get_member (object, settings[i].name);
      g_autofree char *text = NULL;

      if (node == NULL)
        continue;
      text = text_of_node (node);
      if (text == NULL)
        return tl_error_set (error, TL_ERROR_FORMAT, _ ("The setting “%s” has no readable value"),
                             settings[i].name);
      if (!tl_settings_set (&result, &settings[i], text, error))
        return FALSE;
    }

  *self = result;
  return TRUE;
}
