"""An act typed on a page: its rows, what they would do, the draft they are kept in, and its place in the day."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.db import transaction
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST

from houban.accounts.who import actor
from houban.core import clock
from houban.divisions import actions, entering, foreseeing, suggesting
from houban.divisions.actions import drafts, ordering
from houban.divisions.actions.changes import NotADraftError
from houban.divisions.actions.drafts import DraftMovedOnError
from houban.divisions.actions.ordering import CannotMoveError
from houban.divisions.entering import CELLS, ROW_WORDS, Line, TooManyLinesError, Typed
from houban.divisions.models import Change
from houban.divisions.words import Certainty, DayBasis, Form, Scheme
from houban.ui.pages import StaffRequest, page, stay_on

PAGE, ROWS, OUTLOOK = "divisions/entry.html", "divisions/entry_rows.html", "divisions/entry_outlook.html"
ACT_FIELDS = (
    ("title", gettext_lazy("标题"), "text", True),
    ("day", gettext_lazy("生效日"), "date", False),
    ("document", gettext_lazy("文号"), "text", True),
    ("authority", gettext_lazy("发文机关"), "text", True),
    ("day_basis", gettext_lazy("日期依据"), "day_basis", False),
    ("scheme", gettext_lazy("代码体系"), "scheme", False),
)


@page(power="register")
def enter(request: StaffRequest, pk: int | None = None) -> HttpResponse:
    """Enter an act row by row, or go on with a draft; nothing is kept before it is saved."""
    change = get_object_or_404(Change, pk=pk) if pk is not None else None
    if change is not None and change.status != "draft":
        messages.error(request, _("“%(title)s”不是草稿，不能改写。") % {"title": change.title})
        return redirect(stay_on(request, "divisions:change", change.pk))
    if request.method == "POST":
        return _posted(request, change)
    flows = list(change.flows.order_by("number")[: entering.MOST_LINES + 1]) if change else []
    if change is not None and len(flows) > entering.MOST_LINES:
        return render(request, "divisions/entry_too_long.html", {"change": change, "most": entering.MOST_LINES})
    typed = entering.of_change(change, flows) if change else entering.blank(request.today)
    return _page(request, change, typed, seen=drafts.mark(change) if change else "")


def _posted(request: StaffRequest, change: Change | None) -> HttpResponse:
    word, _colon, number = request.POST.get("act", "save").partition(":")
    typed = entering.of_post(request.POST)
    try:
        typed.spread()
        if word in ROW_WORDS:
            typed.alter(word, int(number) if number.isdigit() else 1)
        elif word == "paste":
            _paste(request, typed)
    except TooManyLinesError:
        typed.said = _("没有加入：一页最多 %(n)s 行，更多请用 Excel 登记。") % {"n": entering.MOST_LINES}
    if word in ("save", "check", "fork"):
        return _save(request, change, typed, word)
    if request.headers.get("HX-Request") and word == "preview":
        return render(request, OUTLOOK, foreseeing.outlook(typed, change))
    if request.headers.get("HX-Request"):
        return render(request, ROWS, _choices(typed))
    return _page(request, change, typed, seen=request.POST.get("seen", ""))


def _paste(request: StaffRequest, typed: Typed) -> None:
    column = request.POST.get("paste_column", "")
    number = request.POST.get("paste_row", "")
    typed.paste(
        request.POST.get("paste", ""),
        number=int(number) if number.isdigit() else len(typed.lines) + 1,
        column=column if column in CELLS else "source",
    )


def _choices(typed: Typed) -> dict[str, Any]:
    forms = [(form.value, form.label) for form in Form]
    return {"typed": typed, "forms": forms, "certainties": Certainty.choices, "blank_line": Line()}


def _page(
    request: StaffRequest, change: Change | None, typed: Typed, *, seen: str, status: int = 200, moved_on: bool = False
) -> HttpResponse:
    outlook = foreseeing.outlook(typed, change)
    context = {
        "change": change,
        "seen": seen,
        "moved_on": moved_on,
        "act_fields": ACT_FIELDS,
        "bases": DayBasis.choices,
        "schemes": Scheme.choices,
        "of_day": ordering.neighbours(change) if change else [],
        **_choices(typed),
        **outlook,
    }
    return render(request, PAGE, context, status=status)


def _save(request: StaffRequest, change: Change | None, typed: Typed, word: str) -> HttpResponse:
    draft, _wrong = typed.read()
    seen = request.POST.get("seen", "")
    if draft is None:
        return _page(request, change, typed, seen=seen, status=422)
    by, at = actor(request), clock.now()
    try:
        if change is None or word == "fork":
            made = actions.draft([draft], by=by, at=at)[0]
        else:
            made = actions.redraft(change, draft, seen=seen, by=by, at=at)
    except DraftMovedOnError:
        return _page(request, change, typed, seen=seen, status=409, moved_on=True)
    except NotADraftError:
        messages.error(request, _("没有保存：“%(title)s”已由别人生效或删除。") % {"title": draft.title})
        return _page(request, None, typed, seen="", status=409)
    said = {"title": made.title, "n": len(draft.entries)}
    messages.success(request, _("已存草稿“%(title)s”，%(n)s 条承接关系；生效之前区划不变。") % said)
    return redirect(stay_on(request, "divisions:change" if word == "check" else "divisions:edit-change", made.pk))


@require_POST
@page(power="register")
def choices(request: StaffRequest) -> HttpResponse:
    """Offer what a half-typed cell may mean, as a list beneath it."""
    typed = entering.of_post(request.POST)
    number, column = request.POST.get("row", ""), request.POST.get("column", "source")
    found = suggesting.choices(typed, row=int(number) if number.isdigit() else 1, column=column, today=request.today)
    return render(request, "divisions/entry_choices.html", {"choices": found})


@require_POST
@page(power="register")
def move(request: StaffRequest, pk: int) -> HttpResponse:
    """Let a draft change places with its neighbour of the same day."""
    change = get_object_or_404(Change, pk=pk)
    try:
        with transaction.atomic():
            actions.move(
                change, later=1 if request.POST.get("to") == "later" else -1, by=actor(request), at=clock.now()
            )
    except CannotMoveError as error:
        messages.error(request, _("没有调换：%(why)s。") % {"why": error})
    else:
        messages.success(request, _("已调换当日次序。"))
    return redirect(stay_on(request, "divisions:edit-change", pk))


@require_POST
@page(power="register")
def copy(request: StaffRequest, pk: int) -> HttpResponse:
    """Take a change's header and rows as a new draft."""
    change = get_object_or_404(Change, pk=pk)
    title = (_("%(title)s（副本）") % {"title": change.title[:110]})[:120]
    made = actions.copy(change, title=title, by=actor(request), at=clock.now())
    messages.success(request, _("已复制为新草稿“%(title)s”。") % {"title": made.title})
    return redirect(stay_on(request, "divisions:edit-change", made.pk))
