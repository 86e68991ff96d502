"""Addresses at which anybody checks a receipt: the site's public keys, and the check itself."""

from django.urls import path

from declarations.views import receipts

app_name = "receipts"
urlpatterns = [
    path("check/", receipts.check, name="check"),
    path("keys/", receipts.keys, name="keys"),
    path("keys.json", receipts.keys_json, name="keys_json"),
]
