"""The append-only event log."""

from django.apps import AppConfig


class AuditConfig(AppConfig):
    """The audit app."""

    name = "carbonfoot.audit"
    label = "audit"
