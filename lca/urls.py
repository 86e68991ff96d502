"""Addresses of the lca app."""

from django.urls import URLPattern, URLResolver

app_name = "lca"
urlpatterns: list[URLPattern | URLResolver] = []
