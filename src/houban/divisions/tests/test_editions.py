"""Editions of a country's list become a register: founded, inferred, applied as suggested."""

from __future__ import annotations

import json
import tarfile
from datetime import date
from io import StringIO
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command

from houban.core.problems import Problems
from houban.divisions import editionfile, register
from houban.divisions.actions import bulk
from houban.divisions.models import Change, Flow, ListEntry, OfficialList
from houban.divisions.rules import steps
from houban.divisions.rules.infer import Place
from houban.divisions.tests import make

FIRST = {
    "51": "四川省",
    "5103": "自贡市",
    "510304": "大安区",
    "510304104": "何市镇",
    "510304105": "新店镇",
    "510304104201": "龙凼村委会",
    "510304104202": "晏家村委会",
    "510304105201": "新民村委会",
}
# 新店镇 is recoded with its village; 龙凼 and 晏家 go, 龙晏 comes.
SECOND = {
    "51": "四川省",
    "5103": "自贡市",
    "510304": "大安区",
    "510304104": "何市镇",
    "510304106": "新店镇",
    "510304104203": "龙晏村委会",
    "510304106201": "新民村委会",
}
THIRD = SECOND | {"510304": "大安新区"}
DAYS = {"2.3.1": date(2019, 10, 31), "2.4.0": date(2020, 6, 30), "2.5.0": date(2021, 10, 31)}
LISTS = {"2.3.1": FIRST, "2.4.0": SECOND, "2.5.0": THIRD}
LENGTHS = {"provinces": 2, "cities": 4, "areas": 6, "streets": 9, "villages": 12}


def edition(folder: Path, version: str, rows: dict[str, str]) -> Path:
    root = folder / version
    (root / "dist").mkdir(parents=True)
    (root / "package.json").write_text(json.dumps({"version": version}))
    above = ""
    for name, length in LENGTHS.items():
        column = editionfile.PARENT[name]
        lines = [f"code,name{',' if column else ''}{column}"]
        lines += [f'{c},"{n}"' + (f",{c[: len(above)]}" if column else "") for c, n in rows.items() if len(c) == length]
        (root / "dist" / f"{name}.csv").write_text("\n".join(lines) + "\n", encoding="utf-8")
        above = "0" * length
    return root


@pytest.fixture
def folders(tmp_path: Path) -> list[str]:
    return [str(edition(tmp_path, version, rows)) for version, rows in LISTS.items()]


def load(folders: list[str]) -> bulk.Country:
    return bulk.load_editions(editionfile.find(folders), by=make.CLERK, at=make.NOON)


@pytest.mark.django_db
@pytest.mark.usefixtures("owner")
def test_each_day_of_the_register_is_that_days_list(folders: list[str]) -> None:
    load(folders)

    for version, rows in LISTS.items():
        units = register.snapshot(DAYS[version]).units.values()
        assert {unit.code: unit.official_name for unit in units} == rows
        assert dict(ListEntry.objects.filter(list__as_of=DAYS[version]).values_list("code", "name")) == rows


@pytest.mark.django_db
@pytest.mark.usefixtures("owner")
def test_nothing_inferred_passes_for_declared(folders: list[str]) -> None:
    load(folders)

    flows = {
        (f.source_code[6:], f.target_code[6:]): f.certainty
        for f in Flow.objects.filter(change__effective_on=DAYS["2.4.0"])
    }
    assert flows["105", "106"] == "suggested"
    assert flows["105201", "106201"] == "suggested"
    assert not Flow.objects.filter(certainty="declared").exists()
    assert not Flow.objects.filter(source=None).exclude(clue="").exists()


@pytest.mark.django_db
@pytest.mark.usefixtures("owner")
def test_a_new_place_that_nothing_leads_to_bears_no_clue_and_no_score(tmp_path: Path) -> None:
    later = FIRST | {"510304104003": "远达花园社区居委会"}
    folders = [str(edition(tmp_path, version, rows)) for version, rows in {"2.3.1": FIRST, "2.4.0": later}.items()]

    load(folders)

    founded = Flow.objects.get(change__effective_on=DAYS["2.4.0"])
    assert (founded.source_code, founded.target_code, founded.certainty) == ("", "510304104003", "suggested")
    assert (founded.clue, founded.score) == ("", None)


@pytest.mark.django_db
@pytest.mark.usefixtures("owner")
def test_children_of_a_town_nobody_knows_of_go_on_below_the_one_that_took_its_code(tmp_path: Path) -> None:
    towns = {"510304104": "何市镇", "510304105": "新店镇", "510304104201": "龙凼村委会", "510304104202": "晏家村委会"}
    first = dict(list(FIRST.items())[:3]) | towns
    second = first | {"510304104": "新店镇", "510304104202": "晏家社区居委会"}
    del second["510304105"]
    folders = [str(edition(tmp_path, version, rows)) for version, rows in {"2.3.1": first, "2.4.0": second}.items()]

    load(folders)

    units = register.snapshot(DAYS["2.4.0"]).units
    above = {unit.code: units[unit.parent].name for unit in units.values() if unit.parent in units}
    assert (above["510304104201"], above["510304104202"]) == ("新店镇", "新店镇")
    assert Flow.objects.get(source_code="510304104", certainty="unknown").target_code == ""


@pytest.mark.django_db
@pytest.mark.usefixtures("owner")
def test_a_recoded_town_and_its_villages_keep_their_identities(folders: list[str]) -> None:
    load(folders)

    before, after = (
        register.find(code, day)[0] for code, day in zip(("510304105201", "510304106201"), DAYS.values(), strict=False)
    )
    assert before.division_id == after.division_id


@pytest.mark.django_db
@pytest.mark.usefixtures("owner")
def test_loading_twice_changes_nothing(folders: list[str]) -> None:
    load(folders)
    before = (Change.objects.count(), ListEntry.objects.count())

    again = load(folders)

    assert again.loaded is None
    assert len(again.lists) == len(folders)
    assert (Change.objects.count(), ListEntry.objects.count()) == before


@pytest.mark.django_db
@pytest.mark.usefixtures("owner")
def test_some_editions_again_with_new_ones_are_refused(folders: list[str]) -> None:
    load(folders[:2])

    with pytest.raises(Problems, match="已经装载"):
        load(folders)

    assert OfficialList.objects.count() == 2


@pytest.mark.django_db
@pytest.mark.usefixtures("owner")
def test_a_map_that_differs_from_its_list_leaves_nothing(folders: list[str], monkeypatch: pytest.MonkeyPatch) -> None:
    def nothing(_old: object, _new: object) -> dict[str, list[steps.Row]]:
        return {}

    monkeypatch.setattr(steps, "rows", nothing)

    with pytest.raises(Problems, match="与名录不符"):
        load([folders[0], folders[1].replace("2.4.0", "2.4.0")])

    assert not Change.objects.exists()
    assert not ListEntry.objects.exists()


@pytest.mark.django_db
@pytest.mark.usefixtures("owner")
def test_the_command_says_what_it_did(folders: list[str]) -> None:
    said, again = StringIO(), StringIO()

    call_command("divisions", "load", *folders, stdout=said)
    call_command("divisions", "load", *folders, stdout=again)

    assert "装载了 3 份名录" in said.getvalue()
    assert "没有改动" in again.getvalue()


@pytest.mark.django_db
def test_the_command_needs_an_edition_it_can_read(tmp_path: Path) -> None:
    with pytest.raises(CommandError, match="里面没有"):
        call_command("divisions", "load", str(tmp_path))


def test_an_archive_reads_as_its_folder(folders: list[str], tmp_path: Path) -> None:
    archive = tmp_path / "one.tgz"
    with tarfile.open(archive, "w:gz") as packed:
        packed.add(folders[0], "package")

    one, other = editionfile.find([folders[0]])[0], editionfile.find([str(archive)])[0]

    assert (one.day, one.sha256, one.read()) == (other.day, other.sha256, other.read())


def test_an_edition_nobody_knows_needs_its_day(tmp_path: Path) -> None:
    folder = edition(tmp_path, "9.0.0", FIRST)

    with pytest.raises(Problems, match="截至哪一天"):
        editionfile.find([str(folder)])

    assert editionfile.find([f"{folder}=2030-06-30"])[0].day == date(2030, 6, 30)


WRONG_ROWS = {
    "a row without a name": FIRST | {"510304104209": ""},
    "a row whose parent is missing": FIRST | {"510304999201": "某村"},
}


@pytest.mark.parametrize("rows", WRONG_ROWS.values(), ids=WRONG_ROWS)
def test_a_wrong_row_is_named(tmp_path: Path, rows: dict[str, str]) -> None:
    folder = edition(tmp_path, "2.3.1", rows)

    with pytest.raises(Problems, match="上级"):
        editionfile.find([str(folder)])[0].read()


@pytest.mark.parametrize("number", [1, 11])
def test_a_few_rows_without_a_code_are_left_out_and_named(tmp_path: Path, number: int) -> None:
    folder = edition(tmp_path, "2.3.1", FIRST)
    with (folder / "dist" / "villages.csv").open("a", encoding="utf-8") as file:
        file.write('"某村</td>","另一村",510304104\n' * number)
    found = editionfile.find([str(folder)])[0]

    if number > editionfile.MOST_BROKEN:
        with pytest.raises(Problems, match="某村</td>"):
            found.read()
    else:
        assert len(found.read().left_out) == number
        assert found.read().rows.keys() == FIRST.keys()


def test_what_only_moves_below_another_parent_is_a_row() -> None:
    old = {c: Place(c, n, c[:9]) for c, n in {"510304104": "甲镇", "510304104201": "乙村"}.items()}
    new = old | {
        "510304104201": Place("510304104201", "乙村", "510304105"),
        "510304105": Place("510304105", "丙镇", ""),
    }

    rows = [row.entry for row in steps.rows(old, new)["51"]]

    moved = next(entry for entry in rows if entry.source_code == "510304104201")
    assert (moved.target_code, moved.target_parent_code) == ("510304104201", "510304105")
