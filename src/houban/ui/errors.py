"""Error pages in plain Chinese; those for 500 and above ask nothing of the database."""

from __future__ import annotations

import sys

from django.http import HttpRequest, HttpResponse, JsonResponse, UnreadablePostError
from django.shortcuts import render
from django.template.loader import render_to_string
from django.utils import translation
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from houban.core.outages import Outage, of
from houban.ui.middleware import API

READS = ("GET", "HEAD", "OPTIONS")
BROKEN = gettext_lazy("程序出错。这是程序的问题，不是您的操作有误。这一步没有写入任何内容。")
CUT_OFF = gettext_lazy("连接中断，内容没有收全，也没有登记。请再提交一次。")
UNKNOWN = gettext_lazy("保存时中断，刚才的操作不一定已登记。请稍等片刻，刷新看看是否已登记，没有再重做。")
OUTAGES = {
    Outage.AWAY: (503, gettext_lazy("数据库暂时连不上，刚才的操作没有保存。请稍等片刻再试。")),
    Outage.BUSY: (503, gettext_lazy("有人同时在改同样的内容，刚才的操作没有保存。请再试一次。")),
    Outage.FULL: (507, gettext_lazy("服务器磁盘已满，刚才的操作没有保存。请告诉管理员腾出空间，再试一次。")),
}
PASSING = {"Cache-Control": "no-store", "HX-Reswap": "none"}  # a part that asks again and again keeps what it shows
RETRY = {503: {"Retry-After": "5"}}


def bad_request(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:  # noqa: ARG001 - Django passes it
    """Say that the address or the form can't be understood."""
    return render(request, "400.html", {"why": _("请求里有看不懂的内容，请返回上一页重试。")}, status=400)


def denied(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """Say that this person may not do this."""
    return render(request, "403.html", {"why": str(exception or "")}, status=403)


def missing(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """Say that there is nothing at this address."""
    why = str(exception.args[0]) if exception and exception.args and isinstance(exception.args[0], str) else ""
    return render(request, "404.html", {"why": why}, status=404)


def failed(request: HttpRequest) -> HttpResponse:
    """Say that it is the program's fault, or what beneath or before it is out, and that nothing was changed."""
    error = sys.exception()
    outage = of(error)
    if outage is not None:
        return _out(request, outage)
    if isinstance(error, UnreadablePostError):
        return _said(request, str(CUT_OFF), status=400)
    if request.path.startswith(API):
        return _said(request, str(BROKEN), status=500)
    return HttpResponse(render_to_string("500.html"), status=500)


def _out(request: HttpRequest, outage: Outage) -> HttpResponse:
    """Say what is out; whether something was saved is not known once its transaction was being committed."""
    status, why = OUTAGES[outage]
    if outage is Outage.AWAY and getattr(request, "is_committing", False) and request.method not in READS:
        why = UNKNOWN
    with translation.override(translation.get_language_from_request(request)):
        return _said(request, str(why), status=status)


def _said(request: HttpRequest, why: str, *, status: int) -> HttpResponse:
    headers = PASSING | RETRY.get(status, {})
    if request.path.startswith(API):
        return JsonResponse({"detail": why}, status=status, headers=headers)
    return HttpResponse(render_to_string("503.html", {"why": why}), status=status, headers=headers)


def csrf_failed(request: HttpRequest, reason: str = "") -> HttpResponse:  # noqa: ARG001 - Django passes it
    """Say that the form had grown too old."""
    why = _("页面放得太久，或浏览器不收 Cookie。请刷新后再试一次，内容没有改动。")
    return render(request, "403.html", {"why": why}, status=403)
