"""Hold the register against an official list on the list's day, and suggest what happened between two lists."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal

from django.db.models import Q

from houban.core.record import Actor
from houban.divisions import register
from houban.divisions.models import Change, DivisionCode, Flow, ListDifference, OfficialList
from houban.divisions.rules import infer
from houban.divisions.rules.infer import Place
from houban.divisions.words import DayBasis, Status


@dataclass(frozen=True, slots=True)
class Difference:
    """Where register and list disagree; `code` is the list's where it has one."""

    code: str
    kind: str
    ours: str = ""
    theirs: str = ""


def ours(official: OfficialList) -> dict[str, Place]:
    """Return the register's own rows on the list's day, below the list's roots, as a list would print them."""
    rows = official.entries.values_list("code", "parent_code")
    return registered(dict(rows), official.as_of, scheme=official.scheme, extract=official.extract)


def registered(parents: Mapping[str, str], on: date, *, scheme: str, extract: bool = False) -> dict[str, Place]:
    """Return the register's rows of a day below the roots of a list, given by its codes with those above them."""
    roots = [code for code, parent in parents.items() if parent not in parents]
    bearers = DivisionCode.objects.on(on).filter(scheme=scheme, code__in=roots)
    nodes = register.rows(list(bearers.values_list("division_id", flat=True)), on, scheme=scheme)
    codes = {node.id: node.code for node in nodes}
    places = {n.code: Place(n.code, n.official_name, codes.get(n.parent or 0, "")) for n in nodes if n.code}
    return {code: place for code, place in places.items() if code in parents} if extract else places


def theirs(official: OfficialList) -> dict[str, Place]:
    """Return the list's rows."""
    return listed(official.entries.values_list("code", "name", "parent_code"))


def listed(rows: Iterable[tuple[str, str, str]]) -> dict[str, Place]:
    """Return a list's rows of code, name and parent's code; a parent outside the list is none."""
    rows = list(rows)
    codes = {code for code, _, _ in rows}
    return {code: Place(code, name, parent if parent in codes else "") for code, name, parent in rows}


def differences(official: OfficialList) -> list[ListDifference]:
    """Return where register and list disagree, unsaved, by code."""
    return [
        ListDifference(list=official, code=one.code, kind=one.kind, ours=one.ours, theirs=one.theirs)
        for one in between(ours(official), theirs(official))
    ]


def between(mine: Mapping[str, Place], listed: Mapping[str, Place]) -> list[Difference]:
    """Return where two lists disagree, by code; what bears another code under the same parent is one difference."""
    found = {
        code: one for code in sorted({*mine, *listed}) if (one := _difference(code, mine.get(code), listed.get(code)))
    }
    unlisted = {(mine[code].name, mine[code].parent): code for code, one in found.items() if one.kind == "extra"}
    for code, one in list(found.items()):
        twin = unlisted.get((listed[code].name, listed[code].parent)) if one.kind == "missing" else None
        if twin is not None and twin in found:
            del found[twin]
            found[code] = Difference(code, "code", twin, code)
    return list(found.values())


def _difference(code: str, mine: Place | None, listed: Place | None) -> Difference | None:
    if mine is None or listed is None:
        kind = "missing" if mine is None else "extra"
        return Difference(code, kind, mine.name if mine else "", listed.name if listed else "")
    if mine.name != listed.name:
        return Difference(code, "name", mine.name, listed.name)
    if listed.parent and mine.parent != listed.parent:
        return Difference(code, "parent", mine.parent, listed.parent)
    return None


def explained(found: Iterable[tuple[str, str]], on: date, *, scheme: str) -> dict[str, str]:
    """Return by code what the register knows that may explain a difference: an act near the day that touched it.

    `found` holds pairs of codes, the list's and, where it differs, the register's own.
    """
    wanted = {code for pair in found for code in pair if code}
    flows = (
        Flow.objects.filter(change__status=Status.ENACTED, change__scheme=scheme)
        .filter(Q(source_code__in=wanted) | Q(target_code__in=wanted))
        .select_related("change")
    )
    near: dict[str, Change] = {}
    for flow in flows:
        for code in {flow.source_code, flow.target_code} & wanted:
            known = near.get(code)
            if known is None or abs(flow.change.effective_on - on) < abs(known.effective_on - on):
                near[code] = flow.change
    return {code: _said(change, on) for code, change in near.items()}


def _said(change: Change, on: date) -> str:
    days = (change.effective_on - on).days
    when = "当日" if days == 0 else f"名录截至日之后 {days} 天" if days > 0 else f"名录截至日之前 {-days} 天"
    return f"{change.title}（{change.document or change.effective_on}）{when}生效"[:200]


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
