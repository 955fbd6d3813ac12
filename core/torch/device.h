/* device.h - what libtorch computes on
 *
 * Devices, their memory, threads and precisions. Safe from any thread.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#pragma once

#include "core/base/system.h"
#include "core/torch/tensor.h"

G_BEGIN_DECLS

typedef enum
{
  TL_PRECISION_AUTO,
  TL_PRECISION_FLOAT32,
  TL_PRECISION_BFLOAT16,
  TL_PRECISION_FLOAT16,
} TlPrecision;

/* "cpu", "cuda", "cuda:1"; TL_ERROR_DEVICE if this build or machine has none such. */
gboolean tl_device_parse (const char *name, TlDevice *device, GError **error);

/* (transfer full): "cpu", "cuda:0" */
char *tl_device_get_name (TlDevice device);

/* (transfer full): for people: "CPU, 2 threads", "NVIDIA H200" */
char *tl_device_describe (TlDevice device);

guint tl_device_get_n_cuda (void);

/* Bytes in use by this process on the device (resident set for the CPU; what the allocator holds
 * for CUDA), its peak, and what is free: TL_BYTES_UNKNOWN on a machine without /proc, or of a card
 * in a build without CUDA's headers. */
typedef struct
{
  guint64 used, peak, free;
} TlMemory;

TlMemory tl_device_get_memory (TlDevice device);

/* Bytes of all large tensors on the CPU that are alive. */
guint64 tl_device_get_live_bytes (void);

/* Gives the system what is kept of freed tensors on the CPU, to be used again. For when nothing is
 * left to compute: it has to be cleared when it is asked for anew. Results stay the same. */
void tl_memory_trim (void);

/* More than any processor has cores for; some thousands would stop the whole machine. */
#define TL_MAX_THREADS 256

/* Numbers of one process on one device that later calls of this function change: call it once,
 * before the first tensor. 0: as many as there are processors; at most TL_MAX_THREADS. Returns how
 * many there are now. */
guint tl_device_set_threads (guint n_threads);

guint tl_device_get_threads (void);

typedef void (*TlIndexFunc) (guint index, gpointer data);

/* Calls func (0, data) ... func (n - 1, data), several at a time on the threads above. For work of
 * ours on the CPU; @func opens no scope. */
void tl_for_each (guint n, TlIndexFunc func, gpointer data);

gboolean tl_precision_parse (const char *name, TlPrecision *precision);
const char *tl_precision_get_name (TlPrecision precision);

/* The dtype that models compute in. AUTO is bfloat16 where the processor or card is known to have
 * it in hardware; float32 elsewhere, which includes cards of a build without CUDA's headers. */
TlDtype tl_precision_resolve (TlPrecision precision, TlDevice device);

/* Of a card, by the @major of its compute capability; 0: not known. */
gboolean tl_cuda_has_bfloat16 (gint major);

/* "1.13.1", the version that is linked */
const char *tl_torch_get_version (void);

G_END_DECLS
