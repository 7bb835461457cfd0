"""What every benchmark shares: the machine, the bars, and how they are printed."""

from __future__ import annotations

import argparse
import json
import os
import platform
import statistics
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

ROOT = Path(__file__).resolve().parents[1]


@dataclass(frozen=True)
class Bar:
    """A measured value beside what it may be at most, or must be at least; without a bar it only informs."""

    name: str
    size: str
    value: float
    unit: str
    bar: float | None
    met: bool | None


def at_most(name: str, *, size: str, value: float, unit: str, bar: float | None = None) -> Bar:
    """Hold a value against its bar; less is better."""
    return Bar(name, size, round(value, 3), unit, bar, None if bar is None else value <= bar)


def at_least(name: str, *, size: str, value: float, unit: str, bar: float | None = None) -> Bar:
    """Hold a value against its bar; more is better."""
    return Bar(name, size, round(value, 3), unit, bar, None if bar is None else value >= bar)


def options(description: str) -> argparse.ArgumentParser:
    """Return the options every benchmark takes."""
    parser = argparse.ArgumentParser(description=description)
    parser.add_argument("--json", action="store_true", help="one JSON line for each bar")
    parser.add_argument("--smoke", action="store_true", help="the smallest size, to see that it runs")
    parser.add_argument("--strict", action="store_true", help="exit with 1 when a bar is missed")
    parser.add_argument("--rounds", type=int, default=40, help="how often each thing is measured")
    return parser


def machine(postgres: str) -> str:
    """Describe the machine."""
    cpu = next((line for line in _lines("/proc/cpuinfo") if line.startswith("model name")), ": ?").split(": ")[1]
    memory = next((line for line in _lines("/proc/meminfo") if line.startswith("MemTotal")), "0 0").split()[1]
    cores = len(os.sched_getaffinity(0))
    gib = int(memory) // 1024**2
    return f"{cpu}, {cores} cores, {gib} GiB; Python {platform.python_version()}, PostgreSQL {postgres}"


def _lines(path: str) -> list[str]:
    return Path(path).read_text().splitlines() if Path(path).exists() else []


def milliseconds(work: Callable[[], object], *, rounds: int) -> list[float]:
    """Measure some work, after having done it twice."""
    for _ in range(2):
        work()
    taken = []
    for _ in range(rounds):
        begun = time.perf_counter()
        work()
        taken.append((time.perf_counter() - begun) * 1000)
    return taken


def middle(taken: list[float]) -> float:
    """Return the median."""
    return statistics.median(taken)


def nearly_all(taken: list[float]) -> float:
    """Return the 95th percentile."""
    return sorted(taken)[max(int(len(taken) * 0.95) - 1, 0)]


def show(bars: list[Bar], *, on: str, chosen: argparse.Namespace) -> int:
    """Print the bars, for people or for programs; return the exit code."""
    for bar in bars:
        print(json.dumps(asdict(bar), ensure_ascii=False) if chosen.json else _line(bar))
    if not chosen.json:
        print(on)
    return 1 if chosen.strict and any(bar.met is False for bar in bars) else 0


def _line(bar: Bar) -> str:
    held = "" if bar.bar is None else f"  bar {bar.bar:g} {bar.unit}  {'met' if bar.met else 'MISSED'}"
    return f"{bar.name:<34} {bar.size:<28} {bar.value:>10.2f} {bar.unit}{held}"


@contextmanager
def database() -> Iterator[str]:
    """Run an embedded server in a folder of its own, migrated; yield its version."""
    with TemporaryDirectory(prefix="houban-bench-") as folder:
        os.environ |= {"HOUBAN_DATA": folder, "DJANGO_SETTINGS_MODULE": "houban.config.settings"}
        from houban.core.postgres import server

        with server.running(Path(folder), tell=lambda _line: None):
            import django
            from django.core.management import call_command
            from django.db import connections

            django.setup()
            from houban.core import claims, clock

            claims.serve_as("bench", clock.now)
            call_command("migrate", database="owner", verbosity=0)
            call_command("collectstatic", interactive=False, verbosity=0)
            yield str(connections["owner"].cursor().execute("SHOW server_version").fetchone()[0])
            connections.close_all()
