"""./run bench [NAME …] [--json] [options of that benchmark]: run benchmarks, each runnable on its own."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

BENCH = Path(__file__).resolve().parents[1] / "bench"


def names() -> list[str]:
    """Return the benchmarks there are."""
    return sorted(path.stem for path in BENCH.glob("*.py") if not path.stem.startswith("_"))


def main(words: list[str]) -> int:
    """Run those asked for, or all."""
    asked = [word for word in words if word in names()]
    unknown = [word for word in words[:1] if not word.startswith("-") and word not in names()]
    if unknown:
        print(f"没有基准 {unknown[0]}。有：{'、'.join(names())}。", file=sys.stderr)
        return 2
    options = [word for word in words if word not in asked]
    runs = [[sys.executable, str(BENCH / f"{name}.py"), *options] for name in asked or names()]
    return max(subprocess.run(command, check=False).returncode for command in runs)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
