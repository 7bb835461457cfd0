"""The register's words: levels, forms, schemes, and what an act says of itself."""

from __future__ import annotations

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _


class Level(TextChoices):
    """How deep a division lies."""

    PROVINCE = "province", _("省级")
    CITY = "city", _("地级")
    COUNTY = "county", _("县级")
    TOWN = "town", _("乡级")
    VILLAGE = "village", _("村级")
    GROUP = "group", _("组")
    CELL = "cell", _("网格")


DEPTH = {level: depth for depth, level in enumerate(Level.values)}


class Form(TextChoices):
    """What kind of division it is within its level."""

    PROVINCE = "province", _("省")
    CITY = "city", _("地级市")
    PREFECTURE = "prefecture", _("地区（州、盟）")
    COUNTY = "county", _("县")
    COUNTY_CITY = "county_city", _("县级市")
    DISTRICT = "district", _("市辖区")
    STREET = "street", _("街道")
    TOWN = "town", _("镇")
    TOWNSHIP = "township", _("乡")
    TOWN_LIKE = "town_like", _("类似乡级单位")
    VILLAGE = "village", _("村")
    COMMUNITY = "community", _("社区")
    VILLAGE_LIKE = "village_like", _("类似村委会")
    COMMUNITY_LIKE = "community_like", _("类似居委会")
    VILLAGE_GROUP = "village_group", _("村民小组")
    COMMUNITY_GROUP = "community_group", _("居民小组")
    CELL = "cell", _("网格")
    CANTON = "canton", _("州（外国）")
    CANTON_DISTRICT = "canton_district", _("州下的区（外国）")
    MUNICIPALITY = "municipality", _("市镇（外国）")
    UNINCORPORATED = "unincorporated", _("无建制地域（外国）")


LEVEL_OF_FORM = {
    Form.PROVINCE: Level.PROVINCE,
    Form.CITY: Level.CITY,
    Form.PREFECTURE: Level.CITY,
    Form.COUNTY: Level.COUNTY,
    Form.COUNTY_CITY: Level.COUNTY,
    Form.DISTRICT: Level.COUNTY,
    Form.STREET: Level.TOWN,
    Form.TOWN: Level.TOWN,
    Form.TOWNSHIP: Level.TOWN,
    Form.TOWN_LIKE: Level.TOWN,
    Form.VILLAGE: Level.VILLAGE,
    Form.COMMUNITY: Level.VILLAGE,
    Form.VILLAGE_LIKE: Level.VILLAGE,
    Form.COMMUNITY_LIKE: Level.VILLAGE,
    Form.VILLAGE_GROUP: Level.GROUP,
    Form.COMMUNITY_GROUP: Level.GROUP,
    Form.CELL: Level.CELL,
    Form.CANTON: Level.PROVINCE,
    Form.CANTON_DISTRICT: Level.COUNTY,
    Form.MUNICIPALITY: Level.TOWN,
    Form.UNINCORPORATED: Level.TOWN,
}


class Scheme(TextChoices):
    """Who gave the code."""

    NBS = "nbs", _("国家统计局")
    MCA = "mca", _("民政部")
    GB2260 = "gb2260", _("GB/T 2260")
    LOCAL = "local", _("本地")
    BFS = "bfs", _("瑞士联邦统计局")


HOME_SCHEMES = [(value, label) for value, label in Scheme.choices if value != Scheme.BFS]


def scheme_of(level: str, scheme: str) -> str:
    """Return the scheme of a code: no official one goes below villages, so groups bear the county's own."""
    return Scheme.LOCAL.value if level == Level.GROUP else scheme


class Status(TextChoices):
    """How far a change has come."""

    DRAFT = "draft", _("草稿")
    ENACTED = "enacted", _("已生效")
    ANNULLED = "annulled", _("已撤销")


class DayBasis(TextChoices):
    """Where the effective day comes from."""

    STATED = "stated", _("批文载明")
    DOCUMENT = "document", _("文件日期")
    ASSUMED = "assumed", _("设定")


class Origin(TextChoices):
    """Whether an act is real or made for a demonstration."""

    OFFICIAL = "official", _("正式")
    DEMONSTRATION = "demonstration", _("示范")


class Part(TextChoices):
    """How much of the source goes."""

    WHOLE = "whole", _("整体")
    GROUPS = "groups", _("部分小组")
    SHARE = "share", _("按比例")
    SOME = "some", _("部分，份额不详")


class Certainty(TextChoices):
    """How sure a flow is."""

    DECLARED = "declared", _("批文已列")
    SUGGESTED = "suggested", _("推断")
    UNKNOWN = "unknown", _("不详")


class Measure(TextChoices):
    """What a share is a share of."""

    POPULATION = "population", _("人口")
    HOUSEHOLDS = "households", _("户数")
    AREA = "area", _("面积")
    GROUPS = "groups", _("小组")


class Datum(TextChoices):
    """In which coordinates a place was given; all are kept as CGCS2000."""

    CGCS2000 = "cgcs2000", _("国家 2000（CGCS2000）")
    WGS84 = "wgs84", _("WGS 84（手机、GPS）")
    GCJ02 = "gcj02", _("GCJ-02（高德、腾讯等地图）")
    BD09 = "bd09", _("BD-09（百度地图）")


class Counted(TextChoices):
    """What is compared before and after."""

    VILLAGES = "villages", _("行政村")
    COMMUNITIES = "communities", _("社区")
    GROUPS = "groups", _("村（居）民小组")


FORMS_COUNTED = {
    Counted.VILLAGES: (Form.VILLAGE.value,),
    Counted.COMMUNITIES: (Form.COMMUNITY.value,),
    Counted.GROUPS: (Form.VILLAGE_GROUP.value, Form.COMMUNITY_GROUP.value),
}


class Shape(TextChoices):
    """The kind of a change, derived from its flows."""

    FOUND = "found", _("设立")
    ABOLISH = "abolish", _("撤销")
    CONSTITUTE = "constitute", _("合并设立")
    ABSORB = "absorb", _("并入")
    DETACH = "detach", _("析置")
    DISSOLVE = "dissolve", _("拆分")
    TRANSFER = "transfer", _("划转")
    RENAME = "rename", _("更名")
    RECODE = "recode", _("改码")
    UPGRADE = "upgrade", _("改制")
    EXCHANGE = "exchange", _("互换")
    RESHUFFLE = "reshuffle", _("重组")
    KEEP = "keep", _("不变")


class Answer(TextChoices):
    """What a clerk said of a question of a comparison."""

    SETTLED = "settled", _("已确认")
    UNKNOWN = "unknown", _("去向不详")
    DOUBTFUL = "doubtful", _("存疑")


class BranchStatus(TextChoices):
    """How far a what-if has come."""

    OPEN = "open", _("推演中")
    ENACTED = "enacted", _("已生效")
    DISCARDED = "discarded", _("已放弃")
