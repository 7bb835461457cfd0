"""The sheets of a roster and their columns; what stands here is the template, the reader and the export at once."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from django.db.models import TextChoices

from houban.organisation.powers import PostKind
from houban.organisation.words import Chosen, Nature, OrganisationKind, QuotaNature

DAY_ROW = "区划代码所按的日期"
IGNORED = frozenset({"序号", "备注", "说明"})


class Kind(StrEnum):
    """What a column holds."""

    TEXT = "text"
    DAY = "day"
    NUMBER = "number"
    CODE = "code"
    YES = "yes"
    CREDIT = "credit"


@dataclass(frozen=True)
class Column:
    """A column: its Chinese title, its name in code, what it holds."""

    title: str
    name: str
    kind: Kind = Kind.TEXT
    required: bool = False
    words: type[TextChoices] | None = None
    most: int = 120


@dataclass(frozen=True)
class SheetSpec:
    """A sheet: its title, its columns, two example rows, and the columns that tell its rows apart."""

    title: str
    columns: tuple[Column, ...]
    examples: tuple[tuple[object, ...], ...]

    @property
    def header(self) -> list[str]:
        """Return the titles of the columns."""
        return [column.title for column in self.columns]

    @property
    def texts(self) -> frozenset[str]:
        """Return the titles of columns that hold codes, which are written as text."""
        return frozenset(c.title for c in self.columns if c.kind in (Kind.CODE, Kind.CREDIT))

    @property
    def required(self) -> list[str]:
        """Return the titles of the columns that can't be left out."""
        return [column.title for column in self.columns if column.required]

    def column(self, name: str) -> Column:
        """Return a column by its name in code."""
        return next(column for column in self.columns if column.name == name)


def _text(title: str, name: str, most: int = 120) -> Column:
    return Column(title, name, most=most)


def _must(title: str, name: str, most: int = 80) -> Column:
    return Column(title, name, required=True, most=most)


def _code(title: str, name: str) -> Column:
    return Column(title, name, Kind.CODE)


def _day(title: str, name: str, *, required: bool = False) -> Column:
    return Column(title, name, Kind.DAY, required=required)


def _number(title: str, name: str, *, required: bool = False) -> Column:
    return Column(title, name, Kind.NUMBER, required=required)


def _choice(title: str, name: str, words: type[TextChoices], *, required: bool = False) -> Column:
    return Column(title, name, required=required, words=words)


BODY = (_must("机构", "organisation"), _code("机构区划代码", "organisation_code"))
PERSON = (_must("姓名", "name", 40), _text("区分同名", "distinction", 40))
PERIOD = (_day("起日", "start", required=True), _day("止日", "until"))
VILLAGE, COMMITTEE, SUPERVISION = "510304104205", "龙凼村村民委员会", "龙凼村村务监督委员会"

ORGANISATIONS = SheetSpec(
    "机构",
    (
        _must("机构名称", "name"),
        _choice("类型", "kind", OrganisationKind, required=True),
        _code("区划代码", "code"),
        _text("上级机构", "parent", 80),
        _code("上级区划代码", "parent_code"),
        Column("统一社会信用代码", "credit_code", Kind.CREDIT),
        Column("差异化设置", "differentiated", Kind.YES),
        _number("队伍人数", "headcount"),
        _day("设立日", "start", required=True),
        _text("设立依据", "basis"),
        _day("撤销日", "until"),
        _text("撤销依据", "end_basis"),
    ),
    (
        (COMMITTEE, "村（居）民委员会", VILLAGE, "", "", "", "", "", "2020-06-30", "示例〔2020〕3号", "", ""),
        (SUPERVISION, "村（居）务监督委员会", VILLAGE, COMMITTEE, VILLAGE, "", "", "", "2020-06-30", "", "", ""),
    ),
)
TERMS = SheetSpec(
    "届次",
    (
        *BODY,
        _number("届次", "number", required=True),
        _day("选举日", "elected_on", required=True),
        _day("起日", "start"),
        _day("止日", "until"),
        _text("当选公告", "document"),
    ),
    (
        (COMMITTEE, VILLAGE, 11, "2021-01-10", "2021-01-10", "", "示例公告 1 号"),
        (SUPERVISION, VILLAGE, 11, "2021-01-12", "2021-01-12", "", ""),
    ),
)
POSTS = SheetSpec(
    "岗位",
    (
        *BODY,
        _must("岗位名称", "title", 60),
        _choice("岗位类型", "kind", PostKind, required=True),
        _code("管辖区划代码", "code"),
        _number("职数", "seats"),
        *PERIOD,
    ),
    (
        (COMMITTEE, VILLAGE, "主任", "村（居）委会主任", "", 1, "2020-06-30", ""),
        (COMMITTEE, VILLAGE, "委员", "村（居）委会委员", "", 3, "2020-06-30", ""),
    ),
)
QUOTAS = SheetSpec(
    "编制",
    (
        *BODY,
        _choice("编制性质", "nature", QuotaNature, required=True),
        _number("核定数", "number", required=True),
        _must("文号", "document", 120),
        *PERIOD,
    ),
    (
        ("某镇人民政府", "510304104", "行政编制", 28, "示例编〔2020〕5号", "2020-07-01", ""),
        ("某镇人民政府", "510304104", "事业编制", 35, "示例编〔2020〕5号", "2020-07-01", ""),
    ),
)
PEOPLE = SheetSpec(
    "人员",
    (
        *PERSON,
        _code("所属区划代码", "code"),
        _text("编制所在机构", "home", 80),
        _code("编制机构区划代码", "home_code"),
        _choice("编制性质", "nature", QuotaNature),
        _day("占编起日", "start"),
        _day("占编止日", "until"),
        _text("占编依据", "basis"),
    ),
    (
        ("张示例", "", VILLAGE, "", "", "", "", "", ""),
        ("李示例", "二组", VILLAGE, "某镇人民政府", "510304104", "事业编制", "2020-07-01", "", ""),
    ),
)
APPOINTMENTS = SheetSpec(
    "任职",
    (
        *PERSON,
        *BODY,
        _must("岗位", "post", 60),
        _number("席位", "seat"),
        _choice("任职性质", "nature", Nature),
        _choice("产生方式", "chosen", Chosen),
        _number("届次", "term"),
        *PERIOD,
        _text("任职依据", "basis"),
        _text("免职依据", "end_basis"),
    ),
    (
        ("张示例", "", COMMITTEE, VILLAGE, "主任", "", "专职", "选举", 11, "2021-01-10", "", "示例公告 1 号", ""),
        ("李示例", "二组", COMMITTEE, VILLAGE, "委员", "", "兼职", "选举", 11, "2021-01-10", "", "示例公告 1 号", ""),
    ),
)
MEMBERSHIPS = SheetSpec(
    "成员单位",
    (
        _must("领导小组", "group"),
        _code("领导小组区划代码", "group_code"),
        _must("成员单位", "member"),
        _code("成员单位区划代码", "member_code"),
        *PERIOD,
        _text("依据", "basis"),
    ),
    (
        ("区后半篇领导小组", "510304", "区示例局", "510304", "2020-09-01", "", "示例发〔2020〕1号"),
        ("区后半篇领导小组", "510304", "某镇人民政府", "510304104", "2020-09-01", "", ""),
    ),
)
SHEETS = (ORGANISATIONS, TERMS, POSTS, QUOTAS, PEOPLE, APPOINTMENTS, MEMBERSHIPS)
BY_TITLE = {sheet.title: sheet for sheet in SHEETS}
NOTES_SHEET = "说明"
NOTES = (
    ("机构", "写全称；同名的写上机构区划代码。"),
    ("人员", "同名的写明“区分同名”，各表写得一样。"),
    ("起日、止日", "止日是不再任职（存续）的第一天；仍在的空着。"),
    ("改动", "已登记的任职只能写上止日提前结束，不能改写；登记错的在人员页撤回。"),
    ("区划代码", "写说明表上这一天所用的代码；当天已不用的，写成“代码@日期”，如 510304104205@2019-10-31。"),
)
