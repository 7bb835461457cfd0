"""Ask the register: the tree, the path, the children, a code or a name, the counts, on any day."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from django.db import connection
from django.db.models import F

from houban.core.models import Installation
from houban.divisions import memory
from houban.divisions.models import DivisionCode, DivisionVersion
from houban.divisions.rules.state import Snapshot, Unit
from houban.divisions.words import LEVEL_OF_FORM, Form

# The periods below the top are compared by their ends, so that the planner goes by the parent and not by the day.
TREE = """
WITH RECURSIVE tree AS (
    SELECT v.* FROM divisions_divisionversion v
    WHERE v.division_id = ANY(%(roots)s) AND v.retracted_at IS NULL AND v.during @> %(day)s::date
    UNION ALL
    SELECT v.* FROM tree JOIN divisions_divisionversion v ON v.parent_id = tree.division_id
        AND v.retracted_at IS NULL AND lower(v.during) <= %(day)s AND COALESCE(upper(v.during) > %(day)s, true)
        AND (%(groups)s OR v.form NOT IN ('village_group', 'community_group', 'cell'))
)
SELECT t.division_id, t.name, t.official_name, t.form, t.parent_id, COALESCE(c.code, ''),
       lower(t.during), upper(t.during), t.change_id
FROM tree t LEFT JOIN divisions_divisioncode c ON c.division_id = t.division_id AND c.scheme =
    CASE WHEN t.form IN ('village_group', 'community_group') THEN 'local' ELSE %(scheme)s END
    AND c.retracted_at IS NULL AND c.during @> %(day)s::date
"""


COUNTS = """
WITH RECURSIVE tree AS (
    SELECT v.division_id, v.form, v.during AS life FROM divisions_divisionversion v
    WHERE v.division_id = %(root)s AND v.retracted_at IS NULL
    UNION ALL
    SELECT v.division_id, v.form, v.during * tree.life FROM tree JOIN divisions_divisionversion v
        ON v.parent_id = tree.division_id AND v.retracted_at IS NULL AND NOT isempty(v.during * tree.life)
)
SELECT d.day, tree.form, count(*) FROM unnest(%(days)s::date[]) d(day) JOIN tree ON tree.life @> d.day
GROUP BY d.day, tree.form
"""


@dataclass(slots=True)
class Node:
    """A division as it stands on a day, with what lies below it."""

    id: int
    name: str
    official_name: str
    form: str
    parent: int | None
    code: str
    since: date
    until: date | None
    change: int
    children: list[Node] = field(default_factory=list)

    @property
    def form_label(self) -> str:
        """Return the form in the reader's language."""
        return str(Form(self.form).label)

    @property
    def villages(self) -> int:
        """Count the villages at or below this one, without communities."""
        return self.count("village")

    @property
    def communities(self) -> int:
        """Count the communities at or below this one."""
        return self.count("community")

    def count(self, *forms: str) -> int:
        """Count the divisions of some forms at or below this one."""
        return (self.form in forms) + sum(child.count(*forms) for child in self.children)

    def walk(self) -> list[Node]:
        """Return this node and all below it, upper ones first."""
        return [self, *(node for child in self.children for node in child.walk())]


def county() -> int | None:
    """Return the identity of the installation's county, or None before its list is in."""
    installation = Installation.current()
    if installation is None:
        return None
    return _bearer(installation.county_code)


def _bearer(code: str) -> int | None:
    latest = DivisionCode.objects.live().filter(scheme="nbs", code=code).order_by("-during")
    return latest.values_list("division_id", flat=True).first()


def rows(roots: list[int], on: date, *, scheme: str = "nbs", groups: bool = False) -> list[Node]:
    """Return the divisions at and below `roots` on a day, unordered."""
    values: dict[str, Any] = {"roots": roots, "day": on, "scheme": scheme, "groups": groups}
    with connection.cursor() as cursor:
        cursor.execute(TREE, values)
        return [Node(*row) for row in cursor.fetchall()]


def tree(root: int, on: date, *, scheme: str = "nbs") -> Node | None:
    """Return the tree below a division on a day, down to villages; None where it does not exist then."""
    nodes = {node.id: node for node in rows([root], on, scheme=scheme)}
    for node in sorted(nodes.values(), key=lambda node: (node.code, node.name)):
        if node.parent in nodes:
            nodes[node.parent].children.append(node)
    return nodes.get(root)


def children(parent: int, on: date, *, scheme: str = "nbs") -> list[DivisionVersion]:
    """Return what lies right below a division on a day, by code."""
    versions = DivisionVersion.objects.on(on).filter(parent=parent).with_code(scheme, on)
    return list(versions.order_by(F("code"), "name"))


def path(division: int, on: date) -> list[DivisionVersion]:
    """Return the divisions from the top down to this one on a day."""
    above: list[DivisionVersion] = []
    step: int | None = division
    while step is not None:
        version = DivisionVersion.objects.on(on).filter(division=step).first()
        if version is None:
            break
        above.append(version)
        step = version.parent_id
    return above[::-1]


def find(text: str, on: date, *, scheme: str = "nbs") -> list[DivisionVersion]:
    """Return the divisions that bear a code or a name on a day; a name may have several."""
    versions = DivisionVersion.objects.on(on).with_code(scheme, on)
    if text.isdigit():
        bearers = DivisionCode.objects.on(on).filter(scheme__in=(scheme, "local"), code=text)
        return list(versions.filter(division__in=bearers.values("division")))
    by_short = versions.filter(name=text)
    return list(by_short or versions.filter(official_name=text))


def counts(root: int, on: date) -> Counter[str]:
    """Count the divisions at and below one on a day by form."""
    return counts_on(root, [on])[on]


def counts_on(root: int, days: Iterable[date]) -> dict[date, Counter[str]]:
    """Count by form on several days; what was counted since the register last changed is remembered."""
    asked = set(days)
    known = memory.known()
    wanted = sorted(day for day in asked if (root, day) not in known)
    if wanted:
        known.update(_counted(root, wanted))
    return {day: known[root, day] for day in asked}


def _counted(root: int, days: list[date]) -> dict[tuple[int, date], Counter[str]]:
    counted: dict[tuple[int, date], Counter[str]] = {(root, day): Counter() for day in days}
    with connection.cursor() as cursor:
        cursor.execute(COUNTS, {"root": root, "days": days})
        for day, form, number in cursor.fetchall():
            counted[root, day][form] = number
    return counted


def snapshot(on: date, *, scheme: str = "nbs", roots: list[int] | None = None) -> Snapshot:
    """Return the map of a day as plain values, for the rules; the whole one without `roots`."""
    tops = roots if roots is not None else _tops(on)
    units = (
        Unit(n.id, str(LEVEL_OF_FORM[Form(n.form)]), n.form, n.name, n.official_name, n.parent, n.code, n.until)
        for n in rows(tops, on, scheme=scheme, groups=True)
    )
    return Snapshot(units)


def _tops(on: date) -> list[int]:
    return list(DivisionVersion.objects.on(on).filter(parent=None).values_list("division_id", flat=True))


def first_day() -> date | None:
    """Return the first day the register knows anything of."""
    version = DivisionVersion.objects.live().order_by("during").first()
    return version.during.lower if version else None


def codes_of(divisions: list[int], *, scheme: str = "nbs") -> dict[int, str]:
    """Return the code each division bore last, by which lists are ordered."""
    borne = DivisionCode.objects.live().filter(scheme=scheme, division__in=divisions).order_by("during")
    return dict(borne.values_list("division", "code"))


def history(code: str, *, scheme: str = "nbs") -> str:
    """Say in Chinese when a code was borne, for messages about a day on which it was not."""
    bearers = DivisionCode.objects.live().filter(scheme=scheme, code=code).order_by("during")
    if not bearers:
        return ""
    spans = "；".join(f"{row.during.lower} 至 {row.during.upper or '今'}" for row in bearers[:3])
    return f"（它在 {spans} 有效）"
