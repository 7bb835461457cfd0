"""China's code lists of 44 years and published acts on towns, held against adapters, rules and register."""

from __future__ import annotations

import csv
import gzip
import re
import tarfile
from collections import Counter, defaultdict
from datetime import UTC, date, datetime
from io import StringIO
from itertools import count, pairwise
from pathlib import Path

import pytest
from django.core.management import call_command

from houban.core.record import Actor
from houban.divisions import register
from houban.divisions.actions import adopting
from houban.divisions.adapters import areacodes, events, towns
from houban.divisions.models import Change, DivisionVersion, Flow, ListEntry, OfficialList
from houban.divisions.rules import applying
from houban.divisions.rules import plan as planning
from houban.divisions.tests.oracles.disagreements import EXPLAINED
from houban.divisions.tests.oracles.folder import oracle

BY, AT = Actor(None, "测试"), datetime(2026, 11, 1, tzinfo=UTC)
SUCCESSOR = re.compile(r"(\d{6})(?:\[(\d+)\])?")


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Unpack the lists and the differences."""
    made = tmp_path_factory.mktemp("areacodes")
    with tarfile.open(oracle("china/areacodes_data_diff.tar.gz")) as archive:
        for member in archive:
            if held := archive.extractfile(member):  # plain files alone; a path out of the folder is a mistake
                path = (made / member.name).resolve()
                assert path.is_relative_to(made.resolve()), member.name
                path.parent.mkdir(parents=True, exist_ok=True)
                path.write_bytes(held.read())
    return made


def test_the_changes_of_each_year_lead_to_the_next_years_list(folder: Path) -> None:
    tables, differences = areacodes.read_folder(folder)
    replayed = []
    for ((_year, old), (year, new)), lines in zip(pairwise(tables), differences, strict=True):
        map_ = areacodes.snapshot(old)
        made = planning.make(map_, areacodes.entries(lines, old, new))
        assert made.wrongs == [], year
        numbers = count(10**6)
        applying.apply(map_, made, ids={target.key: next(numbers) for target in made.new})
        want = {(areacodes.short(record.code), record.name) for record in new.by_code.values()}
        assert {(unit.code, unit.name) for unit in map_.units.values()} == want, year
        replayed.append(year)

    assert len(replayed) == 43


def test_lineage_agrees_with_the_published_summary_or_its_disagreement_is_explained(folder: Path) -> None:
    tables, differences = areacodes.read_folder(folder)
    ours, lists = _successors(tables, differences), dict(tables)
    agreed, explained = 0, Counter[str]()
    for code, year, theirs in _summary():
        mine = ours[year, areacodes.short(code)]
        if mine == theirs:
            agreed += 1
            continue
        reasons = [name for name, holds in EXPLAINED.items() if holds(code, theirs, mine, lists[year - 1], lists[year])]
        assert reasons, (code, year, theirs, mine)
        explained[reasons[0]] += 1

    assert agreed == 3642
    assert explained == {"only what lies above it changed": 130, "it went to another level": 100}


def _successors(
    tables: list[tuple[int, areacodes.Table]], differences: list[list[areacodes.Line]]
) -> dict[tuple[int, str], set[str]]:
    found: dict[tuple[int, str], set[str]] = defaultdict(set)
    for ((_year, old), (year, new)), lines in zip(pairwise(tables), differences, strict=True):
        for entry in areacodes.entries(lines, old, new):
            stays = (entry.source_code, entry.source_name) == (entry.target_code, entry.target_name)
            if entry.source_code and entry.target_code and not stays:
                found[year, entry.source_code].add(entry.target_code)
    return found


def _summary() -> list[tuple[str, int, set[str]]]:
    """Return the summary's codes with the year of each change and the codes it led to."""
    found = []
    with oracle("china/result.csv").open(encoding="utf-8-sig", newline="") as file:
        for row in csv.DictReader(file):
            by_year: dict[int, set[str]] = {}
            for text in filter(None, row["新代码"].split(";")):
                match = SUCCESSOR.fullmatch(text.strip())
                assert match is not None, text
                year = int(match[2] or row["变更/弃用时间"])
                by_year.setdefault(year, set()).add(areacodes.short(match[1]))
            found += [(row["代码"], year, codes) for year, codes in by_year.items()]
    return found


@pytest.mark.slow
@pytest.mark.django_db
def test_the_register_holds_each_years_list_on_its_last_day(folder: Path) -> None:
    out = StringIO()
    call_command("divisions", "adopt", "areacodes", str(folder), stdout=out)

    tables, _differences = areacodes.read_folder(folder)
    assert "44 次调整" in out.getvalue()
    for year, table in tables[:: len(tables) // 8]:
        day = date(year, 12, 31)
        tops = list(DivisionVersion.objects.on(day).filter(parent=None).values_list("division_id", flat=True))
        ours = {(node.code, node.name) for node in register.rows(tops, day, scheme="gb2260")}
        assert ours == {(areacodes.short(record.code), record.name) for record in table.by_code.values()}, year
    again = StringIO()
    call_command("divisions", "adopt", "areacodes", str(folder), stdout=again)
    assert "已经收入过" in again.getvalue()


@pytest.mark.django_db
def test_every_published_act_on_towns_is_kept_and_nothing_is_guessed() -> None:
    acts = events.read(oracle("china/subcounty_events_2014_2023.csv"))

    assert sum(len(act.entries) for act in acts) == 7643
    assert {act.day.year for act in acts} == set(range(2014, 2024))
    assert 0.365 < events.unknown(acts) / 7643 < 0.375
    done = adopting.adopt_events(acts, by=BY, at=AT)
    assert (done.rows, Flow.objects.count()) == (7643, 7643)
    assert Flow.objects.filter(certainty="unknown").count() == events.unknown(acts)
    assert not Flow.objects.filter(certainty="unknown").exclude(target_code="", target_name="").exists()
    assert set(Change.objects.values_list("status", flat=True)) == {"draft"}
    assert adopting.adopt_events(acts, by=BY, at=AT).again


TOWNS = "china/nbs_china_towns_2016_2023.csv.gz"


def test_the_town_lists_of_eight_years_are_read_whole() -> None:
    with gzip.open(oracle(TOWNS), "rt", encoding="utf-8") as file:
        years = Counter(row["vintage"] for row in csv.DictReader(file))
    lists = towns.read(oracle(TOWNS))

    assert sum(len(one.names) for one in lists) == 338_817
    assert {str(one.day.year): len(one.names) for one in lists} == years


@pytest.mark.slow
@pytest.mark.django_db
@pytest.mark.usefixtures("owner")
def test_the_town_lists_can_be_asked_as_of_a_day() -> None:
    out = StringIO()
    call_command("divisions", "adopt", "towns", str(oracle(TOWNS)), stdout=out)

    assert "8 份名录，338817 行" in out.getvalue()
    assert _town("510304109", date(2018, 10, 30)) == "回龙镇"
    assert [_town("510304204", date(year, 12, 1)) for year in (2018, 2019)] == ["永嘉乡", ""]
    for one in towns.read(oracle(TOWNS)):
        kept = ListEntry.objects.filter(list__as_of=one.day).values_list("code", "name")
        assert dict(kept) == one.names
    again = StringIO()
    call_command("divisions", "adopt", "towns", str(oracle(TOWNS)), stdout=again)
    assert "已经收入过" in again.getvalue()
    assert OfficialList.objects.count() == 8


def _town(code: str, day: date) -> str:
    """Return what the newest list of a day calls a code, empty where it has none."""
    newest = OfficialList.objects.filter(as_of__lte=day).order_by("-as_of").first()
    return ListEntry.objects.filter(list=newest, code=code).values_list("name", flat=True).first() or ""
