"""Addresses of the API, version 1. Every name is listed in carbonfoot.accounts.access.ROUTES like a page's."""

from django.urls import include, path
from drf_spectacular.views import SpectacularAPIView

from carbonfoot.jobs.api import JobDetail

app_name = "api"
urlpatterns = [
    path("schema/", SpectacularAPIView.as_view(), name="schema"),
    path("jobs/<uuid:job_id>/", JobDetail.as_view(), name="job"),
    path("", include("lca.api_urls")),
    path("", include("suppliers.api_urls")),
    path("", include("declarations.api_urls")),
]
