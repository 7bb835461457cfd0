"""Walk over a range of strands: hold each entry against its digest, each strand against the journal."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.db import connections
from psycopg import pq
from psycopg.errors import error_from_result

from houban.core.record import chain, findings, journal, reading
from houban.core.record.anchors import Anchor, Membership
from houban.core.record.findings import Entry, Findings

ROWS = f"""
COPY (
    SELECT CASE WHEN octet_length(r.digest) = 32 THEN r.digest ELSE decode(repeat('00', 32), 'hex') END,
        {chain.PAYLOAD}
    FROM ONLY public.core_recordentry AS r WHERE {{where}} ORDER BY r.strand, r.position
) TO STDOUT (FORMAT binary)
"""  # noqa: S608 - made of constants and UUIDs
# In the index's order from the first row on, rather than sorting each part before anything comes.
IN_ORDER = """
SET LOCAL enable_sort = off; SET LOCAL enable_seqscan = off; SET LOCAL enable_bitmapscan = off;
SET LOCAL max_parallel_workers_per_gather = 0; SET LOCAL jit = off
"""
# A row of binary COPY: the number of columns, a length before each; the payload's first columns have fixed places.
SIGNATURE, END = 19, 2
DIGEST, PAYLOAD = slice(6, 38), slice(42, None)
STRAND, POSITION, ID = slice(12, 28), slice(36, 40), slice(48, 56)
HEAD_STRAND, HEAD_LENGTH = slice(0, 16), slice(16, 20)


@dataclass(frozen=True)
class Part:
    """A range of strands: `least` belongs to it, `below` does not; None has no end."""

    least: UUID | None = None
    below: UUID | None = None

    @property
    def where(self) -> str:
        """Return the condition; a UUID is safe to write out."""
        least = f" AND r.strand >= '{self.least}'" if self.least else ""
        below = f" AND r.strand < '{self.below}'" if self.below else ""
        return f"r.strand IS NOT NULL{least}{below}"


@dataclass
class Strand:
    """The strand being walked over."""

    name: bytes
    first: int
    length: int = 0
    head: bytes = chain.START
    recomputed: bytes = b""
    faulty: bool = False

    @property
    def uuid(self) -> UUID:
        """Return its name."""
        return UUID(bytes=self.name)


class Scan:
    """What one part holds: findings, strands no journal names, and each anchor's heads."""

    def __init__(self, part: Part, anchors: Sequence[Anchor]) -> None:
        self.part = part
        self.membership = Membership(anchors)
        self.heads = [bytearray() for _ in range(len(anchors) + 1)]
        self.lengths = [0] * (len(anchors) + 1)
        self.found = Findings()
        self.not_journalled: list[bytes] = []
        self._journal = journal.heads(part.least, part.below)
        self._next = 0

    def run(self) -> Scan:
        """Walk over the part."""
        self._walk(_rows(self.part))
        for head in self._journal[self._next :]:
            self._tell_gone(head)
        return self

    def light(self) -> Scan:
        """Drop what a parent process does not need."""
        self._journal = []
        del self.heads[-1]
        return self

    def _walk(self, rows: Iterator[bytes]) -> None:
        strand: Strand | None = None
        name, length, previous, count = b"", 0, chain.START, 0
        fresh = chain.keyed(b"entry").copy
        for row in rows:
            payload = row[PAYLOAD]
            count += 1
            if payload[STRAND] != name or strand is None:
                self._close(strand, length, previous)
                name, length, previous = payload[STRAND], 0, chain.START
                strand = Strand(name, int.from_bytes(payload[ID]))
            length += 1
            seal = fresh()
            seal.update(previous + payload)
            digest = row[DIGEST]
            in_place = int.from_bytes(payload[POSITION]) == length
            if not in_place or seal.digest() != digest or strand.recomputed:
                strand.length, strand.head = length, previous
                self._tell(strand, row)
                length, digest = strand.length, strand.head
            previous = digest
        self._close(strand, length, previous)
        self.found.rows = count

    def _tell(self, strand: Strand, row: bytes) -> None:
        """Look closely at an entry that does not follow from the one before, or that follows a faulty one."""
        digest, payload = row[DIGEST], row[PAYLOAD]
        entry, expected = Entry.of(payload), strand.length
        computed = chain.digest(payload, previous=strand.head)
        follows = computed == digest or chain.digest(payload, previous=strand.recomputed) == digest
        if entry.position is None or entry.position < expected:
            self._wrong(strand, findings.out_of_place(entry))
            strand.length, strand.recomputed = expected - 1, digest
        elif entry.position > expected:
            self._wrong(strand, findings.missing(strand.uuid, expected, entry.position - 1, before=entry))
            strand.length, strand.head, strand.recomputed = entry.position, digest, b""
        else:
            if not follows:
                self._wrong(strand, findings.changed(entry))
            strand.head, strand.recomputed = digest, b"" if follows else computed

    def _wrong(self, strand: Strand, sentence: str) -> None:
        strand.faulty = True
        self.found.wrong(sentence)

    def _close(self, strand: Strand | None, length: int, head: bytes) -> None:
        """Hold a finished strand against the journal, and keep its head for the anchors."""
        if strand is None:
            return
        self.found.strands += 1
        whole = strand.name + length.to_bytes(chain.LENGTH_BYTES) + head
        place = self.membership.of(strand.first)
        self.heads[place] += whole
        self.lengths[place] += length
        if self._next < len(self._journal) and self._journal[self._next] == whole:
            self._next += 1
        else:
            self._compare(strand, whole, length)

    def _compare(self, strand: Strand, whole: bytes, length: int) -> None:
        """Compare a strand with what the journal says next, which is another head, another strand, or nothing."""
        said = []
        while self._next < len(self._journal) and self._journal[self._next][HEAD_STRAND] <= strand.name:
            head = self._journal[self._next]
            self._next += 1
            if head[HEAD_STRAND] == strand.name:
                said.append(head)
            else:
                self._tell_gone(head)
        if not said:
            self.not_journalled.append(whole)
        elif said != [whole]:
            self._tell_difference(strand, max(int.from_bytes(head[HEAD_LENGTH]) for head in said), length)

    def _tell_difference(self, strand: Strand, journalled: int, found: int) -> None:
        if journalled > found:
            self._wrong(strand, findings.cut_off(strand.uuid, journalled=journalled, found=found))
        elif journalled < found:
            self._wrong(strand, findings.added(strand.uuid, journalled=journalled, found=found))
        elif not strand.faulty:
            self._wrong(strand, findings.rewritten(strand.uuid))

    def _tell_gone(self, head: bytes) -> None:
        journalled = int.from_bytes(head[HEAD_LENGTH])
        self.found.wrong(findings.gone(UUID(bytes=head[HEAD_STRAND]), journalled=journalled))


def _rows(part: Part) -> Iterator[bytes]:
    """Stream the rows by COPY, straight from libpq: its rows are what Python's time goes to."""
    with reading.snapshot() as cursor:
        cursor.execute(IN_ORDER)
        raw: Any = connections[reading.ALIAS].connection
        _expect(raw.pgconn.exec_(ROWS.format(where=part.where).encode()), pq.ExecStatus.COPY_OUT)
        receive = raw.pgconn.get_copy_data
        size, block = receive(0)
        row = bytes(block)[SIGNATURE:]
        while size > 0:
            if len(row) > END:
                yield row
            size, block = receive(0)
            row = bytes(block)
        _expect(raw.pgconn.get_result(), pq.ExecStatus.COMMAND_OK)
        raw.pgconn.get_result()


def _expect(result: Any, status: pq.ExecStatus) -> None:
    if result is None or result.status != status:
        raise error_from_result(result)
