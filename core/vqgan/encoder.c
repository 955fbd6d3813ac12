/* encoder.c - a picture becomes a small grid of vectors
 *
 * taming/modules/diffusionmodules/model.py, class Encoder: levels of residual blocks, each level
 * half the size of the one before, attention on some of them, a middle, and the way out.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "config.h"
#include "core/vqgan/blocks.h"

static void
add_level (TlBlocks *blocks, const TlVqganConfig *config, guint level, guint in)
{
  guint out = config->ch * config->ch_mult[level];

  for (guint i = 0; i < config->n_res_blocks && !tl_blocks_have_failed (blocks); i++)
    {
      g_autofree char *block = g_strdup_printf ("encoder.down.%u.block.%u", level, i);
      g_autofree char *attn = g_strdup_printf ("encoder.down.%u.attn.%u", level, i);

      tl_blocks_add_res (blocks, i == 0 ? in : out, out, block);
      if (config->has_attention[level])
        tl_blocks_add_attn (blocks, out, attn);
    }
  if (level + 1 < config->n_levels)
    {
      g_autofree char *name = g_strdup_printf ("encoder.down.%u.downsample.conv", level);

      tl_blocks_add_downsample (blocks, out, config->has_resample_conv, name);
    }
}

TlBlocks *
tl_encoder_load (const TlVqganConfig *config, TlLoader *loader)
{
  TlBlocks *blocks = tl_blocks_new (loader, config->n_groups);
  guint width = config->ch;

  tl_blocks_add_conv (blocks, 3, width, 3, "encoder.conv_in");
  for (guint level = 0; level < config->n_levels; level++)
    {
      add_level (blocks, config, level, width);
      width = config->ch * config->ch_mult[level];
    }

  tl_blocks_add_res (blocks, width, width, "encoder.mid.block_1");
  if (config->has_mid_attention)
    tl_blocks_add_attn (blocks, width, "encoder.mid.attn_1");
  tl_blocks_add_res (blocks, width, width, "encoder.mid.block_2");

  tl_blocks_add_out (blocks, width, config->z_channels, "encoder");
  tl_blocks_add_conv (blocks, config->z_channels, config->e_dim, 1, "quant_conv");
  return blocks;
}
