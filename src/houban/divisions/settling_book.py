"""The questions as a workbook that goes out, is filled in, and comes back."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from houban.core.problems import Collector
from houban.core.spreadsheets import Row, Table, read_table
from houban.divisions.actions.settling import ABOLISHED, Onward, Reply
from houban.divisions.rules import parts
from houban.divisions.settling import Question, Settling, short
from houban.divisions.words import Answer

CODE, NAME, TOWN, SUGGESTED, ANSWER, PART, STATE = (
    "原代码", "原名称", "乡镇（街道）", "候选（代码 名称）", "承接单位", "部分", "现在",
)  # fmt: skip
HEADER = (CODE, NAME, TOWN, SUGGESTED, ANSWER, PART, STATE)
UNKNOWN, NONE = "去向不详", "撤销"
HOW = (
    ("承接单位", "写新代码，或新名录里的名称；同名的写代码"),
    ("", f"没有承接、就是撤销的，写“{NONE}”；不知道去向的写“{UNKNOWN}”；还没定的空着"),
    ("部分", "整体并入的空着；只去了一部分的写 1组、2组，或 0.6，或 部分"),
    ("", "一个原单位分到几处的，复制那一行，各写一处"),
)


@dataclass
class Back:
    """What came back: the answers to take, and what is left alone."""

    replies: list[Reply] = field(default_factory=list)
    taken: list[str] = field(default_factory=list)
    blank: int = 0
    same: int = 0


def tables(at: Settling) -> list[Table]:
    """Return the sheets: the questions, the later list to look names up in, and how to fill in."""
    rows = [row for question in at.questions for row in _rows(at, question)]
    later = [[place.code, short(place.code, place.name)] for place in at.new.values()]
    return [
        Table("承接待核", HEADER, rows, texts=frozenset({CODE})),
        Table("新名录", ("代码", "名称"), later, texts=frozenset({"代码"})),
        Table("怎么填", ("列", "说明"), HOW),
    ]


def _rows(at: Settling, question: Question) -> list[list[Any]]:
    best = at.candidates(question)[:3] if not question.answer else []
    offered = "；".join(f"{one.place.code} {short(one.place.code, one.place.name)}" for one in best)
    head = [question.code, question.name, question.town, offered]
    if not question.answer:
        return [[*head, "", "", "待答"]]
    label = str(Answer(question.answer).label)
    return [[*head, _answer(flow), "" if flow.part == "whole" else flow.part_label, label] for flow in question.flows]


def _answer(flow: Any) -> str:
    if flow.answer == Answer.UNKNOWN:
        return UNKNOWN
    if flow.note == ABOLISHED:
        return NONE
    return f"{flow.target_code} {short(flow.target_code, flow.target_name)}" if flow.answer == Answer.SETTLED else ""


def read(file: Any, *, name: str, at: Settling) -> Back:
    """Read a filled-in workbook; raise `Problems` with every wrong row. A blank stays open, an answer given stays."""
    problems = Collector(file=name)
    given: dict[str, list[tuple[Row, str, str]]] = {}
    back = Back()
    sheet = next((one for one in read_table(file, name=name) if CODE in one.header and ANSWER in one.header), None)
    if sheet is None:
        problems.add(what=f"没有“{CODE}”和“{ANSWER}”两列", mend="请用本页导出的表填写")
        problems.raise_any()
        return back
    for row in sheet.rows:
        code, answer = row.cells.get(CODE, ""), row.cells.get(ANSWER, "")
        if code not in at.by_code:
            problems.add(
                sheet=sheet.name,
                row=row.number,
                column=CODE,
                what=f"“{code}”不在待核单位里",
                mend="请核对代码，不要改这一列",
            )
        elif answer:
            given.setdefault(code, []).append((row, answer, row.cells.get(PART, "")))
        else:
            back.blank += 1
    for code, rows in given.items():
        reply = _reply(at, code, rows, sheet.name, problems)
        if reply is not None:
            _sort_in(at, reply, back)
    problems.raise_any()
    return back


def _reply(at: Settling, code: str, rows: list[tuple[Row, str, str]], sheet: str, problems: Collector) -> Reply | None:
    if len(rows) == 1 and rows[0][1] in (UNKNOWN, NONE):
        return Reply((code,), (), Answer.UNKNOWN if rows[0][1] == UNKNOWN else Answer.SETTLED)
    onward = []
    for row, text, part in rows:
        found = _find(at, text)
        if len(found) != 1:
            what = f"“{text}”不在新名录里" if not found else f"“{text}”有 {len(found)} 个"
            mend = "请写新代码" if found else "请从“新名录”一页查代码"
            problems.add(sheet=sheet, row=row.number, column=ANSWER, what=what, mend=mend)
            continue
        try:
            parts.read(part)
        except parts.BadPartError:
            problems.add(
                sheet=sheet,
                row=row.number,
                column=PART,
                what=f"“{part}”看不懂",
                mend="请写成 1组、2组，或 0.6，或 部分",
            )
        onward.append(Onward(found[0], at.new[found[0]].name, part))
    return Reply((code,), tuple(onward)) if len(onward) == len(rows) else None


def _find(at: Settling, text: str) -> list[str]:
    first = text.split(maxsplit=1)[0]
    if first in at.new:
        return [first]
    return [code for code, place in at.new.items() if text in (place.name, short(code, place.name))]


def _sort_in(at: Settling, reply: Reply, back: Back) -> None:
    question = at.by_code[reply.sources[0]]
    if question.answer in ("", Answer.DOUBTFUL):
        back.replies.append(reply)
        return
    now = sorted(flow.target_code for flow in question.flows if flow.target_code)
    if now == sorted(one.code for one in reply.onward) and question.answer == reply.answer:
        back.same += 1
    else:
        back.taken.append(question.name)
