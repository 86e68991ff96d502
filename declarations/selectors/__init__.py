"""Every read of the declaration part, narrowed to what the actor may see."""
