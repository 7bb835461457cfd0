"""One row of another platform's list: read, held against the register, and either ready or refused with sentences."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, tzinfo
from decimal import Decimal

from django.utils.translation import gettext as _

from houban.core.spreadsheets import Row
from houban.matters.importing import values
from houban.matters.importing.fields import BY_KEY, Columns
from houban.matters.importing.values import CellError
from houban.matters.importing.world import World
from houban.matters.words import ENDED, State

TITLE, TEXT, PLACE, SAID, NUMBER = 80, 2000, 120, 500, 60
CUT = "……"
Words = Mapping[str, Mapping[str, str]]  # by field: their word to ours; "" lets the cell be empty


@dataclass(frozen=True, slots=True)
class Ready:
    """A row as it would be taken over; times are moments, divisions, types and organisations numbers."""

    line: int
    source: str
    title: str
    text: str
    state: str
    unit: int
    reported_at: datetime
    type: int | None = None
    holder: int | None = None
    place: str = ""
    point: tuple[Decimal, Decimal] | None = None
    filed_at: datetime | None = None
    due: datetime | None = None
    ended_at: datetime | None = None
    result: str = ""
    urgent: bool = False
    rating: int | None = None


@dataclass(frozen=True, slots=True)
class Refusal:
    """Why a row can't be taken over: the column's header, what is wrong and how to mend it."""

    column: str
    what: str
    mend: str

    def __str__(self) -> str:
        column = f"“{self.column}”" if self.column else ""
        return f"{column}{self.what}，{self.mend}。"


@dataclass
class Checker:
    """Reads rows one after the other; counts what it meets and can't place."""

    world: World
    columns: Columns
    words: Words
    platform: str
    zone: tzinfo
    now: datetime
    unknown: dict[str, Counter[str]] = field(default_factory=lambda: defaultdict(Counter))
    _seen: dict[str, int] = field(default_factory=dict)

    def read(self, row: Row) -> tuple[Ready | None, list[Refusal]]:
        """Return a row as it would be taken over, or all that stands against it."""
        said = {key: row.cells.get(column, "") for key, column in self.columns.items()}
        reading = _Reading(self, row.number, said)
        ready = reading.ready()
        return (None, reading.refusals) if reading.refusals else (ready, [])

    def seen_at(self, number: str, line: int) -> int | None:
        """Return the line that bore a number before; note it otherwise."""
        before = self._seen.setdefault(number, line)
        return None if before == line else before

    def word(self, part: str, text: str) -> str | None:
        """Return what was settled for a word; None where nothing was."""
        return self.words.get(part, {}).get(text)


@dataclass
class _Reading:
    checker: Checker
    line: int
    said: Mapping[str, str]
    refusals: list[Refusal] = field(default_factory=list)

    def ready(self) -> Ready | None:
        reported, filed, due, ended = self._times()
        state = self._state()
        unit = self._unit(reported)
        number, title = self._number(), self._title()
        point = self._point()
        ended = self._ended(state, reported, ended)
        if filed is not None and reported is not None and filed < reported:
            self._refuse("filed_at", _("早于报告时间"), _("请核对"))
        if self.refusals or reported is None or unit is None or state is None:
            return None
        return Ready(
            self.line, number, title, self._text("text", TEXT), state, unit, reported,
            type=self._looked_up("type", unit), holder=self._looked_up("holder", unit),
            place=self._text("place", PLACE), point=point, filed_at=filed, due=due, ended_at=ended,
            result=self._text("result", SAID), urgent=self.said.get("urgent", "").lower() in values.YES,
            rating=values.rating(self.said.get("rating", "")) if state == State.CLOSED else None,
        )  # fmt: skip

    def _refuse(self, key: str, what: str, mend: str) -> None:
        self.refusals.append(Refusal(self.checker.columns.get(key, ""), what, mend))

    def _times(self) -> list[datetime | None]:
        found: list[datetime | None] = []
        for key in ("reported_at", "filed_at", "due", "ended_at"):
            text = self.said.get(key, "")
            if not text:
                if key == "reported_at":
                    self._refuse(key, _("是空的"), _("请补上"))
                found.append(None)
                continue
            try:
                read = values.moment(text, zone=self.checker.zone)
                found.append(read if key == "due" else values.past(read, text, now=self.checker.now))
            except CellError as error:
                self._refuse(key, error.what, error.mend)
                found.append(None)
        return found

    def _number(self) -> str:
        text = self.said.get("number", "")
        source = f"{self.checker.platform}:{text}"
        if not text:
            self._refuse("number", _("是空的"), _("请补上编号，没有编号分不清是不是转入过"))
        elif len(source) > NUMBER:
            self._refuse("number", _("太长"), _("编号至多 %(n)s 字") % {"n": NUMBER - len(self.checker.platform) - 1})
        elif before := self.checker.seen_at(text, self.line):
            self._refuse("number", _("与第 %(line)s 行相同") % {"line": before}, _("请留一行"))
        return source

    def _title(self) -> str:
        title = values.masked(" ".join(self.said.get("title", "").split()))[:TITLE]
        if not title:
            self._refuse("title", _("是空的"), _("请补上"))
        return title

    def _text(self, key: str, most: int) -> str:
        text = values.masked(self.said.get(key, ""))
        return text if len(text) <= most else text[: most - len(CUT)] + CUT

    def _state(self) -> str | None:
        text = self.said.get("state", "")
        found = self.checker.word("state", text) or values.KNOWN_STATES.get(text)
        if not text:
            self._refuse("state", _("是空的"), _("请补上"))
        elif not found:
            self.checker.unknown["state"][text] += 1
            self._refuse(
                "state", _("“%(text)s”认不出") % {"text": values.quoted(text)}, _("请在“认不出的写法”里选是哪一步")
            )
        return found or None

    def _unit(self, reported: datetime | None) -> int | None:
        village, town = self.said.get("unit", ""), self.said.get("town", "")
        key, text = ("unit", f"{town} {village}".strip()) if village else ("town", town)
        chosen = self.checker.word("unit", text)
        if chosen:
            return int(chosen)
        if not text:
            self._refuse("unit", _("是空的"), _("请补上村（社区）或乡镇（街道）"))
            return None
        day = (reported or self.checker.now).date()
        found = self.checker.world.units(village, town, day)
        if len(found) == 1:
            return found.pop()
        self.checker.unknown["unit"][text] += 1
        what = _("“%(text)s”不在区划里") if not found else _("“%(text)s”不止一个")
        mend = _("请在“认不出的写法”里选是哪里") if not found else _("请补上乡镇，或在“认不出的写法”里选")
        self._refuse(key, what % {"text": values.quoted(text, most=30)}, mend)
        return None

    def _looked_up(self, part: str, unit: int) -> int | None:
        """Look up a type or an organisation; one that is not known is left open, and counted."""
        text = self.said.get(part, "")
        if not text:
            return None
        chosen = self.checker.word(part, text)
        if chosen is not None:
            return int(chosen) if chosen else None
        world = self.checker.world
        found = world.type(text) if part == "type" else world.body(text, unit)
        if found is None:
            self.checker.unknown[part][text] += 1
        return found

    def _point(self) -> tuple[Decimal, Decimal] | None:
        try:
            return values.point(self.said.get("longitude", ""), self.said.get("latitude", ""))
        except CellError as error:
            self._refuse("longitude", error.what, error.mend)
            return None

    def _ended(self, state: str | None, reported: datetime | None, ended: datetime | None) -> datetime | None:
        if state not in ENDED:
            return None
        if ended is None and not self.said.get("ended_at"):
            self._refuse("ended_at", _("是空的，可状态是已结束"), _("请补上办结时间"))
        elif ended is not None and reported is not None and ended < reported:
            self._refuse("ended_at", _("早于报告时间"), _("请核对"))
        return ended


def missing(columns: Columns) -> list[str]:
    """Return the labels of what has to have a column and has none."""
    lacking = [str(one.label) for one in BY_KEY.values() if one.required and not columns.get(one.key)]
    if not columns.get("unit") and not columns.get("town"):
        lacking.append(_("村（社区）或乡镇（街道）"))
    return lacking
