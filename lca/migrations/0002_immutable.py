"""Releases, revisions, finished calculations and published results never change."""

from django.db import migrations

from carbonfoot.audit.immutable import frozen


class Migration(migrations.Migration):
    """Triggers of the lca app."""

    dependencies = [("lca", "0001_initial"), ("audit", "0002_append_only")]
    operations = [
        frozen("lca_factorrelease"),
        frozen("lca_factor"),
        frozen("lca_inventoryrevision"),
        frozen("lca_calculation", "old.state = 'done'"),
        frozen("lca_publishedresult"),
    ]
