/* test-safetensors-reader.c - headers as they should be, and headers that lie
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "config.h"
#include "core/weights/safetensors-reader.h"

#include "tests/core/weights/make.h"

#include <string.h>

#define TENSOR(type, shape, offsets)                                                               \
  "{\"dtype\":\"" type "\",\"shape\":" shape ",\"data_offsets\":" offsets "}"
#define FIRST "\"a\":" TENSOR ("I8", "[2,3]", "[0,6]")

static const struct
{
  const char *name;
  const char *header;
  gsize n_data;
  const char *expected; /* a listing or, after "!", a part of the message */
} cases[] = {
  { "one", "{" FIRST "}", 6, "a:int8[2,3]/3,1" },
  { "order-of-offsets", "{\"z\":" TENSOR ("U8", "[2]", "[6,8]") "," FIRST "}", 8,
    "a:int8[2,3]/3,1 z:uint8[2]/1" },
  { "padded", "{" FIRST "}   \n ", 6, "a:int8[2,3]/3,1" },
  { "spaces",
    " { \"a\" :\t{ \"shape\" : [ 2 , 3 ] , \"dtype\":\"I8\",\"data_offsets\" : [ 0, 6 ] } } ", 6,
    "!“x.ckpt” is no model file" },
  { "no-elements", "{\"e\":" TENSOR ("F32", "[0,5]", "[6,6]") "," FIRST "}", 6,
    "a:int8[2,3]/3,1 e:float32[0,5]/1,1" },
  { "scalar", "{\"s\":" TENSOR ("BF16", "[]", "[0,2]") "}", 2, "s:bfloat16[]/" },
  { "metadata", "{\"__metadata__\":{\"k\":\"v\",\"l\":\"\"}," FIRST "}", 6, "a:int8[2,3]/3,1" },
  { "metadata-empty", "{\"__metadata__\":{}," FIRST "}", 6, "a:int8[2,3]/3,1" },
  { "escapes", "{\"a\\u00e4\\ud83d\\ude00\\/\":" TENSOR ("U8", "[1]", "[0,1]") "}", 1,
    "aä😀/:uint8[1]/1" },
  { "type-without-use", "{" FIRST ",\"f\":" TENSOR ("F8_E4M3", "[3]", "[6,9]") "}", 9,
    "a:int8[2,3]/3,1 -f: F8_E4M3 (3 bytes)" },

  { "empty", "{}", 0, "!holds no tensors" },
  { "not-closed", "{" FIRST, 6, "!damaged header" },
  { "behind-the-end", "{" FIRST "}x", 6, "!damaged header" },
  { "comma-at-the-end", "{" FIRST ",}", 6, "!damaged header" },
  { "no-object", "{\"a\":[]}", 6, "!damaged header" },
  { "deep", "{\"a\":[[[[[[[[[[[[[[[[", 6, "!damaged header" },
  { "comment", "{/* */" FIRST "}", 6, "!damaged header" },
  { "single-quotes", "{'a':1}", 6, "!damaged header" },
  { "field-twice",
    "{\"a\":{\"dtype\":\"I8\",\"dtype\":\"I8\",\"shape\":[6],\"data_offsets\":[0,6]}}", 6,
    "!damaged header" },
  { "field-missing", "{\"a\":{\"dtype\":\"I8\",\"shape\":[6]}}", 6, "!damaged header" },
  { "field-unknown", "{\"a\":{\"dtype\":\"I8\",\"shape\":[6],\"offset\":[0,6]}}", 6,
    "!damaged header" },
  { "metadata-number", "{\"__metadata__\":{\"k\":1}," FIRST "}", 6, "!damaged header" },
  { "half-a-pair", "{\"\\ud83d\":" TENSOR ("U8", "[1]", "[0,1]") "}", 1, "!damaged header" },
  { "other-half", "{\"\\ude00\":" TENSOR ("U8", "[1]", "[0,1]") "}", 1, "!damaged header" },
  { "nul-in-name", "{\"a\\u0000b\":" TENSOR ("U8", "[1]", "[0,1]") "}", 1, "!damaged header" },
  { "control-in-name", "{\"a\\u001b[2J\":" TENSOR ("U8", "[1]", "[0,1]") "}", 1,
    "!damaged header" },
  { "no-text", "{\"a\xff\":" TENSOR ("U8", "[1]", "[0,1]") "}", 1, "!damaged header" },
  { "name-twice", "{" FIRST ",\"a\":" TENSOR ("I8", "[1]", "[6,7]") "}", 7, "!has “a” twice" },
  { "unread-name-twice",
    "{" FIRST
    ",\"f\":" TENSOR ("F8_E4M3", "[1]", "[6,7]") ",\"f\":" TENSOR ("F4", "[1]", "[7,8]") "}",
    8, "!has “f” twice" },
  { "read-and-unread-name", "{" FIRST ",\"a\":" TENSOR ("F8_E4M3", "[1]", "[6,7]") "}", 7,
    "!has “a” twice" },
  { "metadata-key-twice", "{\"__metadata__\":{\"k\":\"v\",\"k\":\"v\"}," FIRST "}", 6,
    "!damaged header" },
  { "metadata-twice", "{\"__metadata__\":{\"k\":\"v\"}," FIRST ",\"__metadata__\":{}}", 6,
    "!has “__metadata__” twice" },
  { "unknown-type", "{\"a\":" TENSOR ("F128", "[1]", "[0,16]") "}", 16,
    "!tensor “a” has a number type" },
  { "negative-size", "{\"a\":" TENSOR ("I8", "[-6]", "[0,6]") "}", 6,
    "!tensor “a” has an impossible size" },
  { "fraction", "{\"a\":" TENSOR ("I8", "[6.0]", "[0,6]") "}", 6, "!damaged header" },
  { "exponent", "{\"a\":" TENSOR ("I8", "[6e0]", "[0,6]") "}", 6, "!damaged header" },
  { "size-of-2^64", "{\"a\":" TENSOR ("I8", "[18446744073709551622]", "[0,6]") "}", 6,
    "!impossible size" },
  { "size-of-2^63", "{\"a\":" TENSOR ("I8", "[9223372036854775808]", "[0,6]") "}", 6,
    "!impossible size" },
  { "product-of-2^64", "{\"a\":" TENSOR ("I8", "[4294967296,4294967296,6]", "[0,6]") "}", 6,
    "!impossible size" },
  { "nine-dimensions", "{\"a\":" TENSOR ("I8", "[6,1,1,1,1,1,1,1,1]", "[0,6]") "}", 6,
    "!more dimensions" },
  { "too-few-bytes", "{\"a\":" TENSOR ("I8", "[7]", "[0,6]") "}", 6,
    "!tensor “a” reaches past the end of its storage" },
  { "too-many-bytes", "{\"a\":" TENSOR ("I8", "[5]", "[0,6]") "}", 6,
    "!tensor “a” has more bytes than its shape needs" },
  { "outside", "{\"a\":" TENSOR ("I8", "[6]", "[1,7]") "}", 6,
    "!tensor “a” lies outside of the file" },
  { "backwards", "{\"a\":" TENSOR ("I8", "[6]", "[6,0]") "}", 6,
    "!tensor “a” lies outside of the file" },
  { "hole-at-the-start", "{\"a\":" TENSOR ("I8", "[5]", "[1,6]") "}", 6,
    "!overlap or leave a hole" },
  { "hole", "{" FIRST ",\"b\":" TENSOR ("I8", "[1]", "[7,8]") "}", 8, "!overlap or leave a hole" },
  { "overlap", "{" FIRST ",\"b\":" TENSOR ("I8", "[3]", "[5,8]") "}", 8,
    "!overlap or leave a hole" },
  { "same-place", "{" FIRST ",\"b\":" TENSOR ("I8", "[6]", "[0,6]") "}", 6,
    "!overlap or leave a hole" },
  { "bytes-behind", "{" FIRST "}", 7, "!bytes behind its last tensor" },
  { "cut", "{" FIRST "}", 5,
    "!tensor “a” lies outside of the file, which was perhaps not copied whole" },
};

static void
test_case (gconstpointer data)
{
  gsize i = GPOINTER_TO_SIZE (data);
  g_autoptr (GBytes) bytes = make_safetensors (cases[i].header, cases[i].n_data);

  make_assert_listing (bytes, cases[i].expected);
}

/* The length that the file begins with, changed. */
static void
test_length (void)
{
  static const guint64 lengths[] = {
    0, 1, 5, 61, 68, 10000, 100 * 1000 * 1000 + 1, G_MAXINT64, G_MAXUINT64, G_MAXUINT64 - 7
  };
  g_autoptr (GBytes) honest = make_safetensors ("{" FIRST "}", 6);

  for (guint i = 0; i < G_N_ELEMENTS (lengths); i++)
    {
      gsize size;
      guint8 *copy = g_memdup2 (g_bytes_get_data (honest, &size), g_bytes_get_size (honest));
      guint64 length = GUINT64_TO_LE (lengths[i]);
      g_autoptr (GBytes) lie = NULL;

      memcpy (copy, &length, sizeof length);
      lie = g_bytes_new_take (copy, size);
      make_assert_listing (lie, "!“x.ckpt”");
    }
}

/* As deep as a hundred million brackets: nothing recurses, nothing is built. */
static void
test_deep (void)
{
  g_autofree char *brackets = g_strnfill (1000000, '[');
  g_autofree char *header = g_strconcat ("{\"__metadata__\":", brackets, NULL);
  g_autoptr (GBytes) bytes = make_safetensors (header, 0);

  make_assert_listing (bytes, "!damaged header, at byte 24");
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);

  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autofree char *path = g_strdup_printf ("/safetensors-reader/case/%s", cases[i].name);

      g_test_add_data_func (path, GSIZE_TO_POINTER (i), test_case);
    }
  g_test_add_func ("/safetensors-reader/length-lies", test_length);
  g_test_add_func ("/safetensors-reader/million-brackets", test_deep);

  return g_test_run ();
}
