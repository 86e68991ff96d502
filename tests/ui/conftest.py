"""Pages of the kit are drawn without a database: what other apps count for the shell is left out."""

from __future__ import annotations

import pytest

from carbonfoot.ui import context, nav


@pytest.fixture
def bare_shell(monkeypatch: pytest.MonkeyPatch) -> None:
    """No counters and no facts of the apps in the shell."""
    monkeypatch.setattr(nav, "_counters", {})
    monkeypatch.setattr(context, "_inbox_counters", [])
    monkeypatch.setattr(context, "_foot_facts", [])
