"""API addresses of the declarations app."""

from django.urls import path

from declarations import api, chasing_api
from declarations.bundle import api as bundle_api
from declarations.passport import api as passport_api

urlpatterns = [
    path("packs/", api.PackList.as_view(), name="packs"),
    path("packs/<int:pk>/", api.PackDetail.as_view(), name="pack"),
    path("packs/<int:pk>/register/", api.PackRegister.as_view(), name="pack_register"),
    path("packs/<int:pk>/parts/", api.PackParts.as_view(), name="pack_parts"),
    path("packs/<int:pk>/requests/", chasing_api.PackRequests.as_view(), name="pack_requests"),
    path(
        "packs/<int:pk>/responsibility/",
        chasing_api.PackResponsibility.as_view(),
        name="pack_responsibility",
    ),
    path("responsibility/", chasing_api.Responsibility.as_view(), name="responsibility"),
    path("packs/<int:pk>/calculate/", api.PackCalculate.as_view(), name="pack_calculate"),
    path("declarations/", api.DeclarationList.as_view(), name="declarations"),
    path("declarations/<int:pk>/", api.DeclarationDetail.as_view(), name="declaration"),
    path("declarations/<int:pk>/snapshot/", api.DeclarationSnapshot.as_view(), name="declaration_snapshot"),
    path("declarations/<int:pk>/reports/", api.DeclarationReports.as_view(), name="reports"),
    path(
        "declarations/<int:pk>/passport/<slug:key>/",
        passport_api.DeclarationPassport.as_view(),
        name="declaration_passport",
    ),
    path("declarations/<int:pk>/bundles/", bundle_api.DeclarationBundles.as_view(), name="bundles"),
    path("bundles/<int:pk>/file/", bundle_api.BundleDownload.as_view(), name="bundle_file"),
    path("reports/<int:pk>/file/", api.ReportDownload.as_view(), name="report_file"),
]
