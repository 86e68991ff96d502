"""Demonstration data: an invented maker with five packs, four invented suppliers, a verifier and an authority.

Everything is done through the services, as people would do it. Bills of materials and factors of the packs are those of
EverBatt 2023 (lca/data); organisations, suppliers' recipes and cycle life are invented and say so.
"""
