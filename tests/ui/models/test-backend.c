/* test-backend.c - whose models a backend has, and what it computes on
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "config.h"
#include "tests/ui/fake-stepper.h"
#include "ui/models/backend.h"

static TlMaker
make_maker (const char *vqgan, const char *vqgan_sum, const char *clip, const char *clip_sum)
{
  return (TlMaker){ .vqgan = { (char *) vqgan, (char *) vqgan_sum },
                    .clip = { (char *) clip, (char *) clip_sum },
                    .precision = (char *) "float32",
                    .device = (char *) "cpu" };
}

static void
test_models (void)
{
  const struct
  {
    TlMaker other;
    gboolean is_same;
  } cases[] = {
    { make_maker ("a.ckpt", "11", "b.pt", "22"), TRUE },
    { make_maker ("renamed.ckpt", "11", "b.pt", "22"), TRUE },
    { make_maker ("a.ckpt", "12", "b.pt", "22"), FALSE },
    { make_maker ("a.ckpt", "11", "b.pt", "23"), FALSE },
    { make_maker ("a.ckpt", "", "b.pt", "22"), TRUE },
    { make_maker ("c.ckpt", "", "b.pt", "22"), FALSE },
  };
  TlMaker maker = make_maker ("a.ckpt", "11", "b.pt", "22");
  TlBackendValues values = { .engine = tl_engine_new (fake_stepper_new ("gradient")),
                             .maker = &maker };
  g_autoptr (TlBackend) backend = tl_backend_new (&values);
  g_autoptr (TlBackend) unknown = NULL;

  values.maker = NULL;
  unknown = tl_backend_new (&values);
  g_object_unref (values.engine);
  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_assert_cmpint (tl_backend_has_models_of (backend, &cases[i].other), ==, cases[i].is_same);
      g_assert_true (tl_backend_has_models_of (unknown, &cases[i].other));
    }
  g_assert_true (tl_backend_has_models_of (backend, NULL));
}

static void
test_exact (void)
{
  TlMaker maker = make_maker ("a.ckpt", "11", "b.pt", "22");
  TlBackendValues values = { .engine = tl_engine_new (fake_stepper_new ("gradient")),
                             .maker = &maker };
  g_autoptr (TlBackend) processor = tl_backend_new (&values);
  g_autoptr (TlBackend) card = NULL;

  maker.device = (char *) "cuda:0";
  card = tl_backend_new (&values);
  g_object_unref (values.engine);
  g_assert_true (tl_backend_is_exact (processor));
  g_assert_false (tl_backend_is_exact (card));
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/backend/models", test_models);
  g_test_add_func ("/backend/exact", test_exact);
  return g_test_run ();
}
