"""The append-only event log."""

from django.apps import AppConfig


class AuditConfig(AppConfig):
    """The audit app."""

    name = "carbonfoot.audit"
    label = "audit"

    def ready(self) -> None:
        """Register the witness of keys and signatures."""
        from carbonfoot.audit import witness  # noqa: F401
