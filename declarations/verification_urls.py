"""Addresses of verification; included by declarations.urls."""

from django.urls import path

from declarations.views import findings, verification

urlpatterns = [
    path("verification/", verification.verification_list, name="verification_list"),
    path("verification/<int:pk>/", verification.verification, name="verification"),
    path(
        "verification/<int:pk>/calculations/<int:calculation_id>/",
        verification.verification_calculation,
        name="verification_calculation",
    ),
    path(
        "verification/<int:pk>/calculations/<int:calculation_id>/lines/<path:line_id>/",
        verification.verification_line,
        name="verification_line",
    ),
    path(
        "verification/<int:pk>/uploads/<uuid:upload_id>/",
        verification.verification_upload,
        name="verification_upload",
    ),
    path("verification/<int:pk>/raise/", findings.verification_raise, name="verification_raise"),
    path("verification/<int:pk>/sign/", verification.verification_sign, name="verification_sign"),
    path("statements/<int:pk>/", verification.statement, name="statement"),
    path("findings/<int:pk>/", findings.finding, name="finding"),
    path("findings/<int:pk>/reply/", findings.finding_reply, name="finding_reply"),
    path("findings/<int:pk>/ask-again/", findings.finding_ask_again, name="finding_ask_again"),
    path("findings/<int:pk>/close/", findings.finding_close, name="finding_close"),
    path("evidence/<int:pk>/", findings.evidence, name="evidence"),
]
