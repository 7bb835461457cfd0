"""Which post gives which power, and over what: the one table of authority.

Nobody is granted anything. A post's kind gives its verbs, over the post's division and everything that has become
part of it. `migrate` copies the table into the database, where the policies read it.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from django.db.models import TextChoices
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _


class Power(StrEnum):
    """A verb that somebody may or may not."""

    READ = "read"
    REGISTER = "register"
    REPORT = "report"
    HANDLE = "handle"
    DISPATCH = "dispatch"
    VERIFY = "verify"
    SUPERVISE = "supervise"
    RULES = "rules"
    ORGANISE = "organise"
    APPOINT = "appoint"
    PERSONAL = "personal"
    ACCOUNTS = "accounts"
    PROTECT = "protect"
    RECORD = "record"


MEANING: dict[Power, str | Promise] = {
    Power.READ: _("查看各房间的页面"),
    Power.REGISTER: _("登记、生效和撤销区划调整，导入名录"),
    Power.REPORT: _("填报数据，生成报告"),
    Power.HANDLE: _("报告事项，接办和报结派给本机构的事项"),
    Power.DISPATCH: _("立案、派遣本机构受理的事项，准延期和挂账"),
    Power.VERIFY: _("核查报结的事项（不是本人、本机构办的）"),
    Power.SUPERVISE: _("开督办单，催办"),
    Power.RULES: _("维护事项类型、时限和权责清单"),
    Power.ORGANISE: _("设立和撤销机构、岗位，核定编制"),
    Power.APPOINT: _("任职、免职、交接、换届，登记近亲属申报"),
    Power.PERSONAL: _("逐项查看本范围人员的电话、证件号"),
    Power.ACCOUNTS: _("开通、停用账号，重设密码"),
    Power.PROTECT: _("导出和销毁个人信息，轮换密钥"),
    Power.RECORD: _("查阅、导出和核验留痕"),
}


class PostKind(TextChoices):
    """What a post is for."""

    GROUP_HEAD = "group_head", _("领导小组组长")
    GROUP_MEMBER = "group_member", _("领导小组成员")
    COUNTY_LEADER = "county_leader", _("县级领导")
    TASK_FORCE_HEAD = "task_force_head", _("专班负责人")
    REGISTER_CLERK = "register_clerk", _("区划岗")
    REPORT_CLERK = "report_clerk", _("报告岗")
    PERSONNEL = "personnel", _("组织人事岗")
    QUOTA_CLERK = "quota_clerk", _("机构编制岗")
    UNIT_HEAD = "unit_head", _("部门负责人")
    LIAISON = "liaison", _("联络员")
    STAFF = "staff", _("工作人员")
    TOWN_HEAD = "town_head", _("乡镇（街道）主要负责人")
    TOWN_PERSONNEL = "town_personnel", _("乡镇组织岗")
    OFFICE_HEAD = "office_head", _("镇街内设机构负责人")
    DISPATCHER = "dispatcher", _("平台调度岗")
    ENFORCER = "enforcer", _("综合执法人员")
    POLICE = "police", _("民警")
    VILLAGE_POLICE = "village_police", _("村（居）委会兼职民警")
    DOCTOR = "doctor", _("医务人员")
    TEACHER = "teacher", _("教师")
    SECRETARY = "secretary", _("村（社区）党组织书记")
    DIRECTOR = "director", _("村（居）委会主任")
    COMMITTEE_MEMBER = "committee_member", _("村（居）委会委员")
    SUPERVISION_HEAD = "supervision_head", _("村（居）务监督委员会主任")
    SUPERVISION_MEMBER = "supervision_member", _("村（居）务监督委员会委员")
    WOMEN_HEAD = "women_head", _("妇女组织负责人")
    YOUTH_HEAD = "youth_head", _("团支部书记")
    MEDIATION_HEAD = "mediation_head", _("人民调解委员会主任")
    MEDIATOR = "mediator", _("人民调解员")
    COOPERATIVE_HEAD = "cooperative_head", _("合作社理事长")
    COUNCIL_MEMBER = "council_member", _("合作社理事")
    ACCOUNTANT = "accountant", _("合作社财务人员")
    SUPERVISOR = "supervisor", _("合作社监事")
    GRID_WORKER = "grid_worker", _("网格员")
    GRID_WORKER_FULL_TIME = "grid_worker_full_time", _("专职网格员")
    TEAM_HEAD = "team_head", _("队伍负责人")
    SYSTEM_ADMINISTRATOR = "system_administrator", _("系统管理员")
    SECURITY_ADMINISTRATOR = "security_administrator", _("安全管理员")
    AUDIT_ADMINISTRATOR = "audit_administrator", _("审计管理员")


@dataclass(frozen=True)
class Grant:
    """One line of the table."""

    kinds: tuple[PostKind, ...]
    powers: frozenset[Power]


K, P = PostKind, Power
WHO_HANDLE = (
    K.TASK_FORCE_HEAD, K.UNIT_HEAD, K.LIAISON, K.STAFF, K.TOWN_HEAD, K.OFFICE_HEAD, K.DISPATCHER, K.ENFORCER, K.POLICE,
    K.VILLAGE_POLICE, K.DOCTOR, K.SECRETARY, K.DIRECTOR, K.COMMITTEE_MEMBER, K.MEDIATION_HEAD, K.MEDIATOR,
    K.SUPERVISION_HEAD, K.GRID_WORKER, K.GRID_WORKER_FULL_TIME, K.TEAM_HEAD,
)  # fmt: skip
WHO_VERIFY = (
    K.TASK_FORCE_HEAD, K.TOWN_HEAD, K.DISPATCHER, K.SUPERVISION_HEAD, K.GRID_WORKER, K.GRID_WORKER_FULL_TIME,
)  # fmt: skip
TABLE: tuple[Grant, ...] = (
    Grant((K.TASK_FORCE_HEAD,), frozenset({P.READ, P.REGISTER, P.REPORT, P.ORGANISE, P.APPOINT})),
    Grant(WHO_HANDLE, frozenset({P.READ, P.HANDLE})),
    Grant(WHO_VERIFY, frozenset({P.READ, P.VERIFY})),
    Grant((K.TASK_FORCE_HEAD, K.DISPATCHER, K.TOWN_HEAD, K.SECRETARY, K.DIRECTOR), frozenset({P.READ, P.DISPATCH})),
    Grant((K.TASK_FORCE_HEAD, K.COUNTY_LEADER, K.GROUP_HEAD, K.GROUP_MEMBER, K.TOWN_HEAD), frozenset({P.SUPERVISE})),
    Grant((K.TASK_FORCE_HEAD, K.DISPATCHER), frozenset({P.RULES})),
    Grant((K.REGISTER_CLERK,), frozenset({P.READ, P.REGISTER, P.REPORT})),
    Grant((K.REPORT_CLERK,), frozenset({P.READ, P.REPORT})),
    Grant((K.PERSONNEL,), frozenset({P.READ, P.APPOINT, P.PERSONAL})),
    Grant((K.QUOTA_CLERK,), frozenset({P.READ, P.ORGANISE})),
    Grant((K.TOWN_HEAD, K.TOWN_PERSONNEL), frozenset({P.READ, P.APPOINT, P.PERSONAL})),
    Grant((K.SYSTEM_ADMINISTRATOR,), frozenset({P.READ, P.ACCOUNTS})),
    Grant((K.SECURITY_ADMINISTRATOR,), frozenset({P.READ, P.PROTECT})),
    Grant((K.AUDIT_ADMINISTRATOR,), frozenset({P.READ, P.RECORD})),
)


def powers_of(kind: str) -> frozenset[Power]:
    """Return the verbs of a kind of post; every post lets its holder read."""
    return frozenset({Power.READ}).union(*(grant.powers for grant in TABLE if kind in grant.kinds))


def said_of(kind: str) -> list[str]:
    """Return the verbs of a kind of post in words, in the order of the table's columns."""
    return [str(MEANING[power]) for power in Power if power in powers_of(kind)]


def kinds_with(power: str) -> list[PostKind]:
    """Return the kinds of post that give a power."""
    return [kind for kind in PostKind if power in powers_of(kind)]


def rows() -> set[tuple[str, str]]:
    """Return the whole table as pairs of kind and verb, as the database keeps it."""
    return {(kind.value, power.value) for kind in PostKind for power in powers_of(kind)}
