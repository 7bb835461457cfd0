"""A person's personal values as a page shows them: masked, with purpose and end."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date

from houban.core.keyring import KeyringError
from houban.core.seals import SealError
from houban.organisation import authority, keys, retention
from houban.organisation.actions import personal as actions
from houban.organisation.models import Person, PersonalValue
from houban.organisation.personal_forms import PutForm
from houban.organisation.powers import Power
from houban.organisation.rules import personal
from houban.organisation.rules.personal import Field


@dataclass
class Line:
    """One field of a person: its value masked, or in plain in the one answer that uncovers it."""

    kind: Field
    value: PersonalValue | None = None
    shown: str = ""
    until: date | None = None
    wrong: str = ""
    is_plain: bool = False


@dataclass
class Sheet:
    """All the fields of a person; `problem` says what went wrong with what somebody just tried."""

    person: Person
    lines: list[Line]
    problem: str = ""
    form: PutForm = field(default_factory=PutForm)


def of(person: Person, *, plain: tuple[PersonalValue, str] | None = None) -> Sheet | None:
    """Return a person's sheet, or None to whoever may not look the person's values up."""
    if not authority.covers(person.unit_id or 0, Power.PERSONAL):
        return None
    values = {value.field: value for value in person.personal_values.all()}
    ends = retention.ends([person.pk])
    lines = [_line(kind, values.get(kind.name), ends) for kind in personal.TABLE]
    for line in lines:
        if plain and line.value and line.value.pk == plain[0].pk:
            line.shown, line.is_plain, line.wrong = plain[1], True, ""
    return Sheet(person, lines)


def _line(kind: Field, value: PersonalValue | None, ends: retention.Ends) -> Line:
    line = Line(kind, value)
    if value is not None:
        line.until = ends.until(value)
        try:
            line.shown = kind.masked(actions.opened(value, keys.ring()))
        except (SealError, KeyringError) as error:
            line.wrong = str(error)
    return line
