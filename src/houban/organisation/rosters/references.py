"""Find what a row refers to; where it can't be told, name the row and leave it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from houban.core.periods import between
from houban.core.problems import MOST
from houban.divisions import register
from houban.organisation.models import Organisation, Person, Post, Term
from houban.organisation.rosters.book import Book
from houban.organisation.rosters.cells import Line, label
from houban.organisation.rosters.world import World, covers, overlap


class Skip(Exception):
    """The row has been named as a problem, or an earlier one of its cells has."""


def span(row: Any) -> str:
    """Write a period as messages do."""
    return f"{row.during.lower} 至 {row.during.upper or '今'}"


@dataclass
class References:
    """Looks up what rows name, and gathers what is wrong with them."""

    book: Book
    world: World
    seen: dict[tuple[Any, ...], int] = field(default_factory=dict)
    _histories: dict[str, str] = field(default_factory=dict)

    def wrong(self, line: Line, name: str, what: str, mend: str) -> None:
        """Name a problem and go on with the row."""
        self.book.wrong(line, name, what, mend)

    def refuse(self, line: Line, name: str, what: str, mend: str) -> Skip:
        """Name a problem; to be raised."""
        self.wrong(line, name, what, mend)
        return Skip()

    def each(self, lines: list[Line], plan_row: Callable[[Line], None]) -> None:
        """Plan each row that can be planned."""
        for line in lines:
            try:
                plan_row(line)
            except Skip:
                continue

    def need(self, line: Line, *names: str) -> list[Any]:
        """Return values that the row can't be planned without."""
        values = [line[name] for name in names]
        if any(value is None for value in values):
            raise Skip
        return values

    def once(self, line: Line, *key: Any) -> None:
        """Refuse a second row for the same thing."""
        first = self.seen.setdefault((line.spec.title, *key), line.number)
        if first != line.number:
            raise self.refuse(line, "", f"与第 {first} 行是同一条", "请删去一行")

    def division(self, line: Line, name: str) -> int | None:
        """Return the division a code stands for on the roster's day; None where the cell is empty."""
        code = line.text(name)
        if not code:
            return None
        found = self.world.divisions.find(code)
        if found is None:
            plain, _at, day = code.partition("@")
            what = f"{day or self.world.on} 没有代码 {plain}{self._history(plain)}"
            raise self.refuse(line, name, what, "请核对代码，或改“说明”表上的日期")
        return found

    def _history(self, code: str) -> str:
        if code not in self._histories and len(self._histories) < MOST:
            self._histories[code] = register.history(code)
        return self._histories.get(code, "")

    def organisation(
        self, line: Line, name: str, code_name: str, *, start: date, until: date | None = None, any_day: bool = False
    ) -> Organisation:
        """Return the organisation of a name, in force on a day, or with `any_day` on some day of a period."""
        text = line.text(name)
        named = self.world.organisations.get(text, [])
        if not text:
            raise Skip
        if not named:
            raise self.refuse(line, name, f"没有机构“{text}”", "请写全称，或先在“机构”表里写上它")
        division = self.division(line, code_name)
        fitting = [one for one in named if one.division_id == division] if division else named
        if not fitting:
            what = f"代码 {line.text(code_name)} 没有机构“{text}”"
            raise self.refuse(line, code_name, what, "请核对机构名称和代码")
        known = [one for one in fitting if overlap(one, start, until)] if any_day else []
        known = known or [one for one in fitting if covers(one, start)]
        if not known:
            what = f"“{text}”在 {start} 不存续（{'；'.join(span(one) for one in fitting[:3])}）"
            raise self.refuse(line, name, what, "请核对日期，或先改“机构”表")
        return self._only(line, known, text, code_name)

    def _only(self, line: Line, known: list[Organisation], text: str, code_name: str) -> Organisation:
        if len(known) > 1:
            nowhere = [one for one in known if one.division_id is None]
            if line.text(code_name) or len(nowhere) != 1:
                what = f"有 {len(known)} 个机构叫“{text}”"
                raise self.refuse(line, code_name, what, "请写明它的区划代码")
            return nowhere[0]
        return known[0]

    def post(self, line: Line, organisation: Organisation, *, start: date) -> Post:
        """Return the post of a title in an organisation, in force on a day."""
        title = line.text("post")
        if not title:
            raise Skip
        titled = self.world.posts.get((id(organisation), title), [])
        if not titled:
            offered = "、".join(dict.fromkeys(post.title for post in self.world.posts_of(organisation)))
            mend = f"它的岗位有：{offered}" if offered else "请先在“岗位”表里写上它"
            raise self.refuse(line, "post", f"“{organisation.name}”没有岗位“{title}”", mend)
        known = [post for post in titled if covers(post, start)]
        if not known:
            what = f"岗位“{title}”在 {start} 不存续（{'；'.join(span(one) for one in titled[:3])}）"
            raise self.refuse(line, "start", what, "请核对日期，或先改“岗位”表")
        return known[0]

    def person(self, line: Line) -> Person:
        """Return the person of a name and, where several bear it, of what tells them apart."""
        name, distinction = line.text("name"), line.text("distinction")
        if not name:
            raise Skip
        named = self.world.people.get(name, [])
        exact = [one for one in named if one.distinction == distinction]
        fitting = exact or ([] if distinction else named)
        if len(fitting) == 1:
            return fitting[0]
        if not named:
            raise self.refuse(line, "name", f"人员里没有“{name}”", "请核对姓名，或先在“人员”表里写上")
        known = "、".join(one.distinction or "（空）" for one in named[:5])
        if not fitting:
            raise self.refuse(line, "distinction", f"没有区分为“{distinction}”的“{name}”", f"已登记的区分有：{known}")
        what = f"有 {len(fitting)} 个“{name}”，区分同名是 {known}"
        raise self.refuse(line, "distinction", what, "请写明“区分同名”；登记时没有区分的，先在人员页补上")

    def period(
        self, line: Line, outer: Organisation | Post | Term | None = None, *, start: date | None = None
    ) -> tuple[date, date | None]:
        """Return a row's period, within the one it hangs on; an empty end takes the end of that."""
        begin = start or self.need(line, "start")[0]
        until = line["until"]
        if until is not None and until <= begin:
            raise self.refuse(
                line, "until", f"止日 {until} 不晚于起日 {begin}", "请核对；止日是不再任职（存续）的第一天"
            )
        if outer is None:
            return begin, until
        end = outer.during.upper
        if not covers(outer, begin):
            raise self.refuse(line, "start", f"{begin} 不在“{outer}”的起止（{span(outer)}）之内", "请核对日期")
        if end is not None and until is not None and until > end:
            raise self.refuse(line, "until", f"{until} 超出了“{outer}”的起止（{span(outer)}）", "请核对日期")
        return begin, until or end

    def same(self, line: Line, row: Any, *names: str, mend: str) -> None:
        """Refuse a row that says something else than what is registered and can't be rewritten."""
        for name in names:
            value = line[name]
            registered = getattr(row, name)
            if value not in (None, "", registered):
                words = line.spec.column(name).words
                said = label(words, registered) if words else registered
                raise self.refuse(line, name, f"登记的是“{said if said not in (None, '') else '空'}”，表里不同", mend)

    def outside(self, line: Line, power: str, division: int | None, what: str) -> None:
        """Name a row that writes where the one who imports may not."""
        if not self.world.scope.may(power, division):
            raise self.refuse(line, "", f"{what}不在您的职权范围内", "请删去这一行，或交由有权的岗位导入")


def shorten(refs: References, line: Line, row: Any, until: date | None) -> dict[str, Any]:
    """End a registered row earlier; return what changes. It can never be made to last longer."""
    registered = row.during.upper
    if until is None or until == registered:
        return {}
    if registered is not None and until > registered:
        what = f"登记的止日是 {registered}，比表里的 {until} 早"
        raise refs.refuse(line, "until", what, "登记后只能提前结束，请照登记的写")
    row.during = between(row.during.lower, until)
    return {"until": registered}
