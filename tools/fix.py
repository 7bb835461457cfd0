"""./run fix: format and mend what tools can mend."""

from __future__ import annotations

import subprocess
import sys

from check import BIN, ROOT, SOURCES, templates


def main() -> int:
    """Run every tool that mends; the first failure is the exit code."""
    commands = [
        ["ruff", "check", "--fix", "--quiet", *SOURCES],
        ["ruff", "format", "--quiet", *SOURCES],
        ["biome", "check", "--write", "--colors=off"],
        ["djade", "--target-version", "5.2", *templates()],
    ]
    codes = [subprocess.run([str(BIN / c[0]), *c[1:]], cwd=ROOT, check=False).returncode for c in commands]
    return 1 if any(codes[:3]) else 0  # djade exits with 1 after it has changed a file


if __name__ == "__main__":
    sys.exit(main())
