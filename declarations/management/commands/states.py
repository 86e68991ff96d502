"""``manage.py states``: write docs/states.md from the workflow tables."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser

from declarations import statecharts


class Command(BaseCommand):
    """Write the page; ``--check`` changes nothing and fails when it is not up to date."""

    help = "Write docs/states.md, the state machines, from the workflow tables. Touches no database."
    requires_system_checks: list[str] = []
    requires_migrations_checks = False

    def add_arguments(self, parser: CommandParser) -> None:
        """Define the check."""
        parser.add_argument("--check", action="store_true", help="fail when the page differs from the tables")

    def handle(self, *args: Any, **options: Any) -> None:
        """Write or check."""
        path = settings.BASE_DIR / "docs" / "states.md"
        text = statecharts.document(settings.BASE_DIR)
        present = path.read_text("utf-8") if path.exists() else ""
        if options["check"]:
            if present != text:
                raise CommandError("docs/states.md differs from the workflow tables; run: manage.py states")
            self.stdout.write("docs/states.md is up to date")
            return
        path.write_text(text, "utf-8")
        self.stdout.write("written: docs/states.md" if present != text else "unchanged: docs/states.md")
