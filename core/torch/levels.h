/* levels.h - which copy of the inner loops the processor runs
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#pragma once

#ifdef TL_HAS_X86_LEVELS

/* x86-64-v4 and v3 as the psABI has them, as far as the loops use it. */
static inline bool
tl_cpu_has_v4 (void)
{
  return __builtin_cpu_supports ("avx512f") && __builtin_cpu_supports ("avx512bw")
         && __builtin_cpu_supports ("avx512cd") && __builtin_cpu_supports ("avx512dq")
         && __builtin_cpu_supports ("avx512vl");
}

static inline bool
tl_cpu_has_v3 (void)
{
  return __builtin_cpu_supports ("avx2") && __builtin_cpu_supports ("fma")
         && __builtin_cpu_supports ("bmi2");
}

/* The best of @table_baseline, @table_v3 and @table_v4. */
#define TL_BEST_LEVEL(table)                                                                       \
  (tl_cpu_has_v4 () ? &table##_v4 : tl_cpu_has_v3 () ? &table##_v3 : &table##_baseline)

#else

#define TL_BEST_LEVEL(table) (&table##_baseline)

#endif
