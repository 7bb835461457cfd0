"""What a person may mean while typing an act: divisions on its day, and the next free code for a new one."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date

from django.db.models import Case, F, IntegerField, Q, Value, When

from houban.core.models import Installation
from houban.divisions import entering, register
from houban.divisions.entering import Line, Typed
from houban.divisions.models import DivisionCode, DivisionVersion
from houban.divisions.rules import cells, names
from houban.divisions.words import LEVEL_OF_FORM, Form, Level, Scheme

MOST = 8
NEW_FORMS = {
    Level.VILLAGE: (Form.VILLAGE, Form.COMMUNITY),
    Level.TOWN: (Form.TOWN, Form.STREET, Form.TOWNSHIP),
}


@dataclass(frozen=True)
class Choice:
    """A division to choose; a new one has no place on the map yet."""

    name: str
    code: str
    form: str
    place: str
    new: bool = False
    row: int = 0

    @property
    def form_label(self) -> str:
        """Return the form in the reader's language."""
        return str(Form(self.form).label)


def choices(typed: Typed, *, row: int, column: str, today: date) -> list[Choice]:
    """Return what a cell may mean: the target of another row, what bears the name, what could be founded, the like."""
    lines = typed.lines[: max(row, 1)] or [Line()]
    line = lines[-1]
    text = line.target if column == "target" else line.source
    scheme = typed.act.get("scheme") if typed.act.get("scheme") in Scheme.values else Scheme.NBS.value
    beside = line.source or next((one.source for one in reversed(lines) if one.source), "")
    on = entering.day(typed.act.get("day", "")) or today
    if not text or not scheme:
        return []
    code, _name = cells.unit(beside)
    found = units(text, on=on, scheme=scheme, near=code if column == "target" else "")
    exact = [one for one in found if one.name == text]
    taken = [one.code for one in typed.lines if one is not line]
    like = _of_rows(typed, line, text) if column == "target" else []
    is_known = bool(exact) or any(one.name == text for one in like)
    new = [] if is_known or column != "target" else fresh(text, source=beside, on=on, scheme=scheme, taken=taken)
    known = {one.code for one in like}
    rest = [one for one in found if one.code not in known]
    return [*like, *(one for one in rest if one.name == text), *new, *(one for one in rest if one.name != text)]


def _of_rows(typed: Typed, line: Line, text: str) -> list[Choice]:
    """Return the targets that other rows of the page lead to already."""
    found: dict[str, Choice] = {}
    for number, other in typed.numbered:
        if other is not line and other.code and other.target.startswith(text):
            found.setdefault(other.code, Choice(other.target, other.code, other.kind, "", row=number))
    return list(found.values())[:3]


def units(text: str, *, on: date, scheme: str, near: str = "") -> list[Choice]:
    """Return the divisions on the map an act finds on its day: those near a code first, then in the county, then all.

    The map of the day is the one before the act, since the act is not in force; acts before it on the same day are.
    """
    code, name = cells.unit(text)
    part = code or (text.strip() if text.strip().isdigit() else "")
    matching = _by_code(part, on, scheme) if part else Q(name__contains=name) | Q(official_name__contains=name)
    versions = DivisionVersion.objects.on(on).filter(matching).with_code(scheme, on).with_parent_name(on)
    county = Installation.current()
    prefix = county.county_code if county else ""
    ranked = versions.annotate(rank=_rank(name or part, near=near[:9], county=prefix))
    found = ranked.order_by("rank", F("code").asc(nulls_last=True), "name")[:MOST]
    return [Choice(one.name, _code(one), one.form, _place(one)) for one in found]


def _by_code(part: str, on: date, scheme: str) -> Q:
    bearers = DivisionCode.objects.on(on).filter(scheme__in=(scheme, "local"), code__startswith=part)
    return Q(division__in=bearers.values("division"))


def _rank(text: str, *, near: str, county: str) -> Case:
    group = Q(division__level=Level.GROUP) if not text.endswith("组") else Q(pk=None)
    rules = [
        When(group, then=Value(9)),
        When(Q(name=text) & Q(code__startswith=near or county), then=Value(0)),
        When(Q(name__startswith=text) & Q(code__startswith=near or county), then=Value(1)),
        When(Q(code__startswith=near or county), then=Value(2)),
        When(Q(name__startswith=text) & Q(code__startswith=county), then=Value(3)),
        When(Q(code__startswith=county), then=Value(4)),
    ]
    return Case(*rules, default=Value(5), output_field=IntegerField())


def _code(version: DivisionVersion) -> str:
    return version.code or ""  # type: ignore[attr-defined]


def _place(version: DivisionVersion) -> str:
    return " · ".join(filter(None, [version.upper_name, version.parent_name]))  # type: ignore[attr-defined]


def fresh(text: str, *, source: str, on: date, scheme: str, taken: Collection[str] = ()) -> list[Choice]:
    """Propose a new division of a name beside a source: its form, and the next free code of its town."""
    code, name = cells.unit(text)
    beside = _source(source, on, scheme)
    if not name or code or beside is None:
        return []
    level = Level(str(LEVEL_OF_FORM[Form(beside.form)]))
    forms = [form for form in NEW_FORMS.get(level, ()) if _fits(name, form, level)]
    above = names.parent_code(_code(beside))
    used = {*_ever_used(above, scheme), *filter(str.isdigit, taken)} if above else set()
    proposed = [(form, names.next_code(above, form, used=used)) for form in forms]
    place = beside.parent_name or ""  # type: ignore[attr-defined]
    return [Choice(name, code, form, place, new=True) for form, code in proposed if code]


def _fits(name: str, form: Form, level: Level) -> bool:
    """Offer only the form that a name's ending tells; where it tells nothing, all of its level."""
    endings = {"村": Form.VILLAGE, "社区": Form.COMMUNITY, "街道": Form.STREET, "镇": Form.TOWN, "乡": Form.TOWNSHIP}
    told = [
        of for ending, of in endings.items() if names.short(name, of).endswith(ending) and LEVEL_OF_FORM[of] == level
    ]
    return form in told or not told


def _source(text: str, on: date, scheme: str) -> DivisionVersion | None:
    code, name = cells.unit(text)
    if not code and not name:
        return None
    found = register.find(code or name, on, scheme=scheme)
    if len(found) != 1:
        return None
    versions = DivisionVersion.objects.on(on).filter(pk=found[0].pk)
    return versions.with_code(scheme, on).with_parent_name(on).first()


def _ever_used(prefix: str, scheme: str) -> set[str]:
    """Return every code ever borne below a code, also by divisions that are gone."""
    codes = DivisionCode.objects.live().filter(scheme=scheme, code__gt=prefix, code__lt=f"{prefix}:")
    return set(codes.values_list("code", flat=True))
