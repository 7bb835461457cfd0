"""Words of another platform that nobody could place, offered to a person, and what the person says they mean."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

from django.utils.translation import gettext as _

from houban.core.problems import Problem, Problems
from houban.divisions import register
from houban.divisions.models import DivisionVersion
from houban.matters import places
from houban.matters.importing import report
from houban.matters.importing.fields import WORDED
from houban.matters.models import Intake, MatterType
from houban.matters.words import State
from houban.organisation.models import Organisation

CHOICES = tuple((state.value, state.label) for state in State if state is not State.DRAFT)
MOST = 40  # words of a kind on the page at once; the others come up once these are settled


def offered(intake: Intake, *, today: date) -> dict[str, Any]:
    """Return the words with how often they stand in the file, and what there is to choose from."""
    found = report.unknown(intake.unknown)
    return {
        "unknown": [(part, label, words[:MOST], len(words)) for part, label, words in found],
        "states": CHOICES,
        "lists": {part: list(_named(part, today)) for part, _label, _words in found if part != "state"},
    }


def _named(part: str, today: date) -> dict[str, int]:
    """Return what a word of a kind may mean, by the name one chooses it by."""
    if part == "type":
        types = MatterType.objects.on(today).order_by("standard__code", "code").values_list("code", "name", "pk")
        return {f"{code} {name}": pk for code, name, pk in types}
    if part == "holder":
        bodies = list(Organisation.objects.on(today).order_by("name").values_list("name", "division", "pk"))
        names = places.names({division for _name, division, _pk in bodies if division}, today)
        return {f"{name}（{names.get(division, '')}）" if division else name: pk for name, division, pk in bodies}
    county = register.county()
    towns = dict(places.towns(today))
    rows = DivisionVersion.objects.on(today).filter(parent__in=towns).order_by("parent", "pk")
    villages = rows.values_list("parent", "name", "division")
    found = {name: pk for pk, name in towns.items()} | {f"{towns[town]} {name}": pk for town, name, pk in villages}
    return found | {_("全县"): county} if county else found


def said(given: Any, *, today: date) -> Mapping[str, Mapping[str, str]]:
    """Read what a person says words mean; raise `Problems` where a choice is none."""
    found: dict[str, dict[str, str]] = {}
    wrong = []
    for part in WORDED:
        words, ours = given.getlist(f"{part}_word"), given.getlist(f"{part}_ours")
        pairs = [(word, one.strip()) for word, one in zip(words, ours, strict=False) if one.strip()]
        if not pairs:
            continue
        known = {value: value for value, _label in CHOICES} if part == "state" else _named(part, today)
        for word, one in pairs:
            if one in known:
                found.setdefault(part, {})[word] = str(known[one])
            else:
                what = _("“%(word)s”选的“%(choice)s”不在列表里") % {"word": word[:20], "choice": one[:20]}
                wrong.append(Problem(what=what, mend=_("请从列表里选")))
    if wrong:
        raise Problems(wrong)
    return found
