"""Running carbonfoot on one machine: its servers, its processes, and the checks before they start.

Nothing in this package imports Django at module level: it prepares the environment that Django's settings read.
"""
