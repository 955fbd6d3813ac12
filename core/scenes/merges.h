/* merges.h - byte-pair merges for the words of the captions
 *
 * The file is OpenAI's merges format: "#version: 0.2", then one pair a line, most frequent first.
 * Readers put all 256 bytes, alone and at the end of a word, before the merges, so that text of any
 * other words is still spelt, by single characters. Any thread; a TlWordCounts by one at a time.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

typedef struct _TlWordCounts TlWordCounts;

TlWordCounts *tl_word_counts_new (void);
void tl_word_counts_free (TlWordCounts *self);

/* Counts the words of a caption: its runs of a ... z. */
void tl_word_counts_add (TlWordCounts *self, const char *caption);

guint tl_word_counts_get_size (TlWordCounts *self);

/**
 * tl_word_counts_dup_merges:
 * @max_merges: at most so many; fewer where each word is one token before
 * @n_merges: (out) (optional)
 *
 * The same words in any order give the same file.
 *
 * Returns: (transfer full): the text of the file
 */
char *tl_word_counts_dup_merges (TlWordCounts *self, guint max_merges, guint *n_merges);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (TlWordCounts, tl_word_counts_free)

G_END_DECLS
