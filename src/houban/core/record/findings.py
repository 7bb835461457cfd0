"""What verifying finds, in sentences for people."""

from __future__ import annotations

import struct
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from uuid import UUID

from django.utils import timezone

from houban.core import ids

MOST_TOLD = 100  # of each part of the record; the rest is only counted
POSTGRES_EPOCH = datetime(2000, 1, 1, tzinfo=UTC)
MOMENT = "%Y-%m-%d %H:%M:%S"


@dataclass(frozen=True)
class Entry:
    """An entry as its payload names it; what a forger left out is None."""

    strand: UUID
    position: int | None
    id: int | None
    at: datetime | None

    @classmethod
    def of(cls, payload: bytes) -> Entry:
        """Read the first four columns of a payload."""
        strand, position, number, micro = (value for value, _ in zip(_columns(payload), range(4), strict=False))
        return cls(
            UUID(bytes=strand or bytes(16)),
            int.from_bytes(position, signed=True) if position is not None else None,
            int.from_bytes(number, signed=True) if number is not None else None,
            _moment(int.from_bytes(micro, signed=True)) if micro is not None else None,
        )

    def __str__(self) -> str:
        return f"链串 {self.strand} 第 {self.position or '?'} 行（编号 {self.id or '?'}，{_local(self.at)}）"


def _columns(payload: bytes) -> Iterator[bytes | None]:
    """Return the columns of `record_send`: type and length before each value, a length of -1 for NULL."""
    place = 4
    while place < len(payload):
        _type, length = struct.unpack_from("!Ii", payload, place)
        place += 8
        yield None if length < 0 else payload[place : place + length]
        place += max(length, 0)


def _moment(microseconds: int) -> datetime | None:
    try:
        return POSTGRES_EPOCH + timedelta(microseconds=microseconds)
    except OverflowError:
        return None


def _local(at: datetime | None) -> str:
    return f"{at.astimezone(timezone.get_current_timezone()):{MOMENT}}" if at else "时间不明"


def strand_words(strand: UUID) -> str:
    """Name a strand with the moment it was begun."""
    try:
        begun = ids.moment_of(strand)
    except (ids.NotMadeFromMomentError, OverflowError):
        begun = None
    return f"链串 {strand}（{_local(begun)} 开始）"


def changed(entry: Entry) -> str:
    """Say that an entry is not as it was written."""
    return f"{entry}：内容与摘要不符，被改过，或是插进来的。"


def out_of_place(entry: Entry) -> str:
    """Say that a position is taken twice, or none."""
    return f"{entry}：位次重复或不对，是插进来的，或挪动过。"


def missing(strand: UUID, first: int, last: int, *, before: Entry) -> str:
    """Say that entries are gone before another."""
    which = f"第 {first} 行" if first == last else f"第 {first} 至 {last} 行"
    return f"{strand_words(strand)}：缺{which}，被删去；在编号 {before.id or '?'}（{_local(before.at)}）之前。"


def cut_off(strand: UUID, *, journalled: int, found: int) -> str:
    """Say that a strand's last entries are gone."""
    which = f"第 {journalled} 行" if journalled == found + 1 else f"第 {found + 1} 至 {journalled} 行"
    return f"{strand_words(strand)}：末尾缺{which}，被删去；头日志记着 {journalled} 行，库里只有 {found} 行。"


def gone(strand: UUID, *, journalled: int) -> str:
    """Say that a whole strand is gone."""
    return f"{strand_words(strand)}：整串 {journalled} 行都不在库里，被删去；头日志记着它。"


def added(strand: UUID, *, journalled: int, found: int) -> str:
    """Say that a strand grew after its transaction."""
    return f"{strand_words(strand)}：头日志记着 {journalled} 行，库里有 {found} 行，是事后添的。"


def rewritten(strand: UUID) -> str:
    """Say that a strand is whole and yet another than the one journalled."""
    return f"{strand_words(strand)}：链是完整的，却与头日志记的不同，是用密钥重写过的，或头日志被改过。"


def without_strand(number: int, at: datetime | None) -> str:
    """Say that an entry without a chain is younger than the chain."""
    return f"编号 {number}（{_local(at)}）：没有链串，却在有链以后，被改过，或是插进来的。"


@dataclass
class Findings:
    """What is wrong, and what could not be checked."""

    rows: int = 0
    strands: int = 0
    faults: list[str] = field(default_factory=list)
    faulty: int = 0
    remarks: list[str] = field(default_factory=list)

    def wrong(self, sentence: str) -> None:
        """Count something that is wrong, and keep the first sentences."""
        self.faulty += 1
        if len(self.faults) < MOST_TOLD:
            self.faults.append(sentence)
