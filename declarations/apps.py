"""Packs, phases, declarations, verification, review and the register."""

from django.apps import AppConfig


class DeclarationsConfig(AppConfig):
    """The declarations app."""

    name = "declarations"

    def ready(self) -> None:
        """Register names of events, counters and the witness of what was frozen."""
        from declarations import (  # noqa: F401
            deadlines,
            desk_hooks,
            family_hooks,
            hooks,
            phase_hooks,
            reference_hooks,
            witness,
        )
        from declarations.bundle import hooks as bundle_hooks  # noqa: F401
