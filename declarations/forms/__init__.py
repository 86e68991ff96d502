"""Forms of the declaration part: they read and check the shape; services decide."""
