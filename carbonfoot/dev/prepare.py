"""Brings database, catalogues and demo data up to date, in one process: starting Django once is what takes the time."""

from __future__ import annotations

import os


def main() -> None:
    """Compile messages, apply migrations, load reference and demo data. Each step does nothing when nothing is new."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "carbonfoot.settings")
    import django
    from django.core.management import call_command

    django.setup()
    call_command("messages", "--compile")
    call_command("migrate", "--no-input", "--verbosity=0")
    call_command("reference_data")
    call_command("demo")


if __name__ == "__main__":
    main()
