"""What happens without anybody: late matters go up, those of a merged village to its successor; once."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest
from django.db import connection

from houban.core import claims
from houban.core.periods import between
from houban.divisions import actions as dividing
from houban.divisions.changefile import DraftChange
from houban.divisions.tests.make import row
from houban.matters import actions, places, queues
from houban.matters.actions import sweeping, writing
from houban.matters.actions.writing import Said
from houban.matters.hands import SERVICE
from houban.matters.models import DutyRule, Matter
from houban.matters.queues import Asked
from houban.matters.tests.make import NOW, Loop, loop
from houban.matters.words import Level, State
from houban.organisation.tests.make import CLERK, NOON, START, TOWN

pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)


def as_service() -> None:
    claims.enter(claims.service("test"), at=datetime.now(UTC))


def sweep(now: datetime = NOW) -> actions.Swept:
    as_service()
    return actions.sweep(now=now, at=now)


def merged(made: Loop) -> None:
    """Merge 龙凼 and 晏家 into 龙晏 today, with a committee that receives there."""
    as_service()
    draft = DraftChange(
        date(2021, 6, 30), "合并", document="大府发〔2021〕3号",
        entries=[row(2, "104205", "104210", "龙晏村"), row(3, "104206", "104210", "龙晏村")],
    )  # fmt: skip
    dividing.draft_and_enact([draft], by=CLERK, at=NOON)
    new = made.world.place("510304104210")
    made.bodies["新村委会"] = made.world.body("510304104210", "committee", name="龙晏村委会")
    DutyRule.objects.create(
        duty="receive", division_id=new, organisation=made.bodies["新村委会"], during=between(START, None)
    )


def test_what_is_not_filed_in_time_goes_up_once_a_level(tmp_path: Path) -> None:
    made = loop(tmp_path)
    matter = made.open()
    late = NOW + DAY

    assert sweep(NOW).escalated == 0
    assert sweep(late).escalated == 1
    assert sweep(late).escalated == 0
    matter.refresh_from_db()
    assert (matter.level, matter.receiver, matter.state) == (Level.TOWN, made.bodies["镇政府"], State.REPORTED)
    assert matter.due is not None
    assert matter.due > late
    assert sweep(late + 2 * DAY).escalated == 1
    assert sweep(late + 9 * DAY).escalated == 0  # at the county it stays, late
    matter.refresh_from_db()
    assert matter.level == Level.COUNTY
    assert [step.text for step in matter.steps.filter(verb="escalate")] == ["到期没有立案、派遣，自动上报"] * 2


def test_what_is_handled_or_paused_is_left_alone(tmp_path: Path) -> None:
    made = loop(tmp_path)
    matter = made.open()
    made.take(matter, "file", "村书记", rule=made.rule.pk)
    made.take(matter, "dispatch", "村书记", holder=made.bodies["村委会"].pk)

    assert sweep(NOW + 30 * DAY).escalated == 0


def test_open_matters_of_a_merged_village_go_to_its_successor(tmp_path: Path) -> None:
    made = loop(tmp_path)
    waiting, done = made.open(), made.open(title="已办的")
    made.take(done, "resolve", "村书记", text="办好了")
    former = waiting.unit_id
    merged(made)

    assert sweep().moved == 1
    assert sweep().moved == 0

    waiting.refresh_from_db()
    done.refresh_from_db()
    assert waiting.unit_id == made.world.place("510304104210")
    assert waiting.receiver == made.bodies["新村委会"]
    step = waiting.steps.get(verb="move")
    assert "大府发〔2021〕3号" in step.text
    assert done.unit_id == former
    successor, day = made.world.place("510304104210"), NOW.date()
    assert {successor, former} <= set(places.inside(successor, day))
    assert former in places.inside(made.world.place(TOWN), day)
    found = queues.matters(Asked(tab="ended"), units=places.inside(successor, day), now=NOW)
    assert list(found) == [done]
    assert list(queues.matters(Asked(tab="ended"), units=places.inside(former, day), now=NOW)) == [done]


def test_the_map_calls_the_worker_when_it_changes(tmp_path: Path) -> None:
    made = loop(tmp_path)
    made.open()
    merged(made)
    as_service()
    dividing.draft_and_enact(
        [DraftChange(date(2021, 6, 30), "改名", entries=[row(2, "105201", "105201", "新民新村")])], by=CLERK, at=NOON
    )

    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM procrastinate_jobs WHERE queueing_lock = 'matters.sweep'")
        assert cursor.fetchone()[0] == 1


def test_two_sweeps_at_once_escalate_once(tmp_path: Path) -> None:
    made = loop(tmp_path)
    matter = made.open()
    as_service()
    stale = Matter.objects.get(pk=matter.pk)

    assert actions.escalate_late(now=NOW + DAY, at=NOW + DAY) == 1
    said = Said("escalate", State.REPORTED, None, NOW + DAY, text="又一次")
    assert sweeping._written(stale, said, writing.stand_of(stale), SERVICE, at=NOW + DAY) == 0
