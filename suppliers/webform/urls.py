"""Addresses of the form, among those of the suppliers app."""

from django.urls import path

from suppliers.webform import closing, views

urlpatterns = [
    path("requests/<str:number>/form/", views.start, name="form"),
    path("requests/<str:number>/form/check/", closing.check_page, name="form_check"),
    path("requests/<str:number>/form/example/", closing.example, name="form_example"),
    path("requests/<str:number>/form/take/", closing.take, name="form_take"),
    path("requests/<str:number>/form/workbook/", closing.workbook, name="form_workbook"),
    path("requests/<str:number>/form/hand-in/", closing.hand_in, name="form_hand_in"),
    path("requests/<str:number>/form/gap/<str:table>/<int:index>/", closing.gap, name="form_gap"),
    path("requests/<str:number>/form/<str:step>/", views.step, name="form_step"),
    path("requests/<str:number>/form/<str:step>/save/", views.save, name="form_save"),
]
