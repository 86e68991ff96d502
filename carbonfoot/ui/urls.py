"""The page of all components. The site includes these addresses in DEBUG only, and only then are they open."""

from django.urls import path

from carbonfoot.accounts.access import ROUTES
from carbonfoot.ui import views

app_name = "ui"
urlpatterns = [path("", views.kit, name="kit")]
ROUTES["ui:kit"] = "site.open"
