"""Organisations, people, roles and what each may do."""

from django.apps import AppConfig


class AccountsConfig(AppConfig):
    """The accounts app."""

    name = "carbonfoot.accounts"
    label = "accounts"
