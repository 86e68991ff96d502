"""Addresses of phases: coverage, extensions and waivers, summaries; included by declarations.urls."""

from django.urls import path

from declarations.views import coverage, phases, reliefs, summaries

urlpatterns = [
    path("phase/", phases.phase_detail, name="phase"),
    path("phase/reliefs/new/", reliefs.relief_new, name="relief_new"),
    path("phase/reliefs/<int:pk>/", reliefs.relief_detail, name="relief"),
    path("phase/reliefs/<int:pk>/cancel/", reliefs.relief_cancel, name="relief_cancel"),
    path("phase/reliefs/<int:pk>/decide/", reliefs.relief_decide, name="relief_decide"),
    path("phase/summaries/", summaries.summary_make, name="summary_make"),
    path("phase/summaries/<int:pk>/", summaries.summary_detail, name="summary"),
    path("phase/summaries/<int:pk>/hand-in/", summaries.summary_hand_in, name="summary_hand_in"),
    path("phase/summaries/files/<int:pk>/", summaries.summary_file, name="summary_file"),
    path("review/coverage/", coverage.coverage, name="coverage"),
    path("review/coverage/export.csv", coverage.coverage_csv, name="coverage_csv"),
    path("review/reliefs/", reliefs.relief_list, name="relief_list"),
    path("review/summaries/", summaries.summary_list, name="summary_list"),
]
