"""The words of matters: states, verbs, channels, levels and what somebody is to a matter."""

from __future__ import annotations

from django.db.models import IntegerChoices, TextChoices
from django.utils.translation import gettext_lazy as _


class State(TextChoices):
    """Where a matter stands in the loop."""

    DRAFT = "draft", _("草稿")
    REPORTED = "reported", _("待立案")
    FILED = "filed", _("待派遣")
    DISPATCHED = "dispatched", _("待接办")
    HANDLING = "handling", _("办理中")
    VERIFYING = "verifying", _("待核查")
    CLOSED = "closed", _("已结案")
    REJECTED = "rejected", _("不予立案")


ENDED = (State.CLOSED, State.REJECTED)
OPEN = tuple(state for state in State if state not in (State.DRAFT, *ENDED))


class Verb(TextChoices):
    """What somebody does to a matter."""

    REPORT = "report", _("报告")
    RESOLVE = "resolve", _("现场办结")
    FILE = "file", _("立案")
    FOLLOW = "follow", _("续报")
    REJECT = "reject", _("不予立案")
    RETYPE = "retype", _("改类型")
    DISPATCH = "dispatch", _("派遣")
    RETURN = "return", _("退回")
    ACCEPT = "accept", _("接办")
    ESCALATE = "escalate", _("上报")
    ASK = "ask", _("申请")
    EXTEND = "extend", _("延期")
    PAUSE = "pause", _("挂账")
    RESUME = "resume", _("恢复办理")
    SUBMIT = "submit", _("报结")
    VERIFY = "verify", _("核查通过")
    SEND_BACK = "send_back", _("返工")
    CLOSE = "close", _("结案")
    RECHECK = "recheck", _("抽查通过")
    REOPEN = "reopen", _("重开")
    MERGE = "merge", _("合并")
    UNMERGE = "unmerge", _("撤销合并")
    SPLIT = "split", _("拆分")
    SUPERVISE = "supervise", _("督办")
    REPLY = "reply", _("答复")
    RATE = "rate", _("评价")
    APPEAL = "appeal", _("申诉")
    WITHDRAW = "withdraw", _("撤销")
    MOVE = "move", _("随区划移交")


class Who(TextChoices):
    """What one has to be to a matter to take a verb."""

    STAFF = "staff", _("能办事项的人")
    REPORTER = "reporter", _("报告人")
    RECEIVER = "receiver", _("受理机构的调度")
    HOLDER = "holder", _("承办机构的人")
    VERIFIER = "verifier", _("核查人（不是承办人，也不在承办机构）")
    LEADER = "leader", _("能督办的人")
    SERVICE = "service", _("系统")


class Channel(TextChoices):
    """How a matter came in."""

    GRID = "grid", _("网格上报")
    PHONE = "phone", _("电话")
    VISIT = "visit", _("来访")
    PLATFORM = "platform", _("平台转来")
    RESIDENT = "resident", _("群众反映")
    INSPECTION = "inspection", _("督查发现")
    INTERNAL = "internal", _("内部发起")


class Level(IntegerChoices):
    """Which level deals with it."""

    VILLAGE = 1, _("村（社区）")
    TOWN = 2, _("乡镇（街道）")
    COUNTY = 3, _("县")


class Duty(TextChoices):
    """What a duty rule gives to an organisation."""

    RECEIVE = "receive", _("受理")
    HANDLE = "handle", _("办理")


class Grade(TextChoices):
    """How weighty a supervision order is."""

    ORDINARY = "ordinary", _("一般")
    IMPORTANT = "important", _("重要")
    URGENT = "urgent", _("紧急")


class Wish(TextChoices):
    """What a holder may ask the receiver for."""

    EXTENSION = "extension", _("延期")
    PAUSE = "pause", _("挂账")
    HELP = "help", _("协助")


class Result(TextChoices):
    """How a mediation came out."""

    AGREED = "agreed", _("达成协议")
    FAILED = "failed", _("未达成协议")
    WITHDRAWN = "withdrawn", _("当事人撤回")
    REFERRED = "referred", _("引导走仲裁、诉讼等途径")


class Often(TextChoices):
    """When somebody is told outside these pages."""

    NEVER = "never", _("不另外通知")
    AT_ONCE = "at_once", _("随时")
    DAILY = "daily", _("每天一次")


class ByWhat(TextChoices):
    """By what somebody is told outside these pages."""

    MAIL = "mail", _("邮件")
    SMS = "sms", _("短信")
    WECOM = "wecom", _("企业微信群")
    DINGTALK = "dingtalk", _("钉钉群")
