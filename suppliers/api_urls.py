"""API addresses of the suppliers app."""

from django.urls import path, re_path

from suppliers import api, chasing_api, corrections_api
from suppliers.activity import api as activity

urlpatterns = [
    path("activity/", activity.SourceList.as_view(), name="activity_sources"),
    path("activity/<slug:code>/records/", activity.Records.as_view(), name="activity_records"),
    path("activity/<slug:code>/files/", activity.Files.as_view(), name="activity_files"),
    path("activity/<slug:code>/deliveries/<int:pk>/", activity.Delivery.as_view(), name="activity_delivery"),
    path("activity/<slug:code>/totals/", activity.Totals.as_view(), name="activity_totals"),
    path("requests/", api.RequestList.as_view(), name="requests"),
    path("requests/<str:number>/", api.RequestDetail.as_view(), name="request"),
    path("invitations/", chasing_api.InvitationList.as_view(), name="invitations"),
    path("invitations/<int:pk>/", chasing_api.InvitationDetail.as_view(), name="invitation"),
    re_path(
        rf"^invitations/(?P<pk>[0-9]+)/(?P<verb>{'|'.join(sorted(chasing_api.VERBS))})/$",
        chasing_api.InvitationVerb.as_view(),
        name="invitation_verb",
    ),
    path("requests/<str:number>/due/", chasing_api.RequestDue.as_view(), name="request_due"),
    path("requests/<str:number>/log/", chasing_api.RequestLog.as_view(), name="request_log"),
    path("requests/<str:number>/workbook/", api.RequestWorkbook.as_view(), name="request_workbook"),
    path("requests/<str:number>/uploads/", api.RequestUploads.as_view(), name="request_uploads"),
    path("requests/<str:number>/calculate/", api.RequestCalculate.as_view(), name="request_calculate"),
    path("requests/<str:number>/publish/", api.RequestPublish.as_view(), name="request_publish"),
    re_path(
        rf"^requests/(?P<number>[^/]+)/(?P<verb>{'|'.join(sorted(api.VERBS))})/$",
        api.RequestVerb.as_view(),
        name="request_verb",
    ),
    path("uploads/<uuid:pk>/", api.UploadDetail.as_view(), name="upload"),
    path("uploads/<uuid:pk>/corrections/", corrections_api.Corrections.as_view(), name="upload_corrections"),
    path(
        "uploads/<uuid:pk>/corrections/<int:correction>/",
        corrections_api.Correction.as_view(),
        name="upload_correction",
    ),
    path("uploads/<uuid:pk>/accept/", api.UploadAccept.as_view(), name="upload_accept"),
    path("uploads/<uuid:pk>/discard/", api.UploadDiscard.as_view(), name="upload_discard"),
    path("workbook-rules/", api.RuleList.as_view(), name="workbook_rules"),
]
