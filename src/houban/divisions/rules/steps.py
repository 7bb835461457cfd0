"""From one official list to the next: what is likely to have happened, as rows of acts, province by province."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import NamedTuple

from houban.divisions.rules import infer, names
from houban.divisions.rules.infer import Place, Suggestion
from houban.divisions.rules.state import Entry
from houban.divisions.words import Certainty

Rows = Mapping[str, Place]
PROVINCE = 2


class Row(NamedTuple):
    """A row of an act with what speaks for it; a row without a clue rests on the lists alone."""

    entry: Entry
    clue: str
    score: float


def rows(old: Rows, new: Rows) -> dict[str, list[Row]]:
    """Return the rows that lead from one list to the next, by the province they belong to, upper levels first."""
    suggestions = infer.suggest(old, new)
    heirs = {s.source.code: s.target.code if s.target else "" for s in suggestions if s.source}
    found: dict[str, list[Row]] = {}
    for suggestion in sorted([*suggestions, *_staying(old, new, heirs)], key=_length):
        place = suggestion.target or suggestion.source
        if place is not None:
            of_province = found.setdefault(place.code[:PROVINCE], [])
            of_province.append(_row(suggestion, len(of_province) + 1, heirs))
    return found


def _length(suggestion: Suggestion) -> int:
    place = suggestion.target or suggestion.source
    return len(place.code) if place else 0


def _staying(old: Rows, new: Rows, heirs: Mapping[str, str]) -> Iterator[Suggestion]:
    """Return what keeps code and name below another parent, or below one of which nobody knows that it is the same."""
    for place in old.values():
        now = new.get(place.code)
        if now is None or now.name != place.name:
            continue
        if now.parent != place.parent or heirs.get(place.parent, now.parent) != now.parent:
            yield Suggestion(place, now, "", 1.0)


def _row(suggestion: Suggestion, number: int, heirs: Mapping[str, str]) -> Row:
    source, target = suggestion.source, suggestion.target
    code, name = (source.code, source.name) if source else ("", "")
    if target is None:
        return Row(Entry(number, code, name, certainty=Certainty.UNKNOWN), "", 0.0)
    entry = Entry(
        number,
        code,
        name,
        target_code=target.code,
        target_name=target.name,
        target_official_name=target.name,
        target_form=names.form_of(target.code, target.name, str(names.level_of(target.code))),
        target_parent_code=target.parent if _must_say_parent(source, target, heirs) else "",
        certainty=Certainty.SUGGESTED,
    )
    return Row(entry, suggestion.clue if source else "", suggestion.score if source else 0.0)


def _must_say_parent(source: Place | None, target: Place, heirs: Mapping[str, str]) -> bool:
    """Tell whether the parent follows neither from the code nor from what the source's parent became."""
    if target.parent != names.parent_code(target.code):
        return True
    return source is not None and heirs.get(source.parent, source.parent) != target.parent
