/* report.c - a line per quantity: how far off it is, and how far off it may be
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "app/verify/verify.h"
#include "config.h"

#include "app/cli/output.h"

#include <glib/gi18n.h>
#include <math.h>

static void
add_line (Report *self, const char *quantity, gboolean ok, const char *numbers)
{
  if (ok)
    self->n_ok++;
  else
    self->n_failed++;
  if (!self->json)
    g_print ("%-4s  %-22s %-40s %s\n", ok ? "ok" : "FAIL", self->subject, quantity, numbers);
}

static void
add_json (Report *self, const char *quantity, gboolean ok, gdouble error, gdouble tolerance)
{
  g_autoptr (CliJson) line = NULL;

  if (!self->json)
    return;

  line = cli_json_new ();
  cli_json_add_string (line, "subject", self->subject);
  cli_json_add_string (line, "quantity", quantity);
  cli_json_add_double (line, "error", error);
  cli_json_add_double (line, "tolerance", tolerance);
  cli_json_add_boolean (line, "ok", ok);
  cli_json_print (line);
}

void
report_number (Report *self, const char *quantity, gdouble error, gdouble tolerance)
{
  /* Written so that NAN fails. */
  gboolean ok = error <= tolerance;
  g_autofree char *numbers =
    g_strdup_printf (_ ("max error %9.2e  tolerance %9.2e"), error, tolerance);

  add_line (self, quantity, ok, numbers);
  add_json (self, quantity, ok, error, tolerance);
}

void
report_count (Report *self, const char *quantity, guint n_wrong, guint n_all)
{
  g_autofree char *numbers = g_strdup_printf (_ ("%u of %u differ"), n_wrong, n_all);
  gboolean ok = n_wrong == 0 && n_all > 0;

  add_line (self, quantity, ok, numbers);
  add_json (self, quantity, ok, n_wrong, 0);
}

void
report_failure (Report *self, const char *quantity, const char *message)
{
  add_line (self, quantity, FALSE, message);
  add_json (self, quantity, FALSE, NAN, 0);
}

void
report_tensors (Report *self, TlScope *s, const char *quantity, TlTensor *got, TlTensor *expected,
                gdouble tolerance)
{
  report_number (self, quantity, largest_difference (s, got, expected), tolerance);
}

/* (transfer full) (nullable) */
static gfloat *
floats_of (TlScope *s, TlTensor *x, gsize *n)
{
  g_autofree gfloat *values = NULL;

  if (tl_scope_has_failed (s) || x == NULL)
    return NULL;

  *n = tl_tensor_get_n_elements (x);
  values = g_new (gfloat, MAX (*n, 1));
  return tl_to_floats (s, x, values, *n) ? g_steal_pointer (&values) : NULL;
}

gdouble
largest_difference (TlScope *s, TlTensor *a, TlTensor *b)
{
  gsize n_a = 0, n_b = 0;
  g_autofree gfloat *x = floats_of (s, a, &n_a);
  g_autofree gfloat *y = floats_of (s, b, &n_b);
  gdouble largest = 0;

  if (x == NULL || y == NULL || n_a != n_b)
    return NAN;

  for (gsize i = 0; i < n_a; i++)
    {
      gdouble difference = fabs ((gdouble) x[i] - y[i]);

      if (isnan (difference))
        return NAN;
      largest = MAX (largest, difference);
    }
  return largest;
}

gdouble
peak_of (TlScope *s, TlTensor *x)
{
  gsize n = 0;
  g_autofree gfloat *values = floats_of (s, x, &n);
  gdouble peak = 0;

  if (values == NULL)
    return NAN;
  for (gsize i = 0; i < n; i++)
    peak = MAX (peak, fabs (values[i]));
  return peak;
}

guint
count_different (TlScope *s, TlTensor *a, TlTensor *b, TlTensor *margin)
{
  gsize n_a = 0, n_b = 0, n_m = 0;
  g_autofree gfloat *x = floats_of (s, a, &n_a);
  g_autofree gfloat *y = floats_of (s, b, &n_b);
  g_autofree gfloat *m = margin != NULL ? floats_of (s, margin, &n_m) : NULL;
  guint n_different = 0;

  if (x == NULL || y == NULL || n_a != n_b || (m != NULL && n_m != n_a))
    return G_MAXUINT;
  for (gsize i = 0; i < n_a; i++)
    n_different += x[i] != y[i] && (m == NULL || m[i] > 1e-4);
  return n_different;
}
