"""Addresses of scenarios, of certificates and of the end-of-life form; part of lca.urls."""

from django.urls import URLPattern, URLResolver, path

from lca.views import certificates, end_of_life, scenario_changes, scenario_files, scenarios

urlpatterns: list[URLPattern | URLResolver] = [
    path("inventories/<int:pk>/end-of-life/", end_of_life.end_of_life, name="end_of_life"),
    path("certificates/", certificates.certificate_list, name="certificates"),
    path("calculations/<int:pk>/what-if/", scenarios.what_if, name="what_if"),
    path("scenarios/", scenarios.scenario_list, name="scenarios"),
    path("scenarios/<int:pk>/", scenarios.scenario, name="scenario"),
    path("scenarios/<int:pk>/edit/", scenarios.scenario_edit, name="scenario_edit"),
    path("scenarios/<int:pk>/copy/", scenarios.scenario_copy, name="scenario_copy"),
    path("scenarios/<int:pk>/archive/", scenarios.scenario_archive, name="scenario_archive"),
    path("scenarios/<int:pk>/rebase/", scenarios.scenario_rebase, name="scenario_rebase"),
    path("scenarios/<int:pk>/run/", scenarios.scenario_run, name="scenario_run"),
    path("scenarios/<int:pk>/add/", scenario_changes.scenario_add, name="scenario_add"),
    path("scenarios/<int:pk>/line/", scenario_changes.scenario_line, name="scenario_line"),
    path(
        "scenarios/<int:pk>/changes/<int:position>/", scenario_changes.scenario_change, name="scenario_change"
    ),
    path("scenarios/<int:pk>/scenario.xlsx", scenario_files.scenario_xlsx, name="scenario_xlsx"),
    path("scenarios/<int:pk>/scenario.json", scenario_files.scenario_json, name="scenario_json"),
]
