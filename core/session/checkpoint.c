/* checkpoint.c - the whole state of a run at an iteration, kept
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "config.h"
#include "core/session/checkpoint.h"

struct _TlCheckpoint
{
  GObject parent_instance;

  guint64 iteration;
  TlKept kept;
  gdouble similarity;
  gsize n_bytes;
};

enum
{
  PROP_ITERATION = 1,
  PROP_KEPT,
  PROP_SIMILARITY,
  PROP_N_BYTES,
  N_PROPS
};

static GParamSpec *properties[N_PROPS];

G_DEFINE_FINAL_TYPE (TlCheckpoint, tl_checkpoint, G_TYPE_OBJECT)

static void
tl_checkpoint_get_property (GObject *object, guint id, GValue *value, GParamSpec *pspec)
{
  TlCheckpoint *self = TL_CHECKPOINT (object);

  switch (id)
    {
    case PROP_ITERATION:
      g_value_set_uint64 (value, self->iteration);
      break;
    case PROP_KEPT:
      g_value_set_uint (value, self->kept);
      break;
    case PROP_SIMILARITY:
      g_value_set_double (value, self->similarity);
      break;
    case PROP_N_BYTES:
      g_value_set_uint64 (value, self->n_bytes);
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
    }
}

static void
tl_checkpoint_class_init (TlCheckpointClass *klass)
{
  const GParamFlags flags = G_PARAM_READABLE | G_PARAM_STATIC_STRINGS;
  GObjectClass *object_class = G_OBJECT_CLASS (klass);

  object_class->get_property = tl_checkpoint_get_property;

  properties[PROP_ITERATION] =
    g_param_spec_uint64 ("iteration", NULL, NULL, 0, G_MAXUINT64, 0, flags);
  properties[PROP_KEPT] = g_param_spec_uint ("kept", NULL, NULL, 0, G_MAXUINT, 0, flags);
  properties[PROP_SIMILARITY] =
    g_param_spec_double ("similarity", NULL, NULL, -G_MAXDOUBLE, G_MAXDOUBLE, 0, flags);
  properties[PROP_N_BYTES] = g_param_spec_uint64 ("n-bytes", NULL, NULL, 0, G_MAXUINT64, 0, flags);
  g_object_class_install_properties (object_class, N_PROPS, properties);
}

static void
tl_checkpoint_init (TlCheckpoint *self)
{
}

TlCheckpoint *
tl_checkpoint_new (const TlCheckpointValues *values, gsize n_bytes)
{
  TlCheckpoint *self = g_object_new (TL_TYPE_CHECKPOINT, NULL);

  self->iteration = values->iteration;
  self->kept = values->kept;
  self->similarity = values->similarity;
  self->n_bytes = n_bytes;
  return self;
}

guint64
tl_checkpoint_get_iteration (TlCheckpoint *self)
{
  return self->iteration;
}

TlKept
tl_checkpoint_get_kept (TlCheckpoint *self)
{
  return self->kept;
}

void
tl_checkpoint_set_kept (TlCheckpoint *self, TlKept kept)
{
  if (self->kept == kept)
    return;

  self->kept = kept;
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_KEPT]);
}

gdouble
tl_checkpoint_get_similarity (TlCheckpoint *self)
{
  return self->similarity;
}

void
tl_checkpoint_set_similarity (TlCheckpoint *self, gdouble similarity)
{
  if (self->similarity == similarity)
    return;

  self->similarity = similarity;
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_SIMILARITY]);
}

gsize
tl_checkpoint_get_n_bytes (TlCheckpoint *self)
{
  return self->n_bytes;
}
