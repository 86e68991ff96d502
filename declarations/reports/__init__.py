"""Reports of a frozen declaration: PDF, XLSX and JSON, written from the snapshot alone.

Nothing is read from working tables: what was frozen, and the statement signed over it, is all that a report may say.
"""
