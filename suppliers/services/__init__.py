"""Writes of the suppliers app; one module a thought."""
