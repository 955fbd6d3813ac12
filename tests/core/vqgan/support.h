/* support.h - what the tests of VQGAN share: checkpoints made of a configuration, and golden
 * numbers
 *
 * The names and shapes of a checkpoint are spelled out here once more, from taming's model.py and
 * not from the code under test.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#pragma once

#include "core/vqgan/vqgan.h"

G_BEGIN_DECLS

typedef struct
{
  char name[96];
  gint64 shape[4];
  guint n_dims;
} TestTensor;

/* (element-type TestTensor): every tensor of a model */
GArray *test_list_tensors (const TlVqganConfig *config);

void test_add_tensor (GArray *list, const char *name, const gint64 *shape, guint n_dims);

/* Random numbers under "@prefix NAME"; a number depends on NAME alone. @n_groups 0: says nothing.
 */
TlWeights *test_pack (GArray *list, const char *prefix, guint n_groups);

TlWeights *test_make_weights (const TlVqganConfig *config);

/* Asserts that all goes well. */
TlVqgan *test_load (TlWeights *weights, TlDtype dtype);

/* A small model of every feature: three levels, attention on two, z wider than its codes. */
TlVqganConfig test_small_config (void);

void test_close (TlScope *s);

/* (nullable): NULL after g_test_skip() if the reference folder is not there */
char *test_dup_reference (const char *name);
TlWeights *test_open_reference (const char *name);

/* A tensor of a file, as float32 or int64. */
TlTensor *test_get (TlScope *s, TlWeights *weights, const char *name);

gdouble test_largest_difference (TlScope *s, TlTensor *a, TlTensor *b);

/* Wavy colours in [-1, 1], different for each @seed: [1, 3, h, w] */
TlTensor *test_draw (TlScope *s, guint seed, guint width, guint height);

G_END_DECLS
