"""Addresses of the pages of activity data."""

from __future__ import annotations

from django.urls import path

from suppliers.activity import views

urlpatterns = [
    path("activity/", views.source_list, name="activity_list"),
    path("activity/new/", views.source_new, name="activity_new"),
    path("activity/<slug:code>/", views.source, name="activity_source"),
    path("activity/<slug:code>/receive/", views.receive, name="activity_receive"),
    path("activity/<slug:code>/deliveries/<int:pk>/", views.batch, name="activity_batch"),
    path("activity/<slug:code>/deliveries/<int:pk>/file/", views.batch_file, name="activity_file"),
    path("activity/<slug:code>/items/<int:pk>/", views.item, name="activity_item"),
    path("requests/<str:number>/activity/", views.request_activity, name="request_activity"),
]
