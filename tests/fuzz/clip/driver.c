/* driver.c - runs a fuzzer without a fuzzing engine
 *
 *   fuzz-X N FOLDER...   each file of the folders as it is, then N times with random changes
 *   fuzz-X 0 FILE...     the files as they are
 *
 * The changes are drawn from a fixed seed, so a run can be repeated. With clang's
 * -fsanitize=fuzzer the fuzzers are linked without this file.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "config.h"

#include <glib.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput (const uint8_t *data, size_t size);

#define MAX_CHANGES 8

static const char *const tokens[] = {
  "\n",
  "\r\n",
  " ",
  "</w>",
  "a b\n",
  "\"",
  "\\",
  "{",
  "[",
  "}",
  ":",
  ",",
  "0",
  "-1",
  "4294967296",
  "99999999999999999999",
  "1e9",
  "&",
  "&#",
  "&#x",
  ";",
  "&amp;",
  "&lt",
  "\xff",
  "\xe2\x82",
  "\xcc\x87",
  "Σ",
  "İ",
  "'s",
  "<|startoftext|>",
  "<|endoftext|>",
  "\xed\xa0\x80",
  "\x1f\x8b",
};

static void
change (GByteArray *input, GRand *rand)
{
  guint at = input->len > 0 ? (guint) g_rand_int_range (rand, 0, (gint32) input->len) : 0;
  guint wanted = (guint) g_rand_int_range (rand, 1, 64);
  guint n = MIN (input->len - at, wanted);
  const char *token = tokens[g_rand_int_range (rand, 0, G_N_ELEMENTS (tokens))];
  g_autofree guint8 *copy = n > 0 ? g_memdup2 (input->data + at, n) : NULL;

  switch (g_rand_int_range (rand, 0, 6))
    {
    case 0:
      if (n > 0)
        input->data[at] ^= (guint8) (1u << g_rand_int_range (rand, 0, 8));
      break;
    case 1:
      if (n > 0)
        input->data[at] = (guint8) g_rand_int_range (rand, 0, 256);
      break;
    case 2:
      g_byte_array_set_size (input, at);
      break;
    case 3:
      if (n > 0)
        g_byte_array_remove_range (input, at, n);
      break;
    case 4:
      if (n > 0)
        g_byte_array_append (input, copy, n);
      break;
    default:
      g_byte_array_set_size (input, at);
      g_byte_array_append (input, (const guint8 *) token, (guint) strlen (token));
      if (n > 0)
        g_byte_array_append (input, copy, n);
    }
}

static void
run_file (const char *path, guint n_changed, GRand *rand)
{
  g_autofree char *bytes = NULL;
  gsize n;

  if (!g_file_get_contents (path, &bytes, &n, NULL))
    g_error ("%s cannot be read", path);

  LLVMFuzzerTestOneInput ((const uint8_t *) bytes, n);
  for (guint i = 0; i < n_changed; i++)
    {
      g_autoptr (GByteArray) input = g_byte_array_new ();
      gint n_changes = g_rand_int_range (rand, 1, MAX_CHANGES + 1);

      g_byte_array_append (input, (const guint8 *) bytes, (guint) n);
      while (n_changes-- > 0)
        change (input, rand);
      LLVMFuzzerTestOneInput (input->data != NULL ? input->data : (const guint8 *) "", input->len);
    }
}

static gint
compare_names (gconstpointer a, gconstpointer b)
{
  return strcmp (*(char *const *) a, *(char *const *) b);
}

/* Sorted, so that the order of a folder does not change what is drawn. */
static GPtrArray *
list_files (const char *path)
{
  GPtrArray *files = g_ptr_array_new_with_free_func (g_free);
  g_autoptr (GDir) folder = g_dir_open (path, 0, NULL);
  const char *name;

  if (folder == NULL)
    g_ptr_array_add (files, g_strdup (path));
  while (folder != NULL && (name = g_dir_read_name (folder)) != NULL)
    g_ptr_array_add (files, g_build_filename (path, name, NULL));
  g_ptr_array_sort (files, compare_names);
  return files;
}

int
main (int argc, char **argv)
{
  g_autoptr (GRand) rand = g_rand_new_with_seed (1);
  guint n_changed = argc > 1 ? (guint) atoi (argv[1]) : 0;

  for (gint i = 2; i < argc; i++)
    {
      g_autoptr (GPtrArray) files = list_files (argv[i]);

      for (guint j = 0; j < files->len; j++)
        run_file (g_ptr_array_index (files, j), n_changed, rand);
    }
  return 0;
}
