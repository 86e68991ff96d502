"""Forms of the life-cycle part: they read and check the shape; services decide."""
