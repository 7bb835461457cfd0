"""./run test: everything that CI runs; --fast leaves out the browser and the benchmarks."""

from __future__ import annotations

import argparse
import os
import shutil
import subprocess
import sys
from pathlib import Path

import check
import given_server

ROOT = check.ROOT
PYTHON = str(check.BIN / "python")
CHROMIUM = ("chromium", "chromium-browser", "google-chrome")
INSTALL = ["apt-get", "install", "-y", "--no-install-recommends", "chromium", "fonts-noto-cjk"]


def main() -> int:
    """Run the checks and the tests; print pytest's closing line last."""
    parser = argparse.ArgumentParser(prog="./run test", description=__doc__)
    parser.add_argument("--fast", action="store_true", help="不跑浏览器测试和基准，三分钟以内")
    options, words = parser.parse_known_args()
    codes = [check.main()]
    if not options.fast:
        codes += [_bench(), given_server.main()]
    codes.append(_pytest(words, fast=options.fast))
    return max(codes)


def _pytest(words: list[str], *, fast: bool) -> int:
    without = ["slow", "browser"] if fast else [] if _has_chromium() else ["browser"]
    marks = ["-m", " and ".join(f"not {mark}" for mark in without)] if without else []
    parallel = [] if any(word.startswith("-n") for word in words) else ["-n", str(min(os.cpu_count() or 2, 8))]
    command = [PYTHON, "-m", "pytest", "-q", *parallel, "--dist", "loadfile", *marks, *words]
    return _run(command)


def _bench() -> int:
    print("benchmarks, smallest sizes:", flush=True)
    return _run([PYTHON, str(ROOT / "tools" / "bench.py"), "--smoke"])


def _run(command: list[str]) -> int:
    environment = os.environ | {"PYTHONPATH": str(ROOT / "src"), "PYTHONDONTWRITEBYTECODE": "1"}
    return subprocess.run(command, cwd=ROOT, env=environment, check=False).returncode


def _has_chromium() -> bool:
    """Find a browser; install Debian's where that may be done; say in one line when there is none."""
    if any(shutil.which(name) for name in CHROMIUM):
        return True
    if os.geteuid() == 0 and shutil.which("apt-get") and Path("/etc/debian_version").exists():
        environment = os.environ | {"DEBIAN_FRONTEND": "noninteractive"}
        for command in (["apt-get", "update"], INSTALL):
            subprocess.run(command, check=False, env=environment, timeout=600, capture_output=True)
    found = any(shutil.which(name) for name in CHROMIUM)
    if not found:
        print("browser tests skipped: no Chromium here, and it could not be installed (that takes root)", flush=True)
    return found


if __name__ == "__main__":
    sys.exit(main())
