"""The standard, the rules, the duty list and the office hours of the demonstration."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, time

from houban.core.periods import between
from houban.demo.matters.types import FAMILIES
from houban.divisions import register
from houban.matters.models import DutyRule, FilingRule, MatterType, OfficeSeason, Standard
from houban.matters.words import Duty
from houban.organisation.models import Organisation
from houban.organisation.words import OrganisationKind

SINCE = date(2020, 1, 1)
FALLBACK = "区后半篇办"
ALWAYS = between(SINCE, None)
SEASONS = (
    ("冬春", (date(2020, 1, 1), date(2020, 5, 1)), time(14, 0), time(18, 0)),
    ("夏季", (date(2020, 5, 1), date(2020, 10, 1)), time(14, 30), time(18, 30)),
    ("冬春", (date(2020, 10, 1), date(2021, 5, 1)), time(14, 0), time(18, 0)),
    ("夏季", (date(2021, 5, 1), date(2021, 10, 1)), time(14, 30), time(18, 30)),
    ("冬春", (date(2021, 10, 1), None), time(14, 0), time(18, 0)),
)


@dataclass(frozen=True)
class Duties:
    """What the events need to know: rules by type's code, who receives where, who handles what where."""

    rules: dict[str, FilingRule]
    committees: dict[int, Organisation]
    organs: dict[int, Organisation]
    handlers: dict[tuple[int, str], Organisation]
    fallback: Organisation


def load(today: date) -> Duties:
    """Write standard, rules, duties and hours, for the organisations of the day."""
    _types()
    for name, (since, until), resumes, closes in SEASONS:
        OfficeSeason.objects.create(
            name=name, during=between(since, until), opens=time(9), pauses=time(12), resumes=resumes, closes=closes
        )
    found, county = loaded(today), register.county() or 0
    duties = [
        DutyRule(duty=duty, division_id=county, organisation=found.fallback, during=ALWAYS, basis="兜底（示范）")
        for duty in (Duty.RECEIVE, Duty.HANDLE)
    ]
    for places in (found.committees, found.organs):
        duties += [
            DutyRule(duty=Duty.RECEIVE, division_id=place, organisation=body, during=ALWAYS)
            for place, body in places.items()
        ]
    duties += [
        DutyRule(
            duty=Duty.HANDLE, division_id=place, type=found.rules[code].type, organisation=body, during=ALWAYS,
            basis="大安区镇街权责清单（示范）",
        )
        for (place, code), body in found.handlers.items()
    ]  # fmt: skip
    DutyRule.objects.bulk_create(duties, batch_size=1000)
    return found


def loaded(today: date) -> Duties:
    """Return what the events need to know of the rules that are there and the organisations of the day."""
    county = register.county()
    if county is None:
        raise LookupError("no county in the register")
    bodies = Organisation.objects.on(today)
    committees = {one.division_id: one for one in bodies.of_kind(OrganisationKind.COMMITTEE) if one.division_id}
    organs = {one.division_id: one for one in bodies.of_kind(OrganisationKind.TOWN) if one.division_id}
    rules = {rule.type.code: rule for rule in FilingRule.objects.on(today).select_related("type")}
    return Duties(rules, committees, organs, _handlers(today, organs, county), bodies.get(name=FALLBACK))


def _types() -> None:
    standard = Standard.objects.create(code="示范", name="大安区网格事项清单（示范）", during=ALWAYS)
    for family in FAMILIES:
        above = MatterType.objects.create(standard=standard, code=family.code, name=family.name, during=ALWAYS)
        for kind in family.kinds:
            one = MatterType.objects.create(
                standard=standard, code=kind.code, name=kind.name, parent=above, during=ALWAYS
            )
            FilingRule.objects.create(
                type=one, condition=kind.condition, limit_amount=kind.amount, limit_unit=kind.unit,
                closing="现场恢复，照片为证" if kind.photos else "当事人确认", recheck_percent=5, during=ALWAYS,
            )  # fmt: skip


def _handlers(today: date, organs: dict[int, Organisation], county: int) -> dict[tuple[int, str], Organisation]:
    """Return who handles which type in each town and in the district, as far as such a body stands there."""
    bodies = list(Organisation.objects.on(today).exclude(division=None))
    found: dict[tuple[int, str], Organisation] = {}
    of_town: dict[int, list[Organisation]] = {}
    for body in bodies:
        if body.division_id in organs:
            of_town.setdefault(body.division_id, []).append(body)
    named = {body.name: body for body in bodies if body.division_id == county}
    for family in FAMILIES:
        for kind in family.kinds:
            for place, offices in of_town.items():
                office = next((one for one in offices if one.name.endswith(kind.town)), organs[place])
                found[place, kind.code] = office
            if kind.district in named:
                found[county, kind.code] = named[kind.district]
    return found
