/* scenes.c - tiller-train scenes: look at the pictures that models will learn from
 *
 * A sheet is for the eyes of whoever changes a drawing or a phrase; the benchmark is for whoever
 * makes one slower.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "app/train/train.h"
#include "config.h"

#include "core/base/error.h"
#include "core/scenes/names.h"
#include "core/scenes/table.h"
#include "core/scenes/words.h"

#include <cairo.h>
#include <glib/gi18n.h>
#include <string.h>

#define MAX_COUNT 4096
#define MAX_SIDE 16384
#define GAP 6
#define FONT_SIZE 9.5
#define LINE_HEIGHT 12
#define N_LINES 5
#define BENCH_SECONDS 2

typedef struct
{
  char *sheet, *object, *colour, *relation, *second, *background, *style;
  gint64 seed, from;
  gint count, size, columns, caption;
  gboolean bench, all_objects, text;
} Options;

static void
options_clear (Options *self)
{
  g_free (self->sheet);
  g_free (self->object);
  g_free (self->colour);
  g_free (self->relation);
  g_free (self->second);
  g_free (self->background);
  g_free (self->style);
}

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Options, options_clear)

typedef const char *(*GetName) (guint value);

static const char *
get_object_name (guint value)
{
  return tl_object_get (value)->words[0];
}

static const char *
get_background_name (guint value)
{
  return tl_background_get_name (value);
}

static const char *
get_colour_name (guint value)
{
  return tl_colour_get_name (value);
}

static const char *
get_relation_name (guint value)
{
  return tl_relation_get_name (value);
}

static const char *
get_style_name (guint value)
{
  return tl_style_get_name (value);
}

static gboolean
read_name (const char *name, GetName get_name, guint n, gint *value, GError **error)
{
  g_autoptr (GString) names = g_string_new (NULL);

  *value = -1;
  if (name == NULL)
    return TRUE;
  for (guint i = 0; i < n; i++)
    {
      if (strcmp (get_name (i), name) == 0)
        {
          *value = (gint) i;
          return TRUE;
        }
      g_string_append_printf (names, "%s%s", i > 0 ? ", " : "", get_name (i));
    }
  g_set_error (error, G_OPTION_ERROR, G_OPTION_ERROR_BAD_VALUE,
               _ ("The scenes have no “%s”; they have %s"), name, names->str);
  return FALSE;
}

static gboolean
read_parts (const Options *options, TlSceneParts *parts, GError **error)
{
  return read_name (options->object, get_object_name, TL_N_OBJECTS, &parts->object, error)
         && read_name (options->colour, get_colour_name, TL_N_COLOURS, &parts->colour, error)
         && read_name (options->relation, get_relation_name, TL_N_RELATIONS, &parts->relation,
                       error)
         && read_name (options->second, get_object_name, TL_N_OBJECTS, &parts->second, error)
         && read_name (options->background, get_background_name, TL_N_BACKGROUNDS,
                       &parts->background, error)
         && read_name (options->style, get_style_name, TL_N_STYLES, &parts->style, error);
}

static TlScene *
make_scene (const Options *options, const TlSceneParts *parts, guint i)
{
  TlSceneParts one = *parts;

  if (options->all_objects)
    {
      one.object = (gint) (i % TL_N_OBJECTS);
      one.relation = TL_RELATION_NONE;
    }
  return tl_scene_new_from (&one, (guint64) options->seed, (guint64) options->from + i);
}

/* As many words of @text as fit into @width; moves it past them. */
static char *
take_line (cairo_t *cr, const char **text, gdouble width)
{
  const char *end = *text, *start = *text;
  g_autofree char *line = NULL;

  while (*end != '\0')
    {
      const char *next = strchr (end + 1, ' ');
      g_autofree char *longer =
        g_strndup (start, next != NULL ? (gsize) (next - start) : strlen (start));
      cairo_text_extents_t extents;

      cairo_text_extents (cr, longer, &extents);
      if (line != NULL && extents.x_advance > width)
        break;
      g_free (line);
      line = g_steal_pointer (&longer);
      end = next != NULL ? next : start + strlen (start);
    }
  *text = *end == ' ' ? end + 1 : end;
  return g_steal_pointer (&line);
}

static void
draw_caption (cairo_t *cr, const char *caption, gdouble x, gdouble y, gdouble width)
{
  const char *rest = caption;

  cairo_set_source_rgb (cr, 0.1, 0.1, 0.1);
  for (guint i = 0; i < N_LINES && *rest != '\0'; i++)
    {
      g_autofree char *line = take_line (cr, &rest, width);

      cairo_move_to (cr, x, y + LINE_HEIGHT * (i + 1));
      cairo_show_text (cr, line);
    }
}

static void
draw_cell (cairo_t *cr, const TlScene *scene, const Options *options, gdouble x, gdouble y)
{
  guint size = (guint) options->size;
  cairo_surface_t *picture =
    cairo_image_surface_create (CAIRO_FORMAT_ARGB32, (int) size, (int) size);
  g_autofree char *caption = tl_scene_dup_caption (scene, (guint) options->caption);

  tl_scene_draw (scene, cairo_image_surface_get_data (picture),
                 cairo_image_surface_get_stride (picture), size);
  cairo_surface_mark_dirty (picture);
  cairo_set_source_surface (cr, picture, x, y);
  cairo_paint (cr);
  cairo_surface_destroy (picture);
  if (options->text)
    draw_caption (cr, caption, x, y + size, size);
}

static TrainStatus
write_sheet (const Options *options, const TlSceneParts *parts)
{
  guint columns = options->columns > 0 ? (guint) options->columns
                                       : CLAMP (1280u / (guint) (options->size + GAP), 1, 32);
  guint rows = ((guint) options->count + columns - 1) / columns;
  gint step_x = options->size + GAP;
  gint step_y = options->size + GAP + (options->text ? LINE_HEIGHT * N_LINES : 0);
  cairo_surface_t *sheet;
  cairo_status_t status;
  cairo_t *cr;

  if ((gint64) rows * step_y > MAX_SIDE || (gint64) columns * step_x > MAX_SIDE)
    return train_fail (TRAIN_USAGE,
                       _ ("That sheet would be too large; take fewer or smaller pictures"));

  sheet = cairo_image_surface_create (CAIRO_FORMAT_RGB24, (int) columns * step_x + GAP,
                                      (int) rows * step_y + GAP);
  cr = cairo_create (sheet);
  cairo_set_source_rgb (cr, 1, 1, 1);
  cairo_paint (cr);
  cairo_select_font_face (cr, "sans-serif", CAIRO_FONT_SLANT_NORMAL, CAIRO_FONT_WEIGHT_NORMAL);
  cairo_set_font_size (cr, FONT_SIZE);
  for (guint i = 0; i < (guint) options->count; i++)
    {
      g_autoptr (TlScene) scene = make_scene (options, parts, i);

      draw_cell (cr, scene, options, GAP + (i % columns) * step_x, GAP + (i / columns) * step_y);
    }
  cairo_destroy (cr);
  status = cairo_surface_write_to_png (sheet, options->sheet);
  cairo_surface_destroy (sheet);
  if (status != CAIRO_STATUS_SUCCESS)
    {
      g_autofree char *message = g_strdup_printf (_ ("Could not write “%s”: %s"), options->sheet,
                                                  cairo_status_to_string (status));

      return train_fail (TRAIN_FAILED, message);
    }
  return TRAIN_OK;
}

/* Pictures with one caption and their labels, as training takes them, on one thread. */
static gdouble
measure (const Options *options, const TlSceneParts *parts)
{
  guint size = (guint) options->size, n = 0;
  g_autofree guint8 *pixels = g_malloc ((gsize) size * size * 4);
  g_autofree guint8 *labels = g_malloc (tl_labels_get_count ());
  gint64 start = g_get_monotonic_time (), spent;

  do
    {
      g_autoptr (TlScene) scene = make_scene (options, parts, n);
      g_autofree char *caption = tl_scene_dup_caption (scene, 0);

      tl_scene_draw (scene, pixels, (gint) size * 4, size);
      tl_scene_get_labels (scene, labels);
      n++;
      spent = g_get_monotonic_time () - start;
    }
  while (spent < BENCH_SECONDS * G_USEC_PER_SEC);
  return n * (gdouble) G_USEC_PER_SEC / spent;
}

static TrainStatus
print_bench (const Options *options, const TlSceneParts *parts)
{
  g_print (_ ("%d pixels, one thread, pictures per second:\n"), options->size);
  g_print ("  %-12s %8.0f\n", _ ("all"), measure (options, parts));
  for (gint style = 0; style < TL_N_STYLES && parts->style < 0; style++)
    {
      TlSceneParts one = *parts;

      one.style = style;
      g_print ("  %-12s %8.0f\n", tl_style_get_name ((TlSceneStyle) style),
               measure (options, &one));
    }
  return TRAIN_OK;
}

TrainStatus
train_scenes (int argc, char **argv)
{
  g_auto (Options) options = { .count = 96, .size = 128, .text = TRUE };
  TlSceneParts parts = TL_SCENE_PARTS_INIT;
  g_autoptr (GError) error = NULL;
  const GOptionEntry entries[] = {
    { "sheet", 0, 0, G_OPTION_ARG_FILENAME, &options.sheet, N_ ("write the pictures to this PNG"),
      N_ ("FILE") },
    { "seed", 0, 0, G_OPTION_ARG_INT64, &options.seed, N_ ("seed of the set of scenes"), N_ ("N") },
    { "from", 0, 0, G_OPTION_ARG_INT64, &options.from, N_ ("first scene"), N_ ("INDEX") },
    { "count", 0, 0, G_OPTION_ARG_INT, &options.count, N_ ("how many (default: 96)"), N_ ("N") },
    { "size", 0, 0, G_OPTION_ARG_INT, &options.size, N_ ("pixels a side (default: 128)"),
      N_ ("N") },
    { "columns", 0, 0, G_OPTION_ARG_INT, &options.columns, N_ ("pictures in a row"), N_ ("N") },
    { "caption", 0, 0, G_OPTION_ARG_INT, &options.caption, N_ ("which of the captions"), N_ ("K") },
    { "no-captions", 0, G_OPTION_FLAG_REVERSE, G_OPTION_ARG_NONE, &options.text,
      N_ ("pictures only"), NULL },
    { "objects", 0, 0, G_OPTION_ARG_NONE, &options.all_objects, N_ ("each object in turn, alone"),
      NULL },
    { "object", 0, 0, G_OPTION_ARG_STRING, &options.object, N_ ("only with this object"),
      N_ ("NAME") },
    { "colour", 0, 0, G_OPTION_ARG_STRING, &options.colour, N_ ("the first object in this colour"),
      N_ ("NAME") },
    { "relation", 0, 0, G_OPTION_ARG_STRING, &options.relation,
      N_ ("only in this relation to a second one"), N_ ("NAME") },
    { "second", 0, 0, G_OPTION_ARG_STRING, &options.second, N_ ("only this second object"),
      N_ ("NAME") },
    { "background", 0, 0, G_OPTION_ARG_STRING, &options.background, N_ ("only this background"),
      N_ ("NAME") },
    { "style", 0, 0, G_OPTION_ARG_STRING, &options.style, N_ ("only this style"), N_ ("NAME") },
    { "bench", 0, 0, G_OPTION_ARG_NONE, &options.bench, N_ ("print pictures per second"), NULL },
    { NULL },
  };

  if (!train_parse ("scenes", entries, &argc, &argv))
    return TRAIN_USAGE;
  if (!read_parts (&options, &parts, &error))
    return train_fail_error (error);
  if (options.count < 1 || options.count > MAX_COUNT || options.size < TL_SCENE_MIN_SIZE
      || options.size > TL_SCENE_MAX_SIZE || options.caption < 0 || options.columns < 0
      || options.from < 0)
    return train_fail (TRAIN_USAGE,
                       _ ("--count takes 1 to 4096, --size 16 to 2048, other numbers 0 and up"));
  if (options.sheet == NULL && !options.bench)
    return train_fail (TRAIN_USAGE, _ ("Say --sheet FILE or --bench"));

  if (options.sheet != NULL)
    {
      TrainStatus status = write_sheet (&options, &parts);

      if (status != TRAIN_OK || !options.bench)
        return status;
    }
  return print_bench (&options, &parts);
}
