"""``manage.py demo``: load the demonstration and print its accounts."""

from __future__ import annotations

import json
import os
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser

from declarations.demo import load, people

ACCOUNTS_FILE = "demo-accounts.json"


class Command(BaseCommand):
    """Load invented organisations, packs and declarations once; a second call changes nothing."""

    help = "Load the demonstration data: invented organisations, five packs, four suppliers. Prints the accounts."

    def add_arguments(self, parser: CommandParser) -> None:
        """Define the password and the guard against loading it where people work."""
        parser.add_argument(
            "--password", default="carbonfoot-demo", help="password of all demonstration accounts"
        )
        parser.add_argument("--force", action="store_true", help="load it although this is not a local run")

    def handle(self, *args: Any, **options: Any) -> None:
        """Load, keep the accounts beside the local data for the start page, and print them."""
        if not settings.LOCAL_HTTP and not options["force"]:
            raise CommandError(
                "This is not a local run: demonstration accounts have a known password. Use --force."
            )
        password = options["password"]
        if load.load(password):
            self._keep(password)
            self.stdout.write("demonstration loaded")
        else:
            self.stdout.write("demonstration is loaded already")
        for row in people.table(password):
            self.stdout.write(f"{row['email']:32} {row['role']:14} {row['organisation']}")
        self.stdout.write(f"password: {password}")

    def _keep(self, password: str) -> None:
        folder = settings.VAR_DIR
        folder.mkdir(parents=True, exist_ok=True)
        path = folder / ACCOUNTS_FILE
        descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
        with os.fdopen(descriptor, "w", encoding="utf-8") as stream:
            json.dump(people.table(password), stream, ensure_ascii=False, indent=1)
