"""Pages of inventories, results and reference data."""
