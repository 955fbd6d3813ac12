/* memory.cpp - memory of large tensors on the CPU
 *
 * A decoder makes and drops gigabytes of activations in every iteration. From malloc() each of them
 * comes as fresh pages, which the kernel has to clear: adding a number to 33 MB then takes 40 ms
 * instead of 8. So large blocks are kept when they are freed, and handed out again; they are made
 * of huge pages. What is kept beyond the most that was ever in use is bounded; what thousands of
 * allocations passed by goes back to the system, and all of it by tl_memory_trim(), since without
 * allocations nothing ages. Before a block is made, the system is asked whether it has that much:
 * Linux would promise it and then kill the program.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "config.h"
#include "core/torch/device.h"
#include "core/torch/internal.h"

#include "core/base/system.h"

#include <c10/core/Allocator.h>
#include <c10/core/CPUAllocator.h>
#include <c10/core/impl/alloc_cpu.h>
#include <map>
#include <mutex>
#include <new>
#include <sys/mman.h>
#include <unordered_map>

/* Smaller ones are malloc's. */
static const size_t LARGE = 256 << 10;
static const size_t PAGE = 4 << 10, HUGE_PAGE = 2 << 20;
/* Kept on top of the most ever in use: a quarter of it up to this much, */
static const size_t SLACK = 224 << 20;
/* and at least this much and a thirty-second of it. */
static const size_t LEAST_SLACK = 64 << 20;
/* Left to the rest of the system. */
static const guint64 RESERVE = 128 << 20;
/* A kept block that this many allocations passed by is given back: several iterations. */
static const guint64 MAX_AGE = 20000;

/* --- blocks of the system ------------------------------------------------------------------------
 */

static size_t
round_up (size_t n, size_t step)
{
  return (n + step - 1) / step * step;
}

/* Eight sizes between powers of two, so that nearly equal requests share blocks. */
static size_t
block_size (size_t n)
{
  size_t power = (size_t) 1 << (63 - __builtin_clzll (n));

  return round_up (n, MAX (power / 8, PAGE));
}

/* Huge pages have to begin at a multiple of their size: cut one out of a larger block. */
static char *
map_aligned (size_t size)
{
  void *place =
    mmap (NULL, size + HUGE_PAGE, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

  if (place == MAP_FAILED)
    return NULL;

  char *start = static_cast<char *> (place);
  size_t before = -reinterpret_cast<guintptr> (start) % HUGE_PAGE;

  if (before > 0)
    munmap (start, before);
  munmap (start + before + size, HUGE_PAGE - before);
#ifdef MADV_HUGEPAGE
  madvise (start + before, size / HUGE_PAGE * HUGE_PAGE, MADV_HUGEPAGE);
#endif
  return start + before;
}

static char *
map_block (size_t size)
{
  if (size >= HUGE_PAGE)
    return map_aligned (size);

  void *place = mmap (NULL, size, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

  return place == MAP_FAILED ? NULL : static_cast<char *> (place);
}

static bool
system_has (size_t size)
{
  return tl_system_get_free_memory () >= size + RESERVE;
}

/* --- the pool
 * ------------------------------------------------------------------------------------- */

/* A block that nobody uses. */
struct Kept
{
  char *place;
  guint64 freed_at; /* in allocations */
};

class Pool
{
public:
  char *
  take (size_t n)
  {
    std::lock_guard<std::mutex> lock (mutex);
    size_t size = block_size (n);
    char *place = find (&size);

    if (place == NULL)
      place = make (size);
    used.emplace (place, size);
    n_used += size;
    n_most = MAX (n_most, n_used);
    if (++clock % 1024 == 0)
      drop_old ();
    return place;
  }

  /* False: not a block of ours. */
  bool
  give (char *place)
  {
    std::lock_guard<std::mutex> lock (mutex);
    auto block = used.find (place);

    if (block == used.end ())
      return false;
    kept.emplace (block->second, Kept{ place, clock });
    n_kept += block->second;
    n_used -= block->second;
    used.erase (block);
    return true;
  }

  void
  trim ()
  {
    std::lock_guard<std::mutex> lock (mutex);

    drop_all ();
  }

  size_t
  get_used ()
  {
    std::lock_guard<std::mutex> lock (mutex);

    return n_used;
  }

private:
  typedef std::multimap<size_t, Kept> KeptBlocks;

  /* The smallest kept block that wastes no more than a quarter; *size becomes its size. */
  char *
  find (size_t *size)
  {
    auto block = kept.lower_bound (*size);

    if (block == kept.end () || block->first > *size + *size / 4)
      return NULL;

    /* The last freed of its size is the likeliest to be in the processor's cache. */
    block = std::prev (kept.upper_bound (block->first));

    char *place = block->second.place;

    *size = block->first;
    n_kept -= block->first;
    kept.erase (block);
    return place;
  }

  size_t
  get_limit () const
  {
    return n_most + MAX (MIN (n_most / 4, SLACK), n_most / 32 + LEAST_SLACK);
  }

  char *
  make (size_t size)
  {
    while (!kept.empty () && n_used + n_kept + size > get_limit ())
      drop (find_oldest ());
    if (size >= HUGE_PAGE && !system_has (size))
      {
        drop_all ();
        if (!system_has (size))
          throw std::bad_alloc ();
      }

    char *place = map_block (size);

    if (place == NULL)
      {
        drop_all ();
        place = map_block (size);
      }
    if (place == NULL)
      throw std::bad_alloc ();
    return place;
  }

  KeptBlocks::iterator
  find_oldest ()
  {
    auto oldest = kept.begin ();

    for (auto block = kept.begin (); block != kept.end (); ++block)
      if (block->second.freed_at < oldest->second.freed_at)
        oldest = block;
    return oldest;
  }

  KeptBlocks::iterator
  drop (KeptBlocks::iterator block)
  {
    munmap (block->second.place, block->first);
    n_kept -= block->first;
    return kept.erase (block);
  }

  void
  drop_all ()
  {
    for (auto block = kept.begin (); block != kept.end ();)
      block = drop (block);
  }

  void
  drop_old ()
  {
    for (auto block = kept.begin (); block != kept.end ();)
      if (block->second.freed_at + MAX_AGE < clock)
        block = drop (block);
      else
        ++block;
  }

  std::mutex mutex;
  std::unordered_map<char *, size_t> used;
  KeptBlocks kept;
  size_t n_used = 0, n_kept = 0, n_most = 0;
  guint64 clock = 0;
};

/* One for the process, as libtorch wants it. Never freed: tensors may live as long as threads do.
 */
static Pool *
get_pool (void)
{
  static Pool *pool = new Pool;

  return pool;
}

/* --- what libtorch sees
 * ----------------------------------------------------------------------------- */

static void
release (void *place)
{
  if (place != NULL && !get_pool ()->give (static_cast<char *> (place)))
    c10::free_cpu (place);
}

class TlAllocator : public c10::Allocator
{
public:
  c10::DataPtr
  allocate (size_t n) TL_ALLOCATE_CONST override
  {
    void *place = n < LARGE ? c10::alloc_cpu (n) : get_pool ()->take (n);

    return { place, place, release, c10::Device (c10::DeviceType::CPU) };
  }

  c10::DeleterFnPtr
  raw_deleter () const override
  {
    return release;
  }

#if TL_TORCH_ALLOCATORS_COPY
  void
  copy_data (void *to, const void *from, size_t n) const override
  {
    default_copy_data (to, from, n);
  }
#endif
};

void
tl_memory_init (void)
{
  c10::SetCPUAllocator (new TlAllocator, 100);
}

void
tl_memory_trim (void)
{
  get_pool ()->trim ();
}

guint64
tl_device_get_live_bytes (void)
{
  return get_pool ()->get_used ();
}
