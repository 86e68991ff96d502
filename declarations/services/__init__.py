"""Every write of the declaration part: packs, plans, phases, declarations, verification, review."""
