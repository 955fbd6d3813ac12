/* work-private.h - what is in a TlWork
 *
 * work.c gives runs to engines, work-tidy.c takes them away again.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#pragma once

#include "ui/work.h"

G_BEGIN_DECLS

struct _TlWork
{
  GObject parent_instance;

  TlSession *session;
  TlBackend *backend;   /* (nullable) */
  gboolean is_loading;  /* another backend is on its way */
  GHashTable *backends; /* TlRun -> TlBackend: those that an engine has */
  GHashTable *pending;  /* of TlRun: their state is being read, or waits for the backend */
  TlAccess access;      /* of the session, as it was last */
  guint n_asked;        /* orders to engines so far */
  guint tidy_source;
  GCancellable *cancellable;
  gdouble pixels_per_second; /* 0: not known */
};

/* --- work-tidy.c ------------------------------------------------------------------------------ */

/* Soon: engines forget what is over. */
void tl_work_tidy (TlWork *self);
/* Of the session. */
void tl_work_access_changed (TlWork *self);

G_END_DECLS
