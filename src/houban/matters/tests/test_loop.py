"""A matter goes through the loop, from the village to the town and to the county, and back."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest

from houban.matters.refusals import RefusedError
from houban.matters.tests.make import NOW, loop
from houban.matters.words import Level, State

pytestmark = pytest.mark.django_db
HOUR = timedelta(hours=1)


def test_an_event_is_reported_filed_dispatched_done_verified(tmp_path: Path) -> None:
    made = loop(tmp_path)

    matter = made.open()
    assert (matter.state, matter.level, matter.receiver) == (State.REPORTED, Level.VILLAGE, made.bodies["村委会"])
    made.take(matter, "escalate", "村书记", text="村里办不了")
    matter.refresh_from_db()
    assert (matter.level, matter.receiver) == (Level.TOWN, made.bodies["镇政府"])
    made.take(matter, "file", "镇调度", rule=made.rule.pk)
    made.take(matter, "dispatch", "镇调度")
    made.take(matter, "accept", "执法员")
    made.take(matter, "submit", "执法员", text="已换新")
    made.take(matter, "verify", "网格员")

    matter.refresh_from_db()
    assert matter.state == State.CLOSED
    assert matter.holder == made.bodies["执法队"]
    assert matter.due == NOW + 6 * HOUR  # four working hours from ten, over the midday pause
    assert [step.verb for step in matter.steps.all()] == [
        "report", "escalate", "file", "dispatch", "accept", "submit", "verify",
    ]  # fmt: skip


@pytest.mark.parametrize("parts", [(), ("只有一件",)])
def test_a_split_needs_two_parts_whoever_asks(parts: tuple[str, ...], tmp_path: Path) -> None:
    made = loop(tmp_path)
    matter = made.open()
    made.take(matter, "file", "村书记", rule=made.rule.pk)

    with pytest.raises(RefusedError, match="两行以上"):
        made.take(matter, "split", "村书记", text="分开办", parts=parts)


def test_nobody_verifies_their_own_work(tmp_path: Path) -> None:
    made = loop(tmp_path)
    matter = made.open()
    made.take(matter, "file", "村书记", rule=made.rule.pk)
    made.take(matter, "dispatch", "村书记", holder=made.bodies["村委会"].pk)
    made.take(matter, "accept", "村书记")
    made.take(matter, "submit", "村书记", text="办好了")

    with pytest.raises(RefusedError, match="不能核查通过"):
        made.take(matter, "verify", "网格员")
    made.take(matter, "verify", "镇调度")
