"""What if: drafts tried out on a branch never touch the register, and take effect as a whole or not at all."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Any

import pytest
from django.db import IntegrityError, transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from houban.core.problems import Problems
from houban.divisions import actions, histories, memory, nation, register
from houban.divisions.actions.branches import EmptyError, NotOpenError
from houban.divisions.changefile import DraftChange
from houban.divisions.models import Branch, Change, Division, DivisionVersion, Measurement
from houban.divisions.tests.make import CLERK, NOON, county, merger, row
from houban.divisions.trying import Evaluation, kilometres

pytestmark = pytest.mark.django_db
TODAY = date(2021, 6, 30)


def branch(*drafts: DraftChange, name: str = "并村方案一") -> Branch:
    made = actions.open_branch(name, purpose="村太小", day=TODAY, by=CLERK, at=NOON)
    actions.add(made, drafts, by=CLERK, at=NOON)
    return made


def second() -> DraftChange:
    """Rename what the merger makes: an act that rests on the one before it on the branch."""
    return DraftChange(TODAY, "更名", entries=[row(2, "104210", "104210", "龙晏新村")])


def answers() -> tuple[Any, ...]:
    """Return what the register answers, by every way it is asked."""
    memory.forget()
    root = register.county() or 0
    history = histories.of_county()
    return (
        sorted((n.id, n.name, n.code, n.parent, n.since, n.until) for n in register.rows([root], TODAY, groups=True)),
        register.counts(root, TODAY),
        nation.counts(TODAY),
        len(history.versions.start),
        len(history.streams.flow),
        Change.objects.drafts().count(),
        DivisionVersion.objects.count(),
        Division.objects.count(),
    )


def people(**values: int) -> None:
    for name, value in values.items():
        division = register.find(name, TODAY)[0].division_id
        Measurement.objects.create(
            division_id=division, measure="population", day=date(2020, 12, 31), value=value, recorded_at=NOON,
            recorded_by_name="甲",
        )  # fmt: skip


def test_a_branch_shows_what_would_be_and_changes_nothing(tmp_path: Path) -> None:
    county(tmp_path)
    people(龙凼村=800, 晏家村=700)
    before = answers()

    seen = Evaluation(branch(merger(day=TODAY), second()))

    assert seen.wrong_act is None
    assert [(count.label, count.before, count.after) for count in seen.counts if count.before != count.after] == [
        ("村", 3, 2)
    ]
    (town,) = seen.towns
    assert [unit.name for unit in town.before] == ["何家场社区", "龙凼村", "晏家村"]
    assert [unit.name for unit in town.after] == ["何家场社区", "龙晏新村"]
    (spread,) = seen.spreads
    assert (spread.before.total, spread.after.total) == (1500, 1500)
    assert [(name, amount.low) for name, amount in spread.after.largest] == [("龙晏新村", 1500)]
    assert spread.after.unknown == 1
    assert answers() == before


def test_a_part_of_unknown_size_bounds_both(tmp_path: Path) -> None:
    county(tmp_path)
    people(龙凼村=800, 晏家村=700)
    draft = DraftChange(TODAY, "划转", entries=[
        row(2, "104205", "104206", "晏家村", part="some"), row(3, "104205", "104205", "龙凼村", part="some"),
        row(4, "104206", "104206", "晏家村"),
    ])  # fmt: skip

    (spread,) = Evaluation(branch(draft)).spreads

    assert {name: (amount.low, amount.high) for name, amount in spread.after.largest} == {
        "晏家村": (700, 1500), "龙凼村": (0, 800),
    }  # fmt: skip


def test_an_act_that_does_not_fit_is_named(tmp_path: Path) -> None:
    county(tmp_path)

    seen = Evaluation(branch(second()))

    assert seen.wrong_act is not None
    assert seen.wrong_act.title == "更名"
    assert seen.trial.wrongs


def test_a_branch_takes_effect_as_a_whole(tmp_path: Path) -> None:
    county(tmp_path)
    made = branch(merger(day=TODAY), second())

    enacted = actions.enact_branch(made, by=CLERK, at=NOON)

    made.refresh_from_db()
    assert (made.status, len(enacted)) == ("enacted", 2)
    assert register.find("510304104210", TODAY)[0].name == "龙晏新村"
    with pytest.raises(NotOpenError):
        actions.discard_branch(made, because="晚了", by=CLERK, at=NOON)


def test_a_branch_of_which_one_act_does_not_fit_does_nothing(tmp_path: Path) -> None:
    county(tmp_path)
    made = branch(merger(day=TODAY), second())
    actions.draft_and_enact([merger(day=TODAY)], by=CLERK, at=NOON)  # the base has moved
    before = answers()

    with pytest.raises(Problems):
        actions.enact_branch(made, by=CLERK, at=NOON)

    made.refresh_from_db()
    assert made.status == "open"
    assert answers() == before
    with pytest.raises(EmptyError):
        actions.enact_branch(branch(name="空的"), by=CLERK, at=NOON)


def test_two_clerks_keep_two_branches_and_one_goes_on_from_the_other(tmp_path: Path) -> None:
    county(tmp_path)
    one = branch(merger(day=TODAY))
    two = actions.copy_branch(one, "方案二", by=CLERK, at=NOON)
    actions.add(two, [second()], by=CLERK, at=NOON)

    assert [len(Evaluation(made).acts) for made in (one, two)] == [1, 2]
    actions.discard_branch(one, because="不并了", by=CLERK, at=NOON)
    assert Evaluation(two).wrong_act is None
    assert one.changes.count() == 1


def test_what_is_on_an_open_branch_cannot_take_effect_by_sql(tmp_path: Path) -> None:
    county(tmp_path)
    made = branch(merger(day=TODAY))
    change = made.changes.get()

    with pytest.raises(IntegrityError, match="tried out on a branch"), transaction.atomic():
        Change.objects.filter(pk=change.pk).update(status="enacted", enacted_at=NOON)
    with pytest.raises(IntegrityError, match="stays on its branch"), transaction.atomic():
        Change.objects.filter(pk=change.pk).update(branch=branch(name="别的"))
    actions.discard_branch(made, because="不并了", by=CLERK, at=NOON)
    with pytest.raises(IntegrityError, match="discarded"), transaction.atomic():
        Change.objects.filter(pk=change.pk).update(title="改")
    with pytest.raises(IntegrityError, match="settled and stays"), transaction.atomic():
        Branch.objects.filter(pk=made.pk).update(status="open", settled_at=None, settled_by_name="", because="")


VERBS = st.lists(st.sampled_from(["open", "add", "copy", "look", "discard", "rename"]), max_size=8)


@settings(max_examples=15, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(verbs=VERBS)
def test_a_branch_never_changes_the_base(verbs: list[str], tmp_path_factory: pytest.TempPathFactory) -> None:
    with transaction.atomic():
        county(tmp_path_factory.mktemp("county"))
        before = answers()
        made = branch(merger(day=TODAY))
        for n, verb in enumerate(verbs):
            try:
                if verb == "open":
                    made = branch(merger(day=TODAY), name=f"方案{n}")
                elif verb == "add":
                    actions.add(made, [second()], by=CLERK, at=NOON)
                elif verb == "copy":
                    made = actions.copy_branch(made, f"副本{n}", by=CLERK, at=NOON)
                elif verb == "rename":
                    actions.rename_branch(made, f"名{n}", purpose="", by=CLERK, at=NOON)
                elif verb == "discard":
                    actions.discard_branch(made, because="不要", by=CLERK, at=NOON)
                else:
                    assert Evaluation(made).base is not None
            except NotOpenError:
                made.refresh_from_db()
                assert made.status == "discarded"
        assert answers() == before
        transaction.set_rollback(True)


def test_a_degree_of_latitude_is_111_kilometres() -> None:
    assert kilometres((104.8, 29.0), (104.8, 30.0)) == pytest.approx(111.19, abs=0.01)
