"""Small worlds for tests: a county with two towns, its organisations, posts and people."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime
from pathlib import Path

from houban.accounts.models import User
from houban.core.models import Installation
from houban.core.record import Actor
from houban.divisions import register
from houban.divisions.tests import make as divisions
from houban.organisation.actions import appointments, organisations, people
from houban.organisation.actions.administrators import give_account
from houban.organisation.actions.appointments import Terms
from houban.organisation.models import Appointment, Organisation, Person, Post
from houban.organisation.powers import PostKind
from houban.organisation.words import OrganisationKind

CLERK = Actor(None, "组织部")
NOON = datetime(2021, 6, 30, 4, 0, tzinfo=UTC)
START, TODAY = date(2020, 1, 1), date(2021, 6, 30)
COUNTY, TOWN, OTHER_TOWN, VILLAGE = "510304", "510304104", "510304105", "510304104205"


@dataclass
class World:
    """A county and its divisions by code."""

    county: int

    def place(self, code: str, *, on: date = TODAY) -> int:
        return register.find(code, on)[0].division_id

    def body(self, code: str = TOWN, kind: str = OrganisationKind.TOWN, name: str = "") -> Organisation:
        place = (register.find(code, START) or register.find(code, TODAY))[0].division_id
        made = {"start": START, "division": place, "by": CLERK, "at": NOON}
        return organisations.found(name or f"{code} {kind}", kind, **made)  # type: ignore[arg-type]

    def post(self, kind: str, code: str = TOWN, *, seats: int = 1, body: Organisation | None = None) -> Post:
        body = body or self.body(code, name=f"{code} {kind}")
        return organisations.establish_post(
            body, kind, title=str(PostKind(kind).label), seats=seats, start=START, by=CLERK, at=NOON
        )

    def person(self, name: str = "甲", *, account: bool = False) -> Person:
        person = people.enter(name, unit=self.county, by=CLERK, at=NOON)
        if account:
            give_account(person, User.objects.create_user(f"u{person.pk}", name=name))
        return person

    def holder(self, kind: str, code: str = TOWN, name: str = "甲") -> Person:
        person = self.person(name, account=True)
        appoint(person, self.post(kind, code))
        return person


def world(folder: Path, rows: Mapping[str, str] = divisions.COUNTY) -> World:
    """Found a small county whose today is fixed."""
    Installation.objects.create(county_name="大安区", county_code=COUNTY, today=TODAY, made_at=NOON)
    return World(divisions.county(folder, rows))


def appoint(
    person: Person, post: Post, *, start: date = START, until: date | None = None, **more: object
) -> Appointment:
    """Let somebody hold a post."""
    return appointments.appoint(person, post, Terms(start=start, until=until, **more), by=CLERK, at=NOON)  # type: ignore[arg-type]
