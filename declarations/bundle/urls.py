"""Addresses of verification bundles; included by declarations.urls."""

from django.urls import path

from declarations.bundle import views

urlpatterns = [
    path("declarations/<int:pk>/bundle/", views.bundle_page, name="bundle"),
    path("declarations/<int:pk>/bundle/write/", views.bundle_request, name="bundle_request"),
    path("bundles/<int:pk>/", views.bundle_download, name="bundle_download"),
]
