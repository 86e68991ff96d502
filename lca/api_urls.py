"""API addresses of the lca app."""

from django.urls import path

from lca.api import comparisons, exchange, inventories, scenarios, uncertainty

urlpatterns = [
    path("inventories/", inventories.InventoryList.as_view(), name="inventories"),
    path("inventories/<int:pk>/", inventories.InventoryDetail.as_view(), name="inventory"),
    path(
        "inventories/<int:pk>/calculate/",
        inventories.InventoryCalculate.as_view(),
        name="inventory_calculate",
    ),
    path("calculations/", inventories.CalculationList.as_view(), name="calculations"),
    path("calculations/<int:pk>/", inventories.CalculationDetail.as_view(), name="calculation"),
    path("calculations/<int:pk>/openlca/", exchange.OpenlcaFile.as_view(), name="calculation_openlca"),
    path("calculations/<int:pk>/brightway/", exchange.BrightwayFile.as_view(), name="calculation_brightway"),
    path("calculations/<int:pk>/uncertainty/", uncertainty.Uncertainty.as_view(), name="uncertainty"),
    path(
        "calculations/<int:pk>/uncertainty/<int:run>/",
        uncertainty.UncertaintyRunDetail.as_view(),
        name="uncertainty_run",
    ),
    path(
        "calculations/<int:pk>/difference/<int:other>/",
        comparisons.CalculationDifference.as_view(),
        name="calculation_difference",
    ),
    path("results/", inventories.ResultList.as_view(), name="results"),
    path("results/<uuid:pk>/", inventories.ResultDetail.as_view(), name="result"),
    path(
        "inventories/<int:pk>/scenarios/",
        scenarios.InventoryScenarios.as_view(),
        name="inventory_scenarios",
    ),
    path("scenarios/", scenarios.ScenarioList.as_view(), name="scenarios"),
    path("scenarios/<int:pk>/", scenarios.ScenarioDetail.as_view(), name="scenario"),
    path("scenarios/<int:pk>/run/", scenarios.ScenarioRun.as_view(), name="scenario_run"),
    path("factors/", inventories.FactorList.as_view(), name="factors"),
]
