/* clean.h - a prompt as the tokenizer's pattern is applied to it
 *
 * What openai/CLIP clip/simple_tokenizer.py does to a text before it looks for words:
 * html.unescape() twice, strip(), runs of white space to one space, lower(). One step is left out:
 * the original calls ftfy.fix_text first, which straightens curly quotes, composes accents, opens
 * ligatures and repairs mojibake; such characters reach the model as they were typed. Any thread.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/**
 * TlCleanText:
 * @text: UTF-8
 * @n: its bytes
 * @offsets: n + 1 of them: where the character that a byte belongs to came from in the original
 */
typedef struct
{
  char *text;
  gsize n;
  gsize *offsets;
} TlCleanText;

/* Bytes of @text that are no UTF-8 become U+FFFD. */
TlCleanText *tl_clean_text_new (const char *text);
void tl_clean_text_free (TlCleanText *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (TlCleanText, tl_clean_text_free)

G_END_DECLS
