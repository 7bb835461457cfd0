"""What another platform's words are held against: divisions, organisations and types by their names."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from django.db import connection
from psycopg.types.range import DateRange

from houban.divisions import register
from houban.divisions.models import DivisionCode, DivisionVersion
from houban.divisions.rules import names
from houban.divisions.words import Form, Level
from houban.matters.models import DutyRule, FilingRule, MatterType
from houban.matters.words import Duty
from houban.organisation.models import Organisation

OFFICE = re.compile(r"(街道)?(街道办事处|办事处|人民政府)$")
LEVELS = (Level.COUNTY, Level.TOWN, Level.VILLAGE)
ALREADY = """
SELECT m.source, m.id, m.state, EXISTS (
    SELECT 1 FROM matters_step s WHERE s.matter_id = m.id AND s.person_id IS NOT NULL)
FROM matters_matter m WHERE m.channel = 'platform' AND m.source <> '' AND m.source = ANY (%s)
"""


@dataclass(frozen=True, slots=True)
class Known:
    """A matter that was taken over before: where it stands, and whether somebody here has dealt with it since."""

    id: UUID
    state: str
    is_touched: bool


@dataclass(frozen=True, slots=True)
class Named:
    """A division under a name it bears for a time."""

    division: int
    during: DateRange


def bare(name: str) -> str:
    """Return a division's name as people use it: of committees and governments the place."""
    plain = name.replace(" ", "")
    found = names.short(names.short(plain, Form.COMMUNITY), Form.VILLAGE)
    return OFFICE.sub(lambda match: "街道" if "街道" in match[0] else "", found) or name


class World:
    """Looks words up; read once, for the whole of a file."""

    def __init__(self, *, today: date) -> None:
        self.today = today
        self._names: dict[str, list[Named]] = defaultdict(list)
        self._parents: dict[int, int] = {}
        self._called: dict[int, str] = {}
        self._standing: set[int] = set()
        self._read_divisions()
        codes = DivisionCode.objects.filter(scheme="nbs", division__level__in=LEVELS).order_by("during")
        known = codes.values_list("division_id", "code")
        self._codes = {code: division for division, code in known if division in self._parents}
        self._bodies: dict[str, list[tuple[int, int | None]]] = defaultdict(list)
        for pk, name, division in Organisation.objects.on(today).values_list("pk", "name", "division_id"):
            self._bodies[name].append((pk, division))
        self._types: dict[str, int] = {}
        types = MatterType.objects.on(today).order_by("-standard__code", "-code").values_list("pk", "code", "name")
        for pk, code, name in types:
            self._types[code] = self._types[name] = pk
        self._rules = self._first_rules()

    def _read_divisions(self) -> None:
        """Read every name a division of the county has borne; neighbours on the map are none of it."""
        rows = DivisionVersion.objects.live().filter(division__level__in=LEVELS).order_by("during")
        versions = list(rows.values_list("division_id", "name", "parent_id", "during"))
        ours, more = set[int](), {register.county() or 0}
        while more:
            ours |= more
            more = {division for division, _name, parent, _during in versions if parent in more} - ours
        for division, name, parent, during in versions:
            if division not in ours:
                continue
            self._names[bare(name)].append(Named(division, during))
            self._parents[division], self._called[division] = parent or 0, name
            if self.today in during:
                self._standing.add(division)

    def stands(self, division: int) -> bool:
        """Tell whether a division exists today."""
        return division in self._standing

    def _first_rules(self) -> dict[int, list[FilingRule]]:
        found: dict[int, list[FilingRule]] = defaultdict(list)
        for rule in FilingRule.objects.order_by("number"):
            found[rule.type_id].append(rule)
        return found

    def units(self, village: str, town: str, day: date) -> set[int]:
        """Return the divisions a village's name or code, or its town's, may mean on a day; else those of today."""
        if village in self._codes:
            return {self._codes[village]}
        for on in (day, self.today):
            towns = self._of(bare(town), on) if town else set()
            found = self._of(bare(village), on) if village else towns
            if village and not found and not town:
                found = self._joined(bare(village), on)
            if village and town and len(found) > 1:
                found = {one for one in found if self._parents.get(one) in towns} or found
            if found:
                return found
        return set()

    def _of(self, name: str, on: date) -> set[int]:
        return {one.division for one in self._names.get(name, ()) if on in one.during}

    def _joined(self, text: str, on: date) -> set[int]:
        """Read 镇 and 村 written in one."""
        for at in range(2, len(text) - 1):
            towns = self._of(text[:at], on)
            found = {one for one in self._of(text[at:], on) if self._parents.get(one) in towns} if towns else set()
            if found:
                return found
        return set()

    def body(self, name: str, unit: int) -> int | None:
        """Return the organisation of a name: the only one, or that of the place or its town, named after it or not."""
        near = (unit, self._parents.get(unit, 0))
        said = [name, *(f"{self._called[one]}{name}" for one in near if one in self._called)]
        for one in said:
            found = self._bodies.get(one, [])
            if len(found) > 1:
                found = [body for body in found if body[1] in near]
            if len(found) == 1:
                return found[0][0]
        return None

    def type(self, word: str) -> int | None:
        """Return the type of a name or code."""
        return self._types.get(word)

    def rule(self, type_: int | None, day: date) -> FilingRule | None:
        """Return the first filing rule of a type on a day, else its first of today."""
        rules = self._rules.get(type_ or 0, [])
        return next((one for on in (day, self.today) for one in rules if on in one.during), None)


def already(sources: Iterable[str]) -> dict[str, Known]:
    """Return what has been taken over before, by its number there."""
    with connection.cursor() as cursor:
        cursor.execute(ALREADY, [list(sources)])
        return {source: Known(*rest) for source, *rest in cursor.fetchall()}


def answers(day: date) -> bool:
    """Tell whether the county has named who receives and who handles what nobody else does."""
    last = DutyRule.objects.on(day).filter(division=register.county(), type=None)
    return len(set(last.values_list("duty", flat=True))) == len(Duty)
