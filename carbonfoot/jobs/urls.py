"""Addresses of jobs."""

from django.urls import path

from carbonfoot.jobs import views

app_name = "jobs"
urlpatterns = [
    path("<uuid:job_id>/", views.detail, name="detail"),
    path("<uuid:job_id>/cancel/", views.cancel, name="cancel"),
]
