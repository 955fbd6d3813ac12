/* codebook.c - the vectors that a picture may be made of
 *
 * |z - e|² is smallest where z·e - |e|²/2 is largest, so the nearest vector and the likeliest one
 * of a Gumbel model are the same question: in which row of weight · z + bias is the largest value?
 * One matrix product answers it.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "config.h"
#include "core/vqgan/codebook.h"

/* Scores held at a time: 16 MB. All of 1024 x 1024 pixels with 16384 codes would be 256 MB, and
 * slower, because the search for the largest would find none of them in the cache. */
#define MAX_SCORES (1 << 22)

/* z: [cells, e_dim], weight: [n_codes, e_dim], bias: [n_codes] -> int64 [cells]; the first of equal
 * ones */
static TlTensor *
best_rows (TlScope *outer, TlTensor *z, TlTensor *weight, TlTensor *bias)
{
  TlScope *s = tl_scope_enter (outer);
  gint64 n_cells = tl_tensor_get_size (z, 0);
  gint64 n_at_once = MAX (1, MAX_SCORES / tl_tensor_get_size (weight, 0));
  g_autoptr (GPtrArray) parts = g_ptr_array_new ();

  for (gint64 i = 0; i < n_cells && !tl_scope_has_failed (s); i += n_at_once)
    {
      TlScope *inner = tl_scope_enter (s);
      TlTensor *part = tl_narrow (inner, z, 0, i, MIN (n_at_once, n_cells - i));

      part = tl_argmax (inner, tl_linear (inner, part, weight, bias), 1);
      g_ptr_array_add (parts, tl_scope_leave (inner, part));
    }
  if (parts->len == 1)
    return tl_scope_leave (s, g_ptr_array_index (parts, 0));

  return tl_scope_leave (s, tl_cat (s, (TlTensor *const *) parts->pdata, parts->len, 0));
}

/* z: [n, e_dim, h, w] -> int64 [n, h, w] */
static TlTensor *
choose (TlScope *outer, TlTensor *z, TlTensor *weight, TlTensor *bias)
{
  TlScope *s = tl_scope_enter (outer);
  gint64 n = tl_tensor_get_size (z, 0), e_dim = tl_tensor_get_size (z, 1);
  gint64 h = tl_tensor_get_size (z, 2), w = tl_tensor_get_size (z, 3);
  TlTensor *cells;

  /* An index has no gradient: without the detour the products would be kept for one. */
  cells = tl_permute (s, tl_detach (s, z), TL_SHAPE (0, 2, 3, 1));
  cells = tl_reshape (s, cells, TL_SHAPE (-1, e_dim));
  cells = best_rows (s, cells, weight, bias);

  return tl_scope_leave (s, tl_reshape (s, cells, TL_SHAPE (n, h, w)));
}

TlTensor *
tl_codebook_nearest (TlScope *s, const TlCodebook *self, TlTensor *z)
{
  return choose (s, z, self->vectors, self->half_squares);
}

TlTensor *
tl_codebook_likeliest (TlScope *s, const TlCodebook *self, TlTensor *z)
{
  return choose (s, z, self->logits.weight, self->logits.bias);
}

TlTensor *
tl_codebook_lookup (TlScope *outer, const TlCodebook *self, TlTensor *indices)
{
  TlScope *s = tl_scope_enter (outer);
  TlTensor *rows = tl_take_rows (s, self->vectors, indices); /* [n, h, w, e_dim] */

  return tl_scope_leave (s, tl_permute (s, rows, TL_SHAPE (0, 3, 1, 2)));
}

/* --- loading --- */

static gboolean
derive (TlCodebook *self, gint64 e_dim, GError **error)
{
  TlScope *s = tl_scope_open (NULL);
  TlTensor *squares = tl_mul (s, self->vectors, self->vectors);
  TlTensor *low = tl_amin (s, self->vectors, 0, FALSE);
  TlTensor *high = tl_amax (s, self->vectors, 0, FALSE);

  squares = tl_sum (s, squares, (const gint64[]){ 1 }, 1, FALSE);
  self->half_squares = tl_own (tl_mul_scalar (s, squares, -0.5));
  self->z_min = tl_own (tl_reshape (s, low, TL_SHAPE (1, e_dim, 1, 1)));
  self->z_max = tl_own (tl_reshape (s, high, TL_SHAPE (1, e_dim, 1, 1)));

  return tl_scope_close (s, error);
}

/* A 1 x 1 convolution in the file (taming/modules/vqvae/quantize.py, GumbelQuantize.proj). */
static gboolean
load_logits (TlCodebook *self, const TlVqganConfig *config, TlLoader *loader, GError **error)
{
  const gint64 n = config->n_codes, e = config->e_dim;
  g_autoptr (TlTensor) weight =
    tl_loader_take_float32 (loader, TL_SHAPE (n, e, 1, 1), "quantize.proj.weight");
  TlScope *s;

  self->logits.bias = tl_loader_take_float32 (loader, TL_SHAPE (n), "quantize.proj.bias");
  if (tl_loader_has_failed (loader))
    return TRUE;

  s = tl_scope_open (NULL);
  self->logits.weight = tl_own (tl_reshape (s, weight, TL_SHAPE (n, e)));
  return tl_scope_close (s, error);
}

gboolean
tl_codebook_load (TlCodebook *self, const TlVqganConfig *config, TlLoader *loader, GError **error)
{
  const char *name = config->is_gumbel ? "quantize.embed.weight" : "quantize.embedding.weight";

  self->vectors =
    tl_loader_take_float32 (loader, TL_SHAPE (config->n_codes, config->e_dim), "%s", name);
  if (config->is_gumbel && !load_logits (self, config, loader, error))
    return FALSE;
  /* What failed in the loader is told by tl_loader_finish (). */
  return tl_loader_has_failed (loader) || derive (self, config->e_dim, error);
}

void
tl_codebook_clear (TlCodebook *self)
{
  g_clear_pointer (&self->vectors, tl_tensor_free);
  g_clear_pointer (&self->half_squares, tl_tensor_free);
  g_clear_pointer (&self->z_min, tl_tensor_free);
  g_clear_pointer (&self->z_max, tl_tensor_free);
  tl_linear_clear (&self->logits);
}
