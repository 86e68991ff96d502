"""Addresses of the lca app."""

from django.urls import URLPattern, URLResolver, path

from lca import comparison_urls, scenario_urls
from lca.views import editing, inventories, linking, own_factors, reference, releases, results, uncertainty

app_name = "lca"
urlpatterns: list[URLPattern | URLResolver] = [
    path("inventories/", inventories.inventory_list, name="inventory_list"),
    path("inventories/<int:pk>/", inventories.inventory_detail, name="inventory_detail"),
    path("inventories/<int:pk>/edit/", inventories.inventory_edit, name="inventory_edit"),
    path("inventories/<int:pk>/document.json", inventories.inventory_document, name="inventory_document"),
    path("inventories/<int:pk>/calculate/", inventories.calculate, name="calculate"),
    path("inventories/<int:pk>/processes/new/", editing.process_new, name="process_new"),
    path("processes/<int:pk>/edit/", editing.process_edit, name="process_edit"),
    path("processes/<int:pk>/delete/", editing.process_delete, name="process_delete"),
    path("processes/<int:pk>/lines/new/", editing.line_new, name="line_new"),
    path("lines/<int:pk>/edit/", editing.line_edit, name="line_edit"),
    path("lines/<int:pk>/delete/", editing.line_delete, name="line_delete"),
    path("lines/<int:pk>/link/", linking.line_link, name="line_link"),
    path("calculations/<int:pk>/", results.result, name="result"),
    path("calculations/<int:pk>/lines/", results.lines, name="result_lines"),
    path("calculations/<int:pk>/lines/<int:index>/", results.trace_line, name="trace"),
    path("calculations/<int:pk>/rulesets/", results.side_by_side, name="result_rulesets"),
    path("calculations/<int:pk>/uncertainty/", uncertainty.uncertainty, name="uncertainty"),
    path("calculations/<int:pk>/uncertainty/start/", uncertainty.uncertainty_start, name="uncertainty_start"),
    path("calculations/<int:pk>/uncertainty/<int:run>/", uncertainty.uncertainty_run, name="uncertainty_run"),
    path("calculations/<int:pk>/versions/", results.versions, name="result_versions"),
    path("calculations/<int:pk>/compare/<int:other>/", results.compare, name="compare"),
    path("calculations/<int:pk>/result.xlsx", results.export_xlsx, name="result_xlsx"),
    path("calculations/<int:pk>/result.json", results.export_json, name="result_json"),
    *scenario_urls.urlpatterns,
    path("reference/", reference.factor_list, name="reference"),
    path("reference/releases/", reference.release_list, name="releases"),
    path("reference/releases/<str:code>/factors.csv", releases.release_csv, name="release_csv"),
    path("reference/releases/<str:code>/factors.xlsx", releases.release_xlsx, name="release_xlsx"),
    path("reference/drafts/", releases.draft_list, name="draft_list"),
    path("reference/drafts/new/", releases.draft_new, name="draft_new"),
    path("reference/drafts/<uuid:pk>/", releases.draft, name="draft"),
    path("reference/drafts/<uuid:pk>/impact/", releases.draft_impact, name="draft_impact"),
    path("reference/drafts/<uuid:pk>/assess/", releases.draft_assess, name="draft_assess"),
    path("reference/drafts/<uuid:pk>/announce/", releases.draft_announce, name="draft_announce"),
    path("reference/drafts/<uuid:pk>/publish/", releases.draft_publish, name="draft_publish"),
    path("reference/drafts/<uuid:pk>/discard/", releases.draft_discard, name="draft_discard"),
    path("reference/factors/<str:release>/<str:key>/", reference.factor, name="factor"),
    *comparison_urls.urlpatterns,
]
