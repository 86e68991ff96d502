"""Pages of the suppliers app: thin over services and selectors."""
