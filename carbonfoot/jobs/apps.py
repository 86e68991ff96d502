"""Long work: outbox, progress, retry, cancel."""

from django.apps import AppConfig
from django.utils.module_loading import autodiscover_modules


class JobsConfig(AppConfig):
    """The jobs app. Loads every app's ``tasks`` module, where job handlers are registered."""

    name = "carbonfoot.jobs"
    label = "jobs"

    def ready(self) -> None:
        """Register handlers."""
        autodiscover_modules("tasks")
