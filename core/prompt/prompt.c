/* prompt.c - what the artist wrote, as a value
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "config.h"
#include "core/prompt/prompt.h"

#include "core/prompt/hints.h"
#include "core/prompt/numbers.h"
#include "core/prompt/reading.h"

#include <string.h>

struct _TlPrompt
{
  gatomicrefcount n_refs;
  GArray *segments; /* TlSegment */
  GPtrArray *hints; /* TlHint */
};

G_DEFINE_BOXED_TYPE (TlPrompt, tl_prompt, tl_prompt_ref, tl_prompt_unref)

TlPrompt *
tl_prompt_parse (const char *text)
{
  g_autoptr (TlReading) reading = NULL;
  TlPrompt *self;

  g_return_val_if_fail (text != NULL, NULL);

  reading = tl_reading_new (text);
  self = g_new0 (TlPrompt, 1);
  g_atomic_ref_count_init (&self->n_refs);
  self->hints = tl_hints_new (reading);
  self->segments = tl_reading_take_segments (reading);
  return self;
}

TlPrompt *
tl_prompt_ref (TlPrompt *self)
{
  g_return_val_if_fail (self != NULL, NULL);

  g_atomic_ref_count_inc (&self->n_refs);
  return self;
}

void
tl_prompt_unref (TlPrompt *self)
{
  g_return_if_fail (self != NULL);

  if (!g_atomic_ref_count_dec (&self->n_refs))
    return;
  g_array_unref (self->segments);
  g_ptr_array_unref (self->hints);
  g_free (self);
}

gboolean
tl_prompt_equal (TlPrompt *a, TlPrompt *b)
{
  g_return_val_if_fail (a != NULL && b != NULL, FALSE);

  if (a->segments->len != b->segments->len)
    return FALSE;

  for (guint i = 0; i < a->segments->len; i++)
    if (!tl_segment_equal (tl_prompt_get_segment (a, i), tl_prompt_get_segment (b, i)))
      return FALSE;
  return TRUE;
}

guint
tl_prompt_get_n_segments (TlPrompt *self)
{
  g_return_val_if_fail (self != NULL, 0);

  return self->segments->len;
}

const TlSegment *
tl_prompt_get_segment (TlPrompt *self, guint index)
{
  g_return_val_if_fail (self != NULL && index < self->segments->len, NULL);

  return &g_array_index (self->segments, TlSegment, index);
}

gboolean
tl_prompt_is_empty (TlPrompt *self)
{
  return tl_prompt_get_n_segments (self) == 0;
}

const GPtrArray *
tl_prompt_get_hints (TlPrompt *self)
{
  g_return_val_if_fail (self != NULL, NULL);

  return self->hints;
}

gsize
tl_prompt_measure_keyframe (const char *text)
{
  const char *p = text;
  TlTime time;
  guint fade;

  g_return_val_if_fail (text != NULL, 0);

  return tl_keyframe_scan (&p, text + strlen (text), &time, &fade) ? (gsize) (p - text) : 0;
}
