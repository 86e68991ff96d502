"""Addresses of comparisons: two rule sets, why they differ for one inventory, any two results."""

from django.urls import URLPattern, URLResolver, path

from lca.views import comparisons, differences, rulesets

urlpatterns: list[URLPattern | URLResolver] = [
    path("calculations/compare/", comparisons.pick, name="compare_pick"),
    path("calculations/<int:pk>/difference/", differences.difference, name="difference"),
    path("calculations/<int:pk>/difference.xlsx", differences.difference_xlsx, name="difference_xlsx"),
    path("calculations/<int:pk>/difference.json", differences.difference_json, name="difference_json"),
    path("reference/rulesets/", rulesets.ruleset_list, name="rulesets"),
    path("reference/rulesets/compare/", rulesets.compare, name="rulesets_compare"),
    path("reference/rulesets/<str:identifier>/<str:version>/", rulesets.ruleset, name="ruleset"),
]
