"""A county with a village, a town, departments, and everybody who takes part in the loop."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time
from pathlib import Path
from typing import Any

from django.conf import settings
from django.db import connection

from houban.core import claims
from houban.core.periods import between
from houban.core.record import Actor
from houban.matters import actions
from houban.matters.actions import Report, Wish
from houban.matters.hands import Hand
from houban.matters.models import DutyRule, Evidence, FilingRule, Matter, MatterType, OfficeSeason, Standard
from houban.matters.words import Duty
from houban.organisation.models import Organisation, Person
from houban.organisation.powers import PostKind
from houban.organisation.tests.make import COUNTY, START, TOWN, VILLAGE, World, appoint
from houban.organisation.tests.make import world as county
from houban.organisation.words import OrganisationKind

K, BODY = PostKind, OrganisationKind
NOW = datetime(2021, 6, 30, 2, 0, tzinfo=UTC)  # ten in the morning
PERIOD = between(START, None)


@contextmanager
def as_owner() -> Iterator[None]:
    """Act as the owner of the tables for a while."""
    with connection.cursor() as cursor:
        cursor.execute("SET ROLE NONE")
        yield
        cursor.execute(f'SET ROLE "{settings.APPLICATION_ROLE}"')


@dataclass
class Loop:
    """The people of the loop by what they are, with their organisations."""

    world: World
    people: dict[str, Person] = field(default_factory=dict)
    bodies: dict[str, Organisation] = field(default_factory=dict)
    rule: FilingRule = field(init=False)

    def join(self, name: str, kind: str, body: str, code: str) -> None:
        """Let somebody hold a post of a body."""
        person = self.world.person(name, account=True)
        appoint(person, self.world.post(kind, code, body=self.bodies[body]))
        self.people[name] = person

    def hand(self, name: str) -> Hand:
        """Return somebody as the one who acts, with the claim that goes with it."""
        person = self.people[name]
        account = person.account
        standing = claims.enter(claims.account(account.pk if account else 0), at=datetime.now(UTC))
        return Hand(Actor(account.pk if account else 0, name), standing.person, standing.posts)

    def open(
        self, name: str = "网格员", *, at: datetime = NOW, evidence: Sequence[Evidence] = (), **more: Any
    ) -> Matter:
        """Open a matter as somebody."""
        said: dict[str, Any] = {
            "kind": "event",
            "title": "井盖破损",
            "unit": self.world.place(VILLAGE),
            "type": self.rule.type_id,
        } | more
        report = Report(**said)
        return actions.open_matter(report, self.hand(name), happened_at=at, at=at, evidence=evidence)

    def take(self, matter: Matter, verb: str, name: str, *, at: datetime = NOW, **wish: Any) -> Matter:
        """Let somebody take a verb."""
        return actions.take(matter.pk, verb, Wish(**wish), self.hand(name), happened_at=at, at=at)


def loop(folder: Path) -> Loop:
    """Make the county, as a service."""
    world = county(folder)
    made = Loop(world)
    made.bodies = {
        "村委会": world.body(VILLAGE, BODY.COMMITTEE, name="村委会"),
        "镇政府": world.body(TOWN, BODY.TOWN, name="镇政府"),
        "执法队": world.body(TOWN, BODY.ENFORCEMENT_TEAM, name="执法队"),
        "住建局": world.body(COUNTY, BODY.GOVERNMENT, name="住建局"),
        "县平台": world.body(COUNTY, BODY.GOVERNMENT, name="县平台"),
    }
    made.join("网格员", K.GRID_WORKER, "村委会", VILLAGE)
    made.join("村书记", K.SECRETARY, "村委会", VILLAGE)
    made.join("镇调度", K.DISPATCHER, "镇政府", TOWN)
    made.join("执法员", K.ENFORCER, "执法队", TOWN)
    made.join("局科员", K.STAFF, "住建局", COUNTY)
    made.join("县调度", K.DISPATCHER, "县平台", COUNTY)
    made.join("县领导", K.COUNTY_LEADER, "县平台", COUNTY)
    made.rule = rules(made)
    return made


def rules(made: Loop) -> FilingRule:
    """Make a standard with one type and rule, the duties, and the office hours."""
    standard = Standard.objects.create(code="示范", name="示范分类", during=PERIOD)
    kind = MatterType.objects.create(standard=standard, code="01", name="井盖", during=PERIOD)
    rule = FilingRule.objects.create(
        type=kind, condition="破损影响通行", limit_amount=4, limit_unit="working_hour", during=PERIOD
    )
    places = {code: made.world.place(code) for code in (VILLAGE, TOWN, COUNTY)}
    for duty, code, of_type, body in (
        (Duty.RECEIVE, VILLAGE, None, "村委会"),
        (Duty.RECEIVE, TOWN, None, "镇政府"),
        (Duty.RECEIVE, COUNTY, None, "县平台"),
        (Duty.HANDLE, TOWN, kind, "执法队"),
        (Duty.HANDLE, COUNTY, kind, "住建局"),
        (Duty.HANDLE, COUNTY, None, "县平台"),
    ):
        DutyRule.objects.create(
            duty=duty, division_id=places[code], type=of_type, organisation=made.bodies[body], during=PERIOD
        )
    OfficeSeason.objects.create(
        name="全年", during=between(date(2019, 1, 1), None),
        opens=time(9), pauses=time(12), resumes=time(14), closes=time(18),
    )  # fmt: skip
    return rule
