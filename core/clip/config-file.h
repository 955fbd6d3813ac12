/* config-file.h - what the shapes of a CLIP's tensors do not say
 *
 * The activation, the number of heads where they are not 64 wide, and by what pictures are
 * normalised, from a file beside the model: NAME.json beside NAME.safetensors, else what all of a
 * kind are called and several in a folder would share, config.json and preprocessor_config.json
 * (Hugging Face) or open_clip_config.json. In a NAME.json Hugging Face's two are one. Without any,
 * the model's name may tell the activation. Only for config.c.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#pragma once

#include "core/clip/clip.h"

G_BEGIN_DECLS

/* Changes @config if there is a file beside @path that speaks of a model of its widths. FALSE with
 * TL_ERROR_FORMAT only if that file names an activation that CLIP does not have, or a mean or
 * deviation that no pictures have. */
gboolean tl_clip_config_read_file (TlClipConfig *config, const char *path, GError **error);

G_END_DECLS
