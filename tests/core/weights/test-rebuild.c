/* test-rebuild.c - tensors as torch writes them, and as somebody would forge them
 *
 * Each case writes the pickle of a checkpoint whose storages "0" and "1" hold the numbers 0 to 11
 * and 0 to 5, and says what the reader must make of it: a listing (make_listing() says how), or
 * after "!" a part of the message.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "config.h"
#include "core/weights/rebuild.h"

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

/* A dictionary with one tensor, "a". */
static void
put_one (GByteArray *p, const MakeTensor *tensor)
{
  begin (p);
  make_text (p, "a");
  make_tensor (p, tensor);
  end (p);
}

static void
transposed (GByteArray *p)
{
  put_one (p, &(MakeTensor){ "0", 12, 2, { 4, 3 }, { 1, 4 } });
}

static void
part_of_storage (GByteArray *p)
{
  put_one (p, &(MakeTensor){ "0", 12, 2, { 2, 2 }, { 4, 1 }, 6 });
}

static void
expanded (GByteArray *p)
{
  put_one (p, &(MakeTensor){ "0", 12, 2, { 5, 3 }, { 0, 1 }, 2 });
}

static void
size_one (GByteArray *p)
{
  put_one (p, &(MakeTensor){ "0", 12, 3, { 1, 3, 1 }, { 999, 4, 77 } });
}

static void
no_elements (GByteArray *p)
{
  put_one (p, &(MakeTensor){ "0", 12, 2, { 0, 3 }, { 3, 1 } });
}

static void
scalar (GByteArray *p)
{
  put_one (p, &(MakeTensor){ "0", 12, 0, .offset = 5, .location = "cuda:0" });
}

static void
types (GByteArray *p)
{
  static const char *const names[] = { "HalfStorage",   "BFloat16Storage", "DoubleStorage",
                                       "LongStorage",   "IntStorage",      "ShortStorage",
                                       "CharStorage",   "ByteStorage",     "BoolStorage",
                                       "UntypedStorage" };

  begin (p);
  for (guint i = 0; i < G_N_ELEMENTS (names); i++)
    {
      make_text (p, names[i]);
      make_tensor (p, &(MakeTensor){ "0", 6, 1, { 2 }, { 1 }, .type = names[i] });
    }
  end (p);
}

static void
cuda_class (GByteArray *p)
{
  begin (p);
  make_text (p, "a");
  make_global (p, "torch._utils", "_rebuild_tensor");
  make_op (p, "((");
  make_text (p, "storage");
  make_global (p, "torch.cuda", "FloatStorage");
  make_text (p, "1");
  make_text (p, "cuda:1");
  make_int (p, 6);
  make_op (p, "NtQK\x01K\x02\x85K\x01\x85tR");
  end (p);
}

/* As torch 2 writes types that have no storage class: bytes, and the type beside them. */
static void
typed_rebuild (GByteArray *p)
{
  begin (p);
  make_text (p, "a");
  make_global (p, "torch._utils", "_rebuild_tensor_v3");
  make_op (p, "(");
  make_storage (p, &(MakeTensor){ "0", 48, .type = "UntypedStorage" });
  make_op (p, "K\x02K\x03\x85K\x01\x85\x89");
  make_ordered_dict (p);
  make_global (p, "torch", "float32");
  make_op (p, "tR");
  end (p);
}

static void
parameter (GByteArray *p)
{
  begin (p);
  make_text (p, "a");
  make_global (p, "torch._utils", "_rebuild_parameter");
  make_op (p, "(");
  make_tensor (p, &whole);
  make_op (p, "\x88");
  make_ordered_dict (p);
  make_op (p, "tR");
  make_text (p, "old");
  make_global (p, "torch.nn.parameter", "Parameter");
  make_op (p, "(");
  make_tensor (p, &whole);
  make_op (p, "tR(\x88\x89Ntb");
  end (p);
}

static void
subclass (GByteArray *p)
{
  begin (p);
  make_text (p, "a");
  make_global (p, "torch._tensor", "_rebuild_from_type_v2");
  make_op (p, "(");
  make_global (p, "torch._utils", "_rebuild_tensor_v2");
  make_global (p, "my.module", "MyTensor");
  make_op (p, "(");
  make_storage (p, &whole);
  make_int (p, 0);
  make_op (p, "K\x02\x85K\x01\x85\x89}t}tR");
  end (p);
}

static void
unsupported (GByteArray *p)
{
  begin (p);
  put_whole (p, "a");
  make_text (p, "freqs");
  make_tensor (p, &(MakeTensor){ "1", 3, 1, { 3 }, { 1 }, .type = "ComplexFloatStorage" });
  make_text (p, "q");
  make_tensor (p, &(MakeTensor){ "1", 3, 1, { 3 }, { 1 }, .rebuild = "_rebuild_qtensor" });
  end (p);
}

static void
past_the_end (GByteArray *p)
{
  put_one (p, &(MakeTensor){ "0", 12, 2, { 3, 4 }, { 4, 1 }, 1 });
}

static void
strides_past_the_end (GByteArray *p)
{
  put_one (p, &(MakeTensor){ "0", 12, 2, { 3, 4 }, { 5, 1 } });
}

static void
negative_size (GByteArray *p)
{
  put_one (p, &(MakeTensor){ "0", 12, 2, { -3, 4 }, { 4, 1 } });
}

static void
negative_stride (GByteArray *p)
{
  put_one (p, &(MakeTensor){ "0", 12, 2, { 3, 4 }, { -4, 1 }, 8 });
}

static void
negative_offset (GByteArray *p)
{
  put_one (p, &(MakeTensor){ "0", 12, 1, { 3 }, { 1 }, -1 });
}

static void
huge_offset (GByteArray *p)
{
  put_one (p, &(MakeTensor){ "0", 12, 1, { 3 }, { 1 }, G_MAXINT64 });
}

static void
huge_product (GByteArray *p)
{
  put_one (p, &(MakeTensor){ "0", 12, 4, { 65536, 65536, 65536, 65536 }, { 0, 0, 0, 0 } });
}

static void
huge_repeat (GByteArray *p)
{
  put_one (p, &(MakeTensor){ "0", 12, 2, { 1 << 20, 1 << 20 }, { 0, 0 } });
}

static void
huge_stride (GByteArray *p)
{
  put_one (p, &(MakeTensor){ "0", 12, 2, { 3, 3 }, { G_MAXINT64, 1 } });
}

static void
lying_storage (GByteArray *p)
{
  put_one (p, &(MakeTensor){ "0", 1000, 1, { 3 }, { 1 } });
}

static void
overflowing_storage (GByteArray *p)
{
  put_one (p, &(MakeTensor){ "0", G_MAXINT64, 1, { 3 }, { 1 } });
}

static void
missing_storage (GByteArray *p)
{
  put_one (p, &(MakeTensor){ "7", 12, 1, { 3 }, { 1 } });
}

static void
climbing_storage (GByteArray *p)
{
  put_one (p, &(MakeTensor){ "../data.pkl", 12, 1, { 3 }, { 1 } });
}

static void
wrong_type (GByteArray *p)
{
  put_one (p, &(MakeTensor){ "0", 12, 1, { 3 }, { 1 }, .type = "NoStorage" });
}

static void
many_dimensions (GByteArray *p)
{
  put_one (p, &(MakeTensor){ "0", 12, 9, { 1, 1, 1, 1, 1, 1, 1, 1, 1 }, { 0 } });
}

static void
few_arguments (GByteArray *p)
{
  begin (p);
  make_text (p, "a");
  make_global (p, "torch._utils", "_rebuild_tensor_v2");
  make_op (p, ")R");
  end (p);
}

static void
endless_wrapping (GByteArray *p)
{
  begin (p);
  put_whole (p, "a");
  make_text (p, "b");
  for (guint i = 0; i < 100; i++)
    make_global (p, "torch._utils", "_rebuild_parameter");
  make_op (p, ")R");
  for (guint i = 0; i < 99; i++)
    make_op (p, "\x85R");
  end (p);
}

#define WHOLE "float32[3,4]/4,1=0"

static const MakeCase cases[] = {
  { "transposed", transposed, "a:float32[4,3]/1,4=0" },
  { "part-of-a-storage", part_of_storage, "a:float32[2,2]/4,1=6" },
  { "expanded", expanded, "a:float32[5,3]/0,1=2" },
  { "strides-of-size-one-are-tidied", size_one, "a:float32[1,3,1]/12,4,1=0" },
  { "no-elements", no_elements, "a:float32[0,3]/1,1" },
  { "scalar", scalar, "a:float32[]/=5" },
  { "all-types", types,
    "BFloat16Storage:bfloat16[2]/1 BoolStorage:bool[2]/1 ByteStorage:uint8[2]/1 "
    "CharStorage:int8[2]/1 "
    "DoubleStorage:float64[2]/1 HalfStorage:float16[2]/1 IntStorage:int32[2]/1 "
    "LongStorage:int64[2]/1 "
    "ShortStorage:int16[2]/1 UntypedStorage:uint8[2]/1" },
  { "cuda-class", cuda_class, "a:float32[2]/1=1" },
  { "typed-rebuild", typed_rebuild, "a:float32[3]/1=2" },
  { "parameter", parameter, "a:" WHOLE " old:" WHOLE },
  { "subclass", subclass, "a:float32[2]/1=0" },
  { "unsupported-is-skipped", unsupported,
    "a:" WHOLE " -freqs: complex64 (24 bytes) -q: a sort of tensor that Tiller does not use" },
  { "past-the-end", past_the_end, "!“x.ckpt”: tensor “a” reaches past the end of its storage" },
  { "strides-past-the-end", strides_past_the_end, "!tensor “a” reaches past the end" },
  { "negative-size", negative_size, "!tensor “a” has a negative size" },
  { "negative-stride", negative_stride, "!tensor “a” has impossible strides" },
  { "negative-offset", negative_offset, "!tensor “a” starts before its storage" },
  { "huge-offset", huge_offset, "!tensor “a” reaches past the end" },
  { "huge-product", huge_product, "!tensor “a” has an impossible size" },
  { "huge-repeat", huge_repeat, "!tensor “a” claims more numbers than the file can hold" },
  { "huge-stride", huge_stride, "!tensor “a” has impossible strides" },
  { "lying-storage", lying_storage, "!“archive/data/0” is shorter than the file says" },
  { "overflowing-storage", overflowing_storage, "!“archive/data/0” is shorter than the file says" },
  { "missing-storage", missing_storage, "!“data/7” are missing" },
  { "climbing-storage", climbing_storage, "!“data/../data.pkl” are missing" },
  { "wrong-type", wrong_type,
    "!tensor “a” has a storage or a number type that Tiller does not know" },
  { "many-dimensions", many_dimensions, "!tensor “a” has no readable shape" },
  { "few-arguments", few_arguments, "!tensor “a” has no readable shape" },
  { "endless-wrapping", endless_wrapping, "a:" WHOLE },
};

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);

  make_add_cases ("/rebuild", cases, G_N_ELEMENTS (cases));

  return g_test_run ();
}
