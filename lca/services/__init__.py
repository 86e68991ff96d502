"""Every write of the life-cycle part: inventories, calculations, published results."""
