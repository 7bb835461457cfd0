"""What stands in a cell of another platform's list, as a value of ours; a cell that can't be read raises a sentence."""

from __future__ import annotations

import re
from datetime import date, datetime, time, timedelta, tzinfo
from decimal import Decimal, InvalidOperation

from django.utils.translation import gettext as _

from houban.matters.words import State

DAY = re.compile(
    r"(?P<y>\d{4})[-/.年](?P<m>\d{1,2})[-/.月](?P<d>\d{1,2})日?[ T]*"
    r"(?:(?P<h>\d{1,2})[:：时点](?:(?P<i>\d{1,2})分?)?(?:[:：]?(?P<s>\d{1,2})(?:\.\d+)?秒?)?)?$"
)
SERIAL = re.compile(r"\d{5}(\.\d+)?$")
EXCEL_BEGINS = date(1899, 12, 30)
FIRST_YEAR = 2000
PHONE = re.compile(r"(?<!\d)1[3-9]\d{9}(?!\d)")
LANDLINE = re.compile(r"(?<!\d)0\d{2,3}[- ]?\d{7,8}(?!\d)")
IDENTITY = re.compile(r"(?<!\d)\d{17}[\dXx](?![\dXx])")
MASK = "＊＊＊"
YES = ("是", "紧急", "加急", "特急", "重大紧急", "1", "true", "y", "yes", "√")
RATINGS = {"非常满意": 5, "很满意": 5, "满意": 4, "基本满意": 3, "一般": 3, "不满意": 2, "非常不满意": 1, "很不满意": 1}
STATES = {
    State.REPORTED: ("待立案", "已上报", "上报", "待受理", "新建", "待处理", "未受理", "未处理", "已登记", "待审核"),
    State.FILED: ("待派遣", "已立案", "待派单", "已受理", "受理", "待交办", "立案"),
    State.DISPATCHED: ("待接办", "已派遣", "已派单", "待接单", "待签收", "已交办", "待处置", "派遣"),
    State.HANDLING: ("办理中", "处理中", "处置中", "在办", "已接单", "已签收", "进行中", "正在办理", "处置", "挂账"),
    State.VERIFYING: ("待核查", "待核实", "待回访", "已处置", "已反馈", "待结案", "待评价", "已处理", "核查"),
    State.CLOSED: ("已结案", "已办结", "结案", "办结", "已完成", "完成", "已归档", "归档", "已关闭", "关闭", "已解决"),
    State.REJECTED: ("不予立案", "不予受理", "退单", "已退单", "作废", "无效", "已作废", "已撤销", "撤销"),
}  # fmt: skip
KNOWN_STATES = {word: state.value for state, words in STATES.items() for word in words}


class CellError(ValueError):
    """A cell can't be read; what is wrong, and how to mend it."""

    def __init__(self, what: str, mend: str) -> None:
        super().__init__(what)
        self.what, self.mend = what, mend


def moment(text: str, *, zone: tzinfo) -> datetime:
    """Read a day, with a time or without, as people and Excel write them; not before the year 2000."""
    found = DAY.match(text)
    try:
        if found:
            year, month, day, hour, minute, second = (int(found[name] or 0) for name in "ymdhis")
            read = datetime(year, month, day, hour, minute, second, tzinfo=zone)
        elif SERIAL.match(text):
            days, rest = divmod(round(float(text) * 86400), 86400)
            midnight = datetime.combine(EXCEL_BEGINS + timedelta(days=days), time(), zone)
            read = midnight + timedelta(seconds=rest)
        else:
            raise ValueError(text)
    except ValueError:
        raise CellError(_("“%(text)s”不是时间") % {"text": quoted(text)}, _("请写成 2026-03-01 09:30")) from None
    if read.year < FIRST_YEAR:
        raise CellError(_("“%(text)s”早于 2000 年") % {"text": quoted(text)}, _("请核对年份"))
    return read


def past(read: datetime, text: str, *, now: datetime) -> datetime:
    """Hold a moment to have been."""
    if read > now:
        raise CellError(_("“%(text)s”还没有到") % {"text": quoted(text)}, _("请核对时间"))
    return read


def point(longitude: str, latitude: str) -> tuple[Decimal, Decimal] | None:
    """Read a point in degrees; one of both alone, or one outside China, is none."""
    if not longitude and not latitude:
        return None
    try:
        x, y = (Decimal(text).quantize(Decimal("0.000001")) for text in (longitude, latitude))
    except InvalidOperation:
        raise CellError(_("经纬度不全，或不是数字"), _("请写成 104.712345 和 29.412345，或都空着")) from None
    if x == 0 and y == 0:
        return None
    if 73 <= y <= 136 and 3 <= x <= 54:
        raise CellError(_("经度、纬度写反了"), _("请对调两列"))
    if not (73 <= x <= 136 and 3 <= y <= 54):
        raise CellError(_("经纬度不在中国境内"), _("请核对，或都空着"))
    return x, y


def rating(text: str) -> int | None:
    """Read one to five, or the words for them; what is neither says nothing."""
    if text in RATINGS:
        return RATINGS[text]
    return int(text) if text in ("1", "2", "3", "4", "5") else None


def masked(text: str) -> str:
    """Return a text without the telephone and identity numbers in it."""
    return LANDLINE.sub(MASK, PHONE.sub(MASK, IDENTITY.sub(MASK, text)))


def quoted(text: str, *, most: int = 20) -> str:
    """Return a cell as a sentence names it; masked before it is cut, for half a number is a number too."""
    return masked(text)[:most]
