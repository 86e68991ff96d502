"""The UI kit as a Django application, so that its template tags are found."""

from django.apps import AppConfig


class UiConfig(AppConfig):
    """Holds no models."""

    name = "carbonfoot.ui"
    label = "ui"
