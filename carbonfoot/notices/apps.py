"""What people are told: notices in the site, mail, and the calendar of deadlines."""

from django.apps import AppConfig


class NoticesConfig(AppConfig):
    """The notices app."""

    name = "carbonfoot.notices"
    label = "notices"

    def ready(self) -> None:
        """Listen to the log, count what is unread."""
        from carbonfoot.notices import hooks  # noqa: F401
