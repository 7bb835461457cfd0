"""Restate a table on a page: upload it, see on which day's map it is, look the result through, take it away."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from io import BytesIO
from typing import Any

import pyarrow as pa
from django.core.paginator import Paginator
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from houban.core import clock, keeping
from houban.core.problems import Problems
from houban.core.spreadsheets import xlsx_response
from houban.divisions import histories, memory, restated_book, restated_kinds, restating, tablefile
from houban.divisions.crosswalks import Crosswalk, crosswalk_between, path
from houban.divisions.forms_of_days import TableForm, WayForm
from houban.divisions.models import Flow
from houban.divisions.restated_kinds import MOST_TIMES, Asked, Extra, Rate
from houban.divisions.restating import Restated, Rule
from houban.divisions.rules import vintage
from houban.divisions.rules.history import CERTAINTIES, FOREVER
from houban.divisions.rules.vintage import Oddity, Vintage
from houban.divisions.tablefile import Guess
from houban.divisions.words import Certainty, Measure
from houban.ui.pages import StaffRequest, page, stay_on

SLOT = "restating"
SHOWN = 100


@dataclass(frozen=True)
class Upload:
    """An uploaded table, read, with what was guessed of it."""

    name: str
    table: pa.Table
    chosen: Guess
    vintage: Vintage


@page
def index(request: StaffRequest) -> HttpResponse:
    """Ask for a table, or show what restating the uploaded one gives."""
    context: dict[str, Any] = {"form": TableForm(), "step": "upload"}
    try:
        upload = _upload(request)
        if upload is not None:
            context |= _shown(request, upload)
    except Problems as problems:
        keeping.forget(request.session, SLOT)
        return render(request, "divisions/restating.html", context | {"problems": problems}, status=422)
    return render(request, "divisions/restating.html", context)


@require_POST
@page
def upload(request: StaffRequest) -> HttpResponse:
    """Keep a table for this session and show it; nothing is written into the register."""
    form = TableForm(request.POST, request.FILES)
    if not form.is_valid():
        return render(request, "divisions/restating.html", {"form": form, "step": "upload"}, status=422)
    file = form.cleaned_data["file"]
    keeping.keep(request.session, SLOT, file.read(), name=file.name, at=clock.now())
    return redirect(stay_on(request, "divisions:restating"))


@require_POST
@page
def removal(request: StaffRequest) -> HttpResponse:
    """Forget the uploaded table."""
    keeping.forget(request.session, SLOT)
    return redirect(stay_on(request, "divisions:restating"))


@page
def result(request: StaffRequest) -> HttpResponse:
    """Send the restated table as .xlsx, with what could not be placed and how it was made."""
    upload = _upload(request)
    if upload is None:
        raise Http404(_("还没有上传数据表。"))
    restated = _restated(request, upload)
    asked = _asked(request, upload)
    sheets = restated_kinds.sheets(
        restated_book.book(restated, upload.chosen),
        restated_book.lines(restated),
        restated_kinds.extras(restated, upload.table, upload.chosen, asked),
        restated_kinds.flows(restated, upload.table, upload.chosen, asked) if asked.destination else [],
        upload.chosen,
    )
    name = _("%(name)s 换算到 %(day)s.xlsx") % {"name": upload.name.rsplit(".", 1)[0], "day": restated.walk.day_b}
    return xlsx_response(sheets, filename=name)


@page
def cell(request: StaffRequest, code: str) -> HttpResponse:
    """Open one restated value: which predecessors gave how much, by which acts."""
    upload = _upload(request)
    column = request.GET.get("value", "")
    if upload is None or column not in upload.chosen.values:
        raise Http404(_("没有这个数。请重新上传数据表。"))
    restated = _restated(request, upload)
    number = next((n for n, text in restated.codes().items() if text == code), None)
    if number is None:
        raise Http404(_("目标日没有代码 %(code)s。") % {"code": code})
    decimals = next(one.decimals for one in restated.columns if one.name == column)
    parts = restating.explain(restated, upload.table, code=upload.chosen.code, value=column, target=number)
    certainties = [str(Certainty(word).label) for word in CERTAINTIES]
    rows = [
        (
            part,
            restated_book.decimal(part.value, decimals),
            "" if part.low == part.high else "–".join(restated_book.bounds(part.low, part.high, decimals)),
            _acts(restated.walk, part.source, number),
            certainties[part.certainty],
        )
        for part in parts
    ]
    context = {
        "code": code,
        "name": restated.names().get(number, ""),
        "column": column,
        "rows": rows,
        "walk": restated.walk,
        "total": restated_book.decimal(sum(part.value for part in parts), decimals),
    }
    return render(request, "divisions/restated_cell.html", context)


def _acts(walk: Crosswalk, source: int, target: int) -> list[Any]:
    flows = [step.flow for step in path(walk, source, target)]
    found = {flow.change_id: flow.change for flow in Flow.objects.filter(pk__in=flows).select_related("change")}
    return sorted(found.values(), key=lambda change: (change.effective_on, change.sequence))


def _upload(request: StaffRequest) -> Upload | None:
    kept = keeping.kept(request.session, SLOT)
    if kept is None:
        return None
    content = kept.content()
    if content is None:
        keeping.forget(request.session, SLOT)
        return None
    table = tablefile.read(BytesIO(content), name=kept.name)
    history = histories.of_county()
    chosen = tablefile.guess(table, known=history.codes.texts)
    tablefile.check(table, chosen, name=kept.name)
    key = ("vintage", kept.digest)
    codes = table[chosen.code].to_pylist()
    names = table[chosen.name].to_pylist() if chosen.name else []
    found: Vintage = memory.recall(key, lambda: vintage.detect(history, codes, names))
    return Upload(kept.name, table, chosen, found)


def _way(request: StaffRequest, upload: Upload) -> tuple[WayForm, date, date, str]:
    best = upload.vintage.best
    start = date.fromordinal(best.start) if best else request.today
    first: dict[str, Any] = {"start": start, "end": request.as_of, "measure": Measure.POPULATION.value}
    given = {name: request.GET.get(name) or value for name, value in first.items()}
    form = WayForm(given)
    if not form.is_valid():
        return form, start, request.as_of, first["measure"]
    return form, form.cleaned_data["start"], form.cleaned_data["end"], form.cleaned_data["measure"]


def _restated(request: StaffRequest, upload: Upload) -> Restated:
    _form, start, end, measure = _way(request, upload)
    walk = crosswalk_between(start, end, measure=measure)
    chosen = upload.chosen
    return restating.restate(upload.table, walk, code=chosen.code, values=chosen.values, by=chosen.by)


def _shown(request: StaffRequest, upload: Upload) -> dict[str, Any]:
    form, start, end, measure = _way(request, upload)
    restated = _restated(request, upload)
    asked = _asked(request, upload)
    extras = restated_kinds.extras(restated, upload.table, upload.chosen, asked)
    moved = restated_kinds.flows(restated, upload.table, upload.chosen, asked) if asked.destination else []
    shown = Paginator(restated_book.lines(restated), SHOWN).get_page(request.GET.get("page"))
    lost = restated_book.losses(restated)
    best = upload.vintage.best
    return {
        "step": "result",
        "upload": upload,
        "way": form,
        "start": start,
        "end": end,
        "measure": measure,
        "best_start": date.fromordinal(best.start) if best else None,
        "best_end": date.fromordinal(best.end - 1) if best and best.end < FOREVER else None,
        "oddities": [_odd(upload, oddity) for oddity in upload.vintage.oddities[:SHOWN]],
        "oddity_count": len(upload.vintage.oddities),
        "lines": shown,
        "table": [(line, _of(extras, line)) for line in shown],
        "extras": extras,
        "flows": moved[:SHOWN],
        "flow_count": len(moved),
        "asked": asked,
        "rules": Rule.choices,
        "others": _others(upload),
        "columns": restated.columns,
        "unused": upload.chosen.unused(upload.table),
        "lost": lost[:SHOWN],
        "lost_count": len(lost),
        "totals": restated_book.totals(restated),
    }


def _of(extras: list[Extra], line: restated_book.Line) -> list[tuple[str, str]]:
    return [(one.of(line.number, line.key_number), one.note(line.number, line.key_number)) for one in extras]


def _others(upload: Upload) -> list[str]:
    """Return the columns that may hold categories or a second code."""
    return [title for title in upload.table.column_names if title not in (upload.chosen.code, upload.chosen.name)]


def _asked(request: StaffRequest, upload: Upload) -> Asked:
    """Read which rates, categories and second codes the address asks for; what does not fit the table is left out."""
    get, values, others = request.GET.get, set(upload.chosen.values), set(_others(upload))
    over, under, times = get("over", ""), get("under", ""), get("times", "1")
    is_rate = {over, under} <= values and over != under and times.isdecimal() and 0 < int(times) <= MOST_TIMES
    category, rule, destination = get("category", ""), get("rule", ""), get("destination", "")
    return Asked(
        (Rate(over, under, int(times)),) if is_rate else (),
        (category,) if category in others else (),
        rule if rule in Rule.values else Rule.MAJORITY.value,
        destination if destination in others else "",
    )


def _odd(upload: Upload, oddity: Oddity) -> tuple[int, str, str, str, str]:
    code = upload.table[upload.chosen.code][oddity.row].as_py()
    name = upload.table[upload.chosen.name][oddity.row].as_py() if upload.chosen.name else ""
    return oddity.row + 2, code, name, str(vintage.WHYS[oddity.why]), "；".join(oddity.detail).replace("/", " 至 ")
