"""Keys and signatures never change."""

from django.db import migrations

from carbonfoot.audit.immutable import frozen


class Migration(migrations.Migration):
    """Triggers of keys and signatures."""

    dependencies = [("audit", "0004_signatures")]
    operations = [frozen("audit_signingkey"), frozen("audit_signature")]
