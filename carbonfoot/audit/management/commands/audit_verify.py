"""``manage.py audit_verify``: prove that the log and what it vouches for are as they were recorded."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError

from carbonfoot.audit.models import AuditEvent
from carbonfoot.audit.services import verify


class Command(BaseCommand):
    """Check the whole chain; exit code 1 with every fault named when it does not hold."""

    help = "Check the audit log's hash chain and everything that it vouches for."

    def handle(self, *args: Any, **options: Any) -> None:
        """Print each fault, then a verdict."""
        faults = 0
        for fault in verify():
            faults += 1
            self.stderr.write(f"event {fault.seq}: {fault.what}: {fault.detail}")
        if faults:
            raise CommandError(f"{faults} fault(s) found")
        self.stdout.write(f"clean: {AuditEvent.objects.count()} events")
