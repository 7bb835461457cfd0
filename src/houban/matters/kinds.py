"""The kinds of matters that come with the engine; rooms above add theirs."""

from __future__ import annotations

from dataclasses import replace

from django.utils.translation import gettext_lazy as _

from houban.matters.rules import table
from houban.matters.rules.clocks import Limit, Unit
from houban.matters.rules.table import HOLDER, PEOPLE, RESULT, TEXT, Kind
from houban.matters.words import State, Verb, Who

S, W = State, Who

EVENT = table.add(
    Kind(
        "event",
        _("网格事件"),
        "",
        (
            table.REPORT, table.RESOLVE, table.FILE, table.REJECT, table.RETYPE, table.DISPATCH, table.RETURN,
            table.ACCEPT, table.ESCALATE, table.ASK, table.EXTEND, table.PAUSE, table.RESUME, table.SUBMIT,
            table.VERIFY,
            table.SEND_BACK, table.CLOSE, table.RECHECK, table.REOPEN, table.MERGE, table.UNMERGE, table.SPLIT,
            table.SUPERVISE, table.REPLY, table.RATE, table.APPEAL, table.MOVE,
        ),
        filing=Limit(4, Unit.WORKING_HOUR),
        at_desk=True,
    )
)  # fmt: skip

ISSUED = replace(table.REPORT, to=S.DISPATCHED, who=(W.LEADER,), needs=(TEXT, HOLDER))
WITHDRAWN = table.Row(Verb.WITHDRAW, (S.DISPATCHED, S.HANDLING, S.VERIFYING), S.CLOSED, (W.REPORTER,), (TEXT,))
ORDER_ROWS = (
    ISSUED,
    table.ACCEPT,
    table.ASK,
    table.EXTEND,
    replace(table.SUBMIT, needs=(TEXT,)),
    replace(table.VERIFY, who=(W.REPORTER, W.VERIFIER)),
    replace(table.SEND_BACK, who=(W.REPORTER, W.VERIFIER)),
    WITHDRAWN,
    replace(table.APPEAL, who=(W.HOLDER,)),
    table.MOVE,
)
SUPERVISION = table.add(Kind("supervision", _("督办单"), "D", ORDER_ROWS))
RECTIFICATION = table.add(Kind("rectification", _("整改通知"), "Z", ORDER_ROWS))

MAJOR = table.add(
    Kind(
        "major",
        _("重大事项报告"),
        "B",
        (
            table.REPORT,
            replace(table.FILE, needs=()),
            table.FOLLOW,
            table.REJECT,
            table.ESCALATE,
            table.CLOSE,
            table.REPLY,
            table.SUPERVISE,
            table.MOVE,
        ),
        filing=Limit(2, Unit.URGENT_HOUR),
        following=Limit(24, Unit.URGENT_HOUR),
        at_desk=True,
    )
)
APPEAL = table.add(
    Kind(
        "appeal",
        _("申诉"),
        "S",
        (
            replace(table.REPORT, who=(W.STAFF,), needs=(TEXT,)),
            replace(table.REJECT, needs=(TEXT,)),
            replace(table.CLOSE, begins=(S.REPORTED,), needs=(TEXT,), guards=()),
            table.MOVE,
        ),
    )
)
# A mediation is as a rule ended within a month of its acceptance: 人民调解工作若干规定, article 33.
DISPUTE = table.add(
    Kind(
        "dispute",
        _("矛盾纠纷"),
        "T",
        (
            replace(table.REPORT, needs=(TEXT, PEOPLE)),
            replace(table.FILE, needs=()),
            table.REJECT,
            table.DISPATCH,
            table.RETURN,
            table.ACCEPT,
            table.ESCALATE,
            table.ASK,
            table.EXTEND,
            table.PAUSE,
            table.RESUME,
            replace(table.SUBMIT, needs=(TEXT, RESULT)),
            table.VERIFY,
            table.SEND_BACK,
            table.REOPEN,
            table.SUPERVISE,
            table.MOVE,
        ),
        filing=Limit(1, Unit.WORKING_DAY),
        following=Limit(30, Unit.NATURAL_DAY),
        at_desk=True,
        confidential=True,
    )
)
