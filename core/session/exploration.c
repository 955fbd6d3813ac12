/* exploration.c - several starts grown side by side to a hold, to pick from
 *
 * Candidates that are rejected or have failed are out: they count neither as done nor as to be
 * done, nor does anybody wait for them. Halving goes by age: those that have passed 25 together are
 * compared among themselves, so that a dozen added later is not measured against its elders.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "config.h"
#include "core/session/exploration.h"

#include <math.h>

/* Iterations after which the worse half may go. */
static const guint64 levels[] = { 25, 50 };

typedef struct
{
  TlExploration *exploration;
  TlRun *run;
  guint level; /* of levels[], how many it has passed together with its like */
} Candidate;

struct _TlExploration
{
  GObject parent_instance;

  TlExplorationRecord record;
  GPtrArray *candidates; /* of Candidate, by seed as they came */
  guint64 n_done, n_total;
  gboolean is_held, is_restoring;
  char *order;  /* (nullable) */
  GArray *laid; /* of gint64: the ids in it */
};

enum
{
  PROP_N_DONE = 1,
  PROP_N_TOTAL,
  PROP_IS_HELD,
  PROP_KEEPS_BEST_HALF,
  PROP_ORDER,
  N_PROPS
};

enum
{
  HALVE,
  N_SIGNALS
};

static GParamSpec *properties[N_PROPS];
static guint signals[N_SIGNALS];

/* --- the list --------------------------------------------------------------------------------- */

static GType
get_item_type (GListModel *model)
{
  return TL_TYPE_RUN;
}

static guint
get_n_items (GListModel *model)
{
  return TL_EXPLORATION (model)->candidates->len;
}

static gpointer
get_item (GListModel *model, guint position)
{
  GPtrArray *candidates = TL_EXPLORATION (model)->candidates;

  if (position >= candidates->len)
    return NULL;
  return g_object_ref (((Candidate *) candidates->pdata[position])->run);
}

static void
list_model_init (GListModelInterface *interface)
{
  interface->get_item_type = get_item_type;
  interface->get_n_items = get_n_items;
  interface->get_item = get_item;
}

G_DEFINE_FINAL_TYPE_WITH_CODE (TlExploration, tl_exploration, G_TYPE_OBJECT,
                               G_IMPLEMENT_INTERFACE (G_TYPE_LIST_MODEL, list_model_init))

/* --- what it adds up to ----------------------------------------------------------------------- */

static gboolean
is_in (const Candidate *candidate)
{
  return tl_run_get_mark (candidate->run) != TL_MARK_REJECTED
         && tl_run_get_state (candidate->run) != TL_RUN_FAILED;
}

/* The iteration of the hold arrives a moment before the run says that it waits there. */
static gboolean
has_reached (const Candidate *candidate, guint64 hold)
{
  guint64 iteration = tl_run_get_iteration (candidate->run);
  TlRunState state = tl_run_get_state (candidate->run);

  /* One that somebody ended before waits for nothing. */
  if (state == TL_RUN_STOPPED || state == TL_RUN_FINISHED)
    return TRUE;
  return iteration > hold || (iteration == hold && !tl_run_is_active (candidate->run));
}

static void
set_count (TlExploration *self, guint64 *member, guint64 value, guint property)
{
  if (*member == value)
    return;

  *member = value;
  g_object_notify_by_pspec (G_OBJECT (self), properties[property]);
}

static void
update (TlExploration *self)
{
  guint64 n_done = 0, n_total = 0;
  gboolean is_held = TRUE;

  for (guint i = 0; i < self->candidates->len; i++)
    {
      const Candidate *candidate = self->candidates->pdata[i];

      if (!is_in (candidate))
        continue;
      n_done += MIN (tl_run_get_iteration (candidate->run), self->record.hold);
      n_total += self->record.hold;
      is_held = is_held && has_reached (candidate, self->record.hold);
    }

  g_object_freeze_notify (G_OBJECT (self));
  set_count (self, &self->n_done, n_done, PROP_N_DONE);
  set_count (self, &self->n_total, n_total, PROP_N_TOTAL);
  is_held = is_held && n_total > 0;
  if (self->is_held != is_held)
    {
      self->is_held = is_held;
      g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_IS_HELD]);
    }
  g_object_thaw_notify (G_OBJECT (self));
}

/* --- the worse half --------------------------------------------------------------------------- */

/* Those that are still to pass levels[level], if each of them now has; else NULL. */
static GPtrArray *
find_peers (TlExploration *self, guint level)
{
  g_autoptr (GPtrArray) peers = g_ptr_array_new ();

  for (guint i = 0; i < self->candidates->len; i++)
    {
      Candidate *candidate = self->candidates->pdata[i];

      if (!is_in (candidate) || candidate->level != level)
        continue;
      if (tl_run_get_iteration (candidate->run) < levels[level])
        return NULL;
      g_ptr_array_add (peers, candidate);
    }
  return peers->len > 0 ? g_steal_pointer (&peers) : NULL;
}

static gint
compare_similarity (gconstpointer a, gconstpointer b)
{
  gdouble left = tl_run_get_similarity (*(TlRun *const *) a);
  gdouble right = tl_run_get_similarity (*(TlRun *const *) b);

  return (left > right) - (left < right);
}

/* Of those whose similarity is known: what was never measured is not condemned. */
static GPtrArray *
find_worse_half (GPtrArray *peers)
{
  GPtrArray *worse = g_ptr_array_new_with_free_func (g_object_unref);

  for (guint i = 0; i < peers->len; i++)
    {
      TlRun *run = ((Candidate *) peers->pdata[i])->run;

      if (!isnan (tl_run_get_similarity (run)))
        g_ptr_array_add (worse, g_object_ref (run));
    }
  g_ptr_array_sort (worse, compare_similarity);
  g_ptr_array_set_size (worse, (gint) worse->len / 2);
  return worse;
}

static void
halve (TlExploration *self, guint level)
{
  g_autoptr (GPtrArray) peers = find_peers (self, level);
  g_autoptr (GPtrArray) worse = NULL;

  if (peers == NULL)
    return;

  for (guint i = 0; i < peers->len; i++)
    ((Candidate *) peers->pdata[i])->level++;
  worse = find_worse_half (peers);
  if (self->record.keeps_best_half && worse->len > 0)
    g_signal_emit (self, signals[HALVE], 0, worse);
}

/* What it has passed elsewhere, or before the file was closed, is behind it. */
static void
pass (Candidate *candidate)
{
  while (candidate->level < G_N_ELEMENTS (levels)
         && tl_run_get_iteration (candidate->run) >= levels[candidate->level])
    candidate->level++;
}

static void
on_notify_cb (TlRun *run, GParamSpec *pspec, Candidate *candidate)
{
  /* Whoever listens may remove the candidate. */
  g_autoptr (TlExploration) self = g_object_ref (candidate->exploration);

  update (self);
  if (self->is_restoring)
    {
      pass (candidate);
      return;
    }
  for (guint level = 0; level < G_N_ELEMENTS (levels); level++)
    halve (self, level);
}

static void
candidate_free (gpointer data)
{
  Candidate *candidate = data;

  g_signal_handlers_disconnect_by_data (candidate->run, candidate);
  g_object_unref (candidate->run);
  g_free (candidate);
}

/* --- the object ------------------------------------------------------------------------------- */

static void
tl_exploration_finalize (GObject *object)
{
  TlExploration *self = TL_EXPLORATION (object);

  g_ptr_array_unref (self->candidates);
  g_array_unref (self->laid);
  g_free (self->order);

  G_OBJECT_CLASS (tl_exploration_parent_class)->finalize (object);
}

static void
tl_exploration_get_property (GObject *object, guint id, GValue *value, GParamSpec *pspec)
{
  TlExploration *self = TL_EXPLORATION (object);

  switch (id)
    {
    case PROP_N_DONE:
      g_value_set_uint64 (value, self->n_done);
      break;
    case PROP_N_TOTAL:
      g_value_set_uint64 (value, self->n_total);
      break;
    case PROP_IS_HELD:
      g_value_set_boolean (value, self->is_held);
      break;
    case PROP_KEEPS_BEST_HALF:
      g_value_set_boolean (value, self->record.keeps_best_half);
      break;
    case PROP_ORDER:
      g_value_set_string (value, self->order);
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
    }
}

static void
tl_exploration_set_property (GObject *object, guint id, const GValue *value, GParamSpec *pspec)
{
  switch (id)
    {
    case PROP_KEEPS_BEST_HALF:
      tl_exploration_set_keeps_best_half (TL_EXPLORATION (object), g_value_get_boolean (value));
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
    }
}

static void
tl_exploration_class_init (TlExplorationClass *klass)
{
  const GParamFlags flags = G_PARAM_READABLE | G_PARAM_STATIC_STRINGS;
  GObjectClass *object_class = G_OBJECT_CLASS (klass);

  object_class->finalize = tl_exploration_finalize;
  object_class->get_property = tl_exploration_get_property;
  object_class->set_property = tl_exploration_set_property;

  properties[PROP_N_DONE] = g_param_spec_uint64 ("n-done", NULL, NULL, 0, G_MAXUINT64, 0, flags);
  properties[PROP_N_TOTAL] = g_param_spec_uint64 ("n-total", NULL, NULL, 0, G_MAXUINT64, 0, flags);
  properties[PROP_IS_HELD] = g_param_spec_boolean ("is-held", NULL, NULL, FALSE, flags);
  properties[PROP_KEEPS_BEST_HALF] =
    g_param_spec_boolean ("keeps-best-half", NULL, NULL, FALSE,
                          G_PARAM_READWRITE | G_PARAM_EXPLICIT_NOTIFY | G_PARAM_STATIC_STRINGS);
  properties[PROP_ORDER] = g_param_spec_string ("order", NULL, NULL, NULL, flags);
  g_object_class_install_properties (object_class, N_PROPS, properties);

  signals[HALVE] = g_signal_new ("halve", TL_TYPE_EXPLORATION, G_SIGNAL_RUN_LAST, 0, NULL, NULL,
                                 NULL, G_TYPE_NONE, 1, G_TYPE_PTR_ARRAY);
}

static void
tl_exploration_init (TlExploration *self)
{
  self->laid = g_array_new (FALSE, FALSE, sizeof (gint64));
  self->candidates = g_ptr_array_new_with_free_func (candidate_free);
}

TlExploration *
tl_exploration_new (const TlExplorationRecord *record)
{
  TlExploration *self = g_object_new (TL_TYPE_EXPLORATION, NULL);

  self->record = *record;
  return self;
}

void
tl_exploration_set_restoring (TlExploration *self, gboolean is_restoring)
{
  g_return_if_fail (TL_IS_EXPLORATION (self));

  self->is_restoring = is_restoring;
}

const TlExplorationRecord *
tl_exploration_get_record (TlExploration *self)
{
  return &self->record;
}

gint64
tl_exploration_get_id (TlExploration *self)
{
  return self->record.id;
}

guint64
tl_exploration_get_hold (TlExploration *self)
{
  return self->record.hold;
}

guint64
tl_exploration_get_n_done (TlExploration *self)
{
  return self->n_done;
}

guint64
tl_exploration_get_n_total (TlExploration *self)
{
  return self->n_total;
}

gboolean
tl_exploration_is_held (TlExploration *self)
{
  return self->is_held;
}

gboolean
tl_exploration_get_keeps_best_half (TlExploration *self)
{
  return self->record.keeps_best_half;
}

void
tl_exploration_set_keeps_best_half (TlExploration *self, gboolean keeps)
{
  keeps = keeps != FALSE;
  if (self->record.keeps_best_half == keeps)
    return;

  self->record.keeps_best_half = keeps;
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_KEEPS_BEST_HALF]);
}

const char *
tl_exploration_get_order (TlExploration *self)
{
  return self->order;
}

void
tl_exploration_set_order (TlExploration *self, const char *order)
{
  g_auto (GStrv) words = g_strsplit (order != NULL ? order : "", " ", -1);
  char *copy = g_strdup (order);
  gint64 id;

  if (g_strcmp0 (order, self->order) == 0)
    {
      g_free (copy);
      return;
    }
  g_free (self->order);
  self->order = copy;
  g_array_set_size (self->laid, 0);
  for (guint i = 0; words[i] != NULL; i++)
    if (g_ascii_string_to_signed (words[i], 10, 1, G_MAXINT64, &id, NULL))
      g_array_append_val (self->laid, id);
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_ORDER]);
}

guint
tl_exploration_get_place (TlExploration *self, TlRun *run)
{
  gint64 id = tl_run_get_origin (run)->id;

  for (guint i = 0; i < self->laid->len; i++)
    if (g_array_index (self->laid, gint64, i) == id)
      return i;
  return G_MAXUINT;
}

/* Ids follow the seeds, and do not wrap as seeds may. */
static guint
find_position (TlExploration *self, TlRun *run)
{
  guint position = self->candidates->len;

  while (position > 0)
    {
      const Candidate *before = self->candidates->pdata[position - 1];

      if (tl_run_get_origin (before->run)->id <= tl_run_get_origin (run)->id)
        break;
      position--;
    }
  return position;
}

void
tl_exploration_add (TlExploration *self, TlRun *run)
{
  Candidate *candidate;
  guint position;

  g_return_if_fail (TL_IS_EXPLORATION (self));
  g_return_if_fail (TL_IS_RUN (run));

  candidate = g_new (Candidate, 1);
  *candidate = (Candidate){ self, g_object_ref (run), 0 };
  pass (candidate);
  position = find_position (self, run);
  g_ptr_array_insert (self->candidates, (gint) position, candidate);
  g_signal_connect (run, "notify::iteration", G_CALLBACK (on_notify_cb), candidate);
  g_signal_connect (run, "notify::mark", G_CALLBACK (on_notify_cb), candidate);
  g_signal_connect (run, "notify::state", G_CALLBACK (on_notify_cb), candidate);

  g_list_model_items_changed (G_LIST_MODEL (self), position, 0, 1);
  update (self);
}

void
tl_exploration_remove (TlExploration *self, TlRun *run)
{
  g_return_if_fail (TL_IS_EXPLORATION (self));

  for (guint i = 0; i < self->candidates->len; i++)
    if (((Candidate *) self->candidates->pdata[i])->run == run)
      {
        g_ptr_array_remove_index (self->candidates, i);
        g_list_model_items_changed (G_LIST_MODEL (self), i, 1, 0);
        update (self);
        return;
      }
}
