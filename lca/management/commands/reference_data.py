"""``manage.py reference_data``: import the factor releases that come with the software."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError

from lca.data import ReleaseError
from lca.reference import ensure_reference_data


class Command(BaseCommand):
    """Import what is missing; safe to run any number of times."""

    help = "Import the factor releases that come with the software; nothing happens to those that are there."

    def handle(self, *args: Any, **options: Any) -> None:
        """Import, and name what was new."""
        try:
            added = ensure_reference_data()
        except ReleaseError as error:
            raise CommandError(str(error)) from error
        self.stdout.write(f"imported: {', '.join(added)}" if added else "all factor releases are there")
