"""Files that people take away: a result, a difference, a scenario, an uncertainty; for reading and for other tools."""
