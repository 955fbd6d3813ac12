/* split.h - where a prompt is cut into rows
 *
 * Rows keep what was written, oddities and all, so that hints can name them; the parser gives only
 * what was read. So the cuts are made here, at the places where the parser makes them.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* (transfer full): the segments of a prompt, as cut at `^`, with their keyframes */
char **tl_prompt_split_segments (const char *text);

/* (transfer full): the clauses of a segment, as cut at `|`; empty ones are left out */
char **tl_prompt_split_clauses (const char *segment);

/**
 * tl_prompt_cut_keyframe:
 * @keyframe: (out) (transfer full): "@400~50", or "" if there is none
 *
 * Returns: the rest of @segment
 */
const char *tl_prompt_cut_keyframe (const char *segment, char **keyframe);

/* (transfer full): "Then, at 400, fading over 50": what @keyframe says of the segment below */
char *tl_prompt_title_keyframe (const char *keyframe);

G_END_DECLS
