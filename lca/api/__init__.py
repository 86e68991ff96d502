"""The life-cycle part over the API: the same selectors and services as the pages."""
