/* augment.c - which augmentations cutouts go through, and their parameters
 *
 * One table says what each kind is called, what its parameters are called, their defaults and their
 * ranges; reading and printing are loops over it. Defaults: nerdyrodent/VQGAN-CLIP, generate.py,
 * MakeCutouts; where it leaves a parameter out (jitter's steps are all 0.1 there, elastic's are
 * not given), kornia's own default.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "config.h"
#include "core/session/augment.h"

#include "core/base/error.h"
#include "core/session/number.h"

#include <glib/gi18n-lib.h>
#include <math.h>
#include <string.h>

typedef struct
{
  const char *name; /* NULL ends the row */
  gdouble value, minimum, maximum;
  gboolean is_odd;   /* a whole, odd number */
  gboolean is_upper; /* not below the parameter before it */
} Parameter;

typedef struct
{
  const char *name;
  Parameter parameters[TL_AUGMENT_MAX_PARAMETERS];
} Kind;

static const Kind kinds[TL_N_AUGMENTS] = {
  [TL_AUGMENT_JITTER] = { "jitter",
                          { { "brightness", 0.1, 0, 1 },
                            { "contrast", 0.1, 0, 1 },
                            { "saturation", 0.1, 0, 1 },
                            { "hue", 0.1, 0, 0.5 },
                            { "p", 0.7, 0, 1 } } },
  [TL_AUGMENT_AFFINE] = { "affine",
                          { { "degrees", 15, 0, 180 },
                            { "translate", 0.1, 0, 1 },
                            { "shear", 5, 0, 80 },
                            { "p", 0.7, 0, 1 } } },
  [TL_AUGMENT_PERSPECTIVE] = { "perspective", { { "distortion", 0.7, 0, 1 }, { "p", 0.7, 0, 1 } } },
  [TL_AUGMENT_ERASING] = { "erasing",
                           { { "scale-min", 0.1, 0, 1 },
                             { "scale-max", 0.4, 0, 1, .is_upper = TRUE },
                             { "ratio-min", 0.3, 0.01, 100 },
                             { "ratio-max", 1 / 0.3, 0.01, 100, .is_upper = TRUE },
                             { "p", 0.7, 0, 1 } } },
  [TL_AUGMENT_SHARPNESS] = { "sharpness", { { "sharpness", 0.3, 0, 10 }, { "p", 0.5, 0, 1 } } },
  [TL_AUGMENT_NOISE] = { "noise",
                         { { "mean", 0, -1, 1 }, { "std", 1, 0, 10 }, { "p", 0.5, 0, 1 } } },
  [TL_AUGMENT_ROTATION] = { "rotation", { { "degrees", 15, 0, 180 }, { "p", 0.7, 0, 1 } } },
  [TL_AUGMENT_ELASTIC] = { "elastic",
                           { { "kernel", 63, 3, 255, .is_odd = TRUE },
                             { "sigma", 32, 0.1, 1000 },
                             { "alpha", 1, -100, 100 },
                             { "p", 0.7, 0, 1 } } },
};

static gboolean
has_parameter (const Kind *kind, guint index)
{
  return index < TL_AUGMENT_MAX_PARAMETERS && kind->parameters[index].name != NULL;
}

static void
set_defaults (TlAugment *self, TlAugmentKind kind)
{
  *self = (TlAugment){ .kind = kind };
  for (guint i = 0; has_parameter (&kinds[kind], i); i++)
    self->parameters[i] = kinds[kind].parameters[i].value;
}

/* --- reading ---------------------------------------------------------------------------------- */

/* A word goes on until a separator; NULL at the end of the text. */
static char *
take_word (const char **text, const char *separators)
{
  const char *start = *text + strspn (*text, " \t\n,");
  gsize length = strcspn (start, separators);

  *text = start + length;
  return length > 0 ? g_strndup (start, length) : NULL;
}

static gboolean
find_kind (const char *name, TlAugmentKind *kind, GError **error)
{
  for (guint i = 0; i < TL_N_AUGMENTS; i++)
    if (strcmp (kinds[i].name, name) == 0)
      {
        *kind = i;
        return TRUE;
      }

  return tl_error_set (
    error, TL_ERROR_MISSING,
    _ ("“%s” is no augmentation; there are jitter, affine, perspective, erasing, "
       "sharpness, noise, rotation and elastic"),
    name);
}

static gboolean
find_parameter (const Kind *kind, const char *name, guint *index, GError **error)
{
  g_autoptr (GString) names = g_string_new (NULL);

  for (guint i = 0; has_parameter (kind, i); i++)
    {
      if (strcmp (kind->parameters[i].name, name) == 0)
        {
          *index = i;
          return TRUE;
        }
      g_string_append_printf (names, "%s%s", i > 0 ? ", " : "", kind->parameters[i].name);
    }

  return tl_error_set (error, TL_ERROR_MISSING, _ ("“%s” has no parameter “%s”; it has %s"),
                       kind->name, name, names->str);
}

static gboolean
check_parameter (const Kind *kind, const Parameter *parameter, gdouble value, GError **error)
{
  g_autofree char *minimum = tl_number_print (parameter->minimum);
  g_autofree char *maximum = tl_number_print (parameter->maximum);

  if (value < parameter->minimum || value > parameter->maximum)
    return tl_error_set (error, TL_ERROR_FORMAT, _ ("“%s” of “%s” goes from %s to %s"),
                         parameter->name, kind->name, minimum, maximum);
  if (parameter->is_odd && fmod (value, 2) != 1)
    return tl_error_set (error, TL_ERROR_FORMAT, _ ("“%s” of “%s” is an odd whole number"),
                         parameter->name, kind->name);
  return TRUE;
}

/* "distortion=0.5" */
static gboolean
read_parameter (TlAugment *augment, const char *word, GError **error)
{
  const Kind *kind = &kinds[augment->kind];
  g_auto (GStrv) sides = g_strsplit (word, "=", 2);
  g_autofree char *example = NULL;
  gdouble value;
  guint index = 0;

  if (!find_parameter (kind, sides[0], &index, error))
    return FALSE;
  example = tl_number_print (kind->parameters[index].value);
  if (sides[1] == NULL || !tl_number_parse (sides[1], &value))
    return tl_error_set (error, TL_ERROR_FORMAT, _ ("“%s” of “%s” wants a number, as in “%s=%s”"),
                         sides[0], kind->name, sides[0], example);
  if (!check_parameter (kind, &kind->parameters[index], value, error))
    return FALSE;

  augment->parameters[index] = value;
  return TRUE;
}

static gboolean
check_order (const TlAugment *augment, GError **error)
{
  const Parameter *parameters = kinds[augment->kind].parameters;

  for (guint i = 1; has_parameter (&kinds[augment->kind], i); i++)
    if (parameters[i].is_upper && augment->parameters[i] < augment->parameters[i - 1])
      return tl_error_set (error, TL_ERROR_FORMAT, _ ("“%s” of “%s” is above “%s”"),
                           parameters[i - 1].name, kinds[augment->kind].name, parameters[i].name);
  return TRUE;
}

/* @text is at "(" or at whatever else follows a name. */
static gboolean
read_parameters (TlAugment *augment, const char **text, GError **error)
{
  char *word;

  *text += strspn (*text, " \t\n");
  if (**text != '(')
    return TRUE;

  (*text)++;
  while ((word = take_word (text, " \t\n,)")) != NULL)
    {
      g_autofree char *owned = word;

      if (!read_parameter (augment, owned, error))
        return FALSE;
    }
  if (**text != ')')
    return tl_error_set (error, TL_ERROR_FORMAT, _ ("The parenthesis after “%s” is not closed"),
                         kinds[augment->kind].name);

  (*text)++;
  return check_order (augment, error);
}

static gboolean
has_kind (const TlAugmentList *list, TlAugmentKind kind)
{
  for (guint i = 0; i < list->n; i++)
    if (list->items[i].kind == kind)
      return TRUE;
  return FALSE;
}

static gboolean
read_augment (TlAugmentList *list, const char *name, const char **text, GError **error)
{
  TlAugmentKind kind = TL_AUGMENT_JITTER;

  if (!find_kind (name, &kind, error))
    return FALSE;
  if (has_kind (list, kind))
    return tl_error_set (error, TL_ERROR_FORMAT, _ ("“%s” is named twice"), name);

  set_defaults (&list->items[list->n], kind);
  return read_parameters (&list->items[list->n++], text, error);
}

gboolean
tl_augment_list_parse (TlAugmentList *list, const char *text, GError **error)
{
  TlAugmentList result = { .n = 0 };
  char *word;

  g_return_val_if_fail (text != NULL, FALSE);

  if (strcmp (text, "none") == 0)
    text = "";
  while ((word = take_word (&text, " \t\n,()")) != NULL)
    {
      g_autofree char *owned = word;

      if (!read_augment (&result, owned, &text, error))
        return FALSE;
    }
  if (*text != '\0')
    return tl_error_set (error, TL_ERROR_FORMAT,
                         _ ("There is a parenthesis too many in the list of augmentations"));

  *list = result;
  return TRUE;
}

/* --- printing --------------------------------------------------------------------------------- */

static void
print_augment (const TlAugment *augment, GString *text)
{
  const Kind *kind = &kinds[augment->kind];
  const char *before = "(";

  g_string_append (text, kind->name);
  for (guint i = 0; has_parameter (kind, i); i++)
    {
      g_autofree char *value = NULL;

      if (augment->parameters[i] == kind->parameters[i].value)
        continue;
      value = tl_number_print (augment->parameters[i]);
      g_string_append_printf (text, "%s%s=%s", before, kind->parameters[i].name, value);
      before = " ";
    }
  if (*before == ' ')
    g_string_append_c (text, ')');
}

char *
tl_augment_list_print (const TlAugmentList *list)
{
  GString *text = g_string_new (NULL);

  for (guint i = 0; i < list->n; i++)
    {
      if (i > 0)
        g_string_append (text, ", ");
      print_augment (&list->items[i], text);
    }
  return g_string_free (text, FALSE);
}

const char *
tl_augment_get_name (TlAugmentKind kind)
{
  return kinds[kind].name;
}
