"""Read the sentences of an act on mergers: who went into whom, as an official writes it.

Understood: “甲村、乙村合并设立丙村” “甲村与乙村合并为丙村” “撤销甲村，划归乙村” “甲村整体并入乙村” “甲村更名为乙村”
“甲村第1至6组划入乙村，第7至10组划入丙村” “甲村改为甲社区”. What is not understood is left to the reader.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

NAME = r"[\u4e00-\u9fff]{1,12}?(?:村委会|居委会|社区|街道|村|镇|乡)"
NAMES = rf"{NAME}(?:\s*(?:、|，|,|和|与|及|以及)\s*{NAME})*"
LEAD = r"(?:撤销|将|原|同意|把|由)*"
MERGE = re.compile(
    rf"{LEAD}(?P<from>{NAMES})(?:的?(?:建制|行政区域))?[，,]?\s*(?:整体|全部)?(?:合并|合)(?:[，,]?\s*(?:设立|新设|组建|建立|成立|为|成))*"
    rf"(?:新的)?(?P<to>{NAME})"
)
INTO = re.compile(
    rf"{LEAD}(?P<from>{NAMES})(?:的?(?:建制|行政区域|所辖区域))?[，,]?\s*(?:整体|全部|成建制)?"
    rf"(?:并入|划归|划入|归并到|并到|归入)(?P<to>{NAME})"
)
RENAME = re.compile(rf"{LEAD}(?P<from>{NAME})(?:更名|改名|改|变更)(?:为|设)(?P<to>{NAME})")
PART = re.compile(
    rf"(?P<from>{NAME})?(?:的)?(?P<groups>第?\d+(?:(?:至|到|-|—|、|，)第?\d+)*(?:个)?组)(?:划入|划归|并入)(?P<to>{NAME})"
)
SENTENCE = re.compile(r"[^。；;\n]+")
SPLIT = re.compile(r"\s*(?:、|，|,|和|与|及|以及)\s*")


@dataclass(frozen=True, slots=True)
class Said:
    """A sentence understood: these went into that one; groups where only some of them did."""

    sentence: str
    sources: tuple[str, ...]
    target: str
    groups: str = ""


@dataclass(frozen=True)
class Reading:
    """What was understood of an act, and the sentences that name a division and were not."""

    said: tuple[Said, ...]
    left: tuple[str, ...]


def read(text: str) -> Reading:
    """Read an act's text."""
    said: list[Said] = []
    left = []
    for match in SENTENCE.finditer(text):
        sentence = match[0].strip()
        found = _parts(sentence) or _whole(sentence)
        said += found
        if not found and re.search(NAME, sentence) and re.search(r"并|合|撤|划|更名|改", sentence):
            left.append(sentence)
    return Reading(tuple(said), tuple(left))


def _parts(sentence: str) -> list[Said]:
    found = []
    source = ""
    for match in PART.finditer(sentence):
        source = _cleaned(match["from"] or "") or source
        if source:
            found.append(Said(sentence, (source,), _cleaned(match["to"]), match["groups"]))
    return found


def _whole(sentence: str) -> list[Said]:
    for pattern in (MERGE, INTO, RENAME):
        match = pattern.search(sentence)
        if match:
            names = tuple(_cleaned(name) for name in SPLIT.split(match["from"]) if name)
            return [Said(sentence, names, _cleaned(match["to"]))]
    return []


def _cleaned(name: str) -> str:
    """Take away what stands before a name in a sentence: a number, 撤销, 将, 原."""
    return re.sub(r"^(?:\d+[.、．)）]?|撤销|同意|将|把|原|由|新设立|设立|新的)+", "", name.strip())
