/* test-number.c - numbers read back bit for bit, in any language
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "config.h"
#include "core/base/random.h"
#include "core/session/number.h"
#include "tests/core/comma-locale.h"

#include <math.h>
#include <string.h>

static void
assert_same_bits (gdouble value)
{
  g_autofree char *text = tl_number_print (value);
  gdouble read = NAN;

  g_assert_true (tl_number_parse (text, &read));
  g_assert_cmpmem (&read, sizeof read, &value, sizeof value);
}

static void
reads_back_bit_for_bit (void)
{
  static const gdouble odd[] = { 0,
                                 -0.0,
                                 0.1,
                                 1 / 0.3,
                                 5e-324,
                                 2.2250738585072014e-308,
                                 1.7976931348623157e308,
                                 9007199254740993.0,
                                 -1e-7 };
  TlRandom random;

  for (gsize i = 0; i < G_N_ELEMENTS (odd); i++)
    assert_same_bits (odd[i]);

  tl_random_init (&random, 1, 0, TL_PURPOSE_START, 0);
  for (guint i = 0; i < 20000; i++)
    {
      guint64 bits = (guint64) tl_random_next (&random) << 32 | tl_random_next (&random);
      gdouble value;

      memcpy (&value, &bits, sizeof value);
      if (isfinite (value))
        assert_same_bits (value);
    }
}

static void
is_short (void)
{
  static const struct
  {
    gdouble value;
    const char *text;
  } cases[] = { { 0.1, "0.1" }, { 500, "500" }, { 0.75, "0.75" }, { -2.5e-6, "-2.5e-06" } };

  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autofree char *text = tl_number_print (cases[i].value);

      g_assert_cmpstr (text, ==, cases[i].text);
    }
}

static void
what_is_no_number (void)
{
  static const char *const texts[] = { "",     " ",   "x",   "1x",    "1 2", "0x10", "inf",
                                       "-inf", "nan", "1,5", "1e999", "--1", "1..",  "infinity" };
  gdouble value;
  gint64 whole;

  for (gsize i = 0; i < G_N_ELEMENTS (texts); i++)
    {
      g_assert_false (tl_number_parse (texts[i], &value));
      g_assert_false (tl_number_parse_int (texts[i], &whole));
    }
  g_assert_false (tl_number_parse_int ("1.5", &whole));
  g_assert_false (tl_number_parse_int ("99999999999999999999", &whole));
  g_assert_true (tl_number_parse_int (" -12 ", &whole));
  g_assert_cmpint (whole, ==, -12);
}

static void
a_comma_language_changes_nothing (void)
{
  if (!enter_comma_locale ())
    return;
  assert_same_bits (0.1);
  setlocale (LC_NUMERIC, "C");
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/number/round-trip", reads_back_bit_for_bit);
  g_test_add_func ("/number/short", is_short);
  g_test_add_func ("/number/rejects", what_is_no_number);
  g_test_add_func ("/number/locale", a_comma_language_changes_nothing);
  return g_test_run ();
}
