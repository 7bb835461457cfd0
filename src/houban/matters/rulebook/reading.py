"""Read a rule book from a workbook: what each line does, or everything that is wrong with it."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date, time
from hashlib import sha256
from io import BytesIO
from typing import Any

from houban.core.problems import Collector, Problem, Problems
from houban.core.spreadsheets import read_table
from houban.divisions.models import DivisionVersion
from houban.matters.rulebook.book import Item, Outcome, RuleBook, codes
from houban.matters.rulebook.sheets import DUTIES, HOURS, PARTS, RULES, STANDARDS, TYPES, Part
from houban.organisation.models import Organisation
from houban.organisation.rosters.cells import Line, Reader, label, spec_of

NOTES = "说明"
SHOWN = 12
NEEDED = {STANDARDS: ("name",), TYPES: ("name",), RULES: ("condition", "limit_amount", "limit_unit"),
          DUTIES: ("organisation",)}  # fmt: skip
TIMES = ("opens", "pauses", "resumes", "closes")


def _runs_backwards(values: dict[str, Any]) -> bool:
    times: list[Any] = [values.get(name) for name in TIMES]
    return None not in times and not times[0] < times[1] <= times[2] < times[3]


Check = tuple[str, Callable[[dict[str, Any]], bool], str, str]
WRONG: dict[Part, tuple[Check, ...]] = {
    RULES: (
        ("limit_amount", lambda values: values.get("limit_amount") == 0, "时限是 0", "至少是 1"),
        ("recheck_percent", lambda values: (values.get("recheck_percent") or 0) > 100, "超过 100",
         "请写 0 到 100 的数字"),
    ),
    HOURS: (("opens", _runs_backwards, "四个时间没有依次往后", "请核对时间"),),
}  # fmt: skip


@dataclass
class Plan:
    """What a workbook will do from a day on."""

    name: str
    digest_of_file: str
    since: date
    book: RuleBook
    items: list[Item] = field(default_factory=list)

    @property
    def counts(self) -> list[tuple[str, Counter[str], list[Item], int]]:
        """Count by sheet what is new, changed, ended and unchanged, with the first of what does something."""
        found = []
        for part in PARTS:
            items = [one for one in self.items if one.part is part]
            does = [one for one in items if one.outcome != Outcome.UNCHANGED]
            if items:
                counted = Counter(one.outcome.value for one in items)
                found.append((part.spec.title, counted, does[:SHOWN], max(len(does) - SHOWN, 0)))
        return found

    @property
    def does(self) -> int:
        """Count the lines that do something."""
        return sum(one.outcome != Outcome.UNCHANGED for one in self.items)

    @property
    def digest(self) -> str:
        """Return a digest of what will happen, so that it can be told whether it is still what was shown."""
        rows = [(one.part.slug, [str(k) for k in one.key], one.outcome, says(one)) for one in self.items]
        said = json.dumps([self.digest_of_file, str(self.since), rows], ensure_ascii=False)
        return sha256(said.encode()).hexdigest()


def says(item: Item) -> str:
    """Say what a line changes, in the words of the columns."""
    if item.outcome == Outcome.ENDED:
        return f"从 {item.since} 起停用"
    names = item.before if item.outcome == Outcome.CHANGED else item.values
    said = []
    for name in names:
        column = next((one for one in item.part.spec.columns if one.name == name), None)
        if column is None:
            continue
        now = _shown(column.words, item.values.get(name), name)
        was = _shown(column.words, item.before.get(name), name)
        if item.outcome == Outcome.CHANGED:
            said.append(f"{column.title} {was} → {now}")
        elif now != "空":
            said.append(f"{column.title} {now}")
    return "；".join(said)


def _shown(words: Any, value: Any, name: str) -> str:
    if value in (None, ""):
        return "空"
    if name == "organisation":
        found = Organisation.objects.filter(pk=value).values_list("name", flat=True).first()
        return found or "空"
    if isinstance(value, time):
        return f"{value:%H:%M}"
    return label(words, str(value)) if words else str(value)


def plan(content: bytes, *, name: str, since: date) -> Plan:
    """Read a workbook; raise `Problems` with everything that is wrong in it."""
    sheets = read_table(BytesIO(content), name=name)
    problems = Collector(file=name)
    reader = Reader(problems)
    lines: dict[str, list[Line]] = {}
    for sheet in sheets:
        if not sheet.header or sheet.name.strip() == NOTES:
            continue
        spec = spec_of(sheet, [part.spec for part in PARTS])
        if spec is None:
            problems.add(sheet=sheet.name, what="认不出这张表", mend="请按导出的规则簿填写")
            continue
        lines.setdefault(spec.title, []).extend(reader.lines(sheet, spec))
    if not lines and not problems:
        raise Problems([Problem(file=name, what="没有规则簿的表", mend="请按导出的规则簿填写")])
    made = Plan(name, sha256(content).hexdigest(), since, RuleBook())
    _Planning(made, reader, lines).run()
    problems.raise_any()
    return made


class _Planning:
    """Turns lines into items; each reference is looked for in the book and in the file."""

    def __init__(self, made: Plan, reader: Reader, lines: dict[str, list[Line]]) -> None:
        self.made, self.reader, self.lines = made, reader, lines
        self.book = made.book
        self.seen: dict[tuple[Any, ...], int] = {}
        self.codes = codes(made.since)
        self.names = dict(
            DivisionVersion.objects.on(made.since)
            .filter(division__in=self._divisions())
            .values_list("division", "name")
        )
        self.bodies: dict[str, list[tuple[int, int | None]]] = {}
        if self._of(DUTIES):
            for pk, body, division in Organisation.objects.on(made.since).values_list("pk", "name", "division"):
                self.bodies.setdefault(body, []).append((pk, division))
        self.types = set(self.book.types) | {(one["standard"], one["type"]) for one in self._of(TYPES)}
        self.standards = set(self.book.standards) | {one["standard"] for one in self._of(STANDARDS)}

    def _of(self, part: Part) -> list[Line]:
        return self.lines.get(part.spec.title, [])

    def _divisions(self) -> set[int]:
        return {self.codes[one["division"]] for one in self._of(DUTIES) if one["division"] in self.codes}

    def run(self) -> None:
        """Plan every line of every sheet."""
        for part in PARTS:
            for line in self._of(part):
                before = len(self.reader.problems.found)
                item = self._item(part, line)
                if item is None or len(self.reader.problems.found) > before:
                    continue
                self._check(item, line)
                item.number, item.label = line.number, self._label(item)
                self.made.items.append(item)

    def _item(self, part: Part, line: Line) -> Item | None:
        values: dict[str, Any] = {name: line[name] for name in part.values}
        key = self._key(part, line)
        if key is None:
            return None
        if part is DUTIES:
            values["organisation"] = self._body(line)
        if part is TYPES and values["parent"] and (line["standard"], values["parent"]) not in self.types:
            self.reader.wrong(line, "parent", f"没有代码为“{values['parent']}”的类型", "请先登记上级类型，或核对代码")
        since = self.made.since
        if part is HOURS:
            since = line["since"] or since
            values |= {name: self._time(line, name) for name in TIMES}
        if (part.slug, *key, since) in self.seen:
            first = self.seen[part.slug, *key, since]
            self.reader.wrong(line, "", f"与第 {first} 行重复", "请删去一行")
        self.seen[part.slug, *key, since] = line.number
        return self.book.item(part, key, values, since=since, ends=bool(line["ends"]))

    def _key(self, part: Part, line: Line) -> tuple[Any, ...] | None:
        """Return what tells a line apart, or None where that is missing or unknown."""
        if part is HOURS:
            return ()
        if part is DUTIES:
            return self._key_of_duty(line)
        names = [name for name in part.keys if name != "number"]
        key = tuple(line[name] for name in names)
        if None in key or not all(self._is_known(part, line, n) for n in range(1, len(names), 2)):
            return None
        return (*key, line["number"] or 1) if part is RULES else key

    def _is_known(self, part: Part, line: Line, n: int) -> bool:
        """Tell whether the standard, and but for the sheet of types the type, of a pair of columns exists."""
        if part is not TYPES:
            return self._has_type(line, part.keys[n - 1], part.keys[n])
        if line["standard"] not in self.standards:
            self.reader.wrong(line, "standard", f"没有标准“{line['standard']}”", "请先在“标准”表里登记")
        return True

    def _key_of_duty(self, line: Line) -> tuple[Any, ...] | None:
        code = line["division"]
        if code is None or line["duty"] is None:
            return None
        division = self.codes.get(code)
        if division is None:
            self.reader.wrong(line, "division", f"{self.made.since} 没有代码为 {code} 的区划", "请核对代码")
            return None
        if bool(line["standard"]) != bool(line["type"]):
            self.reader.wrong(line, "type", "标准号和类型代码要么都填，要么都不填", "都不填就是所有类型")
            return None
        if line["type"] and not self._has_type(line, "standard", "type"):
            return None
        return (line["duty"], division, line["standard"] or "", line["type"] or "")

    def _has_type(self, line: Line, standard: str, code: str) -> bool:
        if (line[standard], line[code]) in self.types:
            return True
        self.reader.wrong(line, code, f"标准“{line[standard]}”里没有类型“{line[code]}”", "请核对代码，或先登记类型")
        return False

    def _body(self, line: Line) -> int | None:
        name = line["organisation"]
        if not name:
            return None
        found = self.bodies.get(name, [])
        if line["organisation_code"]:
            found = [one for one in found if one[1] == self.codes.get(line["organisation_code"])]
        if len(found) == 1:
            return found[0][0]
        if found:
            self.reader.wrong(line, "organisation", f"有 {len(found)} 个机构叫“{name}”", "请填机构区划代码")
        else:
            self.reader.wrong(line, "organisation", f"{self.made.since} 没有机构“{name}”", "请核对名称")
        return None

    def _time(self, line: Line, name: str) -> time | None:
        text = line[name]
        if not text:
            return None
        try:
            return time.fromisoformat(text.replace("：", ":").zfill(5)[:8])
        except ValueError:
            self.reader.wrong(line, name, f"应为时间，现为“{text}”", "请写成 09:00 这样")
            return None

    def _check(self, item: Item, line: Line) -> None:
        """Look at what a line leaves in force."""
        if item.outcome == Outcome.ENDED:
            return
        for name in NEEDED.get(item.part, ()):
            if item.values.get(name) in (None, ""):
                self.reader.wrong(line, name, "是空的", "新登记的行要填写")
        for name, is_wrong, what, mend in WRONG.get(item.part, ()):
            if is_wrong(item.values):
                self.reader.wrong(line, name, what, mend)
        if item.part is TYPES and self._loops(item):
            self.reader.wrong(line, "parent", "类型放到了自己的下级之下", "请另选上级")

    def _loops(self, item: Item) -> bool:
        parents = {key: self.book.values(TYPES, row)["parent"] for key, row in self.book.types.items()}
        parents |= {(one["standard"], one["type"]): one["parent"] or "" for one in self._of(TYPES) if one["parent"]}
        standard, code, seen = item.key[0], item.key[1], set()
        while code:
            if code in seen:
                return True
            seen.add(code)
            code = parents.get((standard, code), "")
        return False

    def _label(self, item: Item) -> str:
        if item.part is DUTIES:
            duty, division, _standard, code = item.key
            return " ".join(filter(None, [self.names.get(division, ""), label_of_duty(duty), code or "所有类型"]))
        if item.part is HOURS:
            return f"{item.since} 起 {item.values.get('name') or ''}"
        return " ".join(str(one) for one in item.key)


def label_of_duty(duty: str) -> str:
    """Return the Chinese word of a duty."""
    from houban.matters.words import Duty

    return label(Duty, duty)
