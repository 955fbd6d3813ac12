/* clause-item.c - one row of the prompt
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "config.h"
#include "ui/steer/clause-item.h"

#include <math.h>

struct _TlClauseItem
{
  GObject parent_instance;

  char *source;
  TlPrompt *read;         /* of the source; holds the clause */
  const TlClause *clause; /* (nullable): in read */
  char *shown;            /* the clause without its numbers, as the row shows it */
  char *draft;            /* (nullable): what was typed since */
  guint number, segment;
  gboolean changed;
  char *hint, *fix_label, *fix;
};

enum
{
  PROP_TEXT = 1,
  PROP_WEIGHT,
  PROP_SIMILARITY,
  PROP_KIND,
  PROP_NUMBER,
  PROP_SEGMENT,
  PROP_HINT,
  PROP_FIX_LABEL,
  PROP_CHANGED,
  N_PROPERTIES
};

static GParamSpec *properties[N_PROPERTIES];

G_DEFINE_FINAL_TYPE (TlClauseItem, tl_clause_item, G_TYPE_OBJECT)

/* The first clause of the first segment. */
static const TlClause *
find_clause (TlPrompt *prompt)
{
  if (tl_prompt_is_empty (prompt) || tl_prompt_get_segment (prompt, 0)->n_clauses == 0)
    return NULL;
  return &tl_prompt_get_segment (prompt, 0)->clauses[0];
}

static gboolean
is_single (TlPrompt *prompt)
{
  return tl_prompt_get_n_segments (prompt) == 1
         && tl_prompt_get_segment (prompt, 0)->n_clauses == 1;
}

/* Numbers that say what is the case without them, ":1", are read all the same. */
static gboolean
has_numbers (const TlClause *clause, const char *text)
{
  return clause->weight != 1 || isfinite (clause->stop)
         || g_regex_match_simple (":\\s*\\+?0*1(\\.0*)?\\s*(@.*)?$", text, 0, 0);
}

static char *
print_with (const TlClause *clause, gdouble weight, gdouble stop)
{
  TlClause copy = *clause;

  copy.weight = weight;
  copy.stop = stop;
  return tl_clause_print (&copy);
}

static void
read_source (TlClauseItem *self)
{
  g_clear_pointer (&self->read, tl_prompt_unref);
  g_clear_pointer (&self->shown, g_free);
  self->read = tl_prompt_parse (self->source);
  self->clause = find_clause (self->read);
  self->shown = self->clause != NULL ? print_with (self->clause, 1, -INFINITY) : g_strdup ("");
}

static void
notify_all (TlClauseItem *self)
{
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_TEXT]);
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_WEIGHT]);
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_SIMILARITY]);
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_KIND]);
}

/* The draft with the row's numbers, where it names none of its own. */
static char *
compose_draft (TlClauseItem *self)
{
  g_autoptr (TlPrompt) prompt = tl_prompt_parse (self->draft);
  const TlClause *clause = find_clause (prompt);
  gdouble weight = tl_clause_item_get_weight (self);
  gdouble stop = self->clause != NULL ? self->clause->stop : -INFINITY;
  gboolean is_plain = weight == 1 && !isfinite (stop);

  if (clause == NULL)
    return g_strdup ("");
  if (is_plain || !is_single (prompt) || has_numbers (clause, self->draft))
    return g_strdup (self->draft);
  return print_with (clause, weight, stop);
}

static void
set_numbers (TlClauseItem *self, gdouble weight, gdouble stop)
{
  g_autofree char *source = tl_clause_item_dup_source (self);
  g_autoptr (TlPrompt) prompt = tl_prompt_parse (source);
  const TlClause *clause = find_clause (prompt);
  g_autofree char *numbered = clause != NULL ? print_with (clause, weight, stop) : NULL;

  if (numbered != NULL)
    tl_clause_item_set_source (self, numbered);
}

static void
tl_clause_item_get_property (GObject *object, guint id, GValue *value, GParamSpec *pspec)
{
  TlClauseItem *self = TL_CLAUSE_ITEM (object);

  switch (id)
    {
    case PROP_TEXT:
      g_value_set_string (value, tl_clause_item_get_text (self));
      break;
    case PROP_WEIGHT:
      g_value_set_double (value, tl_clause_item_get_weight (self));
      break;
    case PROP_SIMILARITY:
      g_value_set_double (value, tl_clause_item_get_similarity (self));
      break;
    case PROP_KIND:
      g_value_set_int (value, tl_clause_item_get_kind (self));
      break;
    case PROP_NUMBER:
      g_value_set_uint (value, self->number);
      break;
    case PROP_SEGMENT:
      g_value_set_uint (value, self->segment);
      break;
    case PROP_HINT:
      g_value_set_string (value, self->hint);
      break;
    case PROP_FIX_LABEL:
      g_value_set_string (value, self->fix_label);
      break;
    case PROP_CHANGED:
      g_value_set_boolean (value, self->changed);
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
    }
}

static void
tl_clause_item_set_property (GObject *object, guint id, const GValue *value, GParamSpec *pspec)
{
  TlClauseItem *self = TL_CLAUSE_ITEM (object);

  switch (id)
    {
    case PROP_TEXT:
      tl_clause_item_set_text (self, g_value_get_string (value));
      break;
    case PROP_WEIGHT:
      tl_clause_item_set_weight (self, g_value_get_double (value));
      break;
    case PROP_SIMILARITY:
      tl_clause_item_set_similarity (self, g_value_get_double (value));
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
    }
}

static void
tl_clause_item_finalize (GObject *object)
{
  TlClauseItem *self = TL_CLAUSE_ITEM (object);

  tl_clause_item_set_hint (self, NULL);
  g_clear_pointer (&self->read, tl_prompt_unref);
  g_free (self->source);
  g_free (self->shown);
  g_free (self->draft);

  G_OBJECT_CLASS (tl_clause_item_parent_class)->finalize (object);
}

static void
tl_clause_item_class_init (TlClauseItemClass *class)
{
  GObjectClass *object_class = G_OBJECT_CLASS (class);
  const GParamFlags read = G_PARAM_READABLE | G_PARAM_STATIC_STRINGS;
  const GParamFlags write = G_PARAM_READWRITE | G_PARAM_STATIC_STRINGS | G_PARAM_EXPLICIT_NOTIFY;

  object_class->get_property = tl_clause_item_get_property;
  object_class->set_property = tl_clause_item_set_property;
  object_class->finalize = tl_clause_item_finalize;

  properties[PROP_TEXT] = g_param_spec_string ("text", NULL, NULL, "", write);
  properties[PROP_WEIGHT] = g_param_spec_double ("weight", NULL, NULL, -TL_PROMPT_MAX_WEIGHT,
                                                 TL_PROMPT_MAX_WEIGHT, 1, write);
  properties[PROP_SIMILARITY] =
    g_param_spec_double ("similarity", NULL, NULL, -G_MAXDOUBLE, G_MAXDOUBLE, 0, write);
  properties[PROP_KIND] =
    g_param_spec_int ("kind", NULL, NULL, TL_CLAUSE_TEXT, TL_CLAUSE_NOISE, 0, read);
  properties[PROP_NUMBER] = g_param_spec_uint ("number", NULL, NULL, 0, G_MAXUINT, 0, read);
  properties[PROP_SEGMENT] = g_param_spec_uint ("segment", NULL, NULL, 0, G_MAXUINT, 0, read);
  properties[PROP_HINT] = g_param_spec_string ("hint", NULL, NULL, NULL, read);
  properties[PROP_FIX_LABEL] = g_param_spec_string ("fix-label", NULL, NULL, NULL, read);
  properties[PROP_CHANGED] = g_param_spec_boolean ("changed", NULL, NULL, FALSE, read);
  g_object_class_install_properties (object_class, N_PROPERTIES, properties);
}

static void
tl_clause_item_init (TlClauseItem *self)
{
  self->source = g_strdup ("");
  read_source (self);
}

TlClauseItem *
tl_clause_item_new (const char *source)
{
  TlClauseItem *self = g_object_new (TL_TYPE_CLAUSE_ITEM, NULL);

  tl_clause_item_set_source (self, source);
  return self;
}

const char *
tl_clause_item_get_text (TlClauseItem *self)
{
  return self->draft != NULL ? self->draft : self->shown;
}

void
tl_clause_item_set_text (TlClauseItem *self, const char *text)
{
  if (g_str_equal (tl_clause_item_get_text (self), text))
    return;

  g_clear_pointer (&self->draft, g_free);
  if (!g_str_equal (self->shown, text))
    self->draft = g_strdup (text);
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_TEXT]);
}

gdouble
tl_clause_item_get_weight (TlClauseItem *self)
{
  return self->clause != NULL ? self->clause->weight : 1;
}

void
tl_clause_item_set_weight (TlClauseItem *self, gdouble weight)
{
  gdouble similarity = tl_clause_item_get_similarity (self);

  if (weight != tl_clause_item_get_weight (self))
    set_numbers (self, weight, tl_stop_from_similarity (similarity, weight));
}

gdouble
tl_clause_item_get_similarity (TlClauseItem *self)
{
  if (self->clause == NULL)
    return NAN;
  return tl_stop_to_similarity (self->clause->stop, self->clause->weight);
}

void
tl_clause_item_set_similarity (TlClauseItem *self, gdouble similarity)
{
  gdouble weight = tl_clause_item_get_weight (self);

  set_numbers (self, weight, tl_stop_from_similarity (similarity, weight));
}

TlClauseKind
tl_clause_item_get_kind (TlClauseItem *self)
{
  return self->clause != NULL ? self->clause->kind : TL_CLAUSE_TEXT;
}

const char *
tl_clause_item_get_words (TlClauseItem *self)
{
  return self->clause != NULL && self->clause->text != NULL ? self->clause->text : "";
}

gboolean
tl_clause_item_has_draft (TlClauseItem *self)
{
  return self->draft != NULL;
}

char *
tl_clause_item_dup_source (TlClauseItem *self)
{
  if (self->draft != NULL)
    return compose_draft (self);
  return g_strdup (self->clause != NULL ? self->source : "");
}

void
tl_clause_item_set_source (TlClauseItem *self, const char *source)
{
  char *copy = g_strdup (source);

  g_free (self->source);
  self->source = copy;
  g_clear_pointer (&self->draft, g_free);
  read_source (self);
  notify_all (self);
}

gboolean
tl_clause_item_is_in (TlClauseItem *self, TlPrompt *prompt)
{
  g_autofree char *source = tl_clause_item_dup_source (self);
  g_autoptr (TlPrompt) read = tl_prompt_parse (source);
  g_autofree char *text = tl_prompt_print (read);
  const TlSegment *segment;

  if (self->segment >= tl_prompt_get_n_segments (prompt))
    return FALSE;
  segment = tl_prompt_get_segment (prompt, self->segment);
  for (guint i = 0; i < segment->n_clauses; i++)
    {
      g_autofree char *clause = tl_clause_print (&segment->clauses[i]);

      if (g_str_equal (clause, text))
        return TRUE;
    }
  return FALSE;
}

guint
tl_clause_item_get_number (TlClauseItem *self)
{
  return self->number;
}

void
tl_clause_item_set_number (TlClauseItem *self, guint number)
{
  if (self->number == number)
    return;
  self->number = number;
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_NUMBER]);
}

guint
tl_clause_item_get_segment (TlClauseItem *self)
{
  return self->segment;
}

void
tl_clause_item_set_segment (TlClauseItem *self, guint segment)
{
  if (self->segment == segment)
    return;
  self->segment = segment;
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_SEGMENT]);
}

void
tl_clause_item_set_hint (TlClauseItem *self, const TlHint *hint)
{
  const char *message = hint != NULL ? hint->message : NULL;
  gboolean is_same = g_strcmp0 (self->hint, message) == 0;

  g_free (self->fix);
  self->fix = g_strdup (hint != NULL ? hint->fix : NULL);
  if (is_same)
    return;

  g_free (self->hint);
  g_free (self->fix_label);
  self->hint = g_strdup (message);
  self->fix_label = g_strdup (hint != NULL ? hint->fix_label : NULL);
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_HINT]);
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_FIX_LABEL]);
}

const char *
tl_clause_item_get_fix (TlClauseItem *self)
{
  return self->fix;
}

gboolean
tl_clause_item_get_changed (TlClauseItem *self)
{
  return self->changed;
}

void
tl_clause_item_set_changed (TlClauseItem *self, gboolean changed)
{
  if (self->changed == changed)
    return;
  self->changed = changed;
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_CHANGED]);
}

/* d = 2 asin (|a - b| / 2)² with |a - b|² = 2 - 2 cos, so cos = 1 - 2 sin² (sqrt (d / 2)). */
gdouble
tl_stop_to_similarity (gdouble stop, gdouble weight)
{
  gdouble distance = weight < 0 ? -stop : stop;
  gdouble angle;

  if (!isfinite (stop))
    return NAN;
  angle = sqrt (CLAMP (distance, 0, G_PI * G_PI / 2) / 2);
  return 1 - 2 * sin (angle) * sin (angle);
}

gdouble
tl_stop_from_similarity (gdouble similarity, gdouble weight)
{
  gdouble angle, distance;

  if (isnan (similarity))
    return -INFINITY;
  angle = asin (sqrt (CLAMP ((1 - similarity) / 2, 0, 1)));
  distance = round (2 * angle * angle * 1000) / 1000;
  return weight < 0 ? -distance : distance;
}
