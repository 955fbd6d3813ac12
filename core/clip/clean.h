/* clean.h - a prompt as the tokenizer's pattern is applied to it
 *
 * What openai/CLIP clip/simple_tokenizer.py does to a text before it looks for words:
 * ftfy.fix_text(), html.unescape() twice, strip(), runs of white space to one space, lower(). Of
 * ftfy's steps those are done that ask no questions of the text: curly quotes are straightened,
 * ligatures opened, letters brought to the usual width, controls dropped, accents composed (NFC).
 * They come after the entities, since ftfy reads those first. What it guesses at is left out:
 * mojibake and terminals' colours reach the model as they were typed. Any thread.
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
