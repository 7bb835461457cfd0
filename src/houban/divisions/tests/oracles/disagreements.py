"""Why lineage differs from the published summary of China's codes, each reason as a test of one disagreement.

The summary counts a county as changed when only the name or the code of what lies above it has changed: the county's
own code and name stay, and so does its identity with us (130 times). And it leads a county to the city of another level
that took its area, or a city to its new districts: a division keeps its level with us, so the area goes to what lies on
the same level, and the upper one is founded or ends beside it (100 times).
"""

from __future__ import annotations

from collections.abc import Callable

from houban.divisions.adapters import areacodes
from houban.divisions.adapters.areacodes import Table

Reason = Callable[[str, set[str], set[str], Table, Table], bool]


def only_above_changed(code: str, theirs: set[str], _ours: set[str], old: Table, new: Table) -> bool:
    """Tell whether a record is the same on both lists, and leads to itself in the summary."""
    record = old.by_code.get(code)
    return record is not None and record == new.by_code.get(code) and theirs == {areacodes.short(code)}


def another_level(code: str, theirs: set[str], ours: set[str], _old: Table, _new: Table) -> bool:
    """Tell whether all that the summary has beyond ours lies on another level."""
    beyond = theirs - ours
    own = len(areacodes.short(code))
    return bool(beyond) and ours <= theirs and all(len(one) != own for one in beyond)


EXPLAINED: dict[str, Reason] = {
    "only what lies above it changed": only_above_changed,
    "it went to another level": another_level,
}
