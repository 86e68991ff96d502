"""Addresses of the site. Every name must be listed in carbonfoot.accounts.access.ROUTES."""

from django.conf import settings
from django.urls import include, path

from carbonfoot import views
from declarations.views import home

urlpatterns = [
    path("", home.home, name="home"),
    path("search/", home.search, name="search"),
    path("healthz", views.healthz, name="healthz"),
    path("readyz", views.readyz, name="readyz"),
    path("metrics", views.metrics, name="metrics"),
    path("", include("carbonfoot.accounts.urls")),
    path("jobs/", include("carbonfoot.jobs.urls")),
    path("audit/", include("carbonfoot.audit.urls")),
    path("", include("carbonfoot.notices.urls")),
    path("api/v1/", include("carbonfoot.api_urls")),
    path("receipts/", include("declarations.receipt_urls")),
    path("register/", include("declarations.register_urls")),
    path("", include("lca.urls")),
    path("", include("suppliers.urls")),
    path("", include("declarations.urls")),
]

if settings.DEBUG:
    urlpatterns.append(path("ui-kit/", include("carbonfoot.ui.urls")))

handler403 = "carbonfoot.views.forbidden"
handler404 = "carbonfoot.views.not_found"
handler500 = "carbonfoot.views.server_error"
