/* pickle-instructions.c - what each instruction of a pickle does
 *
 * A pickle is a program for a stack machine: each byte is an instruction, some are followed by
 * bytes of their own. The table at the end has one function for each. The meaning of each is
 * documented in CPython's Lib/pickletools.py; text forms of protocol 0 and 1 and the copyreg
 * extension registry occur in no model file and are refused.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "config.h"
#include "core/weights/pickle-machine.h"

#include "core/base/error.h"

#include <glib/gi18n-lib.h>
#include <string.h>

/* An instruction puts at most one value on the stack or into a container, so this bounds all of the
 * machine's memory. Lists of the largest checkpoints take a million or so. */
#define MAX_STEPS (64u * 1024u * 1024u)

typedef gboolean (*Handler) (TlMachine *m, guint argument);

/* Constants and numbers */

static gboolean
op_protocol (TlMachine *m, guint argument)
{
  guint64 version;

  if (!tl_machine_take_number (m, 1, &version))
    return FALSE;
  return version <= 5
         || tl_machine_fail (m, _ ("it was written by a newer Python than Tiller knows"));
}

/* Frames tell a reader how much to fetch. All of it is here already, but a frame that leaves the
 * file shows a cut. */
static gboolean
op_frame (TlMachine *m, guint argument)
{
  guint64 n;

  if (!tl_machine_take_number (m, 8, &n))
    return FALSE;
  return n <= m->size - m->at || tl_machine_fail (m, _ ("it ends in the middle of a frame"));
}

static gboolean
op_stop (TlMachine *m, guint argument)
{
  TlPickleValue *root;

  if (m->marks->len > 0 || (root = tl_machine_pop (m)) == NULL)
    return tl_machine_fail (m, _ ("it ends without a result"));

  tl_pickle_set_root (m->pickle, root);
  m->has_ended = TRUE;
  return TRUE;
}

static gboolean
op_none (TlMachine *m, guint argument)
{
  return tl_machine_push (m, tl_pickle_none (m->pickle));
}

static gboolean
op_bool (TlMachine *m, guint argument)
{
  return tl_machine_push (m, tl_pickle_bool (m->pickle, argument));
}

static gboolean
push_int (TlMachine *m, gint64 integer)
{
  TlPickleValue *value;

  if (integer >= 0 && integer < TL_PICKLE_N_SMALL)
    return tl_machine_push (m, tl_pickle_small (m->pickle, integer));
  if ((value = tl_machine_make (m, TL_PICKLE_INT)) == NULL)
    return FALSE;

  value->integer = integer;
  return tl_machine_push (m, value);
}

/* Only the widest form has a sign. */
static gboolean
op_int (TlMachine *m, guint width)
{
  guint64 number;

  if (!tl_machine_take_number (m, width, &number))
    return FALSE;
  return push_int (m, width == 4 ? (gint32) (guint32) number : (gint64) number);
}

/* Two's complement of any length, least significant byte first. */
static gboolean
op_long (TlMachine *m, guint width)
{
  const guint8 *bytes;
  guint64 n, number = 0;

  if (!tl_machine_take_number (m, width, &n))
    return FALSE;
  if (n > 8)
    return tl_machine_push_bytes (m, TL_PICKLE_BIG, n);
  if (!tl_machine_take (m, n, &bytes))
    return FALSE;

  if (n > 0 && bytes[n - 1] >= 0x80)
    number = G_MAXUINT64;
  for (guint i = n; i-- > 0;)
    number = number << 8 | bytes[i];
  return push_int (m, (gint64) number);
}

/* Eight bytes, the only number of the format with its high byte first. */
static gboolean
op_float (TlMachine *m, guint argument)
{
  TlPickleValue *value;
  guint64 bits;

  if (!tl_machine_take_number (m, 8, &bits)
      || (value = tl_machine_make (m, TL_PICKLE_FLOAT)) == NULL)
    return FALSE;

  bits = GUINT64_SWAP_LE_BE (bits);
  memcpy (&value->real, &bits, sizeof bits);
  return tl_machine_push (m, value);
}

static gboolean
op_text (TlMachine *m, guint width)
{
  guint64 n;

  return tl_machine_take_number (m, width, &n) && tl_machine_push_bytes (m, TL_PICKLE_TEXT, n);
}

static gboolean
op_bytes (TlMachine *m, guint width)
{
  guint64 n;

  return tl_machine_take_number (m, width, &n) && tl_machine_push_bytes (m, TL_PICKLE_BYTES, n);
}

/* The stack and the memo */

static gboolean
op_mark (TlMachine *m, guint argument)
{
  g_array_append_val (m->marks, m->stack->len);
  return TRUE;
}

static gboolean
op_pop (TlMachine *m, guint argument)
{
  if (tl_machine_count_free (m) > 0)
    return tl_machine_pop (m) != NULL;
  /* Python takes away a mark that lies on top. */
  if (m->marks->len == 0)
    return tl_machine_fail (m, _ ("an instruction finds nothing to work on"));

  g_array_set_size (m->marks, m->marks->len - 1);
  return TRUE;
}

static gboolean
op_pop_mark (TlMachine *m, guint argument)
{
  guint first;

  if (!tl_machine_take_mark (m, &first))
    return FALSE;

  tl_machine_drop_to (m, first);
  return TRUE;
}

static gboolean
op_dup (TlMachine *m, guint argument)
{
  TlPickleValue *top = tl_machine_peek (m, 0);

  return top != NULL && tl_machine_push (m, top);
}

static gboolean
op_put (TlMachine *m, guint width)
{
  guint64 index;

  return tl_machine_take_number (m, width, &index) && tl_machine_memoize (m, index);
}

static gboolean
op_memoize (TlMachine *m, guint argument)
{
  return tl_machine_memoize (m, m->memo->len);
}

static gboolean
op_get (TlMachine *m, guint width)
{
  guint64 index;

  if (!tl_machine_take_number (m, width, &index))
    return FALSE;
  if (index >= m->memo->len || m->memo->pdata[index] == NULL)
    return tl_machine_fail (m, _ ("it asks for a value that it never remembered"));

  return tl_machine_push (m, m->memo->pdata[index]);
}

/* Containers */

static gboolean
op_empty (TlMachine *m, guint kind)
{
  TlPickleValue *value;

  if (kind == TL_PICKLE_TUPLE)
    return tl_machine_push (m, tl_pickle_empty_tuple (m->pickle));

  value = tl_machine_make (m, kind);
  return value != NULL && tl_machine_push (m, value);
}

static gboolean
op_tuple_n (TlMachine *m, guint n)
{
  if (tl_machine_peek (m, n - 1) == NULL)
    return FALSE;

  return tl_machine_push_items (m, TL_PICKLE_TUPLE, m->stack->len - n);
}

/* Tuple, list, dict or set of all above the mark. */
static gboolean
op_collect (TlMachine *m, guint kind)
{
  guint first;

  if (!tl_machine_take_mark (m, &first))
    return FALSE;
  if (kind == TL_PICKLE_DICT && (m->stack->len - first) % 2 != 0)
    return tl_machine_fail (m, _ ("a key has no value"));

  return tl_machine_push_items (m, kind, first);
}

/* Puts the stack's contents from @first up into the list or set below them. */
static gboolean
put_elements (TlMachine *m, guint first)
{
  guint n = m->stack->len - first;
  TlPickleValue *target = tl_machine_peek (m, n);

  if (target == NULL)
    return FALSE;
  if (target->kind != TL_PICKLE_LIST && target->kind != TL_PICKLE_SET
      && !(target->kind == TL_PICKLE_OBJECT && (target->flags & TL_PICKLE_HAS_PAIRS) == 0))
    return tl_machine_fail (m, _ ("it appends to what is no list"));

  tl_machine_move_to (m, target, first);
  return TRUE;
}

static gboolean
put_pairs (TlMachine *m, guint first)
{
  guint n = m->stack->len - first;
  TlPickleValue *target = tl_machine_peek (m, n);

  if (target == NULL)
    return FALSE;
  if (n % 2 != 0)
    return tl_machine_fail (m, _ ("a key has no value"));
  if (target->kind == TL_PICKLE_OBJECT && target->n == TL_PICKLE_CONTENTS)
    target->flags |= TL_PICKLE_HAS_PAIRS;
  if (target->kind != TL_PICKLE_DICT
      && !(target->kind == TL_PICKLE_OBJECT && (target->flags & TL_PICKLE_HAS_PAIRS) != 0))
    return tl_machine_fail (m, _ ("it sets a key in what has none"));

  tl_machine_move_to (m, target, first);
  return TRUE;
}

static gboolean
op_append (TlMachine *m, guint argument)
{
  return tl_machine_peek (m, 0) != NULL && put_elements (m, m->stack->len - 1);
}

static gboolean
op_appends (TlMachine *m, guint argument)
{
  guint first;

  return tl_machine_take_mark (m, &first) && put_elements (m, first);
}

static gboolean
op_set_item (TlMachine *m, guint argument)
{
  return tl_machine_peek (m, 1) != NULL && put_pairs (m, m->stack->len - 2);
}

static gboolean
op_set_items (TlMachine *m, guint argument)
{
  guint first;

  return tl_machine_take_mark (m, &first) && put_pairs (m, first);
}

/* Classes and objects */

/* A line of text, without its end. */
static gboolean
push_line (TlMachine *m)
{
  const guint8 *start = m->data + m->at;
  const guint8 *end = memchr (start, '\n', m->size - m->at);

  if (end == NULL)
    return tl_machine_fail (m, _ ("it ends in the middle of a name"));
  if (!tl_machine_push_bytes (m, TL_PICKLE_TEXT, (guint64) (end - start)))
    return FALSE;

  m->at++;
  return TRUE;
}

static gboolean
op_global (TlMachine *m, guint argument)
{
  return push_line (m) && push_line (m)
         && tl_machine_push_items (m, TL_PICKLE_GLOBAL, m->stack->len - 2);
}

static gboolean
op_stack_global (TlMachine *m, guint argument)
{
  TlPickleValue *name = tl_machine_peek (m, 0), *module = tl_machine_peek (m, 1);

  if (name == NULL || module == NULL)
    return FALSE;
  if (name->kind != TL_PICKLE_TEXT || module->kind != TL_PICKLE_TEXT)
    return tl_machine_fail (m, _ ("a class has no name"));

  return tl_machine_push_items (m, TL_PICKLE_GLOBAL, m->stack->len - 2);
}

static gboolean
op_persid (TlMachine *m, guint argument)
{
  return tl_machine_peek (m, 0) != NULL
         && tl_machine_push_items (m, TL_PICKLE_PERSID, m->stack->len - 1);
}

/* Python 2 makes an OrderedDict of a list of lists of a key and a value. With the contents where
 * later Pythons put them, nobody else needs to know. The list is emptied: a pickle that names it
 * again and again would otherwise grow without end. */
static void
take_pairs (TlPickleValue *object)
{
  const TlPickleValue *arguments = object->items[TL_PICKLE_ARGUMENTS];
  TlPickleValue *list = arguments->n == 1 ? arguments->items[0] : NULL;

  if (list == NULL || list->kind != TL_PICKLE_LIST
      || !tl_pickle_is_global (object->items[TL_PICKLE_CALLABLE], "collections", "OrderedDict"))
    return;
  for (guint i = 0; i < list->n; i++)
    if (list->items[i]->kind != TL_PICKLE_LIST || list->items[i]->n != 2)
      return;

  object->flags |= TL_PICKLE_HAS_PAIRS;
  for (guint i = 0; i < list->n; i++)
    tl_pickle_append (object, (gpointer *) list->items[i]->items, 2);
  g_clear_pointer (&list->items, g_free);
  list->n = 0;
}

/* The object that @arguments make of @callable, whatever that would be: it is not called. */
static gboolean
push_object (TlMachine *m, TlPickleValue *callable, TlPickleValue *arguments)
{
  gpointer items[TL_PICKLE_CONTENTS] = { callable, arguments, NULL };
  TlPickleValue *object;

  if (arguments->kind != TL_PICKLE_TUPLE)
    return tl_machine_fail (m, _ ("a call has no arguments"));
  if ((object = tl_machine_make (m, TL_PICKLE_OBJECT)) == NULL)
    return FALSE;

  tl_pickle_append (object, items, G_N_ELEMENTS (items));
  take_pairs (object);
  return tl_machine_push (m, object);
}

/* A function or class and its arguments; the third of NEWOBJ_EX, arguments by name, tells nothing
 * about tensors. */
static gboolean
op_call (TlMachine *m, guint n_arguments)
{
  TlPickleValue *callable = tl_machine_peek (m, n_arguments);
  TlPickleValue *arguments = tl_machine_peek (m, n_arguments - 1);

  if (callable == NULL || arguments == NULL)
    return FALSE;

  tl_machine_drop_to (m, m->stack->len - n_arguments - 1);
  return push_object (m, callable, arguments);
}

/* Class and arguments lie above the mark. */
static gboolean
op_object (TlMachine *m, guint argument)
{
  TlPickleValue *callable, *arguments;
  guint first;

  if (!tl_machine_take_mark (m, &first))
    return FALSE;
  if (first == m->stack->len)
    return tl_machine_fail (m, _ ("an object has no class"));

  callable = g_ptr_array_index (m->stack, first);
  if (!tl_machine_push_items (m, TL_PICKLE_TUPLE, first + 1))
    return FALSE;

  arguments = tl_machine_pop (m);
  tl_machine_drop_to (m, first);
  return push_object (m, callable, arguments);
}

static gboolean
op_build (TlMachine *m, guint argument)
{
  TlPickleValue *target = tl_machine_peek (m, 1), *state;

  if (target == NULL)
    return FALSE;

  /* Anything else with a state, such as a dict with attributes, keeps its contents, which is what
   * counts. */
  state = tl_machine_pop (m);
  if (target->kind == TL_PICKLE_OBJECT)
    target->items[TL_PICKLE_STATE] = state;
  return TRUE;
}

typedef struct
{
  Handler handle;
  guint argument;
} Instruction;

static const Instruction instructions[256] = {
  ['('] = { op_mark },
  [')'] = { op_empty, TL_PICKLE_TUPLE },
  ['.'] = { op_stop },
  ['0'] = { op_pop },
  ['1'] = { op_pop_mark },
  ['2'] = { op_dup },
  ['B'] = { op_bytes, 4 },
  ['C'] = { op_bytes, 1 },
  ['G'] = { op_float },
  ['J'] = { op_int, 4 },
  ['K'] = { op_int, 1 },
  ['M'] = { op_int, 2 },
  ['N'] = { op_none },
  ['Q'] = { op_persid },
  ['R'] = { op_call, 1 },
  ['T'] = { op_text, 4 },
  ['U'] = { op_text, 1 },
  ['X'] = { op_text, 4 },
  [']'] = { op_empty, TL_PICKLE_LIST },
  ['a'] = { op_append },
  ['b'] = { op_build },
  ['c'] = { op_global },
  ['d'] = { op_collect, TL_PICKLE_DICT },
  ['e'] = { op_appends },
  ['h'] = { op_get, 1 },
  ['j'] = { op_get, 4 },
  ['l'] = { op_collect, TL_PICKLE_LIST },
  ['o'] = { op_object },
  ['q'] = { op_put, 1 },
  ['r'] = { op_put, 4 },
  ['s'] = { op_set_item },
  ['t'] = { op_collect, TL_PICKLE_TUPLE },
  ['u'] = { op_set_items },
  ['}'] = { op_empty, TL_PICKLE_DICT },
  [0x80] = { op_protocol },
  [0x81] = { op_call, 1 },
  [0x85] = { op_tuple_n, 1 },
  [0x86] = { op_tuple_n, 2 },
  [0x87] = { op_tuple_n, 3 },
  [0x88] = { op_bool, TRUE },
  [0x89] = { op_bool, FALSE },
  [0x8a] = { op_long, 1 },
  [0x8b] = { op_long, 4 },
  [0x8c] = { op_text, 1 },
  [0x8d] = { op_text, 8 },
  [0x8e] = { op_bytes, 8 },
  [0x8f] = { op_empty, TL_PICKLE_SET },
  [0x90] = { op_appends },
  [0x91] = { op_collect, TL_PICKLE_SET },
  [0x92] = { op_call, 2 },
  [0x93] = { op_stack_global },
  [0x94] = { op_memoize },
  [0x95] = { op_frame },
  [0x96] = { op_bytes, 8 },
};

static gboolean
run (TlMachine *m)
{
  while (!m->has_ended)
    {
      const Instruction *instruction;
      const guint8 *code;

      if (!tl_machine_take (m, 1, &code))
        return tl_machine_fail (m, _ ("it was not copied whole"));
      if (m->n_steps++ >= MAX_STEPS)
        return tl_machine_fail (m, _ ("it holds more values than any model has"));
      instruction = &instructions[*code];
      if (instruction->handle == NULL)
        return tl_machine_fail (m, _ ("it has an instruction that no model file uses"));
      if (!instruction->handle (m, instruction->argument))
        return FALSE;
    }

  return TRUE;
}

TlPickle *
tl_pickle_parse (const guint8 *data, gsize size, const char *file, gsize *n_read, GError **error)
{
  g_autoptr (TlPickle) pickle = tl_pickle_new ();
  g_autoptr (GPtrArray) stack = g_ptr_array_new ();
  g_autoptr (GArray) marks = g_array_new (FALSE, FALSE, sizeof (guint));
  g_autoptr (GPtrArray) memo = g_ptr_array_new ();
  TlMachine m = {
    .pickle = pickle, .data = data, .size = size, .stack = stack, .marks = marks, .memo = memo
  };

  if (!run (&m))
    {
      tl_error_set (error, TL_ERROR_FORMAT,
                    _ ("“%s” is damaged at byte %zu of its list of contents: %s"), file, m.at,
                    m.problem);
      return NULL;
    }

  *n_read = m.at;
  return g_steal_pointer (&pickle);
}
