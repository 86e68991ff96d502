"""``manage.py states``: write docs/states.md and docs/access.md from their tables."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser

from declarations import statecharts


class Command(BaseCommand):
    """Write the pages; ``--check`` changes nothing and fails when one is not up to date."""

    help = "Write docs/states.md and docs/access.md from the workflow and access tables. Touches no database."
    requires_system_checks: list[str] = []
    requires_migrations_checks = False

    def add_arguments(self, parser: CommandParser) -> None:
        """Define the check."""
        parser.add_argument("--check", action="store_true", help="fail when a page differs from its table")

    def handle(self, *args: Any, **options: Any) -> None:
        """Write or check."""
        for path, text in statecharts.pages(settings.BASE_DIR).items():
            name = path.relative_to(settings.BASE_DIR)
            if path.exists() and path.read_text("utf-8") == text:
                self.stdout.write(f"up to date: {name}")
            elif options["check"]:
                raise CommandError(f"{name} differs from its table; run: manage.py states")
            else:
                path.write_text(text, "utf-8")
                self.stdout.write(f"written: {name}")
