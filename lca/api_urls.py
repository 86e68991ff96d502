"""API addresses of the lca app."""

from django.urls import path

from lca import api, api_exchange, api_uncertainty, comparison_api, scenario_api

urlpatterns = [
    path("inventories/", api.InventoryList.as_view(), name="inventories"),
    path("inventories/<int:pk>/", api.InventoryDetail.as_view(), name="inventory"),
    path("inventories/<int:pk>/calculate/", api.InventoryCalculate.as_view(), name="inventory_calculate"),
    path("calculations/", api.CalculationList.as_view(), name="calculations"),
    path("calculations/<int:pk>/", api.CalculationDetail.as_view(), name="calculation"),
    path("calculations/<int:pk>/openlca/", api_exchange.OpenlcaFile.as_view(), name="calculation_openlca"),
    path(
        "calculations/<int:pk>/brightway/", api_exchange.BrightwayFile.as_view(), name="calculation_brightway"
    ),
    path("calculations/<int:pk>/uncertainty/", api_uncertainty.Uncertainty.as_view(), name="uncertainty"),
    path(
        "calculations/<int:pk>/uncertainty/<int:run>/",
        api_uncertainty.UncertaintyRunDetail.as_view(),
        name="uncertainty_run",
    ),
    path(
        "calculations/<int:pk>/difference/<int:other>/",
        comparison_api.CalculationDifference.as_view(),
        name="calculation_difference",
    ),
    path("results/", api.ResultList.as_view(), name="results"),
    path("results/<uuid:pk>/", api.ResultDetail.as_view(), name="result"),
    path(
        "inventories/<int:pk>/scenarios/",
        scenario_api.InventoryScenarios.as_view(),
        name="inventory_scenarios",
    ),
    path("scenarios/", scenario_api.ScenarioList.as_view(), name="scenarios"),
    path("scenarios/<int:pk>/", scenario_api.ScenarioDetail.as_view(), name="scenario"),
    path("scenarios/<int:pk>/run/", scenario_api.ScenarioRun.as_view(), name="scenario_run"),
    path("factors/", api.FactorList.as_view(), name="factors"),
]
