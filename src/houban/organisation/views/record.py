"""The record of who did what, for those who audit: searched, opened, exported."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from django.apps import apps
from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.utils.timezone import localtime
from django.utils.translation import gettext as _

from houban.accounts.who import actor
from houban.core import clock, visible
from houban.core.models import RecordEntry
from houban.core.record import anchors, record, words
from houban.core.spreadsheets import Table, xlsx_response
from houban.organisation.forms.record import RecordForm
from houban.ui.pages import StaffRequest, page

A_PAGE = 50
MOST_EXPORTED = 50_000


@dataclass(frozen=True)
class Line:
    """An entry with its act's name."""

    entry: RecordEntry
    act: str

    @property
    def subject(self) -> str:
        """Return what was acted upon: by name, or by kind where a whole table was."""
        return self.entry.subject_label or _kind(self.entry.subject_type)


def _kind(subject_type: str) -> str:
    try:
        return str(apps.get_model(subject_type)._meta.verbose_name)
    except (LookupError, ValueError):
        return ""


@page(power="record")
def index(request: StaffRequest) -> HttpResponse:
    """Search the record, the newest first; a page goes on where the one before ended."""
    form = RecordForm(request.GET or None)
    before = request.GET.get("before", "")
    found = visible.newest(
        form.entries(), limit=A_PAGE + 1, before=int(before) if before.isdecimal() else None, power="record"
    )
    shown = [Line(entry, words.label(entry.verb)) for entry in found[:A_PAGE]]
    context = {
        "form": form,
        "lines": shown,
        "next": shown[-1].entry.pk if len(found) > A_PAGE else None,
        "is_first": not before,
        "anchor": anchors.latest(),
    }
    return render(request, "organisation/record.html", context, status=422 if form.errors else 200)


@page(power="record")
def entry(request: StaffRequest, pk: int) -> HttpResponse:
    """Show one entry with what it changed, and the rest of its transaction."""
    one = RecordEntry.objects.filter(pk=pk).first()
    if one is None:
        raise Http404(_("没有这一条留痕，或它不在您岗位的范围内。"))
    beside = RecordEntry.objects.filter(strand=one.strand).exclude(pk=pk).order_by("position")[:A_PAGE]
    context = {
        "one": one,
        "act": words.label(one.verb),
        "changes": list(_changes(one)),
        "beside": [Line(other, words.label(other.verb)) for other in beside] if one.strand else [],
    }
    return render(request, "organisation/record_entry.html", context)


def _changes(one: RecordEntry) -> Iterator[tuple[str, str, str]]:
    before, after = one.before or {}, one.after or {}
    for key in dict.fromkeys([*before, *after]):
        yield key, _plain(before.get(key)), _plain(after.get(key))


def _plain(value: Any) -> str:
    if value is None:
        return ""
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)


@page(power="record")
def export(request: StaffRequest) -> HttpResponse:
    """Send what was searched for as .xlsx; the export itself goes on record."""
    form = RecordForm(request.GET or None)
    found = form.entries().order_by("-pk")[:MOST_EXPORTED]
    record(
        "organisation.record.exported", "core.recordentry", by=actor(request), at=clock.now(),
        after={"asked": {key: value for key, value in request.GET.items() if value}},
    )  # fmt: skip
    header = [
        _("编号"),
        _("时间"),
        _("经办人"),
        _("岗位"),
        _("做了什么"),
        _("对象"),
        _("来源地址"),
        _("之前"),
        _("之后"),
    ]
    rows = [
        [
            one.pk,
            localtime(one.at).strftime("%Y-%m-%d %H:%M:%S"),
            one.actor_name,
            one.post,
            words.label(one.verb),
            one.subject_label,
            one.address,
            _plain(one.before)[:32_000],
            _plain(one.after)[:32_000],
        ]
        for one in found.iterator(chunk_size=2000)
    ]
    name = _("留痕 %(day)s") % {"day": request.today}
    return xlsx_response([Table(name, header, rows)], filename=f"{name}.xlsx")
