"""What two of Da'an's lists alone let one infer, held against what the demonstration says happened."""

from __future__ import annotations

import csv
from itertools import pairwise
from pathlib import Path

import pytest

from houban import demo
from houban.divisions.rules import names
from houban.divisions.rules.infer import Place, Suggestion, suggest

DAAN = Path(demo.__file__).parent / "daan"
LONGEST = 12  # residents' groups are on no list
Asked = list[tuple[Suggestion, set[str]]]


def listed(path: Path) -> dict[str, Place]:
    with path.open(encoding="utf-8-sig") as file:
        rows = {row["code"]: row["name"] for row in csv.DictReader(file)}
    return {code: Place(code, name, names.parent_code(code)) for code, name in rows.items()}


@pytest.fixture(scope="module")
def known() -> Asked:
    """Return what is suggested between two lists for each place of which the acts say what became of it."""
    became: dict[str, set[str]] = {}
    for path in (DAAN / "changes").glob("*.csv"):
        with path.open(encoding="utf-8-sig") as file:
            for row in csv.DictReader(file):
                if len(row["原代码"]) <= LONGEST:
                    became.setdefault(row["原代码"], set()).add(row["新代码"])
    lists = [listed(path) for path in sorted((DAAN / "lists").glob("20*.csv"))]
    rows = [row for before, after in pairwise(lists) for row in suggest(before, after)]
    return [(row, became[row.source.code]) for row in rows if row.source and row.source.code in became]


def test_all_that_is_suggested_for_daan_is_what_happened(known: Asked) -> None:
    likely = [(row.source, row.target, codes) for row, codes in known if row.source and row.target]

    wrong = [(source.name, target.name) for source, target, codes in likely if target.code not in codes]

    assert len(likely) >= 25
    assert wrong == []


def test_most_questions_of_daan_list_the_answer(known: Asked) -> None:
    questions = [(row, codes) for row, codes in known if row.target is None]

    answered = [row for row, codes in questions if any(one.target.code in codes for one in row.candidates)]

    assert len(questions) > 50
    assert len(answered) / len(questions) >= 0.7
