/* merges.c - tiller-train merges: the vocabulary of the captions, as CLIP's merges file
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "app/train/train.h"
#include "config.h"

#include "core/scenes/merges.h"
#include "core/scenes/words.h"

#include <glib/gi18n.h>

#define MAX_SCENES 10000000
#define MAX_MERGES 48894 /* OpenAI's own number */

TrainStatus
train_merges (int argc, char **argv)
{
  g_autofree char *path = NULL, *text = NULL;
  gint64 seed = 0;
  gint n_scenes = 20000, n_captions = 4, max_merges = 4096;
  guint n_merges;
  g_autoptr (TlWordCounts) counts = tl_word_counts_new ();
  g_autoptr (GError) error = NULL;
  const GOptionEntry entries[] = {
    { "output", 'o', 0, G_OPTION_ARG_FILENAME, &path, N_ ("write the merges to this file"),
      N_ ("FILE") },
    { "seed", 0, 0, G_OPTION_ARG_INT64, &seed, N_ ("seed of the set of scenes"), N_ ("N") },
    { "count", 0, 0, G_OPTION_ARG_INT, &n_scenes,
      N_ ("scenes to read captions of (default: 20000)"), N_ ("N") },
    { "captions", 0, 0, G_OPTION_ARG_INT, &n_captions, N_ ("captions of each scene (default: 4)"),
      N_ ("N") },
    { "merges", 0, 0, G_OPTION_ARG_INT, &max_merges, N_ ("at most so many (default: 4096)"),
      N_ ("N") },
    { NULL },
  };

  if (!train_parse ("merges", entries, &argc, &argv))
    return TRAIN_USAGE;
  if (path == NULL)
    return train_fail (TRAIN_USAGE, _ ("Say --output FILE"));
  if (n_scenes < 1 || n_scenes > MAX_SCENES || n_captions < 1 || n_captions > 1000 || max_merges < 1
      || max_merges > MAX_MERGES)
    return train_fail (
      TRAIN_USAGE,
      _ ("--count, --captions and --merges take numbers from 1 up to ten million, 1000 and 48894"));

  for (gint i = 0; i < n_scenes; i++)
    {
      g_autoptr (TlScene) scene = tl_scene_new ((guint64) seed, (guint64) i);

      for (gint k = 0; k < n_captions; k++)
        {
          g_autofree char *caption = tl_scene_dup_caption (scene, (guint) k);

          tl_word_counts_add (counts, caption);
        }
    }
  text = tl_word_counts_dup_merges (counts, (guint) max_merges, &n_merges);
  if (!g_file_set_contents (path, text, -1, &error))
    return train_fail_error (error);
  g_print (_ ("%u words, %u merges, %u tokens\n"), tl_word_counts_get_size (counts), n_merges,
           2 * 256 + n_merges + 2);
  return TRAIN_OK;
}
