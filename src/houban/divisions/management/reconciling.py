"""`houban divisions reconcile`: the register of a day held against an official list, at the terminal.

Exit code 0 when they agree or every difference is signed, 1 while one is not, 2 for a list that can't be read.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping
from datetime import date, datetime
from pathlib import Path
from typing import Any

from django.core.management.base import CommandError

from houban.core.problems import Problems
from houban.core.record import COMMAND_LINE
from houban.core.spreadsheets import write_xlsx
from houban.divisions import actions, comparison, listfile, reconciling
from houban.divisions.comparison import Difference
from houban.divisions.models import DivisionCode, ListDifference, OfficialList
from houban.divisions.words import Scheme

Tell = Callable[[str], Any]
SHOWN, BAD = 60, 2
KINDS = dict(ListDifference._meta.get_field("kind").choices or [])


def arguments(words: Any) -> None:
    """Declare the subcommand."""
    parser = words.add_parser("reconcile", help="登记与某日官方名录核对；有没签认的差异时退出码为 1")
    parser.add_argument("list", help="名录文件，或已导入名录的编号")
    parser.add_argument("--on", type=date.fromisoformat, help="名录截至日；已导入的名录不用写")
    parser.add_argument("--scheme", default="nbs", choices=Scheme.values)
    parser.add_argument("--sign", default="", metavar="REASON", help="写明原因，签认还没签认的差异（限已导入的名录）")
    parser.add_argument("--code", action="append", default=[], help="只签认这些代码的差异，可写几次")
    parser.add_argument("--xlsx", type=Path, help="差异存为 .xlsx")


def reconcile(*, at: datetime, tell: Tell, **options: Any) -> None:
    """Compare, tell, and answer with an exit code."""
    try:
        official = _imported(options["list"], options["on"], options["scheme"])
    except Problems as problems:
        raise CommandError(str(problems), returncode=BAD) from None
    if official is not None:
        left = _of_list(official, at=at, tell=tell, **options)
    elif options["sign"]:
        raise CommandError("没有签认：这份名录还没有导入，请先用 import 导入。", returncode=BAD)
    else:
        left = _of_file(Path(options["list"]), tell=tell, **options)
    if left:
        raise CommandError(f"有 {left} 条差异没有签认。", returncode=1)
    tell("没有未签认的差异。")


def _imported(name: str, on: date | None, scheme: str) -> OfficialList | None:
    """Return an imported list by its number, or by the bytes of its file and day; None for one that is new."""
    path = Path(name)
    if name.isdecimal() and not path.exists():
        found = OfficialList.objects.filter(pk=int(name)).first()
        if found is None:
            raise CommandError(f"没有编号 {name} 的名录，可用 houban divisions lists 查看。", returncode=BAD)
        return found
    if not path.exists():
        raise CommandError(f"找不到文件“{name}”，请核对路径。", returncode=BAD)
    if on is None:
        raise CommandError("请用 --on 写明名录截至哪一天。", returncode=BAD)
    digest = _read(path, on, scheme).sha256
    return OfficialList.objects.filter(scheme=scheme, as_of=on, sha256=digest).first()


def _read(path: Path, on: date, scheme: str) -> listfile.ListFile:
    known = frozenset(DivisionCode.objects.on(on).filter(scheme=scheme).values_list("code", flat=True))
    return listfile.read([path], known=known)


def _of_list(official: OfficialList, *, at: datetime, tell: Tell, sign: str, code: list[str], **options: Any) -> int:
    actions.reconcile(official)
    if sign:
        rows = official.differences.filter(code__in=code) if code else official.differences.all()
        signed = actions.sign(official, rows, reason=sign, by=COMMAND_LINE, at=at)
        tell(f"已签认 {signed} 条。")
    rows = official.differences.order_by("code", "kind")
    found = [Difference(one.code, one.kind, one.ours, one.theirs) for one in rows]
    signatures = {(one.code, one.kind): f"{one.reason}（{one.signed_by_name}）" for one in rows if one.signed_at}
    _show(found, signatures, official.as_of, official.scheme, tell=tell, xlsx=options["xlsx"])
    return len(found) - len(signatures)


def _of_file(path: Path, *, on: date, scheme: str, tell: Tell, xlsx: Path | None, **_options: Any) -> int:
    rows = _read(path, on, scheme).rows.values()
    listed = comparison.listed((row.code, row.name, row.parent_code) for row in rows)
    mine = comparison.registered({row.code: row.parent_code for row in rows}, on, scheme=scheme)
    found = comparison.between(mine, listed)
    _show(found, {}, on, scheme, tell=tell, xlsx=xlsx)
    return len(found)


def _show(
    found: list[Difference],
    signed: Mapping[tuple[str, str], str],
    on: date,
    scheme: str,
    *,
    tell: Tell,
    xlsx: Path | None,
) -> None:
    tell(f"{on} 登记与名录核对：差异 {len(found)} 条，已签认 {len(signed)} 条。")
    for kind, number in Counter(one.kind for one in found).most_common():
        tell(f"  {KINDS.get(kind, kind)} {number}")
    hints = comparison.explained(((one.code, one.ours) for one in found[:5000]), on, scheme=scheme)
    rows = [reconciling.row(one, signed.get((one.code, one.kind), ""), hints) for one in found]
    for line in reconciling.aligned(rows[:SHOWN]):
        tell(line)
    if len(found) > SHOWN:
        tell(f"…… 另有 {len(found) - SHOWN} 条，可用 --xlsx 存成表。")
    if xlsx is not None:
        xlsx.write_bytes(write_xlsx([reconciling.table(rows)]))
        tell(f"已存 {xlsx}。")
