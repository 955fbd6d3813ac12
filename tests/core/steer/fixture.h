/* fixture.h - a stepper on the starter models, and short ways to drive it
 *
 * What fails, fails the test.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#pragma once

#include "core/steer/stepper.h"

G_BEGIN_DECLS

/* Of the pictures. */
#define SIDE 64

typedef struct
{
  TlStepper *stepper;
} Fixture;

/* In float32, which is the same on every machine. */
void fixture_set_up (Fixture *fixture, gconstpointer data);
void fixture_set_up_in (Fixture *fixture, TlPrecision precision);
void fixture_tear_down (Fixture *fixture, gconstpointer data);

/* A PNG: red above, green below. (transfer full) */
TlAsset *make_picture (const char *name, gint width, gint height);
TlStart *make_start (guint64 seed, TlAsset *image, TlFit fit);
/* The starter's settings with few cutouts, whole from the start; others by name and text, ended by
 * NULL. */
TlSteer *make_steer (const char *prompt_text, GPtrArray *assets, ...) G_GNUC_NULL_TERMINATED;

TlState *fixture_start (Fixture *fixture, TlStart *begin);
TlReport fixture_step (Fixture *fixture, TlState *state, TlSteer *steer, TlWants wants);
void fixture_walk (Fixture *fixture, TlState *state, TlSteer *steer, guint n);
GBytes *fixture_save (Fixture *fixture, TlState *state);
TlState *fixture_load (Fixture *fixture, TlStart *begin, GBytes *bytes);
/* (transfer full): the latent as it is saved, @n numbers */
gfloat *fixture_read_z (Fixture *fixture, TlState *state, gsize *n);
void fixture_free_state (Fixture *fixture, TlState *state);
/* To the bit. */
gboolean fixture_are_equal (Fixture *fixture, TlState *a, TlState *b);

G_END_DECLS
