"""Packs, phases, declarations, verification, review and the register."""

from django.apps import AppConfig


class DeclarationsConfig(AppConfig):
    """The declarations app."""

    name = "declarations"
