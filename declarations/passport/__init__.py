"""Carbon footprint data for export markets: the same declaration in the forms of battery passports and data spaces."""
