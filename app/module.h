/* module.h - the part of the window program that computes, loaded when it is needed
 *
 * libtorch registers thousands of operators before main() where a program is linked with it, which
 * takes most of a second. So what needs it is a library of its own, and the window does not wait.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#pragma once

#include "app/models.h"

G_BEGIN_DECLS

/* In main(), before any thread: what libtorch's threads are to know when they are loaded. */
void tl_module_prepare (void);

/* The real models, which the library is opened for on first use. */
const TlModelSource *tl_module_get_source (void);

G_END_DECLS
