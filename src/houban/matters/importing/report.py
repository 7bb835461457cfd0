"""What a try or a run came to, for people: counts, reasons by how often, words that were not known, rows refused."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Any

from django.utils.translation import gettext as _

from houban.core.spreadsheets import Table
from houban.matters.importing import files
from houban.matters.importing.fields import BY_KEY, WORDED
from houban.matters.models import Intake

QUOTED = re.compile(r"“[^”]*”")
LINE = re.compile(r"第 \d+ 行")


def counted() -> list[tuple[str, str]]:
    """Return what rows are counted as, in the order in which it is told."""
    return [
        ("new", _("新转入")), ("moved", _("随平台走了一步")), ("same", _("没有变化")), ("kept", _("本县已在办，不动")),
        ("refused", _("不能转入")),
    ]  # fmt: skip


def reasons(refused: Sequence[Sequence[Any]]) -> list[tuple[str, int]]:
    """Return the reasons with how many rows each stands against, the most frequent first; examples are left out."""
    found: Counter[str] = Counter()
    for _line, sentences in refused:
        found.update({_general(sentence) for sentence in sentences})
    return found.most_common()


def _general(sentence: str) -> str:
    """Return a sentence with its column but without what stood in the cell."""
    first, rest = (sentence[: sentence.index("”") + 1], sentence[sentence.index("”") + 1 :]) if (
        sentence.startswith("“") and "”" in sentence
    ) else ("", sentence)  # fmt: skip
    if rest.startswith("“"):
        rest = QUOTED.sub(_("所写的"), rest, count=1)
    return first + LINE.sub(_("前面一行"), rest)


def unknown(words: Mapping[str, Mapping[str, int]]) -> list[tuple[str, str, list[tuple[str, int]]]]:
    """Return the words that could not be placed, by field and its label, the most frequent first."""
    return [
        (part, str(BY_KEY[part].label), sorted(words[part].items(), key=lambda one: -one[1]))
        for part in WORDED
        if words.get(part)
    ]


def refused(intake: Intake) -> Table:
    """Return the rows that can't be taken over as they stood, with their line and what stands against them."""
    sheet = files.read(intake)
    rows = {row.number: row.cells for row in sheet.rows}
    header = [name for name in sheet.header if name]
    lines = [
        [line, " ".join(sentences), *(rows.get(line, {}).get(name, "") for name in header)]
        for line, sentences in intake.refused
    ]
    return Table(_("不能转入的行"), [_("行"), _("原因"), *header], lines, frozenset(header))
