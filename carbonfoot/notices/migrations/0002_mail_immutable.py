"""What the log of mail says never changes."""

from django.db import migrations

from carbonfoot.audit.immutable import frozen


class Migration(migrations.Migration):
    """Trigger of the log of mail."""

    dependencies = [("notices", "0001_initial"), ("audit", "0002_append_only")]
    operations = [frozen("notices_noticemail")]
