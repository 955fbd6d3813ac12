/* test-graph.c - what checkpoints hold beside and around tensors, as people have them and as
 * somebody would forge them
 *
 * Each case writes the pickle of a checkpoint whose storages "0" and "1" hold the numbers 0 to 11
 * and 0 to 5, and says what the reader must make of it: a listing (make_listing() says how), or
 * after "!" a part of the message.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "config.h"
#include "core/weights/graph.h"

#include "tests/core/weights/make.h"

#include <string.h>

static const MakeTensor whole = { "0", 12, 2, { 3, 4 }, { 4, 1 } };

static void
put_whole (GByteArray *p, const char *name)
{
  make_text (p, name);
  make_tensor (p, &whole);
}

static void
begin (GByteArray *p)
{
  make_protocol (p, 2);
  make_op (p, "}(");
}

static void
end (GByteArray *p)
{
  make_op (p, "u.");
}

static void
plain (GByteArray *p)
{
  begin (p);
  put_whole (p, "b");
  put_whole (p, "a");
  end (p);
}

static void
ordered (GByteArray *p)
{
  make_ordered_dict (p);
  make_op (p, "(");
  put_whole (p, "a");
  make_op (p, "u}");
  make_text (p, "_metadata");
  make_ordered_dict (p);
  make_op (p, "sb.");
}

/* collections.OrderedDict([['a', ...], ['b', ...]]) */
static void
python_2 (GByteArray *p)
{
  make_protocol (p, 2);
  make_op (p, "}");
  make_text (p, "state_dict");
  make_global (p, "collections", "OrderedDict");
  make_op (p, "](](");
  put_whole (p, "a");
  make_op (p, "e](");
  put_whole (p, "b");
  make_op (p, "ee\x85Rs.");
}

static void
tagged (GByteArray *p)
{
  make_protocol (p, 2);
  make_global (p, "torch.jit._pickle", "restore_type_tag");
  make_op (p, "(}");
  make_text (p, "state_dict");
  make_global (p, "torch.jit._pickle", "restore_type_tag");
  make_op (p, "(}(");
  put_whole (p, "a");
  make_op (p, "u");
  make_text (p, "Dict[str, Tensor]");
  make_op (p, "tRs");
  make_text (p, "Dict[str, Any]");
  make_op (p, "tR.");
}

/* A list that is named again and again must not be copied each time. */
static void
python_2_again (GByteArray *p)
{
  make_protocol (p, 2);
  make_op (p, "](](");
  put_whole (p, "a");
  make_op (p, "ee\x85");
  make_put (p, 0);
  for (guint i = 0; i < 3; i++)
    {
      make_global (p, "collections", "OrderedDict");
      make_get (p, 0);
      make_op (p, "R");
    }
  make_op (p, "\x87.");
}

static void
nested (GByteArray *p)
{
  begin (p);
  make_text (p, "outer");
  make_op (p, "}(");
  make_int (p, 7);
  make_op (p, "](");
  make_tensor (p, &whole);
  make_tensor (p, &whole);
  make_op (p, "eu");
  make_text (p, "epoch");
  make_int (p, 3);
  end (p);
}

static void
tied (GByteArray *p)
{
  begin (p);
  put_whole (p, "a");
  make_put (p, 0);
  make_text (p, "b");
  make_get (p, 0);
  end (p);
}

static void
wrapped (GByteArray *p)
{
  begin (p);
  make_text (p, "epoch");
  make_int (p, 1000);
  make_text (p, "callbacks");
  make_op (p, "}");
  make_global (p, "lightning.callbacks", "ModelCheckpoint");
  make_op (p, "}");
  make_text (p, "best");
  make_tensor (p, &(MakeTensor){ "1", 6, 0 });
  make_op (p, "ss");
  make_text (p, "state_dict");
  make_op (p, "}(");
  put_whole (p, "loss.weight");
  put_whole (p, "model.weight");
  make_op (p, "u");
  make_text (p, "hyper_parameters");
  make_op (p, "}");
  make_text (p, "lr");
  make_int (p, 1);
  make_op (p, "s");
  make_text (p, "ema");
  make_op (p, "}");
  put_whole (p, "model.weight");
  make_op (p, "s");
  end (p);
}

static void
beside (GByteArray *p)
{
  begin (p);
  put_whole (p, "a");
  make_text (p, "optimizer");
  make_op (p, "}");
  make_text (p, "state");
  make_op (p, "]");
  make_tensor (p, &(MakeTensor){ "1", 6, 0 });
  make_op (p, "as");
  make_text (p, "g_optim");
  make_op (p, "}(");
  make_text (p, "state");
  make_op (p, "]");
  make_tensor (p, &whole);
  make_op (p, "a");
  make_text (p, "param_groups");
  make_op (p, "]u");
  end (p);
}

/* A state_dict without tensors is a part of the model's names like any other. */
static void
empty_wrapper (GByteArray *p)
{
  begin (p);
  make_text (p, "state_dict");
  make_op (p, "}");
  make_text (p, "model");
  make_op (p, "}");
  put_whole (p, "a");
  make_op (p, "s");
  end (p);
}

static void
pickled_module (GByteArray *p)
{
  make_protocol (p, 2);
  make_global (p, "my.models", "Net");
  make_op (p, ")\x81}(");
  make_text (p, "hooks");
  make_op (p, "}");
  put_whole (p, "not.a.parameter");
  make_op (p, "s");
  make_text (p, "_parameters");
  make_op (p, "}");
  put_whole (p, "scale");
  make_op (p, "s");
  make_text (p, "_modules");
  make_op (p, "}");
  make_text (p, "conv");
  make_global (p, "torch.nn", "Conv2d");
  make_op (p, ")\x81}");
  make_text (p, "_parameters");
  make_op (p, "}");
  put_whole (p, "weight");
  make_op (p, "ssbsub.");
}

static void
bare_tensor (GByteArray *p)
{
  make_protocol (p, 2);
  make_tensor (p, &whole);
  make_op (p, ".");
}

/* An object that would run a command if it were called is a value like any other. */
static void
dangerous (GByteArray *p)
{
  begin (p);
  put_whole (p, "a");
  make_text (p, "b");
  make_global (p, "posix", "system");
  make_op (p, "(");
  make_text (p, "touch /tmp/tiller-was-here");
  make_op (p, "tR");
  end (p);
}

static void
cycle (GByteArray *p)
{
  begin (p);
  put_whole (p, "a");
  make_text (p, "b");
  make_op (p, "]");
  make_put (p, 0);
  make_get (p, 0);
  make_op (p, "a");
  end (p);
}

static void
skipped_cycle (GByteArray *p)
{
  begin (p);
  put_whole (p, "a");
  make_text (p, "optimizer");
  make_op (p, "]");
  make_put (p, 0);
  make_tensor (p, &(MakeTensor){ "1", 6, 0 });
  make_op (p, "a");
  make_get (p, 0);
  make_op (p, "a");
  end (p);
}

static void
deep (GByteArray *p)
{
  begin (p);
  put_whole (p, "a");
  make_text (p, "b");
  for (guint i = 0; i < 100; i++)
    make_op (p, "](");
  make_tensor (p, &whole);
  for (guint i = 0; i < 100; i++)
    make_op (p, "e");
  end (p);
}

/* Each list holds the one before twice: forty of them are 2^40 ways to one tensor. */
static void
doubling (GByteArray *p)
{
  begin (p);
  make_text (p, "b");
  make_op (p, "](");
  make_tensor (p, &whole);
  make_op (p, "e");
  for (guint i = 0; i < 40; i++)
    {
      make_put (p, i);
      make_op (p, "0](");
      make_get (p, i);
      make_get (p, i);
      make_op (p, "e");
    }
  end (p);
}

/* What has no name is looked through all the same. */
static void
nameless (GByteArray *p)
{
  begin (p);
  make_text (p, "b");
  make_op (p, "}(");
  for (guint i = 0; i < 300; i++)
    make_op (p, "NN");
  make_op (p, "u");
  make_put (p, 0);
  make_text (p, "c");
  make_op (p, "](");
  for (guint i = 0; i < 300; i++)
    make_get (p, 0);
  make_op (p, "e");
  end (p);
}

/* The same with one tensor under very many names. */
static void
many_names (GByteArray *p)
{
  begin (p);
  make_text (p, "b");
  make_tensor (p, &whole);
  make_put (p, 0);
  make_text (p, "c");
  make_op (p, "](");
  for (guint i = 0; i < 20000; i++)
    make_get (p, 0);
  make_op (p, "e");
  end (p);
}

static void
twice (GByteArray *p)
{
  begin (p);
  put_whole (p, "a.b");
  make_text (p, "a");
  make_op (p, "}");
  put_whole (p, "b");
  make_op (p, "s");
  end (p);
}

static void
long_name (GByteArray *p)
{
  g_autofree char *name = g_strnfill (5000, 'x');

  begin (p);
  put_whole (p, name);
  end (p);
}

static void
name_no_text (GByteArray *p)
{
  begin (p);
  put_whole (p, "\xff\xfe");
  end (p);
}

static void
name_steers_terminal (GByteArray *p)
{
  begin (p);
  put_whole (p, "a\x1b[2J");
  end (p);
}

static void
empty (GByteArray *p)
{
  begin (p);
  end (p);
}

static void
numbers_only (GByteArray *p)
{
  make_protocol (p, 2);
  make_int (p, 5);
  make_op (p, ".");
}

static void
cut (GByteArray *p)
{
  begin (p);
  put_whole (p, "a");
}

#define WHOLE "float32[3,4]/4,1=0"

static const MakeCase cases[] = {
  { "plain", plain, "a:" WHOLE " b:" WHOLE },
  { "ordered-dict", ordered, "a:" WHOLE },
  { "python-2", python_2, "a:" WHOLE " b:" WHOLE },
  { "python-2-again", python_2_again, "0.a:" WHOLE },
  { "tagged-by-torchscript", tagged, "a:" WHOLE },
  { "nested", nested, "outer.7.0:" WHOLE " outer.7.1:" WHOLE },
  { "tied", tied, "a:" WHOLE " b:" WHOLE },
  { "wrapped", wrapped,
    "loss.weight:" WHOLE " model.weight:" WHOLE
    " -callbacks (24 bytes) -hyper_parameters -ema (48 bytes)" },
  { "beside-the-model", beside, "a:" WHOLE " -optimizer (24 bytes) -g_optim (48 bytes)" },
  { "empty-wrapper", empty_wrapper, "a:" WHOLE },
  { "pickled-module", pickled_module, "conv.weight:" WHOLE " scale:" WHOLE },
  { "bare-tensor", bare_tensor, "tensor:" WHOLE },
  { "call-is-not-made", dangerous, "a:" WHOLE },
  { "skipped-cycle", skipped_cycle, "a:" WHOLE " -optimizer (24 bytes)" },
  { "cycle", cycle, "!“b.0” contains itself" },
  { "deep", deep, "!is nested too deeply" },
  { "doubling", doubling, "!is reached along far too many ways" },
  { "nameless", nameless, "!is reached along far too many ways" },
  { "many-names", many_names, "!“x.ckpt” lists more tensors than its index can describe" },
  { "two-of-one-name", twice, "!holds two tensors named “a.b”" },
  { "long-name", long_name, "!whose name is no text" },
  { "name-is-no-text", name_no_text, "!whose name is no text" },
  { "name-steers-terminal", name_steers_terminal, "!whose name is no text" },
  { "empty", empty, "!was saved by PyTorch, but holds no tensors" },
  { "numbers-only", numbers_only, "!was saved by PyTorch, but holds no tensors" },
  { "cut-pickle", cut, "!“x.ckpt” is damaged at byte" },
};

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);

  make_add_cases ("/graph", cases, G_N_ELEMENTS (cases));

  return g_test_run ();
}
