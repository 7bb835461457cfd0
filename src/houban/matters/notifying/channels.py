"""Which ways out this installation has, from the settings."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

from django.conf import settings

from houban.matters.notifying.adapters import Adapter
from houban.matters.notifying.mail import Mail
from houban.matters.notifying.robots import DingTalk, WeCom
from houban.matters.notifying.sms import Sms
from houban.matters.words import ByWhat

GROUPS = (ByWhat.WECOM, ByWhat.DINGTALK)
Adapters = dict[str, Adapter]


def names() -> list[ByWhat]:
    """Return the ways out that are set up."""
    set_up = {
        ByWhat.MAIL: settings.HOUBAN_MAIL_SERVER,
        ByWhat.SMS: settings.HOUBAN_SMS_GATEWAY,
        ByWhat.WECOM: settings.HOUBAN_WECOM_WEBHOOK,
        ByWhat.DINGTALK: settings.HOUBAN_DINGTALK_WEBHOOK,
    }
    return [name for name, given in set_up.items() if given]


def adapters(now: Callable[[], datetime]) -> Adapters:
    """Return an adapter for each way out that is set up."""
    made: dict[str, Callable[[], Adapter]] = {
        ByWhat.MAIL: lambda: Mail(settings.HOUBAN_MAIL_FROM),
        ByWhat.SMS: lambda: Sms(settings.HOUBAN_SMS_GATEWAY, settings.HOUBAN_SMS_TOKEN),
        ByWhat.WECOM: lambda: WeCom(settings.HOUBAN_WECOM_WEBHOOK),
        ByWhat.DINGTALK: lambda: DingTalk(settings.HOUBAN_DINGTALK_WEBHOOK, settings.HOUBAN_DINGTALK_SECRET, now),
    }
    return {name.value: made[name]() for name in names()}
