"""The page of all components, in DEBUG only."""

from django.urls import path

from carbonfoot.ui import views

app_name = "ui"
urlpatterns = [path("", views.kit, name="kit")]
