"""Addresses of reports; included by declarations.urls."""

from django.urls import path

from declarations.reports import views

urlpatterns = [
    path("declarations/<int:pk>/reports/", views.report_request, name="report_request"),
    path("reports/<int:pk>/", views.report_download, name="report_download"),
]
