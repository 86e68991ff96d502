"""A real site refuses to serve with a key that is made up at start; commands and local runs do not mind."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent.parent


@pytest.mark.parametrize(
    ("given", "served"),
    [
        ({}, False),
        ({"SECRET_KEY": ""}, False),
        ({"SECRET_KEY": "k" * 60}, True),
        ({"LOCAL_HTTP": "1"}, True),
    ],
    ids=str,
)
def test_serving_needs_a_key(given: dict[str, str], served: bool) -> None:
    """The sessions of a passing key end with each restart, without anybody being told why."""
    kept = {
        name: value for name, value in os.environ.items() if name not in ("SECRET_KEY", "LOCAL_HTTP", "DEBUG")
    }
    done = subprocess.run(
        [sys.executable, "-c", "import carbonfoot.wsgi"],
        cwd=ROOT,
        env={**kept, **given},
        capture_output=True,
        text=True,
        timeout=120,
    )
    assert (done.returncode == 0) is served, done.stderr
    assert served or "SECRET_KEY is not set" in done.stderr
