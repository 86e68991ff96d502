"""Verification bundles: a zip that a stranger recomputes offline. ``checker`` goes into each of them as it
stands here."""
