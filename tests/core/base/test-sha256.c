/* test-sha256.c - SHA-256 against its published vectors, and against GLib's
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "config.h"

#include "core/base/sha256.h"

#include <string.h>

#define N_BYTES 1000

static void
check (void (*init) (TlSha256 *), const char *text, guint n_times, const char *expected)
{
  g_auto (TlSha256) hash = { 0 };
  g_autofree char *found = NULL;

  init (&hash);
  for (guint i = 0; i < n_times; i++)
    tl_sha256_update (&hash, (const guint8 *) text, strlen (text));
  found = tl_sha256_finish (&hash);
  g_assert_cmpstr (found, ==, expected);
}

/* FIPS 180-4's examples, and a million times "a". */
static void
test_vectors (void)
{
  static const struct
  {
    const char *text;
    guint n_times;
    const char *expected;
  } cases[] = {
    { "", 1, "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855" },
    { "abc", 1, "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad" },
    { "abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq", 1,
      "248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1" },
    { "aaaaaaaaaa", 100000, "cdc76e5c9914fb9281a1c7e284d73e67f1809a48a497200e046d39ccc7112cd0" },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      check (tl_sha256_init, cases[i].text, cases[i].n_times, cases[i].expected);
      check (tl_sha256_init_portable, cases[i].text, cases[i].n_times, cases[i].expected);
    }
}

/* Every length up to some blocks, in two pieces of every proportion that a block can see. */
static void
test_pieces (void)
{
  guint8 bytes[N_BYTES];

  for (guint i = 0; i < N_BYTES; i++)
    bytes[i] = (guint8) (i * 151 + i / 7);
  for (gsize n = 0; n <= N_BYTES; n += n < 260 ? 1 : 37)
    {
      g_autofree char *expected = g_compute_checksum_for_data (G_CHECKSUM_SHA256, bytes, n);

      for (gsize first = 0; first <= n; first += 1 + n / 13)
        {
          g_auto (TlSha256) hash = { 0 };
          g_autofree char *found = NULL;

          tl_sha256_init (&hash);
          tl_sha256_update (&hash, bytes, first);
          tl_sha256_update (&hash, bytes + first, n - first);
          found = tl_sha256_finish (&hash);
          g_assert_cmpstr (found, ==, expected);
        }
    }
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/sha256/vectors", test_vectors);
  g_test_add_func ("/sha256/pieces", test_pieces);
  return g_test_run ();
}
