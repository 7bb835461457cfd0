"""Two official lists give suggestions where one answer stands out, else a question with candidates."""

from __future__ import annotations

from houban.divisions.rules.infer import Place, Suggestion, suggest


def listed(*rows: tuple[str, str]) -> dict[str, Place]:
    return {code: Place(code, name, code[:9] if len(code) > 9 else code[:6]) for code, name in rows}


def of(code: str, found: list[Suggestion]) -> Suggestion:
    return next(one for one in found if one.source and one.source.code == code)


def test_two_vanished_names_in_a_new_one_are_suggested() -> None:
    old = listed(("510304104201", "龙凼村委会"), ("510304104202", "晏家村委会"))
    new = listed(("510304104210", "龙晏村委会"))

    found = suggest(old, new)

    assert {one.target.code for one in found if one.target} == {"510304104210"}
    assert {one.source.name for one in found if one.source} == {"龙凼村委会", "晏家村委会"}


def test_one_name_in_a_new_one_is_a_question_with_a_candidate() -> None:
    old = listed(("510304104201", "龙凼村委会"))
    new = listed(("510304104210", "龙晏村委会"))

    asked = of("510304104201", suggest(old, new))

    assert asked.target is None
    assert [candidate.target.name for candidate in asked.candidates] == ["龙晏村委会"]
    assert asked.candidates[0].clue
