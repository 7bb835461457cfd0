"""County-level code lists of China by year, and the differences between them in the grammar `area-diff`.

A line of a difference names a record and the records whose area it shares: `-` one that is gone, `+` one that is new,
`=` one that stays and hands a part on (`>`) or gains one (`<`). How large a part is, the grammar does not say.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path

from houban.divisions.rules import names
from houban.divisions.rules.state import Entry, Snapshot, Unit
from houban.divisions.words import Certainty, Level, Part

ROOT = "000000"
LINE = re.compile(r"^(?P<sign>[-+=])(?P<code>\d{6}) (?P<name>[^><\s]+)(?:(?P<way>[><])(?P<picks>.+))?$")


class GrammarError(ValueError):
    """A line that the grammar does not allow, or a selector that does not choose one record."""


@dataclass(frozen=True, slots=True)
class Record:
    """A line of a list: a code of six digits and a name."""

    code: str
    name: str


class Table:
    """The list of a year, by code and by name, with who lies below whom."""

    def __init__(self, records: Iterable[Record]) -> None:
        """Index the records of a list."""
        self.by_code = {record.code: record for record in records}
        self.by_name: dict[str, list[Record]] = {}
        self.children: dict[str, list[Record]] = {}
        for record in self.by_code.values():
            self.by_name.setdefault(record.name, []).append(record)
            self.children.setdefault(self.parent(record.code), []).append(record)

    def parent(self, code: str) -> str:
        """Return the code of the record above one."""
        city, province = f"{code[:4]}00", f"{code[:2]}0000"
        if code != city and city in self.by_code:
            return city
        return province if code != province else ROOT

    def find(self, text: str, *, above: str) -> Record:
        """Choose the record of a name, as the grammar does; `above` is the name of the one above the line's record."""
        found = self.by_name.get(text, [])
        if len(found) == 1:
            return found[0]
        if len(found) > 1:
            text = above + text
        marked = [record for record in self.by_code.values() if text.startswith(record.name) and text != record.name]
        chosen = [
            child
            for record in marked
            for child in self.children.get(record.code, [])
            if child.name == text.removeprefix(record.name)
        ]
        if len(chosen) != 1:
            raise GrammarError(text)
        return chosen[0]


def read_list(text: str) -> Table:
    """Read a year's list: a code and a name a line."""
    rows = (line.split(None, 1) for line in text.splitlines() if line.strip())
    return Table(Record(code, name.strip()) for code, name in rows)


@dataclass(frozen=True, slots=True)
class Line:
    """A line of a difference: its sign, its record, which way it points, and its selectors."""

    sign: str
    record: Record
    way: str
    picks: tuple[str, ...]


def read_difference(text: str) -> list[Line]:
    """Read the lines of a difference that change something; raise `GrammarError` with one that can't be read."""
    found = []
    for line in text.splitlines():
        if not line.strip() or line.startswith("#"):
            continue
        match = LINE.match(line.strip())
        if match is None:
            raise GrammarError(line)
        picks = tuple(match["picks"].split(",")) if match["picks"] else ()
        found.append(Line(match["sign"], Record(match["code"], match["name"]), match["way"] or "", picks))
    return found


Pair = tuple[Record, Record]


def pairs(lines: Iterable[Line], old: Table, new: Table) -> Iterator[Pair]:
    """Return who shares area with whom: records of the former list with records of the later one."""
    for line in lines:
        forward = line.way == ">"
        here, there = (old, new) if forward else (new, old)
        above = here.by_code.get(here.parent(line.record.code))
        for pick in line.picks:
            other = _pick(pick, line.record, here, there, above.name if above else "")
            if other is not None:
                yield (line.record, other) if forward else (other, line.record)


def _pick(pick: str, record: Record, here: Table, there: Table, above: str) -> Record | None:
    """Choose a record by a selector; None for one that is disabled, or that means the area of no lower record."""
    if pick.endswith("?"):
        return None
    text = pick.removesuffix("!")
    if text == "..":
        return there.by_code.get(here.parent(record.code))
    if text == ".":
        return there.by_code[record.code]
    return there.find(record.name if text == "_" else text, above=above)


def entries(lines: list[Line], old: Table, new: Table) -> list[Entry]:
    """Return the difference between two lists as the rows of one act."""
    went = dict.fromkeys((one, other) for one, other in pairs(lines, old, new) if level(one.code) == level(other.code))
    gone = [line.record for line in lines if line.sign == "-"]
    come = [line.record for line in lines if line.sign == "+"]
    went |= _of_uppers(gone, come, went, old, new)
    targets: dict[Record, list[Record]] = {}
    for one, other in went:
        targets.setdefault(one, []).append(other)
    rows = [row for source, of_source in targets.items() for row in _rows(source, of_source, new)]
    reached = {other for _one, other in went}
    rows += [("", record, Part.WHOLE, Certainty.DECLARED) for record in come if record not in reached]
    rows += [(record, "", Part.WHOLE, Certainty.UNKNOWN) for record in gone if record not in targets]
    return [_entry(number, *row, new=new) for number, row in enumerate(rows, start=2)]


Raw = tuple[Record | str, Record | str, Part, Certainty]


def _rows(source: Record, of_source: list[Record], new: Table) -> Iterator[Raw]:
    """Return the rows of one source: the whole to one, or parts to several and to itself where it stays."""
    stays = new.by_code.get(source.code) == source
    ends = list(dict.fromkeys([*of_source, *([source] if stays else [])]))
    part = Part.WHOLE if len(ends) == 1 else Part.SOME
    for end in ends:
        yield source, end, part, Certainty.DECLARED


def _of_uppers(
    gone: list[Record], come: list[Record], went: Mapping[Pair, None], old: Table, new: Table
) -> dict[Pair, None]:
    """Say which upper record became which: of the same code, or where all that lay below went."""
    found: dict[Pair, None] = {}
    known = {one for one, _other in went}
    for record in gone:
        if record in known:
            continue
        same = new.by_code.get(record.code)
        if same is not None:
            found[record, same] = None
            continue
        below = set(old.children.get(record.code, []))
        above = {new.parent(other.code) for one, other in went if one in below}
        heirs = [new.by_code[code] for code in above if code in new.by_code]
        if len(heirs) == 1 and level(heirs[0].code) == level(record.code) and heirs[0] in come:
            found[record, heirs[0]] = None
    return found


def _entry(
    number: int, source: Record | str, target: Record | str, part: Part, certainty: Certainty, *, new: Table
) -> Entry:
    one = source if isinstance(source, Record) else Record("", "")
    other = target if isinstance(target, Record) else Record("", "")
    above = new.parent(other.code) if other.code else ""
    return Entry(
        number,
        source_code=short(one.code),
        source_name=one.name,
        target_code=short(other.code),
        target_name=other.name,
        target_parent_code=short(above) if above not in ("", ROOT) else "",
        part=part,
        certainty=certainty,
    )


def founding(records: Iterable[Record], table: Table) -> list[Entry]:
    """Return a list as the rows of an act that founds it, upper records first as given."""
    return [
        _entry(number, "", record, Part.WHOLE, Certainty.DECLARED, new=table)
        for number, record in enumerate(records, start=2)
    ]


def read_folder(folder: Path) -> tuple[list[tuple[int, Table]], list[list[Line]]]:
    """Read the lists of all years below `data` and the differences below `diff`, in order.

    Raises `FileNotFoundError` where a difference is missing, `GrammarError` with what can't be read.
    """
    years = sorted(int(path.stem) for path in (folder / "data").glob("[12]*.txt"))
    tables = [(year, read_list((folder / "data" / f"{year}.txt").read_text(encoding="utf-8"))) for year in years]
    steps = pairwise(years)
    differences = [
        read_difference((folder / "diff" / f"{old}-{new}.diff").read_text(encoding="utf-8")) for old, new in steps
    ]
    return tables, differences


def short(code: str) -> str:
    """Return a code as our lists write it: two digits for a province, four for a city, six for a county."""
    if code.endswith("0000"):
        return code[:2]
    return code[:4] if code.endswith("00") else code


def level(code: str) -> str:
    """Return the level of a code of six digits."""
    return {2: Level.PROVINCE, 4: Level.CITY}.get(len(short(code)), Level.COUNTY) if code else ""


def snapshot(table: Table) -> Snapshot:
    """Return a year's list as a map of plain values."""
    order = sorted(table.by_code.values(), key=lambda record: (len(short(record.code)), record.code))
    ids = {record.code: number for number, record in enumerate(order, start=1)}
    return Snapshot(_unit(record, ids, table) for record in order)


def _unit(record: Record, ids: Mapping[str, int], table: Table) -> Unit:
    code, of_level = short(record.code), level(record.code)
    form = names.form_of(code, record.name, of_level)
    return Unit(ids[record.code], of_level, form, record.name, record.name, ids.get(table.parent(record.code)), code)
