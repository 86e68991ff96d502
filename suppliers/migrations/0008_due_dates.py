"""A rung of reminders belongs to the due date it was counted from: a request can be given another date."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("suppliers", "0007_activity")]

    operations = [
        migrations.RemoveConstraint(model_name="reminderstep", name="reminder_step_once"),
        migrations.AddField(model_name="reminderstep", name="due_on", field=models.DateField(null=True)),
        # Until now no date could change, so that every rung belongs to the date of its request.
        migrations.RunSQL(
            sql="""
            alter table suppliers_reminderstep disable trigger suppliers_reminderstep_frozen;
            update suppliers_reminderstep set due_on = asked.due_on
                from suppliers_datarequest asked where asked.id = suppliers_reminderstep.request_id;
            alter table suppliers_reminderstep enable trigger suppliers_reminderstep_frozen;
            """,
            reverse_sql=migrations.RunSQL.noop,
        ),
        migrations.AlterField(model_name="reminderstep", name="due_on", field=models.DateField()),
        migrations.AddConstraint(
            model_name="reminderstep",
            constraint=models.UniqueConstraint(
                fields=("request", "due_on", "offset"), name="reminder_step_once"
            ),
        ),
    ]
