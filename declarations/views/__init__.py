"""Pages of the declaration part."""
