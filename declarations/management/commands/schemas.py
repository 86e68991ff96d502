"""``manage.py schemas``: write the published schemas to docs/schemas."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand

from declarations.schema import snapshot


class Command(BaseCommand):
    """Write the schema of the present format; files of earlier formats stay."""

    help = "Write docs/schemas from the code."
    requires_system_checks: list[str] = []

    def handle(self, *args: Any, **options: Any) -> None:
        """One file for the present format."""
        path = Path(settings.BASE_DIR) / "docs" / "schemas" / f"{snapshot.NAME}.json"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(snapshot.text(), encoding="utf-8")
        self.stdout.write(str(path))
