"""Data requests, workbooks and what suppliers publish."""

from django.apps import AppConfig


class SuppliersConfig(AppConfig):
    """The suppliers app."""

    name = "suppliers"
