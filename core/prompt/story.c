/* story.c - what acts at one iteration
 *
 * A prompt is folded from its first segment to the one in force: what acts is either a segment,
 * with what persists of those before it, or on the way from one to the next. Everything is a
 * function of the iteration, so a run that was paused, forked or replayed sees the same weights.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "config.h"
#include "core/prompt/prompt.h"

#include "core/prompt/inherit.h"
#include "core/prompt/reading.h"

typedef struct
{
  guint64 start;
  guint index; /* of the segment */
} Scene;

static guint64
add_saturated (guint64 a, guint64 b)
{
  guint64 sum;

  return g_uint64_checked_add (&sum, a, b) ? sum : G_MAXUINT64;
}

/* Shares are rounded down to whole iterations. */
static guint64
resolve (TlTime time, const TlStory *story)
{
  guint64 hundreds, rest;

  if (!time.is_percent)
    return time.value;
  /* value · n / 100, with n = 100 · q + r taken apart so that it does not overflow for any length
   * that a run can have. */
  if (!g_uint64_checked_mul (&hundreds, time.value, story->n_iterations / 100)
      || !g_uint64_checked_mul (&rest, time.value, story->n_iterations % 100))
    return G_MAXUINT64;

  return add_saturated (hundreds, rest / 100);
}

static gboolean
is_in_range (const TlSchedule *range, const TlStory *story, guint64 iteration)
{
  return (!range->has_from || resolve (range->from, story) <= iteration)
         && (!range->has_to || iteration < resolve (range->to, story));
}

/* Points are looked for rather than sorted: mixed iterations and percentages have an order only
 * here. Of several points at one time the last counts from there on, the first until there. */
static gdouble
get_curve (const TlSchedule *curve, const TlStory *story, guint64 iteration)
{
  const TlCurvePoint *before = NULL, *after = NULL;
  guint64 from = 0, to = 0;

  for (guint i = 0; i < curve->n_points; i++)
    {
      const TlCurvePoint *point = &curve->points[i];
      guint64 time = resolve (point->time, story);

      if (time <= iteration && (before == NULL || time >= from))
        {
          before = point;
          from = time;
        }
      if (time > iteration && (after == NULL || time < to))
        {
          after = point;
          to = time;
        }
    }

  if (before == NULL || after == NULL)
    return before != NULL ? before->weight : after->weight;

  return before->weight
         + (after->weight - before->weight) * ((gdouble) (iteration - from) / (to - from));
}

static gdouble
get_weight (const TlClause *clause, const TlStory *story, guint64 iteration)
{
  switch (clause->schedule.kind)
    {
    case TL_SCHEDULE_RANGE:
      return is_in_range (&clause->schedule, story, iteration) ? clause->weight : 0;
    case TL_SCHEDULE_CURVE:
      return get_curve (&clause->schedule, story, iteration);
    case TL_SCHEDULE_ALWAYS:
      break;
    }

  return clause->weight;
}

static int
compare_scenes (gconstpointer a, gconstpointer b)
{
  const Scene *p = a, *q = b;

  if (p->start != q->start)
    return p->start < q->start ? -1 : 1;

  return p->index < q->index ? -1 : p->index > q->index;
}

static guint64
get_change_every (TlPrompt *self, const TlStory *story)
{
  guint n_segments = tl_prompt_get_n_segments (self);
  guint64 n = story->change_every > 0 ? story->change_every : story->n_iterations / n_segments;

  return MAX (n, 1);
}

/* Returns: the segments with their starts, in the order of time */
static GArray *
set_scenes (TlPrompt *self, const TlStory *story, gboolean *has_keyframes)
{
  guint n_segments = tl_prompt_get_n_segments (self);
  GArray *scenes = g_array_sized_new (FALSE, FALSE, sizeof (Scene), n_segments);
  guint64 change_every = get_change_every (self, story);
  Scene scene = { 0, 0 };

  *has_keyframes = FALSE;
  for (guint i = 0; i < n_segments; i++)
    {
      const TlSegment *segment = tl_prompt_get_segment (self, i);

      if (segment->has_keyframe)
        scene.start = resolve (segment->at, story);
      else if (i > 0)
        scene.start = add_saturated (scene.start, change_every);
      scene.index = i;
      *has_keyframes = *has_keyframes || segment->has_keyframe;
      g_array_append_val (scenes, scene);
    }

  g_array_sort (scenes, compare_scenes);
  return scenes;
}

/* How far the segment has come in: from 0 at its start to 1. */
static gdouble
get_share (const TlSegment *segment, const Scene *scene, guint64 iteration)
{
  guint64 passed = iteration - scene->start;

  return passed >= segment->fade ? 1 : (gdouble) passed / segment->fade;
}

/* What goes on as it was: the same body, let go at the same distance. */
static gboolean
find_partner (const GArray *active, const TlClause *clause, guint *index)
{
  for (*index = 0; *index < active->len; (*index)++)
    {
      const TlClause *other = g_array_index (active, TlActiveClause, *index).clause;

      if (other->stop == clause->stop && tl_clause_has_same_body (other, clause))
        return TRUE;
    }

  return FALSE;
}

/* Mixes @clauses into what acts: @share of them, and the rest of the old. */
static void
fade (GArray *active, const GPtrArray *clauses, gdouble share, const TlStory *story,
      guint64 iteration)
{
  g_autoptr (GArray) fresh = g_array_new (FALSE, FALSE, sizeof (TlActiveClause));

  for (guint i = 0; i < active->len; i++)
    g_array_index (active, TlActiveClause, i).weight *= 1 - share;

  for (guint i = 0; i < clauses->len; i++)
    {
      TlActiveClause one = { g_ptr_array_index (clauses, i), 0 };
      guint partner;

      one.weight = share * get_weight (one.clause, story, iteration);
      if (find_partner (active, one.clause, &partner))
        {
          one.weight += g_array_index (active, TlActiveClause, partner).weight;
          g_array_remove_index (active, partner);
        }
      g_array_append_val (fresh, one);
    }

  g_array_append_vals (active, fresh->data, fresh->len);
}

static void
drop_idle (GArray *active)
{
  for (guint i = active->len; i > 0; i--)
    {
      const TlActiveClause *one = &g_array_index (active, TlActiveClause, i - 1);

      if (one->weight == 0 || tl_clause_is_remote (one->clause))
        g_array_remove_index (active, i - 1);
    }
}

/* Where the story stands: a loop starts over, schedules go on. Divided by itself, a story is as
 * long as the run: the last segment has the iterations that are left over. */
static guint64
get_story_time (TlPrompt *self, const TlStory *story, gboolean has_keyframes, guint64 iteration)
{
  guint64 length;

  if (!story->loop || has_keyframes
      || !g_uint64_checked_mul (&length, get_change_every (self, story),
                                tl_prompt_get_n_segments (self)))
    return iteration;
  if (story->change_every == 0)
    length = MAX (length, story->n_iterations);

  return iteration % length;
}

GArray *
tl_prompt_at (TlPrompt *self, const TlStory *story, guint64 iteration)
{
  g_autoptr (GPtrArray) clauses = g_ptr_array_new ();
  g_autoptr (GArray) scenes = NULL;
  GArray *active;
  gboolean has_keyframes;
  guint64 time;

  g_return_val_if_fail (self != NULL && story != NULL, NULL);

  active = g_array_new (FALSE, FALSE, sizeof (TlActiveClause));
  if (tl_prompt_is_empty (self))
    return active;

  scenes = set_scenes (self, story, &has_keyframes);
  time = get_story_time (self, story, has_keyframes, iteration);
  for (guint i = 0; i < scenes->len; i++)
    {
      const Scene *scene = &g_array_index (scenes, Scene, i);
      const TlSegment *segment = tl_prompt_get_segment (self, scene->index);

      if (scene->start > time)
        break;
      tl_inherit (clauses, segment);
      fade (active, clauses, get_share (segment, scene, time), story, iteration);
      drop_idle (active);
    }

  return active;
}
