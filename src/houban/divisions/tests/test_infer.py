"""Two official lists give suggestions where one answer stands out, else a question with candidates."""

from __future__ import annotations

import pytest

from houban.divisions.rules import likeness
from houban.divisions.rules.clues import Clue
from houban.divisions.rules.infer import CLEAR, LIKELY, MOST, Place, Suggestion, suggest

COUNTY = {"510304": "大安区", "510304104": "何市镇", "510304105": "新店镇", "510304105009": "街道社区居委会"}
ABOVE = {9: 6, 12: 9}


def listed(rows: dict[str, str]) -> dict[str, Place]:
    return {code: Place(code, name, code[: ABOVE.get(len(code), 0)]) for code, name in rows.items()}


def answers(before: dict[str, str], after: dict[str, str]) -> dict[str, Suggestion]:
    found = suggest(listed(COUNTY | before), listed(COUNTY | after))
    return {one.source.name: one for one in found if one.source}


def said(answer: Suggestion) -> tuple[str, str]:
    return (answer.target.name if answer.target else "", answer.clue)


LIKELY_ONES = {
    "renamed, the stem kept": ("104201", "龙凼村委会", "104201", "龙凼社区居委会", Clue.NEW_FORM),
    "recoded in its town": ("104201", "龙凼村委会", "104205", "龙凼村委会", Clue.SAME_NAME),
    "moved to another town": ("104201", "龙凼村委会", "105205", "龙凼村委会", Clue.MOVED),
    "written with another character": ("104201", "龙垭口村委会", "104205", "龙丫口村委会", Clue.SIMILAR),
    "one more character": ("104201", "大安寨村委会", "104205", "大安寨子村委会", Clue.SIMILAR),
}


@pytest.mark.parametrize("case", LIKELY_ONES.values(), ids=LIKELY_ONES)
def test_one_likely_successor_is_suggested(case: tuple[str, str, str, str, Clue]) -> None:
    code, name, new_code, new_name, clue = case

    found = answers({f"510304{code}": name}, {f"510304{new_code}": new_name})

    assert said(found[name]) == (new_name, clue)
    assert found[name].score >= LIKELY


def test_two_vanished_names_in_a_new_one_are_suggested() -> None:
    found = answers({"510304104201": "龙凼村委会", "510304104202": "晏家村委会"}, {"510304104210": "龙晏村委会"})

    assert {said(one) for one in found.values()} == {("龙晏村委会", Clue.COMPOUND)}


def test_one_name_in_a_new_one_is_a_question_with_a_candidate() -> None:
    asked = answers({"510304104201": "龙凼村委会"}, {"510304104210": "龙晏村委会"})["龙凼村委会"]

    assert asked.target is None
    assert [(one.target.name, one.clue) for one in asked.candidates] == [("龙晏村委会", Clue.PIECE)]


def test_two_that_could_have_given_the_same_character_are_not_both_suggested() -> None:
    before = {"510304104201": "龙凼村委会", "510304104202": "晏家村委会", "510304104203": "龙井村委会"}

    found = answers(before, {"510304104210": "龙晏村委会"})

    assert said(found["晏家村委会"]) == ("龙晏村委会", Clue.COMPOUND)
    assert (found["龙凼村委会"].target, found["龙井村委会"].target) == (None, None)


def test_the_same_name_twice_far_away_is_a_question() -> None:
    before = {"510304104201": "新民村委会"}
    after = {"510304105205": "新民村委会", "510304106205": "新民村委会", "510304106": "庙坝镇"}

    asked = answers(before, after)["新民村委会"]

    assert asked.target is None
    assert {one.target.code for one in asked.candidates[:2]} == {"510304105205", "510304106205"}


def test_a_code_handed_over_goes_to_the_one_whose_name_it_bears() -> None:
    before = {"510304104209": "红灯村委会", "510304104210": "长河村委会"}

    found = answers(before, {"510304104209": "长河村委会"})

    assert said(found["长河村委会"]) == ("长河村委会", Clue.SAME_NAME)
    assert found["红灯村委会"].target is None
    assert found["红灯村委会"].candidates[0].clue == Clue.HANDED_OVER


def test_a_town_follows_its_villages_and_their_villages_the_town() -> None:
    villages = {"201": "龙凼村委会", "202": "晏家村委会", "203": "新民村委会"}
    before = {"510304200": "永嘉乡"} | {f"510304200{code}": name for code, name in villages.items()}
    after = {f"5103041042{code[1:]}": name for code, name in villages.items()}

    found = answers(before, after)

    assert said(found["永嘉乡"]) == ("何市镇", Clue.CHILDREN)
    assert said(found["新民村委会"]) == ("新民村委会", Clue.SAME_NAME)


def test_neighbours_that_stayed_are_candidates_but_never_suggested() -> None:
    before = {"510304104201": "龙凼村委会"} | {f"5103041043{n:02d}": f"第{n}号村委会" for n in range(30)}
    after = {code: name for code, name in before.items() if code != "510304104201"}

    asked = answers(before, after)["龙凼村委会"]

    assert asked.target is None
    assert 0 < len(asked.candidates) <= MOST
    assert asked.candidates[0].target.code == "510304104300"
    assert {one.clue for one in asked.candidates} == {Clue.NEIGHBOUR}


def test_a_new_place_that_nothing_leads_to_has_no_clue_and_no_score() -> None:
    found = suggest(listed(COUNTY), listed(COUNTY | {"510304104201": "龙凼村委会"}))

    assert [(one.source, one.clue, one.score, one.candidates) for one in found] == [(None, "", 0.0, ())]


def test_a_target_is_always_the_first_candidate_and_clear_of_the_second() -> None:
    before = {
        f"5103041042{n:02d}": f"{name}村委会" for n, name in enumerate(("龙凼", "晏家", "新民", "新华", "大安寨"))
    }
    after = {f"5103041043{n:02d}": f"{name}村委会" for n, name in enumerate(("龙晏", "新民", "新华", "大安"))}

    found = [one for one in answers(before, after).values() if one.target]

    assert found
    for one in found:
        scores = [candidate.score for candidate in one.candidates]
        assert (one.target, one.score) == (one.candidates[0].target, scores[0])
        assert scores == sorted(scores, reverse=True)
        assert len(scores) == 1 or scores[0] - scores[1] >= CLEAR - 1e-9


STEMS = {
    "龙凼村委会": "龙凼",
    "龙凼社区居委会": "龙凼",
    "何家冲村村民委员会": "何家冲",
    "新村村委会": "新村",
    "瀍河回族乡": "瀍河",
    "凤凰街道办事处": "凤凰",
    "凤凰镇": "凤凰",
}


@pytest.mark.parametrize(("name", "bare"), STEMS.items())
def test_what_every_name_of_a_kind_ends_with_is_taken_off(name: str, bare: str) -> None:
    assert likeness.stem(name) == bare


def test_names_that_differ_in_a_number_or_a_side_are_two_places() -> None:
    assert likeness.alike("第一大队", "第二大队") == 0
    assert likeness.alike("东大街", "西大街") == 0
    assert likeness.alike("龙垭口", "龙丫口") == 1
