"""``manage.py bundle_verify FILE``: check a verification bundle with this site's program instead of the one in
the bundle."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from declarations.bundle.checker import run


class Command(BaseCommand):
    """Recalculate a bundle; needs no database. Exit codes are those of the command in the bundle."""

    help = "Check a verification bundle with this site's own engine and program."
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: CommandParser) -> None:
        """The file, and the digest to compare with."""
        parser.add_argument("file", type=Path)
        parser.add_argument("--expect", default="", metavar="SHA256")

    def handle(self, *args: Any, **options: Any) -> None:
        """Print what was found; CommandError with the exit code unless it was reproduced."""
        code = run.main(options["file"], ["--expect", options["expect"]], self.stdout.write)
        if code != run.REPRODUCED:
            raise CommandError("the bundle was not reproduced", returncode=code)
