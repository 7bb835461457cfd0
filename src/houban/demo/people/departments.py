"""The district's departments: what they are called, were called before the reform of 2019, and who heads them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from houban.demo.people.days import FIRST, REFORM, REVIVAL
from houban.organisation.words import OrganisationKind as O


@dataclass(frozen=True)
class Department:
    """A department; `former` is the name it had before `since`."""

    name: str
    kind: O
    head: str = "局长"
    is_member: bool = True
    since: date = FIRST
    former: str = ""


PERSONNEL, QUOTAS = "区委组织部", "区委编办"
ENFORCEMENT, POLICE, HEALTH = "区综合行政执法局", "市公安局大安区分局", "区卫生健康局"
REVIVED = "区乡村振兴局"
DEPARTMENTS = (
    Department("区纪委监委", O.PARTY, "常务副书记"),
    Department("区委办公室", O.PARTY, "主任"),
    Department(PERSONNEL, O.PARTY, "常务副部长"),
    Department("区委宣传部", O.PARTY, "常务副部长"),
    Department("区委统战部", O.PARTY, "常务副部长"),
    Department("区委政法委", O.PARTY, "常务副书记"),
    Department(QUOTAS, O.PARTY, "主任"),
    Department("区委目标绩效办", O.PARTY, "主任"),
    Department("区委党校", O.PARTY, "常务副校长", is_member=False),
    Department("区直机关工委", O.PARTY, "书记", is_member=False),
    Department("区委老干部局", O.PARTY, is_member=False),
    Department("区政府办公室", O.GOVERNMENT, "主任"),
    Department("区发展和改革局", O.GOVERNMENT),
    Department("区经济信息化和科技局", O.GOVERNMENT, since=REFORM, former="区经济和信息化局"),
    Department("区教育和体育局", O.GOVERNMENT, since=REFORM, former="区教育局"),
    Department(POLICE, O.GOVERNMENT),
    Department("区民政局", O.GOVERNMENT),
    Department("区司法局", O.GOVERNMENT),
    Department("区财政局", O.GOVERNMENT),
    Department("区人力资源和社会保障局", O.GOVERNMENT),
    Department("区自然资源和规划局", O.GOVERNMENT, since=REFORM, former="区国土资源局"),
    Department("区生态环境局", O.GOVERNMENT, since=REFORM, former="区环境保护局"),
    Department("区住房和城乡建设局", O.GOVERNMENT),
    Department("区交通运输局", O.GOVERNMENT),
    Department("区水务局", O.GOVERNMENT),
    Department("区农业农村局", O.GOVERNMENT, since=REFORM, former="区农林局"),
    Department("区商务局", O.GOVERNMENT),
    Department("区文化广播电视和旅游局", O.GOVERNMENT, since=REFORM, former="区文化广播电视局"),
    Department(HEALTH, O.GOVERNMENT, since=REFORM, former="区卫生和计划生育局"),
    Department("区退役军人事务局", O.GOVERNMENT, since=REFORM),
    Department("区应急管理局", O.GOVERNMENT, since=REFORM, former="区安全生产监督管理局"),
    Department("区审计局", O.GOVERNMENT),
    Department("区市场监督管理局", O.GOVERNMENT, since=REFORM, former="区食品药品和工商质监局"),
    Department("区统计局", O.GOVERNMENT),
    Department("区医疗保障局", O.GOVERNMENT, since=REFORM),
    Department(ENFORCEMENT, O.GOVERNMENT, since=REFORM, former="区城市管理局"),
    Department("区行政审批局", O.GOVERNMENT, since=REFORM, former="区政务服务中心管理办公室"),
    Department("区信访局", O.GOVERNMENT, is_member=False),
    Department(REVIVED, O.GOVERNMENT, since=REVIVAL, former="区扶贫开发局"),
    Department("区总工会", O.PEOPLES_ORGANISATION, "常务副主席", is_member=False),
    Department("团区委", O.PEOPLES_ORGANISATION, "书记"),
    Department("区妇联", O.PEOPLES_ORGANISATION, "主席"),
    Department("区工商联", O.PEOPLES_ORGANISATION, "常务副主席", is_member=False),
    Department("区科协", O.PEOPLES_ORGANISATION, "主席", is_member=False),
    Department("区残联", O.PEOPLES_ORGANISATION, "理事长", is_member=False),
    Department("区红十字会", O.PEOPLES_ORGANISATION, "常务副会长", is_member=False),
    Department("区供销社", O.PUBLIC_INSTITUTION, "主任", is_member=False),
    Department("区融媒体中心", O.PUBLIC_INSTITUTION, "主任", is_member=False),
    Department("区投资促进中心", O.PUBLIC_INSTITUTION, "主任", is_member=False),
)
GIVING_ADMINISTRATIVE = (
    "区委组织部", "区委宣传部", "区委政法委", "区政府办公室", "区发展和改革局", "区民政局", "区司法局", "区财政局",
    "区人力资源和社会保障局", "区住房和城乡建设局", "区交通运输局", "区农业农村局", "区商务局", "区卫生健康局",
    "区应急管理局",
)  # fmt: skip
GIVING_INSTITUTION = (
    "区自然资源和规划局", "区住房和城乡建设局", "区交通运输局", "区水务局", "区农业农村局", "区文化广播电视和旅游局",
    "区市场监督管理局", "区融媒体中心", "区投资促进中心",
)  # fmt: skip
