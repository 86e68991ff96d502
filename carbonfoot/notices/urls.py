"""Addresses of the inbox and of the calendar of deadlines."""

from django.urls import path

from carbonfoot.notices import calendar_views, views

app_name = "notices"
urlpatterns = [
    path("inbox/", views.inbox, name="inbox"),
    path("inbox/read/", views.read_all, name="read_all"),
    path("inbox/<int:pk>/open/", views.open_notice, name="open"),
    path("inbox/<int:pk>/read/", views.read, name="read"),
    path("inbox/choices/", views.choices, name="choices"),
    path("calendar/", calendar_views.calendar, name="calendar"),
    path("calendar/deadlines.ics", calendar_views.download, name="calendar_ics"),
    path("calendar/link/", calendar_views.make_link, name="calendar_link"),
    path("calendar/link/end/", calendar_views.end_link, name="calendar_unlink"),
    path("calendar/feed/<str:secret>.ics", calendar_views.feed, name="calendar_feed"),
]
