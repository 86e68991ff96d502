"""Data requests, workbooks and what suppliers publish."""

from django.apps import AppConfig


class SuppliersConfig(AppConfig):
    """The suppliers app."""

    name = "suppliers"

    def ready(self) -> None:
        """Register jobs, names of events, counters."""
        from suppliers import deadlines, hooks, tasks  # noqa: F401
