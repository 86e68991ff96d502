"""API addresses of the lca app."""

from django.urls import path

from lca import api

urlpatterns = [
    path("inventories/", api.InventoryList.as_view(), name="inventories"),
    path("inventories/<int:pk>/", api.InventoryDetail.as_view(), name="inventory"),
    path("inventories/<int:pk>/calculate/", api.InventoryCalculate.as_view(), name="inventory_calculate"),
    path("calculations/", api.CalculationList.as_view(), name="calculations"),
    path("calculations/<int:pk>/", api.CalculationDetail.as_view(), name="calculation"),
    path("results/", api.ResultList.as_view(), name="results"),
    path("results/<uuid:pk>/", api.ResultDetail.as_view(), name="result"),
    path("factors/", api.FactorList.as_view(), name="factors"),
]
