"""We recorded it wrongly: acts and values are corrected, what rests on them replayed, what was believed kept."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from django.db import IntegrityError, transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from houban.core.problems import Problems
from houban.divisions import actions, believing, register
from houban.divisions.actions import correcting
from houban.divisions.actions.changes import LaterChangesError, NotADraftError
from houban.divisions.actions.correcting import NothingToCorrectError, Value
from houban.divisions.changefile import DraftChange
from houban.divisions.models import Change, DivisionVersion, Flow
from houban.divisions.tests.make import CLERK, LATER, NOON, county, enacted, merger, row

pytestmark = pytest.mark.django_db
AFTER, HOUR = date(2021, 3, 1), timedelta(hours=1)
TODAY = date(2021, 6, 30)


def rename(name: str = "龙晏新村") -> DraftChange:
    return DraftChange(AFTER, "更名", document="大府发〔2021〕1号", entries=[row(2, "104210", "104210", name)])


def corrected(change: Change, *, at: datetime = NOON + HOUR, **flow: Any) -> correcting.Outcome:
    """Correct an act: every row takes the given values."""
    draft = actions.begin_correction(change, because="抄错了", by=CLERK, at=at)
    Flow.objects.filter(change=draft).update(**flow)
    return actions.correct(draft, by=CLERK, at=at)


def answers(day: date) -> dict[int, tuple[str, str, str, int | None]]:
    """Return the register's answer about a day by identity."""
    return {
        node.id: (node.name, node.form, node.code, node.parent)
        for node in register.rows([register.county() or 0], day, groups=True)
    }


def believed(day: date, at: datetime) -> set[tuple[Any, ...]]:
    nodes = believing.rows([register.county() or 0], day, at=at, groups=True)
    return {(node.id, node.name, node.form, node.code, node.parent, node.since, node.until) for node in nodes}


def test_a_name_entered_wrongly_is_corrected_and_the_village_stays_itself(tmp_path: Path) -> None:
    county(tmp_path)
    (change,) = enacted(merger())
    village = register.find("510304104210", TODAY)[0].division_id

    outcome = corrected(change, target_name="龙燕村")

    now = register.find("510304104210", TODAY)[0]
    assert (now.name, now.division_id) == ("龙燕村", village)
    change.refresh_from_db()
    made = Change.objects.get(corrects=change)
    assert (change.status, made.status, made.corrected_because) == ("annulled", "enacted", "抄错了")
    assert {one[1] for one in outcome.come} == {"龙燕村"}
    assert {one[1] for one in outcome.gone} == {"龙晏村"}
    assert outcome.replayed == []


def test_what_rests_on_the_act_is_replayed(tmp_path: Path) -> None:
    county(tmp_path)
    change, later = enacted(merger(), rename())
    village = register.find("510304104210", TODAY)[0].division_id

    outcome = corrected(change, target_name="龙燕村")

    assert [one.title for one in outcome.replayed] == ["更名"]
    assert register.find("510304104210", date(2020, 12, 31))[0].name == "龙燕村"
    assert [(one.name, one.division_id) for one in register.find("510304104210", TODAY)] == [("龙晏新村", village)]
    later.refresh_from_db()
    assert later.status == "annulled"
    assert "随“合并”的更正重放" in Change.objects.get(corrects=later).corrected_because


def test_later_acts_name_what_was_corrected_by_its_right_name(tmp_path: Path) -> None:
    county(tmp_path)
    named = row(2, "104210", "104210", "龙晏新村", source_name="龙晏村")
    change, _later = enacted(merger(), DraftChange(AFTER, "更名", entries=[named]))

    corrected(change, target_name="龙燕村")

    assert register.find("510304104210", TODAY)[0].name == "龙晏新村"
    assert Flow.objects.get(change__title="更名", change__status="enacted").source_name == "龙燕村"


def test_the_day_is_corrected(tmp_path: Path) -> None:
    county(tmp_path)
    change, _later = enacted(merger(), rename())
    draft = actions.begin_correction(change, because="生效日是四月一日", by=CLERK, at=NOON)
    Change.objects.filter(pk=draft.pk).update(effective_on=date(2020, 4, 1))

    actions.correct(draft, by=CLERK, at=NOON + HOUR)

    assert register.find("510304104210", date(2020, 4, 1))
    assert not register.find("510304104205", date(2020, 4, 1))
    assert register.find("510304104205", date(2020, 3, 31))


def test_a_later_act_that_no_longer_fits_is_named_and_nothing_happens(tmp_path: Path) -> None:
    county(tmp_path)
    change, _later = enacted(merger(), rename())
    before = answers(TODAY)

    with pytest.raises(Problems, match="2021-03-01 更名") as refused:
        corrected(change, target_code="510304104299")

    assert "请先撤销" in str(refused.value)
    assert answers(TODAY) == before
    assert set(Change.objects.exclude(flows=None).filter(status="enacted").values_list("title", flat=True)) == {
        "合并",
        "更名",
    }


def test_an_act_is_foreseen_without_being_corrected(tmp_path: Path) -> None:
    county(tmp_path)
    (change,) = enacted(merger())
    draft = actions.begin_correction(change, because="抄错了", by=CLERK, at=NOON)
    Flow.objects.filter(change=draft).update(target_name="龙燕村")
    before = answers(TODAY)

    outcome = correcting.foresee(draft, by=CLERK, at=NOON)

    assert {one[1] for one in outcome.come} == {"龙燕村"}
    assert answers(TODAY) == before
    assert actions.begin_correction(change, because="再来", by=CLERK, at=NOON) == draft


def test_what_was_believed_stays_believed_then(tmp_path: Path) -> None:
    county(tmp_path)
    (change,) = enacted(merger())
    then = NOON + HOUR / 2
    before = believed(TODAY, then)

    corrected(change, target_name="龙燕村")

    assert believed(TODAY, then) == before
    assert {one[1] for one in believed(TODAY, NOON + 2 * HOUR) - before} == {"龙燕村"}
    lines = believing.compare(register.county() or 0, TODAY, at=then, now=NOON + 2 * HOUR)
    different = [line for line in lines if not line.is_same]
    assert [(line.then and line.then.name, line.now and line.now.name) for line in different] == [("龙晏村", "龙燕村")]
    village = register.find("510304104210", TODAY)[0].division_id
    assert [one.name for one in believing.retracted(village)] == ["龙晏村"]


def test_a_value_of_the_founding_list_is_corrected(tmp_path: Path) -> None:
    county(tmp_path)
    village = register.find("510304105201", TODAY)[0].division_id

    actions.correct_value(Value(village, "name", "新民村", "新明村"), because="名录抄错", by=CLERK, at=NOON + HOUR)
    actions.correct_value(
        Value(village, "code", "510304105201", "510304105299"), because="代码抄错", by=CLERK, at=NOON + HOUR
    )

    assert [one.division_id for one in register.find("510304105299", TODAY)] == [village]
    assert register.find("新明村", TODAY)[0].division_id == village
    with pytest.raises(NothingToCorrectError):
        actions.correct_value(Value(village, "name", "没有", "有"), because="错", by=CLERK, at=NOON)


def test_a_correction_over_a_corrected_value_is_refused_first(tmp_path: Path) -> None:
    county(tmp_path)
    (change,) = enacted(merger())
    village = register.find("510304104210", TODAY)[0].division_id
    actions.correct_value(Value(village, "name", "龙晏村", "龙燕村"), because="抄错", by=CLERK, at=NOON + HOUR)

    with pytest.raises(LaterChangesError, match="更正过单项"):
        corrected(change, target_name="龙艳村")


def test_only_what_is_in_force_is_corrected_and_once(tmp_path: Path) -> None:
    county(tmp_path)
    (change,) = enacted(merger())
    corrected(change, target_name="龙燕村")

    with pytest.raises(NotADraftError):
        corrected(change, target_name="龙艳村")
    with pytest.raises(IntegrityError, match="change_corrects_with_reason"), transaction.atomic():
        Change.objects.create(effective_on=LATER, title="x", corrects=change, recorded_at=NOON, recorded_by_name="甲")


NAMES = st.sampled_from(["龙晏村", "龙燕村", "龙艳村", "龙宴村"])
DAYS = st.sampled_from([date(2020, 4, 1), LATER, date(2020, 9, 1)])


@settings(max_examples=15, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(steps=st.lists(st.tuples(NAMES, DAYS), min_size=1, max_size=4))
def test_correcting_there_and_back_is_the_identity_and_no_belief_is_lost(
    steps: list[tuple[str, date]], tmp_path_factory: pytest.TempPathFactory
) -> None:
    with transaction.atomic():
        county(tmp_path_factory.mktemp("county"))
        change, _later = enacted(merger(), rename())
        first = {day: answers(day) for day in (date(2020, 5, 1), date(2020, 12, 31), TODAY)}
        beliefs = []
        at = NOON
        for name, day in [*steps, ("龙晏村", LATER)]:
            at += HOUR
            draft = actions.begin_correction(change, because="更正", by=CLERK, at=at)
            Flow.objects.filter(change=draft).update(target_name=name)
            Change.objects.filter(pk=draft.pk).update(effective_on=day)
            actions.correct(draft, by=CLERK, at=at)
            change = Change.objects.get(pk=draft.pk)
            beliefs.append((at, believed(TODAY, at), believed(date(2020, 5, 1), at)))

        assert {day: answers(day) for day in first} == first
        for moment, now, may in beliefs:
            assert believed(TODAY, moment) == now
            assert believed(date(2020, 5, 1), moment) == may
        transaction.set_rollback(True)


def test_nothing_is_rewritten_in_place(tmp_path: Path) -> None:
    county(tmp_path)
    (change,) = enacted(merger())
    rows = set(DivisionVersion.objects.values_list("pk", "name", "during", "recorded_at"))

    corrected(change, target_name="龙燕村")

    assert rows <= set(DivisionVersion.objects.values_list("pk", "name", "during", "recorded_at"))
