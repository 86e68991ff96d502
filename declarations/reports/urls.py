"""Addresses of reports; included by declarations.urls."""

from django.urls import path

from declarations.reports import verification_views, views

urlpatterns = [
    path("declarations/<int:pk>/reports/", views.report_request, name="report_request"),
    path("reports/<int:pk>/", views.report_download, name="report_download"),
    path("statements/<int:pk>/", verification_views.statement, name="statement"),
    path(
        "statements/<int:pk>/reports/",
        verification_views.verification_report_request,
        name="verification_report_request",
    ),
    path(
        "statements/<int:pk>/upload/",
        verification_views.verification_report_upload,
        name="verification_report_upload",
    ),
    path(
        "verification-reports/<int:pk>/", verification_views.verification_report, name="verification_report"
    ),
]
