"""``manage.py messages``: keep the Chinese catalogues true to the source."""

from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser

from carbonfoot.ui import catalogues


class Command(BaseCommand):
    """Sync and compile; ``--check`` changes nothing and fails on a gap; ``--compile`` only compiles."""

    help = "Sync the message catalogues with the source, and compile them."
    requires_system_checks = []

    def add_arguments(self, parser: CommandParser) -> None:
        """Define the modes."""
        parser.add_argument("--check", action="store_true", help="fail when a text has no Chinese")
        parser.add_argument("--compile", action="store_true", help="only compile")
        parser.add_argument(
            "--area", default="", help="only this area's catalogue", choices=[a for a, _ in catalogues.AREAS]
        )

    def handle(self, *args: Any, **options: Any) -> None:
        """Do what was asked."""
        base = settings.BASE_DIR
        try:
            if options["check"]:
                self._check(catalogues.gaps(base))
            elif options["compile"]:
                self.stdout.write(f"{catalogues.compile_all(base)} catalogue(s) compiled")
            else:
                for path in catalogues.sync(base, options["area"]):
                    self.stdout.write(f"changed: {path.relative_to(base)}")
                catalogues.compile_all(base)
                missing = [
                    g for g in catalogues.gaps(base) if not options["area"] or g.area == options["area"]
                ]
                self.stdout.write(f"{len(missing)} without Chinese")
        except RuntimeError as error:
            raise CommandError(str(error)) from error

    def _check(self, found: list[catalogues.Gap]) -> None:
        for gap in found:
            self.stderr.write(f"{gap.area}: {gap.msgid!r}: {gap.why}")
        if found:
            raise CommandError(f"{len(found)} gap(s) in the catalogues; run: manage.py messages")
        self.stdout.write("every text has its Chinese")
