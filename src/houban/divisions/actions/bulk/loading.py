"""Load a founding list and the changes that followed it into the register, as the owner of the tables."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, datetime
from itertools import count, groupby

from django.db import DataError, IntegrityError, models, transaction

from houban.core.problems import Problem, Problems
from houban.core.record import Actor, record
from houban.divisions import register
from houban.divisions.actions import writing
from houban.divisions.actions.bulk import guards, promises
from houban.divisions.actions.bulk.history import Founding, History
from houban.divisions.actions.bulk.spool import TABLES, Spool
from houban.divisions.actions.bulk.telling import Tell, Watch, see_nothing, silence
from houban.divisions.changefile import DraftChange
from houban.divisions.models import Change, Division, DivisionCode
from houban.divisions.rules.state import Snapshot

MANY = 20_000
NAMES = {
    "divisions_change": "调整",
    "divisions_division": "单位",
    "divisions_divisionversion": "版本",
    "divisions_divisioncode": "代码",
    "divisions_flow": "承接关系",
}


@dataclass(frozen=True)
class Loaded:
    """What a load wrote: the numbers of its first and last change, and its rows by table."""

    first: int
    last: int
    rows: dict[str, int]

    @property
    def changes(self) -> models.QuerySet[Change]:
        """Return the changes of the load, the founding first."""
        return Change.objects.filter(pk__range=(self.first, self.last)).order_by("pk")


@transaction.atomic
def load(
    founding: Iterable[Founding],
    drafts: Iterable[DraftChange],
    *,
    day: date,
    scheme: str,
    title: str,
    by: Actor,
    at: datetime,
    source: str = "",
    tell: Tell = silence,
    watch: Watch = see_nothing,
) -> Loaded:
    """Found divisions on a day and enact the drafts in their order; all of it or, with `Problems`, nothing.

    What is written equals what `import_list` and `draft_and_enact` leave behind, retracted rows included, so that
    everything else, annulling above all, works as ever. The drafts come in the order of their days, under the one
    scheme, and may come from a generator. Divisions that were in the register before may be parents and heirs, but
    stay as they are. `watch` is shown the map in memory at the end of each day, when the first draft of the next
    has been fetched. Needs the owner's connection (`houban.core.postgres.owning.as_owner`).
    """
    guards.demand_owner("divisions_division")
    writing.take_turn()
    _alone()
    rows = list(founding)
    with Spool() as spool:
        history = _history(spool, rows, day=day, scheme=scheme, title=title, by=by, at=at)
        first = Change.objects.aggregate(last=models.Max("pk"))["last"] or 0
        loaded = _replayed(history, rows, drafts, day=day, title=title, source=source, tell=tell, watch=watch)
        if loaded is None:
            return Loaded(first + 1, first, dict(spool.rows))
        _write(spool, since=loaded.first, tell=tell)
    counted = {NAMES[table]: number for table, number in loaded.rows.items()}
    record("divisions.history.loaded", loaded.changes[0], by=by, at=at, after=counted)
    return loaded


def sweep() -> None:
    """Let counts read what was loaded from an index alone at once; else they wait for the server's own sweep.

    Does nothing within a transaction, where the server sweeps for nobody.
    """
    connection = transaction.get_connection()
    if not connection.in_atomic_block:
        with connection.cursor() as cursor:
            cursor.execute("VACUUM (ANALYZE) divisions_divisionversion")


def _alone() -> None:
    """Keep others from taking numbers, until the end of the transaction; they may go on reading."""
    with transaction.get_connection().cursor() as cursor:
        cursor.execute("LOCK TABLE divisions_division, divisions_change IN SHARE ROW EXCLUSIVE MODE")


def _history(
    spool: Spool, rows: list[Founding], *, day: date, scheme: str, title: str, by: Actor, at: datetime
) -> History:
    _refuse_known(rows, scheme)
    known = register.snapshot(day, scheme=scheme) if Division.objects.exists() else Snapshot()
    counted = Change.objects.values_list("effective_on").annotate(number=models.Count("pk"))
    return History(
        map=known,
        spool=spool,
        scheme=scheme,
        at=at,
        by_name=by.name,
        divisions=count(_next("divisions_division")),
        changes=count(_next("divisions_change")),
        numbers=Counter(dict(counted)),
        file=title,
    )


def _refuse_known(rows: list[Founding], scheme: str) -> None:
    """Refuse a tree whose root the register has ever known: its past would be told twice."""
    listed = {row.code for row in rows}
    roots = [row.code for row in rows if row.parent_code not in listed]
    known = DivisionCode.objects.live().filter(scheme=scheme, code__in=roots).values_list("code", flat=True)
    wrongs = [
        Problem(
            what=f"代码 {code} 登记里已经有了{register.history(code, scheme=scheme)}",
            mend="成批装载只建立登记里还没有的单位；已有的请用“houban divisions import”比对",
        )
        for code in sorted(set(known))[:5]
    ]
    if wrongs:
        raise Problems(wrongs)


def _next(table: str) -> int:
    with transaction.get_connection().cursor() as cursor:
        cursor.execute("SELECT nextval(pg_get_serial_sequence(%s, 'id'))", [table])
        return int(cursor.fetchone()[0])


def _replayed(
    history: History,
    rows: list[Founding],
    drafts: Iterable[DraftChange],
    *,
    day: date,
    title: str,
    source: str,
    tell: Tell,
    watch: Watch,
) -> Loaded | None:
    numbers = [history.found(rows, day=day, title=title, source=source)]
    rows.clear()
    watch(day, history.map)
    for of_day, acts in groupby(drafts, key=lambda draft: draft.day):
        numbers += [history.act(draft) for draft in acts]
        watch(of_day, history.map)
    made = [number for number in numbers if number is not None]
    if not made:
        return None
    tell("推演完毕")
    history.finish()
    _advance("divisions_division", next(history.divisions))
    _advance("divisions_change", next(history.changes))
    return Loaded(made[0], made[-1], dict(history.spool.rows))


def _advance(table: str, number: int) -> None:
    with transaction.get_connection().cursor() as cursor:
        cursor.execute("SELECT setval(pg_get_serial_sequence(%s, 'id'), %s)", [table, number])


def _write(spool: Spool, *, since: int, tell: Tell) -> None:
    """Copy the rows with the guards down, put the guards up, and hold the rows to the triggers' promises."""
    total = sum(spool.rows.values())
    with _said(), guards.down(TABLES, also_indexes=total > MANY, tell=tell):
        for table in TABLES:
            tell(f"写入{NAMES[table]} {spool.rows[table]} 行")
            spool.copy(table)
    writing.refresh_statistics(total)
    tell("核对约定")
    promises.check(since=since)


@contextmanager
def _said() -> Iterator[None]:
    """Say in a sentence what the database refuses."""
    try:
        yield
    except (IntegrityError, DataError) as error:
        why = str(error).strip().splitlines()
        what = f"数据库拒绝了这份历史：{'；'.join(why[:2])}"
        raise Problems([Problem(what=what, mend="请核对代码有没有同一天属于两个单位，名称有没有过长")]) from error
