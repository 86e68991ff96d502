"""The two sides of engine.py: the engine, and bw2calc. Each runs in a process of its own."""
