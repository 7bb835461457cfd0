"""Where the oracles lie: beside the project, or where HOUBAN_ORACLES says; tests that need them skip without."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[5]


def oracle(name: str) -> Path:
    """Return a file of the oracles; skip the test, saying so, where it is not there."""
    folder = Path(os.environ.get("HOUBAN_ORACLES", ROOT.parent / "shared" / "oracles"))
    path = folder / name
    if not path.exists():
        pytest.skip(f"no public data to hold against: {name}")
    return path
