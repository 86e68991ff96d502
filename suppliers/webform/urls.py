"""Addresses of the form, among those of the suppliers app."""

from django.urls import path

from suppliers.webform import views

urlpatterns = [
    path("requests/<str:number>/form/", views.start, name="form"),
    path("requests/<str:number>/form/check/", views.check_page, name="form_check"),
    path("requests/<str:number>/form/example/", views.example, name="form_example"),
    path("requests/<str:number>/form/take/", views.take, name="form_take"),
    path("requests/<str:number>/form/workbook/", views.workbook, name="form_workbook"),
    path("requests/<str:number>/form/hand-in/", views.hand_in, name="form_hand_in"),
    path("requests/<str:number>/form/gap/<str:table>/<int:index>/", views.gap, name="form_gap"),
    path("requests/<str:number>/form/<str:step>/", views.step, name="form_step"),
    path("requests/<str:number>/form/<str:step>/save/", views.save, name="form_save"),
]
