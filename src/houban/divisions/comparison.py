"""Hold the register against an official list on the list's day, and suggest what happened between two lists."""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal

from houban.core.record import Actor
from houban.divisions import register
from houban.divisions.models import Change, DivisionCode, Flow, ListDifference, OfficialList
from houban.divisions.register import Node
from houban.divisions.rules import infer
from houban.divisions.rules.infer import Place
from houban.divisions.words import DayBasis


def ours(official: OfficialList) -> dict[str, Place]:
    """Return the register's own rows on the list's day, below the list's roots, as a list would print them."""
    entries = set(official.entries.values_list("code", flat=True))
    parents = dict(official.entries.values_list("code", "parent_code"))
    roots = [code for code in entries if parents[code] not in entries]
    nodes = _nodes(official, roots)
    codes = {node.id: node.code for node in nodes}
    places = {n.code: Place(n.code, n.official_name, codes.get(n.parent or 0, "")) for n in nodes if n.code}
    if official.extract:
        return {code: place for code, place in places.items() if code in entries}
    return places


def _nodes(official: OfficialList, roots: list[str]) -> list[Node]:
    bearers = DivisionCode.objects.on(official.as_of).filter(scheme=official.scheme, code__in=roots)
    tops = list(bearers.values_list("division_id", flat=True))
    return register.rows(tops, official.as_of, scheme=official.scheme)


def theirs(official: OfficialList) -> dict[str, Place]:
    """Return the list's rows."""
    rows = official.entries.values_list("code", "name", "parent_code")
    codes = {code for code, _, _ in rows}
    return {code: Place(code, name, parent if parent in codes else "") for code, name, parent in rows}


def differences(official: OfficialList) -> list[ListDifference]:
    """Return where register and list disagree, unsaved, by code."""
    mine, listed = ours(official), theirs(official)
    found = [_difference(official, code, mine.get(code), listed.get(code)) for code in sorted({*mine, *listed})]
    return [difference for difference in found if difference is not None]


def _difference(official: OfficialList, code: str, mine: Place | None, listed: Place | None) -> ListDifference | None:
    if mine is None and listed is not None:
        return ListDifference(list=official, code=code, kind="missing", theirs=listed.name)
    if listed is None and mine is not None:
        return ListDifference(list=official, code=code, kind="extra", ours=mine.name)
    if mine and listed and mine.name != listed.name:
        return ListDifference(list=official, code=code, kind="name", ours=mine.name, theirs=listed.name)
    if mine and listed and listed.parent and mine.parent != listed.parent:
        return ListDifference(list=official, code=code, kind="parent", ours=mine.parent, theirs=listed.parent)
    return None


def suggest(official: OfficialList, *, by: Actor, at: datetime) -> Change | None:
    """Store the suggested flows from the register's map to the list's as a draft; nothing is applied."""
    suggestions = infer.suggest(ours(official), theirs(official))
    if not suggestions:
        return None
    change = Change.objects.create(
        effective_on=official.as_of,
        sequence=Change.objects.filter(effective_on=official.as_of).count() + 1,
        title=f"与{official.name}比对",
        authority=official.source,
        day_basis=DayBasis.ASSUMED,
        scheme=official.scheme,
        recorded_at=at,
        recorded_by_name=by.name,
        note="由名录比对推断，确认后才生效；生效日按名录截至日设定",
    )
    Flow.objects.bulk_create([_flow(change, n, s) for n, s in enumerate(suggestions, start=1)], batch_size=5000)
    official.comparison = change
    official.save(update_fields=["comparison"])
    return change


def _flow(change: Change, number: int, suggestion: infer.Suggestion) -> Flow:
    source, target = suggestion.source, suggestion.target
    return Flow(
        change=change,
        number=number,
        source_code=source.code if source else "",
        source_name=source.name if source else "",
        target_code=target.code if target else "",
        target_name=target.name if target else "",
        certainty="suggested" if target else "unknown",
        clue=suggestion.clue,
        score=Decimal(str(suggestion.score)),
    )
