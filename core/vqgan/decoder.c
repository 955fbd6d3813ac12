/* decoder.c - a small grid of vectors becomes a picture
 *
 * taming/modules/diffusionmodules/model.py, class Decoder: the encoder's way back, with one
 * residual block more on each level.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "config.h"
#include "core/vqgan/blocks.h"

static void
add_level (TlBlocks *blocks, const TlVqganConfig *config, guint level, guint in)
{
  guint out = config->ch * config->ch_mult[level];

  for (guint i = 0; i <= config->n_res_blocks && !tl_blocks_have_failed (blocks); i++)
    {
      g_autofree char *block = g_strdup_printf ("decoder.up.%u.block.%u", level, i);
      g_autofree char *attn = g_strdup_printf ("decoder.up.%u.attn.%u", level, i);

      tl_blocks_add_res (blocks, i == 0 ? in : out, out, block);
      if (config->has_attention[level])
        tl_blocks_add_attn (blocks, out, attn);
    }
  if (level > 0)
    {
      g_autofree char *name = g_strdup_printf ("decoder.up.%u.upsample.conv", level);

      tl_blocks_add_upsample (blocks, out, config->has_resample_conv, name);
    }
}

TlBlocks *
tl_decoder_load (const TlVqganConfig *config, TlLoader *loader)
{
  TlBlocks *blocks = tl_blocks_new (loader, config->n_groups);
  guint width = config->ch * config->ch_mult[config->n_levels - 1];

  tl_blocks_add_conv (blocks, config->e_dim, config->z_channels, 1, "post_quant_conv");
  tl_blocks_add_conv (blocks, config->z_channels, width, 3, "decoder.conv_in");

  tl_blocks_add_res (blocks, width, width, "decoder.mid.block_1");
  if (config->has_mid_attention)
    tl_blocks_add_attn (blocks, width, "decoder.mid.attn_1");
  tl_blocks_add_res (blocks, width, width, "decoder.mid.block_2");

  for (guint level = config->n_levels; level-- > 0;)
    {
      add_level (blocks, config, level, width);
      width = config->ch * config->ch_mult[level];
    }

  tl_blocks_add_out (blocks, width, 3, "decoder");
  return blocks;
}
