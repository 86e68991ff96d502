"""Events are appended and never changed."""

from django.db import migrations

from carbonfoot.audit.immutable import FUNCTION, frozen


class Migration(migrations.Migration):
    """Triggers of the audit log."""

    dependencies = [("audit", "0001_initial")]
    operations = [FUNCTION, frozen("audit_auditevent"), frozen("audit_auditreader")]
