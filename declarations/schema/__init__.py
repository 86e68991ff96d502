"""The published form of what is frozen: JSON Schema 2020-12, one for each format of a snapshot."""
