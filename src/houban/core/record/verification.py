"""Verify the record: the chain in the database, the journal and the anchors outside it."""

from __future__ import annotations

import multiprocessing
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from functools import partial
from itertools import pairwise
from uuid import UUID

from django.db import connections

from houban.core.record import anchors, chain, findings, journal, reading
from houban.core.record.anchors import Anchor
from houban.core.record.findings import Findings, strand_words
from houban.core.record.scan import Part, Scan

PART_ROWS = 250_000
HEAD_BYTES = len(chain.head(UUID(int=0), length=0, digest=chain.START))
MOST_NAMED = 10

ENDS = """
SELECT coalesce(min(id), 0), coalesce(max(id), 0) FROM ONLY public.core_recordentry WHERE strand IS NOT NULL
"""
STRAND_AT = """
SELECT strand FROM ONLY public.core_recordentry WHERE id >= %s AND strand IS NOT NULL ORDER BY id LIMIT 1
"""
OLD = "SELECT count(*) FROM ONLY public.core_recordentry WHERE strand IS NULL"
YOUNG_WITHOUT_STRAND = """
SELECT id, at FROM ONLY public.core_recordentry
WHERE strand IS NULL AND id > (SELECT min(id) FROM ONLY public.core_recordentry WHERE strand IS NOT NULL)
ORDER BY id
"""
Tell = Callable[[int], None]


def verify(*, processes: int = 1, tell: Tell = lambda _rows: None, printed: str = "") -> Findings:
    """Check every entry, strand and anchor; `tell` hears how many rows are done, `printed` is a code on paper."""
    known = anchors.read()  # before the database: what is anchored and journalled by now must be in it
    total = Findings()
    buckets: list[list[bytes]] = [[] for _ in known]
    rows, strands = [0] * len(known), [0] * len(known)
    not_journalled: list[bytes] = []
    with _scans(_parts(processes), known, processes) as scans:
        for scan in scans:
            _add(total, scan.found)
            not_journalled += scan.not_journalled
            for place, heads in enumerate(scan.heads):
                buckets[place].append(bytes(heads))
                strands[place] += len(heads) // HEAD_BYTES
                rows[place] += scan.lengths[place]
            tell(total.rows)
    if total.faulty >= total.rows > 0:
        total.remarks.append("每一行都对不上：多半是密钥换了（HOUBAN_RECORD_KEY，或数据文件夹里的 secrets/record）。")
    _check_anchors(total, known, buckets, strands, rows)
    _check_printed(total, known, printed)
    _check_old_entries(total)
    _remark_journal(total, not_journalled)
    return total


def _parts(processes: int) -> list[Part]:
    """Cut the record into ranges of strands; strands sort by time, as ids do, so the middle id finds the middle."""
    with reading.snapshot() as cursor:
        cursor.execute(ENDS)
        first, last = cursor.fetchone()
        count = max(processes, (last - first) // PART_ROWS)
        cuts = set()
        for number in range(1, count):
            cursor.execute(STRAND_AT, [first + (last - first) * number // count])
            cuts |= {row[0] for row in cursor.fetchall()}
    bounds: list[UUID | None] = [None, *sorted(cuts), None]
    return [Part(least, below) for least, below in pairwise(bounds)]


@contextmanager
def _scans(parts: Sequence[Part], known: list[Anchor], processes: int) -> Iterator[Iterator[Scan]]:
    """Scan the parts, in their order, on several processes when asked to."""
    work = partial(_scan, known=known)
    if processes == 1:
        yield map(work, parts)
        return
    connections.close_all()  # a connection can't be shared with a child
    with multiprocessing.get_context("fork").Pool(processes) as pool:
        yield pool.imap(work, parts)


def _scan(part: Part, *, known: list[Anchor]) -> Scan:
    return Scan(part, known).run().light()


def _add(total: Findings, found: Findings) -> None:
    total.rows += found.rows
    total.strands += found.strands
    total.faults += found.faults
    total.faulty += found.faulty


def _check_anchors(
    total: Findings, known: list[Anchor], buckets: list[list[bytes]], strands: list[int], rows: list[int]
) -> None:
    if not known:
        total.remarks.append("还没有锚定：删去的整串只能靠头日志发现。请运行 houban record anchor。")
    for anchor in anchors.links_broken(known):
        total.wrong(f"锚定 {anchor}：与前一次锚定接不上，锚定文件被改过，或少了行。")
    for place, anchor in enumerate(known):
        expected_strands = anchor.strands - (known[place - 1].strands if place else 0)
        expected_rows = anchor.rows - (known[place - 1].rows if place else 0)
        if anchor.sealed(buckets[place]) != anchor.digest:
            total.wrong(
                f"锚定 {anchor}：对不上。应有 {expected_strands} 串 {expected_rows} 行，"
                f"现有 {strands[place]} 串 {rows[place]} 行；库里的行或这一行锚定被改过。"
            )


def _check_printed(total: Findings, known: list[Anchor], printed: str) -> None:
    wanted = "".join(printed.split()).lower().replace("-", "")
    if wanted and all(anchor.code.replace(" ", "") != wanted for anchor in known):
        total.wrong(f"印出的锚定码 {printed} 不在锚定文件里：锚定文件被截短，或整条链被重写过。")


def _check_old_entries(total: Findings) -> None:
    with reading.snapshot() as cursor:
        cursor.execute(OLD)
        (old,) = cursor.fetchone()
        cursor.execute(YOUNG_WITHOUT_STRAND)
        young = cursor.fetchall()
    for number, at in young:
        total.wrong(findings.without_strand(number, at))
    if old > len(young):
        total.remarks.append(f"{old - len(young)} 行是有链以前写的，没有摘要，没有核对。")


def _remark_journal(total: Findings, not_journalled: list[bytes]) -> None:
    """Say which strands no journal names; those journalled since are none of them."""
    since = set(journal.heads(UUID(bytes=min(not_journalled)[:16]))) if not_journalled else set()
    left = [UUID(bytes=head[:16]) for head in not_journalled if head not in since]
    kept = journal.months()
    lost = Counter(month for strand in left if (month := journal.month_of(strand)) not in kept)
    for month, count in sorted(lost.items()):
        total.remarks.append(f"{month or '时间不明'} 的头日志不在：{count} 串只核对了链，整串或末尾被删看不出来。")
    unnamed = [strand for strand in left if journal.month_of(strand) in kept]
    for strand in unnamed[:MOST_NAMED]:
        total.remarks.append(f"{strand_words(strand)}：没有记入头日志（提交后没来得及写），只核对了链。")
    if len(unnamed) > MOST_NAMED:
        total.remarks.append(f"没有记入头日志的一共 {len(unnamed)} 串。")
    if broken := journal.broken_lines():
        total.remarks.append(f"头日志有 {broken} 行读不出来（写到一半断电，或被改过）。")
