"""Which matters may be the same: near, soon after, of one family, alike in words."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from houban.core import claims
from houban.matters import duplicates
from houban.matters.models import MatterType
from houban.matters.tests.make import NOW, loop

pytestmark = pytest.mark.django_db
HERE: dict[str, Any] = {"longitude": Decimal("104.800000"), "latitude": Decimal("29.350000")}
HOUR = timedelta(hours=1)


@pytest.mark.parametrize(
    ("other", "is_likely"),
    [
        ({"title": "井盖破损了", "latitude": Decimal("29.350300")}, True),  # 33 m away
        ({"title": "井盖破损了", "latitude": Decimal("29.350600")}, False),  # 67 m
        ({"title": "井盖破损了", "longitude": Decimal("104.800600")}, False),  # 58 m eastwards
        ({"title": "老人家中停气"}, False),
        ({"title": "井盖破损了", "at": NOW - 25 * HOUR}, False),
        ({"title": "井盖破损了", "at": NOW - 23 * HOUR}, True),
        ({"title": "井盖破损了", "type": None}, True),
    ],
)
def test_what_may_be_the_same(other: dict[str, Any], *, is_likely: bool, tmp_path: Path) -> None:
    made = loop(tmp_path)
    matter = made.open(**HERE)
    twin = made.open(**(HERE | other))

    found = [one.matter.pk for one in duplicates.likely(matter)]

    assert (twin.pk in found) is is_likely


def test_without_a_point_the_village_counts_and_another_family_does_not(tmp_path: Path) -> None:
    made = loop(tmp_path)
    claims.enter(claims.service("test"), at=datetime.now(UTC))
    kind = MatterType.objects.create(
        standard=made.rule.type.standard, code="02", name="纠纷", during=made.rule.type.during
    )
    matter, same = made.open(), made.open(title="井盖破损啦")
    made.open(title="井盖破损啦", type=kind.pk)

    assert [(one.matter.pk, one.metres) for one in duplicates.likely(matter)] == [(same.pk, None)]
