"""Addresses of a result's files, included by lca.urls."""

from django.urls import URLPattern, URLResolver, path

from lca.views import exchange

urlpatterns: list[URLPattern | URLResolver] = [
    path("calculations/<int:pk>/export/", exchange.export_page, name="result_export"),
    path("calculations/<int:pk>/result.openlca.zip", exchange.export_openlca, name="result_openlca"),
    path("calculations/<int:pk>/result.bw2package", exchange.export_brightway, name="result_brightway"),
]
