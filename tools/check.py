"""./run check: everything that reads the code without running it; ./run fix mends what can be mended."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
BIN = ROOT / ".venv" / "bin"
SOURCES = ["src", "tests", "tools", "bench", "conftest.py", "run"]


def templates() -> list[str]:
    """Return every template."""
    return [str(path.relative_to(ROOT)) for path in sorted((ROOT / "src").rglob("templates/**/*.html"))]


def checks() -> list[tuple[str, list[str]]]:
    """Return each check's name and command."""
    return [
        ("ruff format", ["ruff", "format", "--check", "--quiet", *SOURCES]),
        ("ruff", ["ruff", "check", "--quiet", *SOURCES]),
        ("import-linter", ["lint-imports"]),
        ("djade", ["djade", "--target-version", "5.2", "--check", *templates()]),
        ("biome", ["biome", "ci", "--colors=off"]),
        ("architecture", ["python", "-m", "pytest", "-q", "-p", "no:cacheprovider", "tests/architecture"]),
        ("mypy", ["mypy", "src", "tests", "tools", "bench", "conftest.py"]),
    ]


def run(name: str, command: list[str]) -> bool:
    """Run one check; print its output only when it fails."""
    begun = time.monotonic()
    environment = os.environ | {"PYTHONPATH": str(ROOT / "src")}
    done = subprocess.run(
        [str(BIN / command[0]), *command[1:]], cwd=ROOT, env=environment, capture_output=True, text=True, check=False
    )
    passed = done.returncode == 0
    print(f"{'ok  ' if passed else 'FAIL'} {name} ({time.monotonic() - begun:.1f} s)", flush=True)
    if not passed:
        print(done.stdout[-8000:], done.stderr[-8000:], sep="\n", flush=True)
    return passed


def main() -> int:
    """Run all checks, however many fail."""
    results = [run(name, command) for name, command in checks()]
    return 0 if all(results) else 1


if __name__ == "__main__":
    sys.exit(main())
