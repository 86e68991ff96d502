"""Inventories, factors, rule sets and calculations."""

from django.apps import AppConfig


class LcaConfig(AppConfig):
    """The lca app."""

    name = "lca"
