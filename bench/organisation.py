"""Who: claim and scope, lists and counts under row security, who could on a day."""

from __future__ import annotations

import sys
from collections.abc import Callable
from datetime import date
from functools import partial
from typing import Any

import _bench

TABLE = """
CREATE TABLE bench_row (id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, unit bigint NOT NULL,
    text varchar(80) NOT NULL);
INSERT INTO bench_row (unit, text)
    SELECT u.id, 'row ' || n FROM generate_series(1, {rows}) n
    JOIN (SELECT row_number() OVER () - 1 AS place, division_id AS id FROM (
        SELECT DISTINCT division_id FROM divisions_divisionversion WHERE form IN ('village', 'community')) v) u
    ON u.place = (hashint4(n) & 2147483647) % (SELECT count(DISTINCT division_id) FROM divisions_divisionversion
                                              WHERE form IN ('village', 'community'));
CREATE INDEX bench_row_unit ON bench_row (unit, id);
ALTER TABLE bench_row ENABLE ROW LEVEL SECURITY;
CREATE POLICY bench_row_read ON bench_row FOR SELECT USING (unit = ANY ((SELECT houban.units())::bigint[]));
GRANT SELECT ON bench_row TO {role};
"""
CROWD = """
INSERT INTO organisation_organisation (name, kind, division_id, credit_code, differentiated, during, basis, end_basis)
    SELECT '机构 ' || id, 'committee', id, '', false, '[2016-07-31,)', '', '' FROM divisions_division;
INSERT INTO organisation_post (organisation_id, kind, title, division_id, seats, during)
    SELECT o.id, 'staff', '岗位', o.division_id, 32000, '[2016-07-31,)' FROM organisation_organisation o
    WHERE o.name LIKE '机构 %%';
INSERT INTO organisation_person (uid, name, distinction, entered_at)
    SELECT gen_random_uuid(), '人 ' || n, '', now() FROM generate_series(1, %(people)s) n;
INSERT INTO organisation_appointment (uid, post_id, person_id, seat, nature, chosen, during, basis, end_basis,
    entered_at,
    entered_by_name, withdrawn_by_name, withdrawn_because)
    SELECT gen_random_uuid(), p.id, n.id, row_number() OVER (PARTITION BY p.id), 'full_time', 'appointed',
           daterange(date '2016-07-31' + (n.id %% 1500)::integer, NULL), '', '', now(), '甲', '', ''
    FROM (SELECT id, row_number() OVER () AS place FROM organisation_person WHERE name LIKE '人 %%') n
    JOIN (SELECT id, row_number() OVER () - 1 AS place FROM organisation_post WHERE title = '岗位') p
        ON p.place = n.place %% (SELECT count(*) FROM organisation_post WHERE title = '岗位');
"""
SCOPES = {"county": "510304", "town": "510304104", "village": "510304104212", "empty": ""}


def main() -> int:
    """Measure and print."""
    parser = _bench.options(__doc__ or "")
    parser.add_argument("--rows", type=int, default=1_000_000, help="rows with a unit")
    parser.add_argument("--people", type=int, default=15_000, help="people with an appointment")
    chosen = parser.parse_args()
    rounds, rows, people = chosen.rounds, chosen.rows, chosen.people
    if chosen.smoke:
        rounds, rows, people = 2, 2_000, 200
    with _bench.database() as postgres:
        accounts = prepare(rows, people)
        bars = [*asking(accounts, rounds, people), *lists(accounts, rounds, rows), *could(rounds, people)]
        return _bench.show(bars, on=_bench.machine(postgres), chosen=chosen)


def prepare(rows: int, people: int) -> dict[str, int]:
    """Load the demonstration, a crowd of appointments and a table of rows; return an account for each scope."""
    from django.conf import settings
    from django.db import connections

    from houban.core import clock
    from houban.demo import actions

    actions.load(at=clock.now())
    accounts = {scope: _account(scope, code) for scope, code in SCOPES.items()}
    with connections["owner"].cursor() as cursor:
        cursor.execute(CROWD, {"people": people})
        cursor.execute(TABLE.format(rows=rows, role=settings.APPLICATION_ROLE))
        cursor.execute("ANALYZE")
        cursor.execute("VACUUM bench_row")
    return accounts


def _account(scope: str, code: str) -> int:
    from houban.accounts.models import User
    from houban.core import clock
    from houban.core.record import COMMAND_LINE
    from houban.divisions import register
    from houban.organisation.actions import appointments, organisations, people
    from houban.organisation.actions.administrators import give_account
    from houban.organisation.actions.appointments import Terms

    by: dict[str, Any] = {"by": COMMAND_LINE, "at": clock.now()}
    today, start = clock.today(), date(2021, 1, 1)
    place = register.find(code, today)[0].division_id if code else None
    person = people.enter(f"测 {scope}", unit=place, **by)
    if place is not None:
        body = organisations.found(f"测 {scope}", "town", start=start, division=place, **by)
        post = organisations.establish_post(body, "staff", title="测", start=start, **by)
        appointments.appoint(person, post, Terms(start=start), **by)
    user = User.objects.create_user(f"bench-{scope}", name=person.name)
    give_account(person, user)
    return user.pk


def _under(account: int, work: Callable[[], object]) -> Callable[[], object]:
    """Do some work in a transaction with somebody's claim; the claim itself is not measured."""
    from houban.core import claims, clock

    def run() -> object:
        with claims.acting(claims.account(account), at=clock.now()):
            return work()

    return run


def _timed(account: int, statement: str, *values: object, rounds: int) -> list[float]:
    """Measure one statement under a claim, without the claim."""
    from django.db import connection

    taken: list[float] = []

    def work() -> None:
        with connection.cursor() as cursor:
            taken.extend(_bench.milliseconds(partial(_fetch, cursor, statement, list(values)), rounds=rounds))

    _under(account, work)()
    return taken


def _fetch(cursor: Any, statement: str, values: list[object]) -> None:
    cursor.execute(statement, values)
    cursor.fetchall()


def asking(accounts: dict[str, int], rounds: int, people: int) -> list[_bench.Bar]:
    """Claim an account as each request does, and derive the scope."""
    from django.db import connection

    from houban.core import claims, clock

    bars = []
    size = f"{people} appointments, {rounds} rounds"

    def request(account: int) -> None:
        with claims.acting(claims.account(account), at=clock.now()), connection.cursor() as cursor:
            cursor.execute("SELECT cardinality(houban.units())")
            cursor.fetchone()

    for scope in ("county", "town"):
        taken = _bench.milliseconds(partial(request, accounts[scope]), rounds=rounds * 5)
        name = f"claim and scope of a request, {scope}"
        bars.append(_bench.at_most(name, size=size, value=_bench.middle(taken), unit="ms", bar=2))
    taken = _timed(accounts["town"], "SELECT cardinality(houban.units())", rounds=rounds * 5)
    bars.append(_bench.at_most("scope alone, town", size=size, value=_bench.middle(taken), unit="ms"))
    return bars


def lists(accounts: dict[str, int], rounds: int, rows: int) -> list[_bench.Bar]:
    """List the newest fifty and count, for each scope, in the database under the policy."""
    from houban.core import visible

    model, bars = _model(), []
    for scope, account in accounts.items():
        taken: list[float] = []

        def work(taken: list[float] = taken) -> None:
            taken.extend(_bench.milliseconds(lambda: visible.newest(model.objects.all()), rounds=rounds))

        _under(account, work)()
        name = f"newest 50 of a list, {scope}"
        bars.append(_bench.at_most(name, size=f"{rows} rows", value=_bench.middle(taken), unit="ms", bar=5))
    for scope in ("county", "town"):
        counted = _timed(accounts[scope], "SELECT count(*) FROM bench_row", rounds=max(rounds // 4, 1))
        name = f"count of a list, {scope}"
        bars.append(_bench.at_most(name, size=f"{rows} rows", value=_bench.middle(counted), unit="ms", bar=150))
    return bars


def _model() -> Any:
    from django.db import models

    fields = {
        "unit": models.BigIntegerField(),
        "text": models.CharField(max_length=80),
        "__module__": "houban.core.models",
        "Meta": type("Meta", (), {"db_table": "bench_row", "managed": False, "app_label": "core"}),
    }
    return type("BenchRow", (models.Model,), fields)


def could(rounds: int, people: int) -> list[_bench.Bar]:
    """Ask who could see a village on a day."""
    from houban.divisions import register
    from houban.organisation import authority

    day = date(2021, 6, 30)
    village = register.find(SCOPES["village"], day)[0].division_id
    taken = _bench.milliseconds(partial(authority.who_could, village, "read", day), rounds=rounds)
    size = f"{people} appointments"
    return [
        _bench.at_most("who could, on a day, by which post", size=size, value=_bench.middle(taken), unit="ms", bar=10)
    ]


if __name__ == "__main__":
    sys.exit(main())
