"""Addresses of exports for other markets; included by declarations.urls."""

from django.urls import path

from declarations.passport import views

urlpatterns = [
    path("declarations/<int:pk>/passport/", views.passport, name="passport"),
    path("declarations/<int:pk>/passport/<slug:key>/", views.passport_model, name="passport_model"),
    path("declarations/<int:pk>/passport/<slug:key>/file/", views.passport_file, name="passport_file"),
]
