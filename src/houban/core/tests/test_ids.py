"""Identifiers made from a moment."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta, timezone
from uuid import RFC_4122, UUID, uuid4

import pytest
from hypothesis import given
from hypothesis import strategies as st

from houban.core import ids

NOON = datetime(2020, 6, 30, 12, 0, 0, 123456, tzinfo=UTC)
MICROSECONDS = st.integers(min_value=0, max_value=2**52)
MOMENTS = MICROSECONDS.map(lambda since: ids.EPOCH + timedelta(microseconds=since))


def test_an_id_is_a_version_seven_uuid_of_the_rfc_variant() -> None:
    made = ids.new_id(NOON)

    assert (made.version, made.variant) == (7, RFC_4122)


@given(MOMENTS)
def test_an_id_gives_its_moment_back(moment: datetime) -> None:
    assert ids.moment_of(ids.new_id(moment)) == moment


@given(MOMENTS, MOMENTS)
def test_ids_sort_as_their_moments_do(one: datetime, other: datetime) -> None:
    earlier, later = sorted([one, other])

    made = ids.new_id(earlier), ids.new_id(later)

    assert earlier == later or (made[0] < made[1] and str(made[0]) < str(made[1]))


def test_ids_of_one_moment_differ() -> None:
    made = {ids.new_id(NOON) for _ in range(1000)}

    assert len(made) == 1000


def test_the_time_zone_of_a_moment_does_not_matter() -> None:
    in_beijing = NOON.astimezone(timezone(timedelta(hours=8)))

    assert ids.moment_of(ids.new_id(in_beijing)) == NOON


def test_the_example_of_the_rfc_gives_its_millisecond() -> None:
    example = UUID("017F22E2-79B0-7CC3-98C4-DC0C0C07398F")

    moment = ids.moment_of(example)

    assert moment.isoformat(timespec="milliseconds") == "2022-02-22T19:22:22.000+00:00"


def test_a_moment_without_a_time_zone_is_refused() -> None:
    with pytest.raises(ids.NaiveMomentError):
        ids.new_id(NOON.replace(tzinfo=None))


def test_an_id_of_another_version_holds_no_moment() -> None:
    with pytest.raises(ids.NotMadeFromMomentError):
        ids.moment_of(uuid4())
