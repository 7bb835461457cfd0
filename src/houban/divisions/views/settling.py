"""Settling a comparison's questions: 承接待核."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlencode

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST

from houban.accounts.who import actor
from houban.core import clock
from houban.core.problems import Problems
from houban.core.spreadsheets import xlsx_response
from houban.divisions import settling_book
from houban.divisions.actions import settling as actions
from houban.divisions.actions.changes import NotADraftError
from houban.divisions.actions.settling import AnsweredMeanwhileError, NothingToUndoError, Onward, Reply
from houban.divisions.forms import ActForm, SettlingFileForm
from houban.divisions.models import OfficialList
from houban.divisions.rules.candidates import MOST
from houban.divisions.rules.parts import BadPartError
from houban.divisions.settling import Question, Settling, short
from houban.divisions.words import Answer, Status
from houban.ui.pages import StaffRequest, page


def _settling(pk: int) -> Settling | None:
    official = get_object_or_404(OfficialList.objects.select_related("comparison"), pk=pk)
    change = official.comparison
    return Settling(official) if change is not None and change.status == Status.DRAFT else None


@page
def show(request: StaffRequest, pk: int) -> HttpResponse:
    """Show one question with its candidates, the others by town, and how far one is."""
    at = _settling(pk)
    if at is None:
        official = get_object_or_404(OfficialList.objects.select_related("comparison"), pk=pk)
        return render(request, "divisions/settle_none.html", {"list": official})
    asked = request.GET.get("q", "")
    question = at.by_code.get(asked) or at.next() or at.next(among="all")
    context: dict[str, Any] = {"list": at.official, "at": at, "question": question}
    if question is not None:
        context |= _around(request, at, question)
    return render(request, "divisions/settle.html", context)


def _around(request: StaffRequest, at: Settling, question: Question) -> dict[str, Any]:
    also = [at.by_code[code] for code in request.GET.get("also", "").split(",") if code in at.by_code]
    find = request.GET.get("find", "").strip()
    ranked = at.find(find) if find else at.candidates(question)
    onward = {flow.target_code for flow in question.flows if flow.target_code and question.answer}
    sentences = [sentence for _target, _groups, sentence in at.mentioned.get(question.code, [])]
    after, before = at.next(question.code), at.next(question.code, step=-1, among="all")
    following = at.next(question.code, among="all")
    ticked = ",".join(dict.fromkeys([*(one.code for one in also), question.code]))
    return {
        "number": at.questions.index(question) + 1,
        "candidates": [(n, one, short(one.place.code, one.place.name)) for n, one in enumerate(ranked[:MOST], start=1)],
        "more": max(len(ranked) - MOST, 0),
        "also": [one for one in also if one is not question],
        "also_codes": ",".join(one.code for one in also if one is not question),
        "onward": onward,
        "find": find,
        "split": request.GET.get("mode") == "split",
        "sentence": sentences[0] if sentences else "",
        "previous": before,
        "following": following,
        "tick_url": _here(at, following.code if following else "", also=ticked),
        "next_open": after,
        "likely": sum(one.is_likely for one in at.questions),
        "filled": sum(not at.by_code[code].answer for code in at.mentioned),
        "file_form": SettlingFileForm(),
    }


def _here(at: Settling, code: str, **more: str) -> str:
    query = {key: value for key, value in ({"q": code} | more).items() if value}
    return f"{reverse('divisions:settling', args=[at.official.pk])}?{urlencode(query)}"


@require_POST
@page(power="register")
def answer(request: StaffRequest, pk: int) -> HttpResponse:
    """Take one gesture, and go on to the next open question."""
    at = _settling(pk)
    question = at.by_code.get(request.POST.get("question", "")) if at else None
    if at is None or question is None:
        messages.error(request, _("这份比对的草稿已经不在，或已生效。请从名录页重新打开。"))
        return redirect("divisions:list", pk=pk)
    also = tuple(code for code in request.POST.get("also", "").split(",") if code in at.by_code)
    sources = tuple(dict.fromkeys([question.code, *also]))
    onward = tuple(_onward(at, request))
    kind = request.POST.get("kind", Answer.SETTLED)
    is_abolished = kind == "abolished"
    said = Answer.SETTLED if is_abolished or kind not in Answer.values else kind
    if said == Answer.SETTLED and not onward and not is_abolished:
        messages.error(request, _("没有记下：请选一个承接单位。"))
        return redirect(_here(at, question.code, mode=request.POST.get("mode", "")))
    reply = Reply(sources, onward if said == Answer.SETTLED else (), said, seen=request.POST.get("seen"))
    words = _words(at, sources, reply, is_abolished=is_abolished)
    try:
        actions.answer(at.change, [reply], said=words, by=actor(request), at=clock.now())
    except AnsweredMeanwhileError as error:
        messages.error(request, str(error))
        return redirect(_here(at, question.code))
    except BadPartError as error:
        messages.error(request, _("没有记下：“%(part)s”看不懂，请写成 1组、2组，或 0.6，或 部分。") % {"part": error})
        return redirect(_here(at, question.code, mode="split"))
    following = Settling(at.official).next(question.code)
    return redirect(_here(at, following.code if following else question.code))


def _onward(at: Settling, request: StaffRequest) -> list[Onward]:
    found = []
    for code in request.POST.getlist("target"):
        if code in at.new:
            found.append(Onward(code, at.new[code].name, request.POST.get(f"part-{code}", "")))
    return found


def _words(at: Settling, sources: tuple[str, ...], reply: Reply, *, is_abolished: bool) -> str:
    who = "、".join(at.by_code[code].name for code in sources)
    where = "、".join(short(one.code, one.name) for one in reply.onward)
    return f"{who} → {where or ('撤销，无承接' if is_abolished else str(Answer(reply.answer).label))}"


@require_POST
@page(power="register")
def undo(request: StaffRequest, pk: int) -> HttpResponse:
    """Take the last gesture back, and show its question again."""
    at = _settling(pk)
    if at is None:
        return redirect("divisions:list", pk=pk)
    try:
        gesture = actions.undo(at.change, by=actor(request), at=clock.now())
    except NothingToUndoError:
        messages.warning(request, _("没有可以撤回的了。"))
        return redirect("divisions:settling", pk=pk)
    messages.success(request, _("已撤回：%(said)s") % {"said": gesture.said})
    codes = [row["source_code"] for row in gesture.before if row["source_code"]]
    return redirect(_here(at, codes[0] if codes else ""))


@require_POST
@page(power="register")
def together(request: StaffRequest, pk: int) -> HttpResponse:
    """Confirm at once what is likely, or what the act's text says; one gesture, taken back as one."""
    at = _settling(pk)
    if at is None:
        return redirect("divisions:list", pk=pk)
    by_text = request.POST.get("what") == "text"
    replies = _by_text(at) if by_text else _likely(at)
    if replies:
        said = _("按批文原文填 %(n)s 条") if by_text else _("一并确认推断 %(n)s 条")
        actions.answer(at.change, replies, said=said % {"n": len(replies)}, by=actor(request), at=clock.now())
        messages.success(
            request, ngettext("已记下 %(n)s 条。", "已记下 %(n)s 条。", len(replies)) % {"n": len(replies)}
        )
    return redirect("divisions:settling", pk=pk)


def _likely(at: Settling) -> list[Reply]:
    return [
        Reply((one.code,), (Onward(one.flows[0].target_code, one.flows[0].target_name),))
        for one in at.questions
        if one.is_likely
    ]


def _by_text(at: Settling) -> list[Reply]:
    found = []
    for code, mentioned in at.mentioned.items():
        if not at.by_code[code].answer:
            onward = {target: Onward(target, at.new[target].name, groups) for target, groups, _sentence in mentioned}
            found.append(Reply((code,), tuple(onward.values())))
    return found


@page(power="register")
def act(request: StaffRequest, pk: int) -> HttpResponse:
    """Say which act it is, and paste its text."""
    at = _settling(pk)
    if at is None:
        return redirect("divisions:list", pk=pk)
    change = at.change
    first = {
        "title": change.title, "document": change.document, "authority": change.authority,
        "day": change.effective_on, "day_basis": change.day_basis, "text": change.text,
    }  # fmt: skip
    form = ActForm(request.POST or None, initial=first)
    if request.method == "POST" and form.is_valid():
        try:
            actions.name_act(change, actions.Act(**form.cleaned_data), by=actor(request), at=clock.now())
        except NotADraftError:
            return redirect("divisions:list", pk=pk)
        read = Settling(OfficialList.objects.select_related("comparison").get(pk=pk))
        messages.success(
            request,
            _("已存批文。读懂 %(said)s 句，对上 %(n)s 个单位，没读懂 %(left)s 句。")
            % {"said": len(read.reading.said), "n": len(read.mentioned), "left": len(read.reading.left)},
        )
        if "review" in request.POST:
            return redirect("divisions:change", pk=change.pk)
        return redirect("divisions:settling", pk=pk)
    status = 422 if request.method == "POST" else 200
    return render(request, "divisions/settle_act.html", {"form": form, "at": at, "list": at.official}, status=status)


@page
def export(_request: StaffRequest, pk: int) -> HttpResponse:
    """Send the questions as .xlsx, to be filled in and sent back."""
    at = _settling(pk)
    if at is None:
        return redirect("divisions:list", pk=pk)
    return xlsx_response(settling_book.tables(at), filename=_("承接待核 %(day)s.xlsx") % {"day": at.official.as_of})


@require_POST
@page(power="register")
def fill(request: StaffRequest, pk: int) -> HttpResponse:
    """Take the filled-in workbook back; wrong rows are all named and nothing is taken."""
    at = _settling(pk)
    if at is None:
        return redirect("divisions:list", pk=pk)
    form = SettlingFileForm(request.POST, request.FILES)
    if not form.is_valid():
        messages.error(request, _("没有导入：请选一个 .xlsx 文件。"))
        return redirect("divisions:settling", pk=pk)
    upload = form.cleaned_data["file"]
    try:
        back = settling_book.read(upload, name=upload.name, at=at)
    except Problems as problems:
        return render(
            request, "divisions/settle_problems.html", {"list": at.official, "problems": problems}, status=422
        )
    if back.replies:
        said = _("从 %(name)s 填入 %(n)s 条") % {"name": upload.name, "n": len(back.replies)}
        actions.answer(at.change, back.replies, said=said, by=actor(request), at=clock.now())
    messages.success(
        request,
        _("填入 %(n)s 条，空着 %(blank)s 条，与已有答案相同 %(same)s 条。")
        % {"n": len(back.replies), "blank": back.blank, "same": back.same},
    )
    if back.taken:
        messages.warning(request, _("这些已有人答过，保留原来的：%(names)s。") % {"names": "、".join(back.taken[:12])})
    return redirect("divisions:settling", pk=pk)
