"""Anchors: each day one digest over every strand so far, kept outside the database and printed on bulletins."""

from __future__ import annotations

import fcntl
import json
from bisect import bisect_left
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import asdict, dataclass, replace
from datetime import datetime
from itertools import pairwise
from typing import Any
from uuid import UUID

from django.conf import settings
from django.utils import timezone

from houban.core.record import chain, journal, reading

FILE = "anchors.jsonl"
CODE_DIGITS, CODE_GROUP = 16, 4

NEWEST = "SELECT coalesce(max(id), 0) FROM public.core_recordentry WHERE strand IS NOT NULL"
NEWEST_OLD = "SELECT coalesce(max(id), 0) FROM public.core_recordentry WHERE strand IS NULL"
GAPS = """
SELECT gap.before + 1, gap.id - 1
FROM (
    SELECT id, lag(id, 1, %(above)s) OVER (ORDER BY id) AS before
    FROM public.core_recordentry WHERE id > %(above)s AND id <= %(through)s
) AS gap
WHERE gap.id > gap.before + 1 ORDER BY 1
"""
STRANDS = """
SELECT first.id, first.strand, last.position, last.digest
FROM public.core_recordentry AS first
CROSS JOIN LATERAL (
    SELECT entry.position, entry.digest FROM public.core_recordentry AS entry
    WHERE entry.strand = first.strand ORDER BY entry.position DESC LIMIT 1
) AS last
WHERE first.position = 1 AND first.id >= %s ORDER BY first.strand
"""


class NotWrittenError(RuntimeError):
    """The day's anchor did not get into its file."""


@dataclass(frozen=True)
class Anchor:
    """What the record amounted to on a day; `strands` and `rows` count everything up to then.

    The digest covers the strands that no earlier anchor covers, and the digest of the one before. A strand belongs
    to the first anchor whose `through` its first entry's id does not exceed, unless the id was still `open` then:
    taken by a transaction that had not ended.
    """

    day: str
    at: str
    strands: int
    rows: int
    through: int
    open: tuple[tuple[int, int], ...]
    previous: str
    digest: str = ""

    @property
    def code(self) -> str:
        """Return the short form that is printed."""
        digits = self.digest[:CODE_DIGITS]
        return " ".join(digits[start : start + CODE_GROUP] for start in range(0, len(digits), CODE_GROUP))

    def __str__(self) -> str:
        return f"{self.day}　{self.code}"

    def sealed(self, heads: Iterable[bytes]) -> str:
        """Return the digest over what the anchor says and the heads of its strands, in their order."""
        said = {key: value for key, value in asdict(self).items() if key != "digest"}
        seal = chain.keyed(b"anchor")
        seal.update(json.dumps(said, sort_keys=True).encode() + b"\n")
        for head in heads:
            seal.update(head)
        return seal.hexdigest()

    def waits_for(self, number: int) -> bool:
        """Tell whether an id was open when this was made."""
        return any(first <= number <= last for first, last in self.open)


class Membership:
    """Which anchor a strand belongs to, by the id of its first entry."""

    def __init__(self, anchors: Sequence[Anchor]) -> None:
        self.anchors = anchors
        self.throughs = [anchor.through for anchor in anchors]

    def of(self, first: int) -> int:
        """Return the anchor's place; the number of anchors where none covers the strand yet."""
        place = bisect_left(self.throughs, first)
        while place < len(self.anchors) and self.anchors[place].waits_for(first):
            place += 1
        return place


def read() -> list[Anchor]:
    """Return the anchors of all files, oldest first, each once."""
    found = {anchor.digest: anchor for path in journal.files(FILE) for anchor in _of_file(path.read_text())}
    return sorted(found.values(), key=lambda anchor: (anchor.through, anchor.at))


def _of_file(text: str) -> Iterator[Anchor]:
    for line in text.splitlines():
        try:
            said = json.loads(line)
            yield Anchor(**said | {"open": tuple((int(first), int(last)) for first, last in said["open"])})
        except (ValueError, TypeError, KeyError):
            continue  # cut short by a power failure, or edited: the chain of anchors tells


def latest() -> Anchor | None:
    """Return the newest anchor; its text is the day with the code to print."""
    return max(read(), key=lambda anchor: (anchor.day, anchor.at), default=None)


def links_broken(anchors: Sequence[Anchor]) -> list[Anchor]:
    """Return the anchors that do not follow from the one before."""
    first = [anchor for anchor in anchors[:1] if anchor.previous]
    return first + [later for earlier, later in pairwise(anchors) if later.previous != earlier.digest]


def make(*, at: datetime) -> Anchor:
    """Anchor the record as it is; the second call of a day gives the day's anchor again."""
    day = at.astimezone(timezone.get_current_timezone()).date().isoformat()
    with _alone():
        earlier = read()
        if earlier and earlier[-1].day >= day:
            return earlier[-1]
        anchor = _made(earlier, day=day, at=at)
        journal.add_line(FILE, json.dumps(asdict(anchor)) + "\n")
        if anchor not in read():
            raise NotWrittenError(settings.RECORD_FOLDER / FILE)
    return anchor


def _made(earlier: list[Anchor], *, day: str, at: datetime) -> Anchor:
    with reading.snapshot() as cursor:
        through = max(_one(cursor, NEWEST), earlier[-1].through if earlier else 0)
        above = earlier[-2].through if len(earlier) > 1 else _one(cursor, NEWEST_OLD)
        cursor.execute(GAPS, {"above": above, "through": through})
        gaps = tuple((first, last) for first, last in cursor.fetchall())
        cursor.execute(STRANDS, [_least_new(earlier)])
        strands = cursor.fetchall()
    membership = Membership(earlier)
    fresh = [row for row in strands if membership.of(row[0]) == len(earlier)]
    anchor = Anchor(
        day=day,
        at=at.isoformat(),
        strands=(earlier[-1].strands if earlier else 0) + len(fresh),
        rows=(earlier[-1].rows if earlier else 0) + sum(row[2] for row in fresh),
        through=through,
        open=gaps,
        previous=earlier[-1].digest if earlier else "",
    )
    return replace(anchor, digest=anchor.sealed(map(_head, fresh)))


def _least_new(earlier: list[Anchor]) -> int:
    """Return the least id that no anchor covers for sure."""
    if not earlier:
        return 0
    return min([first for first, _last in earlier[-1].open] + [earlier[-1].through + 1])


def _head(row: tuple[int, UUID, int, bytes]) -> bytes:
    _first, strand, length, digest = row
    return chain.head(strand, length=length, digest=bytes(digest))


def _one(cursor: Any, query: str) -> int:
    cursor.execute(query)
    return int(cursor.fetchone()[0])


@contextmanager
def _alone() -> Iterator[None]:
    """Let one process of this machine anchor at a time."""
    settings.RECORD_FOLDER.mkdir(parents=True, exist_ok=True, mode=0o700)
    with (settings.RECORD_FOLDER / "anchors.lock").open("w") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        yield
