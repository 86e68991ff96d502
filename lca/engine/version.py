"""The engine's version: part of a calculation's identity, raised whenever a result could change."""

ENGINE_VERSION = "1.1.0"
