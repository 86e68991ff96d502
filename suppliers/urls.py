"""Addresses of the suppliers app."""

from django.urls import path

from suppliers.activity.urls import urlpatterns as activity_urls
from suppliers.views import (
    accepting,
    actions,
    answers,
    comparison,
    corrections,
    due_dates,
    files,
    invitations,
    lines,
    requests,
    results,
    suppliers,
    uploads,
)
from suppliers.webform.urls import urlpatterns as form_urls

app_name = "suppliers"
urlpatterns = [
    *activity_urls,
    path("suppliers/", suppliers.supplier_list, name="supplier_list"),
    path("suppliers/add/", suppliers.supplier_add, name="supplier_add"),
    path("suppliers/invitations/", invitations.invitation_list, name="invitation_list"),
    path("suppliers/invitations/new/", invitations.invitation_new, name="invitation_new"),
    path("suppliers/invitations/<int:pk>/resend/", invitations.resend, name="invitation_resend"),
    path("suppliers/invitations/<int:pk>/revoke/", invitations.revoke, name="invitation_revoke"),
    path("suppliers/reminders/", suppliers.reminders, name="reminders"),
    path("invitation/", accepting.accept, name="invitation_accept"),
    path("invitation/link/<str:secret>/", accepting.follow, name="invitation_link"),
    path("requests/", requests.request_list, name="request_list"),
    path("requests/new/", requests.request_new, name="request_new"),
    path("requests/<str:number>/", requests.request_detail, name="request_detail"),
    path("requests/<str:number>/comment/", actions.comment, name="request_comment"),
    path("requests/<str:number>/accept/", actions.accept, name="request_accept"),
    path("requests/<str:number>/return/", actions.return_, name="request_return"),
    path("requests/<str:number>/decline/", actions.decline, name="request_decline"),
    path("requests/<str:number>/remind/", actions.remind, name="request_remind"),
    path("requests/<str:number>/withdraw/", actions.withdraw, name="request_withdraw"),
    path("requests/<str:number>/due/", due_dates.change, name="request_due"),
    path("requests/<str:number>/revise/", actions.revise, name="request_revise"),
    path("requests/<str:number>/log/", files.log, name="request_log"),
    path("requests/attachments/<uuid:key>/", files.attachment, name="attachment"),
    path("requests/<str:number>/workbook/", files.template, name="request_template"),
    path("requests/<str:number>/upload/", uploads.receive, name="request_upload"),
    *form_urls,
    path("requests/<str:number>/calculate/", answers.calculate, name="request_calculate"),
    path("requests/<str:number>/preview/", answers.preview, name="request_preview"),
    path("requests/<str:number>/publish/", answers.publish, name="request_publish"),
    path("inventories/<int:pk>/suppliers/", lines.line_list, name="line_list"),
    path("inventories/<int:pk>/suppliers/<int:line>/ask/", lines.line_ask, name="line_ask"),
    path("inventories/<int:pk>/suppliers/<int:line>/use/", lines.line_use, name="line_use"),
    path("uploads/<uuid:upload_id>/", uploads.detail, name="upload_detail"),
    path("uploads/<uuid:upload_id>/cell/", uploads.cell, name="upload_cell"),
    path("uploads/<uuid:upload_id>/file/", files.original, name="upload_file"),
    path("uploads/<uuid:upload_id>/annotated/", files.annotated, name="upload_annotated"),
    path("uploads/<uuid:upload_id>/copy/", uploads.copy, name="upload_copy"),
    path("uploads/<uuid:upload_id>/correct/", corrections.correct, name="upload_correct"),
    path(
        "uploads/<uuid:upload_id>/correct/<int:correction>/back/", corrections.restore, name="upload_restore"
    ),
    path("uploads/<uuid:upload_id>/answer/", files.answer, name="upload_answer"),
    path("uploads/<uuid:upload_id>/accept/", uploads.accept, name="upload_accept"),
    path("uploads/<uuid:upload_id>/discard/", uploads.discard, name="upload_discard"),
    path("results/", results.result_list, name="result_list"),
    path("results/compare/", comparison.result_compare, name="result_compare"),
    path("results/<uuid:result_id>/", results.result_detail, name="result_detail"),
]
