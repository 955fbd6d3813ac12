/* driver.c - runs a fuzzer without a fuzzing engine
 *
 *   fuzz-weights-X [N [SEED]]      N inputs: the seeds with random changes, repeatable by SEED
 *   fuzz-weights-X --one FILE...   these files as they are
 *   fuzz-weights-X --write FOLDER  the seeds as files, to start another engine with
 *
 * For an engine that sees which code an input reaches, link fuzz-X.c with clang, without this file,
 * in the root of the sources after a build in build/ (a corpus and -detect_leaks=0 as arguments):
 *
 *   clang -g -fsanitize=fuzzer,address,undefined -DHAVE_CONFIG_H -I. -Ibuild \
 *     tests/fuzz/weights/{fuzz-X,check}.c tests/core/weights/{make,seeds}.c \
 *     core/weights/[!d]*.c core/base/{dtype,error}.c \
 *     $(pkg-config --cflags --libs gio-2.0 zlib)
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "config.h"
#include "tests/fuzz/weights/fuzz.h"

#include "core/base/random.h"

#include <string.h>
#include <sys/resource.h>

#define N_DEFAULT 20000
#define MAX_CHANGES 6
#define MAX_CHUNK 48
#define MAX_SIZE (64 * 1024)

/* Seeds are a few kilobytes. Whatever a reader makes of one must fit many times into this. */
#define MAX_MEMORY (256u * 1024u * 1024u)

/* Numbers at which counts, sizes and offsets go wrong. */
static const guint64 numbers[] = {
  0,
  1,
  0x7f,
  0x80,
  0xff,
  0x7fff,
  0xffff,
  0x7fffffff,
  0x80000000,
  0xffffffff,
  0x100000000,
  0x3fffffffffffffff,
  0x7fffffffffffffff,
  0x8000000000000000,
  0xfffffffffffffff8,
  0xffffffffffffffff,
};

typedef struct
{
  TlRandom random;
  GPtrArray *seeds;
  GByteArray *input;
} Fuzz;

/* A place in the input, its end included. */
static guint
pick_place (Fuzz *fuzz)
{
  return tl_random_below (&fuzz->random, fuzz->input->len + 1);
}

/* The length of a piece from @at on. */
static guint
pick_length (Fuzz *fuzz, guint at)
{
  guint wanted = 1 + tl_random_below (&fuzz->random, MAX_CHUNK);

  return MIN (wanted, fuzz->input->len - at);
}

static void
insert (GByteArray *input, guint at, const guint8 *bytes, guint n)
{
  guint n_after = input->len - at;

  if (n == 0 || input->len + n > MAX_SIZE)
    return;

  g_byte_array_set_size (input, input->len + n);
  memmove (input->data + at + n, input->data + at, n_after);
  memcpy (input->data + at, bytes, n);
}

static void
flip_bit (Fuzz *fuzz)
{
  guint at = pick_place (fuzz);

  if (at < fuzz->input->len)
    fuzz->input->data[at] ^= 1u << tl_random_below (&fuzz->random, 8);
}

static void
set_byte (Fuzz *fuzz)
{
  guint at = pick_place (fuzz);

  if (at < fuzz->input->len)
    fuzz->input->data[at] = tl_random_below (&fuzz->random, 256);
}

static void
set_number (Fuzz *fuzz)
{
  guint at = pick_place (fuzz), width = 1u << tl_random_below (&fuzz->random, 4);
  guint64 number = GUINT64_TO_LE (numbers[tl_random_below (&fuzz->random, G_N_ELEMENTS (numbers))]);

  if (at + width <= fuzz->input->len)
    memcpy (fuzz->input->data + at, &number, width);
}

static void
cut (Fuzz *fuzz)
{
  g_byte_array_set_size (fuzz->input, pick_place (fuzz));
}

static void
drop_piece (Fuzz *fuzz)
{
  guint at = pick_place (fuzz), n = pick_length (fuzz, at);

  if (n > 0)
    g_byte_array_remove_range (fuzz->input, at, n);
}

static void
insert_byte (Fuzz *fuzz)
{
  guint8 byte = tl_random_below (&fuzz->random, 256);

  insert (fuzz->input, pick_place (fuzz), &byte, 1);
}

/* A piece of the input or of another seed, somewhere else. */
static void
copy_piece (Fuzz *fuzz)
{
  GBytes *seed = g_ptr_array_index (fuzz->seeds, tl_random_below (&fuzz->random, fuzz->seeds->len));
  gsize size;
  const guint8 *data = g_bytes_get_data (seed, &size);
  guint from = tl_random_below (&fuzz->random, size);
  guint wanted = 1 + tl_random_below (&fuzz->random, MAX_CHUNK);

  insert (fuzz->input, pick_place (fuzz), data + from, MIN (wanted, size - from));
}

static void
repeat_piece (Fuzz *fuzz)
{
  guint at = pick_place (fuzz), n = pick_length (fuzz, at);
  g_autofree guint8 *piece = n == 0 ? NULL : g_memdup2 (fuzz->input->data + at, n);

  for (guint i = tl_random_below (&fuzz->random, 16); i > 0; i--)
    insert (fuzz->input, at, piece, n);
}

/* Small changes to numbers find most, so they stand here twice. */
static void (*const changes[]) (Fuzz *fuzz) = {
  flip_bit, flip_bit,   set_byte,    set_byte,   set_number,   set_number,
  cut,      drop_piece, insert_byte, copy_piece, repeat_piece,
};

/* The input in memory of exactly its size, so that the sanitizer sees each byte too far. */
static void
run_input (const guint8 *data, gsize size)
{
  g_autofree guint8 *copy = g_malloc (MAX (size, 1));

  memcpy (copy, data, size);
  LLVMFuzzerTestOneInput (copy, size);
}

static void
run_changed (Fuzz *fuzz)
{
  GBytes *seed = g_ptr_array_index (fuzz->seeds, tl_random_below (&fuzz->random, fuzz->seeds->len));
  gsize size;
  const guint8 *data = g_bytes_get_data (seed, &size);

  g_byte_array_set_size (fuzz->input, 0);
  g_byte_array_append (fuzz->input, data, size);
  for (guint i = 1 + tl_random_below (&fuzz->random, MAX_CHANGES); i > 0; i--)
    changes[tl_random_below (&fuzz->random, G_N_ELEMENTS (changes))](fuzz);

  run_input (fuzz->input->data, fuzz->input->len);
}

static void
run_files (char **paths)
{
  for (; *paths != NULL; paths++)
    {
      g_autofree char *bytes = NULL;
      gsize size;

      if (!g_file_get_contents (*paths, &bytes, &size, NULL))
        g_error ("%s cannot be read", *paths);
      run_input ((const guint8 *) bytes, size);
    }
}

static void
write_seeds (GPtrArray *seeds, const char *folder)
{
  for (guint i = 0; i < seeds->len; i++)
    {
      g_autofree char *name = g_strdup_printf ("%s/seed-%u", folder, i);
      gsize size;
      const char *data = g_bytes_get_data (g_ptr_array_index (seeds, i), &size);

      if (!g_file_set_contents (name, data, size, NULL))
        g_error ("%s cannot be written", name);
    }
}

/* The address sanitizer needs terabytes of room for itself. */
static void
limit_memory (void)
{
#ifndef __SANITIZE_ADDRESS__
  struct rlimit limit = { MAX_MEMORY, MAX_MEMORY };

  setrlimit (RLIMIT_DATA, &limit);
#endif
}

int
main (int argc, char *argv[])
{
  g_autoptr (GPtrArray) seeds = fuzz_make_seeds ();
  g_autoptr (GByteArray) input = g_byte_array_new ();
  Fuzz fuzz = { .seeds = seeds, .input = input };
  guint64 n = argc > 1 ? g_ascii_strtoull (argv[1], NULL, 10) : N_DEFAULT;
  guint64 seed = argc > 2 ? g_ascii_strtoull (argv[2], NULL, 10) : 0;

  limit_memory ();
  if (argc > 2 && g_str_equal (argv[1], "--one"))
    run_files (argv + 2);
  else if (argc > 2 && g_str_equal (argv[1], "--write"))
    write_seeds (seeds, argv[2]);
  else
    for (guint64 i = 0; i < n; i++)
      {
        /* A stream for each input, so that any one of them can be made again. */
        tl_random_init (&fuzz.random, seed, i, TL_PURPOSE_NOISE, 0);
        run_changed (&fuzz);
      }

  return 0;
}
