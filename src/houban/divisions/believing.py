"""What was believed at a moment about a day: the register as it was recorded then."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.db import connection

from houban.divisions.models import Change, DivisionVersion
from houban.divisions.register import TREE, Node

HELD = "recorded_at <= %(at)s AND ({alias}.retracted_at IS NULL OR {alias}.retracted_at > %(at)s)"
THEN = TREE.replace("v.retracted_at IS NULL", "v." + HELD.format(alias="v")).replace(
    "c.retracted_at IS NULL", "c." + HELD.format(alias="c")
)


def rows(roots: Iterable[int], on: date, *, at: datetime, scheme: str = "nbs", groups: bool = False) -> list[Node]:
    """Return the divisions at and below some on a day, as they were believed at a moment; unordered."""
    values: dict[str, Any] = {"roots": list(roots), "day": on, "scheme": scheme, "groups": groups, "at": at}
    with connection.cursor() as cursor:
        cursor.execute(THEN, values)
        return [Node(*row) for row in cursor.fetchall()]


@dataclass(frozen=True)
class Line:
    """A division as believed then and now; None where it was not, or is not, believed to exist on the day."""

    then: Node | None
    now: Node | None
    above_then: str
    above_now: str

    @property
    def is_same(self) -> bool:
        """Tell whether both say the same."""
        if self.then is None or self.now is None:
            return False
        return self._said(self.then, self.above_then) == self._said(self.now, self.above_now)

    @staticmethod
    def _said(node: Node, above: str) -> tuple[str, str, str, str, str]:
        return node.name, node.official_name, node.form, node.code, above


def compare(root: int, on: date, *, at: datetime, now: datetime, scheme: str = "nbs") -> list[Line]:
    """Return what was believed at a moment about a day beside what is believed now, by division, in order of codes."""
    then = {node.id: node for node in rows([root], on, at=at, scheme=scheme)}
    today = {node.id: node for node in rows([root], on, at=now, scheme=scheme)}
    lines = [
        Line(then.get(key), today.get(key), _above(then, key), _above(today, key)) for key in sorted({*then, *today})
    ]
    return sorted(lines, key=lambda line: (line.now or line.then).code)  # type: ignore[union-attr]


def _above(nodes: dict[int, Node], key: int) -> str:
    node = nodes.get(key)
    upper = nodes.get(node.parent) if node and node.parent is not None else None
    return upper.name if upper else ""


def moments() -> list[datetime]:
    """Return when beliefs changed: the moments at which acts were recorded, corrected or annulled, newest first."""
    rows = Change.objects.exclude(enacted_at=None).values_list("enacted_at", "annulled_at")
    return sorted({moment for pair in rows for moment in pair if moment is not None}, reverse=True)


def retracted(division: int) -> list[DivisionVersion]:
    """Return what was once believed of a division and is no more, by an annulment or a correction, newest first."""
    rows = (
        DivisionVersion.objects.filter(division=division, retracted_at__isnull=False)
        .filter(retracted_by__isnull=False)
        .select_related("change", "retracted_by", "parent")
        .order_by("-retracted_at", "-during")
    )
    live = {
        (one.name, one.form, one.parent_id, one.during)
        for one in DivisionVersion.objects.live().filter(division=division)
    }
    return [one for one in rows if not _is_cut(one, live)]


def _is_cut(row: DivisionVersion, live: set[tuple[Any, ...]]) -> bool:
    """Tell whether a row was only closed by a later act: the same from the same day on is believed still."""
    return any(
        (name, form, parent) == (row.name, row.form, row.parent_id) and during.lower == row.during.lower
        for name, form, parent, during in live
    )
