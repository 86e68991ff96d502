"""Addresses of the public register."""

from django.urls import path

from declarations.views import register

app_name = "register"
urlpatterns = [
    path("", register.register_list, name="list"),
    path("register.csv", register.register_csv, name="csv"),
    path("register.json", register.register_json, name="json"),
    path("<str:number>/", register.register_detail, name="detail"),
    path("<str:number>/entry.json", register.register_detail_json, name="detail_json"),
]
