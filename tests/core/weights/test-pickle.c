/* test-pickle.c - reading pickles that Python wrote, and pickles that nobody would
 *
 * The long texts are what CPython 3.11's pickle.dumps() made of the object in the comment beside
 * them.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "config.h"
#include "core/weights/pickle.h"

#include "core/base/error.h"
#include "tests/core/weights/make.h"

#include <string.h>

static void print (GString *out, const TlPickleValue *value, guint depth);

static void
print_items (GString *out, const char *brackets, TlPickleValue **items, guint n, guint depth)
{
  g_string_append_c (out, brackets[0]);
  for (guint i = 0; i < n; i++)
    {
      if (i > 0)
        g_string_append_c (out, ' ');
      print (out, items[i], depth + 1);
    }
  g_string_append_c (out, brackets[1]);
}

/* A value as text: what it holds, in order. */
static void
print (GString *out, const TlPickleValue *value, guint depth)
{
  if (value == NULL || depth > 8)
    g_string_append_c (out, '-');
  else if (value->kind == TL_PICKLE_NONE)
    g_string_append (out, "None");
  else if (value->kind == TL_PICKLE_BOOL)
    g_string_append (out, value->integer ? "True" : "False");
  else if (value->kind == TL_PICKLE_INT)
    g_string_append_printf (out, "%" G_GINT64_FORMAT, value->integer);
  else if (value->kind == TL_PICKLE_FLOAT)
    g_string_append_printf (out, "%g", value->real);
  else if (value->kind == TL_PICKLE_BIG)
    g_string_append_printf (out, "big%u", value->n);
  else if (value->kind == TL_PICKLE_TEXT || value->kind == TL_PICKLE_BYTES)
    g_string_append_printf (out, "%s'%.*s'", value->kind == TL_PICKLE_BYTES ? "b" : "",
                            (int) value->n, value->bytes);
  else if (value->kind == TL_PICKLE_TUPLE)
    print_items (out, "()", value->items, value->n, depth);
  else if (value->kind == TL_PICKLE_LIST)
    print_items (out, "[]", value->items, value->n, depth);
  else if (value->kind == TL_PICKLE_GLOBAL || value->kind == TL_PICKLE_OBJECT)
    print_items (out, "<>", value->items, value->n, depth);
  else if (value->kind == TL_PICKLE_PERSID)
    print_items (out, "@@", value->items, value->n, depth);
  else
    print_items (out, "{}", value->items, value->n, depth);
}

static char *
parse_to_text (const guint8 *data, gsize size, GError **error)
{
  g_autoptr (TlPickle) pickle = NULL;
  GString *out;
  gsize n_read;

  pickle = tl_pickle_parse (data, size, "x.ckpt", &n_read, error);
  if (pickle == NULL)
    return NULL;

  g_assert_cmpuint (n_read, <=, size);
  out = g_string_new (NULL);
  print (out, tl_pickle_get_root (pickle), 0);
  return g_string_free (out, FALSE);
}

/* {'ints': [...], 't': ((), (1,), (1, 2), (1, 2, 3), (1, 2, 3, 4)), 'f': (1.5, -0.25), 'n': [None,
 * True, False], 's': 'ü', 'o': OrderedDict([('k', 1), (2, 'v')]), 'twice': [l, l]} */
static const char object_text[] =
  "{'ints' [0 255 256 65535 65536 -1 -2147483648 2147483648 4611686018427387904 "
  "-9223372036854775808 big9 big9] "
  "'t' (() (1) (1 2) (1 2 3) (1 2 3 4)) 'f' (1.5 -0.25) 'n' [None True False] 's' 'ü' "
  "'o' <<'collections' 'OrderedDict'> () - 'k' 1 2 'v'> 'twice' [[7] [7]]}";
/* {'b': b'xy', 'ba': bytearray(b'zz'), 'set': {1}, 'fs': frozenset([2])} */
static const char sets_text[] = "{'b' b'xy' 'ba' b'zz' 'set' {1} 'fs' {2}}";
static const char sets4_text[] =
  "{'b' b'xy' 'ba' <<'builtins' 'bytearray'> (b'zz') -> 'set' {1} 'fs' {2}}";

static const struct
{
  const char *name;
  const char *base64;
  const char *text;
} written[] = {
  { "2",
    "gAJ9cQAoWAQAAABpbnRzcQFdcQIoSwBL/00AAU3//0oAAAEASv////"
    "9KAAAAgIoFAAAAgACKCAAAAAAAAABAiggAAAAAAAAAgIoJAAAAAAAAAIAA"
    "igkAAAAAAAAAAEBlWAEAAAB0cQMoKUsBhXEESwFLAoZxBUsBSwJLA4dxBihLAUsCSwNLBHRxB3RxCFgBAAAAZnEJRz/"
    "4AAAAAAAAR7/QAAAAAAAA"
    "hnEKWAEAAABucQtdcQwoToiJZVgBAAAAc3ENWAIAAADDvHEOWAEAAABvcQ9jY29sbGVjdGlvbnMKT3JkZXJlZERpY3QKcR"
    "ApUnERKFgBAAAAa3ES"
    "SwFLAlgBAAAAdnETdVgFAAAAdHdpY2VxFF1xFShdcRZLB2FoFmV1Lg==",
    object_text },
  { "4",
    "gASV8QAAAAAAAAB9lCiMBGludHOUXZQoSwBL/00AAU3//0oAAAEASv////"
    "9KAAAAgIoFAAAAgACKCAAAAAAAAABAiggAAAAAAAAAgIoJAAAAAAAA"
    "AIAAigkAAAAAAAAAAEBljAF0lCgpSwGFlEsBSwKGlEsBSwJLA4eUKEsBSwJLA0sEdJR0lIwBZpRHP/"
    "gAAAAAAABHv9AAAAAAAACGlIwBbpRdlChO"
    "iIlljAFzlIwCw7yUjAFvlIwLY29sbGVjdGlvbnOUjAtPcmRlcmVkRGljdJSTlClSlCiMAWuUSwFLAowBdpR1jAV0d2ljZZ"
    "RdlChdlEsHYWgYZXUu",
    object_text },
  { "sets-4",
    "gASVSwAAAAAAAAB9lCiMAWKUQwJ4eZSMAmJhlIwIYnVpbHRpbnOUjAlieXRlYXJyYXmUk5RDAnp6lIWUUpSMA3NldJSPlC"
    "hLAZCMAmZzlChLApGU"
    "dS4=",
    sets4_text },
  { "sets-5",
    "gAWVNQAAAAAAAAB9lCiMAWKUQwJ4eZSMAmJhlJYCAAAAAAAAAHp6lIwDc2V0lI+UKEsBkIwCZnOUKEsCkZR1Lg==",
    sets_text },
};

static void
test_written_by_python (void)
{
  for (guint i = 0; i < G_N_ELEMENTS (written); i++)
    {
      gsize size;
      g_autofree guint8 *data = g_base64_decode (written[i].base64, &size);
      g_autoptr (GError) error = NULL;
      g_autofree char *text = parse_to_text (data, size, &error);

      g_test_message ("%s", written[i].name);
      g_assert_no_error (error);
      g_assert_cmpstr (text, ==, written[i].text);
    }
}

/* Every beginning of a pickle is an error, and none reads on. */
static void
test_cut_anywhere (void)
{
  for (guint i = 0; i < G_N_ELEMENTS (written); i++)
    {
      gsize size;
      g_autofree guint8 *data = g_base64_decode (written[i].base64, &size);

      for (gsize n = 0; n < size; n++)
        {
          g_autofree guint8 *part = g_memdup2 (data, n);
          g_autoptr (GError) error = NULL;

          g_assert_null (parse_to_text (part, n, &error));
          g_assert_error (error, TL_ERROR, TL_ERROR_FORMAT);
          g_assert_nonnull (strstr (error->message, "x.ckpt"));
        }
    }
}

static const struct
{
  const char *name;
  const char *bytes;
  gsize size;
  const char *text; /* NULL: refused */
  const char *problem;
} cases[] = {
#define BYTES(text) text, sizeof (text) - 1
  { "stack-global", BYTES ("\x8c\x01m\x8c\x01n\x93."), "<'m' 'n'>" },
  { "persistent-id", BYTES ("K\x01Q."), "@1@" },
  { "object-with-state", BYTES ("cm\nn\n)\x81}b."), "<<'m' 'n'> () {}>" },
  { "object-by-name", BYTES ("cm\nn\nK\x01\x85}\x92."), "<<'m' 'n'> (1) ->" },
  { "old-object", BYTES ("(cm\nn\nK\x01K\x02o."), "<<'m' 'n'> (1 2) ->" },
  { "object-with-elements",
    BYTES ("cm\nn\n)\x81(K\x01K\x02"
           "e."),
    "<<'m' 'n'> () - 1 2>" },
  { "dict-and-list-of-marks",
    BYTES ("((K\x01K\x02"
           "d(K\x03lt."),
    "({1 2} [3])" },
  { "dup-and-pop",
    BYTES ("K\x01"
           "2K\x09"
           "0\x86."),
    "(1 1)" },
  { "pop-mark",
    BYTES ("K\x01(K\x02K\x03"
           "1."),
    "1" },
  { "pop-takes-a-mark", BYTES ("K\x01(0."), "1" },
  { "memo",
    BYTES ("]q\x00K\x05"
           "ah\x00\x86."),
    "([5] [5])" },
  { "memo-of-itself",
    BYTES ("]q\x00h\x00"
           "a."),
    "[[[[[[[[[-]]]]]]]]]" },
  { "memo-32-bit",
    BYTES ("]r\x01\x00\x00\x00K\x05"
           "aj\x01\x00\x00\x00\x86."),
    "([5] [5])" },
  { "long-4", BYTES ("\x8b\x02\x00\x00\x00\xff\xff."), "-1" },
  { "long-empty", BYTES ("\x8a\x00."), "0" },
  { "python-2-string", BYTES ("U\x02hi."), "'hi'" },

  { "empty", BYTES (""), NULL, "not copied whole" },
  { "stop-only", BYTES ("."), NULL, "without a result" },
  { "stop-with-mark", BYTES ("K\x01(."), NULL, "without a result" },
  { "unknown-instruction", BYTES ("\xff."), NULL, "no model file uses" },
  { "extension", BYTES ("\x82\x01."), NULL, "no model file uses" },
  { "text-integer", BYTES ("I01\n."), NULL, "no model file uses" },
  { "newer-protocol", BYTES ("\x80\x06N."), NULL, "newer Python" },
  { "below-the-mark", BYTES ("K\x01K\x02(\x86."), NULL, "nothing to work on" },
  { "reduce-below-the-mark", BYTES ("cm\nn\n()R."), NULL, "nothing to work on" },
  { "no-mark", BYTES ("K\x01t."), NULL, "no mark" },
  { "odd-dict",
    BYTES ("(K\x01"
           "d."),
    NULL, "no value" },
  { "odd-items", BYTES ("}(K\x01u."), NULL, "no value" },
  { "append-to-number",
    BYTES ("K\x01K\x02"
           "a."),
    NULL, "no list" },
  { "append-to-tuple",
    BYTES (")K\x02"
           "a."),
    NULL, "no list" },
  { "key-in-list", BYTES ("]K\x01K\x02s."), NULL, "has none" },
  { "list-then-keys",
    BYTES ("cm\nn\n)\x81(K\x01"
           "e(K\x01K\x02u."),
    NULL, "has none" },
  { "keys-then-list",
    BYTES ("cm\nn\n)\x81(K\x01K\x02u(K\x01"
           "e."),
    NULL, "no list" },
  { "call-without-tuple", BYTES ("cm\nn\nK\x01R."), NULL, "no arguments" },
  { "object-without-class", BYTES ("(o."), NULL, "no class" },
  { "global-without-name", BYTES ("K\x01K\x02\x93."), NULL, "no name" },
  { "global-cut", BYTES ("cmodule\nname"), NULL, "middle of a name" },
  { "never-remembered", BYTES ("h\x07."), NULL, "never remembered" },
  { "remembered-hole", BYTES ("NN\x30Nq\x03h\x02."), NULL, "never remembered" },
  { "memo-bomb", BYTES ("Nr\xff\xff\xff\xff."), NULL, "impossible number" },
  { "text-too-long", BYTES ("X\xff\xff\xff\x7fhi."), NULL, "middle of a value" },
  { "text-of-2^63", BYTES ("\x8d\xff\xff\xff\xff\xff\xff\xff\x7fhi."), NULL, "too long" },
  { "bytes-too-long", BYTES ("\x8e\xff\xff\xff\xff\xff\xff\xff\xffhi."), NULL, "too long" },
  { "frame-too-long", BYTES ("\x80\x04\x95\xff\xff\xff\xff\xff\xff\xff\xffN."), NULL,
    "middle of a frame" },
#undef BYTES
};

static void
test_case (gconstpointer data)
{
  gsize i = GPOINTER_TO_SIZE (data);
  g_autofree guint8 *copy = g_memdup2 (cases[i].bytes, cases[i].size);
  g_autoptr (GError) error = NULL;
  g_autofree char *text = parse_to_text (copy, cases[i].size, &error);

  g_assert_cmpstr (text, ==, cases[i].text);
  if (cases[i].text != NULL)
    return;

  g_assert_error (error, TL_ERROR, TL_ERROR_FORMAT);
  g_assert_nonnull (strstr (error->message, "x.ckpt"));
  if (strstr (error->message, cases[i].problem) == NULL)
    g_error ("“%s” does not say “%s”", error->message, cases[i].problem);
}

/* A million lists, each in the one before: neither reading nor freeing may recurse. */
static void
test_deep (void)
{
  g_autoptr (GByteArray) bytes = g_byte_array_new ();
  g_autofree char *text = NULL;
  g_autoptr (GError) error = NULL;

  for (guint i = 0; i < 1000000; i++)
    make_op (bytes, "]");
  for (guint i = 0; i < 999999; i++)
    make_op (bytes, "a");
  make_op (bytes, ".");
  text = parse_to_text (bytes->data, bytes->len, &error);
  g_assert_no_error (error);
  g_assert_cmpstr (text, ==, "[[[[[[[[[-]]]]]]]]]");
}

static void
test_find (void)
{
  g_autoptr (GByteArray) bytes = g_byte_array_new ();
  g_autoptr (TlPickle) pickle = NULL;
  g_autoptr (GError) error = NULL;
  gsize n_read;
  TlPickleValue *root;

  make_op (bytes, "}(");
  make_text (bytes, "a");
  make_int (bytes, 1);
  make_text (bytes, "ab");
  make_int (bytes, 2);
  make_text (bytes, "a");
  make_int (bytes, 3);
  make_op (bytes, "u.more");
  pickle = tl_pickle_parse (bytes->data, bytes->len, "x", &n_read, &error);
  g_assert_no_error (error);
  g_assert_cmpuint (n_read, ==, bytes->len - strlen ("more"));

  root = tl_pickle_get_root (pickle);
  g_assert_cmpint (tl_pickle_find (root, "a")->integer, ==, 3);
  g_assert_cmpint (tl_pickle_find (root, "ab")->integer, ==, 2);
  g_assert_null (tl_pickle_find (root, "b"));
  g_assert_null (tl_pickle_find (tl_pickle_find (root, "a"), "a"));
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/pickle/reads-what-python-wrote", test_written_by_python);
  g_test_add_func ("/pickle/cut-anywhere-is-an-error", test_cut_anywhere);
  g_test_add_func ("/pickle/deep-nesting-needs-no-stack", test_deep);
  g_test_add_func ("/pickle/last-of-equal-keys-counts", test_find);
  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autofree char *path = g_strdup_printf ("/pickle/case/%s", cases[i].name);

      g_test_add_data_func (path, GSIZE_TO_POINTER (i), test_case);
    }

  return g_test_run ();
}
