"""What of another platform's list is taken over, and by which headers a column is recognised.

What identifies residents has no place among the fields: such columns are named on the page and left out.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

PERSONAL = re.compile(
    r"电话|手机|身份证|证件|联系方式|上报人|报告人|举报人|投诉人|来电人|来访人|诉求人|反映人|联系人|当事人|申请人|户主|姓名|年龄|性别"
    r"|住址|家庭"
)
NOISE = re.compile(r"[\s　（）()【】\[\]:：*＊_\-/]")


@dataclass(frozen=True)
class Field:
    """Something of ours that a column may fill; `headers` are those it goes by, the surest first."""

    key: str
    label: str | Promise
    hint: str | Promise
    headers: str
    required: bool = False

    @property
    def known(self) -> list[str]:
        """Return the headers it goes by."""
        return self.headers.split()


FIELDS = (
    Field("number", _("编号"), _("平台给每件的编号；同一编号只转入一次"),
          "工单编号 事件编号 案件编号 任务编号 受理编号 工单号 案件号 流水号 编号 单号", required=True),
    Field("title", _("标题"), _("没有标题列的，选内容列，取前 80 字"),
          "工单标题 事件标题 案件标题 事件名称 标题 主题 名称 案由", required=True),
    Field("text", _("说明"), _("问题的详细描述"),
          "问题描述 事件描述 案件描述 内容描述 诉求内容 工单内容 描述 内容 详情 情况说明"),
    Field("state", _("状态"), _("在平台上办到哪一步"),
          "工单状态 事件状态 案件状态 办理状态 当前状态 处理状态 当前环节 状态 环节", required=True),
    Field("reported_at", _("报告时间"), _("年月日，可带时分"),
          "上报时间 报告时间 受理时间 登记时间 来电时间 创建时间 发生时间 接收时间", required=True),
    Field("unit", _("村（社区）"), _("名称或区划代码；到不了村的，写乡镇"),
          "所属村社区 所属社区 所属村居 村社区 社区村 村居 社区 村 所属区域 所属区划 区划代码 区划 辖区"),
    Field("town", _("乡镇（街道）"), _("同名的村靠它分清"),
          "所属乡镇街道 所属街道 所属乡镇 乡镇街道 街道乡镇 所属镇街 镇街 街道 乡镇"),
    Field("place", _("地点"), _("路名、门牌、参照物"),
          "详细地址 事发地址 事件地址 发生地点 事发地点 案发地址 位置描述 地址 地点 位置"),
    Field("longitude", _("经度"), _("小数的度"),
          "经度 lng lon longitude x坐标"),
    Field("latitude", _("纬度"), _("小数的度"),
          "纬度 lat latitude y坐标"),
    Field("type", _("类型"), _("小类名称或代码"),
          "事件小类 案件小类 问题小类 小类名称 小类 事件类型 案件类型 诉求类型 问题类型 事件类别 类型 类别 分类"),
    Field("holder", _("承办机构"), _("正在办或办结它的机构"),
          "承办单位 处置部门 主办单位 处置单位 责任单位 办理单位 承办部门 责任部门 处理部门 承办机构"),
    Field("filed_at", _("立案时间"), _("没有的，按报告时间"),
          "立案时间 派单时间 派遣时间 交办时间 转办时间"),
    Field("due", _("到期"), _("没有的，按本县的立案规则算"),
          "截止时间 到期时间 办理期限 处置截止时间 要求完成时间 应办结时间 限办时间 截止日期"),
    Field("ended_at", _("办结时间"), _("已结案、不予立案的才有"),
          "办结时间 结案时间 完成时间 办结日期 处置完成时间 归档时间 关闭时间"),
    Field("result", _("处理结果"), _("怎么办的、怎么答复的"),
          "处理结果 办理结果 处置结果 办理情况 处理情况 答复内容 反馈内容 处置意见"),
    Field("urgent", _("加急"), _("写“是”或“紧急”的算加急"),
          "是否紧急 紧急程度 是否加急 加急"),
    Field("rating", _("满意度"), _("一至五分，或“非常满意”至“非常不满意”"),
          "满意度 评价 满意度评价 群众评价 回访满意度"),
)  # fmt: skip
BY_KEY = {field.key: field for field in FIELDS}
WORDED = ("state", "unit", "type", "holder")  # what people say the platform's words for mean

Columns = Mapping[str, str]  # our field to their header


def plain(header: str) -> str:
    """Return a header without blanks, brackets and marks, in small letters."""
    return NOISE.sub("", header).lower()


def is_personal(header: str) -> bool:
    """Tell whether a column names or describes a resident."""
    return PERSONAL.search(header) is not None


def guess(header: Sequence[str], remembered: Columns) -> dict[str, str]:
    """Return which column fills which field: as last time, else by its header; a column fills one field."""
    found = {key: column for key, column in remembered.items() if key in BY_KEY and column in header}
    free = {plain(column): column for column in header if column not in found.values() and not is_personal(column)}
    for whole in (True, False):
        for field in FIELDS:
            if field.key in found:
                continue
            name = next((name for known in field.known if (name := _like(known, free, whole=whole))), None)
            if name is not None:
                found[field.key] = free.pop(name)
    return found


def _like(known: str, free: Mapping[str, str], *, whole: bool) -> str | None:
    if whole:
        return known if known in free else None
    return next((name for name in free if known in name), None) if len(known) > 1 else None
