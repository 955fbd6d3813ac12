/* test-judge-picker.c - a judge is chosen as a hand does, in the list that drops down
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "config.h"
#include "tests/ui/harness.h"
#include "ui/explore/judge-picker.h"

/* What the program does with a choice: it says so at once. */
static void
use_judge_cb (GSimpleAction *action, GVariant *parameter, gpointer judges)
{
  const char *clip, *vocab;

  g_variant_get (parameter, "(&s&s)", &clip, &vocab);
  tl_judges_set (judges, *clip != '\0' ? clip : NULL, NULL, *clip != '\0');
}

static GtkWidget *
find (GtkWidget *root, GType type)
{
  GtkWidget *found = g_type_is_a (G_OBJECT_TYPE (root), type) ? root : NULL;

  for (GtkWidget *child = gtk_widget_get_first_child (root); child != NULL && found == NULL;
       child = gtk_widget_get_next_sibling (child))
    found = find (child, type);
  return found;
}

static void
choose (GtkWidget *picker, guint position)
{
  GtkWidget *choice = find (picker, GTK_TYPE_DROP_DOWN);
  GtkWidget *list = find (choice, GTK_TYPE_LIST_VIEW);

  gtk_widget_activate_action (list, "list.select-item", "(ubb)", position, FALSE, FALSE);
  gtk_widget_activate_action (list, "list.activate-item", "u", position);
  harness_settle ();
  g_assert_cmpuint (gtk_drop_down_get_selected (GTK_DROP_DOWN (choice)), ==, position);
}

static void
test_choice (void)
{
  g_autoptr (TlJudges) judges = tl_judges_new ();
  g_autoptr (GSimpleActionGroup) actions = g_simple_action_group_new ();
  const GActionEntry entry = { .name = "use-judge",
                               .activate = use_judge_cb,
                               .parameter_type = "(ss)" };
  GtkWidget *window = gtk_window_new (), *picker = g_object_new (TL_TYPE_JUDGE_PICKER, NULL);
  GtkDropDown *choice = GTK_DROP_DOWN (find (picker, GTK_TYPE_DROP_DOWN));

  g_action_map_add_action_entries (G_ACTION_MAP (actions), &entry, 1, judges);
  gtk_widget_insert_action_group (window, "app", G_ACTION_GROUP (actions));
  tl_judges_set_clips (judges, (const char *const[]){ "first.pt", "second.pt", NULL });
  tl_judge_picker_set_judges (TL_JUDGE_PICKER (picker), judges);
  gtk_window_set_child (GTK_WINDOW (window), picker);
  gtk_window_present (GTK_WINDOW (window));
  harness_settle ();
  g_assert_cmpuint (g_list_model_get_n_items (gtk_drop_down_get_model (choice)), ==, 4);

  for (guint i = 0; i < 6; i++)
    {
      choose (picker, 1 + i % 2);
      g_assert_cmpstr (tl_judges_get_clip (judges), ==, i % 2 == 0 ? "first.pt" : "second.pt");
    }
  choose (picker, 0);
  g_assert_null (tl_judges_get_clip (judges));

  /* One that is not among those at hand is listed while it judges. */
  tl_judges_set (judges, "/elsewhere/third.pt", "third.pt:0", FALSE);
  g_assert_cmpuint (g_list_model_get_n_items (gtk_drop_down_get_model (choice)), ==, 5);
  g_assert_cmpuint (gtk_drop_down_get_selected (choice), ==, 3);
  gtk_window_destroy (GTK_WINDOW (window));
  harness_settle ();
}

int
main (int argc, char **argv)
{
  harness_init (&argc, &argv);
  g_test_add_func ("/judge-picker/choice", test_choice);
  return g_test_run ();
}
