"""Calculations in words and figures for people: what pages, declarations and reports show of a ledger."""

from lca.presentation.hooks import register_result_page, register_source
from lca.presentation.result import result_context

__all__ = ["register_result_page", "register_source", "result_context"]
