/* score.c - how well a picture fits words, the way a judge sees it
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "config.h"
#include "core/score/score.h"

#include "core/clip/preprocess.h"

TlTensor *
tl_score_embed_picture (TlScope *outer, TlClip *clip, TlFrame *picture)
{
  TlScope *s = tl_scope_enter (outer);
  const guint8 *pixels = g_bytes_get_data (tl_frame_get_pixels (picture), NULL);
  TlTensor *x = tl_from_argb32 (s, pixels, tl_frame_get_stride (picture),
                                tl_frame_get_width (picture), tl_frame_get_height (picture));

  x = tl_clip_preprocess (s, x, tl_clip_get_config (clip)->resolution);
  x = tl_normalize (s, tl_clip_encode_image (s, clip, x));
  return tl_scope_leave (s, x);
}

TlTensor *
tl_score_embed_text (TlScope *outer, TlClip *clip, TlTokenizer *tokenizer, const char *text)
{
  TlScope *s = tl_scope_enter (outer);

  return tl_scope_leave (s, tl_normalize (s, tl_clip_encode_words (s, clip, tokenizer, text)));
}

/* Of the picture with each of @n texts, @stride apart in @similarities. */
static void
fill_column (TlScope *outer, TlClip *clip, TlFrame *picture, TlTensor *const *texts, guint n,
             gdouble *similarities, guint stride)
{
  TlScope *s = tl_scope_enter (outer);
  TlTensor *seen = tl_score_embed_picture (s, clip, picture);

  for (guint t = 0; t < n; t++)
    similarities[(gsize) t * stride] =
      tl_to_double (s, tl_sum (s, tl_mul (s, seen, texts[t]), NULL, 0, FALSE));
  tl_scope_leave (s, NULL);
}

gboolean
tl_score_table (TlClip *clip, TlTokenizer *tokenizer, const char *const *texts, guint n_texts,
                TlScorePictureFunc load, gconstpointer data, guint n_pictures,
                gdouble *similarities, GCancellable *cancellable, GError **error)
{
  TlScope *s = tl_scope_open (cancellable);
  g_autofree TlTensor **embeds = g_new (TlTensor *, n_texts);

  for (guint t = 0; t < n_texts; t++)
    embeds[t] = tl_score_embed_text (s, clip, tokenizer, texts[t]);

  for (guint p = 0; p < n_pictures && !tl_scope_has_failed (s); p++)
    {
      GError *failure = NULL;
      g_autoptr (TlFrame) picture = load (p, data, &failure);

      if (picture == NULL)
        tl_scope_fail (s, failure);
      else
        fill_column (s, clip, picture, embeds, n_texts, similarities + p, n_pictures);
    }
  return tl_scope_close (s, error);
}
