"""Every address × every kind of post: the answer is in tests/access.csv, which people have read.

`HOUBAN_WRITE_ACCESS=1 ./run test tests/test_access.py` asks for everything and writes the table anew; read what changed
before it is kept. Otherwise a page that every post may read is asked for by a third of them, each time other ones.
Only looking is tried (GET): what writes asks for the same power, as its page's `access` says in the second column.
"""

from __future__ import annotations

import csv
import os
import re
from collections.abc import Iterator
from http.cookies import SimpleCookie
from pathlib import Path
from typing import Any

import pytest
from django.db import transaction
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver

from houban.accounts.models import User
from houban.core import clock
from houban.core.models import RecordEntry
from houban.core.record import Actor
from houban.divisions import register
from houban.divisions.models import BoundarySet, Branch, Change, ControlTotal, ListDifference, OfficialList
from houban.matters.models import Evidence, Intake, Matter, MatterType
from houban.organisation.actions import appointments, organisations, people
from houban.organisation.actions.administrators import give_account
from houban.organisation.actions.appointments import Terms
from houban.organisation.models import (
    Appointment,
    Charge,
    Heir,
    Kinship,
    Membership,
    Organisation,
    Person,
    PersonalValue,
    Post,
    QuotaPlace,
    Term,
)
from houban.organisation.powers import PostKind, powers_of
from houban.reports.models import Report, ReportedValue, StatedValue

pytestmark = pytest.mark.usefixtures("daan")
TABLE = Path(__file__).parent / "access.csv"
WRITE = os.environ.get("HOUBAN_WRITE_ACCESS") == "1"
BY = Actor(None, "访问表")
ANONYMOUS, NO_POST = "nobody", "no post"
EITHER = {"organisation:roster-preview", "organisation:roster-application"}  # ask for one of two powers themselves
HIDDEN = {"set_language"}  # Django's own view answers a GET by going back


def groups() -> dict[frozenset[str], PostKind]:
    """Return one kind of post for each set of powers; kinds with the same powers get the same answers."""
    found: dict[frozenset[str], PostKind] = {}
    for kind in PostKind:
        found.setdefault(frozenset(powers_of(kind)), kind)
    return found


def patterns(resolver: Any = None, prefix: str = "", space: str = "") -> Iterator[tuple[str, str, Any]]:
    """Return each address with its name and view, as the resolver knows them."""
    for one in (resolver or get_resolver()).url_patterns:
        if isinstance(one, URLResolver):
            inner = f"{space}{one.namespace}:" if one.namespace else space
            yield from patterns(one, prefix + str(one.pattern), inner)
        elif isinstance(one, URLPattern):
            yield f"{space}{one.name}", prefix + str(one.pattern), one.callback


KEYS: dict[str, Any] = {
    "divisions/branches/": Branch.objects.all(),
    "divisions/boundaries/": BoundarySet.objects.all(),
    "divisions/changes/": Change.objects.enacted(),
    "divisions/totals/": ControlTotal.objects.all(),
    "divisions/lists/": OfficialList.objects.all(),
    "divisions/differences/": ListDifference.objects.all(),
    "reports/reported/": ReportedValue.objects.all(),
    "reports/stated/": StatedValue.objects.all(),
    "reports/": Report.objects.all(),
    "organisation/posts/": Post.objects.filter(organisation__parent=None),
    "organisation/people/": Person.objects.all(),
    "organisation/appointments/": Appointment.objects.all(),
    "organisation/charges/": Charge.objects.all(),
    "organisation/places/": QuotaPlace.objects.all(),
    "organisation/memberships/": Membership.objects.all(),
    "organisation/kin/": Kinship.objects.all(),
    "organisation/personal/": PersonalValue.objects.all(),
    "organisation/successors/": Heir.objects.all(),
    "organisation/elections/terms/": Term.objects.all(),
    "organisation/": Organisation.objects.all(),
    "matters/rules/platforms/": Intake.objects.all(),
    "matters/rules/": MatterType.objects.all(),
    "matters/evidence/": Evidence.objects.all(),
    "matters/orders/": Matter.objects.filter(kind="supervision"),
    "matters/": Matter.objects.filter(kind="event"),
    "record/": RecordEntry.objects.all(),
    "account/session/demonstration/": User.objects.exclude(demonstration_role=""),
}
WORDS = {
    "<slug:name>": "villages",
    "<slug:measure>": "villages",
    "<slug:source>": "person",
    "<slug:verb>": "dispatch",
    "<slug:part>": "types",
    "<uuid:uid>": "00000000-0000-7000-8000-000000000000",
}


def address(pattern: str) -> str:
    """Put something real into an address; where there is nothing of the kind, a number that nobody has."""
    for part, word in WORDS.items():
        pattern = pattern.replace(part, word)
    if "<" not in pattern:
        return f"/{pattern}"
    rows = next((rows for prefix, rows in KEYS.items() if pattern.startswith(prefix)), None)
    first = register.county() if rows is None else rows.order_by("pk").values_list("pk", flat=True).first()
    pattern = re.sub(r"<uuid:[^>]*>", str(first or WORDS["<uuid:uid>"]), pattern)
    return "/" + re.sub(r"<[^>]*>", str(first or 999_999_999), pattern)


@pytest.fixture
def clients(daan: None) -> dict[str, Client]:
    """Sign somebody in for each set of powers, somebody without a post, and nobody."""
    county = register.county()
    today = clock.today()
    made = {ANONYMOUS: Client(), NO_POST: _signed_in(User.objects.create_user("nopost", name="无职"))}
    body = organisations.found("访问表", "government", start=today, division=county, by=BY, at=clock.now())
    for kind in groups().values():
        post = organisations.establish_post(body, kind, title=str(kind.label), start=today, by=BY, at=clock.now())
        person = people.enter(kind.value, unit=county, by=BY, at=clock.now())
        appointments.appoint(person, post, Terms(start=today), by=BY, at=clock.now())
        user = User.objects.create_user(f"access-{kind.value}", name=kind.value)
        give_account(person, user)
        made[kind.value] = _signed_in(user)
    return made


def _signed_in(user: User) -> Client:
    client = Client(raise_request_exception=True)
    client.force_login(user)
    return client


def table() -> dict[str, dict[str, str]]:
    with TABLE.open(encoding="utf-8", newline="") as file:
        return {row.pop("address"): row for row in csv.DictReader(file)}


def answer(client: Client, url: str) -> str:
    """Look at an address; where only writing is allowed, write nothing much, and take it back."""
    visitor = Client()
    visitor.cookies = SimpleCookie(client.cookies)  # a fresh one each time: signing out would empty it
    with transaction.atomic():
        response = visitor.get(url)
        if response.status_code == 405:
            response = visitor.post(url)
        transaction.set_rollback(True)
    return str(response.status_code)


def asked(number: int, power: str, clients: dict[str, Client]) -> list[str]:
    """Return who asks for an address: everybody, or for what all staff may read nobody, no post, and every third."""
    everybody = list(clients)
    if WRITE or power not in ("read", "signed in"):
        return everybody
    return [ANONYMOUS, NO_POST, *everybody[2 + number % 3 :: 3]]


def test_every_address_answers_each_post_as_the_table_says(clients: dict[str, Client]) -> None:
    found: dict[str, dict[str, str]] = {}
    for number, (name, pattern, view) in enumerate(one for one in patterns() if one[0] not in HIDDEN):
        power = getattr(view, "access", "")
        url = address(pattern)
        answers = {who: answer(clients[who], url) for who in asked(number, power, clients)}
        found[pattern] = {"name": name, "power": power} | answers
    if WRITE:
        write(found)
    known = table()

    assert set(found) == set(known)
    assert {p: row for p, row in found.items() if row != {key: known[p][key] for key in row}} == {}


def write(found: dict[str, dict[str, str]]) -> None:
    with TABLE.open("w", encoding="utf-8", newline="") as file:
        columns = ["address", *next(iter(found.values()))]
        writer = csv.DictWriter(file, columns, lineterminator="\n")
        writer.writeheader()
        writer.writerows({"address": pattern} | row for pattern, row in found.items())


def test_what_asks_for_a_power_is_refused_to_everybody_without_it() -> None:
    kinds = {kind.value: powers_of(kind) for kind in groups().values()} | {NO_POST: frozenset(), ANONYMOUS: frozenset()}
    asking = {
        pattern: row
        for pattern, row in table().items()
        if row["power"] not in ("", "public", "signed in") and row["name"] not in EITHER
    }
    lacking = {"nobody": "302", NO_POST: "403"}

    assert len(asking) > 40
    for pattern, row in asking.items():
        for who, powers in kinds.items():
            refused = row[who] == lacking.get(who, "403")
            assert refused == (row["power"] not in powers), (pattern, who, row[who])
