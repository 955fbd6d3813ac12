/* fixture.c - a stepper on the starter models, and short ways to drive it
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "config.h"
#include "tests/core/steer/fixture.h"

#include <gdk-pixbuf/gdk-pixbuf.h>

void
fixture_set_up_in (Fixture *fixture, TlPrecision precision)
{
  const TlModelChoice choice = { .precision = precision };

  fixture->stepper = tl_steer_stepper_new (&choice);
}

void
fixture_set_up (Fixture *fixture, gconstpointer data)
{
  fixture_set_up_in (fixture, TL_PRECISION_FLOAT32);
}

void
fixture_tear_down (Fixture *fixture, gconstpointer data)
{
  tl_stepper_free (fixture->stepper);
}

TlStart *
make_start (guint64 seed, TlAsset *image, TlFit fit)
{
  return tl_start_new (
    &(TlStartValues){ .seed = seed, .width = SIDE, .height = SIDE, .image = image, .fit = fit });
}

/* Settings by name and text, ended by NULL; few cutouts unless told otherwise. */
TlAsset *
make_picture (const char *name, gint width, gint height)
{
  g_autoptr (GdkPixbuf) pixbuf = gdk_pixbuf_new (GDK_COLORSPACE_RGB, FALSE, 8, width, height);
  g_autoptr (GdkPixbuf) top = gdk_pixbuf_new_subpixbuf (pixbuf, 0, 0, width, height / 2);
  g_autoptr (GBytes) bytes = NULL;
  char *data;
  gsize n;

  gdk_pixbuf_fill (pixbuf, 0x20A020FF);
  gdk_pixbuf_fill (top, 0xE02020FF);
  g_assert_true (gdk_pixbuf_save_to_buffer (pixbuf, &data, &n, "png", NULL, NULL));
  bytes = g_bytes_new_take (data, n);
  return tl_asset_new (name, bytes);
}

TlSteer *
make_steer (const char *prompt_text, GPtrArray *assets, ...)
{
  g_autoptr (TlPrompt) prompt = tl_prompt_parse (prompt_text);
  g_autoptr (GError) error = NULL;
  const char *name;
  TlSettings settings;
  va_list args;

  tl_settings_init_starter (&settings);
  settings.n_cutouts = 2;
  settings.coarse = 0;
  va_start (args, assets);
  while ((name = va_arg (args, const char *)) != NULL)
    tl_settings_set (&settings, tl_setting_find (name), va_arg (args, const char *), &error);
  va_end (args);
  g_assert_no_error (error);
  return tl_steer_new (prompt, &settings, assets);
}

TlState *
fixture_start (Fixture *fixture, TlStart *begin)
{
  g_autoptr (GError) error = NULL;
  TlState *state = fixture->stepper->klass->start (fixture->stepper, begin, NULL, &error);

  g_assert_no_error (error);
  g_assert_nonnull (state);
  return state;
}

TlReport
fixture_step (Fixture *fixture, TlState *state, TlSteer *steer, TlWants wants)
{
  g_autoptr (GError) error = NULL;
  TlReport report;

  fixture->stepper->klass->step (fixture->stepper, state, steer, wants, &report, NULL, &error);
  g_assert_no_error (error);
  return report;
}

void
fixture_walk (Fixture *fixture, TlState *state, TlSteer *steer, guint n)
{
  for (guint i = 0; i < n; i++)
    fixture_step (fixture, state, steer, TL_WANT_NOTHING);
}

GBytes *
fixture_save (Fixture *fixture, TlState *state)
{
  g_autoptr (GError) error = NULL;
  GBytes *bytes = fixture->stepper->klass->save (fixture->stepper, state, &error);

  g_assert_no_error (error);
  return bytes;
}

TlState *
fixture_load (Fixture *fixture, TlStart *begin, GBytes *bytes)
{
  g_autoptr (GError) error = NULL;
  TlState *state = fixture->stepper->klass->load (fixture->stepper, begin, bytes, NULL, &error);

  g_assert_no_error (error);
  return state;
}

gfloat *
fixture_read_z (Fixture *fixture, TlState *state, gsize *n)
{
  g_autoptr (GBytes) bytes = fixture_save (fixture, state);
  g_autoptr (TlWeights) weights = tl_weights_new_from_safetensors (bytes, "state", NULL);
  const TlBlob *z = tl_weights_lookup (weights, "z");

  g_assert_cmpint (z->dtype, ==, TL_FLOAT32);
  *n = z->n_bytes / sizeof (gfloat);
  return g_memdup2 (z->data, z->n_bytes);
}

void
fixture_free_state (Fixture *fixture, TlState *state)
{
  fixture->stepper->klass->free_state (fixture->stepper, state);
}

gboolean
fixture_are_equal (Fixture *fixture, TlState *a, TlState *b)
{
  g_autoptr (GBytes) left = fixture_save (fixture, a);
  g_autoptr (GBytes) right = fixture_save (fixture, b);

  return g_bytes_equal (left, right);
}
