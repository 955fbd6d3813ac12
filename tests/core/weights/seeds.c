/* seeds.c - what fuzzers start from: small files of every kind, in every form that the readers know
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "config.h"
#include "tests/core/weights/make.h"

static const MakeStorage storages[] = { { "0", 12 }, { "94174552161280", 6 } };
static const MakeTensor whole = { "0", 12, 2, { 3, 4 }, { 4, 1 } };
static const MakeTensor turned = { "94174552161280",    6, 2, { 2, 2 }, { 1, 3 }, 1,
                                   .location = "cuda:0" };
static const MakeTensor scalar = { "0", 6, 0, .type = "DoubleStorage",
                                   .rebuild = "_rebuild_tensor" };

/* A Lightning checkpoint: wrapped, with a class as a key, an optimiser and a parameter. */
static void
put_lightning (GByteArray *p)
{
  make_op (p, "}(");
  make_text (p, "callbacks");
  make_op (p, "}");
  make_global (p, "pytorch_lightning.callbacks", "ModelCheckpoint");
  make_op (p, "}(");
  make_text (p, "best");
  make_tensor (p, &turned);
  make_op (p, "us");
  make_text (p, "optimizer_states");
  make_op (p, "](}(");
  make_text (p, "state");
  make_op (p, "}");
  make_int (p, 0);
  make_tensor (p, &whole);
  make_op (p, "s");
  make_text (p, "param_groups");
  make_op (p, "]ue");
  make_text (p, "state_dict");
  make_ordered_dict (p);
  make_op (p, "(");
  make_text (p, "encoder.conv.weight");
  make_tensor (p, &whole);
  make_put (p, 9);
  make_text (p, "tied");
  make_get (p, 9);
  make_text (p, "parameter");
  make_global (p, "torch._utils", "_rebuild_parameter");
  make_op (p, "(");
  make_tensor (p, &turned);
  make_op (p, "\x88}tR");
  make_text (p, "scale");
  make_tensor (p, &scalar);
  make_op (p, "u}");
  make_text (p, "_metadata");
  make_op (p, "}sbu.");
}

/* A tree of TorchScript modules. */
static void
put_script (GByteArray *p)
{
  make_global (p, "__torch__.clip.model", "CLIP");
  make_op (p, ")\x81}(");
  make_text (p, "training");
  make_op (p, "\x89");
  make_text (p, "visual");
  make_global (p, "__torch__.clip.model", "VisionTransformer");
  make_op (p, ")\x81}(");
  make_text (p, "proj");
  make_tensor (p, &turned);
  make_op (p, "ub");
  make_text (p, "blocks");
  make_op (p, "](");
  make_tensor (p, &whole);
  make_tensor (p, &scalar);
  make_op (p, "eub.");
}

static GByteArray *
begin (guint8 version)
{
  GByteArray *pickle = g_byte_array_new ();

  make_protocol (pickle, version);
  return pickle;
}

static GPtrArray *
new_list (void)
{
  return g_ptr_array_new_with_free_func ((GDestroyNotify) g_bytes_unref);
}

GPtrArray *
make_pickle_seeds (void)
{
  GPtrArray *seeds = new_list ();
  GByteArray *lightning = begin (2), *script = begin (4);

  put_lightning (lightning);
  put_script (script);
  g_ptr_array_add (seeds, g_byte_array_free_to_bytes (lightning));
  g_ptr_array_add (seeds, g_byte_array_free_to_bytes (script));
  return seeds;
}

static GBytes *
make_script (gboolean is_zip64)
{
  MakeZip *zip = make_zip_new (is_zip64);
  g_autoptr (GByteArray) pickle = begin (2);
  guint8 data[48] = { 0 };

  put_script (pickle);
  make_zip_add (zip, "clip/data.pkl", pickle->data, pickle->len, TRUE);
  make_zip_add (zip, "clip/data/0", data, sizeof data, FALSE);
  make_zip_add (zip, "clip/data/94174552161280", data, 24, FALSE);
  make_zip_add (zip, "clip/constants.pkl", "\x80\x02).", 4, FALSE);
  make_zip_add (zip, "clip/constants/0", data, 8, FALSE);
  make_zip_add (zip, "clip/byteorder", "little", 6, FALSE);
  return make_zip_finish (zip);
}

GPtrArray *
make_zip_seeds (void)
{
  GPtrArray *seeds = new_list ();
  g_autoptr (GByteArray) lightning = begin (2);

  put_lightning (lightning);
  g_ptr_array_add (seeds, make_checkpoint (lightning, storages, G_N_ELEMENTS (storages)));
  g_ptr_array_add (seeds, make_script (FALSE));
  g_ptr_array_add (seeds, make_script (TRUE));
  return seeds;
}

GPtrArray *
make_legacy_seeds (void)
{
  GPtrArray *seeds = new_list ();
  g_autoptr (GByteArray) lightning = begin (2);
  g_autoptr (GByteArray) list = begin (2);

  put_lightning (lightning);
  make_op (list, "](");
  make_tensor (list, &whole);
  make_tensor (list, &turned);
  make_op (list, "e.");
  g_ptr_array_add (seeds, make_legacy (list, storages, G_N_ELEMENTS (storages)));
  g_ptr_array_add (seeds, make_legacy (lightning, storages, G_N_ELEMENTS (storages)));
  return seeds;
}

GPtrArray *
make_safetensors_seeds (void)
{
  GPtrArray *seeds = new_list ();

  g_ptr_array_add (
    seeds,
    make_safetensors ("{\"__metadata__\":{\"norm_groups\":\"8\",\"\\u00fc\\\"\":\"\\n\"},"
                      "\"a.weight\":{\"dtype\":\"F16\",\"shape\":[2,3],\"data_offsets\":[0,12]},"
                      "\"b\":{\"dtype\":\"I64\",\"shape\":[],\"data_offsets\":[12,20]},"
                      "\"c\":{\"dtype\":\"F8_E4M3\",\"shape\":[4],\"data_offsets\":[20,24]}}  ",
                      24));
  g_ptr_array_add (
    seeds, make_safetensors ("{ \"x\" : { \"data_offsets\" : [ 0 , 0 ] , \"shape\" : [ 0 , 7 ] , "
                             "\"dtype\" : \"BF16\" } }",
                             0));
  return seeds;
}
