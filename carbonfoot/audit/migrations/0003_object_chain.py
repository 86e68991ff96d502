"""Each event names the one before of the same object."""

from django.db import migrations, models


class Migration(migrations.Migration):
    """A link within the chain; events that are there keep their hash."""

    dependencies = [("audit", "0002_append_only")]
    operations = [
        migrations.AddField(
            model_name="auditevent",
            name="object_previous",
            field=models.CharField(max_length=64, null=True),
        ),
    ]
