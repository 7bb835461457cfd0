"""From a file to a plan: read, look up, compare; nothing is written."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import BinaryIO

from houban.organisation.rosters import bodies, book, holders, world
from houban.organisation.rosters.plan import Plan
from houban.organisation.rosters.references import References


def plan(file: BinaryIO | Path, *, name: str, on: date) -> Plan:
    """Work out what a roster would do; raise `Problems` with every bad row."""
    read = book.read(file, name=name, on=on)
    made = Plan(read, world.load(read.on))
    refs = References(read, made.world)
    for step in (
        bodies.organisations,
        bodies.terms,
        bodies.posts,
        bodies.quotas,
        holders.people,
        holders.appointments,
        bodies.memberships,
    ):
        step(refs, made)
    read.problems.raise_any()
    return made
