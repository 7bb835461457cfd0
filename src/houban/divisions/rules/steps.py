"""From one official list to the next: what is likely to have happened, as rows of acts, province by province."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import NamedTuple

from houban.divisions.rules import infer, names
from houban.divisions.rules.infer import Place, Suggestion
from houban.divisions.rules.state import Entry
from houban.divisions.words import Certainty

Rows = Mapping[str, Place]
LENGTHS = (2, 4, 6, 9, 12)
PROVINCE = 2


class Row(NamedTuple):
    """A row of an act with what speaks for it; a row without a clue rests on the lists alone."""

    entry: Entry
    clue: str
    score: float


def rows(old: Rows, new: Rows) -> dict[str, list[Row]]:
    """Return the rows that lead from one list to the next, by the province they belong to, upper levels first.

    Each level is compared within what the level above it became, so that the villages of a recoded town are
    looked for below its new code.
    """
    heirs: dict[str, str] = {}
    found: dict[str, list[Row]] = {}
    for length in LENGTHS:
        for suggestion in _level(old, new, length, heirs):
            place = suggestion.target or suggestion.source
            if place is None:
                continue
            if suggestion.source and suggestion.target:
                heirs[suggestion.source.code] = suggestion.target.code
            of_province = found.setdefault(place.code[:PROVINCE], [])
            of_province.append(_row(suggestion, len(of_province) + 1, old, new))
    return found


def _level(old: Rows, new: Rows, length: int, heirs: Mapping[str, str]) -> Iterator[Suggestion]:
    before = _by_area((_moved(place, heirs) for place in _differing(old, new, length)), old, heirs)
    after = _by_area(_differing(new, old, length), new, {})
    for area in {**before, **after}:
        yield from infer.suggest(before.get(area, {}), after.get(area, {}))
    for place in old.values():
        now = new.get(place.code) if len(place.code) == length else None
        if now is not None and now.name == place.name and now.parent != place.parent:
            yield Suggestion(place, now, "", 1.0)


def _differing(these: Rows, others: Rows, length: int) -> Iterator[Place]:
    for code, place in these.items():
        if len(code) == length and (code not in others or others[code].name != place.name):
            yield place


def _moved(place: Place, heirs: Mapping[str, str]) -> Place:
    return Place(place.code, place.name, heirs.get(place.parent, place.parent))


def _by_area(places: Iterable[Place], rows: Rows, heirs: Mapping[str, str]) -> dict[str, dict[str, Place]]:
    """Group places by what lies two levels above them."""
    areas: dict[str, dict[str, Place]] = {}
    for place in places:
        upper = rows[place.code].parent
        area = rows[upper].parent if upper in rows else ""
        areas.setdefault(heirs.get(area, area), {})[place.code] = place
    return areas


def _row(suggestion: Suggestion, number: int, old: Rows, new: Rows) -> Row:
    source, target = suggestion.source, suggestion.target
    code, name = (source.code, old[source.code].name) if source else ("", "")
    if target is None:
        return Row(Entry(number, code, name, certainty=Certainty.UNKNOWN), "", 0.0)
    now = new[target.code]
    entry = Entry(
        number,
        code,
        name,
        target_code=now.code,
        target_name=now.name,
        target_official_name=now.name,
        target_form=names.form_of(now.code, now.name, str(names.level_of(now.code))),
        target_parent_code=now.parent if now.parent != names.parent_code(now.code) else "",
        certainty=Certainty.SUGGESTED,
    )
    return Row(entry, suggestion.clue if source else "", suggestion.score)
