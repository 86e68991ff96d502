"""Inventories, factors, rule sets and calculations."""
