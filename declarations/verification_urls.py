"""Addresses of verification; included by declarations.urls."""

from django.urls import path

from declarations.views import checking, clean_room, engagements, findings, verification

urlpatterns = [
    path("verification/", verification.verification_list, name="verification_list"),
    path("verification/<int:pk>/", verification.verification, name="verification"),
    path(
        "verification/<int:pk>/calculations/<int:calculation_id>/",
        clean_room.verification_calculation,
        name="verification_calculation",
    ),
    path(
        "verification/<int:pk>/calculations/<int:calculation_id>/lines/<path:line_id>/",
        clean_room.verification_line,
        name="verification_line",
    ),
    path(
        "verification/<int:pk>/uploads/<uuid:upload_id>/",
        clean_room.verification_upload,
        name="verification_upload",
    ),
    path("verification/<int:pk>/take-on/", engagements.engagement_take_on, name="engagement_take_on"),
    path("verification/<int:pk>/refuse/", engagements.engagement_refuse, name="engagement_refuse"),
    path("verification/<int:pk>/samples/", checking.sample_draw, name="sample_draw"),
    path("verification/<int:pk>/samples/<int:number>/", checking.sample, name="sample"),
    path("verification/<int:pk>/control-plan/", checking.plan_checks, name="plan_checks"),
    path("verification/<int:pk>/changes/", checking.changes, name="changes"),
    path("verification/<int:pk>/raise/", findings.verification_raise, name="verification_raise"),
    path("verification/<int:pk>/sign/", verification.verification_sign, name="verification_sign"),
    path("findings/<int:pk>/", findings.finding, name="finding"),
    path("findings/<int:pk>/reply/", findings.finding_reply, name="finding_reply"),
    path("findings/<int:pk>/ask-again/", findings.finding_ask_again, name="finding_ask_again"),
    path("findings/<int:pk>/close/", findings.finding_close, name="finding_close"),
    path("evidence/<int:pk>/", findings.evidence, name="evidence"),
]
