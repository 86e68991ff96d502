"""Addresses of the suppliers app."""

from django.urls import path

from suppliers.views import actions, answers, files, requests, results, suppliers, uploads

app_name = "suppliers"
urlpatterns = [
    path("suppliers/", suppliers.supplier_list, name="supplier_list"),
    path("suppliers/add/", suppliers.supplier_add, name="supplier_add"),
    path("requests/", requests.request_list, name="request_list"),
    path("requests/new/", requests.request_new, name="request_new"),
    path("requests/<str:number>/", requests.request_detail, name="request_detail"),
    path("requests/<str:number>/comment/", actions.comment, name="request_comment"),
    path("requests/<str:number>/accept/", actions.accept, name="request_accept"),
    path("requests/<str:number>/return/", actions.return_, name="request_return"),
    path("requests/<str:number>/decline/", actions.decline, name="request_decline"),
    path("requests/<str:number>/remind/", actions.remind, name="request_remind"),
    path("requests/<str:number>/withdraw/", actions.withdraw, name="request_withdraw"),
    path("requests/<str:number>/revise/", actions.revise, name="request_revise"),
    path("requests/<str:number>/workbook/", files.template, name="request_template"),
    path("requests/<str:number>/upload/", uploads.receive, name="request_upload"),
    path("requests/<str:number>/calculate/", answers.calculate, name="request_calculate"),
    path("requests/<str:number>/preview/", answers.preview, name="request_preview"),
    path("requests/<str:number>/publish/", answers.publish, name="request_publish"),
    path("uploads/<uuid:upload_id>/", uploads.detail, name="upload_detail"),
    path("uploads/<uuid:upload_id>/cell/", uploads.cell, name="upload_cell"),
    path("uploads/<uuid:upload_id>/file/", files.original, name="upload_file"),
    path("uploads/<uuid:upload_id>/annotated/", files.annotated, name="upload_annotated"),
    path("uploads/<uuid:upload_id>/accept/", uploads.accept, name="upload_accept"),
    path("uploads/<uuid:upload_id>/discard/", uploads.discard, name="upload_discard"),
    path("results/", results.result_list, name="result_list"),
    path("results/<uuid:result_id>/", results.result_detail, name="result_detail"),
]
