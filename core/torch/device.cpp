/* device.cpp - what libtorch computes on
 *
 * What the processor can do is asked of the processor itself (CPUID), what it uses of the kernel
 * (/proc). A libtorch without CUDA, or with it but built here without CUDA's headers, still builds:
 * the cards' memory is then unknown.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "config.h"
#include "core/torch/device.h"
#include "core/torch/internal.h"

#include "core/base/error.h"

#include <ATen/Context.h>
#include <ATen/Parallel.h>
#include <ATen/detail/CUDAHooksInterface.h>
#include <cstdio>
#include <cstring>
#include <glib/gi18n-lib.h>

#ifdef TL_HAS_CUDA
#include <c10/cuda/CUDACachingAllocator.h>
#include <cuda_runtime_api.h>
#endif

#if defined(__x86_64__)
#include <cpuid.h>
#endif

/* --- settings ------------------------------------------------------------------------------- */

static bool
set_up (void)
{
  tl_memory_init ();
  /* cuDNN would round what float32 convolutions multiply to ten bits; products of matrices are left
   * whole by default. */
  at::globalContext ().setAllowTF32CuDNN (false);
  return true;
}

void
tl_torch_init (void)
{
  static const bool is_set_up = set_up ();

  (void) is_set_up;
}

/* --- names ---------------------------------------------------------------------------------- */

guint
tl_device_get_n_cuda (void)
{
  try
    {
      const at::CUDAHooksInterface &hooks = at::detail::getCUDAHooks ();

      return hooks.hasCUDA () ? hooks.getNumGPUs () : 0;
    }
  catch (const std::exception &error)
    {
      g_info ("No CUDA: %s", error.what ());
      return 0;
    }
}

gboolean
tl_device_parse (const char *name, TlDevice *device, GError **error)
{
  guint64 index = 0;

  if (g_str_equal (name, "cpu"))
    {
      *device = { TlDevice::TL_CPU, 0 };
      return TRUE;
    }
  if (!g_str_equal (name, "cuda")
      && !(g_str_has_prefix (name, "cuda:")
           && g_ascii_string_to_unsigned (name + strlen ("cuda:"), 10, 0, 127, &index, NULL)))
    return tl_error_set (error, TL_ERROR_DEVICE,
                         _ ("There is no device called “%s”: use cpu, cuda or cuda:1"), name);
  if (index >= tl_device_get_n_cuda ())
    return tl_error_set (error, TL_ERROR_DEVICE,
                         _ ("This computer has no graphics card “%s” that can be used"), name);

  *device = { TlDevice::TL_CUDA, (gint) index };
  return TRUE;
}

char *
tl_device_get_name (TlDevice device)
{
  return device.kind == TlDevice::TL_CPU ? g_strdup ("cpu")
                                         : g_strdup_printf ("cuda:%d", device.index);
}

char *
tl_device_describe (TlDevice device)
{
  guint n_threads = tl_device_get_threads ();

  if (device.kind == TlDevice::TL_CPU)
    return g_strdup_printf (ngettext ("CPU, %u thread", "CPU, %u threads", n_threads), n_threads);
#ifdef TL_HAS_CUDA
  cudaDeviceProp properties;

  if (cudaGetDeviceProperties (&properties, device.index) == cudaSuccess)
    return g_strdup (properties.name);
#endif
  return g_strdup_printf (_ ("Graphics card %d"), device.index);
}

/* --- memory --------------------------------------------------------------------------------- */

static TlMemory
get_cpu_memory (void)
{
  guint64 used = tl_system_read_kilobytes ("/proc/self/status", "VmRSS");
  guint64 peak = tl_system_read_kilobytes ("/proc/self/status", "VmHWM");

  /* The kernel brings the peak up to date later than the size. */
  return { used, MAX (used, peak), tl_system_get_free_memory () };
}

#ifdef TL_HAS_CUDA

static TlMemory
get_cuda_memory (gint index)
{
  TlMemory memory = { 0, 0, TL_BYTES_UNKNOWN };
  size_t n_free, n_total;

  try
    {
      const auto stats = c10::cuda::CUDACachingAllocator::getDeviceStats (index);
      const auto &reserved = stats.reserved_bytes[0]; /* 0: of blocks of all sizes */

      memory.used = reserved.current;
      memory.peak = reserved.peak;
    }
  catch (const std::exception &error)
    {
      g_debug ("Nothing allocated on the card yet: %s", error.what ());
    }
  if (cudaSetDevice (index) == cudaSuccess && cudaMemGetInfo (&n_free, &n_total) == cudaSuccess)
    memory.free = n_free;
  return memory;
}

#else

static TlMemory
get_cuda_memory (gint)
{
  return { 0, 0, TL_BYTES_UNKNOWN };
}

#endif

TlMemory
tl_device_get_memory (TlDevice device)
{
  return device.kind == TlDevice::TL_CPU ? get_cpu_memory () : get_cuda_memory (device.index);
}

/* --- threads -------------------------------------------------------------------------------- */

guint
tl_device_set_threads (guint n_threads)
{
  tl_torch_init ();
  n_threads = n_threads > 0 ? n_threads : g_get_num_processors ();
  at::set_num_threads (MIN (n_threads, TL_MAX_THREADS));
  return tl_device_get_threads ();
}

guint
tl_device_get_threads (void)
{
  return at::get_num_threads ();
}

void
tl_for_each (guint n, TlIndexFunc func, gpointer data)
{
  at::parallel_for (0, n, 1, [&] (int64_t begin, int64_t end) {
    for (int64_t i = begin; i < end; i++)
      func ((guint) i, data);
  });
}

/* --- precision ------------------------------------------------------------------------------ */

static const char *const precision_names[] = { "auto", "float32", "bfloat16", "float16" };

gboolean
tl_precision_parse (const char *name, TlPrecision *precision)
{
  for (guint i = 0; i < G_N_ELEMENTS (precision_names); i++)
    if (g_str_equal (name, precision_names[i]))
      {
        *precision = (TlPrecision) i;
        return TRUE;
      }
  return FALSE;
}

const char *
tl_precision_get_name (TlPrecision precision)
{
  g_return_val_if_fail ((guint) precision < G_N_ELEMENTS (precision_names), NULL);

  return precision_names[precision];
}

#if defined(__x86_64__)

/* Which register files the kernel saves: Intel's manual, volume 1, 13.3, XCR0. */
static guint64
get_saved_state (void)
{
  guint32 eax, edx;

  __asm__("xgetbv" : "=a"(eax), "=d"(edx) : "c"(0));
  return (guint64) edx << 32 | eax;
}

/* AVX512_BF16 or AMX-BF16, as oneDNN asks for them: Intel's manual, volume 2, CPUID. */
static bool
cpu_has_bfloat16 (void)
{
  const guint64 avx512_state = 0xe6, amx_state = 0x60000;
  guint32 a, b, c, d;

  if (!__get_cpuid (1, &a, &b, &c, &d) || (c & bit_OSXSAVE) == 0)
    return false;

  guint64 state = get_saved_state ();

  if (__get_cpuid_count (7, 0, &a, &b, &c, &d) && (d >> 22 & 1) != 0
      && (state & amx_state) == amx_state)
    return true;
  return __get_cpuid_count (7, 1, &a, &b, &c, &d) && (a >> 5 & 1) != 0
         && (state & avx512_state) == avx512_state;
}

#else

static bool
cpu_has_bfloat16 (void)
{
  return false;
}

#endif

/* Compute capability: "NVIDIA CUDA C++ Programming Guide". 0: it cannot be asked. */
static gint
get_cuda_major (gint index G_GNUC_UNUSED)
{
  gint major = 0;

#ifdef TL_HAS_CUDA
  if (cudaDeviceGetAttribute (&major, cudaDevAttrComputeCapabilityMajor, index) != cudaSuccess)
    return 0;
#endif
  return major;
}

gboolean
tl_cuda_has_bfloat16 (gint major)
{
  return major >= 8;
}

static bool
has_bfloat16 (TlDevice device)
{
  return device.kind == TlDevice::TL_CUDA ? tl_cuda_has_bfloat16 (get_cuda_major (device.index))
                                          : cpu_has_bfloat16 ();
}

TlDtype
tl_precision_resolve (TlPrecision precision, TlDevice device)
{
  switch (precision)
    {
    case TL_PRECISION_FLOAT32:
      return TL_FLOAT32;
    case TL_PRECISION_BFLOAT16:
      return TL_BFLOAT16;
    case TL_PRECISION_FLOAT16:
      return TL_FLOAT16;
    case TL_PRECISION_AUTO:
    default:
      return has_bfloat16 (device) ? TL_BFLOAT16 : TL_FLOAT32;
    }
}

const char *
tl_torch_get_version (void)
{
  return TORCH_VERSION;
}
