"""Addresses of the public register."""

from django.urls import path

from declarations.views import publication, register, register_check, register_files, register_statistics

app_name = "register"
urlpatterns = [
    path("", register.register_list, name="list"),
    path("statistics/", register_statistics.register_statistics, name="statistics"),
    path("check/", register_check.register_check, name="check"),
    path("fields/", publication.register_fields, name="fields"),
    path("fields/change/", publication.register_fields_edit, name="fields_edit"),
    path("register.csv", register_files.register_csv, name="csv"),
    path("register.json", register_files.register_json, name="json"),
    path("<str:number>/", register.register_detail, name="detail"),
    path("<str:number>/entry.json", register.register_detail_json, name="detail_json"),
    path("<str:number>/content.json", register.register_content, name="content"),
    path("<str:number>/qr.svg", register.register_qr, name="qr"),
]
