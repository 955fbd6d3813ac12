/* module.c - the part of the window program that computes, loaded when it is needed
 *
 * The library brings its own copies of core's archives, of which it uses what this program has not:
 * the program exports its symbols, and those come first.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "app/module.h"
#include "config.h"

#include "core/base/error.h"

#include <glib/gi18n.h>
#include <gmodule.h>

#define FILE_NAME "tiller-models.so"

/* As waiting.c of the other programs says: libgomp reads it when it is loaded. */
void
tl_module_prepare (void)
{
  if (g_getenv ("OMP_WAIT_POLICY") == NULL)
    g_setenv ("GOMP_SPINCOUNT", "1000", FALSE);
}

/* (transfer full): in TILLER_MODULE_DIR, or beside a program that was not installed, or where it
 * was installed. It has to be of the same build as the program. */
static char *
find_file (void)
{
  const char *named = g_getenv ("TILLER_MODULE_DIR");
  g_autofree char *program = g_file_read_link ("/proc/self/exe", NULL); /* NULL: then not */
  g_autofree char *folder = program != NULL ? g_path_get_dirname (program) : NULL;
  g_autofree char *beside = folder != NULL ? g_build_filename (folder, FILE_NAME, NULL) : NULL;

  if (named != NULL && *named != '\0')
    return g_build_filename (named, FILE_NAME, NULL);
  if (beside != NULL && g_file_test (beside, G_FILE_TEST_IS_REGULAR))
    return g_steal_pointer (&beside);
  return g_build_filename (TL_MODULE_DIR, FILE_NAME, NULL);
}

/* (nullable): a function of the library */
static gpointer
find_function (const char *name, GError **error)
{
  g_autofree char *file = find_file ();
  /* A second time it is only counted; and it stays, for libtorch has threads. */
  GModule *module = g_module_open (file, G_MODULE_BIND_LAZY | G_MODULE_BIND_LOCAL);
  gpointer function = NULL;

  if (module == NULL || !g_module_symbol (module, name, &function))
    {
      tl_error_set (error, TL_ERROR_MISSING, _ ("Tiller is not whole, install it again: %s"),
                    g_module_error ());
      return NULL;
    }
  g_module_make_resident (module);
  return function;
}

static gboolean
load_models (const TlModelFiles *files, TlLoaded *loaded, GCancellable *cancellable, GError **error)
{
  TlLoadModels function = (TlLoadModels) find_function ("tl_load_models", error);

  return function != NULL && function (files, loaded, cancellable, error);
}

static gboolean
load_judge (const char *clip, const char *vocab, const TlMaker *steering, TlLoadedJudge *loaded,
            GError **error)
{
  TlLoadJudge function = (TlLoadJudge) find_function ("tl_load_judge", error);

  return function != NULL && function (clip, vocab, steering, loaded, error);
}

static char **
list_clips (void)
{
  /* NULL: whoever chooses among them has heard of it from loading. */
  TlListClips function = (TlListClips) find_function ("tl_list_clips", NULL);

  return function != NULL ? function () : g_new0 (char *, 1);
}

const TlModelSource *
tl_module_get_source (void)
{
  static const TlModelSource source = { load_models, load_judge, list_clips };

  return &source;
}
