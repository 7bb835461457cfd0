"""Import official lists: the first founds the tree, later ones are compared and nothing is applied."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path

from django.db import transaction
from django.db.models import QuerySet

from houban.core import actions as installing
from houban.core.models import Installation
from houban.core.periods import since
from houban.core.problems import Problem, Problems
from houban.core.record import Actor, record
from houban.divisions import comparison, listfile, register
from houban.divisions.actions import writing
from houban.divisions.listfile import Listed, ListFile
from houban.divisions.models import (
    Change,
    Division,
    DivisionCode,
    DivisionVersion,
    ListDifference,
    ListEntry,
    OfficialList,
)
from houban.divisions.rules import names
from houban.divisions.words import Level, Shape, Status


@dataclass(frozen=True)
class Imported:
    """What an import did: founded so many divisions, or compared and found so many differences."""

    list: OfficialList
    founded: int
    differences: Sequence[ListDifference]
    suggested: Change | None
    again: bool = False


@transaction.atomic
def import_list(
    files: Sequence[Path],
    *,
    as_of: date,
    scheme: str,
    by: Actor,
    at: datetime,
    name: str = "",
    source: str = "",
    extract: bool = False,
    within: str = "",
) -> Imported:
    """Take in a list of codes, its top level `within` a division where one is given; an `extract` is only a part."""
    writing.take_turn()
    known = frozenset(DivisionCode.objects.on(as_of).filter(scheme=scheme).values_list("code", flat=True))
    read = listfile.read(files, known=known, within=within)
    before = OfficialList.objects.filter(scheme=scheme, as_of=as_of, sha256=read.sha256).first()
    if before is not None:
        return Imported(before, 0, list(before.differences.all()), before.comparison, again=True)
    official = _store(
        read,
        as_of=as_of,
        scheme=scheme,
        name=name or _title(read, as_of),
        source=source,
        extract=extract,
        by=by,
        at=at,
    )
    founded = _found(official, read, known, by, at)
    if founded:
        _settle_county(read, by=by, at=at)
    return _compared(official, read, founded=founded, by=by, at=at)


def _compared(official: OfficialList, read: ListFile, *, founded: int, by: Actor, at: datetime) -> Imported:
    differences = comparison.differences(official)
    ListDifference.objects.bulk_create(differences, batch_size=5000)
    suggested = comparison.suggest(official, by=by, at=at) if differences else None
    counted = {"rows": len(read.rows), "founded": founded, "differences": len(differences)}
    record("divisions.list.imported", official, by=by, at=at, after=counted)
    return Imported(official, founded, differences, suggested)


def _settle_county(read: ListFile, *, by: Actor, at: datetime) -> None:
    """Let the first list say which county this is, where it has only one and nobody has said so before."""
    counties = [row for row in read.rows.values() if row.level == Level.COUNTY]
    if len(counties) == 1 and Installation.current() is None:
        installing.set_county(counties[0].code, name=counties[0].name, by=by, at=at)


def _title(read: ListFile, as_of: date) -> str:
    tops = "、".join(row.name for row in read.roots[:3])
    return f"{tops} {as_of:%Y-%m-%d} 名录"


def _store(
    read: ListFile, *, as_of: date, scheme: str, name: str, source: str, extract: bool, by: Actor, at: datetime
) -> OfficialList:
    official = OfficialList.objects.create(
        name=name,
        source=source,
        scheme=scheme,
        as_of=as_of,
        extract=extract,
        sha256=read.sha256,
        imported_at=at,
        imported_by_name=by.name,
    )
    ListEntry.objects.bulk_create(
        [
            ListEntry(list=official, code=r.code, name=r.name, level=r.level, parent_code=r.parent_code)
            for r in read.rows.values()
        ],
        batch_size=5000,
    )
    return official


def _found(official: OfficialList, read: ListFile, known: frozenset[str], by: Actor, at: datetime) -> int:
    """Found the trees whose roots the register has never seen; return how many divisions that makes."""
    ever = set(
        DivisionCode.objects.live()
        .filter(scheme=official.scheme, code__in=[root.code for root in read.roots])
        .values_list("code", flat=True)
    )
    early = ever - known
    if early:
        code = min(early)
        what = f"代码 {code} 在 {official.as_of} 还不在登记里{register.history(code, scheme=official.scheme)}"
        raise Problems([Problem(file=official.name, what=what, mend="早于首期名录的名录不能再作首期，请核对截至日")])
    new = {root.code for root in read.roots if root.code not in ever}
    rows = [row for row in read.rows.values() if _root(row, read).code in new]
    if rows:
        _write(official, rows, by, at)
    return len(rows)


def _root(row: Listed, read: ListFile) -> Listed:
    while row.parent_code in read.rows:
        row = read.rows[row.parent_code]
    return row


def _write(official: OfficialList, rows: list[Listed], by: Actor, at: datetime) -> None:
    change = Change.objects.create(
        effective_on=official.as_of,
        sequence=Change.objects.filter(effective_on=official.as_of).count() + 1,
        title=f"按{official.name}建立",
        document="",
        authority=official.source,
        day_basis="assumed",
        status=Status.ENACTED,
        scheme=official.scheme,
        shapes={Shape.FOUND: len(rows)},
        recorded_at=at,
        recorded_by_name=by.name,
        enacted_at=at,
        note="首期名录：此前何时设立，名录没有写",
    )
    rows.sort(key=lambda row: len(row.code))
    made = Division.objects.bulk_create([Division(level=row.level) for row in rows], batch_size=5000)
    ids = {row.code: division.pk for row, division in zip(rows, made, strict=True)}
    above = dict(DivisionCode.objects.on(official.as_of).filter(scheme=official.scheme).values_list("code", "division"))
    writer = writing.Writer(change, at)
    DivisionVersion.objects.bulk_create(
        [_version(row, ids, ids.get(row.parent_code, above.get(row.parent_code)), change, at) for row in rows],
        batch_size=5000,
    )
    DivisionCode.objects.bulk_create(
        [writer.code(ids[row.code], official.scheme, row.code) for row in rows], batch_size=5000
    )
    writing.refresh_statistics(len(rows))
    writing.check_now()


def _version(row: Listed, ids: dict[str, int], parent: int | None, change: Change, at: datetime) -> DivisionVersion:
    form = names.form_of(row.code, row.name, row.level)
    return DivisionVersion(
        division_id=ids[row.code],
        name=names.short(row.name, form),
        official_name=row.name,
        form=form,
        parent_id=parent,
        during=since(change.effective_on),
        change=change,
        written_by=change,
        recorded_at=at,
    )


@transaction.atomic
def reconcile(official: OfficialList) -> list[ListDifference]:
    """Compare the register with a list again; signatures on differences that remain are kept."""
    now = {(d.code, d.kind): d for d in comparison.differences(official)}
    old = {(d.code, d.kind): d for d in official.differences.all()}
    stale = [d.pk for key, d in old.items() if key not in now or _changed(d, now[key])]
    ListDifference.objects.filter(pk__in=stale).delete()
    fresh = [d for key, d in now.items() if key not in old or old[key].pk in stale]
    ListDifference.objects.bulk_create(fresh, batch_size=5000)
    return list(official.differences.order_by("code", "kind"))


def _changed(old: ListDifference, new: ListDifference) -> bool:
    return (old.ours, old.theirs) != (new.ours, new.theirs)


def sign_difference(difference: ListDifference, *, reason: str, by: Actor, at: datetime) -> ListDifference:
    """Explain a difference and put one's name to it."""
    sign(difference.list, ListDifference.objects.filter(pk=difference.pk), reason=reason, by=by, at=at)
    difference.refresh_from_db()
    return difference


@transaction.atomic
def sign(official: OfficialList, differences: QuerySet[ListDifference], *, reason: str, by: Actor, at: datetime) -> int:
    """Explain several differences of a list by one reason; those signed already keep their signature."""
    rows = differences.filter(list=official, signed_at=None)
    codes = list(rows.order_by("code").values_list("code", flat=True))
    rows.update(reason=reason, signed_by_name=by.name, signed_at=at)
    if codes:
        after = {"reason": reason, "number": len(codes), "codes": codes[:200]}
        record("divisions.difference.signed", official, by=by, at=at, after=after)
    return len(codes)


@transaction.atomic
def unsign(official: OfficialList, differences: QuerySet[ListDifference], *, by: Actor, at: datetime) -> int:
    """Take signatures back; the record keeps whose they were and what they said."""
    rows = differences.filter(list=official, signed_at__isnull=False)
    before = list(rows.order_by("code").values_list("code", "reason", "signed_by_name"))
    rows.update(reason="", signed_by_name="", signed_at=None)
    if before:
        said = [{"code": code, "reason": reason, "by": name} for code, reason, name in before[:200]]
        record("divisions.difference.unsigned", official, by=by, at=at, before={"signatures": said})
    return len(before)


@transaction.atomic
def sign_each(official: OfficialList, reasons: Mapping[int, str], *, by: Actor, at: datetime) -> int:
    """Sign differences each by its own reason, as a filled-in workbook gives them."""
    done = 0
    grouped: dict[str, list[int]] = {}
    for pk, reason in reasons.items():
        grouped.setdefault(reason, []).append(pk)
    for reason, keys in grouped.items():
        done += sign(official, ListDifference.objects.filter(pk__in=keys), reason=reason, by=by, at=at)
    return done
