"""``manage.py receipt_verify FILE``: whether a signed receipt is genuine, against this site or with a key alone."""

import argparse
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from declarations import receipts


class Command(BaseCommand):
    """Exit code 0 when every step holds, 1 otherwise, with the failing step named."""

    help = "Check a signed receipt against this site, or with --public-key without any database."
    requires_system_checks = ()

    def add_arguments(self, parser: argparse.ArgumentParser) -> None:
        """The file, and the key for a check without the site."""
        parser.add_argument("file", type=Path)
        parser.add_argument(
            "--public-key", default="", help="base64url, from /receipts/keys/: then no database is asked"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        """Print each step, then a verdict."""
        try:
            data = options["file"].read_bytes()
        except OSError as error:
            raise CommandError(f"the file cannot be read: {error.strerror}") from error
        try:
            steps = self._steps(data, options["public_key"])
        except receipts.NotAReceipt as error:
            raise CommandError(str(error)) from error
        marks = {True: "ok  ", False: "FAIL", None: "-   "}
        for step in steps:
            self.stdout.write(f"{marks[step.ok]} {step.text}")
        if not all(step.ok for step in steps):
            raise CommandError("the receipt does not hold")
        self.stdout.write("the receipt is genuine")

    def _steps(self, data: bytes, public_key: str) -> list[receipts.Step]:
        if not public_key:
            return list(receipts.check(data))
        holds = receipts.check_signature(receipts.read(data), public_key)
        return [receipts.Step("The signature is that of the given key over exactly this content", holds)]
