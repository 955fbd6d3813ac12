/* test-augment.c - the list of augmentations as text
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "config.h"
#include "core/base/error.h"
#include "core/base/random.h"
#include "core/session/augment.h"
#include "tests/core/comma-locale.h"

#include <string.h>

static TlAugmentList
parse (const char *text)
{
  g_autoptr (GError) error = NULL;
  TlAugmentList list;

  tl_augment_list_parse (&list, text, &error);
  g_assert_no_error (error);
  return list;
}

/* nerdyrodent/VQGAN-CLIP generate.py, MakeCutouts; elastic: kornia's defaults. */
static void
defaults_are_nerdyrodents (void)
{
  static const gdouble expected[TL_N_AUGMENTS][TL_AUGMENT_MAX_PARAMETERS] = {
    [TL_AUGMENT_JITTER] = { 0.1, 0.1, 0.1, 0.1, 0.7 },
    [TL_AUGMENT_AFFINE] = { 15, 0.1, 5, 0.7 },
    [TL_AUGMENT_PERSPECTIVE] = { 0.7, 0.7 },
    [TL_AUGMENT_ERASING] = { 0.1, 0.4, 0.3, 1 / 0.3, 0.7 },
    [TL_AUGMENT_SHARPNESS] = { 0.3, 0.5 },
    [TL_AUGMENT_NOISE] = { 0, 1, 0.5 },
    [TL_AUGMENT_ROTATION] = { 15, 0.7 },
    [TL_AUGMENT_ELASTIC] = { 63, 32, 1, 0.7 },
  };

  for (guint kind = 0; kind < TL_N_AUGMENTS; kind++)
    {
      TlAugmentList list = parse (tl_augment_get_name (kind));

      g_assert_cmpuint (list.n, ==, 1);
      g_assert_cmpint (list.items[0].kind, ==, kind);
      for (guint i = 0; i < TL_AUGMENT_MAX_PARAMETERS; i++)
        g_assert_cmpfloat (list.items[0].parameters[i], ==, expected[kind][i]);
    }
}

static void
order_and_parameters_are_kept (void)
{
  static const struct
  {
    const char *text, *printed;
  } cases[] = {
    { "", "" },
    { "none", "" },
    { "affine, perspective(distortion=0.5 p=1), jitter",
      "affine, perspective(distortion=0.5 p=1), jitter" },
    { "jitter affine", "jitter, affine" },
    { " erasing ( scale-min=0.05,scale-max=.1 ) ,", "erasing(scale-min=0.05 scale-max=0.1)" },
    { "elastic(kernel=31 alpha=-2)", "elastic(kernel=31 alpha=-2)" },
    { "affine()", "affine" },
    { "affine(degrees=15)", "affine" },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      TlAugmentList list = parse (cases[i].text);
      g_autofree char *printed = tl_augment_list_print (&list);

      g_assert_cmpstr (printed, ==, cases[i].printed);
    }
}

static void
printing_is_the_inverse (void)
{
  for (guint seed = 0; seed < 500; seed++)
    {
      TlAugmentList list = { .n = 0 }, again;
      g_autofree char *text = NULL;
      guint used = 0;
      TlRandom random;

      tl_random_init (&random, seed, 0, TL_PURPOSE_START, 0);
      for (guint n = tl_random_below (&random, TL_N_AUGMENTS + 1); n > 0; n--)
        {
          guint kind = tl_random_below (&random, TL_N_AUGMENTS);

          if ((used & 1u << kind) != 0)
            continue;
          used |= 1u << kind;
          list.items[list.n] = parse (tl_augment_get_name (kind)).items[0];
          /* Any value in [0, 1) is allowed for the first parameter of all but elastic. */
          if (kind != TL_AUGMENT_ELASTIC && kind != TL_AUGMENT_ERASING)
            list.items[list.n].parameters[0] = tl_random_uniform (&random);
          list.n++;
        }

      text = tl_augment_list_print (&list);
      again = parse (text);
      g_assert_cmpuint (again.n, ==, list.n);
      for (guint i = 0; i < list.n; i++)
        g_assert_cmpmem (&again.items[i], sizeof (TlAugment), &list.items[i], sizeof (TlAugment));
    }
}

static void
what_is_wrong_is_said (void)
{
  static const struct
  {
    const char *text;
    TlError code;
    const char *part; /* of the message */
  } cases[] = {
    { "afine", TL_ERROR_MISSING, "afine" },
    { "none, affine", TL_ERROR_MISSING, "none" },
    { "affine(angle=3)", TL_ERROR_MISSING, "angle" },
    { "affine(degrees)", TL_ERROR_FORMAT, "degrees" },
    { "affine(degrees=)", TL_ERROR_FORMAT, "degrees" },
    { "affine(degrees=nan)", TL_ERROR_FORMAT, "degrees" },
    { "affine(p=1.5)", TL_ERROR_FORMAT, "0 to 1" },
    { "affine(degrees=1", TL_ERROR_FORMAT, "not closed" },
    { "affine)", TL_ERROR_FORMAT, "too many" },
    { "(", TL_ERROR_FORMAT, "too many" },
    { "affine, affine", TL_ERROR_FORMAT, "twice" },
    { "elastic(kernel=10)", TL_ERROR_FORMAT, "odd" },
    { "elastic(kernel=10.5)", TL_ERROR_FORMAT, "odd" },
    { "erasing(scale-min=0.9)", TL_ERROR_FORMAT, "above" },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autoptr (GError) error = NULL;
      TlAugmentList list = { .n = 3 };

      g_assert_false (tl_augment_list_parse (&list, cases[i].text, &error));
      g_assert_error (error, TL_ERROR, (gint) cases[i].code);
      g_assert_nonnull (strstr (error->message, cases[i].part));
      g_assert_cmpuint (list.n, ==, 3);
    }
}

/* What a message says is typed. */
static void
messages_have_a_point (void)
{
  static const struct
  {
    const char *text, *part;
  } cases[] = { { "affine(p=)", "“p=0.7”" },
                { "perspective(distortion=5)", "0 to 1" },
                { "erasing(ratio-min=0)", "0.01" } };

  if (!enter_comma_locale ())
    return;
  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autoptr (GError) error = NULL;
      TlAugmentList list = { 0 };

      g_assert_false (tl_augment_list_parse (&list, cases[i].text, &error));
      g_test_message ("%s", error->message);
      g_assert_nonnull (strstr (error->message, cases[i].part));
    }
  setlocale (LC_NUMERIC, "C");
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/augment/defaults", defaults_are_nerdyrodents);
  g_test_add_func ("/augment/table", order_and_parameters_are_kept);
  g_test_add_func ("/augment/round-trip", printing_is_the_inverse);
  g_test_add_func ("/augment/errors", what_is_wrong_is_said);
  g_test_add_func ("/augment/point", messages_have_a_point);
  return g_test_run ();
}
