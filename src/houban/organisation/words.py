"""The words of organisations, quotas and appointments; the kinds of posts stand in `powers`."""

from __future__ import annotations

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _


class OrganisationKind(TextChoices):
    """What an organisation is."""

    LEADING_GROUP = "leading_group", _("领导小组")
    TASK_FORCE = "task_force", _("专班")
    COUNTY_LEADERS = "county_leaders", _("县级领导班子")
    PARTY = "party", _("党委部门")
    GOVERNMENT = "government", _("政府部门")
    PEOPLES_ORGANISATION = "peoples_organisation", _("群团组织")
    TOWN = "town", _("乡镇（街道）机关")
    TOWN_OFFICE = "town_office", _("镇街内设机构")
    PUBLIC_INSTITUTION = "public_institution", _("事业单位")
    ENFORCEMENT_TEAM = "enforcement_team", _("综合执法队")
    POLICE_STATION = "police_station", _("派出所")
    MEDICAL_COMMUNITY = "medical_community", _("县域医共体")
    HOSPITAL = "hospital", _("乡镇卫生院")
    SCHOOL = "school", _("学校")
    VILLAGE_PARTY = "village_party", _("村（社区）党组织")
    COMMITTEE = "committee", _("村（居）民委员会")
    SUPERVISION = "supervision", _("村（居）务监督委员会")
    WOMEN = "women", _("妇女组织")
    YOUTH = "youth", _("共青团支部")
    MEDIATION = "mediation", _("人民调解委员会")
    COOPERATIVE = "cooperative", _("股份经济合作社")
    SUPERVISORS = "supervisors", _("合作社监事会")
    GRID = "grid", _("网格")
    SOCIAL_ORGANISATION = "social_organisation", _("社会组织")
    STEWARDS = "stewards", _("居家管家队")
    MEDIATION_STUDIO = "mediation_studio", _("调解室")
    VOLUNTEERS = "volunteers", _("志愿服务队")
    RED_ARMBANDS = "red_armbands", _("红袖标队")
    SYSTEM = "system", _("系统管理")


TEAMS = (
    OrganisationKind.SOCIAL_ORGANISATION,
    OrganisationKind.STEWARDS,
    OrganisationKind.MEDIATION_STUDIO,
    OrganisationKind.VOLUNTEERS,
    OrganisationKind.RED_ARMBANDS,
)
SUB_COMMITTEES = (
    OrganisationKind.SUPERVISION,
    OrganisationKind.WOMEN,
    OrganisationKind.YOUTH,
    OrganisationKind.MEDIATION,
)


class Nature(TextChoices):
    """How somebody holds a post."""

    FULL_TIME = "full_time", _("专职")
    PART_TIME = "part_time", _("兼职")
    ACTING = "acting", _("代理（AB 岗）")


class Chosen(TextChoices):
    """How somebody came to a post."""

    APPOINTED = "appointed", _("任命")
    ELECTED = "elected", _("选举")
    HIRED = "hired", _("聘用")


class QuotaNature(TextChoices):
    """What kind of quota place it is."""

    ADMINISTRATIVE = "administrative", _("行政编制")
    POLICE = "police", _("政法专项编制")
    INSTITUTION = "institution", _("事业编制")
    SUPPORT = "support", _("工勤编制")


class ChargeKind(TextChoices):
    """What a leader answers for."""

    SEGMENT = "segment", _("片区")
    SECTOR = "sector", _("联系行业")
    TOWN = "town", _("联系乡镇")


class Relation(TextChoices):
    """How two people are close kin (the law names spouses, parents, children, siblings and their like)."""

    SPOUSE = "spouse", _("夫妻")
    PARENT = "parent", _("父母子女")
    SIBLING = "sibling", _("兄弟姐妹")
    IN_LAW = "in_law", _("近姻亲")
    OTHER = "other", _("其他近亲属")
