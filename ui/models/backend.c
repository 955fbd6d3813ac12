/* backend.c - what runs are computed with at present
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "config.h"
#include "ui/models/backend.h"

#include <glib/gi18n-lib.h>

struct _TlBackend
{
  GObject parent_instance;

  TlBackendValues values;
};

G_DEFINE_FINAL_TYPE (TlBackend, tl_backend, G_TYPE_OBJECT)

static void
tl_backend_finalize (GObject *object)
{
  TlBackendValues *values = &TL_BACKEND (object)->values;

  g_clear_object (&values->engine);
  g_clear_pointer (&values->tokenizer, tl_tokenizer_unref);
  g_clear_pointer (&values->maker, tl_maker_free);
  g_free ((char *) values->files.vqgan);
  g_free ((char *) values->files.clip);
  g_free ((char *) values->files.vocab);
  g_free ((char *) values->device);

  G_OBJECT_CLASS (tl_backend_parent_class)->finalize (object);
}

static void
tl_backend_class_init (TlBackendClass *class)
{
  G_OBJECT_CLASS (class)->finalize = tl_backend_finalize;
}

static void
tl_backend_init (TlBackend *self)
{
}

TlBackend *
tl_backend_new (const TlBackendValues *values)
{
  TlBackend *self = g_object_new (TL_TYPE_BACKEND, NULL);

  self->values = *values;
  g_object_ref (self->values.engine);
  if (values->tokenizer != NULL)
    tl_tokenizer_ref (self->values.tokenizer);
  self->values.maker = values->maker != NULL ? tl_maker_copy (values->maker) : NULL;
  self->values.files.vqgan = g_strdup (values->files.vqgan);
  self->values.files.clip = g_strdup (values->files.clip);
  self->values.files.vocab = g_strdup (values->files.vocab);
  self->values.device = g_strdup (values->device);
  return self;
}

TlEngine *
tl_backend_get_engine (TlBackend *self)
{
  return self->values.engine;
}

const TlBackendValues *
tl_backend_get_values (TlBackend *self)
{
  return &self->values;
}

guint64
tl_backend_get_memory (TlBackend *self)
{
  return self->values.get_memory != NULL ? self->values.get_memory (self->values.user_data) : 0;
}

TlRoom
tl_backend_judge (TlBackend *self, guint width, guint height, guint n_cutouts, guint64 *n_bytes)
{
  *n_bytes = 0;
  if (self->values.judge == NULL)
    return TL_ROOM_UNKNOWN;
  return self->values.judge (width, height, n_cutouts, n_bytes, self->values.user_data);
}

char *
tl_backend_dup_name (TlBackend *self)
{
  if (self->values.is_starter || self->values.files.vqgan == NULL)
    return g_strdup (_ ("Starter"));
  return g_filename_display_basename (self->values.files.vqgan);
}

gboolean
tl_backend_has_models_of (TlBackend *self, const TlMaker *maker)
{
  const TlMaker *own = self->values.maker;

  return own == NULL || maker == NULL
         || (tl_model_name_equal (&own->vqgan, &maker->vqgan)
             && tl_model_name_equal (&own->clip, &maker->clip));
}

gboolean
tl_backend_is_exact (TlBackend *self)
{
  const TlMaker *own = self->values.maker;

  return own == NULL || g_strcmp0 (own->device, "cpu") == 0;
}

void
tl_backend_init_settings (TlBackend *self, TlSettings *settings)
{
  if (self->values.is_starter)
    tl_settings_init_starter (settings);
  else
    tl_settings_init (settings);
}
