/* names.h - what CLIP's tensors are called, and by whom
 *
 * OpenAI's names are ours. Only for the files of this folder. Any thread.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#pragma once

#include "core/clip/clip.h"

G_BEGIN_DECLS

/* Fills in @config's names and prefix. FALSE where the file has no picture tower of any of them. */
gboolean tl_clip_names_detect (TlClipConfig *config, TlWeights *weights);

/* A TlNameFunc: (transfer full) (nullable): OpenAI's name -> the file's, without the prefix; NULL
 * if they are the same. @config: a const TlClipConfig */
char *tl_clip_names_map (const char *name, gpointer config);

/* What may be in the file and is no part of the towers. */
void tl_clip_names_ignore_others (const TlClipConfig *config, TlLoader *loader);

G_END_DECLS
