"""Packs, phases, declarations, verification, review and the register."""

from django.apps import AppConfig


class DeclarationsConfig(AppConfig):
    """The declarations app."""

    name = "declarations"

    def ready(self) -> None:
        """Register names of events, counters and the witness of what was frozen."""
        from declarations import phase_hooks  # noqa: F401
        from declarations import deadlines, desk_hooks, family_hooks, hooks, reference_hooks, witness  # noqa: F401
