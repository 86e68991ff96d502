"""Template tags of the lca app."""
