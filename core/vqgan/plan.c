/* plan.c - what a sequence of blocks costs, and which of them to compute twice
 *
 * For the way back a block keeps its input, if it starts with a norm, and what is inside of it. If
 * it is computed again, the latter goes and comes back when its turn comes. Memory is largest on
 * the way back, when the last blocks' gradients need room beside all that is kept.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "config.h"
#include "core/vqgan/plan.h"

/* Of one block, in numbers and in operations. */
typedef struct
{
  guint64 input;  /* kept in any case */
  guint64 inside; /* kept unless it is computed again */
  guint64 work;   /* held for a moment: gradients and results on their way */
  guint64 weights;
  gdouble forward, backward;
} BlockCost;

static gdouble
count_conv (guint64 pixels, guint in, guint out, guint kernel)
{
  return 2.0 * pixels * in * out * kernel * kernel;
}

static void
set_conv (BlockCost *cost, const TlBlockShape *shape, guint64 pixels)
{
  cost->weights = (guint64) shape->in * shape->out * shape->kernel * shape->kernel;
  cost->forward = cost->backward = count_conv (pixels, shape->in, shape->out, shape->kernel);
}

static void
set_res (BlockCost *cost, const TlBlockShape *shape, guint64 pixels)
{
  guint64 wider = MAX (shape->in, shape->out);

  cost->input = shape->in * pixels;
  cost->inside = shape->out * pixels;
  cost->work = 4 * wider * pixels;
  cost->weights = 9 * (guint64) shape->out * (shape->in + shape->out);
  cost->forward =
    count_conv (pixels, shape->in, shape->out, 3) + count_conv (pixels, shape->out, shape->out, 3);
  if (shape->in != shape->out)
    {
      cost->weights += (guint64) shape->in * shape->out;
      cost->forward += count_conv (pixels, shape->in, shape->out, 1);
    }
  cost->backward = cost->forward;
}

static void
set_attn (BlockCost *cost, const TlBlockShape *shape, guint64 pixels)
{
  gdouble products = 2 * 2.0 * pixels * pixels * shape->in;

  cost->input = shape->in * pixels;
  cost->inside = 4 * shape->in * pixels + pixels * pixels;
  cost->work = 4 * shape->in * pixels + 2 * pixels * pixels;
  cost->weights = 4 * (guint64) shape->in * shape->in;
  cost->forward = 4 * count_conv (pixels, shape->in, shape->in, 1) + products;
  cost->backward = 4 * count_conv (pixels, shape->in, shape->in, 1) + 2 * products;
}

/* @pixels: of the input; becomes those of the result. */
static BlockCost
measure (const TlBlockShape *shape, guint64 *pixels)
{
  BlockCost cost = { 0 };

  switch (shape->kind)
    {
    case TL_BLOCK_RES:
      set_res (&cost, shape, *pixels);
      break;
    case TL_BLOCK_ATTN:
      set_attn (&cost, shape, *pixels);
      break;
    case TL_BLOCK_UP:
      *pixels *= 4;
      set_conv (&cost, shape, *pixels);
      cost.work = (guint64) (shape->in + shape->out) * *pixels;
      break;
    case TL_BLOCK_DOWN:
      cost.work = 2 * shape->in * *pixels;
      *pixels /= 4;
      set_conv (&cost, shape, *pixels);
      break;
    case TL_BLOCK_OUT:
      set_conv (&cost, shape, *pixels);
      cost.input = shape->in * *pixels;
      cost.work = 2 * shape->in * *pixels;
      break;
    case TL_BLOCK_CONV:
      set_conv (&cost, shape, *pixels);
      cost.work = (shape->in + shape->out) * *pixels;
      break;
    }
  return cost;
}

/* The largest sum on the way back. */
static void
add_up (const BlockCost *costs, guint n, guint64 element, const gboolean *recompute,
        TlVqganCost *cost)
{
  *cost = (TlVqganCost){ 0 };
  for (guint i = 0; i < n; i++)
    {
      guint64 now = cost->held + costs[i].input + costs[i].inside + costs[i].work;

      cost->peak = MAX (cost->peak, now);
      cost->held += costs[i].input + (recompute[i] ? 0 : costs[i].inside);
      cost->weights += costs[i].weights;
      cost->forward += costs[i].forward;
      cost->backward += costs[i].backward;
    }
  cost->held *= element;
  cost->peak *= element;
  cost->weights *= element;
}

/* The block that saves the most numbers for its operations, of equal ones the last; or @n. */
static guint
find_best (const BlockCost *costs, guint n, const gboolean *recompute)
{
  guint best = n;

  for (guint i = 0; i < n; i++)
    if (!recompute[i] && costs[i].inside > 0
        && (best == n
            || costs[i].inside * costs[best].forward >= costs[best].inside * costs[i].forward))
      best = i;
  return best;
}

void
tl_plan_make (const TlBlockShape *shapes, guint n, const TlPlanRequest *request,
              gboolean *recompute, TlVqganCost *cost)
{
  g_autofree BlockCost *costs = g_new0 (BlockCost, n);
  guint64 pixels = (guint64) request->height * (guint64) request->width;
  guint next;

  for (guint i = 0; i < n; i++)
    {
      costs[i] = measure (&shapes[i], &pixels);
      recompute[i] = FALSE;
    }
  add_up (costs, n, request->element, recompute, cost);
  while (cost->peak > request->budget && (next = find_best (costs, n, recompute)) < n)
    {
      recompute[next] = TRUE;
      add_up (costs, n, request->element, recompute, cost);
    }
}
